// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("VREM")
struct VREMTests {
    @Test("removes an element, and with the last one the key")
    func remove() {
        let database = TestDatabase()
        database("VADD memories VALUES 2 1 0 coffee")
        database("VADD memories VALUES 2 0 1 tea")
        database.collectEvents()
        #expect(database("VREM memories coffee") == 1)
        #expect(database("VREM memories coffee") == 0)
        #expect(database("VSIM memories VALUES 2 1 0") == ["tea"])
        #expect(database("VREM memories tea") == 1)
        #expect(database("EXISTS memories") == 0)
        #expect(database("VREM memories tea") == 0)
        #expect(database.takeEvents() == ["vrem memories", "vrem memories", "del memories"])
    }

    @Test("a removed element is never found again, its place may be reused")
    func churn() {
        let database = TestDatabase()
        for round in 0..<200 {
            database("VADD memories VALUES 2 \(round % 7) 1 element\(round)")
            if round >= 20 { #expect(database("VREM memories element\(round - 20)") == 1) }
        }
        let found = database("VSIM memories VALUES 2 1 1 COUNT 100").elements ?? []
        let names = Set(found.compactMap { $0.text?.description })
        #expect(names == Set((180..<200).map { "element\($0)" }))
    }
}
