// SPDX-License-Identifier: Apache-2.0

/// A set: distinct strings without order.
public final class SetValue: CollectionValue {
    public init() {}

    public var count: Int { 0 }

    public func copy() -> SetValue { SetValue() }

    public func memoryBytes(samples: Int) -> Int { 16 }

    public var encodingName: StaticString { "listpack" }
}
