// SPDX-License-Identifier: Apache-2.0

import Primitives
import Store

extension RDBValue {
    /// Reads a value of type `type`: whatever any Redis has written, up to the version above which
    /// ``RDBFormat/newestVersion`` stands.
    public init(_ type: RDBType, from reader: inout ByteReader) throws(RDBError) {
        switch type {
        case .string: self = .string(try reader.string())
        case .list: self = .list(try Self.strings(&reader, each: 1))
        case .listZiplist: self = .list(try Ziplist.elements(of: reader.packed()))
        case .listQuicklist, .listQuicklist2: self = .list(try Self.quicklist(type, &reader))
        case .set:
            self = .set(try Self.distinct(try Self.strings(&reader, each: 1), every: 1, reader))
        case .setIntset: self = .set(try Intset.elements(of: reader.packed()))
        case .setListpack:
            let elements = try Listpack.elements(of: reader.packed())
            self = .set(try Self.distinct(elements, every: 1, reader))
        case .sortedSet, .sortedSet2: self = .sortedSet(try Self.scored(type, &reader))
        case .sortedSetZiplist:
            self = .sortedSet(try Self.scored(Ziplist.elements(of: reader.packed()), reader))
        case .sortedSetListpack:
            self = .sortedSet(try Self.scored(Listpack.elements(of: reader.packed()), reader))
        case .hash:
            self = .hash(try Self.fields(try Self.strings(&reader, each: 2), reader))
        case .hashZipmap:
            self = .hash(try Self.fields(Zipmap.elements(of: reader.packed()), reader))
        case .hashZiplist:
            self = .hash(try Self.fields(Ziplist.elements(of: reader.packed()), reader))
        case .hashListpack:
            self = .hash(try Self.fields(Listpack.elements(of: reader.packed()), reader))
        case .hashMetadata, .hashMetadataPreGA:
            self = .hash(try Self.fieldsWithExpiry(type, &reader))
        case .hashListpackEx, .hashListpackExPreGA:
            if type == .hashListpackEx { _ = try reader.milliseconds() }
            let elements = try Listpack.elements(of: reader.packed())
            self = .hash(try Self.fieldsWithExpiry(elements, reader))
        case .streamListpacks, .streamListpacks2, .streamListpacks3:
            self = .stream(try StreamImage(type, from: &reader))
        case .modulePreGA:
            throw RDBError(
                .unsupported, offset: reader.offset, "module values of release candidates of 4.0")
        case .module2: self = try Self.module(&reader)
        }
    }

    private static func module(_ reader: inout ByteReader) throws(RDBError) -> RDBValue {
        let type = RDBModuleType(identifier: try reader.length())
        var fields = ModuleReader(reader)
        let value: RDBValue
        if VectorSetRecord.moduleTypes.contains(type) {
            value = .vectorSet(try VectorSetRecord(type, from: &fields))
            try fields.end()
        } else if type == .context {
            value = .context(try ContextRecord(from: &fields))
            try fields.end()
        } else {
            value = .module(type)
            try fields.skipToEnd()
        }
        reader = fields.reader
        return value
    }

    /// A count, then that many times `each` strings.
    private static func strings(
        _ reader: inout ByteReader, each: UInt64
    ) throws(RDBError) -> [ByteString] {
        let (announced, overflow) = try reader.length().multipliedReportingOverflow(by: each)
        guard !overflow else { throw reader.malformed("an impossible count") }
        let count = try reader.checkCount(announced, bytesEach: 1)
        var strings: [ByteString] = []
        strings.reserveCapacity(count)
        for _ in 0..<count { strings.append(try reader.string()) }
        return strings
    }

    private static func quicklist(
        _ type: RDBType, _ reader: inout ByteReader
    ) throws(RDBError) -> [ByteString] {
        let count = try reader.checkCount(try reader.length(), bytesEach: 1)
        var elements: [ByteString] = []
        for _ in 0..<count {
            let container = type == .listQuicklist2 ? try reader.length() : packedNode
            switch container {
            case plainNode:
                let element = try reader.string()
                guard !element.isEmpty else { throw reader.malformed("an empty node of a list") }
                elements.append(element)
            case packedNode:
                let node = try reader.packed()
                elements +=
                    type == .listQuicklist2
                    ? try Listpack.elements(of: node) : try Ziplist.elements(of: node)
            default: throw reader.malformed("unknown container \(container) in a list")
            }
        }
        return elements
    }

    /// Kinds of nodes of a list.
    static let plainNode: UInt64 = 1
    static let packedNode: UInt64 = 2

