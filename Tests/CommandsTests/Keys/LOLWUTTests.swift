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

    @Test("refuses a version that is no number")
    func refuses() {
        let reply = TestDatabase()("LOLWUT VERSION x")
        #expect(reply.isError(startingWith: "ERR value is not an integer or out of range"))
    }
}
