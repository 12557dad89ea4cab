// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("MEMORY")
struct MEMORYTests {
    @Test("answers null for what is missing")
    func answersNullForWhatIsMissing() {
        let transcript = #"""
            > MEMORY USAGE none
            $-1
            > MEMORY USAGE none SAMPLES 0
            $-1
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("refuses")
    func refuses() {
        let transcript = #"""
            > MEMORY
            -ERR wrong number of arguments for 'memory' command
            > MEMORY USAGE
            -ERR wrong number of arguments for 'memory|usage' command
            > MEMORY USAGE a SAMPLES
            -ERR syntax error
            > MEMORY USAGE a SAMPLES x
            -ERR value is not an integer or out of range
            > MEMORY USAGE a SAMPLES -1
            -ERR syntax error
            > MEMORY USAGE a FOO 1
            -ERR syntax error
            > MEMORY FOO
            -ERR unknown subcommand 'FOO'. Try MEMORY HELP.
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
