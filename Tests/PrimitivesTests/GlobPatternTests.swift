// SPDX-License-Identifier: Apache-2.0

import Primitives
import Testing

@Suite("Glob patterns")
struct GlobPatternTests {
    static func matches(
        _ text: ByteString, _ pattern: ByteString, ignoringCase: Bool = false
    ) -> Bool {
        text.withBytes { text in
            pattern.withBytes { GlobPattern.matches(text, $0, ignoringCase: ignoringCase) }
        }
    }

    @Test(
        "matches",
        arguments: [
            ("", ""), ("abc", "abc"), ("abc", "*"), ("abc", "a*"), ("abc", "*c"),
            ("abc", "a*c"), ("abc", "a**c"), ("abc", "?b?"), ("abc", "a[a-c]c"), ("abc", "a[c-a]c"),
            ("abc", "a[^x]c"), ("a*c", #"a\*c"#), ("a-c", "a[-]c"), ("a]c", #"a[\]]c"#),
            ("abc", "ab[c"), (#"a\"#, #"a\"#), ("aXbXc", "a*X*c"), ("mississippi", "m*si*p?"),
        ] as [(ByteString, ByteString)])
    func match(text: ByteString, pattern: ByteString) {
        #expect(Self.matches(text, pattern))
    }

    @Test(
        "does not match",
        arguments: [
            ("a", ""), ("", "*"), ("", "**"),
            ("", "?"), ("abc", "ab"), ("abc", "abcd"), ("abc", "a?"), ("abc", "a[^b]c"),
            ("abc", "a[x-z]c"), ("abc", #"a\*c"#), ("ABC", "abc"), ("abc", "*d"), ("abc", "a[]c"),
        ] as [(ByteString, ByteString)])
    func mismatch(text: ByteString, pattern: ByteString) {
        #expect(!Self.matches(text, pattern))
    }

    @Test("ignores case when asked to")
    func ignoringCase() {
        #expect(Self.matches("ABC", "a[b-d]C", ignoringCase: true))
        #expect(!Self.matches("ABC", "a[x-z]c", ignoringCase: true))
    }

    @Test("takes no exponential time", .timeLimit(.minutes(1)))
    func manyStars() {
        let text = ByteString(String(repeating: "a", count: 5000))
        #expect(!Self.matches(text, ByteString(String(repeating: "a*", count: 200) + "b")))
    }

    @Test("gives up where Redis does", arguments: [(1000, true), (1001, false)])
    func nesting(stars: Int, isMatch: Bool) {
        let text = ByteString([UInt8](repeating: UInt8(ascii: "a"), count: 3000))
        let pattern = ByteString(String(repeating: "*?", count: stars))
        let matches = text.withBytes { text in
            pattern.withBytes { GlobPattern.matches(text, $0) }
        }
        #expect(matches == isMatch)
    }
}
