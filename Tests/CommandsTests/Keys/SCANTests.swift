// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("SCAN")
struct SCANTests {
    @Test("goes through what matches")
    func goesThroughWhatMatches() {
        let transcript = #"""
            > SCAN 0
            *2 $1 0 *0
            > SET one 1
            +OK
            > SCAN 0
            *2 $1 0 *1 $3 one
            > SCAN 0 MATCH o*
            *2 $1 0 *1 $3 one
            > SCAN 0 MATCH x*
            *2 $1 0 *0
            > SCAN 0 COUNT 100 MATCH *
            *2 $1 0 *1 $3 one
            > SCAN 0 TYPE string
            *2 $1 0 *1 $3 one
            > SCAN 0 TYPE STRING
            *2 $1 0 *1 $3 one
            > SCAN 0 TYPE list
            *2 $1 0 *0
            > SCAN 0 TYPE nonesuch
            *2 $1 0 *0
            > SCAN +0
            *2 $1 0 *1 $3 one
            > SCAN 00
            *2 $1 0 *1 $3 one
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("finds the empty key with a star alone, and with no other pattern")
    func emptyKey() {
        let database = TestDatabase()
        database(["SET", "", "x"])
        #expect(database("SCAN 0 MATCH *") == ["0", [""]])
        #expect(database("SCAN 0 MATCH **") == ["0", []])
        #expect(database("KEYS *") == [""])
        #expect(database("KEYS **") == [])
    }

    @Test("refuses")
    func refuses() {
        let transcript = #"""
            > SCAN
            -ERR wrong number of arguments for 'scan' command
            > SCAN a
            -ERR invalid cursor
            > SCAN -1
            -ERR invalid cursor
            > SCAN 1.5
            -ERR invalid cursor
            > SCAN 18446744073709551616
            -ERR invalid cursor
            > SCAN 0 COUNT 0
            -ERR syntax error
            > SCAN 0 COUNT -1
            -ERR syntax error
            > SCAN 0 COUNT x
            -ERR value is not an integer or out of range
            > SCAN 0 COUNT
            -ERR syntax error
            > SCAN 0 MATCH
            -ERR syntax error
            > SCAN 0 TYPE
            -ERR syntax error
            > SCAN 0 FOO
            -ERR syntax error
            > SCAN 0 FOO bar
            -ERR syntax error
            > SCAN 0 NOVALUES
            -ERR NOVALUES option can only be used in HSCAN
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("lets expired keys go that it or another read finds")
    func lapsed() {
        let database = TestDatabase()
        for key in ["a", "b", "c"] { database("SET \(key) 1 PX 5") }
        database("SET d 1")
        database.advance(milliseconds: 5)
        #expect(database.keyspace.count == 4)
        #expect(database("GET a") == nil)
        #expect(database.keyspace.count == 3)
        #expect(database("SCAN 0 COUNT 100") == ["0", ["d"]])
        #expect(database.keyspace.count == 1)
        #expect(database.keyspace.statistics.expiredKeys == 3)
    }
}
