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

    private func makeDatabase(metric: String, form: String = "NOQUANT") -> TestDatabase {
        let database = TestDatabase()
        for element in ["3 4 near", "6 8 far", "0 0 zero", "-3 -4 back"] {
            database("VADD v VALUES 2 \(element) METRIC \(metric) \(form)")
        }
        return database
    }

    @Test("by l2 a score is 1 / (1 + the squared distance)", arguments: ["NOQUANT", "Q8", "F16"])
    func l2(form: String) throws {
        let database = makeDatabase(metric: "l2", form: form)
        let names = try #require(database("VSIM v VALUES 2 3 4").elements)
        #expect(names.first == "near")
        #expect(names.last == "back")
        let scores = try #require(database("VSIM v VALUES 2 0 0 WITHSCORES").elements)
        #expect(scores.prefix(2) == ["zero", "1"])
        let last = try #require(scores.last?.text.flatMap { Double($0.description) })
        #expect(abs(last - 1.0 / 101) < 1e-6)
        // The square of the distance, at most.
        #expect(database("VSIM v VALUES 2 0 0 EPSILON 1") == ["zero"])
        #expect(database("VSIM v VALUES 2 0 0 EPSILON 26").elements?.count == 3)
        #expect(database("VSIM v VALUES 2 0 0 EPSILON 101").elements?.count == 4)
        #expect(database("VSIM v ELE back COUNT 1") == ["back"])
        #expect(database("VSIM v VALUES 2 3 4 EPSILON 0") == .error("ERR invalid EPSILON"))
    }

    @Test("by ip a score is the inner product", arguments: ["NOQUANT", "Q8"])
    func ip(form: String) throws {
        let database = makeDatabase(metric: "ip", form: form)
        #expect(database("VSIM v VALUES 2 3 4") == ["far", "near", "zero", "back"])
        #expect(database("VSIM v VALUES 2 3 4 TRUTH COUNT 1") == ["far"])
        let scores = try #require(database("VSIM v VALUES 2 3 4 WITHSCORES").elements)
        for (place, score) in [50.0, 25, 0, -25].enumerated() {
            let found = try #require(scores[place * 2 + 1].text.flatMap { Double($0.description) })
            #expect(abs(found - score) < 0.5)
        }
        // 1 minus the product, at most, which is below zero for large ones.
        #expect(database("VSIM v VALUES 2 3 4 EPSILON 2") == ["far", "near", "zero"])
        #expect(database("VSIM v VALUES 2 3 4 EPSILON -10") == ["far", "near"])
        #expect(database("VSIM v VALUES 2 3 4 EPSILON -40") == ["far"])
        #expect(database("VSIM v VALUES 2 3 4 EPSILON -100") == [])
    }

    @Test("what is too long for a metric of lengths is refused, and goes by cosine")
    func tooLong() {
        for metric in ["l2", "ip"] {
            #expect(
                makeDatabase(metric: metric)("VSIM v VALUES 2 1e30 0")
                    == .error("ERR the vector is too long for the metric of the set"))
        }
        #expect(makeDatabase(metric: "cosine")("VSIM v VALUES 2 1e15 0 COUNT 1") != [])
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
