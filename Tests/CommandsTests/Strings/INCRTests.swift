// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("INCR")
struct INCRTests {
    @Test("counts")
    func counts() {
        let transcript = #"""
            > INCR n
            :1
            > INCR n
            :2
            > INCRBY n 40
            :42
            > DECR n
            :41
            > DECRBY n 50
            :-9
            > GET n
            $2 -9
            > OBJECT ENCODING n
            $3 int
            > INCRBY n -1
            :-10
            > DECRBY n -1
            :-9
            > SET t 5 EX 100
            +OK
            > INCR t
            :6
            > TTL t
            :100
            > SET n 12
            +OK
            > APPEND n 3
            :3
            > INCR n
            :124
            > OBJECT ENCODING n
            $3 int
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("refuses what is no integer")
    func refusesWhatIsNoInteger() {
        let transcript = #"""
            > SET s abc
            +OK
            > INCR s
            -ERR value is not an integer or out of range
            > INCRBY n x
            -ERR value is not an integer or out of range
            > INCRBY n 1.5
            -ERR value is not an integer or out of range
            > INCRBY n " 1"
            -ERR value is not an integer or out of range
            > INCRBY n +1
            -ERR value is not an integer or out of range
            > INCRBY n 01
            -ERR value is not an integer or out of range
            > INCRBY n 9223372036854775808
            -ERR value is not an integer or out of range
            > DECRBY n x
            -ERR value is not an integer or out of range
            > SET f 1.0
            +OK
            > INCR f
            -ERR value is not an integer or out of range
            > SET e ""
            +OK
            > INCR e
            -ERR value is not an integer or out of range
            > SET p " 1"
            +OK
            > INCR p
            -ERR value is not an integer or out of range
            > INCR
            -ERR wrong number of arguments for 'incr' command
            > INCR a b
            -ERR wrong number of arguments for 'incr' command
            > INCRBY n
            -ERR wrong number of arguments for 'incrby' command
            > DECR
            -ERR wrong number of arguments for 'decr' command
            > DECRBY n
            -ERR wrong number of arguments for 'decrby' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("stops at the edges of 64 bits")
    func stopsAtTheEdgesOf64Bits() {
        let transcript = #"""
            > SET n 9223372036854775807
            +OK
            > INCR n
            -ERR increment or decrement would overflow
            > INCRBY n 1
            -ERR increment or decrement would overflow
            > DECR n
            :9223372036854775806
            > INCRBY n 1
            :9223372036854775807
            > SET n -9223372036854775808
            +OK
            > DECR n
            -ERR increment or decrement would overflow
            > DECRBY n 1
            -ERR increment or decrement would overflow
            > INCRBY n -1
            -ERR increment or decrement would overflow
            > DECRBY n -9223372036854775808
            -ERR decrement would overflow
            > INCRBY n 9223372036854775807
            :-1
            > SET z -1
            +OK
            > DECRBY z 9223372036854775807
            :-9223372036854775808
            > INCRBY z -9223372036854775808
            -ERR increment or decrement would overflow
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
