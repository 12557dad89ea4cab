// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("LTRIM")
struct LTRIMTests {
    let database = TestDatabase()

    @Test(
        "keeps what lies between",
        arguments: [
            ("0 -1", "abcde"), ("1 2", "bc"), ("-2 -1", "de"), ("3 100", "de"), ("3 2", ""),
            ("5 9", ""), ("0 -6", ""), ("0 0", "a"),
        ] as [(String, String)]
    )
    func trim(range: String, expected: String) {
        database("RPUSH list a b c d e")
        #expect(database("LTRIM list \(range)") == "OK")
        #expect(
            database("LRANGE list 0 -1") == .array(expected.map { .bulk(ByteString(String($0))) }))
        #expect(database.keyspace.count == (expected.isEmpty ? 0 : 1))
    }

    @Test("looks at the numbers before the key")
    func rejection() {
        database("SET text value")
        #expect(database("LTRIM missing 0 -1") == "OK")
        #expect(database("LTRIM text 0 x") == .error("ERR value is not an integer or out of range"))
        #expect(database("LTRIM text 0 1").isError(startingWith: "WRONGTYPE"))
    }

    @Test("cuts whole chunks away")
    func manyChunks() {
        let elements = (0..<3000).map { ByteString("element-\($0)") }
        database([ByteString("RPUSH"), "list"] + elements)
        database("LTRIM list 1500 -1400")
        #expect(database("LRANGE list 0 -1") == .array(elements[1500...1600].map { .bulk($0) }))
    }
}
