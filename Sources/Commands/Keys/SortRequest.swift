// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import RESP
import Store

/// What SORT is asked for.
struct SortRequest {
    let key: Bytes
    private(set) var destination: Bytes?
    private var isDescending = false
    private var isAlphabetic = false
    private var offset: Int64 = 0
    private var limit: Int64 = -1
    /// What to sort by instead of the elements themselves.
    private var weight: SortPattern?
    /// The weight was the same for all, so the order stays.
    private var isUnsorted = false
    private var results: [SortPattern] = []

    init(_ call: inout Call, mayStore: Bool) throws(ErrorReply) {
        let mayReadEverything = call.session.mayReadEverything
        call.session.mayReadEverything = true
        key = try call.arguments.next()
        while call.arguments.hasMore {
            if call.arguments.consume("ASC") {
                isDescending = false
            } else if call.arguments.consume("DESC") {
                isDescending = true
            } else if call.arguments.consume("ALPHA") {
                isAlphabetic = true
            } else if call.arguments.remaining > 2, call.arguments.consume("LIMIT") {
                offset = try call.arguments.integer()
                limit = try call.arguments.integer()
            } else if mayStore, call.arguments.remaining > 1, call.arguments.consume("STORE") {
                destination = try call.arguments.next()
            } else if call.arguments.remaining > 1, call.arguments.consume("BY") {
                let pattern = SortPattern(try call.arguments.next())
                weight = pattern
                if !pattern.hasPlace { isUnsorted = true }
                guard mayReadEverything || !pattern.hasPlace else { throw .refusedSort("BY") }
            } else if call.arguments.remaining > 1, call.arguments.consume("GET") {
                results.append(SortPattern(try call.arguments.next()))
                guard mayReadEverything else { throw .refusedSort("GET") }
            } else {
                throw .syntax
            }
        }
    }
}

extension ErrorReply {
    /// A pattern may name any key.
    fileprivate static func refusedSort(_ option: String) -> ErrorReply {
        ErrorReply("ERR \(option) option of SORT denied due to insufficient ACL permissions.")
    }
}

extension SortRequest {
    /// An element with what it is sorted by.
    private struct Weighted {
        let element: SetMember
        var weight: SetMember?
        var score = 0.0
    }

    /// The elements that are wanted, in their order. They are good until the keyspace changes.
    func elements(
        in keyspace: borrowing Keyspace, forScript isInScript: Bool
    ) throws(ErrorReply) -> ArraySlice<SetMember> {
        guard let entry = keyspace.find(key) else { return [] }
        var elements: [SetMember] = []
        var isSet = false
        switch entry.value {
        case .list(let list): list.forEach { elements.append(.bytes($0)) }
        case .set(let set):
            isSet = true
            set.forEach { elements.append($0) }
        case .sortedSet(let set): set.forEach { member, _ in elements.append(.bytes(member)) }
        case .string, .hash, .stream, .vectorSet, .context: throw .wrongType
        }
        // A set has no order, and what is stored or read by a script must not depend on chance.
        let isForced = isUnsorted && isSet && (destination != nil || isInScript)
        if isForced || !isUnsorted {
            let sorted = try sort(
                elements, by: isForced ? nil : weight, isAlphabetic: isAlphabetic || isForced,
                in: keyspace)
            return sorted[range(of: sorted.count)]
        }
        if isDescending, !isSet { elements.reverse() }
        return elements[range(of: elements.count)]
    }

    /// The places that LIMIT selects.
    private func range(of count: Int) -> Range<Int> {
        let start = Int(clamping: Swift.min(Swift.max(offset, 0), Int64(count)))
        guard limit >= 0 else { return start..<count }
        return start..<Swift.min(count, start + Int(Swift.min(limit, Int64(count))))
    }

    private func sort(
        _ elements: [SetMember], by weight: SortPattern?, isAlphabetic: Bool,
        in keyspace: borrowing Keyspace
    ) throws(ErrorReply) -> [SetMember] {
        var weighted: [Weighted] = []
        weighted.reserveCapacity(elements.count)
        var isConverted = true
        for element in elements {
            var item = Weighted(element: element)
            if let weight {
                item.weight = weight.value(for: element, in: keyspace)
            } else {
                item.weight = element
            }
            if !isAlphabetic, let weight = item.weight {
                if let score = weight.score { item.score = score } else { isConverted = false }
            }
            weighted.append(item)
        }
        guard isConverted else {
            throw ErrorReply("ERR One or more scores can't be converted into double")
        }
        let direction = isDescending ? -1 : 1
        let compare: (Weighted, Weighted) -> Int =
            isAlphabetic
            ? { direction * compareWeights($0, $1) } : { direction * compareScores($0, $1) }
        let places = range(of: weighted.count)
        if weight != nil, places.count < weighted.count {
            weighted.sortPartially(places, by: compare)
        } else {
            weighted.sort { compare($0, $1) < 0 }
        }
        return weighted.map(\.element)
    }

