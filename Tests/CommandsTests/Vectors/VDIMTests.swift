// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("VDIM")
struct VDIMTests {
    @Test("answers the components of a stored vector")
    func dimensions() {
        let database = TestDatabase()
        database("VADD memories VALUES 3 1 0 0 coffee")
        #expect(database("VDIM memories") == 3)
        #expect(database("VDIM missing").isError(startingWith: "ERR key does not exist"))
        database("SET greeting hello")
        #expect(database("VDIM greeting").isError(startingWith: "WRONGTYPE"))
    }
}
