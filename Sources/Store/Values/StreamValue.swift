// SPDX-License-Identifier: Apache-2.0

/// A stream: entries of fields and values by identifier, and the groups that consume them.
public final class StreamValue: CollectionValue {
    public init() {}

    public var count: Int { 0 }

    public func copy() -> StreamValue { StreamValue() }

    public func memoryBytes(samples: Int) -> Int { 16 }

    public var encodingName: StaticString { "stream" }
}
