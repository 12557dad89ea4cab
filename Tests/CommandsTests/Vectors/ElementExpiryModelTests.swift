// SPDX-License-Identifier: Apache-2.0

import Primitives
import Store
import TestSupport
import Testing

/// Random histories of vector sets with a moving clock, against a dictionary of what must be there.
@Suite("Elements that end: against a model")
struct ElementExpiryModelTests {
    private struct Element {
        var attribute: Int?
        var deadline: Int64?
    }

    private final class Model {
        let database = TestDatabase()
        var elements: [String: Element] = [:]
        var random: RandomSource
        var snapshots: [KeyspaceSnapshot] = []
        let names: Int

        init(seed: UInt64, names: Int) {
            random = RandomSource(seed: seed)
            self.names = names
        }

        var now: Int64 { database.nowMilliseconds }

        func living() -> [String: Element] {
            elements.filter { $0.value.deadline.map { $0 > now } ?? true }
        }

        func name() -> String { "e\(random.below(names))" }

        func number() -> String { "\(Double(random.below(2001) - 1000) / 1000)" }
    }

    @Test("every reply agrees", arguments: 1...4 as ClosedRange<UInt64>)
    func history(seed: UInt64) {
        let model = Model(seed: seed, names: seed % 2 == 0 ? 12 : 150)
        for step in 0..<1_500 {
            change(model)
            if step % 9 == 0 { compare(model) }
            if step % 300 == 299 {
                model.database.expireDue()
                let left = model.living()
                #expect(model.database("EXISTS v").integer == (left.isEmpty ? 0 : 1))
                #expect(
                    model.database.keyspace.nextExpiryMilliseconds()
                        == left.values.compactMap(\.deadline).min())
            }
        }
        #expect(model.database.keyspace.statistics.expiredFields > 0)
    }

    private func change(_ model: Model) {
        switch model.random.below(20) {
        case 0..<8: add(model)
        case 8..<11: expire(model)
        case 11: persist(model)
        case 12:
            let name = model.name()
            let isThere = model.living()[name] != nil
            #expect(model.database("VREM v \(name)").integer == (isThere ? 1 : 0))
            model.elements[name] = nil
        case 13:
            let name = model.name()
            let isThere = model.living()[name] != nil
            let reply = model.database("VSETATTR v \(name) '{\"n\":7}'")
            #expect(reply.integer == (isThere ? 1 : 0))
            if isThere { model.elements[name]?.attribute = 7 }
        case 14..<17: model.database.advance(milliseconds: Int64(model.random.below(8)))
        case 17: model.database.expireDue(limit: 1 + model.random.below(200))
        case 18: reload(model)
        default:
            // What a snapshot shares is copied when it changes.
            model.snapshots.append(model.database.keyspace.snapshot())
            if model.snapshots.count > 3 { model.snapshots.removeFirst() }
        }
    }

    private func add(_ model: Model) {
        let name = model.name()
        let isNew = model.living()[name] == nil
        var request = "VADD v VALUES 3 \(model.number()) \(model.number()) 0.5 \(name)"
        var element = Element(attribute: isNew ? nil : model.elements[name]?.attribute)
        if model.random.below(3) == 0 {
            element.attribute = model.random.below(5)
            request += " SETATTR '{\"n\":\(element.attribute ?? 0)}'"
        }
        switch model.random.below(4) {
        case 0, 1:
            let milliseconds = 1 + model.random.below(40)
            element.deadline = model.now + Int64(milliseconds)
            request += " PX \(milliseconds)"
        case 2 where model.random.below(8) == 0:
            element.deadline = model.now + 1000
            request += " EX 1"
        default: break
        }
        #expect(model.database(request).integer == (isNew ? 1 : 0))
        model.elements[name] = element
    }

    private func expire(_ model: Model) {
        let names = (0...model.random.below(3)).map { _ in model.name() }
        let condition = ["", "NX", "XX", "GT", "LT"][model.random.below(5)]
        let deadline = model.now + Int64(model.random.below(41))
        let reply = model.database(
            "VPEXPIREAT v \(deadline) \(condition) ELEMENTS \(names.count) "
                + names.joined(separator: " "))
        var expected: [Int64] = []
        for name in names {
            guard let element = model.living()[name] else {
                expected.append(-2)
                continue
            }
            let old = element.deadline
            let isAllowed =
                switch condition {
                case "NX": old == nil
                case "XX": old != nil
                case "GT": old.map { deadline > $0 } ?? false
                case "LT": old.map { deadline < $0 } ?? true
                default: true
                }
            guard isAllowed else {
                expected.append(0)
                continue
            }
            expected.append(deadline > model.now ? 1 : 2)
            model.elements[name]?.deadline = deadline
            if deadline <= model.now { model.elements[name] = nil }
        }
        #expect(reply.elements?.map(\.integer) == expected)
    }

    private func persist(_ model: Model) {
        let name = model.name()
        let expected: Int64 = model.living()[name].map { $0.deadline == nil ? -1 : 1 } ?? -2
        #expect(
            model.database("VPERSIST v ELEMENTS 1 \(name)").elements?.first?.integer == expected)
        if expected == 1 { model.elements[name]?.deadline = nil }
    }

    /// Through a file's bytes and back, or to another name and back.
    private func reload(_ model: Model) {
        let database = model.database
        guard !model.living().isEmpty else { return }
        if model.random.below(2) == 0 {
            database("RENAME v w")
            database("RENAME w v")
        } else if let payload = database("DUMP v").text {
            #expect(database(["RESTORE", "v", "0", payload, "REPLACE"]) == "OK")
        }
    }

    private func compare(_ model: Model) {
        let database = model.database
        let living = model.living()
        let names = living.keys.sorted()
        #expect(database("VCARD v").integer == Int64(living.count))
        #expect(texts(database("VRANGE v - +")) == names)
        let all = texts(database("VSIM v VALUES 3 1 0 0 COUNT 1000 EF 1000"))
        #expect(all?.sorted() == names)
        #expect(texts(database("VSIM v VALUES 3 1 0 0 COUNT 1000 TRUTH"))?.sorted() == names)
        let count = 1 + model.random.below(12)
        let some = texts(database("VSIM v VALUES 3 0.3 0.5 0.5 COUNT \(count)")) ?? []
        #expect(some.count == min(count, names.count) && Set(some).isSubset(of: names))
        let exact = texts(database("VSIM v VALUES 3 1 0 0 TRUTH COUNT 1000 FILTER '.n >= 2'"))
        #expect(exact?.sorted() == names.filter { (living[$0]?.attribute ?? 0) >= 2 })
        let drawn = texts(database("VRANDMEMBER v 1000")) ?? []
        #expect(drawn.sorted() == names)
        let repeated = texts(database("VRANDMEMBER v -20")) ?? []
        #expect(repeated.count == (names.isEmpty ? 0 : 20) && Set(repeated).isSubset(of: names))
        guard !names.isEmpty else { return }
        #expect(database("VINFO v")["size"]?.integer == Int64(names.count))
        #expect(
            database("VINFO v")["attributes-count"]?.integer
                == Int64(living.values.count { $0.attribute != nil }))
        let name = model.name()
        let left = living[name].map { $0.deadline.map { $0 - model.now } ?? -1 } ?? -2
        #expect(database("VPTTL v ELEMENTS 1 \(name)").elements?.first?.integer == left)
        #expect(database("VISMEMBER v \(name)").integer == (living[name] == nil ? 0 : 1))
        #expect((database("VEMB v \(name)") == nil) == (living[name] == nil))
        #expect((database("VGETATTR v \(name)") == nil) == (living[name]?.attribute == nil))
        for level in database("VLINKS v \(name)").elements ?? [] {
            #expect(Set(texts(level) ?? []).isSubset(of: names))
        }
    }

    private func texts(_ reply: Reply) -> [String]? {
        reply.elements?.compactMap { $0.text.map { "\($0)" } }
    }
}
