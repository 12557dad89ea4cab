// SPDX-License-Identifier: Apache-2.0

import Primitives
import Testing

@Suite("JSON text")
struct JSONTextTests {
    @Test(
        "accepts JSON",
        arguments: [
            "{}", "[]", " {\"a\" : [1, -0.5e+3, true, null, \"x\\u00e9\\n\"]} ", "0", "\"\"",
            "-1E9",
        ])
    func valid(text: String) {
        #expect(ByteString(text).withBytes { JSONText.isValid($0) })
    }

    @Test(
        "refuses what is none",
        arguments: [
            "", " ", "{", "{\"a\"}", "{\"a\":1,}", "[1,]", "01", "1.", "+1", ".5", "1e", "tru",
            "nul",
            "\"a", "\"\\x\"", "\"\\u12g4\"", "\"\n\"", "{} {}", "{a:1}", "-", "[1 2]", "\\",
        ])
    func invalid(text: String) {
        #expect(!ByteString(text).withBytes { JSONText.isValid($0) })
    }

    @Test("bounds the depth")
    func depth() {
        for (depth, isValid) in [(128, true), (129, false), (1_000_000, false)] {
            let text = ByteString(
                String(repeating: "[", count: depth) + String(repeating: "]", count: depth))
            #expect(text.withBytes { JSONText.isValid($0) } == isValid)
        }
    }
}
