// SPDX-License-Identifier: Apache-2.0

import Primitives
import Store

/// Between the plain data of files and the keyspace's own types: the one place that a new type is
/// added to.
extension RDBValue {
    /// Whether the keyspace has such values.
    public var isSupported: Bool {
        switch self {
        case .string, .list, .hash, .vectorSet, .context: true
        case .set, .sortedSet, .stream, .module: false
        }
    }

    /// Adds the value to the keyspace, in the selected database, under a key that is not there.
    func install(
        at key: Bytes, _ offset: Int, in keyspace: inout Keyspace
    ) throws(RDBError) -> Entry {
        switch self {
        case .string(let string):
            return string.withBytes { keyspace.setString(key, $0) }
        case .list(let elements):
            let list = ListValue()
            for element in elements { element.withBytes { list.append($0) } }
            list.chooseEncoding()
            return keyspace.insert(key, .list(list))
        case .hash(let fields):
            return keyspace.insert(key, .hash(Self.hash(fields, keyspace.hashLimits)))
        case .vectorSet(let record):
            let set = try record.makeSet(
                offset, serial: keyspace.nextSerial(), seed: keyspace.random.next())
            return keyspace.insert(key, .vectorSet(set))
        case .context(let record):
            return keyspace.insert(key, .context(try record.makeLog(offset)))
        case .set, .sortedSet, .stream, .module:
            throw RDBError(.unsupported, offset: offset, "\(plural) are not supported yet")
        }
    }

    private static func hash(_ fields: [RDBHashField], _ limits: HashLimits) -> HashValue {
        let hash = HashValue()
        for field in fields {
            let expiry = field.expiryMilliseconds
            field.field.withBytes { name in
                field.value.withBytes { value in
                    _ = hash.append(
                        name, value,
                        expiryMilliseconds: expiry == 0 ? HashValue.noExpiry : expiry,
                        limits: limits)
                }
            }
        }
        return hash
    }

    /// The value of an entry, as it was when the snapshot was taken.
    init(_ entry: Entry) {
        switch entry.value {
        case .string: self = .string(ByteString(entry.string))
        case .set: self = .set([])
        case .sortedSet: self = .sortedSet([])
        case .stream: self = .stream(entryCount: 0)
        case .list(let list):
            var elements: [ByteString] = []
            elements.reserveCapacity(list.count)
            list.forEach { elements.append(ByteString($0)) }
            self = .list(elements)
        case .hash(let hash):
            var fields: [RDBHashField] = []
            fields.reserveCapacity(hash.count)
            hash.forEach { field, value, expiry in
                fields.append(
                    RDBHashField(
                        ByteString(field), ByteString(value),
                        expiryMilliseconds: expiry == HashValue.noExpiry ? 0 : expiry))
            }
            self = .hash(fields)
        case .vectorSet(let set): self = .vectorSet(VectorSetRecord(set))
        case .context(let log): self = .context(ContextRecord(log))
        }
    }
}

extension Entry {
    /// The version of the format that the value needs. O(1).
    var neededVersion: Int {
        if case .hash(let hash) = value, hash.earliestExpiryMilliseconds != nil {
            return RDBFormat.fieldExpiryVersion
        }
        return RDBFormat.plainVersion
    }
}
