// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("ZSCAN")
struct ZSCANTests {
    @Test("goes through all members, small and large", arguments: [5, 1_000])
    func complete(members: Int) {
        let database = TestDatabase()
        for number in 0..<members { database("ZADD z \(number) m\(number)") }
        var seen: Set<ByteString> = []
        var cursor: ByteString = "0"
        repeat {
            let reply = database(["ZSCAN", "z", cursor, "COUNT", "50"]).elements ?? []
            cursor = reply.first?.text ?? "0"
            let found = (reply.last?.elements ?? []).compactMap(\.text)
            for index in stride(from: 0, to: found.count, by: 2) {
                #expect(found[index] == ByteString("m\(found[index + 1])"))
                seen.insert(found[index])
            }
        } while cursor != "0"
        #expect(seen.count == members)
        #expect(database("ZSCAN missing 0") == ["0", []])
    }

    @Test("leaves out what does not match, and writes scores as Redis's two forms do")
    func options() {
        let database = TestDatabase()
        database("ZADD z 0.1 a 2 b")
        #expect(database("ZSCAN z 0 MATCH a*") == ["0", ["a", "0.1"]])
        let filler = String(repeating: "x", count: 65)
        database("ZADD z 3 \(filler)")
        #expect(database("ZSCAN z 0 MATCH a* COUNT 100") == ["0", ["a", "0.10000000000000001"]])
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("ZSCAN z x", "ERR invalid cursor"),
            ("ZSCAN z 0 COUNT 0", "ERR syntax error"),
            ("ZSCAN z 0 COUNT", "ERR syntax error"),
            ("ZSCAN z 0 NOVALUES", "ERR NOVALUES option can only be used in HSCAN"),
            ("ZSCAN text 0", "WRONGTYPE"),
        ])
    func errors(request: String, error: String) {
        let database = TestDatabase()
        database("SET text value")
        database("ZADD z 1 a")
        #expect(database(request).isError(startingWith: ByteString(error)))
    }
}
