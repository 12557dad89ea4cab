// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("HMGET")
struct HMGETTests {
    @Test("answers in the order asked, null for what is not there")
    func values() {
        let database = TestDatabase()
        database("HSET h a 1 b 2")
        #expect(database("HMGET h b x a b") == ["2", nil, "1", "2"])
        #expect(database("HMGET missing a b") == [nil, nil])
        #expect(database.client.wire("HMGET missing a") == "*1\r\n$-1\r\n")
    }

    @Test("refuses another type and a wrong number of arguments")
    func errors() {
        let database = TestDatabase()
        database("SET text value")
        #expect(database("HMGET text f").isError(startingWith: "WRONGTYPE"))
        let arity: Reply = .error("ERR wrong number of arguments for 'hmget' command")
        #expect(database("HMGET") == arity)
        #expect(database("HMGET h") == arity)
    }
}
