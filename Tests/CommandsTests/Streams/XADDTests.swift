// SPDX-License-Identifier: Apache-2.0

import Primitives
import TestSupport
import Testing

@Suite("XADD")
struct XADDTests {
    let database = TestDatabase(nowMilliseconds: 1000)

    @Test("takes the time of day, and counts within a millisecond")
    func automaticIDs() {
        #expect(database("XADD s * a 1") == "1000-0")
        #expect(database("XADD s * a 2") == "1000-1")
        database.advance(milliseconds: 5)
        #expect(database("XADD s * a 3") == "1005-0")
        #expect(database("XADD s 2000-7 a 4") == "2000-7")
        #expect(database("XADD s * a 5") == "2000-8")
        #expect(database("XADD s 2000-* a 6") == "2000-9")
        #expect(database("XADD s 3000-* a 7") == "3000-0")
        #expect(database("XADD s 3001 a 8") == "3001-0")
        #expect(database("XADD other 0-* a 1") == "0-1")
        #expect(database("XLEN s") == 8)
    }

    @Test(
        "refuses identifiers that do not grow, and what is none",
        arguments: [
            ("5-5", "ERR The ID specified in XADD is equal or smaller"),
            ("5-4", "ERR The ID specified in XADD is equal or smaller"),
            ("4-*", "ERR The ID specified in XADD is equal or smaller"),
            ("0-0", "ERR The ID specified in XADD must be greater than 0-0"),
            ("-", "ERR Invalid stream ID"), ("+", "ERR Invalid stream ID"),
            ("a", "ERR Invalid stream ID"), ("1-", "ERR Invalid stream ID"),
            ("1-x", "ERR Invalid stream ID"), ("*-1", "ERR Invalid stream ID"),
            ("18446744073709551616", "ERR Invalid stream ID"),
        ] as [(ByteString, ByteString)])
    func wrongIDs(id: ByteString, error: ByteString) {
        database("XADD s 5-5 a 1")
        #expect(database(["XADD", "s", id, "a", "2"]).isError(startingWith: error))
        #expect(database("XLEN s") == 1)
    }

    @Test("reads numbers as C does", arguments: ["007-1", " 7-+1", "+7-01"] as [ByteString])
    func looseNumbers(id: ByteString) {
        #expect(database(["XADD", "s", id, "a", "1"]) == "7-1")
    }

    @Test("ends with the last identifier there is")
    func exhaustion() {
        let last = "18446744073709551615-18446744073709551615"
        #expect(database("XADD s \(last) a 1") == Reply(stringLiteral: last))
        #expect(database("XADD s * a 1").isError(startingWith: "ERR The stream has exhausted"))
        database("XADD t 5-18446744073709551615 a 1")
        #expect(database("XADD t 5-* a 1").isError(startingWith: "ERR The ID specified"))
        #expect(database("XADD t 6-* a 1") == "6-0")
    }

    @Test("NOMKSTREAM adds to what is there only")
    func existing() {
        #expect(database("XADD s NOMKSTREAM * a 1") == nil)
        #expect(database("EXISTS s") == 0)
        database("XADD s 1 a 1")
        #expect(database("XADD s NOMKSTREAM 2 a 1") == "2-0")
    }

    @Test("trims to what is asked for")
    func trimming() {
        for index in 1...10 { database("XADD s MAXLEN 5 \(index) a \(index)") }
        #expect(database("XLEN s") == 5)
        #expect(database("XADD s MINID = 9 11 a 1") == "11-0")
        #expect(database("XRANGE s - + COUNT 1") == [["9-0", ["a", "9"]]])
        #expect(database("XADD s MAXLEN 0 12 a 1") == "12-0")
        #expect(database("XLEN s") == 0)
        #expect(database("EXISTS s") == 1)
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("XADD s *", "ERR wrong number of arguments for 'xadd' command"),
            ("XADD s * a", "ERR wrong number of arguments for 'xadd' command"),
            ("XADD s * a 1 b", "ERR wrong number of arguments for 'xadd' command"),
            ("XADD s MAXLEN -1 * a 1", "ERR The MAXLEN argument must be >= 0."),
            ("XADD s MAXLEN x * a 1", "ERR value is not an integer"),
            ("XADD s MINID x * a 1", "ERR Invalid stream ID"),
            ("XADD s MAXLEN 1 MINID 1 * a 1", "ERR syntax error, MAXLEN and MINID"),
            ("XADD s LIMIT 1 * a 1", "ERR syntax error, LIMIT cannot be used without specifying"),
            ("XADD s MAXLEN 5 LIMIT 1 * a 1", "ERR syntax error, LIMIT cannot be used without the"),
            ("XADD s MAXLEN ~ 5 LIMIT -1 * a 1", "ERR The LIMIT argument must be >= 0."),
            ("XADD text * a 1", "WRONGTYPE"),
        ] as [(String, ByteString)])
    func rejection(request: String, error: ByteString) {
        database("SET text value")
        #expect(database(request).isError(startingWith: error), "\(database(request))")
        #expect(database("EXISTS s") == 0)
    }

    @Test("tells of the entry, and of those it trimmed")
    func events() {
        database.keyspace.collectedEvents = [.stream]
        database("XADD s 1 a 1")
        database("XADD s MAXLEN 1 2 a 1")
        #expect(database.takeEvents() == ["xadd s", "xadd s", "xtrim s"])
    }

    @Test("a snapshot keeps what was there")
    func snapshot() throws {
        for index in 1...150 { database("XADD s \(index) a \(index)") }
        let before = database.keyspace.snapshot()
        database("XADD s 200 a 1")
        database("XDEL s 1 149")
        #expect(database("XLEN s") == 149)
        before.forEachEntry(inDatabase: 0) { entry in
            guard case .stream(let stream) = entry.value else { return }
            #expect(stream.count == 150)
            #expect(stream.edgeID(last: true)?.milliseconds == 150)
        }
    }
}
