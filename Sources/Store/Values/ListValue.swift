// SPDX-License-Identifier: Apache-2.0

/// Placeholder until the list branch lands.
public final class ListValue: CollectionValue {
    public init() {}
    public var count: Int { 0 }
    public func copy() -> ListValue { ListValue() }
    public func memoryBytes(samples: Int) -> Int { 16 }
    public var encodingName: StaticString { "listpack" }
}
