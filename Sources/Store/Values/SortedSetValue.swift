// SPDX-License-Identifier: Apache-2.0

/// A sorted set: distinct strings with a score each, ordered by score, then bytes.
public final class SortedSetValue: CollectionValue {
    public init() {}

    public var count: Int { 0 }

    public func copy() -> SortedSetValue { SortedSetValue() }

    public func memoryBytes(samples: Int) -> Int { 16 }

    public var encodingName: StaticString { "listpack" }
}
