// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("VSETATTR")
struct VSETATTRTests {
    @Test("sets and removes an attribute of an existing element")
    func attribute() {
        let database = TestDatabase()
        database("VADD memories VALUES 2 1 0 coffee")
        #expect(database(#"VSETATTR memories coffee "{}""#) == 1)
        #expect(database("VGETATTR memories coffee") == "{}")
        #expect(database("VINFO memories")["attributes-count"] == 1)
        #expect(database(#"VSETATTR memories coffee """#) == 1)
        #expect(database("VGETATTR memories coffee") == nil)
        #expect(database("VINFO memories")["attributes-count"] == 0)
        #expect(database("VSETATTR memories tea {}") == 0)
        #expect(database("VSETATTR missing tea {}") == 0)
    }
}