    /// Refuses elements of which two are equal, looking at every `stride`th.
    private static func distinct(
        _ elements: [ByteString], every stride: Int, _ reader: ByteReader
    ) throws(RDBError) -> [ByteString] {
        guard elements.count % stride == 0 else {
            throw reader.malformed("an incomplete element")
        }
        var seen: Set<ByteString> = []
        seen.reserveCapacity(elements.count / stride)
        var index = 0
        while index < elements.count {
            guard seen.insert(elements[index]).inserted else {
                throw reader.malformed("the element '\(elements[index])' stands twice")
            }
            index += stride
        }
        return elements
    }
}

// MARK: - Sorted sets

extension RDBValue {
    private static func scored(
        _ type: RDBType, _ reader: inout ByteReader
    ) throws(RDBError) -> [RDBScoredElement] {
        let count = try reader.checkCount(try reader.length(), bytesEach: 2)
        var elements: [RDBScoredElement] = []
        elements.reserveCapacity(count)
        var seen: Set<ByteString> = []
        for _ in 0..<count {
            let element = try reader.string()
            let score =
                type == .sortedSet2 ? try reader.binaryDouble() : try reader.textDouble()
            guard !score.isNaN else { throw reader.malformed("a score is not a number") }
            guard seen.insert(element).inserted else {
                throw reader.malformed("the element '\(element)' stands twice")
            }
            elements.append(RDBScoredElement(element: element, score: score))
        }
        return elements
    }

    private static func scored(
        _ flat: [ByteString], _ reader: ByteReader
    ) throws(RDBError) -> [RDBScoredElement] {
        let flat = try distinct(flat, every: 2, reader)
        var elements: [RDBScoredElement] = []
        for index in stride(from: 0, to: flat.count, by: 2) {
            guard let score = flat[index + 1].withBytes({ Double(strict: $0) }) else {
                throw reader.malformed("the score '\(flat[index + 1])' is no number")
            }
            elements.append(RDBScoredElement(element: flat[index], score: score))
        }
        return elements
    }
}

// MARK: - Hashes

extension RDBValue {
    /// The greatest time that Redis lets a field end at.
    static let latestFieldExpiry: UInt64 = 0x0000_FFFF_FFFF_FFFE

    private static func fields(
        _ flat: [ByteString], _ reader: ByteReader
    ) throws(RDBError) -> [RDBHashField] {
        let flat = try distinct(flat, every: 2, reader)
        var fields: [RDBHashField] = []
        fields.reserveCapacity(flat.count / 2)
        for index in stride(from: 0, to: flat.count, by: 2) {
            fields.append(RDBHashField(flat[index], flat[index + 1]))
        }
        return fields
    }

    /// Field, value and expiry (0: none) in turn.
    private static func fieldsWithExpiry(
        _ flat: [ByteString], _ reader: ByteReader
    ) throws(RDBError) -> [RDBHashField] {
        let flat = try distinct(flat, every: 3, reader)
        var fields: [RDBHashField] = []
        fields.reserveCapacity(flat.count / 3)
        for index in stride(from: 0, to: flat.count, by: 3) {
            let text = flat[index + 2]
            guard let expiry = text.withBytes({ Int64(strict: $0) }), expiry >= 0,
                UInt64(expiry) <= latestFieldExpiry
            else { throw reader.malformed("the field's expiry '\(text)' is no time") }
            fields.append(
                RDBHashField(flat[index], flat[index + 1], expiryMilliseconds: expiry))
        }
        return fields
    }

    private static func fieldsWithExpiry(
        _ type: RDBType, _ reader: inout ByteReader
    ) throws(RDBError) -> [RDBHashField] {
        // Expiries are relative to the earliest, plus one; before the release they were absolute.
        let earliest = type == .hashMetadata ? try reader.littleEndian(8) : 1
        let count = try reader.checkCount(try reader.length(), bytesEach: 3)
        var fields: [RDBHashField] = []
        fields.reserveCapacity(count)
        var seen: Set<ByteString> = []
        for _ in 0..<count {
            let relative = try reader.length()
            var expiry: UInt64 = 0
            if relative != 0 {
                let (sum, overflow) = (relative - 1).addingReportingOverflow(earliest)
                expiry = type == .hashMetadata ? sum : relative
                guard !overflow, expiry <= latestFieldExpiry else {
                    throw reader.malformed("a field's expiry is no time")
                }
            }
            let field = try reader.string()
            let value = try reader.string()
            guard seen.insert(field).inserted else {
                throw reader.malformed("the field '\(field)' stands twice")
            }
            fields.append(RDBHashField(field, value, expiryMilliseconds: Int64(expiry)))
        }
        return fields
    }
}
