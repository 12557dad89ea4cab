// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("XLEN")
struct XLENTests {
    @Test("counts entries, not what was deleted")
    func counting() {
        let database = TestDatabase()
        #expect(database("XLEN s") == 0)
        for index in 1...3 { database("XADD s \(index) a 1") }
        database("XDEL s 2")
        #expect(database("XLEN s") == 2)
        database("SET text value")
        #expect(database("XLEN text").isError(startingWith: "WRONGTYPE"))
    }
}
