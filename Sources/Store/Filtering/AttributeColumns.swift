// SPDX-License-Identifier: Apache-2.0

import Primitives
import VectorSearch

/// The attributes of a vector set's elements, by field and node: parsed when they are written, so
/// that a filter compares words and reads no JSON.
///
/// A value whose copies share chunks until they change.
struct AttributeColumns: Sendable {
    /// Fields that come later have no column: a filter that names one reads JSON.
    static let maximumCount = 128

    private(set) var columns: [AttributeColumn] = []
    /// Columns by name.
    private var numbers: [ByteString: Int] = [:]
    /// Whether some element has, or had, a field without a column.
    private(set) var hasMoreFields = false
    /// The nodes whose elements have an attribute.
    private(set) var holders = NodeBitmap()
    /// When each chunk of 1,024 nodes changed last, as a number of changes.
    private(set) var changes: [UInt64] = []
    /// How many changes there were.
    private(set) var changeCount: UInt64 = 0
    private let hash: SipHash

    /// - Parameter hash: for texts that are not kept.
    init(hash: SipHash) {
        self.hash = hash
    }

    /// The column of a field; nil when no element has the field, or when it has no column.
    func number(of field: ByteString) -> Int? { numbers[field] }

    /// What a column does not keep of a text has this in its place.
    func looseWord(of text: ByteString) -> UInt64 {
        AttributeWord.looseText(hash: text.withBytes { hash.hash($0) })
    }

    /// Gives a node other fields, or no attribute with nil.
    mutating func set(_ fields: [ByteString: FilterValue?]?, at node: NodeID) {
        let chunk = node.index >> 10
        while changes.count <= chunk { changes.append(0) }
        changeCount += 1
        changes[chunk] = changeCount
        let hadAttribute = holders.contains(node)
        if fields == nil { holders.remove(node) } else { holders.insert(node) }
        if hadAttribute {
            for index in columns.indices where (fields?[columns[index].name] ?? nil) == nil {
                columns[index].set(nil, at: node, hash)
            }
        }
        guard let fields else { return }
        for (name, value) in fields {
            guard let value else { continue }
            guard let number = numbers[name] ?? addColumn(name) else {
                hasMoreFields = true
                continue
            }
            columns[number].set(value, at: node, hash)
        }
    }

    /// A column for a field that no element has had so far, in the place of one that none has any
    /// more if all are taken; nil if there is none.
    private mutating func addColumn(_ name: ByteString) -> Int? {
        // Some element might have the field already.
        guard !hasMoreFields else { return nil }
        if columns.count < Self.maximumCount {
            columns.append(AttributeColumn(name))
            numbers[name] = columns.count - 1
            return columns.count - 1
        }
        guard let number = columns.firstIndex(where: { $0.count == 0 }) else { return nil }
        numbers[columns[number].name] = nil
        columns[number] = AttributeColumn(name)
        numbers[name] = number
        return number
    }

    var memoryBytes: Int {
        columns.reduce(200 + holders.memoryBytes + changes.capacity * 8) { $0 + $1.memoryBytes }
            + numbers.capacity * 17
    }
}
