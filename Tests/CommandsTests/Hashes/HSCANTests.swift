// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("HSCAN")
struct HSCANTests {
    @Test("brings a small hash whole")
    func packed() {
        let database = TestDatabase()
        database("HSET h a1 1 b1 2 a2 3")
        #expect(database("HSCAN h 0 COUNT 1") == ["0", ["a1", "1", "b1", "2", "a2", "3"]])
        #expect(database("HSCAN h 7 MATCH a*") == ["0", ["a1", "1", "a2", "3"]])
        #expect(database("HSCAN h 0 MATCH * NOVALUES") == ["0", ["a1", "b1", "a2"]])
        #expect(database("HSCAN missing 0 BAD") == ["0", []])
    }

    @Test("brings every field of a large hash once", arguments: [1, 10, 1000])
    func table(count: Int) {
        let database = TestDatabase()
        for number in 0..<2_000 { database("HSET h f\(number) \(number)") }
        database("HPEXPIRE h 10 FIELDS 1 f5")
        database.advance(milliseconds: 10)
        var seen: [ByteString] = []
        var cursor = ByteString("0")
        repeat {
            let page = database("HSCAN h \(cursor) NOVALUES COUNT \(count)").elements ?? []
            guard page.count == 2, let next = page[0].text else {
                Issue.record("no page")
                return
            }
            cursor = next
            seen += (page[1].elements ?? []).compactMap(\.text)
        } while cursor != "0"
        #expect(seen.count == 1_999 && Set(seen).count == 1_999)
        #expect(!seen.contains("f5"))
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("HSCAN h x", "ERR invalid cursor"),
            ("HSCAN h -1", "ERR invalid cursor"),
            ("HSCAN h 18446744073709551616", "ERR invalid cursor"),
            ("HSCAN h ''", "ERR invalid cursor"),
            ("HSCAN h 0 COUNT 0", "ERR syntax error"),
            ("HSCAN h 0 COUNT x", "ERR value is not an integer or out of range"),
            ("HSCAN h 0 MATCH", "ERR syntax error"),
            ("HSCAN h 0 TYPE hash", "ERR syntax error"),
            ("HSCAN text 0", "WRONGTYPE Operation against a key holding the wrong kind of value"),
        ])
    func rejection(request: String, error: String) {
        let database = TestDatabase()
        database("SET text value")
        database("HSET h a 1")
        #expect(database(request) == .error(ByteString(error)))
    }

    @Test("reads a cursor of any size")
    func cursors() {
        let database = TestDatabase()
        database("HSET h a 1")
        #expect(database("HSCAN h 18446744073709551615") == ["0", ["a", "1"]])
        #expect(database("HSCAN h 007") == ["0", ["a", "1"]])
    }
}
