// SPDX-License-Identifier: Apache-2.0

import Primitives
import TestSupport
import Testing

@Suite("XTRIM")
struct XTRIMTests {
    let database = TestDatabase()

    init() {
        for index in 1...250 { database("XADD s \(index) a \(index)") }
    }

    @Test("removes exactly what is asked for")
    func exact() {
        #expect(database("XTRIM s MAXLEN 240") == 10)
        #expect(database("XTRIM s MAXLEN = 240") == 0)
        #expect(database("XTRIM s MINID 101") == 90)
        #expect(database("XRANGE s - + COUNT 1") == [["101-0", ["a", "101"]]])
        #expect(database("XTRIM s MAXLEN 0") == 150)
        #expect(database("XINFO STREAM s")["recorded-first-entry-id"] == "0-0")
        #expect(database("XTRIM missing MAXLEN 1") == 0)
    }

    @Test("approximately, removes whole chunks of a hundred")
    func approximate() {
        #expect(database("XTRIM s MAXLEN ~ 151") == 0)
        #expect(database("XTRIM s MAXLEN ~ 150 LIMIT 99") == 0)
        #expect(database("XTRIM s MAXLEN ~ 150 LIMIT 100") == 100)
        #expect(database("XTRIM s MINID ~ 201") == 100)
        #expect(database("XTRIM s MINID ~ 250") == 0)
        // Whether groups know of entries must be asked one by one.
        #expect(database("XTRIM s MAXLEN ~ 0 DELREF") == 0)
    }

    @Test("leaves what groups have not acknowledged, or lets them forget it")
    func references() {
        database("XGROUP CREATE s g 0")
        database("XREADGROUP GROUP g c COUNT 5 STREAMS s >")
        database("XACK s g 2 4")
        #expect(database("XTRIM s MAXLEN 0 ACKED") == 2)
        #expect(database("XRANGE s - + COUNT 3").elements?.count == 3)
        #expect(database("XLEN s") == 248)
        #expect(database("XTRIM s MINID 4 DELREF") == 2)
        #expect(database("XPENDING s g") == [1, "5-0", "5-0", [["c", "1"]]])
        #expect(database("XTRIM s MINID 6 KEEPREF") == 1)
        #expect(database("XPENDING s g") == [1, "5-0", "5-0", [["c", "1"]]])
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("XTRIM s MAXLEN", "ERR wrong number"), ("XTRIM s MAXLEN 1 x", "ERR syntax error"),
            ("XTRIM s DELREF KEEPREF", "ERR syntax error"),
            ("XTRIM s DELREF LIMIT 0", "ERR syntax error, XTRIM must be called"),
            ("XTRIM s MAXLEN = 1 LIMIT 0", "ERR syntax error, LIMIT cannot be used without the"),
            ("XTRIM text MAXLEN 1", "WRONGTYPE"),
        ] as [(String, ByteString)])
    func rejection(request: String, error: ByteString) {
        database("SET text value")
        #expect(database(request).isError(startingWith: error), "\(database(request))")
    }
}
