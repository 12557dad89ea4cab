// SPDX-License-Identifier: Apache-2.0

/// What a key can hold. The names are those that TYPE answers.
public enum ValueType: String, Sendable, CaseIterable {
    case string
    case list
    case set
    case sortedSet = "zset"
    case hash
    case stream
    case vectorSet = "vectorset"
    case context
}

/// The value of an entry. A string's bytes stand in the entry itself; all else is an object that
/// belongs to this entry alone.
public enum Value {
    case string
    case list(ListValue)
    case set(SetValue)
    case sortedSet(SortedSetValue)
    case hash(HashValue)
    case stream(StreamValue)
    case vectorSet(VectorSet)
    case context(ContextLog)
}

/// A value that is an object.
///
/// The object belongs to one entry. A snapshot that still needs the state shares it, and then the
/// keyspace takes a ``copy()`` before the next change; so a copy of a large value must share
/// whatever is large, in chunks that are copied on write.
public protocol CollectionValue: AnyObject {
    /// The number of elements; a collection without any is removed with its key.
    var count: Int { get }
    /// An equal value that can be changed without the other noticing. O(chunks).
    func copy() -> Self
    /// Bytes the value takes, its own object included. May estimate from a sample of elements when
    /// `samples` is positive; 0 means all.
    func memoryBytes(samples: Int) -> Int
    /// What OBJECT ENCODING answers: Redis's name of the form that holds so many elements.
    var encodingName: StaticString { get }
}

extension ValueType {
    /// The raw value, without the cost of a string.
    public var name: StaticString {
        switch self {
        case .string: "string"
        case .list: "list"
        case .set: "set"
        case .sortedSet: "zset"
        case .hash: "hash"
        case .stream: "stream"
        case .vectorSet: "vectorset"
        case .context: "context"
        }
    }
}

extension Value {
    public var type: ValueType {
        switch self {
        case .string: .string
        case .list: .list
        case .set: .set
        case .sortedSet: .sortedSet
        case .hash: .hash
        case .stream: .stream
        case .vectorSet: .vectorSet
        case .context: .context
        }
    }

    /// The object, or nil for a string.
    public var collection: (any CollectionValue)? {
        switch self {
        case .string: nil
        case .list(let list): list
        case .set(let set): set
        case .sortedSet(let set): set
        case .hash(let hash): hash
        case .stream(let stream): stream
        case .vectorSet(let set): set
        case .context(let context): context
        }
    }

    /// An equal value that can be changed without the other noticing.
    public func copy() -> Value {
        switch self {
        case .string: .string
        case .list(let list): .list(list.copy())
        case .set(let set): .set(set.copy())
        case .sortedSet(let set): .sortedSet(set.copy())
        case .hash(let hash): .hash(hash.copy())
        case .stream(let stream): .stream(stream.copy())
        case .vectorSet(let set): .vectorSet(set.copy())
        case .context(let context): .context(context.copy())
        }
    }
}