    private func compareScores(_ left: Weighted, _ right: Weighted) -> Int {
        if left.score != right.score { return left.score < right.score ? -1 : 1 }
        return left.element.withBytes { left in
            right.element.withBytes { left.compare($0) }
        }
    }

    /// Missing weights come first.
    private func compareWeights(_ left: Weighted, _ right: Weighted) -> Int {
        guard let leftWeight = left.weight else { return right.weight == nil ? 0 : -1 }
        guard let rightWeight = right.weight else { return 1 }
        return leftWeight.withBytes { left in
            rightWeight.withBytes { collate(left, $0) }
        }
    }

    /// What is stored is compared whole; what is answered as C compares texts, to the first zero
    /// byte.
    private func collate(_ left: Bytes, _ right: Bytes) -> Int {
        destination == nil
            ? left.untilZero.compare(right.untilZero) : left.compare(right)
    }
}

// MARK: - The answer

extension SortRequest {
    /// Calls `body` with every value of the answer, nil for what is not there.
    func forEachResult(
        of elements: ArraySlice<SetMember>, in keyspace: borrowing Keyspace,
        _ body: (Bytes?) -> Void
    ) {
        for element in elements {
            if results.isEmpty { element.withBytes { body($0) } }
            for pattern in results {
                guard let value = pattern.value(for: element, in: keyspace) else {
                    body(nil)
                    continue
                }
                value.withBytes { body($0) }
            }
        }
    }

    func answer(
        _ elements: ArraySlice<SetMember>, in keyspace: borrowing Keyspace,
        _ reply: inout ReplyWriter
    ) {
        reply.array(elements.count * Swift.max(1, results.count))
        forEachResult(of: elements, in: keyspace) { value in
            if let value { reply.bulk(value) } else { reply.null() }
        }
    }
}

/// A pattern of BY or GET: a key, or a key and a field of the hash there, with a place for the
/// element; or the element itself.
private struct SortPattern {
    private let text: Bytes
    /// Where the element goes.
    private let place: Int?
    /// Where `->` stands.
    private var arrow: Int?
    private let isElement: Bool

    init(_ text: Bytes) {
        self.text = text
        // Redis reads the pattern as a C string.
        let visible = text.untilZero
        isElement = visible == "#"
        place = visible.firstIndex(of: UInt8(ascii: "*"))
        guard let place else { return }
        var index = place + 1
        while index + 2 < visible.count {
            if visible[index] == UInt8(ascii: "-"), visible[index + 1] == UInt8(ascii: ">") {
                arrow = index
                return
            }
            index += 1
        }
    }

    /// Whether the value may differ from element to element.
    var hasPlace: Bool { place != nil }

    /// What the pattern yields for an element, nil when there is no such value.
    func value(for element: SetMember, in keyspace: borrowing Keyspace) -> SetMember? {
        if isElement { return element }
        guard let place else { return nil }
        var name = ByteString(text[0..<place]).array
        element.withBytes { name += ByteString($0).array }
        name += ByteString(text[(place + 1)..<(arrow ?? text.count)]).array
        guard let entry = ByteString(name).withBytes({ keyspace.find($0) }) else { return nil }
        switch entry.value {
        case .string: return arrow == nil ? .bytes(entry.string) : nil
        case .hash(let hash):
            guard let arrow else { return nil }
            let field = text[(arrow + 2)..<text.count]
            return keyspace.value(of: field, in: hash, at: entry.key)
        case .list, .set, .sortedSet, .stream, .vectorSet, .context: return nil
        }
    }
}

extension PackedText {
    /// The number that the element spells, as Redis reads it here: to the first zero byte, too
    /// large ones as infinity; nil for none.
    fileprivate var score: Double? {
        switch self {
        case .integer(let number): return Double(number)
        case .bytes(let bytes):
            let text = bytes.untilZero
            if text.isEmpty { return 0 }
            // C reads more forms of numbers than Redis does here.
            guard text.firstIndex(of: UInt8(ascii: "x")) == nil,
                text.firstIndex(of: UInt8(ascii: "X")) == nil
            else { return nil }
            return Double(strict: text, clamping: true)
        }
    }
}

extension Bytes {
    /// The bytes before the first zero byte.
    fileprivate var untilZero: Bytes { self[0..<(firstIndex(of: 0) ?? count)] }
}
