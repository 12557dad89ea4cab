// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("HRANDFIELD")
struct HRANDFIELDTests {
    private func database(_ fields: Int) -> TestDatabase {
        let database = TestDatabase()
        for number in 0..<fields { database("HSET h f\(number) v\(number)") }
        return database
    }

    @Test("removes all fields that it finds ended, and the hash with the last")
    func lapse() {
        let database = TestDatabase()
        database("HSET h a 1 b 2 c 3")
        database("HPEXPIRE h 10 FIELDS 2 a b")
        database.advance(milliseconds: 10)
        #expect(database("HRANDFIELD h 5") == ["c"])
        #expect(database("HLEN h") == 1)
        database("HPEXPIRE h 10 FIELDS 1 c")
        database.advance(milliseconds: 10)
        #expect(database("HRANDFIELD h") == nil)
        #expect(database("EXISTS h") == 0)
    }

    @Test("draws one field, some, or some again and again", arguments: [5, 600])
    func shapes(fields: Int) {
        let database = database(fields)
        let all = Set((0..<fields).map { ByteString("f\($0)") })
        #expect(database("HRANDFIELD h").text.map { all.contains($0) } == true)
        for count in [1, 3, fields - 1, fields, fields + 10] {
            let drawn = (database("HRANDFIELD h \(count)").elements ?? []).compactMap(\.text)
            #expect(drawn.count == min(count, fields))
            #expect(Set(drawn).count == drawn.count && all.isSuperset(of: drawn))
        }
        let repeated = (database("HRANDFIELD h -\(fields * 3)").elements ?? []).compactMap(\.text)
        #expect(repeated.count == fields * 3 && all.isSuperset(of: repeated))
        #expect(database("HRANDFIELD h 0") == [])
        #expect(database("HRANDFIELD missing") == nil)
        #expect(database("HRANDFIELD missing -5 WITHVALUES") == [])
    }

    @Test("answers with pairs in RESP3, flat in RESP2")
    func values() {
        let database = database(1)
        #expect(database("HRANDFIELD h 1 withvalues") == ["f0", "v0"])
        #expect(database("HRANDFIELD h -2 withvalues") == ["f0", "v0", "f0", "v0"])
        database.client.session.protocolVersion = 3
        #expect(database("HRANDFIELD h -2 WITHVALUES") == [["f0", "v0"], ["f0", "v0"]])
        #expect(database("HRANDFIELD h 5 WITHVALUES") == [["f0", "v0"]])
    }

    @Test("leaves out what has ended", arguments: [5, 600])
    func ended(fields: Int) {
        let database = database(fields)
        for number in 1..<fields { database("HPEXPIRE h 10 FIELDS 1 f\(number)") }
        database.advance(milliseconds: 10)
        #expect(database("HRANDFIELD h") == "f0")
        #expect(database("HRANDFIELD h 10") == ["f0"])
        #expect(database("HRANDFIELD h -2") == ["f0", "f0"])
        database("HDEL h f0")
        #expect(database("HRANDFIELD h") == nil)
        #expect(database("HRANDFIELD h -2") == [])
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("HRANDFIELD h x", "ERR value is not an integer or out of range"),
            (
                "HRANDFIELD h -9223372036854775808",
                "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807"
            ),
            ("HRANDFIELD h 9223372036854775807 WITHVALUES", "ERR value is out of range"),
            ("HRANDFIELD h -9223372036854775807", "ERR value is out of range"),
            ("HRANDFIELD h 1 VALUES", "ERR syntax error"),
            ("HRANDFIELD h 1 WITHVALUES x", "ERR syntax error"),
            (
                "HRANDFIELD text",
                "WRONGTYPE Operation against a key holding the wrong kind of value"
            ),
        ])
    func rejection(request: String, error: String) {
        let database = database(3)
        database("SET text value")
        #expect(database(request) == .error(ByteString(error)))
    }
}
