// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("VEXPIRE")
struct VEXPIRETests {
    private func makeDatabase(_ names: String...) -> TestDatabase {
        let database = TestDatabase()
        for (number, name) in names.enumerated() {
            database("VADD v VALUES 2 1 \(number) \(name)")
        }
        return database
    }

    @Test("answers for each element: 1 set, 0 condition not met, -2 not there")
    func codes() {
        let database = makeDatabase("a", "b")
        #expect(database("VEXPIRE v 100 XX ELEMENTS 2 a x") == [0, -2])
        #expect(database("VEXPIRE v 100 GT ELEMENTS 1 a") == [0])
        #expect(database("VEXPIRE v 100 LT ELEMENTS 1 a") == [1])
        #expect(database("VEXPIRE v 100 NX ELEMENTS 2 a b") == [0, 1])
        #expect(database("VEXPIRE v 100 gt ELEMENTS 1 a") == [0])
        #expect(database("VEXPIRE v 101 gt elements 1 a") == [1])
        #expect(database("VEXPIRE v 101 LT ELEMENTS 1 a") == [0])
        #expect(database("VEXPIRE v 50 XX ELEMENTS 1 a") == [1])
        #expect(database("VTTL v ELEMENTS 2 a b") == [50, 100])
        #expect(database("VEXPIRE missing 10 ELEMENTS 2 a b") == [-2, -2])
    }

    @Test("removes at once what would have ended, and the key with the last element")
    func past() {
        let database = makeDatabase("a", "b", "c")
        database.collectEvents()
        #expect(database("VEXPIRE v 0 ELEMENTS 2 a x") == [2, -2])
        #expect(database.takeEvents() == ["vrem v"])
        #expect(database("VPEXPIREAT v 1 ELEMENTS 2 b b") == [2, -2])
        #expect(database("VEXPIREAT v 1 ELEMENTS 1 c") == [2])
        #expect(database.takeEvents() == ["vrem v", "vrem v", "del v"])
        #expect(database.keyspace.count == 0)
        #expect(database.keyspace.statistics.expiredFields == 3)
    }

