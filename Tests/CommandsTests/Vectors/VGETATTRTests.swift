// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("VGETATTR")
struct VGETATTRTests {
    @Test("answers null without element, attribute or key")
    func missing() {
        let database = TestDatabase()
        database("VADD memories VALUES 2 1 0 coffee")
        #expect(database("VGETATTR memories coffee") == nil)
        #expect(database("VGETATTR memories tea") == nil)
        #expect(database("VGETATTR missing tea") == nil)
        database("SET greeting hello")
        #expect(database("VGETATTR greeting tea").isError(startingWith: "WRONGTYPE"))
    }
}
