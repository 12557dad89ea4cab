// SPDX-License-Identifier: Apache-2.0

public import Primitives
public import Store

/// A value as a file holds it, whatever the encoding: plain data, which the keyspace's own types
/// are made from and written as.
public enum RDBValue: Equatable, Sendable {
    case string(ByteString)
    case list([ByteString])
    case hash([RDBHashField])
    case set([ByteString])
    case sortedSet([RDBScoredElement])
    case stream(StreamImage)
    case vectorSet(VectorSetRecord)
    case context(ContextRecord)
    /// The value of a module that is not known here: only walked through.
    case module(RDBModuleType)
}

/// A field of a hash.
public struct RDBHashField: Equatable, Sendable {
    public var field: ByteString
    public var value: ByteString
    /// When the field ends, in milliseconds since 1970; 0 for never.
    public var expiryMilliseconds: Int64

    public init(_ field: ByteString, _ value: ByteString, expiryMilliseconds: Int64 = 0) {
        self.field = field
        self.value = value
        self.expiryMilliseconds = expiryMilliseconds
    }
}

/// An element of a sorted set.
public struct RDBScoredElement: Equatable, Sendable {
    public var element: ByteString
    public var score: Double

    public init(element: ByteString, score: Double) {
        self.element = element
        self.score = score
    }
}

extension RDBValue {
    /// The kind of value, for reports: "strings", "lists", ...
    public var plural: String {
        switch self {
        case .string: "strings"
        case .list: "lists"
        case .hash: "hashes"
        case .set: "sets"
        case .sortedSet: "sorted sets"
        case .stream: "streams"
        case .vectorSet: "vector sets"
        case .context: "contexts"
        case .module(let type): "values of module type '\(type.name)'"
        }
    }

    /// Whether nothing is in it: Redis has such keys left over from old faults and drops them.
    var isEmptyCollection: Bool {
        switch self {
        case .list(let elements), .set(let elements): elements.isEmpty
        case .hash(let fields): fields.isEmpty
        case .sortedSet(let elements): elements.isEmpty
        case .vectorSet(let set): set.nodes.isEmpty
        // A context without messages still knows its version and numbers.
        case .string, .stream, .context, .module: false
        }
    }
}

/// The name and the encoding version of a module's values, packed in 64 bits: nine characters of
/// six bits, then ten bits of version.
public struct RDBModuleType: Equatable, Sendable {
    public let identifier: UInt64

    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    public init(identifier: UInt64) {
        self.identifier = identifier
    }

    /// The type of a name of nine characters from A-Z, a-z, 0-9, - and _.
    public init(name: StaticString, version: UInt64) {
        precondition(name.utf8CodeUnitCount == 9 && version < 1024)
        var identifier: UInt64 = 0
        for byte in name.description.utf8 {
            guard let index = Self.alphabet.firstIndex(of: byte) else {
                preconditionFailure("not a character of module names")
            }
            identifier = identifier << 6 | UInt64(index)
        }
        self.identifier = identifier << 10 | version
    }

    public var name: String {
        var characters: [UInt8] = []
        for index in (0..<9).reversed() {
            characters.append(Self.alphabet[Int((identifier >> UInt64(10 + 6 * index)) & 0x3F)])
        }
        return String(decoding: characters, as: UTF8.self)
    }

    public var version: Int { Int(identifier & 1023) }

    /// Redis's vector sets.
    static let vectorSet = RDBModuleType(name: "vectorset", version: 0)
    /// Our vector sets with elements that end.
    static let expiringVectorSet = RDBModuleType(name: "engramvec", version: 1)
    /// Our vector sets that are searched by another metric than the cosine.
    static let metricVectorSet = RDBModuleType(name: "engramvec", version: 2)
    /// Our contexts.
    static let context = RDBModuleType(name: "engramctx", version: 1)
}
