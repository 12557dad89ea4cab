// SPDX-License-Identifier: Apache-2.0

import Primitives
import TestSupport
import Testing

@Suite("RESTORE")
struct RESTORETests {
    private func payload(_ database: TestDatabase, _ request: String) throws -> ByteString {
        database(request)
        let payload = try #require(database("DUMP source").text)
        database("DEL source")
        return payload
    }

    @Test("sets relative and absolute times to live")
    func times() throws {
        let database = TestDatabase()
        let payload = try payload(database, "SET source v")
        #expect(database(["RESTORE", "k", "5000", payload]) == "OK")
        #expect(database("PTTL k") == 5000)
        #expect(database(["RESTORE", "a", "1700000001000", payload, "ABSTTL"]) == "OK")
        #expect(database("PTTL a") == 1000)
        #expect(database(["RESTORE", "n", "0", payload]) == "OK")
        #expect(database("PTTL n") == -1)
    }

    @Test(
        "keeps packed what came packed, however long its members are",
        arguments: [
            ("HSET source field value", "listpack"), ("ZADD source 1 member", "listpack"),
            ("SADD source 1 2", "intset"),
        ])
    func packed(request: String, encoding: String) throws {
        let database = TestDatabase()
        let payload = try payload(database, request)
        database.keyspace.hashLimits.maximumPackedBytes = 1
        database.keyspace.sortedSetLimits.maximumPackedBytes = 1
        database(["RESTORE", "k", "0", payload])
        #expect(database("OBJECT ENCODING k") == .bulk(ByteString(encoding)))
        database.keyspace.setLimits.maximumIntegers = 1
        database(["RESTORE", "k", "0", payload, "REPLACE"])
        let isSet = request.hasPrefix("SADD")
        #expect(database("OBJECT ENCODING k") == .bulk(ByteString(isSet ? "hashtable" : encoding)))
    }

    @Test("takes a vector whose length no float32 holds, as VADD does")
    func endlessVector() throws {
        let database = TestDatabase()
        let payload = try payload(database, "VADD source VALUES 2 1e30 1e30 element")
        #expect(database(["RESTORE", "k", "0", payload]) == "OK")
        #expect(database("VCARD k") == 1)
        #expect(database("VSIM k VALUES 2 1 1") == ["element"])
    }

    @Test("keeps nothing whose time has come")
    func past() throws {
        let database = TestDatabase()
        let payload = try payload(database, "SET source v")
        database("SET k old")
        database.collectEvents()
        #expect(database(["RESTORE", "k", "5", payload, "absttl", "replace"]) == "OK")
        #expect(database("EXISTS k") == 0)
        #expect(database.takeEvents() == ["del k"])
    }

    @Test("replaces when told to, and only then")
    func replaces() throws {
        let database = TestDatabase()
        let payload = try payload(database, "RPUSH source a b")
        database("SET k old EX 100")
        #expect(
            database(["RESTORE", "k", "0", payload]).isError(
                startingWith: "BUSYKEY Target key name already exists."))
        database.collectEvents()
        #expect(database(["RESTORE", "k", "0", payload, "REPLACE"]) == "OK")
        #expect(database.takeEvents().contains("restore k"))
        #expect(database("LRANGE k 0 -1") == ["a", "b"])
        #expect(database("TTL k") == -1)
        database.keyspace.collectedEvents = [.generic, .overwritten, .typeChanged]
        _ = database.takeEvents()
        #expect(database(["RESTORE", "k", "0", payload, "REPLACE"]) == "OK")
        #expect(database.takeEvents() == ["restore k", "overwritten k"])
        database("SET s v")
        _ = database.takeEvents()
        #expect(database(["RESTORE", "s", "0", payload, "REPLACE"]) == "OK")
        #expect(database.takeEvents() == ["restore s", "overwritten s", "type_changed s"])
    }

    @Test("leaves the key alone when the payload is malformed")
    func malformed() throws {
        let database = TestDatabase()
        database("SET k old EX 100")
        var bytes = Array(try payload(database, "SET source v").array.dropLast(10))
        bytes[0] = 99
        bytes += [12, 0]
        let checksum = CRC64.checksum(bytes.span)
        bytes += (0..<8).map { UInt8(truncatingIfNeeded: checksum >> UInt64(8 * $0)) }
        #expect(
            database(["RESTORE", "k", "0", ByteString(bytes), "REPLACE"]).isError(
                startingWith: "ERR Bad data format"))
        bytes[bytes.count - 1] ^= 1
        #expect(
            database(["RESTORE", "k", "0", ByteString(bytes), "REPLACE"]).isError(
                startingWith: "ERR DUMP payload version or checksum are wrong"))
        #expect(database("GET k") == "old")
        #expect(database("TTL k") == 100)
    }

    @Test("remembers the use that it is told")
    func use() throws {
        let database = TestDatabase()
        let payload = try payload(database, "SET source v")
        #expect(database(["RESTORE", "k", "0", payload, "IDLETIME", "1000"]) == "OK")
        #expect(database("OBJECT IDLETIME k") == 1000)
        database.keyspace.eviction.policy = .allKeysLFU
        #expect(database(["RESTORE", "f", "0", payload, "FREQ", "100"]) == "OK")
        #expect(database("OBJECT FREQ f") == 100)
        database.advance(milliseconds: 180_000)
        #expect(database("OBJECT FREQ f") == 97)
        #expect(database("OBJECT IDLETIME f").isError(startingWith: "ERR An LFU maxmemory"))
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("RESTORE k 0 x", "ERR DUMP payload version or checksum are wrong"),
            ("RESTORE k -1 x", "ERR Invalid TTL value, must be >= 0"),
            ("RESTORE k a x", "ERR value is not an integer or out of range"),
            ("RESTORE k 0 x NONSENSE", "ERR syntax error"),
            ("RESTORE k 0 x IDLETIME", "ERR syntax error"),
            ("RESTORE k 0 x IDLETIME -1", "ERR Invalid IDLETIME value, must be >= 0"),
            ("RESTORE k 0 x FREQ 256", "ERR Invalid FREQ value, must be >= 0 and <= 255"),
            ("RESTORE k 0 x FREQ x", "ERR value is not an integer or out of range"),
            ("RESTORE k 0 x FREQ 1 IDLETIME 1", "ERR syntax error"),
            ("RESTORE k 0", "ERR wrong number of arguments for 'restore' command"),
            ("RESTORE-ASKING k 0 x", "ERR DUMP payload version or checksum are wrong"),
        ])
    func refusals(request: String, error: ByteString) {
        #expect(TestDatabase()(request).isError(startingWith: error))
    }
}
