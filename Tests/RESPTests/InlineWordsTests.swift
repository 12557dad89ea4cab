// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP
import Testing

@Suite("Inline words")
struct InlineWordsTests {
    static func split(_ line: ByteString) -> [ByteString]? {
        line.withBytes { InlineWords.split($0) }?.map { ByteString($0) }
    }

    @Test(
        "splits as Redis does",
        arguments: [
            ("", []),
            ("  \t ", []),
            ("GET key", ["GET", "key"]),
            (" GET   key ", ["GET", "key"]),
            (#"SET "a b" 'c d'"#, ["SET", "a b", "c d"]),
            (#""\x41\n\r\t\b\a\q\"""#, ["A\n\r\t\u{8}\u{7}q\""]),
            (#"'it\'s \n'"#, [#"it's \n"#]),
            (#""" ''"#, ["", ""]),
            (#""\xZZ""#, ["xZZ"]),
        ] as [(ByteString, [ByteString])])
    func splitting(line: ByteString, words: [ByteString]) {
        #expect(Self.split(line) == words)
    }

    @Test(
        "refuses quotes that do not end a word",
        arguments: [#""abc"#, #"'abc"#, #""abc"d"#, #"'abc'd"#, #""abc\""#] as [ByteString])
    func unbalanced(line: ByteString) {
        #expect(Self.split(line) == nil)
    }
}
