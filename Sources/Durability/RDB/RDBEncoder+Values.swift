// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP
import Store

extension RDBValue {
    /// Beyond these bounds Redis, by default, keeps a hash or a sorted set as a table; it then
    /// reads plain pairs with less work.
    private static let mostPackedFields = 512
    private static let mostPackedMembers = 128
    private static let longestPacked = 64

    /// The type that this value is written as.
    var writtenType: RDBType {
        switch self {
        case .string: .string
        case .list: .listQuicklist2
        case .hash(let fields): Self.hashType(fields)
        case .set(let members): Self.areFewIntegers(members) ? .setIntset : .set
        case .sortedSet(let elements): Self.sortedSetType(elements)
        case .vectorSet, .context, .module: .module2
        case .stream: .streamListpacks3
        }
    }

    private static func sortedSetType(_ elements: [RDBScoredElement]) -> RDBType {
        let isPacked =
            elements.count <= mostPackedMembers
            && elements.allSatisfy { $0.element.count <= longestPacked }
        return isPacked ? .sortedSetListpack : .sortedSet2
    }

    private static func hashType(_ fields: [RDBHashField]) -> RDBType {
        let isPacked =
            fields.count <= mostPackedFields
            && fields.allSatisfy {
                $0.field.count <= longestPacked && $0.value.count <= longestPacked
            }
        if fields.contains(where: { $0.expiryMilliseconds != 0 }) {
            return isPacked ? .hashListpackEx : .hashMetadata
        }
        return isPacked ? .hashListpack : .hash
    }

    /// Redis's own bound for a packed set of integers. Packed sets of strings are written plainly:
    /// Redis before 7.2 does not know another form.
    private static let mostPackedIntegers = 512

    private static func areFewIntegers(_ members: [ByteString]) -> Bool {
        members.count <= mostPackedIntegers
            && members.allSatisfy { $0.withBytes { Int64(strict: $0) } != nil }
    }

    /// The version of the format from which on the value can be read.
    var neededVersion: Int {
        switch self {
        case .hash(let fields):
            fields.contains { $0.expiryMilliseconds != 0 }
                ? RDBFormat.fieldExpiryVersion : RDBFormat.plainVersion
        case .stream: RDBFormat.streamVersion
        case .string, .list, .set, .sortedSet, .vectorSet, .context, .module:
            RDBFormat.plainVersion
        }
    }
}

extension RDBEncoder {
    /// A node of a list is closed when it has grown to this, as by Redis's default.
    private static let listNodeBytes = 8192

    /// A value, as ``RDBValue/writtenType`` says, without the type.
    mutating func value(_ value: RDBValue) {
        switch value {
        case .string(let string): self.string(string)
        case .list(let elements): list(elements)
        case .hash(let fields): hash(fields, value.writtenType)
        case .set(let members): set(members, value.writtenType)
        case .sortedSet(let elements):
            sortedSet(elements, value.writtenType)
        case .vectorSet(let set):
            length(set.moduleType.identifier)
            set.write(to: &self)
            length(RDBModuleOpcode.endOfValue.rawValue)
        case .context(let context):
            length(RDBModuleType.context.identifier)
            context.write(to: &self)
            length(RDBModuleOpcode.endOfValue.rawValue)
        case .stream(let stream): stream.write(to: &self)
        case .module:
            preconditionFailure("a value that was only walked through cannot be written")
        }
    }

    private mutating func list(_ elements: [ByteString]) {
        var nodes: [(container: UInt64, bytes: [UInt8])] = []
        var builder = Listpack.Builder()
        for element in elements {
            let isLarge = element.count >= Self.listNodeBytes
            if builder.count > 0,
                isLarge || builder.byteCount + element.count + 10 > Self.listNodeBytes
            {
                nodes.append((RDBValue.packedNode, builder.finish()))
                builder = Listpack.Builder()
            }
            if isLarge {
                nodes.append((RDBValue.plainNode, element.array))
            } else {
                builder.append(element)
            }
        }
        if builder.count > 0 { nodes.append((RDBValue.packedNode, builder.finish())) }
        length(UInt64(nodes.count))
        for node in nodes {
            length(node.container)
            string(node.bytes)
        }
    }

    /// Elements in order; beyond the packed form Redis writes the highest first.
    private mutating func sortedSet(_ elements: [RDBScoredElement], _ type: RDBType) {
        if type == .sortedSetListpack {
            var builder = Listpack.Builder()
            for element in elements {
                builder.append(element.element)
                builder.append(DoubleText.withShortest(element.score) { ByteString($0) })
            }
            string(builder.finish())
            return
        }
        length(UInt64(elements.count))
        for element in elements.reversed() {
            string(element.element)
            littleEndian(element.score.bitPattern, 8)
        }
    }

    private mutating func set(_ members: [ByteString], _ type: RDBType) {
        if type == .setIntset {
            let numbers = members.compactMap { $0.withBytes { Int64(strict: $0) } }
            return string(Intset.bytes(of: numbers.sorted()))
        }
        length(UInt64(members.count))
        for member in members { string(member) }
    }

    private mutating func hash(_ fields: [RDBHashField], _ type: RDBType) {
        let hasExpiry = type == .hashListpackEx || type == .hashMetadata
        let earliest =
            fields.lazy.map(\.expiryMilliseconds).filter { $0 != 0 }.min() ?? 0
        if hasExpiry { milliseconds(earliest) }
        if type == .hashListpack || type == .hashListpackEx {
            var builder = Listpack.Builder()
            for field in hasExpiry ? Self.byExpiry(fields) : fields {
                builder.append(field.field)
                builder.append(field.value)
                if hasExpiry { builder.append(ByteString(decimal: field.expiryMilliseconds)) }
            }
            string(builder.finish())
            return
        }
        length(UInt64(fields.count))
        for field in fields {
            if hasExpiry {
                let expiry = field.expiryMilliseconds
                length(expiry == 0 ? 0 : UInt64(expiry - earliest) + 1)
            }
            string(field.field)
            string(field.value)
        }
    }

    /// Earliest first, those that stay last: Redis relies on the order in its packed hashes.
    private static func byExpiry(_ fields: [RDBHashField]) -> [RDBHashField] {
        let ends = fields.filter { $0.expiryMilliseconds != 0 }
        let stays = fields.filter { $0.expiryMilliseconds == 0 }
        return ends.sorted { $0.expiryMilliseconds < $1.expiryMilliseconds } + stays
    }
}
