// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("VEMB")
struct VEMBTests {
    @Test("gives back the vector with its own length")
    func vector() {
        let database = TestDatabase()
        database("VADD memories VALUES 2 3 4 coffee NOQUANT")
        let components = database("VEMB memories coffee").elements ?? []
        let numbers = components.compactMap { $0.text.flatMap { Double($0.description) } }
        #expect(numbers.count == 2)
        #expect(abs(numbers[0] - 3) < 1e-5 && abs(numbers[1] - 4) < 1e-5)
        #expect(database("VEMB memories tea") == nil)
        #expect(database("VEMB missing tea") == nil)
    }

    @Test("RAW gives type, code, length and for int8 the range")
    func raw() {
        let database = TestDatabase(protocolVersion: 3)
        database("VADD memories VALUES 2 3 4 coffee")
        let reply = database("VEMB memories coffee RAW").elements ?? []
        #expect(reply.count == 4)
        #expect(reply[0] == "int8")
        #expect(reply[1].text?.array == [95, 127])
        #expect(reply[2] == 5.0)
        database("VADD exact VALUES 2 3 4 coffee NOQUANT")
        #expect(database("VEMB exact coffee RAW").elements?.first == "f32")
        #expect(database("VEMB exact coffee RAW").elements?.count == 3)
        database("VADD bits VALUES 2 3 4 coffee BIN")
        #expect(database("VEMB bits coffee RAW").elements?.first == "bin")
    }

    @Test("halves have a range too, which is a power of two by l2")
    func halves() {
        let database = TestDatabase(protocolVersion: 3)
        database("VADD v VALUES 2 3 4 coffee F16 METRIC l2")
        #expect(database("VEMB v coffee") == [3.0, 4.0])
        // 3 and 4 are 12,288 and 16,384 times 2^-12.
        #expect(
            database("VEMB v coffee RAW")
                == ["f16", .bulk(.init([0x00, 0x72, 0x00, 0x74])), 1.0, .double(0x1p-12)])
        database("VADD w VALUES 2 300000 -400000 coffee F16")
        let reply = database("VEMB w coffee RAW").elements ?? []
        #expect(reply.count == 4)
        #expect(reply[0] == "f16")
        // 0.6 and -0.8.
        #expect(reply[1].text?.array == [0xCD, 0x38, 0x66, 0xBA])
        #expect(reply[2] == 500_000.0)
        let components = database("VEMB w coffee").elements ?? []
        let numbers = components.compactMap { $0.text.flatMap { Double($0.description) } }
        for (number, exact) in zip(numbers, [300_000, -400_000] as [Double]) {
            #expect(abs(number / exact - 1) < 0x1p-11)
        }
    }

    @Test("refuses other options")
    func rejection() {
        let database = TestDatabase()
        #expect(database("VEMB memories coffee COOKED").isError(startingWith: "ERR invalid option"))
    }
}
