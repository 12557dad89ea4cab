// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("LRANGE")
struct LRANGETests {
    let database = TestDatabase()

    @Test(
        "answers what lies between",
        arguments: [
            ("0 -1", "abcde"), ("1 2", "bc"), ("-2 -1", "de"), ("-100 1", "ab"), ("3 100", "de"),
            ("3 2", ""), ("5 9", ""), ("0 -6", ""), ("-9223372036854775808 0", "a"),
            ("0 9223372036854775807", "abcde"), ("9223372036854775807 -1", ""),
        ] as [(String, String)]
    )
    func range(range: String, expected: String) {
        database("RPUSH list a b c d e")
        #expect(
            database("LRANGE list \(range)")
                == .array(expected.map { .bulk(ByteString(String($0))) }))
    }

    @Test("looks at the numbers before the key")
    func rejection() {
        database("SET text value")
        #expect(database("LRANGE missing 0 -1") == [])
        #expect(
            database("LRANGE text 0 x") == .error("ERR value is not an integer or out of range"))
        #expect(database("LRANGE text 0 1").isError(startingWith: "WRONGTYPE"))
    }

    @Test("reads across chunks")
    func manyChunks() {
        let elements = (0..<3000).map { ByteString("element-\($0)") }
        database([ByteString("RPUSH"), "list"] + elements)
        #expect(database("LRANGE list 900 2099") == .array(elements[900..<2100].map { .bulk($0) }))
        #expect(
            database("LRANGE list 2800 2805") == .array(elements[2800..<2806].map { .bulk($0) }))
    }
}