    @Test("an element that has ended is in no reply of that millisecond on")
    func ended() {
        let database = TestDatabase()
        database(#"VADD v VALUES 2 1 0 a SETATTR '{"n":1}'"#)
        database(#"VADD v VALUES 2 1 0.1 b SETATTR '{"n":2}'"#)
        database("VADD v VALUES 2 1 0.2 c")
        database("VPEXPIRE v 10 ELEMENTS 1 a")
        database.advance(milliseconds: 9)
        #expect(database("VSIM v VALUES 2 1 0 COUNT 1") == ["a"])
        #expect(database("VPTTL v ELEMENTS 1 a") == [1])
        database.advance(milliseconds: 1)
        #expect(database("VSIM v VALUES 2 1 0") == ["b", "c"])
        #expect(database("VSIM v VALUES 2 1 0 COUNT 1") == ["b"])
        #expect(database("VSIM v VALUES 2 1 0 TRUTH") == ["b", "c"])
        #expect(database("VSIM v VALUES 2 1 0 FILTER '.n > 0'") == ["b"])
        #expect(database("VSIM v VALUES 2 1 0 TRUTH FILTER '.n > 0'") == ["b"])
        #expect(
            database("VSIM v ELE a").isError(startingWith: "ERR element not found in set"))
        #expect(database("VCARD v") == 2)
        #expect(database("VEMB v a") == nil)
        #expect(database("VEMB v a RAW") == nil)
        #expect(database("VGETATTR v a") == nil)
        #expect(database("VISMEMBER v a") == 0)
        #expect(database("VLINKS v a") == nil)
        #expect(database("VLINKS v b") == [["c"]])
        #expect(database("VRANGE v - +") == ["b", "c"])
        #expect(database("VRANDMEMBER v 10").elements?.count == 2)
        #expect(database("VINFO v")["size"] == 2)
        #expect(database("VINFO v")["attributes-count"] == 1)
        #expect(database("VSETATTR v a {}") == 0)
        #expect(database("VREM v a") == 0)
        #expect(database("VTTL v ELEMENTS 1 a") == [-2])
        #expect(database("VPEXPIRE v 100 ELEMENTS 1 a") == [-2])
        let recalled = database(
            "CTX.FETCH c BUDGET 100 RECALL v 5 FP32 \"\\x00\\x00\\x80\\x3f\\x00\\x00\\x00\\x00\"")
        #expect(recalled.description(of: "recall").contains("id b"))
        #expect(!recalled.description(of: "recall").contains("id a"))
    }

    @Test("the graph is repaired in steps, and the key goes with the last element")
    func inTime() {
        let database = TestDatabase()
        for number in 0..<20 { database("VADD v VALUES 3 1 \(number) 2 e\(number)") }
        for number in 0..<20 { database("VPEXPIRE v \(10 + number) ELEMENTS 1 e\(number)") }
        database.collectEvents()
        database.advance(milliseconds: 14)
        #expect(database("VCARD v") == 15)
        #expect(database.keyspace.statistics.expiredFields == 0)
        #expect(database.expireDue(limit: 1) > 1)
        #expect(database.keyspace.statistics.expiredFields == 1)
        #expect(database.takeEvents() == ["vexpired v"])
        database.expireDue()
        #expect(database.keyspace.statistics.expiredFields == 5)
        #expect(database("VCARD v") == 15)
        #expect(database("VSIM v VALUES 3 1 0 2 COUNT 100").elements?.count == 15)
        database.advance(milliseconds: 20)
        _ = database.takeEvents()
        #expect(database.expireDue() == 1)
        #expect(database.takeEvents() == ["vexpired v", "del v"])
        #expect(database("EXISTS v") == 0)
        #expect(database.keyspace.statistics.expiredFields == 20)
        #expect(database.keyspace.nextExpiryMilliseconds() == nil)
    }

    @Test("a set whose elements have all ended is a key that is not there")
    func gone() {
        let database = makeDatabase("a", "b")
        database.collectEvents()
        database("VPEXPIRE v 5 ELEMENTS 2 a b")
        _ = database.takeEvents()
        database.advance(milliseconds: 5)
        #expect(database("VDIM v").isError(startingWith: "ERR key does not exist"))
        // Found by a read, removed behind it.
        #expect(database.takeEvents() == ["vexpired v", "del v"])
        #expect(database.keyspace.count == 0)

        database("VADD v VALUES 2 1 0 a PX 5")
        database.advance(milliseconds: 5)
        _ = database.takeEvents()
        // Nothing is left of it: another dimension is fine.
        #expect(database("VADD v VALUES 3 1 0 0 a") == 1)
        #expect(database.takeEvents() == ["vexpired v", "del v", "new v", "vadd v"])
        #expect(database("VDIM v") == 3)

        // The last living one goes, one that has ended is left.
        database("VADD v VALUES 3 1 0 1 b PX 5")
        database.advance(milliseconds: 5)
        #expect(database("VREM v a") == 1)
        #expect(database.keyspace.count == 0)
    }

    @Test("stays with its key when that is renamed, dumped or restored")
    func moves() throws {
        let database = makeDatabase("a", "b")
        database("VPEXPIRE v 1000 ELEMENTS 1 a")
        let payload = try #require(database("DUMP v").text)
        database("RENAME v w")
        database(["RESTORE", "x", "0", payload])
        database("MOVE x 3")
        database("RENAME w v")
        #expect(database("VPTTL v ELEMENTS 2 a b") == [1000, -1])
        database("SELECT 3")
        #expect(database("VPTTL x ELEMENTS 2 a b") == [1000, -1])
        database.advance(milliseconds: 1000)
        #expect(database.expireDue(limit: .max) > 0)
        #expect(database("VRANGE x - +") == ["b"])
        database("SELECT 0")
        #expect(database("VRANGE v - +") == ["b"])
        #expect(database.keyspace.nextExpiryMilliseconds() == nil)
    }

    @Test("counts in seconds or milliseconds, from now or from 1970")
    func units() {
        let database = TestDatabase(nowMilliseconds: 5_000_000)
        for name in ["a", "b", "c", "d"] { database("VADD v VALUES 2 1 0 \(name)") }
        database("VEXPIRE v 10 ELEMENTS 1 a")
        database("VPEXPIRE v 10 ELEMENTS 1 b")
        database("VEXPIREAT v 6000 ELEMENTS 1 c")
        database("VPEXPIREAT v 6000001 ELEMENTS 1 d")
        #expect(
            database("VPEXPIRETIME v ELEMENTS 4 a b c d")
                == [5_010_000, 5_000_010, 6_000_000, 6_000_001])
    }

