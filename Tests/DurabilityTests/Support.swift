// SPDX-License-Identifier: Apache-2.0

import Durability
import Primitives
import Store

/// The bytes that a text in base 64 stands for.
func base64(_ text: String) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for character in text.utf8 {
        guard let value = alphabet.firstIndex(of: character) else { continue }
        bits = bits << 6 | UInt32(value)
        count += 6
        if count >= 8 {
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        }
    }
    return bytes
}

/// What a file holds, in its order.
func items(_ bytes: [UInt8]) throws(RDBError) -> [RDBItem] {
    var reader = try RDBReader(bytes)
    var items: [RDBItem] = []
    while let item = try reader.next() { items.append(item) }
    return items
}

/// The keys that a file holds, by database and name, without what depends on their place.
func keys(_ bytes: [UInt8]) throws(RDBError) -> [String: RDBKey] {
    var keys: [String: RDBKey] = [:]
    for item in try items(bytes) {
        guard case .key(var key) = item else { continue }
        key.offset = 0
        key.valueOffset = 0
        keys["\(key.database)/\(key.key)"] = key
    }
    return keys
}

extension Keyspace {
    /// The keyspace as the bytes of a file.
    mutating func encoded(compresses: Bool = true) -> [UInt8] {
        Snapshot.encode(
            snapshot(), header: Snapshot.Header(createdSeconds: 1, compresses: compresses))
    }
}

/// A hash's fields by name.
func byName(_ fields: [RDBHashField]) -> [RDBHashField] {
    fields.sorted { $0.field < $1.field }
}
