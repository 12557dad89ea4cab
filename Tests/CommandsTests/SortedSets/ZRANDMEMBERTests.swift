// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("ZRANDMEMBER")
struct ZRANDMEMBERTests {
    private func database(_ members: Int, _ protocolVersion: Int = 2) -> TestDatabase {
        let database = TestDatabase(protocolVersion: protocolVersion)
        for number in 0..<members { database("ZADD z \(number) m\(number)") }
        return database
    }

    @Test("draws one member, some, or some again and again", arguments: [5, 300])
    func shapes(members: Int) {
        let database = database(members)
        let all = Set((0..<members).map { ByteString("m\($0)") })
        #expect(database("ZRANDMEMBER z").text.map { all.contains($0) } == true)
        for count in [1, 3, members - 1, members, members + 10] {
            let drawn = (database("ZRANDMEMBER z \(count)").elements ?? []).compactMap(\.text)
            #expect(drawn.count == min(count, members))
            #expect(Set(drawn).count == drawn.count && all.isSuperset(of: drawn))
        }
        let repeated = (database("ZRANDMEMBER z -\(members * 3)").elements ?? [])
            .compactMap(\.text)
        #expect(repeated.count == members * 3 && all.isSuperset(of: repeated))
        #expect(database("ZRANDMEMBER z 0") == [])
        #expect(database("ZRANDMEMBER missing") == nil)
        #expect(database("ZRANDMEMBER missing -5 WITHSCORES") == [])
    }

    @Test("answers with pairs in RESP3, flat in RESP2")
    func scores() {
        #expect(database(1)("ZRANDMEMBER z -2 WITHSCORES") == ["m0", "0", "m0", "0"])
        #expect(database(1, 3)("ZRANDMEMBER z 1 WITHSCORES") == [["m0", 0.0]])
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("ZRANDMEMBER z x", "ERR value is not an integer or out of range"),
            ("ZRANDMEMBER z 1 x", "ERR syntax error"),
            ("ZRANDMEMBER z 1 WITHSCORES x", "ERR syntax error"),
            (
                "ZRANDMEMBER z -9223372036854775808",
                "ERR value is out of range, value must between -9223372036854775807 and "
                    + "9223372036854775807"
            ),
            ("ZRANDMEMBER z -9223372036854775807 WITHSCORES", "ERR value is out of range"),
            ("ZRANDMEMBER z -9223372036854775807", "ERR value is out of range"),
            ("ZRANDMEMBER text 1", "WRONGTYPE"),
        ])
    func errors(request: String, error: String) {
        let database = database(1)
        database("SET text value")
        #expect(database(request).isError(startingWith: ByteString(error)))
    }
}
