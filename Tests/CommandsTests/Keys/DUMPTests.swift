// SPDX-License-Identifier: Apache-2.0

import Durability
import Primitives
import TestSupport
import Testing

@Suite("DUMP")
struct DUMPTests {
    /// As Redis 8.2.3 answers, to the byte.
    @Test(
        "writes strings and packed values as Redis does",
        arguments: [
            ("SET k bar", #""\x00\x03bar\x0c\x00\x2d\xc8\x7d\xa0\x14\x4c\x63\x5e""#),
            ("SET k 123", #""\x00\xc0\x7b\x0c\x00\x83\x94\x67\x21\xfa\x50\xf9\xf0""#),
            (
                "SET k -70000",
                #""\x00\xc2\x90\xee\xfe\xff\x0c\x00\xe3\x03\xea\xbb\xe9\xc1\xb6\x49""#
            ),
            (
                "HSET k f v n 12",
                #""\x10\x12\x12\x00\x00\x00\x04\x00\x81f\x02\x81v\x02\x81n\x02\x0c\x01\xff\x0c\x00\xca\x40\xa0\x41\x29\x71\x17\x3d""#
            ),
        ])
    func bytes(request: String, payload: String) {
        let database = TestDatabase()
        database(request)
        #expect(database("DUMP k") == database("ECHO \(payload)"))
    }

    @Test("compresses long strings unless told not to")
    func compression() throws {
        let database = TestDatabase()
        database("SETRANGE k 1000 x")
        let packed = try #require(database("DUMP k").text)
        database.keyspace.codec = DumpPayload(compresses: false)
        let plain = try #require(database("DUMP k").text)
        #expect(packed.count < 100 && plain.count > 1000)
    }

    @Test("knows nothing of a missing key")
    func missing() {
        #expect(TestDatabase()("DUMP none") == nil)
        #expect(TestDatabase()("DUMP").isError(startingWith: "ERR wrong number of arguments"))
    }

    @Test(
        "gives what RESTORE takes",
        arguments: [
            "SET k v", "SET k ''", "SETRANGE k 1000 x", "RPUSH k a b 1 2 3", "HSET k f v",
            "VADD k VALUES 3 1 2 3 e SETATTR '{}'", "VADD k VALUES 3 1 2 3 e EX 100",
            "VADD k VALUES 3 1 2 3 e BIN",
            "CTX.APPEND k MSG user hello",
        ])
    func roundTrip(request: String) throws {
        let database = TestDatabase()
        database(request)
        let payload = try #require(database("DUMP k").text)
        #expect(database(["RESTORE", "copy", "0", payload]) == "OK")
        #expect(database("DUMP copy").text == payload)
        #expect(database("TYPE copy") == database("TYPE k"))
        #expect(database("OBJECT ENCODING copy") == database("OBJECT ENCODING k"))
    }

    @Test("keeps the times of fields")
    func fieldTimes() throws {
        let database = TestDatabase()
        database("HSET k a 1 b 2")
        database("HPEXPIREAT k 1700000005000 FIELDS 1 a")
        let payload = try #require(database("DUMP k").text)
        database(["RESTORE", "copy", "0", payload])
        #expect(database("HPEXPIRETIME copy FIELDS 2 a b") == [1_700_000_005_000, -1])
        database.advance(milliseconds: 5001)
        database.expireDue()
        #expect(database("HGETALL copy") == ["b", "2"])
    }
}
