// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("ZMPOP")
struct ZMPOPTests {
    @Test("takes members of the first set that has some")
    func pops() {
        let database = TestDatabase()
        database("ZADD second 1 a 2 b 3 c")
        #expect(database("ZMPOP 2 first second MIN") == ["second", [["a", "1"]]])
        #expect(database("ZMPOP 1 second MAX COUNT 9") == ["second", [["c", "3"], ["b", "2"]]])
        #expect(database.client.wire("ZMPOP 2 first second MIN") == "*-1\r\n")
    }

    @Test("BZMPOP waits")
    func blocking() {
        let database = TestDatabase()
        let waiting = database.connect()
        #expect(waiting("BZMPOP 0 2 first second MAX COUNT 2") == .blocked)
        database("ZADD second 1 a 2 b 3 c")
        #expect(waiting.takeLateReply() == ["second", [["c", "3"], ["b", "2"]]])
        #expect(waiting("BZMPOP 0 1 second MIN") == ["second", [["a", "1"]]])
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("ZMPOP 0 z MIN", "ERR numkeys should be greater than 0"),
            ("ZMPOP a z MIN", "ERR numkeys should be greater than 0"),
            ("ZMPOP 2 z MIN", "ERR syntax error"),
            ("ZMPOP 1 z UP", "ERR syntax error"),
            ("ZMPOP 1 z MIN COUNT", "ERR syntax error"),
            ("ZMPOP 1 z MIN COUNT 0", "ERR count should be greater than 0"),
            ("ZMPOP 1 z MIN COUNT 1 COUNT 1", "ERR syntax error"),
            ("ZMPOP 1 text MIN", "WRONGTYPE"),
            ("BZMPOP x 1 z MIN", "ERR timeout is not a float or out of range"),
            ("BZMPOP x 0 z MIN", "ERR numkeys should be greater than 0"),
        ])
    func errors(request: String, error: String) {
        let database = TestDatabase()
        database("SET text value")
        #expect(database(request).isError(startingWith: ByteString(error)))
    }
}
