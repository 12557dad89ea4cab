// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("ZPOPMIN")
struct ZPOPMINTests {
    @Test("takes members from either end", arguments: [4, 200])
    func pops(members: Int) {
        let database = TestDatabase()
        for number in 0..<members { database("ZADD z \(number) m\(number)") }
        let last = members - 1
        #expect(database("ZPOPMIN z") == ["m0", "0"])
        #expect(
            database("ZPOPMAX z 2")
                == .array([
                    .bulk(ByteString("m\(last)")), .bulk(ByteString("\(last)")),
                    .bulk(ByteString("m\(last - 1)")), .bulk(ByteString("\(last - 1)")),
                ]))
        #expect(database("ZPOPMIN z 0") == [])
        #expect(database("ZCARD z") == .integer(Int64(members - 3)))
        #expect((database("ZPOPMIN z 1000").elements ?? []).count == (members - 3) * 2)
        #expect(database("EXISTS z") == 0)
        #expect(database("ZPOPMIN z") == [])
    }

    @Test("answers in pairs in RESP3 when told how many")
    func nesting() {
        let database = TestDatabase(protocolVersion: 3)
        database("ZADD z 1 a 2 b 3 c")
        #expect(database("ZPOPMIN z") == ["a", 1.0])
        #expect(database("ZPOPMAX z 1") == [["c", 3.0]])
    }

    @Test("tells of one change, and of the key's end")
    func events() {
        let database = TestDatabase()
        database("ZADD z 1 a 2 b 3 c")
        database.collectEvents()
        database("ZPOPMAX z")
        #expect(database.takeEvents() == ["zpopmax z"])
        database("ZPOPMIN z 5")
        #expect(database.takeEvents() == ["zpopmin z", "del z"])
    }

    @Test("explains what it cannot accept")
    func errors() {
        let database = TestDatabase()
        database("SET text value")
        #expect(database("ZPOPMIN z 1 2") == .error("ERR syntax error"))
        #expect(
            database("ZPOPMAX z -1") == .error("ERR value is out of range, must be positive"))
        #expect(database("ZPOPMIN z x") == .error("ERR value is out of range, must be positive"))
        #expect(database("ZPOPMIN text").isError(startingWith: "WRONGTYPE"))
    }
}
