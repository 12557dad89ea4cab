// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("LPOS")
struct LPOSTests {
    let database = TestDatabase()

    @Test(
        "finds by rank, count and length",
        arguments: [
            ("c", .integer(2)), ("x", .null), ("c RANK 2", .integer(6)), ("c RANK -1", .integer(7)),
            ("c RANK -2", .integer(6)), ("c RANK 4", .null), ("c COUNT 2", [2, 6]),
            ("c COUNT 0", [2, 6, 7]), ("c COUNT 0 RANK 2", [6, 7]), ("c COUNT 0 RANK -2", [6, 2]),
            ("x COUNT 0", []), ("c MAXLEN 2", .null), ("c MAXLEN 3", .integer(2)),
            ("c COUNT 0 MAXLEN 7", [2, 6]), ("c COUNT 0 RANK -1 MAXLEN 2", [7, 6]),
            ("a RANK -1 MAXLEN 7", .null), ("a RANK -1 MAXLEN 8", .integer(0)),
            ("c rank 9223372036854775807", .null),
        ] as [(String, Reply)]
    )
    func find(request: String, expected: Reply) {
        database("RPUSH list a b c 1 2 3 c c")
        #expect(database("LPOS list \(request)") == expected)
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("list a RANK 0", "ERR RANK can't be zero"),
            ("list a RANK x", "ERR value is not an integer or out of range"),
            ("list a RANK -9223372036854775808", "ERR value is out of range, value must between"),
            ("list a COUNT -1", "ERR COUNT can't be negative"),
            ("list a COUNT x", "ERR COUNT can't be negative"),
            ("list a MAXLEN -1", "ERR MAXLEN can't be negative"),
            ("list a MAXLEN", "ERR syntax error"), ("list a OTHER 1", "ERR syntax error"),
            ("text a", "WRONGTYPE"),
        ] as [(String, String)]
    )
    func rejection(request: String, error: String) {
        database("SET text value")
        #expect(database("LPOS \(request)").isError(startingWith: ByteString(error)))
    }

    @Test("answers nothing, or an empty array, for a missing key")
    func missing() {
        #expect(database.client.wire("LPOS list a") == "$-1\r\n")
        #expect(database.client.wire("LPOS list a COUNT 1") == "*0\r\n")
    }
}
