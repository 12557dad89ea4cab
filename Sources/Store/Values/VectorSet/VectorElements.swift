// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import VectorSearch

/// The elements of a vector set, by name and by node.
///
/// A set that is small and has no attributes keeps names alone (``PackedNames``), and makes an
/// element when one is asked for; any other has an object for each in a hash table. A set that has
/// once been the latter stays so.
struct VectorElements: ~Copyable {
    private final class Large {
        var table: SegmentedTable<VectorElement>
        var nodes: NodeElements

        init(hasher: SipHash) {
            table = SegmentedTable(hasher: hasher)
            nodes = NodeElements()
        }

        init(copying other: Large) {
            table = other.table.copy()
            nodes = other.nodes
        }
    }

    private let hasher: SipHash
    private var names = PackedNames()
    /// Nil as long as the names say everything.
    private var large: Large?

    init(hasher: SipHash) {
        self.hasher = hasher
    }

    private init(copying other: borrowing VectorElements) {
        hasher = other.hasher
        names = other.names
        large = other.large.map { Large(copying: $0) }
    }

    /// Equal elements; both share memory until they change.
    func copy() -> VectorElements { VectorElements(copying: self) }

    var count: Int { large?.table.count ?? names.count }

    /// The elements by node, where there are attributes.
    var nodes: NodeElements { large?.nodes ?? NodeElements() }

    func find(_ name: Bytes) -> VectorElement? {
        if let large { return large.table.find(name) }
        return names.node(of: name).map {
            VectorElement.make(name: name, node: $0, attribute: nil)
        }
    }

    subscript(node: NodeID) -> VectorElement? {
        if let large { return large.nodes[node] }
        guard names.has(node) else { return nil }
        return names.withName(of: node) {
            VectorElement.make(name: $0, node: node, attribute: nil)
        }
    }

    /// Adds an element.
    mutating func insert(_ element: VectorElement) {
        if large == nil {
            if element.attribute == nil, names.put(element.tableKey, at: element.node) { return }
            enlarge()
        }
        large?.table.insert(element, hash: hasher.hash(element.tableKey))
        large?.nodes.set(element, at: element.node)
    }

    /// Puts an element in the place of the one with its name and node.
    mutating func replace(with element: VectorElement) {
        if large == nil {
            if element.attribute == nil { return }
            enlarge()
        }
        large?.table.replace(with: element, hash: hasher.hash(element.tableKey))
        large?.nodes.set(element, at: element.node)
    }

    mutating func remove(_ element: VectorElement) {
        guard let large else { return names.remove(element.node) }
        _ = large.table.remove(element.tableKey, hash: hasher.hash(element.tableKey))
        large.nodes.set(nil, at: element.node)
    }

    private mutating func enlarge() {
        let hasher = hasher
        let large = Large(hasher: hasher)
        forEach { element in
            large.table.insert(element, hash: hasher.hash(element.tableKey))
            large.nodes.set(element, at: element.node)
        }
        self.large = large
        names = PackedNames()
    }

    func forEach(_ body: (VectorElement) -> Void) {
        if let large { return large.table.forEach(body) }
        names.forEach { node in
            if let element = self[node] { body(element) }
        }
    }

    func randomElement(using random: RandomStream) -> VectorElement? {
        if let large { return large.table.randomElement(using: random) }
        return count == 0 ? nil : self[names.randomNode(random)]
    }

    /// Bytes of all, from a sample of so many, or of all for 0.
    func memoryBytes(samples: Int) -> Int {
        guard let large else { return names.memoryBytes }
        var (bytes, seen) = (0, 0)
        var cursor: UInt64 = 0
        repeat {
            cursor = large.table.scan(from: cursor) { element in
                bytes += element.memoryBytes
                seen += 1
            }
        } while cursor != 0 && (samples <= 0 || seen < samples)
        if seen > 0 { bytes = bytes * large.table.count / seen }
        return 100 + bytes + large.table.memoryBytes() + large.nodes.memoryBytes
    }
}
