// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("VRANDMEMBER")
struct VRANDMEMBERTests {
    @Test("answers one, several different or repeated elements")
    func random() {
        let database = TestDatabase()
        for number in 0..<10 { database("VADD memories VALUES 2 \(number) 1 element\(number)") }
        #expect(database("VRANDMEMBER memories").text?.description.hasPrefix("element") == true)
        for count in [1, 3, 9, 10, 50] {
            let names = database("VRANDMEMBER memories \(count)").elements ?? []
            #expect(names.count == min(count, 10))
            #expect(Set(names.compactMap { $0.text?.description }).count == names.count)
        }
        #expect(database("VRANDMEMBER memories -25").elements?.count == 25)
        #expect(database("VRANDMEMBER memories 0") == [])
        #expect(database("VRANDMEMBER missing") == nil)
        #expect(database("VRANDMEMBER missing 3") == [])
        #expect(
            database("VRANDMEMBER memories x")
                .isError(startingWith: "ERR COUNT value is not an integer"))
    }
}
