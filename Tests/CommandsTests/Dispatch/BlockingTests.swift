// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("Blocking")
struct BlockingTests {
    let database = TestDatabase()

    @Test("serves clients in the order in which they began to wait")
    func fairness() {
        let clients = (0..<4).map { _ in database.connect() }
        for client in clients { #expect(client("BLPOP list 0") == .blocked) }
        #expect(database.dispatcher.blockedCount == 4)
        #expect(database("RPUSH list a b c") == 3)
        #expect(clients[0].takeLateReply() == ["list", "a"])
        #expect(clients[1].takeLateReply() == ["list", "b"])
        #expect(clients[2].takeLateReply() == ["list", "c"])
        #expect(clients[3].isBlocked)
        #expect(database("EXISTS list") == 0 || database("LLEN list") == 0)
        database("LPUSH list d")
        #expect(clients[3].takeLateReply() == ["list", "d"])
        #expect(database.dispatcher.blockedCount == 0)
    }

    @Test("is woken by a new key, not by a value in another's place")
    func onlyNewKeysWake() {
        let waiting = database.connect()
        #expect(waiting("BLPOP key 0") == .blocked)
        database("ZADD key 2 b 1 a")
        database("SORT key BY nosort STORE key")
        #expect(database("TYPE key") == "list")
        #expect(waiting.isBlocked)
        database("RPUSH key c")
        #expect(waiting.isBlocked)
        database("RENAME key other")
        database("RENAME other key")
        #expect(waiting.takeLateReply() == ["key", "a"])
    }

    @Test(
        "who waits in a group learns that the stream is gone",
        arguments: ["DEL s", "SET s x", "SADD t a|SUNIONSTORE s t", "PEXPIRE s -1", "FLUSHDB"])
    func goneStream(requests: String) {
        let waiting = database.connect()
        database("XGROUP CREATE s g $ MKSTREAM")
        #expect(waiting("XREADGROUP GROUP g c BLOCK 0 STREAMS s >") == .blocked)
        for request in requests.split(separator: "|") { database(String(request)) }
        #expect(!waiting.isBlocked)
    }

    @Test("waits for several keys, and for one named twice, but is served once")
    func severalKeys() {
        let client = database.connect()
        #expect(client("BRPOP first second first 0") == .blocked)
        database("RPUSH second a b")
        #expect(client.takeLateReply() == ["second", "b"])
        database("RPUSH first c")
        #expect(database("LRANGE first 0 -1") == ["c"])
        #expect(database("LRANGE second 0 -1") == ["a"])
        #expect(!client.isBlocked)
    }

    @Test("passes an element along a chain of moves")
    func chain() {
        let clients = (0..<3).map { _ in database.connect() }
        #expect(clients[0]("BLMOVE second third LEFT RIGHT 0") == .blocked)
        #expect(clients[1]("BLMOVE first second LEFT RIGHT 0") == .blocked)
        #expect(clients[2]("BLPOP third 0") == .blocked)
        database("RPUSH first element")
        #expect(clients[0].takeLateReply() == "element")
        #expect(clients[1].takeLateReply() == "element")
        #expect(clients[2].takeLateReply() == ["third", "element"])
        #expect(database.keyspace.count == 0)
    }

    @Test("a move onto the same list, and two that move to and fro, end")
    func circles() {
        let (left, right) = (database.connect(), database.connect())
        #expect(left("BLMOVE a b LEFT LEFT 0") == .blocked)
        #expect(right("BLMOVE b a LEFT LEFT 0") == .blocked)
        database("RPUSH a x")
        #expect(left.takeLateReply() == "x")
        #expect(right.takeLateReply() == "x")
        #expect(database("LRANGE a 0 -1") == ["x"])
        #expect(left("BRPOPLPUSH c c 0") == .blocked)
        database("RPUSH c y")
        #expect(left.takeLateReply() == "y")
        #expect(database("LRANGE c 0 -1") == ["y"])
    }

    @Test("an error ends the wait and leaves the element")
    func wrongDestination() {
        let (mover, popper) = (database.connect(), database.connect())
        database("SET text value")
        #expect(mover("BLMOVE list text LEFT LEFT 0") == .blocked)
        #expect(popper("BLPOP list 0") == .blocked)
        #expect(database("RPUSH list a b") == 2)
        #expect(mover.takeLateReply()?.isError(startingWith: "WRONGTYPE") == true)
        #expect(popper.takeLateReply() == ["list", "a"])
        #expect(database.dispatcher.errorCounts.byCode["WRONGTYPE"] == 1)
    }

    @Test("goes on waiting while the key holds another type")
    func otherType() {
        let client = database.connect()
        #expect(client("BLPOP key 0") == .blocked)
        database("SET key text")
        #expect(client.isBlocked)
        #expect(database.connect()("BLPOP key 0").isError(startingWith: "WRONGTYPE"))
        database("DEL key")
        #expect(client.isBlocked)
        database("RPUSH key a")
        #expect(client.takeLateReply() == ["key", "a"])
    }

    @Test("a transaction counts as one change")
    func transactions() {
        let client = database.connect()
        #expect(client("BLPOP list 0") == .blocked)
        for line in ["MULTI", "RPUSH list a", "DEL list", "EXEC"] { database(line) }
        #expect(client.isBlocked)
        for line in ["MULTI", "RPUSH list a", "LPUSH list b", "EXEC"] { database(line) }
        #expect(client.takeLateReply() == ["list", "b"])
        #expect(database("LRANGE list 0 -1") == ["a"])
    }

    @Test(
        "does not wait inside MULTI",
        arguments: [
            ("BLPOP list 0", "*-1\r\n"), ("BRPOP list 0", "*-1\r\n"),
            ("BLMPOP 0 1 list LEFT", "*-1\r\n"),
            ("BLMOVE list other LEFT RIGHT 0", "$-1\r\n"), ("BRPOPLPUSH list other 0", "$-1\r\n"),
        ] as [(String, String)]
    )
    func insideTransaction(request: String, reply: String) {
        database("MULTI")
        database(request)
        #expect(database.client.wire("EXEC") == ByteString("*1\r\n" + reply))
        #expect(database.dispatcher.blockedCount == 0)
    }

    @Test("ends with a null array when the time is up")
    func timeouts() {
        let (popper, mover) = (database.connect(), database.connect())
        #expect(popper("BLPOP list other 0.25") == .blocked)
        #expect(mover("BLMOVE list other LEFT RIGHT 0.001") == .blocked)
        database.advance(milliseconds: 1)
        #expect(mover.takeOutput() == "*-1\r\n")
        #expect(popper.isBlocked)
        database.advance(milliseconds: 248)
        #expect(popper.isBlocked)
        database.advance(milliseconds: 1)
        #expect(popper.takeOutput() == "*-1\r\n")
        #expect(database("RPUSH list a") == 1)
        #expect(database("LLEN list") == 1)
        #expect(database.dispatcher.blockedCount == 0)
    }

    @Test(
        "refuses timeouts as Redis does",
        arguments: [
            ("-1", "ERR timeout is negative"), ("-0.01", "ERR timeout is negative"),
            ("abc", "ERR timeout is not a float or out of range"),
            ("", "ERR timeout is not a float or out of range"),
            ("nan", "ERR timeout is not a float or out of range"),
            ("inf", "ERR timeout is out of range"), ("-inf", "ERR timeout is negative"),
            ("9223372036854775807", "ERR timeout is out of range"),
            ("9223372036854775", "ERR timeout is out of range"),
        ] as [(String, String)]
    )
    func badTimeouts(timeout: String, error: String) {
        for request in [
            ["BLPOP", "list", timeout], ["BRPOP", "list", timeout],
            ["BLMOVE", "list", "other", "LEFT", "LEFT", timeout],
            ["BRPOPLPUSH", "list", "other", timeout], ["BLMPOP", timeout, "1", "list", "LEFT"],
        ] {
            #expect(database(request.map { ByteString($0) }) == .error(ByteString(error)))
        }
    }

    @Test("CLIENT UNBLOCK's two ways, and a client that leaves")
    func unblocking() {
        let clients = (0..<3).map { _ in database.connect() }
        for client in clients { #expect(client("BLPOP list 0") == .blocked) }
        database.dispatcher.unblock(
            clients[0].session, with: ErrorReply("UNBLOCKED client unblocked via CLIENT UNBLOCK"),
            in: &database.keyspace)
        #expect(clients[0].takeLateReply()?.isError(startingWith: "UNBLOCKED") == true)
        database.dispatcher.unblock(clients[1].session, with: nil, in: &database.keyspace)
        #expect(clients[1].takeLateReply() == .nullArray)
        clients[2].disconnect()
        #expect(database.dispatcher.blockedCount == 0)
        #expect(database("RPUSH list a") == 1)
        #expect(database("LLEN list") == 1)
    }

    @Test("a ticket ends only its own wait")
    func tickets() {
        let client = database.connect()
        client("BLPOP list 1")
        let old = client.session.blocked?.ticket ?? -1
        database("RPUSH list a")
        #expect(client.takeLateReply() == ["list", "a"])
        client("BLPOP list 0")
        database.dispatcher.timeOut(client.session, ticket: old, in: &database.keyspace)
        #expect(client.isBlocked)
    }

    @Test("tells the connection, and speaks its protocol")
    func notification() {
        let client = database.connect(protocolVersion: 3)
        var calls = 0
        client.session.onOutput = { calls += 1 }
        client("BLPOP list 1")
        database.advance(milliseconds: 1000)
        #expect(calls == 1)
        #expect(client.takeOutput() == "_\r\n")
    }

    @Test("sends no late reply where none is wanted")
    func suppressed() {
        let client = database.connect()
        client.session.replyMode = .off
        client("BLPOP list 0")
        database("RPUSH list a b")
        #expect(client.takeLateReply() == nil)
        #expect(!client.isBlocked)
        client.session.replyMode = .skipping
        database("DEL list")
        client("BLPOP list 0")
        database("RPUSH list a b")
        #expect(client.takeLateReply() == nil)
        #expect(client("LPOP list") == "b")
    }

    @Test("counts a waiting command once, when it is answered")
    func statistics() {
        let client = database.connect()
        let entry = ByteString("blpop").withBytes { database.dispatcher.table.find($0) }
        client("BLPOP list 0")
        #expect(entry?.callCount == 0)
        database("RPUSH list a")
        #expect(entry?.callCount == 1)
        client("BLPOP list 1")
        database.advance(milliseconds: 1000)
        #expect(entry?.callCount == 2)
    }

    @Test("is refused when memory has run out meanwhile")
    func outOfMemory() {
        let client = database.connect()
        client("BLMOVE list other LEFT LEFT 0")
        database("RPUSH elsewhere a")
        database.dispatcher.admission.isOutOfMemory = { true }
        database("RENAME elsewhere list")
        #expect(client.takeLateReply()?.isError(startingWith: "OOM") == true)
        #expect(database("LRANGE list 0 -1") == ["a"])
    }

    @Test("each database has keys of its own; exchanging two makes keys ready")
    func databases() {
        let client = database.connect()
        client.session.database = 1
        #expect(client("BLPOP list 0") == .blocked)
        database("RPUSH list a")
        #expect(client.isBlocked)
        database.keyspace.swapDatabases(0, 1)
        database("PING")
        #expect(client.takeLateReply() == ["list", "a"])
        #expect(database.keyspace.count == 0)
    }

    @Test("blocked pops dirty the watches of others")
    func watches() {
        let (client, watcher) = (database.connect(), database.connect())
        client("BLMOVE list other LEFT LEFT 0")
        watcher("WATCH other")
        database("RPUSH list a")
        watcher("MULTI")
        watcher("PING")
        #expect(watcher("EXEC") == .nullArray)
    }

    @Test("two thousand clients of one key are served by one push")
    func crowd() {
        let clients = (0..<2_000).map { _ in database.connect() }
        for client in clients { client("BLPOP list 0") }
        database([ByteString("RPUSH"), "list"] + (0..<2_000).map { ByteString("\($0)") })
        #expect(clients[0].takeLateReply() == ["list", "0"])
        #expect(clients[1_999].takeLateReply() == ["list", "1999"])
        #expect(database.keyspace.count == 0)
    }
}
