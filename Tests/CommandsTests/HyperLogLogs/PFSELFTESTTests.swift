// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("PFSELFTEST")
struct PFSELFTESTTests {
    @Test("finds nothing wrong")
    func passes() {
        #expect(TestDatabase()("PFSELFTEST") == "OK")
        #expect(TestDatabase()("PFSELFTEST x").isError(startingWith: "ERR wrong number"))
    }
}
