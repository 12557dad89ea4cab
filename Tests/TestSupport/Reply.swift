// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// A reply as a client reads it, decoded from the bytes that would go to the socket.
///
/// Comparable with literals: `"text"`, `7`, `1.5`, `true`, `nil`, `["a", 1]` and `["field": "value"]`
/// (a RESP3 map). A status equals the bulk string of the same text, and a null array equals null:
/// who tells them apart compares ``TestClient/wire(_:)``.
public enum Reply: Sendable {
    case status(ByteString)
    case bulk(ByteString)
    case verbatim(format: ByteString, text: ByteString)
    case error(ByteString)
    case integer(Int64)
    case double(Double)
    case boolean(Bool)
    case array([Reply])
    case set([Reply])
    case push([Reply])
    case map([Pair])
    case null
    case nullArray
    /// Nothing yet: the client waits for a key.
    case blocked
    /// Nothing at all: the reply was suppressed.
    case silence
    /// Bytes that are not exactly one reply.
    case malformed(ByteString)

    /// A key of a map with its value.
    public struct Pair: Equatable, Sendable {
        public let key: Reply
        public let value: Reply

        public init(_ key: Reply, _ value: Reply) {
            self.key = key
            self.value = value
        }
    }
}

extension Reply {
    /// Whether it is an error with this beginning.
    public func isError(startingWith prefix: ByteString) -> Bool {
        guard case .error(let text) = self else { return false }
        return text.withBytes { text in prefix.withBytes { text.hasPrefix($0) } }
    }

    /// The text of a status, bulk, verbatim string or error, else nil.
    public var text: ByteString? {
        switch self {
        case .status(let text), .bulk(let text), .error(let text): text
        case .verbatim(_, let text): text
        case .integer, .double, .boolean, .array, .set, .push, .map, .null, .nullArray, .blocked,
            .silence, .malformed:
            nil
        }
    }

    /// The number of an integer reply, else nil.
    public var integer: Int64? {
        if case .integer(let number) = self { number } else { nil }
    }

    /// The elements of an array, set or push, or a map's keys and values in turn, else nil.
    public var elements: [Reply]? {
        switch self {
        case .array(let elements), .set(let elements), .push(let elements): elements
        case .map(let pairs): pairs.flatMap { [$0.key, $0.value] }
        case .status, .bulk, .verbatim, .error, .integer, .double, .boolean, .null, .nullArray,
            .blocked, .silence, .malformed:
            nil
        }
    }

    /// The value behind a key of a map, or of a flat array of keys and values.
    public subscript(key: ByteString) -> Reply? {
        guard let elements else { return nil }
        for index in stride(from: 0, to: elements.count - 1, by: 2)
        where elements[index].text == key {
            return elements[index + 1]
        }
        return nil
    }
}

extension Reply: Equatable {
    public static func == (left: Reply, right: Reply) -> Bool {
        switch (left, right) {
        case (.status(let left), .status(let right)), (.status(let left), .bulk(let right)),
            (.bulk(let left), .status(let right)), (.bulk(let left), .bulk(let right)),
            (.error(let left), .error(let right)):
            left == right
        case (.verbatim(let leftFormat, let left), .verbatim(let rightFormat, let right)):
            leftFormat == rightFormat && left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.double(let left), .double(let right)): left == right
        case (.boolean(let left), .boolean(let right)): left == right
        case (.array(let left), .array(let right)), (.set(let left), .set(let right)),
            (.push(let left), .push(let right)):
            left == right
        case (.map(let left), .map(let right)): left == right
        case (.null, .null), (.null, .nullArray), (.nullArray, .null), (.nullArray, .nullArray):
            true
        case (.blocked, .blocked), (.silence, .silence): true
        default: false
        }
    }
}

extension Reply: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .bulk(ByteString(value)) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    public init(nilLiteral: ()) { self = .null }
    public init(arrayLiteral elements: Reply...) { self = .array(elements) }

    public init(dictionaryLiteral elements: (Reply, Reply)...) {
        self = .map(elements.map { Pair($0.0, $0.1) })
    }
}
