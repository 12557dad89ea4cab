// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("INCRBYFLOAT")
struct INCRBYFLOATTests {
    @Test("adds decimals")
    func addsDecimals() {
        let transcript = #"""
            > INCRBYFLOAT f 10.5
            $4 10.5
            > INCRBYFLOAT f 0.1
            $4 10.6
            > INCRBYFLOAT f -5
            $3 5.6
            > SET f 5.0e3
            +OK
            > INCRBYFLOAT f 2.0e2
            $4 5200
            > SET f 3
            +OK
            > INCRBYFLOAT f 1.1
            $3 4.1
            > INCRBYFLOAT f -4.1
            $1 0
            > SET f 1e-20
            +OK
            > INCRBYFLOAT f 0
            $1 0
            > SET f 0.1
            +OK
            > INCRBYFLOAT f 0.2
            $3 0.3
            > SET f 1
            +OK
            > INCRBYFLOAT f 1000000000000000000000000000000
            $31 1000000000000000000024696061952
            > SET t 1 EX 100
            +OK
            > INCRBYFLOAT t 0.5
            $3 1.5
            > TTL t
            :100
            > SET h 0x10
            +OK
            > INCRBYFLOAT h 0
            $2 16
            > SET m -0.0
            +OK
            > INCRBYFLOAT m 0
            $1 0
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("refuses what is no number")
    func refusesWhatIsNoNumber() {
        let transcript = #"""
            > SET f abc
            +OK
            > INCRBYFLOAT f 1
            -ERR value is not a valid float
            > SET f 1
            +OK
            > INCRBYFLOAT f abc
            -ERR value is not a valid float
            > INCRBYFLOAT f ""
            -ERR value is not a valid float
            > INCRBYFLOAT f " 1"
            -ERR value is not a valid float
            > INCRBYFLOAT f "1 "
            -ERR value is not a valid float
            > INCRBYFLOAT f nan
            -ERR value is not a valid float
            > INCRBYFLOAT f inf
            -ERR increment would produce NaN or Infinity
            > INCRBYFLOAT f -inf
            -ERR increment would produce NaN or Infinity
            > INCRBYFLOAT f 1e5000
            -ERR value is not a valid float
            > INCRBYFLOAT f
            -ERR wrong number of arguments for 'incrbyfloat' command
            > SET f ""
            +OK
            > INCRBYFLOAT f 1
            -ERR value is not a valid float
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
