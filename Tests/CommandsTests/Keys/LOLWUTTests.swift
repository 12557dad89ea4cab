// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("LOLWUT")
struct LOLWUTTests {
    @Test(
        "draws, and tells the version", arguments: ["LOLWUT", "lolwut version 5 1 2", "LOLWUT x"])
    func draws(request: String) throws {
        let text = try #require(TestDatabase()(request).text).description
        #expect(text.contains("o"))
        #expect(text.hasSuffix("Redis ver. 8.2.3\n"))
    }

    @Test("draws as wide and as high as asked", arguments: ["5 20 1 3", "6 20 3"])
    func sizes(request: String) throws {
        let text = try #require(TestDatabase()("LOLWUT VERSION \(request)").text).description
        let lines = text.split(separator: "\n")
        #expect(lines.count == 6 && lines[0].count == 20)
    }

    @Test(
        "refuses what is no number",
        arguments: ["x", "5 x", "5 1 -inf", "5 1 1 1.5", "6 1 x"])
    func refuses(request: String) {
        let reply = TestDatabase()("LOLWUT VERSION \(request)")
        #expect(reply.isError(startingWith: "ERR value is not an integer or out of range"))
    }
}
