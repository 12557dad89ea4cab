// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("LCS")
struct LCSTests {
    @Test("finds the longest common subsequence")
    func findsTheLongestCommonSubsequence() {
        let transcript = #"""
            > MSET a ohmytext b mynewtext
            +OK
            > LCS a b
            $6 mytext
            > LCS a b LEN
            :6
            > LCS a b IDX
            *4 $7 matches *2 *2 *2 :4 :7 *2 :5 :8 *2 *2 :2 :3 *2 :0 :1 $3 len :6
            > LCS a b IDX MINMATCHLEN 4
            *4 $7 matches *1 *2 *2 :4 :7 *2 :5 :8 $3 len :6
            > LCS a b IDX MINMATCHLEN 4 WITHMATCHLEN
            *4 $7 matches *1 *3 *2 :4 :7 *2 :5 :8 :4 $3 len :6
            > LCS a b IDX WITHMATCHLEN
            *4 $7 matches *2 *3 *2 :4 :7 *2 :5 :8 :4 *3 *2 :2 :3 *2 :0 :1 :2 $3 len :6
            > LCS a none
            $0 
            > LCS none other
            $0 
            > LCS a none LEN
            :0
            > LCS a none IDX
            *4 $7 matches *0 $3 len :0
            > LCS a a IDX WITHMATCHLEN
            *4 $7 matches *1 *3 *2 :0 :7 *2 :0 :7 :8 $3 len :8
            > LCS a b MINMATCHLEN -1
            $6 mytext
            > MSET x abcxaxbxcabc y xxabccbaabcx
            +OK
            > LCS x y
            $7 xxbcabc
            > LCS x y IDX WITHMATCHLEN
            *4 $7 matches *5 *3 *2 :9 :11 *2 :8 :10 :3 *3 *2 :8 :8 *2 :5 :5 :1 *3 *2 :6 :6 *2 :3 :3 :1 *3 *2 :5 :5 *2 :1 :1 :1 *3 *2 :3 :3 *2 :0 :0 :1 $3 len :7
            @ 3
            > LCS a b IDX
            %2 $7 matches *2 *2 *2 :4 :7 *2 :5 :8 *2 *2 :2 :3 *2 :0 :1 $3 len :6
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("refuses")
    func refuses() {
        let transcript = #"""
            > LCS a b LEN IDX
            -ERR If you want both the length and indexes, please just use IDX.
            > LCS a b FOO
            -ERR syntax error
            > LCS a b MINMATCHLEN
            -ERR syntax error
            > LCS a b IDX MINMATCHLEN x
            -ERR value is not an integer or out of range
            > LCS a
            -ERR wrong number of arguments for 'lcs' command
            > SETRANGE x 99999 z
            :100000
            > SETRANGE y 99999 z
            :100000
            > LCS x y
            -ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
