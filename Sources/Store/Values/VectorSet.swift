// SPDX-License-Identifier: Apache-2.0

/// Placeholder until the vector-set branch lands.
public final class VectorSet: CollectionValue {
    public init() {}
    public var count: Int { 0 }
    public func copy() -> VectorSet { VectorSet() }
    public func memoryBytes(samples: Int) -> Int { 16 }
    public var encodingName: StaticString { "raw" }
}
