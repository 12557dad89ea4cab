// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("SRANDMEMBER")
struct SRANDMEMBERTests {
    @Test("draws a member, some, or some again and again", arguments: ["", "w"], [5, 600])
    func shapes(prefix: String, count: Int) {
        let database = TestDatabase()
        let all = Set((0..<count).map { ByteString("\(prefix)\($0)") })
        for number in 0..<count { database("SADD s \(prefix)\(number)") }
        #expect(database("SRANDMEMBER s").text.map { all.contains($0) } == true)
        for wanted in [1, 3, count - 1, count, count + 10] {
            let drawn = (database("SRANDMEMBER s \(wanted)").elements ?? []).compactMap(\.text)
            #expect(drawn.count == min(wanted, count))
            #expect(Set(drawn).count == drawn.count && all.isSuperset(of: drawn))
        }
        let repeated = (database("SRANDMEMBER s -\(count * 3)").elements ?? []).compactMap(\.text)
        #expect(repeated.count == count * 3 && all.isSuperset(of: repeated))
        #expect(database("SCARD s") == .integer(Int64(count)))
    }

    @Test("answers with arrays, also in RESP3")
    func empty() {
        let database = TestDatabase(protocolVersion: 3)
        database("SADD s 1")
        #expect(database("SRANDMEMBER s 0") == [])
        #expect(database("SRANDMEMBER s 3") == ["1"])
        #expect(database("SRANDMEMBER s -2") == ["1", "1"])
        #expect(database("SRANDMEMBER missing") == nil)
        #expect(database("SRANDMEMBER missing 3") == [])
        #expect(database("SRANDMEMBER missing -3") == [])
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("SRANDMEMBER s x", "ERR value is not an integer or out of range"),
            (
                "SRANDMEMBER s -9223372036854775808",
                "ERR value is out of range, value must between -9223372036854775807 and "
                    + "9223372036854775807"
            ),
            ("SRANDMEMBER s -9223372036854775807", "ERR value is out of range"),
            ("SRANDMEMBER s 1 2", "ERR syntax error"),
            (
                "SRANDMEMBER text",
                "WRONGTYPE Operation against a key holding the wrong kind of value"
            ),
        ])
    func rejection(request: String, error: String) {
        let database = TestDatabase()
        database("SADD s 1 2 3")
        database("SET text value")
        #expect(database(request) == .error(ByteString(error)))
    }
}
