// SPDX-License-Identifier: Apache-2.0

import Primitives
import TestSupport
import Testing

@Suite("XRANGE and XREVRANGE")
struct XRANGETests {
    let database = TestDatabase()

    init() {
        for index in 1...4 { database("XADD s \(index)-1 field \(index)") }
    }

    private func ids(_ reply: Reply) -> [ByteString]? {
        reply.elements?.compactMap { $0.elements?.first?.text }
    }

    @Test(
        "ends are part of the range, open ones and incomplete ones are not",
        arguments: [
            ("- +", ["1-1", "2-1", "3-1", "4-1"]), ("2 3", ["2-1", "3-1"]),
            ("2-1 3-1", ["2-1", "3-1"]), ("(2-1 (4-1", ["3-1"]), ("2-2 3-0", []),
            ("(1 +", ["1-1", "2-1", "3-1", "4-1"]), ("4 1", []),
            ("- (4", ["1-1", "2-1", "3-1", "4-1"]),
        ] as [(String, [ByteString])])
    func ranges(range: String, expected: [ByteString]) {
        #expect(ids(database("XRANGE s \(range)")) == expected)
        let ends = range.split(separator: " ")
        #expect(ids(database("XREVRANGE s \(ends[1]) \(ends[0])")) == expected.reversed())
    }

    @Test("gives fields in the order in which they were added")
    func fields() {
        database("XADD s 5 b 2 a 1 b 3")
        #expect(database("XRANGE s 5 5") == [["5-0", ["b", "2", "a", "1", "b", "3"]]])
        #expect(database("XREVRANGE s + - COUNT 1") == [["5-0", ["b", "2", "a", "1", "b", "3"]]])
    }

    @Test("counts")
    func counts() {
        #expect(ids(database("XRANGE s - + COUNT 2")) == ["1-1", "2-1"])
        #expect(ids(database("XREVRANGE s + - COUNT 2")) == ["4-1", "3-1"])
        #expect(database.client.wire("XRANGE s - + COUNT 0") == "*-1\r\n")
        #expect(database.client.wire("XRANGE s - + COUNT -3") == "*-1\r\n")
        #expect(database.client.wire("XRANGE missing - + COUNT 0") == "*0\r\n")
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("XRANGE s x +", "ERR Invalid stream ID"), ("XRANGE s - (+", "ERR Invalid stream ID"),
            ("XRANGE s ( +", "ERR Invalid stream ID"),
            (
                "XRANGE s (18446744073709551615-18446744073709551615 +",
                "ERR invalid start ID for the interval"
            ),
            ("XRANGE s - (0-0", "ERR invalid end ID for the interval"),
            ("XRANGE s - + COUNT", "ERR syntax error"), ("XRANGE s - + x 1", "ERR syntax error"),
            ("XRANGE s - + COUNT x", "ERR value is not an integer"),
            ("XRANGE text - +", "WRONGTYPE"),
        ] as [(String, ByteString)])
    func rejection(request: String, error: ByteString) {
        database("SET text value")
        #expect(database(request).isError(startingWith: error), "\(database(request))")
    }
}
