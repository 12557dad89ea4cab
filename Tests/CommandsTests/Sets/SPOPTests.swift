// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("SPOP")
struct SPOPTests {
    @Test("takes one member, some or all", arguments: ["", "w"], [5, 600])
    func pops(prefix: String, count: Int) {
        let all = Set((0..<count).map { ByteString("\(prefix)\($0)") })
        for popped in [1, 2, count - 2, count, count + 5] {
            let database = TestDatabase()
            for number in 0..<count { database("SADD s \(prefix)\(number)") }
            database.collectEvents()
            let taken = (database("SPOP s \(popped)").elements ?? []).compactMap(\.text)
            #expect(taken.count == min(popped, count) && Set(taken).count == taken.count)
            let left = (database("SMEMBERS s").elements ?? []).compactMap(\.text)
            #expect(Set(taken).union(left) == all && left.count == count - taken.count)
            #expect(database.takeEvents() == (left.isEmpty ? ["spop s", "del s"] : ["spop s"]))
        }
    }

    @Test("takes the last member with its key")
    func last() {
        let database = TestDatabase()
        database("SADD s m")
        database.collectEvents()
        #expect(database("SPOP s") == "m")
        #expect(database.takeEvents() == ["spop s", "del s"])
        #expect(database("SPOP s") == nil)
        #expect(database("SPOP s 3") == [])
        #expect(database.connect(protocolVersion: 3)("SPOP s 3") == .set([]))
        database("SADD s 1 2 3")
        #expect(database("SPOP s 0") == [])
        #expect(database.connect(protocolVersion: 3)("SPOP s 10") == .set(["1", "2", "3"]))
    }

    @Test("packs a table anew when few members stay")
    func few() {
        let database = TestDatabase()
        for number in 0..<600 { database("SADD s w\(number)") }
        database("SPOP s 400")
        #expect(database("OBJECT ENCODING s") == "hashtable")
        database("SPOP s 190")
        #expect(database("OBJECT ENCODING s") == "listpack")
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("SPOP s x", "ERR value is out of range, must be positive"),
            ("SPOP s -1", "ERR value is out of range, must be positive"),
            ("SPOP s 1 2", "ERR syntax error"),
            ("SPOP text", "WRONGTYPE Operation against a key holding the wrong kind of value"),
            ("SPOP text 1", "WRONGTYPE Operation against a key holding the wrong kind of value"),
        ])
    func rejection(request: String, error: String) {
        let database = TestDatabase()
        database("SET text value")
        database("SADD s 1 2 3")
        #expect(database(request) == .error(ByteString(error)))
        #expect(database("SCARD s") == 3)
    }
}
