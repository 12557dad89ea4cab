// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("VSIM")
struct VSIMTests {
    private func makeDatabase(protocolVersion: Int = 2) -> TestDatabase {
        let database = TestDatabase(protocolVersion: protocolVersion)
        database(#"VADD memories VALUES 2 1 0 coffee SETATTR '{"kind":"drink","year":1990}'"#)
        database(#"VADD memories VALUES 2 0 1 sailing SETATTR '{"kind":"sport","year":2001}'"#)
        database("VADD memories VALUES 2 -1 0 rain")
        return database
    }

    @Test("answers with the nearest element first")
    func nearestFirst() {
        let database = makeDatabase()
        #expect(database("VSIM memories VALUES 2 0.9 0.1") == ["coffee", "sailing", "rain"])
        #expect(database("VSIM memories ELE sailing COUNT 1") == ["sailing"])
        #expect(database("VSIM memories VALUES 2 0.9 0.1 TRUTH COUNT 2") == ["coffee", "sailing"])
        #expect(database("VSIM missing ELE sailing") == [])
    }

    @Test("scores and attributes take the shapes of each protocol")
    func shapes() {
        let flat = makeDatabase()
        #expect(
            flat("VSIM memories ELE coffee COUNT 1 WITHSCORES WITHATTRIBS")
                == ["coffee", "1", #"{"kind":"drink","year":1990}"#])
        #expect(flat("VSIM memories ELE rain COUNT 1 WITHATTRIBS") == ["rain", nil])

        let modern = makeDatabase(protocolVersion: 3)
        #expect(modern("VSIM memories ELE coffee COUNT 1") == ["coffee"])
        #expect(modern("VSIM memories ELE coffee COUNT 1 WITHSCORES") == ["coffee": 1.0])
        #expect(modern("VSIM memories ELE rain COUNT 1 WITHATTRIBS") == ["rain": nil])
        let both = modern("VSIM memories ELE rain COUNT 1 WITHATTRIBS WITHSCORES")
        #expect(both["rain"] == [1.0, nil])
    }

    @Test("EPSILON leaves out what is far")
    func epsilon() {
        let database = makeDatabase()
        #expect(database("VSIM memories VALUES 2 1 0 EPSILON 0.2") == ["coffee"])
    }

    @Test(
        "FILTER lets only matching elements through",
        arguments: [
            (".kind == \"drink\"", ["coffee"]),
            (".year > 1995", ["sailing"]),
            (".kind in [\"drink\", \"sport\"] and .year < 2000", ["coffee"]),
            ("not (.year > 1995)", ["coffee"]),
            (".missing == 1", []),
        ]
    )
    func filter(expression: String, names: [String]) {
        let database = makeDatabase()
        let reply = database(["VSIM", "memories", "ELE", "coffee", "FILTER", .init(expression)])
        #expect(reply.elements?.map { $0.text?.description ?? "" } == names)
    }

    @Test("inside a transaction the search runs in its place")
    func transaction() {
        let database = makeDatabase()
        database("MULTI")
        database("VREM memories coffee")
        #expect(database("VSIM memories VALUES 2 1 0 COUNT 1") == "QUEUED")
        #expect(database("EXEC") == [1, ["sailing"]])
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("VSIM memories ELE tea", "ERR element not found in set"),
            ("VSIM memories VALUES 3 1 0 0", "ERR Vector dimension mismatch - got 3 but set has 2"),
            ("VSIM memories VALUES 2 1 x", "ERR invalid vector specification"),
            ("VSIM memories NEAR coffee", "ERR invalid vector specification"),
            ("VSIM memories ELE coffee COUNT 0", "ERR invalid COUNT"),
            ("VSIM memories ELE coffee COUNT x", "ERR invalid COUNT"),
            ("VSIM memories ELE coffee EF -1", "ERR invalid EF"),
            ("VSIM memories ELE coffee FILTER-EF 0", "ERR invalid FILTER-EF"),
            ("VSIM memories ELE coffee EPSILON 0", "ERR invalid EPSILON"),
            ("VSIM memories ELE coffee COUNT", "ERR syntax error in VSIM command"),
            ("VSIM memories ELE coffee NONSENSE", "ERR syntax error in VSIM command"),
            (
                "VSIM memories ELE coffee FILTER '.year >'",
                "ERR syntax error in FILTER expression near: .year >"
            ),
            ("VSIM memories ELE", "ERR wrong number of arguments for 'VSIM' command"),
            ("VSIM greeting ELE coffee", "WRONGTYPE"),
        ]
    )
    func rejection(request: String, error: String) {
        let database = makeDatabase()
        database("SET greeting hello")
        #expect(database(request).isError(startingWith: .init(error)))
    }

    @Test("numbers at the end of their range neither trap nor allocate")
    func hugeNumbers() {
        let database = makeDatabase()
        for option in ["COUNT", "EF", "FILTER-EF"] {
            let reply = database("VSIM memories ELE coffee \(option) 9223372036854775807")
            #expect(reply == ["coffee", "sailing", "rain"])
        }
    }
}
