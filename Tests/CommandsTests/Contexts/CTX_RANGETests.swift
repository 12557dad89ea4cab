// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("CTX.RANGE")
struct CTX_RANGETests {
    @Test(
        "goes by number, and from the end",
        arguments: [
            ("0 -1", [1, 2, 4, 5]), ("1 1", [1]), ("2 4", [2, 4]), ("3 3", []), ("-2 -1", [4, 5]),
            ("-3 -3", [2]), ("-100 2", [1, 2]), ("4 100", [4, 5]), ("5 1", []), ("0 0", []),
            ("0 -100", []), ("-9223372036854775808 9223372036854775807", [1, 2, 4, 5]),
        ] as [(String, [Int64])])
    func ranges(range: String, expected: [Int64]) {
        let database = TestDatabase()
        for _ in 0..<5 { database("CTX.APPEND c MSG user a") }
        database("CTX.DEL c 3")
        let found = database("CTX.RANGE c \(range)").elements?.compactMap { $0["seq"]?.integer }
        #expect(found == expected)
    }

    @Test("a missing key has no messages; numbers must be some")
    func edges() {
        let database = TestDatabase()
        #expect(database("CTX.RANGE none 0 -1") == [])
        #expect(
            database("CTX.RANGE none a -1").isError(startingWith: "ERR value is not an integer"))
        #expect(database("CTX.RANGE none 1").isError(startingWith: "ERR wrong number"))
    }
}
