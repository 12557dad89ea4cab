// SPDX-License-Identifier: Apache-2.0

import Primitives
import TestSupport
import Testing

@Suite("VADD")
struct VADDTests {
    @Test("answers whether the element is new, in both protocols")
    func newOrUpdated() {
        let database = TestDatabase()
        #expect(database("VADD memories VALUES 2 1 0 coffee") == 1)
        #expect(database("VADD memories VALUES 2 0 1 coffee") == 0)
        #expect(database("VCARD memories") == 1)
        #expect(database("TYPE memories") == "vectorset")

        let modern = TestDatabase(protocolVersion: 3)
        #expect(modern("VADD memories VALUES 2 1 0 coffee") == true)
        #expect(modern("VADD memories VALUES 2 1 0 coffee") == false)
    }

    @Test("takes float32 bytes as well as numbers")
    func blob() {
        let database = TestDatabase()
        #expect(
            database([
                "VADD", "memories", "FP32", .init([0, 0, 0x80, 0x3F, 0, 0, 0, 0]), "coffee",
            ]) == 1)
        #expect(database("VEMB memories coffee") == ["1", "0"])
    }

    @Test("an update moves the element")
    func update() {
        let database = TestDatabase()
        database("VADD memories VALUES 2 1 0 coffee")
        database("VADD memories VALUES 2 0.9 0.1 tea")
        database("VADD memories VALUES 2 -1 0 coffee")
        #expect(database("VSIM memories VALUES 2 1 0 COUNT 1") == ["tea"])
        #expect(database("VCARD memories") == 2)
    }

    @Test("SETATTR sets, keeps and removes the attribute")
    func attribute() {
        let database = TestDatabase()
        database(#"VADD memories VALUES 2 1 0 coffee SETATTR '{"kind":"drink"}'"#)
        database("VADD memories VALUES 2 1 0 coffee")
        #expect(database("VGETATTR memories coffee") == #"{"kind":"drink"}"#)
        database(#"VADD memories VALUES 2 1 0 coffee SETATTR """#)
        #expect(database("VGETATTR memories coffee") == nil)
    }

    @Test("EX and PX let the element end, and without them it stays, as with HSET")
    func expiry() {
        let database = TestDatabase()
        database.collectEvents()
        #expect(database("VADD memories VALUES 2 1 0 coffee EX 2 SETATTR '{}'") == 1)
        #expect(database.takeEvents() == ["new memories", "vadd memories", "vexpire memories"])
        #expect(database("VADD memories VALUES 2 1 1 tea px 1500") == 1)
        #expect(database("VPTTL memories ELEMENTS 2 coffee tea") == [2000, 1500])
        #expect(database("VADD memories VALUES 2 1 0 coffee EX 5") == 0)
        #expect(database("VTTL memories ELEMENTS 1 coffee") == [5])
        #expect(database("VADD memories VALUES 2 1 0 coffee") == 0)
        #expect(database("VTTL memories ELEMENTS 1 coffee") == [-1])
        database("VSETATTR memories tea {}")
        #expect(database("VPTTL memories ELEMENTS 1 tea") == [1500])
        database.advance(milliseconds: 1500)
        _ = database.takeEvents()
        // What has ended leaves nothing to a new element of its name, and that is new.
        #expect(database("VADD memories VALUES 2 1 1 tea") == 1)
        #expect(database.takeEvents() == ["vexpired memories", "vadd memories"])
        #expect(database("VGETATTR memories tea") == nil)
        #expect(database("VTTL memories ELEMENTS 1 tea") == [-1])
    }

    @Test(
        "explains an expiry that it cannot accept",
        arguments: [
            ("EX 0", "ERR invalid expire time in 'vadd' command"),
            ("PX 70368744177664", "ERR invalid expire time in 'vadd' command"),
            ("EX -1", "ERR invalid expire time, must be >= 0"),
            ("PX x", "ERR value is not an integer or out of range"),
            ("EX 1 PX 1", "ERR Only one of EX or PX arguments can be specified"),
            ("EX", "ERR invalid option after element"),
        ])
    func badExpiry(options: String, error: String) {
        let database = TestDatabase()
        #expect(
            database("VADD memories VALUES 2 1 0 coffee \(options)")
                == .error(.init(error)))
        #expect(database("EXISTS memories") == 0)
    }

    @Test("METRIC is fixed by what makes the set, and none goes with any")
    func metric() {
        for metric in ["cosine", "l2", "IP"] {
            let database = TestDatabase()
            #expect(database("VADD v VALUES 2 3 4 a METRIC \(metric)") == 1)
            #expect(database("VADD v VALUES 2 4 3 b metric \(metric)") == 1)
            #expect(database("VADD v VALUES 2 0 0 zero") == 1)
            #expect(database("VINFO v")["metric"] == .bulk(.init(metric.lowercased())))
            for other in ["COSINE", "L2", "ip"] where other.lowercased() != metric.lowercased() {
                #expect(
                    database("VADD v VALUES 2 1 1 c METRIC \(other)")
                        == .error("ERR asked metric mismatch with existing vector set"))
            }
            #expect(database("VCARD v") == 3)
        }
        let database = TestDatabase()
        database("VADD v VALUES 2 1 0 a")
        #expect(database("VADD v VALUES 2 0 1 b METRIC COSINE") == 1)
        #expect(database("VINFO v")["metric"] == "cosine")
    }

    @Test(
        "explains a METRIC that it cannot accept",
        arguments: [
            ("VALUES 2 1 0 a METRIC", "ERR invalid option after element"),
            ("VALUES 2 1 0 a METRIC hamming", "ERR invalid METRIC"),
            ("VALUES 2 1 0 a METRIC l2 BIN", "ERR BIN keeps no lengths: METRIC must be cosine"),
            ("VALUES 2 1 0 a BIN METRIC ip", "ERR BIN keeps no lengths: METRIC must be cosine"),
            ("VALUES 2 nan 0 a METRIC l2", "ERR invalid vector specification"),
            ("VALUES 2 1 -inf a METRIC ip", "ERR invalid vector specification"),
            (
                "VALUES 2 1e30 0 a METRIC l2",
                "ERR the vector is too long for the metric of the set"
            ),
        ])
    func badMetric(request: String, error: String) {
        let database = TestDatabase()
        #expect(database("VADD v \(request)") == .error(.init(error)))
        #expect(database("EXISTS v") == 0)
    }

    @Test(
        "refuses bytes that are no numbers, whatever the metric",
        arguments: [
            [0, 0, 0xC0, 0x7F], [0, 0, 0x80, 0x7F], [0, 0, 0x80, 0xFF], [1, 0, 0x80, 0x7F],
        ] as [[UInt8]])
    func notFinite(bytes: [UInt8]) {
        let database = TestDatabase()
        let blob = ByteString([0, 0, 0x80, 0x3F] + bytes)
        for metric in ["cosine", "l2", "ip"] as [ByteString] {
            let error = Reply.error("ERR invalid vector specification")
            #expect(database(["VADD", "v", "FP32", blob, "a", "METRIC", metric]) == error)
            #expect(database("EXISTS v") == 0)
            database(["VADD", metric, "VALUES", "2", "1", "2", "a", "METRIC", metric])
            #expect(database(["VSIM", metric, "FP32", blob]) == error)
            #expect(
                database(["VSIM", metric, "VALUES", "2", "1", "inf"]) == error)
        }
    }

    @Test("F16 keeps halves, by any metric", arguments: ["", "METRIC l2", "METRIC ip"])
    func halves(metric: String) {
        let database = TestDatabase()
        #expect(database("VADD v VALUES 2 3 4 near F16 \(metric)") == 1)
        #expect(database("VADD v VALUES 2 -3 -4 back \(metric) f16 EX 100") == 1)
        #expect(database("VADD v VALUES 2 4 3 far F16 SETATTR '{\"a\":1}'") == 1)
        #expect(database("VINFO v")["quant-type"] == "f16")
        #expect(database("VSIM v VALUES 2 3 4") == ["near", "far", "back"])
        #expect(database("VSIM v VALUES 2 3 4 FILTER .a==1") == ["far"])
        #expect(database("VSIM v ELE near COUNT 1 WITHSCORES").elements?.first == "near")
        #expect(database("VADD v VALUES 2 -3 -4 near F16") == 0)
        #expect(database("VSIM v VALUES 2 3 4") == ["far", "near", "back"])
        #expect(database("VREM v near") == 1)
        #expect(database("VSIM v VALUES 2 3 4 TRUTH") == ["far", "back"])
    }

    @Test("F16 is fixed by what makes the set, as the others are")
    func otherQuantization() {
        let database = TestDatabase()
        let forms = ["", "Q8", "NOQUANT", "BIN", "F16"]
        for form in forms {
            let key = "set\(form)"
            database("VADD \(key) VALUES 2 1 0 a \(form)")
            for other in forms {
                let isSame = form == other || Set([form, other]) == ["", "Q8"]
                #expect(
                    database("VADD \(key) VALUES 2 1 0 b \(other)").isError(
                        startingWith: "ERR asked quantization mismatch with existing vector set")
                        == !isSame)
            }
        }
        #expect(
            database("VADD v VALUES 2 1 0 a F16 F32")
                == .error("ERR invalid option after element"))
        #expect(
            database("VADD v VALUES 2 1e30 0 a F16 METRIC l2")
                == .error("ERR the vector is too long for the metric of the set"))
        #expect(
            database("VADD v VALUES 2 1 nan a F16")
                == .error("ERR invalid vector specification"))
        #expect(database("EXISTS v") == 0)
    }

    @Test("REDUCE stores fewer components, and asks for as many afterwards")
    func reduce() {
        let database = TestDatabase()
        #expect(database("VADD memories REDUCE 2 VALUES 4 1 2 3 4 coffee") == 1)
        #expect(database("VDIM memories") == 2)
        #expect(database("VADD memories REDUCE 2 VALUES 4 4 3 2 1 tea") == 1)
        #expect(
            database("VADD memories VALUES 4 4 3 2 1 milk")
                .isError(startingWith: "ERR Vector dimension mismatch - got 4 but set has 2"))
        #expect(
            database("VADD memories REDUCE 2 VALUES 3 4 3 2 milk").isError(
                startingWith:
                    "ERR Input dimension mismatch for projection - got 3 but projection expects 4"))
        #expect(database("VSIM memories VALUES 4 1 2 3 4 COUNT 1") == ["coffee"])
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("VADD memories VALUES 2 1 0", "ERR wrong number of arguments for 'VADD' command"),
            ("VADD memories VALUES 3 1 0 tea", "ERR invalid vector specification"),
            ("VADD memories VALUES 0 tea x", "ERR invalid vector specification"),
            ("VADD memories VALUES x 1 0 tea", "ERR invalid vector specification"),
            ("VADD memories VALUES 2 1 nan tea", "ERR invalid vector specification"),
            ("VADD memories VALUES 2 1 inf tea", "ERR invalid vector specification"),
            ("VADD memories FP32 abc tea", "ERR invalid vector specification"),
            ("VADD memories REDUCE 0 VALUES 2 1 0 tea", "ERR invalid vector specification"),
            (
                "VADD memories VALUES 2 1 0 tea NOQUANT",
                "ERR asked quantization mismatch with existing vector set"
            ),
            (
                "VADD memories VALUES 2 1 0 tea M 32",
                "ERR asked M value mismatch with existing vector set"
            ),
            ("VADD memories VALUES 2 1 0 tea M 3", "ERR invalid M"),
            ("VADD memories VALUES 2 1 0 tea EF 0", "ERR invalid EF"),
            ("VADD memories VALUES 2 1 0 tea EF", "ERR invalid option after element"),
            ("VADD memories VALUES 2 1 0 tea NONSENSE", "ERR invalid option after element"),
            (
                "VADD memories VALUES 3 1 0 0 tea",
                "ERR Vector dimension mismatch - got 3 but set has 2"
            ),
            (
                "VADD memories REDUCE 2 VALUES 2 1 0 tea",
                "ERR cannot add projection to existing set without projection"
            ),
            ("VADD greeting VALUES 2 1 0 tea", "WRONGTYPE"),
        ]
    )
    func rejection(request: String, error: String) {
        let database = TestDatabase()
        database("SET greeting hello")
        database("VADD memories VALUES 2 1 0 coffee")
        #expect(database(request).isError(startingWith: .init(error)))
        #expect(database("VCARD memories") == 1)
        #expect(database("EXISTS VALUES") == 0)
    }
}
