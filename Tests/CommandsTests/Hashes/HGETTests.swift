// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("HGET")
struct HGETTests {
    @Test("answers with the value, or null")
    func value() {
        let database = TestDatabase()
        database("HSET h f v n 12 '' empty")
        #expect(database("HGET h f") == "v")
        #expect(database("HGET h n") == "12")
        #expect(database("HGET h ''") == "empty")
        #expect(database("HGET h x") == nil)
        #expect(database("HGET missing f") == nil)
    }

    @Test("does not see a field that has ended", arguments: [1, 600])
    func ended(fields: Int) {
        let database = TestDatabase()
        for number in 0..<fields { database("HSET h f\(number) v") }
        database("HPEXPIRE h 10 FIELDS 1 f0")
        database.advance(milliseconds: 9)
        #expect(database("HGET h f0") == "v")
        database.advance(milliseconds: 1)
        #expect(database("HGET h f0") == nil)
        #expect(database("HEXISTS h f0") == 0)
        #expect(database("HSTRLEN h f0") == 0)
        #expect(database("HMGET h f0") == [nil])
    }

    @Test("removes the field that it finds ended, and the hash with the last", arguments: [2, 600])
    func lapse(fields: Int) {
        for request in ["HGET h", "HEXISTS h", "HSTRLEN h", "HMGET h", "HGETDEL h FIELDS 1"] {
            let database = TestDatabase()
            for number in 0..<fields { database("HSET h f\(number) v") }
            database("HPEXPIRE h 10 FIELDS 2 f0 f1")
            database.advance(milliseconds: 10)
            database.keyspace.statistics.reset()
            database("\(request) f0")
            #expect(database("HLEN h").integer == fields - 1, "\(request)")
            #expect(database.keyspace.statistics.expiredFields == 1)
            database("\(request) f1")
            #expect(database("HLEN h").integer == fields - 2)
            #expect(database("EXISTS h").integer == (fields == 2 ? 0 : 1), "\(request)")
        }
    }

    @Test("refuses another type and a wrong number of arguments")
    func errors() {
        let database = TestDatabase()
        database("SET text value")
        #expect(database("HGET text f").isError(startingWith: "WRONGTYPE"))
        let arity: Reply = .error("ERR wrong number of arguments for 'hget' command")
        #expect(database("HGET") == arity)
        #expect(database("HGET h") == arity)
    }
}
