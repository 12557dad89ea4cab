// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("VLINKS")
struct VLINKSTests {
    @Test("lists the neighbours of every level, the highest first")
    func links() {
        let database = TestDatabase()
        for number in 0..<50 { database("VADD memories VALUES 2 \(number) 1 element\(number)") }
        let levels = database("VLINKS memories element7").elements ?? []
        #expect(!levels.isEmpty)
        let lowest = levels.last?.elements?.compactMap { $0.text?.description } ?? []
        #expect(!lowest.isEmpty && lowest.count <= 32)
        #expect(!lowest.contains("element7"))
        // Links go both ways.
        let back = database("VLINKS memories \(lowest[0])").elements?.last?.elements ?? []
        #expect(back.contains("element7"))
        let scored = database("VLINKS memories element7 WITHSCORES").elements?.last?.elements
        #expect(scored?.count == lowest.count * 2)
    }

    @Test("answers null for what is missing, an error for what is wrong")
    func missing() {
        let database = TestDatabase()
        database("VADD memories VALUES 2 1 0 coffee")
        #expect(database("VLINKS memories coffee") == [[]])
        #expect(database("VLINKS memories tea") == nil)
        #expect(database("VLINKS missing tea") == nil)
        #expect(
            database("VLINKS memories coffee WITHOUTSCORES")
                .isError(startingWith: "ERR wrong number of arguments"))
    }
}
