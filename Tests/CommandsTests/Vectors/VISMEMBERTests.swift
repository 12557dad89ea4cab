// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("VISMEMBER")
struct VISMEMBERTests {
    @Test("knows its elements")
    func membership() {
        let database = TestDatabase()
        database("VADD memories VALUES 2 1 0 coffee")
        #expect(database("VISMEMBER memories coffee") == 1)
        #expect(database("VISMEMBER memories tea") == 0)
        #expect(database("VISMEMBER missing tea") == 0)
    }
}
