// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("SSCAN")
struct SSCANTests {
    @Test("brings a small set whole")
    func packed() {
        let database = TestDatabase()
        database("SADD s a1 b1 a2")
        #expect(database("SSCAN s 0 COUNT 1") == ["0", ["a1", "b1", "a2"]])
        #expect(database("SSCAN s 7 MATCH a*") == ["0", ["a1", "a2"]])
        #expect(database("SSCAN missing 0 BAD") == ["0", []])
        database("SADD numbers 1 12 2")
        #expect(database("SSCAN numbers 0 MATCH 1*") == ["0", ["1", "12"]])
    }

    @Test("brings every member of a large set once", arguments: [1, 10, 1000])
    func table(count: Int) {
        let database = TestDatabase()
        for number in 0..<2_000 { database("SADD s m\(number)") }
        var seen: [ByteString] = []
        var cursor = ByteString("0")
        repeat {
            let page = database("SSCAN s \(cursor) COUNT \(count)").elements ?? []
            guard page.count == 2, let next = page[0].text else {
                Issue.record("no page")
                return
            }
            cursor = next
            let here = (page[1].elements ?? []).compactMap(\.text)
            #expect(here.count < count + 40)
            seen += here
        } while cursor != "0"
        #expect(seen.count == 2_000 && Set(seen).count == 2_000)
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("SSCAN s x", "ERR invalid cursor"),
            ("SSCAN s 0 COUNT 0", "ERR syntax error"),
            ("SSCAN s 0 COUNT x", "ERR value is not an integer or out of range"),
            ("SSCAN s 0 MATCH", "ERR syntax error"),
            ("SSCAN s 0 NOVALUES", "ERR NOVALUES option can only be used in HSCAN"),
            ("SSCAN s 0 TYPE set", "ERR syntax error"),
            ("SSCAN text 0", "WRONGTYPE Operation against a key holding the wrong kind of value"),
        ])
    func rejection(request: String, error: String) {
        let database = TestDatabase()
        database("SET text value")
        database("SADD s a")
        #expect(database(request) == .error(ByteString(error)))
    }
}
