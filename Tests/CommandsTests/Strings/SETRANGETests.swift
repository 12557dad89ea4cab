// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("SETRANGE")
struct SETRANGETests {
    @Test("overwrites and fills with zero bytes")
    func overwritesAndFillsWithZeroBytes() {
        let transcript = #"""
            > SET k "Hello World"
            +OK
            > SETRANGE k 6 Redis
            :11
            > GET k
            $11 Hello Redis
            > SETRANGE k 6 Redis!!
            :13
            > GET k
            $13 Hello Redis!!
            > SETRANGE n 3 x
            :4
            > STRLEN n
            :4
            > GETRANGE n 3 3
            $1 x
            > SETRANGE k 0 ""
            :13
            > SETRANGE none 0 ""
            :0
            > EXISTS none
            :0
            > SETRANGE none 5 ""
            :0
            > EXISTS none
            :0
            > SET i 1234
            +OK
            > SETRANGE i 1 9
            :4
            > GET i
            $4 1934
            > OBJECT ENCODING i
            $3 raw
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test(
        "no command makes a string longer than allowed",
        arguments: [
            "SETRANGE k 8 x", "APPEND long x", "SETBIT k 64 1", "GETBIT k 64",
            "BITFIELD k SET u8 64 1", "BITFIELD_RO k GET u8 #8", "LCS long long",
        ])
    func limit(request: String) {
        let database = TestDatabase()
        database("SET long 12345678")
        database.keyspace.longestStringBytes = 8
        #expect(database(request).isError(startingWith: "ERR "))
        #expect(database("SETRANGE k 7 x") == 8 && database("GETBIT k 63") == 0)
    }

    @Test("refuses")
    func refuses() {
        let transcript = #"""
            > SETRANGE k -1 x
            -ERR offset is out of range
            > SETRANGE k a x
            -ERR value is not an integer or out of range
            > SETRANGE k 536870912 x
            -ERR string exceeds maximum allowed size (proto-max-bulk-len)
            > SETRANGE k 536870911 xy
            -ERR string exceeds maximum allowed size (proto-max-bulk-len)
            > SETRANGE k 9223372036854775807 xy
            -ERR string exceeds maximum allowed size (proto-max-bulk-len)
            > SETRANGE k 9223372036854775808 xy
            -ERR value is not an integer or out of range
            > SETRANGE k 9223372036854775807 ""
            :0
            > SETRANGE k 1
            -ERR wrong number of arguments for 'setrange' command
            > SETRANGE k 1 x y
            -ERR wrong number of arguments for 'setrange' command
            > EXISTS k
            :0
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
