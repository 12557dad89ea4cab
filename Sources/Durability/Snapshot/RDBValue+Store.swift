// SPDX-License-Identifier: Apache-2.0

import Primitives
import Store

/// Between the plain data of files and the keyspace's own types: the one place that a new type is
/// added to.
extension RDBValue {
    /// Whether the keyspace has such values.
    public var isSupported: Bool {
        switch self {
        case .string, .list, .set, .sortedSet, .hash, .stream, .vectorSet, .context: true
        case .module: false
        }
    }

    /// Adds the value to the keyspace, in the selected database, under a key that is not there.
    /// - Parameter type: the form in which it came. What was packed stays so unless it has too many
    ///   members now, however long these are (as in Redis).
    func install(
        at key: Bytes, as type: RDBType, _ offset: Int, in keyspace: inout Keyspace
    ) throws(RDBError) -> Entry {
        switch self {
        case .string(let string):
            return string.withBytes { keyspace.setString(key, $0) }
        case .list(let elements):
            let list = ListValue(fill: keyspace.listFill)
            for element in elements { element.withBytes { list.append($0) } }
            list.chooseEncoding()
            return keyspace.insert(key, .list(list))
        case .set(let members):
            return keyspace.insert(key, .set(Self.set(members, as: type, keyspace.setLimits)))
        case .hash(let fields):
            var limits = keyspace.hashLimits
            if type.isPacked { limits.maximumPackedBytes = .max }
            return keyspace.insert(key, .hash(Self.hash(fields, limits)))
        case .vectorSet(let record):
            let set = try record.makeSet(
                offset, serial: keyspace.nextSerial(), seed: keyspace.random.next())
            return keyspace.insert(key, .vectorSet(set))
        case .context(let record):
            return keyspace.insert(key, .context(try record.makeLog(offset)))
        case .sortedSet(let elements):
            var limits = keyspace.sortedSetLimits
            if type.isPacked { limits.maximumPackedBytes = .max }
            let set = Self.sortedSet(elements, limits)
            return keyspace.insert(key, .sortedSet(set))
        case .stream(let image):
            return keyspace.insert(key, .stream(try Self.stream(image, offset)))
        case .module:
            throw RDBError(.unsupported, offset: offset, "\(plural) are not supported yet")
        }
    }

    private static func sortedSet(
        _ elements: [RDBScoredElement], _ limits: SortedSetLimits
    ) -> SortedSetValue {
        let set = SortedSetValue()
        let longest = elements.reduce(0) { max($0, $1.element.count) }
        set.prepare(memberCount: elements.count, longestBytes: longest, limits: limits)
        for element in elements {
            element.element.withBytes { _ = set.set($0, to: element.score, limits: limits) }
        }
        return set
    }

    /// Of integers as long as all are some and they are not too many, as Redis reads sets.
    private static func set(
        _ members: [ByteString], as type: RDBType, _ limits: SetLimits
    ) -> SetValue {
        let isPacked = type.isPacked
        let most = isPacked ? limits.maximumPackedMembers : limits.maximumIntegers
        let small: SetValue.Encoding = isPacked ? .listpack : .intset
        let set = SetValue(members.count > most ? .hashtable : small, limits: limits)
        var limits = limits
        if isPacked { limits.maximumPackedBytes = .max }
        for member in members { member.withBytes { _ = set.add($0, limits: limits) } }
        return set
    }

    private static func stream(
        _ image: StreamImage, _ offset: Int
    ) throws(RDBError) -> StreamValue {
        do throws(StreamImage.Fault) {
            return try StreamValue(image)
        } catch {
            throw RDBError(.malformed, offset: offset, error.rawValue)
        }
    }

    /// Checks what reading leaves unchecked, as making the value would.
    func checkContent(_ offset: Int) throws(RDBError) {
        if case .stream(let image) = self { _ = try Self.stream(image, offset) }
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
        case .sortedSet(let set):
            var elements: [RDBScoredElement] = []
            elements.reserveCapacity(set.count)
            set.forEach { member, score in
                elements.append(RDBScoredElement(element: ByteString(member), score: score))
            }
            self = .sortedSet(elements)
        case .set(let set):
            var members: [ByteString] = []
            members.reserveCapacity(set.count)
            set.forEach { members.append($0.string) }
            self = .set(members)
        case .stream(let stream): self = .stream(stream.image)
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
                        ByteString(field), value.string,
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
        if case .stream = value { return RDBFormat.streamVersion }
        return RDBFormat.plainVersion
    }
}
