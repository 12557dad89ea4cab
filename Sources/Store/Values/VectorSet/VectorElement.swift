// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import VectorSearch

/// The fixed part of a ``VectorElement``.
struct VectorElementHeader {
    /// JSON text, or nil.
    let attribute: ByteString?
    let node: NodeID
    let nameCount: UInt32
}

/// One element of a ``VectorSet``, its name behind the header, in one allocation.
///
/// Immutable: another node or attribute makes another element object, so a search that has found
/// one may go on reading it.
final class VectorElement: ManagedBuffer<VectorElementHeader, UInt8>, TableElement {
    /// Makes an element with a copy of the name.
    static func make(name: Bytes, node: NodeID, attribute: ByteString?) -> VectorElement {
        let buffer = VectorElement.create(minimumCapacity: name.count) { _ in
            VectorElementHeader(
                attribute: attribute, node: node, nameCount: UInt32(clamping: name.count))
        }
        let element = unsafe unsafeDowncast(buffer, to: VectorElement.self)
        unsafe element.withUnsafeMutablePointerToElements { bytes in
            for index in 0..<name.count { unsafe (bytes + index).initialize(to: name[index]) }
        }
        return element
    }

    var node: NodeID { header.node }
    var attribute: ByteString? { header.attribute }
    var name: ByteString { ByteString(tableKey) }

    /// The name's bytes, which do not move while this object lives.
    var tableKey: Bytes {
        unsafe withUnsafeMutablePointers { header, bytes in
            unsafe Bytes(base: bytes, count: Int(header.pointee.nameCount))
        }
    }

    var memoryBytes: Int {
        MemoryLayout<Int>.size * 2 + MemoryLayout<VectorElementHeader>.size
            + Int(header.nameCount) + (header.attribute.map { 32 + $0.count } ?? 0)
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
