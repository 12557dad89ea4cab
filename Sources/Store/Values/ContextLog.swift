// SPDX-License-Identifier: Apache-2.0

/// Placeholder until the context branch lands.
public final class ContextLog: CollectionValue {
    public init() {}
    public var count: Int { 0 }
    public func copy() -> ContextLog { ContextLog() }
    public func memoryBytes(samples: Int) -> Int { 16 }
    public var encodingName: StaticString { "context" }
}
