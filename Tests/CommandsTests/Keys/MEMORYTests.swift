// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("MEMORY")
struct MEMORYTests {
    @Test("counts a key as Redis's own test expects: no less than it holds, no more than twice")
    func usage() {
        let database = TestDatabase()
        for keyCount in [1, 5, 16, 32, 64, 129, 257] {
            for count in [1, 8, 17, 33, 65, 128, 255] {
                let key = String(repeating: "k", count: keyCount)
                database("SET \(key) \(String(repeating: "v", count: count))")
                let least = 16 + keyCount + count
                let used = database("MEMORY USAGE \(key)").integer ?? 0
                #expect(used >= least)
                #expect(used <= (least < 32 ? 64 : least * 2), "\(keyCount) \(count)")
            }
        }
    }

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