    @Test("INFO and MEMORY USAGE know of what ends")
    func accounts() throws {
        let database = makeDatabase("a", "b")
        let before = try #require(database("MEMORY USAGE v SAMPLES 0").integer)
        database("VEXPIRE v 100 ELEMENTS 1 a")
        let during = try #require(database("MEMORY USAGE v SAMPLES 0").integer)
        #expect(during > before)
        #expect(database.keyspace.expiringCollectionCount == 1)
        database("VPERSIST v ELEMENTS 1 a")
        #expect(database("MEMORY USAGE v SAMPLES 0").integer == before)
        #expect(database.keyspace.expiringCollectionCount == 0)
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("VEXPIRE v -1 ELEMENTS 1 a", "ERR invalid expire time, must be >= 0"),
            ("VEXPIRE v x ELEMENTS 1 a", "ERR value is not an integer or out of range"),
            (
                "VEXPIRE v 70368744177 ELEMENTS 1 a",
                "ERR invalid expire time in 'vexpire' command"
            ),
            (
                "VPEXPIRE v 9223372036854775807 ELEMENTS 1 a",
                "ERR invalid expire time in 'vpexpire' command"
            ),
            (
                "VEXPIREAT v 70368744178 ELEMENTS 1 a",
                "ERR invalid expire time in 'vexpireat' command"
            ),
            (
                "VPEXPIREAT v 70368744177664 ELEMENTS 1 a",
                "ERR invalid expire time in 'vpexpireat' command"
            ),
            (
                "VEXPIRE v 1 FIELDS 1 a",
                "ERR Mandatory argument ELEMENTS is missing or not at the right position"
            ),
            (
                "VEXPIRE v 1 ELEMENTS 0 a",
                "ERR Parameter `numElements` should be greater than 0"
            ),
            (
                "VEXPIRE v 1 ELEMENTS 2 a",
                "ERR The `numelements` parameter must match the number of arguments"
            ),
            (
                "VEXPIRE v 1 NX ELEMENTS 1 a b",
                "ERR The `numelements` parameter must match the number of arguments"
            ),
            (
                "VEXPIRE text -1 ELEMENTS 1 a",
                "WRONGTYPE Operation against a key holding the wrong kind of value"
            ),
            ("VEXPIRE v 1 ELEMENTS 1", "ERR wrong number of arguments for 'VEXPIRE' command"),
        ])
    func rejection(request: String, error: String) {
        let database = makeDatabase("a")
        database("SET text value")
        #expect(
            database(request).text.map { "\($0)".lowercased() } == .some(error.lowercased()))
        #expect(database("VTTL v ELEMENTS 1 a") == [-1])
    }
}

extension Reply {
    /// All texts behind a key, joined.
    fileprivate func description(of key: String) -> String {
        guard let value = self[.init(key)] else { return "" }
        return value.texts.joined(separator: " ")
    }

    fileprivate var texts: [String] {
        if let elements { return elements.flatMap(\.texts) }
        return text.map { ["\($0)"] } ?? []
    }
}
