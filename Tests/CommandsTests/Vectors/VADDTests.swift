// SPDX-License-Identifier: Apache-2.0

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
