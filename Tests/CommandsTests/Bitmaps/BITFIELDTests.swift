// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("BITFIELD")
struct BITFIELDTests {
    @Test("what is far too low for a signed field counts as too large, as in Redis")
    func farTooLow() {
        let database = TestDatabase()
        database("BITFIELD k OVERFLOW SAT SET i2 0 -9223372036854775808 SET i2 2 -5")
        #expect(database("BITFIELD k GET i2 0 GET i2 2") == [1, -2])
        #expect(database("BITFIELD k OVERFLOW FAIL SET i2 0 -9223372036854775808") == [nil])
    }

    @Test("reads and writes fields of any width")
    func readsAndWrites() {
        let transcript = #"""
            > BITFIELD k SET u8 0 255 GET u8 0 GET i8 0 GET u4 0 GET u16 4
            *5 :0 :255 :-1 :15 :61440
            > BITFIELD k INCRBY i5 100 1 GET u4 0
            *2 :1 :15
            > STRLEN k
            :14
            > BITFIELD k SET i64 3 -9223372036854775808 GET i64 3 GET u63 4
            *3 :-576460752303423488 :-9223372036854775808 :0
            > BITFIELD k SET u63 5 9223372036854775807 SET u1 200 1 GET u2 199
            *3 :0 :0 :1
            > BITFIELD k SET i3 #2 -1 GET i3 #2 GET u3 #2 GET u9 0
            *4 :-1 :-1 :7 :495
            > BITFIELD k GET u8 100000
            *1 :0
            > BITFIELD none GET i8 0 GET u8 3
            *2 :0 :0
            > EXISTS none
            :0
            > BITFIELD none
            *0
            > BITFIELD k OVERFLOW SAT
            *0
            > SET n 12
            +OK
            > BITFIELD n GET u8 0
            *1 :49
            > OBJECT ENCODING n
            $3 int
            > BITFIELD n SET u8 0 49
            *1 :49
            > OBJECT ENCODING n
            $3 raw
            > BITFIELD_RO n GET u8 0 GET u8 #1
            *2 :49 :50
            > BITFIELD_RO none GET u8 0
            *1 :0
            > BITFIELD_RO n
            *0
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("wraps, saturates or fails")
    func overflows() {
        let transcript = #"""
            > BITFIELD k SET u8 0 250 INCRBY u8 0 10
            *2 :0 :4
            > BITFIELD k SET u8 0 250 OVERFLOW SAT INCRBY u8 0 10 INCRBY u8 0 -300
            *3 :4 :255 :0
            > BITFIELD k SET u8 0 250 OVERFLOW FAIL INCRBY u8 0 10 INCRBY u8 0 -251 INCRBY u8 0 -250
            *4 :0 $-1 $-1 :0
            > BITFIELD k SET i8 0 120 INCRBY i8 0 10 OVERFLOW SAT INCRBY i8 0 100 INCRBY i8 0 1000 INCRBY i8 0 -1000
            *5 :0 :-126 :-26 :127 :-128
            > BITFIELD k SET i8 0 -120 OVERFLOW FAIL INCRBY i8 0 -10 SET i8 0 1000 SET i8 0 -129 SET i8 0 -128
            *5 :-128 $-1 $-1 $-1 :-120
            > BITFIELD k OVERFLOW wrap SET i8 0 1000 SET u8 0 -1 OVERFLOW SAT SET u8 0 -1 SET i8 0 -1000 GET i8 0
            *5 :-128 :232 :255 :-1 :-128
            > BITFIELD k SET i64 0 9223372036854775807 INCRBY i64 0 1 OVERFLOW SAT INCRBY i64 0 -1 INCRBY i64 0 -9223372036854775808
            *4 :-9223372036854775808 :-9223372036854775808 :-9223372036854775808 :-9223372036854775808
            > BITFIELD k SET i64 0 9223372036854775807 OVERFLOW SAT INCRBY i64 0 9223372036854775807 OVERFLOW FAIL INCRBY i64 0 1
            *3 :-9223372036854775808 :9223372036854775807 $-1
            > BITFIELD k SET u63 0 9223372036854775807 INCRBY u63 0 1 OVERFLOW SAT INCRBY u63 0 -1 INCRBY u63 0 9223372036854775807 INCRBY u63 0 9223372036854775807
            *5 :4611686018427387903 :0 :0 :9223372036854775807 :9223372036854775807
            > BITFIELD k SET i1 0 0 INCRBY i1 0 1 INCRBY i1 0 -1 OVERFLOW SAT INCRBY i1 0 5 INCRBY i1 0 -5
            *5 :-1 :-1 :0 :0 :-1
            > BITFIELD k OVERFLOW FAIL SET u1 900 2
            *1 $-1
            > STRLEN k
            :113
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("refuses")
    func refuses() {
        let transcript = #"""
            > BITFIELD k SET u64 0 1
            -ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.
            > BITFIELD k SET i65 0 1
            -ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.
            > BITFIELD k GET u0 0
            -ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.
            > BITFIELD k GET x8 0
            -ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.
            > BITFIELD k GET u 0
            -ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.
            > BITFIELD k GET "" 0
            -ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.
            > BITFIELD k GET u8 -1
            -ERR bit offset is not an integer or out of range
            > BITFIELD k GET u8 x
            -ERR bit offset is not an integer or out of range
            > BITFIELD k GET u8 #x
            -ERR bit offset is not an integer or out of range
            > BITFIELD k GET u8 #-1
            -ERR bit offset is not an integer or out of range
            > BITFIELD k GET u8 4294967296
            -ERR bit offset is not an integer or out of range
            > BITFIELD k GET u8 #536870912
            -ERR bit offset is not an integer or out of range
            > BITFIELD k GET u8 #9223372036854775807
            -ERR bit offset is not an integer or out of range
            > BITFIELD k SET u8 0 x
            -ERR value is not an integer or out of range
            > BITFIELD k SET u8 0
            -ERR syntax error
            > BITFIELD k GET u8
            -ERR syntax error
            > BITFIELD k OVERFLOW
            -ERR syntax error
            > BITFIELD k OVERFLOW NONE GET u8 0
            -ERR Invalid OVERFLOW type specified
            > BITFIELD k FLIP u8 0
            -ERR syntax error
            > BITFIELD k GET u8 0 SET u8 0
            -ERR syntax error
            > BITFIELD_RO k SET u8 0 1
            -ERR BITFIELD_RO only supports the GET subcommand
            > BITFIELD_RO k SET u8 0 x
            -ERR value is not an integer or out of range
            > BITFIELD_RO k OVERFLOW SAT GET u8 0
            *1 :0
            > LPUSH l a
            :1
            > BITFIELD l GET u8 0
            -WRONGTYPE Operation against a key holding the wrong kind of value
            > BITFIELD l SET u8 0 1
            -WRONGTYPE Operation against a key holding the wrong kind of value
            > BITFIELD_RO l GET u8 0
            -WRONGTYPE Operation against a key holding the wrong kind of value
            > BITFIELD_RO l SET u8 0 1
            -ERR BITFIELD_RO only supports the GET subcommand
            > EXISTS k
            :0
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
