// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("EXEC")
struct EXECTests {
    @Test("goes on behind an error")
    func goesOnBehindAnError() {
        let transcript = #"""
            > SET s abc
            +OK
            > MULTI
            +OK
            > INCR s
            +QUEUED
            > SET b 1
            +QUEUED
            > INCRBY b x
            +QUEUED
            > EXEC
            *3 -ERR value is not an integer or out of range +OK -ERR value is not an integer or out of range
            > GET b
            $1 1
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("runs nothing when a request could not be queued")
    func runsNothingWhenARequestCouldNotBeQueued() {
        let transcript = #"""
            > MULTI
            +OK
            > SET a 1
            +QUEUED
            > NOSUCH a
            -ERR unknown command 'NOSUCH', with args beginning with: 'a' 
            > EXEC
            -EXECABORT Transaction discarded because of previous errors.
            > GET a
            $-1
            > MULTI
            +OK
            > SET a
            -ERR wrong number of arguments for 'set' command
            > SET a 1
            +QUEUED
            > EXEC
            -EXECABORT Transaction discarded because of previous errors.
            > GET a
            $-1
            > MULTI
            +OK
            > SET a 1
            +QUEUED
            > OBJECT FOO a
            -ERR unknown subcommand 'FOO'. Try OBJECT HELP.
            > EXEC
            -EXECABORT Transaction discarded because of previous errors.
            > GET a
            $-1
            > EXEC
            -ERR EXEC without MULTI
            > EXEC a
            -EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command
            > MULTI
            +OK
            > EXEC a
            -EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command
            > EXEC
            -ERR EXEC without MULTI
            > MULTI
            +OK
            > SET a 1
            +QUEUED
            > SET a
            -ERR wrong number of arguments for 'set' command
            > SET a 2
            +QUEUED
            > DISCARD
            +OK
            > GET a
            $-1
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("keeps the database it selected")
    func keepsTheDatabaseItSelected() {
        let transcript = #"""
            > MULTI
            +OK
            > SELECT 1
            +QUEUED
            > SET a 1
            +QUEUED
            > EXEC
            *2 +OK +OK
            > GET a
            $1 1
            > SELECT 0
            +OK
            > GET a
            $-1
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
