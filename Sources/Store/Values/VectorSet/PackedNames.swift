// SPDX-License-Identifier: Apache-2.0

import Primitives
import VectorSearch

/// The names of a small vector set by node, without an object each: a byte to look for, two for the
/// place of the name, and the name with its length, 7 bytes for a name of three.
///
/// A look-up reads the bytes of all nodes, which for a thousand takes as long as a miss of a cache.
/// A value whose copies share the bytes until one of them changes.
struct PackedNames {
    /// Nodes from here on have no room.
    static let nodeBound = 1_024

    private(set) var count = 0
    /// What a name hashes to, by node; 0 for a node that has none.
    private var tags: [UInt8] = []
    private var offsets: [UInt16] = []
    /// Names behind their lengths, and some that nobody has any more.
    private var bytes: [UInt8] = []
    private var unusedBytes = 0

    /// The node of an element.
    func node(of name: Bytes) -> NodeID? {
        let tag = Self.tag(name)
        return unsafe tags.withUnsafeBufferPointer { tags in
            for index in tags.indices where unsafe tags[index] == tag {
                if withName(at: index, { $0 == name }) { return NodeID(slot: UInt32(index)) }
            }
            return nil
        }
    }

    func has(_ node: NodeID) -> Bool { node.index < tags.count && tags[node.index] != 0 }

    /// Calls `body` with the name of a node that has one.
    func withName<Result>(of node: NodeID, _ body: (Bytes) -> Result) -> Result {
        withName(at: node.index, body)
    }

    private func withName<Result>(at index: Int, _ body: (Bytes) -> Result) -> Result {
        let offset = Int(offsets[index])
        return unsafe bytes.withUnsafeBytes { bytes in
            let end = unsafe offset + 1 + Int(bytes[offset])
            return unsafe body(Bytes(UnsafeRawBufferPointer(rebasing: bytes[offset + 1..<end])))
        }
    }

    /// Names a node that has no name; false if there is no room for it.
    mutating func put(_ name: Bytes, at node: NodeID) -> Bool {
        guard node.index < Self.nodeBound, name.count < 256 else { return false }
        if unusedBytes > 64, unusedBytes * 2 > bytes.count { compact() }
        guard bytes.count <= UInt16.max else { return false }
        while tags.count <= node.index {
            Self.append(0, to: &tags)
            Self.append(0, to: &offsets)
        }
        tags[node.index] = Self.tag(name)
        offsets[node.index] = UInt16(bytes.count)
        Self.append(UInt8(name.count), to: &bytes)
        for index in 0..<name.count { Self.append(name[index], to: &bytes) }
        count += 1
        return true
    }

    mutating func remove(_ node: NodeID) {
        guard has(node) else { return }
        unusedBytes += 1 + Int(bytes[Int(offsets[node.index])])
        tags[node.index] = 0
        count -= 1
    }

    /// Calls `body` with every node that has a name.
    func forEach(_ body: (NodeID) -> Void) {
        for index in tags.indices where tags[index] != 0 { body(NodeID(slot: UInt32(index))) }
    }

    /// A node that has a name; there must be one.
    func randomNode(_ random: RandomStream) -> NodeID {
        var index = random.below(tags.count)
        var triesLeft = 64
        while tags[index] == 0 {
            // Where few are left the next one will do.
            index = triesLeft > 0 ? random.below(tags.count) : (index + 1) % tags.count
            triesLeft -= 1
        }
        return NodeID(slot: UInt32(index))
    }

    var memoryBytes: Int {
        [tags.capacity, offsets.capacity * 2, bytes.capacity].reduce(0) {
            $0 + ($1 == 0 ? 0 : ProcessMemory.allocationBytes(for: 32 + $1))
        }
    }

    private mutating func compact() {
        var packed = PackedNames()
        forEach { node in _ = withName(of: node) { packed.put($0, at: node) } }
        self = packed
    }

    /// An array grows by an eighth: there may be a hundred thousand of them.
    private static func append<Element>(_ element: Element, to array: inout [Element]) {
        if array.count == array.capacity { array.reserveCapacity(array.count * 9 / 8 + 16) }
        array.append(element)
    }

    /// A byte of the Fowler-Noll-Vo hash, never 0. Whoever makes them all alike makes a look-up
    /// compare with a thousand names.
    private static func tag(_ name: Bytes) -> UInt8 {
        var hash: UInt32 = 0x811C_9DC5
        for index in 0..<name.count { hash = (hash ^ UInt32(name[index])) &* 0x0100_0193 }
        return max(UInt8(truncatingIfNeeded: hash ^ hash >> 8 ^ hash >> 16), 1)
    }
}
