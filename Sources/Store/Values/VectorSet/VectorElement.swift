// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import VectorSearch

/// One element of a ``VectorSet``.
///
/// Immutable: another node or attribute makes another element object, so a search that has found
/// one may go on reading it.
final class VectorElement: TableElement {
    let name: ByteString
    let node: NodeID
    /// JSON text, or nil.
    let attribute: ByteString?

    init(name: ByteString, node: NodeID, attribute: ByteString?) {
        self.name = name
        self.node = node
        self.attribute = attribute
    }

    /// The name's bytes do not move while this object keeps the array that holds them.
    var tableKey: Bytes { name.withBytes { $0 } }

    var memoryBytes: Int {
        MemoryLayout<Int>.size * 7 + 32 + name.count + (attribute.map { 32 + $0.count } ?? 0)
    }
}

/// The elements by node, in chunks that copies share until one of them changes.
struct NodeElements {
    private final class Chunk {
        var elements: [VectorElement?]

        init(_ elements: [VectorElement?]) {
            self.elements = elements
        }
    }

    private var chunks: [Chunk] = []
    private static var chunkBits: Int { 10 }

    /// The element of a node, or nil for one that has none (any more, or yet).
    subscript(node: NodeID) -> VectorElement? {
        let index = node.index
        guard index >> Self.chunkBits < chunks.count else { return nil }
        let chunk = chunks[index >> Self.chunkBits]
        let place = index & ((1 << Self.chunkBits) - 1)
        return place < chunk.elements.count ? chunk.elements[place] : nil
    }

    mutating func set(_ element: VectorElement?, at node: NodeID) {
        let index = node.index
        let number = index >> Self.chunkBits
        while chunks.count <= number { chunks.append(Chunk([])) }
        if !isKnownUniquelyReferenced(&chunks[number]) {
            chunks[number] = Chunk(chunks[number].elements)
        }
        let place = index & ((1 << Self.chunkBits) - 1)
        while chunks[number].elements.count <= place { chunks[number].elements.append(nil) }
        chunks[number].elements[place] = element
    }

    var memoryBytes: Int {
        chunks.reduce(0) { $0 + 80 + $1.elements.capacity * 8 }
    }
}
