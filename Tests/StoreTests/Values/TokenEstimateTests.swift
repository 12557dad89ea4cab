// SPDX-License-Identifier: Apache-2.0

import Primitives
import Store
import Testing

@Suite("Token estimate")
struct TokenEstimateTests {
    @Test(
        "weighs a text by its scripts",
        arguments: [
            ("", 0), ("a", 1), ("abcd", 1), ("abcde", 2), ("привет", 3), ("記憶記憶", 4), ("🙂🙂", 4),
        ] as [(String, Int64)])
    func scripts(text: String, tokens: Int64) {
        ByteString(text).withBytes { #expect(TokenEstimate.tokens(of: $0) == tokens) }
    }

    @Test(
        "takes the number of an attribute, if it is one",
        arguments: [
            ("{\"tokens\":7}", 7), ("{\"tokens\":2.5}", 3), ("{\"tokens\":-1}", 4),
            ("{\"tokens\":\"7\"}", 4), ("{\"tokens\":1e300}", 4), ("12345678", 2),
        ] as [(String, Int64)])
    func attributes(text: String, tokens: Int64) {
        ByteString(text).withBytes {
            #expect(TokenEstimate.tokens(ofAttribute: $0, else: Bytes("name")) == tokens)
        }
        #expect(TokenEstimate.tokens(ofAttribute: nil, else: Bytes("name")) == 1)
    }
}
