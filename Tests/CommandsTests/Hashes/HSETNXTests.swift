// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("HSETNX")
struct HSETNXTests {
    @Test("counts the field that it replaces as expired when that has ended")
    func ended() {
        let database = TestDatabase()
        database("HSET h a 1")
        database("HPEXPIRE h 10 FIELDS 1 a")
        database.advance(milliseconds: 10)
        database("HSETNX h a 2")
        #expect(database.keyspace.statistics.expiredFields == 1)
        #expect(database("HGETALL h") == ["a", "2"])
        #expect(database("HTTL h FIELDS 1 a") == [-1])
    }

    @Test("sets what is not there")
    func sets() {
        let database = TestDatabase()
        #expect(database("HSETNX h f 1") == 1)
        #expect(database("HSETNX h f 2") == 0)
        #expect(database("HGET h f") == "1")
    }

    @Test("takes a field that has ended for absent")
    func ended() {
        let database = TestDatabase()
        database("HSET h f 1")
        database("HPEXPIRE h 10 FIELDS 1 f")
        database.advance(milliseconds: 10)
        #expect(database("HSETNX h f 2") == 1)
        #expect(database("HTTL h FIELDS 1 f") == [-1])
        #expect(database.expireDue() == 0)
    }

    @Test("refuses another type and a wrong number of arguments")
    func errors() {
        let database = TestDatabase()
        database("SET text value")
        #expect(database("HSETNX text f v").isError(startingWith: "WRONGTYPE"))
        let arity: Reply = .error("ERR wrong number of arguments for 'hsetnx' command")
        #expect(database("HSETNX") == arity)
        #expect(database("HSETNX h f") == arity)
    }
}
