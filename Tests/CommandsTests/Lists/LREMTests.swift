// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("LREM")
struct LREMTests {
    let database = TestDatabase()

    @Test(
        "removes from the head, from the tail, or all",
        arguments: [
            ("0", 3, "bcd"), ("2", 2, "bcad"), ("-2", 2, "abcd"), ("-1", 1, "abacd"),
            ("9", 3, "bcd"),
        ] as [(String, Int64, String)]
    )
    func remove(count: String, removed: Int64, rest: String) {
        database("RPUSH list a b a c a d")
        #expect(database("LREM list \(count) a") == .integer(removed))
        #expect(
            database("LRANGE list 0 -1") == .array(rest.map { .bulk(ByteString(String($0))) }))
    }

    @Test("removes the key with the last element")
    func last() {
        database("RPUSH list a a")
        database.collectEvents()
        #expect(database("LREM list 0 b") == 0)
        #expect(database("LREM list 0 a") == 2)
        #expect(database.takeEvents() == ["lrem list", "del list"])
        #expect(database("LREM list 0 a") == 0)
    }

    @Test("refuses bad counts and another type")
    func rejection() {
        database("SET text value")
        #expect(database("LREM text x a") == .error("ERR value is not an integer or out of range"))
        #expect(
            database("LREM list -9223372036854775808 a")
                == .error(
                    "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807"
                ))
        #expect(database("LREM text 0 a").isError(startingWith: "WRONGTYPE"))
    }

    @Test("joins what it leaves of many chunks")
    func sparse() {
        for number in 0..<5000 {
            database("RPUSH list \(number % 100 == 0 ? "keep" : "drop")-me-now")
        }
        #expect(database("LREM list 0 drop-me-now") == 4950)
        #expect(database("LLEN list") == 50)
        #expect(database("LINDEX list 49") == "keep-me-now")
    }
}
