// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("HINCRBY")
struct HINCRBYTests {
    @Test("counts the field that it replaces as expired when that has ended")
    func ended() {
        let database = TestDatabase()
        database("HSET h a 1")
        database("HPEXPIRE h 10 FIELDS 1 a")
        database.advance(milliseconds: 10)
        database("HINCRBY h a 2")
        #expect(database.keyspace.statistics.expiredFields == 1)
        #expect(database("HGETALL h") == ["a", "2"])
        #expect(database("HTTL h FIELDS 1 a") == [-1])
    }

    @Test("adds, from 0 for what is not there, and keeps the expiry")
    func adds() {
        let database = TestDatabase()
        #expect(database("HINCRBY h n 5") == 5)
        database("HEXPIRE h 100 FIELDS 1 n")
        #expect(database("HINCRBY h n -8") == -3)
        #expect(database("HGET h n") == "-3")
        #expect(database("HTTL h FIELDS 1 n") == [100])
    }

    @Test("changes nothing when it cannot add")
    func refuses() {
        let database = TestDatabase()
        database("HSET h n 9223372036854775807 text 1.5 space ' 1'")
        let overflow: Reply = .error("ERR increment or decrement would overflow")
        let notAnInteger: Reply = .error("ERR hash value is not an integer")
        #expect(database("HINCRBY h n 1") == overflow)
        #expect(database("HINCRBY h text 1") == notAnInteger)
        #expect(database("HINCRBY h space 1") == notAnInteger)
        #expect(
            database("HINCRBY h n 1.5") == .error("ERR value is not an integer or out of range"))
        #expect(database("HINCRBY new n x").isError(startingWith: "ERR value is not an integer"))
        #expect(database("HGET h n") == "9223372036854775807")
        #expect(database.keyspace.count == 1)
    }

    @Test("refuses another type and a wrong number of arguments")
    func errors() {
        let database = TestDatabase()
        database("SET text value")
        #expect(database("HINCRBY text n 1").isError(startingWith: "WRONGTYPE"))
        let arity: Reply = .error("ERR wrong number of arguments for 'hincrby' command")
        #expect(database("HINCRBY") == arity)
        #expect(database("HINCRBY h n") == arity)
    }
}
