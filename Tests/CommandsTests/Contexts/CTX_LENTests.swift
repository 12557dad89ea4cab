// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("CTX.LEN")
struct CTX_LENTests {
    @Test("counts messages, not numbers")
    func count() {
        let database = TestDatabase()
        #expect(database("CTX.LEN c") == 0)
        database("CTX.APPEND c MSG user a MSG user b MSG user c")
        database("CTX.DEL c 2")
        #expect(database("CTX.LEN c") == 2)
    }
}
