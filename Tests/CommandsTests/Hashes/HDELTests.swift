// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("HDEL")
struct HDELTests {
    @Test("counts a field that has ended while it is there, as Redis does")
    func ended() {
        let database = TestDatabase()
        database("HSET h a 1 b 2")
        database("HPEXPIRE h 10 FIELDS 1 a")
        database.advance(milliseconds: 10)
        #expect(database("HDEL h a") == 1)
        #expect(database("HDEL h a") == 0)
        #expect(database("HLEN h") == 1)
    }

    @Test("counts what it removes, and removes the key with the last field", arguments: [3, 600])
    func removes(fields: Int) {
        let database = TestDatabase()
        for number in 0..<fields { database("HSET h f\(number) v") }
        database.collectEvents()
        #expect(database("HDEL h f0 x f0 f1") == 2)
        #expect(database.takeEvents() == ["hdel h"])
        #expect(database("HDEL h x") == 0)
        #expect(database("HDEL missing f") == 0)
        #expect(database.takeEvents() == [])
        for number in 2..<fields { database("HDEL h f\(number)") }
        #expect(database.takeEvents().suffix(2) == ["hdel h", "del h"])
        #expect(database.keyspace.count == 0)
    }

    @Test("refuses another type and a wrong number of arguments")
    func errors() {
        let database = TestDatabase()
        database("SET text value")
        #expect(database("HDEL text f").isError(startingWith: "WRONGTYPE"))
        let arity: Reply = .error("ERR wrong number of arguments for 'hdel' command")
        #expect(database("HDEL") == arity)
        #expect(database("HDEL h") == arity)
    }
}
