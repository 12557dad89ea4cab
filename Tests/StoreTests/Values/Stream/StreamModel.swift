// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import Store

/// A stream beside an array of its entries, both changed at random.
struct StreamModel {
    struct Entry: Equatable {
        var id: StreamID
        var pairs: [[ByteString]]
    }

    let stream = StreamValue()
    var entries: [Entry] = []
    var lastID = StreamID.zero
    var added: UInt64 = 0
    var limits = StreamLimits()
    var random: RandomSource
    /// Copies with what they have to hold.
    var copies: [(stream: StreamValue, entries: [Entry])] = []

    init(maximumEntries: Int, maximumBytes: Int, seed: UInt64) {
        limits.maximumNodeEntries = maximumEntries
        limits.maximumNodeBytes = maximumBytes
        random = RandomSource(seed: seed)
    }

    static func entries(of stream: StreamValue, reversed: Bool = false) -> [Entry] {
        var found: [Entry] = []
        stream.walk(from: .zero, through: .max, reversed: reversed) { entry in
            found.append(Entry(id: entry.id, pairs: pairs(of: entry)))
            return true
        }
        return found
    }

    static func pairs(of entry: StreamEntry) -> [[ByteString]] {
        var pairs: [[ByteString]] = []
        entry.forEachField { pairs.append([text($0), text($1)]) }
        return pairs
    }

    static func text(_ element: ListpackElement) -> ByteString {
        switch element {
        case .string(let bytes): ByteString(bytes)
        case .integer(let number): ByteString("\(number)")
        }
    }

    mutating func step() {
        switch random.below(100) {
        case 0..<60: append()
        case 60..<75: remove()
        case 75..<82: trimByCount()
        case 82..<89: trimByID()
        case 89..<91: copies.append((stream.copy(), entries))
        default: break
        }
    }

    private mutating func append() {
        var id = lastID
        if random.below(3) == 0 { id.milliseconds += UInt64(random.below(300)) }
        id = random.below(20) == 0 ? StreamID(id.milliseconds + 1, 0) : id.next ?? id
        let words: [ByteString] = ["a", "bb", "7", "-300", "", ByteString("\(random.next())")]
        let names: [ByteString] = random.below(3) == 0 ? ["x"] : ["name", "12"]
        var pairs: [[ByteString]] = []
        for name in names { pairs.append([name, words[random.below(words.count)]]) }
        if random.below(40) == 0 { pairs[0][1] = ByteString(String(repeating: "z", count: 200)) }
        let flat = pairs.flatMap { $0 }
        // The views are good while `flat` lives.
        let views = flat.map { $0.withBytes { $0 } }
        stream.append(id, views[...], limits: limits)
        withExtendedLifetime(flat) {}
        entries.append(Entry(id: id, pairs: pairs))
        lastID = id
        added += 1
    }

    private mutating func remove() {
        guard !entries.isEmpty else { return }
        let index = random.below(entries.count)
        let id = random.below(5) == 0 ? entries[index].id.next ?? .max : entries[index].id
        let place = entries.firstIndex { $0.id == id }
        precondition(stream.remove(id) == (place != nil))
        if let place { entries.remove(at: place) }
    }

    private mutating func trimByCount() {
        let most = entries.count - random.below(20)
        guard most >= 0 else { return }
        let isApproximate = random.below(2) == 0
        let before = entries.count
        let removed = stream.trim(
            StreamTrim(.count(UInt64(most)), isApproximate: isApproximate))
        precondition(isApproximate ? removed <= before - most : removed == before - most)
        entries.removeFirst(removed)
    }

    private mutating func trimByID() {
        guard !entries.isEmpty else { return }
        let id = entries[random.below(min(20, entries.count))].id
        let isApproximate = random.below(2) == 0
        let expected = entries.count { $0.id < id }
        let removed = stream.trim(StreamTrim(.minimumID(id), isApproximate: isApproximate))
        precondition(isApproximate ? removed <= expected : removed == expected)
        entries.removeFirst(removed)
    }

    var isConsistent: Bool {
        stream.count == entries.count && Self.entries(of: stream) == entries
            && Self.entries(of: stream, reversed: true) == entries.reversed()
            && stream.firstID == (entries.first?.id ?? .zero) && stream.lastID == lastID
            && stream.edgeID(last: true) == entries.last?.id && stream.entriesAdded == added
    }

    var areCopiesIntact: Bool {
        copies.allSatisfy { Self.entries(of: $0.stream) == $0.entries }
    }
}
