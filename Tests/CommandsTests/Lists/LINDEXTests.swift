// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("LINDEX")
struct LINDEXTests {
    let database = TestDatabase()

    @Test("counts from both ends")
    func index() {
        database("RPUSH list a b c")
        #expect(database("LINDEX list 0") == "a")
        #expect(database("LINDEX list -1") == "c")
        #expect(database("LINDEX list -3") == "a")
        for index in ["3", "-4", "9223372036854775807", "-9223372036854775808"] {
            #expect(database("LINDEX list \(index)") == nil)
        }
    }

    @Test("looks at the key before the index")
    func rejection() {
        database("SET text value")
        #expect(database("LINDEX missing x") == nil)
        #expect(database("LINDEX text x").isError(startingWith: "WRONGTYPE"))
        database("RPUSH list a")
        #expect(database("LINDEX list x") == .error("ERR value is not an integer or out of range"))
    }

    @Test("finds every element of a list of many chunks")
    func manyChunks() {
        for number in 0..<5000 { database("RPUSH list element-\(number)") }
        for number in stride(from: 0, to: 5000, by: 77) {
            #expect(database("LINDEX list \(number)") == .bulk(ByteString("element-\(number)")))
            #expect(
                database("LINDEX list \(number - 5000)") == .bulk(ByteString("element-\(number)")))
        }
    }
}
