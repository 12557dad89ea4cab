// SPDX-License-Identifier: Apache-2.0

import Primitives
import VectorSearch

/// One field of all nodes' attributes: a word a node, in chunks of 1,024 nodes that copies share
/// until they change. A chunk that no node has the field in is absent.
struct AttributeColumn: Sendable {
    let name: ByteString
    /// How many nodes have the field.
    private(set) var count = 0
    /// How many of them have a text that is not kept.
    private(set) var looseTexts = 0
    private(set) var texts = AttributeTexts()
    private var chunks: [AttributeChunk?] = []

    /// Lists of more elements are not kept.
    static let longestList = 64

    init(_ name: ByteString) {
        self.name = name
    }

    /// The words of 1,024 nodes; nil when none has the field.
    func chunk(_ number: Int) -> AttributeChunk? {
        number < chunks.count ? chunks[number] : nil
    }

    func word(of node: NodeID) -> UInt64 {
        chunk(node.index >> 10)?[node.index & 1023] ?? AttributeWord.missing
    }

    /// Gives a node another value, or none. `hash` is for texts that are not kept.
    mutating func set(_ value: FilterValue?, at node: NodeID, _ hash: SipHash) {
        let (number, place) = (node.index >> 10, node.index & 1023)
        let old = word(of: node)
        if old == AttributeWord.missing, value == nil { return }
        while chunks.count <= number { chunks.append(nil) }
        var chunk = chunks[number] ?? AttributeChunk()
        // The array must not hold a second reference while the chunk changes.
        chunks[number] = nil
        if AttributeWord.kind(old) == AttributeWord.list {
            chunk.removeList(AttributeWord.payload(old)).forEach { release($0) }
        } else {
            release(old)
        }
        var word = AttributeWord.missing
        if case .list(let values) = value {
            word = AttributeWord.looseList
            if let words = words(of: values, hash) {
                word = AttributeWord.list | UInt64(chunk.addList(words))
            }
        } else if let value {
            word = self.word(for: value, hash)
        }
        chunk[place] = word
        count += (word == AttributeWord.missing ? 0 : 1) - (old == AttributeWord.missing ? 0 : 1)
        if chunk.count > 0 { chunks[number] = chunk }
    }

    /// The word for anything but a list; uses a text.
    private mutating func word(for value: FilterValue, _ hash: SipHash) -> UInt64 {
        switch value {
        case .number(let number): return AttributeWord.number(number)
        case .null: return AttributeWord.null
        case .list: return AttributeWord.looseList
        case .text(let text):
            if let code = texts.use(text) { return AttributeWord.text | UInt64(code) }
            looseTexts += 1
            return AttributeWord.looseText(hash: text.withBytes { hash.hash($0) })
        }
    }

    private mutating func words(of values: [FilterValue], _ hash: SipHash) -> [UInt64]? {
        guard values.count <= Self.longestList else { return nil }
        return values.map { word(for: $0, hash) }
    }

    private mutating func release(_ word: UInt64) {
        if AttributeWord.kind(word) == AttributeWord.text {
            texts.release(AttributeWord.payload(word))
        } else if AttributeWord.kind(word) == AttributeWord.looseText {
            looseTexts -= 1
        }
    }

    var memoryBytes: Int {
        var bytes = 200 + name.count + chunks.capacity * MemoryLayout<AttributeChunk?>.stride
        for chunk in chunks { bytes += chunk?.memoryBytes ?? 0 }
        return bytes + texts.memoryBytes
    }
}

/// A field of 1,024 nodes: the places of those that have it and their words, or, when they are
/// many, a word for each.
struct AttributeChunk: Sendable {
    /// How many nodes have the field.
    private(set) var count = 0
    /// How many of them have something else than a number.
    private(set) var others = 0
    /// In ascending order; empty when there is a word for each.
    private var places: [UInt16] = []
    private var words: [UInt64] = []
    private var lists: [[UInt64]] = []
    private var freeLists: [Int] = []

    /// A chunk with more is as small with a word for each.
    private static let mostPlaces = 512

    /// A word for each of the 1,024 nodes.
    var allWords: [UInt64] {
        if words.count == 1024 { return words }
        var all = [UInt64](repeating: AttributeWord.missing, count: 1024)
        for (index, place) in places.enumerated() { all[Int(place)] = words[index] }
        return all
    }

    func list(_ number: Int) -> [UInt64] { lists[number] }

    subscript(place: Int) -> UInt64 {
        get {
            if words.count == 1024 { return words[place] }
            let index = index(of: place)
            guard index < places.count, places[index] == UInt16(place) else {
                return AttributeWord.missing
            }
            return words[index]
        }
        set {
            let old = self[place]
            count(old, -1)
            count(newValue, 1)
            if words.count == 1024 {
                words[place] = newValue
                return
            }
            let index = index(of: place)
            if old != AttributeWord.missing {
                if newValue == AttributeWord.missing {
                    places.remove(at: index)
                    words.remove(at: index)
                } else {
                    words[index] = newValue
                }
            } else if newValue != AttributeWord.missing {
                places.insert(UInt16(place), at: index)
                words.insert(newValue, at: index)
                if places.count > Self.mostPlaces {
                    words = allWords
                    places = []
                }
            }
        }
    }

    /// Where a place stands among the places, or would.
    private func index(of place: Int) -> Int {
        var (low, high) = (0, places.count)
        while low < high {
            let middle = (low + high) / 2
            if Int(places[middle]) < place { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func count(_ word: UInt64, _ change: Int) {
        guard word != AttributeWord.missing else { return }
        count += change
        if !AttributeWord.isNumber(word) { others += change }
    }

    mutating func addList(_ words: [UInt64]) -> Int {
        if let number = freeLists.popLast() {
            lists[number] = words
            return number
        }
        lists.append(words)
        return lists.count - 1
    }

    mutating func removeList(_ number: Int) -> [UInt64] {
        let words = lists[number]
        lists[number] = []
        freeLists.append(number)
        return words
    }

    var memoryBytes: Int {
        var bytes = places.capacity * 2 + words.capacity * 8 + 64
        bytes += lists.capacity * 8 + freeLists.capacity * 8
        for list in lists where !list.isEmpty { bytes += 32 + list.capacity * 8 }
        return bytes
    }
}
