// SPDX-License-Identifier: Apache-2.0

public import Containers

/// Placeholder until the hash branch lands.
public final class HashValue: CollectionValue, HeapElement {
    public var heapIndex: UInt32 = IndexedHeap<HashValue>.absent
    public init() {}
    public var count: Int { 0 }
    public func copy() -> HashValue { HashValue() }
    public func memoryBytes(samples: Int) -> Int { 16 }
    public var encodingName: StaticString { "listpack" }
}
