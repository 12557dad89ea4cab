// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("HINCRBYFLOAT")
struct HINCRBYFLOATTests {
    @Test("counts the field that it replaces as expired when that has ended")
    func ended() {
        let database = TestDatabase()
        database("HSET h a 1")
        database("HPEXPIRE h 10 FIELDS 1 a")
        database.advance(milliseconds: 10)
        database("HINCRBYFLOAT h a 2")
        #expect(database.keyspace.statistics.expiredFields == 1)
        #expect(database("HGETALL h") == ["a", "2"])
        #expect(database("HTTL h FIELDS 1 a") == [-1])
    }

    @Test("adds as Redis does")
    func adds() {
        let database = TestDatabase()
        #expect(database("HINCRBYFLOAT h n 10.5") == "10.5")
        #expect(database("HINCRBYFLOAT h n 0.1") == "10.6")
        #expect(database("HINCRBYFLOAT h n -10.6") == "0")
        #expect(database("HINCRBYFLOAT h n 5.0e3") == "5000")
        #expect(database("HGET h n") == "5000")
    }

    @Test("changes nothing when it cannot add")
    func refuses() {
        let database = TestDatabase()
        database("HSET h text abc infinite inf")
        #expect(database("HINCRBYFLOAT h text 1") == .error("ERR hash value is not a float"))
        #expect(database("HINCRBYFLOAT h n x") == .error("ERR value is not a valid float"))
        #expect(database("HINCRBYFLOAT h n inf") == .error("ERR value is NaN or Infinity"))
        #expect(
            database("HINCRBYFLOAT h infinite 1")
                == .error("ERR increment would produce NaN or Infinity"))
        #expect(database("HLEN h") == 2)
    }

    @Test("becomes a table when the number gets long")
    func long() {
        let database = TestDatabase()
        database("HINCRBYFLOAT h n 1e100")
        #expect(database("HSTRLEN h n") == 100)
        let hash = database.keyspace.peek(Bytes("h"))?.value.collection
        #expect(hash?.encodingName.description == "hashtable")
    }

    @Test("refuses another type and a wrong number of arguments")
    func errors() {
        let database = TestDatabase()
        database("SET text value")
        #expect(database("HINCRBYFLOAT text n 1").isError(startingWith: "WRONGTYPE"))
        let arity: Reply = .error("ERR wrong number of arguments for 'hincrbyfloat' command")
        #expect(database("HINCRBYFLOAT") == arity)
        #expect(database("HINCRBYFLOAT h n") == arity)
    }
}
