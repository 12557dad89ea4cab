// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("SMEMBERS")
struct SMEMBERSTests {
    @Test("answers with all members, in RESP3 as a set")
    func members() {
        let database = TestDatabase()
        database("SADD s 20 3 100")
        #expect(database("SMEMBERS s") == ["3", "20", "100"])
        #expect(database("SMEMBERS missing") == [])
        let modern = database.connect(protocolVersion: 3)
        #expect(modern("SMEMBERS s") == .set(["3", "20", "100"]))
        #expect(modern("SMEMBERS missing") == .set([]))
        for number in 0..<600 { database("SADD large m\(number)") }
        let all = (database("SMEMBERS large").elements ?? []).compactMap(\.text)
        #expect(Set(all) == Set((0..<600).map { ByteString("m\($0)") }) && all.count == 600)
        database("SET text value")
        #expect(database("SMEMBERS text").isError(startingWith: "WRONGTYPE"))
    }
}
