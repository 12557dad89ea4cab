// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP
public import Store
import VectorSearch

/// A name for what keys hold, the same as Redis's DEBUG DIGEST and DEBUG DIGEST-VALUE give it,
/// whatever the encoding: so two servers can be compared without moving their data.
///
/// What has an order is mixed in by SHA-1 over and over; what has none is combined by exclusive or.
public struct KeyDigest: Equatable, Sendable {
    public private(set) var bytes = [UInt8](repeating: 0, count: 20)

    public init() {}

    /// The digest of an entry's value, the key left out.
    public init(valueOf entry: Entry) {
        mixValue(of: entry)
    }

    /// The digest of all keys of all databases. O(size of all values).
    public init(of keyspace: inout Keyspace) {
        for index in 0..<keyspace.databaseCount {
            keyspace.inDatabase(index) { keyspace in
                guard keyspace.count > 0 else { return }
                mix(Self.bigEndian(UInt32(index)))
                keyspace.forEach { entry in
                    var one = KeyDigest()
                    one.mix(ByteString(entry.key).array)
                    one.mixValue(of: entry)
                    combine(one.bytes)
                }
            }
        }
    }

    /// 40 hexadecimal digits.
    public var text: String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}

extension KeyDigest {
    /// Adds data whose place among others matters.
    private mutating func mix(_ data: [UInt8]) {
        combine(data)
        bytes = SHA1.digest(bytes)
    }

    /// Adds data whose place does not matter.
    private mutating func combine(_ data: [UInt8]) {
        for (index, byte) in SHA1.digest(data).enumerated() { bytes[index] ^= byte }
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    private mutating func mixValue(of entry: Entry) {
        if case .stream(let stream) = entry.value {
            mix(Self.bigEndian(6))
            mix(stream)
            if entry.hasExpiry { combine(Self.expires) }
            return
        }
        if case .vectorSet(let set) = entry.value {
            mix(Self.bigEndian(5))
            mix(VectorSetRecord(set, hasLinks: false))
            if entry.hasExpiry { combine(Self.expires) }
            return
        }
        let value = RDBValue(entry)
        mix(Self.bigEndian(value.redisTypeNumber))
        switch value {
        case .string(let string): mix(string.array)
        case .list(let elements): for element in elements { mix(element.array) }
        case .set(let elements): for element in elements { combine(element.array) }
        case .sortedSet(let elements):
            for element in elements {
                var one = KeyDigest()
                one.mix(element.element.array)
                one.mix(Self.text(ofScore: element.score))
                combine(one.bytes)
            }
        case .hash(let fields):
            for field in fields {
                var one = KeyDigest()
                one.mix(field.field.array)
                one.mix(field.value.array)
                if field.expiryMilliseconds != 0 { one.combine(Array("!!hexpire!!".utf8)) }
                combine(one.bytes)
            }
        case .stream, .vectorSet, .context, .module: break
        }
        if entry.hasExpiry { combine(Self.expires) }
    }

    private static let expires = Array("!!expire!!".utf8)

    /// Entries in their order, each with its fields in theirs.
    private mutating func mix(_ stream: StreamValue) {
        stream.walk(from: .zero, through: .max) { entry in
            mix(Array("\(entry.id.milliseconds).\(entry.id.sequence)".utf8))
            entry.forEachFieldText { field, value in
                mix(field.array)
                mix(value.array)
            }
            return true
        }
    }

    private static func text(ofScore score: Double) -> [UInt8] {
        DoubleText.withSignificant(score) { ByteString($0).array }
    }

    private mutating func mix(_ set: VectorSetRecord) {
        var sum = KeyDigest()
        var head = KeyDigest()
        head.mix(ByteString(decimal: Int64(set.nodes.count)).array)
        head.mix(ByteString(decimal: Int64(set.dimensions)).array)
        if set.metric != .cosine { head.mix([set.metric.rawValue]) }
        sum.combine(head.bytes)
        for node in set.nodes {
            var one = KeyDigest()
            one.mix(node.vector)
            one.mix(node.element.array)
            if let attribute = node.attribute { one.mix(attribute.array) }
            if node.expiryMilliseconds != 0 { one.combine(Array("!!vexpire!!".utf8)) }
            sum.combine(one.bytes)
        }
        combine(sum.bytes)
    }
}

extension RDBValue {
    /// What Redis calls the type inside: our own types count as a module's.
    fileprivate var redisTypeNumber: UInt32 {
        switch self {
        case .string: 0
        case .list: 1
        case .set: 2
        case .sortedSet: 3
        case .hash: 4
        case .vectorSet, .context, .module: 5
        case .stream: 6
        }
    }
}
