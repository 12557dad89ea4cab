// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("GETRANGE")
struct GETRANGETests {
    @Test("cuts by either end")
    func cutsByEitherEnd() {
        let transcript = #"""
            > SET k "This is a string"
            +OK
            > GETRANGE k 0 3
            $4 This
            > GETRANGE k -3 -1
            $3 ing
            > GETRANGE k 0 -1
            $16 This is a string
            > GETRANGE k 10 100
            $6 string
            > GETRANGE k 5 3
            $0 
            > GETRANGE k -1 -3
            $0 
            > GETRANGE k -100 3
            $4 This
            > GETRANGE k -100 -50
            $1 T
            > GETRANGE k 100 200
            $0 
            > GETRANGE k 0 -100
            $1 T
            > GETRANGE k 0 9223372036854775807
            $16 This is a string
            > GETRANGE k -9223372036854775808 9223372036854775807
            $16 This is a string
            > GETRANGE k 9223372036854775807 9223372036854775807
            $0 
            > GETRANGE none 0 -1
            $0 
            > SET e ""
            +OK
            > GETRANGE e 0 -1
            $0 
            > SET n 12345
            +OK
            > GETRANGE n 1 2
            $2 23
            > SUBSTR k 0 3
            $4 This
            > SUBSTR k -3 -1
            $3 ing
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("refuses")
    func refuses() {
        let transcript = #"""
            > GETRANGE k a 1
            -ERR value is not an integer or out of range
            > GETRANGE k 1 b
            -ERR value is not an integer or out of range
            > GETRANGE k 1
            -ERR wrong number of arguments for 'getrange' command
            > GETRANGE k 1 2 3
            -ERR wrong number of arguments for 'getrange' command
            > SUBSTR k a 1
            -ERR value is not an integer or out of range
            > SUBSTR k 1
            -ERR wrong number of arguments for 'substr' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
