// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import RESP
import Store

/// A digest of values by what is in them, whatever the form, as Redis's DEBUG DIGEST computes it.
///
/// What has an order is mixed in, each digest into the next; what has none is added by XOR.
struct ContentDigest {
    private var bytes = [UInt8](repeating: 0, count: 20)

    init() {}

    /// As 40 hexadecimal digits.
    var text: ByteString {
        let digits = Array("0123456789abcdef".utf8)
        return ByteString(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0x0F)]] })
    }

    private mutating func add(_ data: [UInt8]) {
        add(digest: SHA1.digest(data))
    }

    private mutating func add(digest: [UInt8]) {
        for index in bytes.indices { bytes[index] ^= digest[index] }
    }

    private mutating func mix(_ data: [UInt8]) {
        add(data)
        bytes = SHA1.digest(bytes)
    }

    private mutating func mix(_ number: UInt32) {
        mix(stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) })
    }
}

extension ContentDigest {
    /// The digest of all databases.
    init(of keyspace: inout Keyspace) {
        let codec = keyspace.codec
        for index in 0..<keyspace.databaseCount {
            keyspace.inDatabase(index) { keyspace in
                guard keyspace.count > 0 else { return }
                mix(UInt32(index))
                keyspace.forEach { entry in
                    var digest = ContentDigest()
                    digest.mix(ByteString(entry.key).array)
                    digest.mix(entry, codec)
                    add(digest.bytes)
                }
            }
        }
    }

    /// The digest of one value, all zero without one.
    init(of entry: Entry?, _ codec: (any ValueCodec)?) {
        if let entry { mix(entry, codec) }
    }

    private mutating func mix(_ entry: Entry, _ codec: (any ValueCodec)?) {
        mix(Self.number(of: entry.type))
        switch entry.value {
        case .string: mix(ByteString(entry.string).array)
        case .list(let list): list.forEach { mix(ByteString($0).array) }
        case .set(let set): set.forEach { add($0.string.array) }
        case .sortedSet(let set):
            set.forEach { member, score in
                var element = ContentDigest()
                element.mix(ByteString(member).array)
                DoubleText.withShortest(score) { element.mix(ByteString($0).array) }
                add(element.bytes)
            }
        case .hash(let hash):
            hash.forEach { field, value, expiry in
                var element = ContentDigest()
                element.mix(ByteString(field).array)
                element.mix(ByteString(value).array)
                if expiry != HashValue.noExpiry { element.add(Array("!!hexpire!!".utf8)) }
                add(element.bytes)
            }
        case .stream(let stream): mix(stream)
        case .vectorSet, .context:
            if let payload = codec?.payload(of: entry) { add(payload.array) }
        }
        if entry.hasExpiry { add(Array("!!expire!!".utf8)) }
    }

    private mutating func mix(_ stream: StreamValue) {
        let all = (first: StreamID(0, 0), last: StreamID(.max, .max))
        stream.walk(from: all.first, through: all.last) { entry in
            mix(Array("\(entry.id.milliseconds).\(entry.id.sequence)".utf8))
            entry.forEachField { field, value in
                mix(Self.bytes(of: field))
                mix(Self.bytes(of: value))
            }
            return true
        }
    }

    private static func bytes(of element: ListpackElement) -> [UInt8] {
        switch element {
        case .string(let bytes): ByteString(bytes).array
        case .integer(let number): Array(String(number).utf8)
        }
    }

    /// Redis's numbers of the types.
    private static func number(of type: ValueType) -> UInt32 {
        switch type {
        case .string: 0
        case .list: 1
        case .set: 2
        case .sortedSet: 3
        case .hash: 4
        case .vectorSet, .context: 5
        case .stream: 6
        }
    }
}
