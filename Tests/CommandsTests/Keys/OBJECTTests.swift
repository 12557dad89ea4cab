// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("OBJECT")
struct OBJECTTests {
    @Test("names encodings")
    func namesEncodings() {
        let transcript = #"""
            > SET i 123
            +OK
            > OBJECT ENCODING i
            $3 int
            > SET i 9223372036854775808
            +OK
            > OBJECT ENCODING i
            $6 embstr
            > SET i 0012
            +OK
            > OBJECT ENCODING i
            $6 embstr
            > SET e 12345678901234567890123456789012345678901
            +OK
            > OBJECT ENCODING e
            $3 raw
            > SET e 123456789012345678901234567890123456789012
            +OK
            > OBJECT ENCODING e
            $3 raw
            > SET e 12345678901234567890123456789012
            +OK
            > OBJECT ENCODING e
            $6 embstr
            > SET e 123456789012345678901234567890123 EX 100
            +OK
            > OBJECT ENCODING e
            $3 raw
            > PERSIST e
            :1
            > OBJECT ENCODING e
            $3 raw
            > SET name 12345678901234567890123456789 EX 100
            +OK
            > OBJECT ENCODING name
            $6 embstr
            > SET names 12345678901234567890123456789 EX 100
            +OK
            > RENAME names e
            +OK
            > OBJECT ENCODING e
            $3 raw
            > SET eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee v
            +OK
            > OBJECT ENCODING eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee
            $3 raw
            > OBJECT ENCODING none
            $-1
            > OBJECT REFCOUNT i
            :1
            > OBJECT REFCOUNT none
            $-1
            > OBJECT IDLETIME i
            :0
            > OBJECT IDLETIME none
            $-1
            > OBJECT FREQ i
            -ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.
            > OBJECT FREQ none
            $-1
            > OBJECT HELP
            *15 +OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are: +ENCODING <key> +    Return the kind of internal representation used in order to store the value +    associated with a <key>. +FREQ <key> +    Return the access frequency index of the <key>. The returned integer is +    proportional to the logarithm of the recent access frequency of the key. +IDLETIME <key> +    Return the idle time of the <key>, that is the approximated number of +    seconds elapsed since the last access to the key. +REFCOUNT <key> +    Return the number of references of the value associated with the specified +    <key>. +HELP +    Print this help.
            @ 3
            > OBJECT ENCODING none
            _
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("refuses")
    func refuses() {
        let transcript = #"""
            > OBJECT
            -ERR wrong number of arguments for 'object' command
            > OBJECT ENCODING
            -ERR wrong number of arguments for 'object|encoding' command
            > OBJECT ENCODING a b
            -ERR wrong number of arguments for 'object|encoding' command
            > OBJECT FOO a
            -ERR unknown subcommand 'FOO'. Try OBJECT HELP.
            > OBJECT HELP a
            -ERR wrong number of arguments for 'object|help' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
