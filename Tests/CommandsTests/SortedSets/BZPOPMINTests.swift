// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("BZPOPMIN")
struct BZPOPMINTests {
    @Test("answers at once when there is a member")
    func immediate() {
        let database = TestDatabase()
        database("ZADD second 1 a 2 b")
        #expect(database("BZPOPMIN first second 0") == ["second", "a", "1"])
        #expect(database("BZPOPMAX first second 0") == ["second", "b", "2"])
        #expect(database("EXISTS second") == 0)
        let modern = database.connect(protocolVersion: 3)
        database("ZADD z 1 a")
        #expect(modern("BZPOPMIN z 0") == ["z", "a", 1.0])
    }

    @Test("serves those who wait, the longest waiting first")
    func fairness() {
        let database = TestDatabase()
        let first = database.connect()
        let second = database.connect()
        #expect(first("BZPOPMIN z 0") == .blocked)
        #expect(second("BZPOPMAX other z 0") == .blocked)
        #expect(database("ZADD z 1 a 2 b 3 c") == 3)
        #expect(first.takeLateReply() == ["z", "a", "1"])
        #expect(second.takeLateReply() == ["z", "c", "3"])
        #expect(database("ZRANGE z 0 -1") == ["b"])
    }

    @Test("waits on while the key holds another type, and for a set that is stored")
    func types() {
        let database = TestDatabase()
        let waiting = database.connect()
        #expect(waiting("BZPOPMIN z 0") == .blocked)
        database("RPUSH z a")
        #expect(waiting.isBlocked)
        database("DEL z")
        database("ZADD source 1 a")
        database("ZRANGESTORE z source 0 -1")
        #expect(waiting.takeLateReply() == ["z", "a", "1"])
    }

    @Test("gives up in time, and inside a transaction at once")
    func timeout() {
        let database = TestDatabase()
        let waiting = database.connect()
        #expect(waiting("BZPOPMIN z 0.5") == .blocked)
        database.advance(milliseconds: 501)
        #expect(waiting.takeLateReply() == .nullArray)
        database("MULTI")
        database("BZPOPMAX z 0")
        #expect(database("EXEC") == [nil])
    }

    @Test("explains what it cannot accept")
    func errors() {
        let database = TestDatabase()
        database("SET text value")
        #expect(database("BZPOPMIN z x") == .error("ERR timeout is not a float or out of range"))
        #expect(database("BZPOPMIN z -1") == .error("ERR timeout is negative"))
        #expect(database("BZPOPMIN text 0").isError(startingWith: "WRONGTYPE"))
    }
}
