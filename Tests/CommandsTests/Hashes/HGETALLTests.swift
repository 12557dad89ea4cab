// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("HGETALL")
struct HGETALLTests {
    @Test("answers with a map in RESP3, flat in RESP2, a small hash in order")
    func shapes() {
        let database = TestDatabase()
        database("HSET h b 1 a 2")
        #expect(database("HGETALL h") == ["b", "1", "a", "2"])
        #expect(database("HKEYS h") == ["b", "a"])
        #expect(database("HVALS h") == ["1", "2"])
        #expect(database("HGETALL missing") == [])
        database.client.session.protocolVersion = 3
        #expect(database("HGETALL h") == ["b": "1", "a": "2"])
        #expect(database.client.wire("HGETALL missing") == "%0\r\n")
        #expect(database.client.wire("HKEYS missing") == "*0\r\n")
        #expect(database.client.wire("HVALS h") == "*2\r\n$1\r\n1\r\n$1\r\n2\r\n")
    }

    @Test("leaves out what has ended, and lists fields by when they end", arguments: [0, 600])
    func ended(more: Int) {
        let database = TestDatabase()
        database("HSET h a 1 b 2 c 3 d 4")
        for number in 0..<more { database("HSET h more\(number) x") }
        database("HPEXPIRE h 20 FIELDS 1 c")
        database("HPEXPIRE h 10 FIELDS 2 d b")
        if more == 0 { #expect(database("HKEYS h") == ["b", "d", "c", "a"]) }
        database.advance(milliseconds: 10)
        #expect(database("HKEYS h").elements?.count == 2 + more)
        #expect(database("HGETALL h")["c"] == "3")
        #expect(database("HGETALL h")["d"] == nil)
        database.advance(milliseconds: 10)
        if more == 0 { #expect(database("HGETALL h") == ["a", "1"]) }
    }

    @Test("has every field of a large hash once")
    func large() {
        let database = TestDatabase()
        for number in 0..<5_000 { database("HSET h f\(number) v\(number)") }
        let all = database("HGETALL h").elements ?? []
        #expect(all.count == 10_000)
        #expect(database("HGETALL h")["f4999"] == "v4999")
    }

    @Test("refuses another type and a wrong number of arguments")
    func errors() {
        let database = TestDatabase()
        database("SET text value")
        #expect(database("HGETALL text ").isError(startingWith: "WRONGTYPE"))
        let arity: Reply = .error("ERR wrong number of arguments for 'hgetall' command")
        #expect(database("HGETALL") == arity)
        #expect(database("HGETALL h f") == arity)
    }
}
