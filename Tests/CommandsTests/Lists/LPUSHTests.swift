// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("LPUSH")
struct LPUSHTests {
    let database = TestDatabase()

    @Test("pushes at either end, in the order given")
    func order() {
        #expect(database("LPUSH list a b c") == 3)
        #expect(database("RPUSH list d e") == 5)
        #expect(database("LRANGE list 0 -1") == ["c", "b", "a", "d", "e"])
    }

    @Test("the X forms make no list")
    func onlyIfExists() {
        #expect(database("LPUSHX list a") == 0)
        #expect(database("RPUSHX list a b") == 0)
        #expect(database.keyspace.count == 0)
        database("RPUSH list b")
        #expect(database("LPUSHX list a") == 2)
        #expect(database("RPUSHX list c d") == 4)
        #expect(database("LRANGE list 0 -1") == ["a", "b", "c", "d"])
    }

    @Test(
        "refuses another type and missing elements",
        arguments: ["LPUSH", "RPUSH", "LPUSHX", "RPUSHX"])
    func rejection(name: String) {
        database("SET text value")
        #expect(database("\(name) text a").isError(startingWith: "WRONGTYPE"))
        #expect(
            database("\(name) list")
                == .error(
                    ByteString(
                        "ERR wrong number of arguments for '\(name.lowercased())' command")))
    }

    @Test("tells what happened")
    func events() {
        database.collectEvents()
        database("LPUSH list a b")
        database("RPUSHX list c")
        #expect(database.takeEvents() == ["new list", "lpush list", "rpush list"])
    }

    @Test("changes encoding where Redis does")
    func encoding() throws {
        let element = String(repeating: "x", count: 100)
        func encoding() throws -> String {
            "\(try #require(try ByteString("list").withBytes { try database.keyspace.list($0) }).encodingName)"
        }
        for _ in 0..<79 { database("RPUSH list \(element)") }
        #expect(try encoding() == "listpack")
        for _ in 0..<2 { database("RPUSH list \(element)") }
        #expect(try encoding() == "quicklist")
        for _ in 0..<78 { database("LPOP list") }
        #expect(try encoding() == "quicklist")
        database("LPOP list")
        #expect(try encoding() == "listpack")
    }
}
