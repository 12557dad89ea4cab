// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("VCARD")
struct VCARDTests {
    @Test("counts the elements, none in a missing key")
    func count() {
        let database = TestDatabase()
        database("VADD memories VALUES 2 1 0 coffee")
        #expect(database("VCARD memories") == 1)
        #expect(database("VCARD missing") == 0)
        database("SET greeting hello")
        #expect(database("VCARD greeting").isError(startingWith: "WRONGTYPE"))
    }
}
