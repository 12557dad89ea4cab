// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// One thing that an RDB file says.
public enum RDBItem: Equatable, Sendable {
    /// A remark about the file: who wrote it, when, ...
    case auxiliary(name: ByteString, value: ByteString)
    /// A library of functions, as its source text.
    case function(ByteString)
    /// What a module keeps outside keys: walked through.
    case moduleAuxiliary(RDBModuleType)
    case key(RDBKey)
}

/// A key with its value, as it stands in a file.
public struct RDBKey: Equatable, Sendable {
    public var database: Int
    public var key: ByteString
    public var value: RDBValue
    /// When the key ends, in milliseconds since 1970; nil for never.
    public var expiryMilliseconds: Int64?
    /// How long ago the key was last used, where the file says so.
    public var idleSeconds: UInt64?
    /// Where the value's type stands.
    public var offset: Int
    /// Where the value itself begins.
    public var valueOffset: Int
    public var type: RDBType
}

/// Reads an RDB file item by item.
public struct RDBReader {
    /// The version of the format that the file claims.
    public let version: Int
    private var reader: ByteReader
    private var database = 0
    private var isAtEnd = false

    /// Begins with the signature and, where the version has one, the checksum: when that does not
    /// fit, the first place that cannot be read is named, if there is one.
    public init(_ bytes: [UInt8]) throws(RDBError) {
        reader = ByteReader(bytes)
        guard bytes.count >= 9, bytes.starts(with: "REDIS".utf8) else {
            throw RDBError(.malformed, offset: 0, "this is no RDB file: the signature is missing")
        }
        let digits = ByteString(Array(bytes[5..<9].drop { $0 == UInt8(ascii: "0") }))
        guard let version = digits.withBytes({ Int64(strict: $0) }), version > 0 else {
            throw RDBError(.malformed, offset: 5, "the version is no number")
        }
        guard version <= RDBFormat.newestVersion else {
            throw RDBError(.unsupported, offset: 5, "RDB version \(version) is not known")
        }
        self.version = Int(version)
        try reader.skip(9)
        if self.version >= RDBFormat.checksumVersion { try verifyChecksum(bytes) }
    }

    private func verifyChecksum(_ bytes: [UInt8]) throws(RDBError) {
        let start = bytes.count - 8
        guard start >= 10 else {
            throw RDBError(.malformed, offset: bytes.count, "the data ends early")
        }
        var tail = ByteReader(Array(bytes[start...]), base: start)
        let written = try tail.littleEndian(8)
        // Zero says that the writer was told not to compute it.
        if written == 0 { return }
        let computed = CRC64.checksum(bytes.span.extracting(0..<start))
        if written == computed { return }
        var walk = self
        while try walk.next() != nil {}
        throw RDBError(.malformed, offset: start, "the checksum does not fit the content")
    }

    /// Where the next item begins.
    public var offset: Int { reader.offset }

    /// The next item, or nil at the end of the file.
    public mutating func next() throws(RDBError) -> RDBItem? {
        var expiry: Int64?
        var idle: UInt64?
        while !isAtEnd {
            let start = reader.offset
            let first = try reader.byte()
            guard let opcode = RDBOpcode(rawValue: first) else {
                return .key(try readKey(first, at: start, expiry: expiry, idle: idle))
            }
            guard version >= opcode.firstVersion else {
                throw RDBError(
                    .malformed, offset: start, "version \(version) has no opcode \(first)")
            }
            switch opcode {
            case .expiryMilliseconds: expiry = try reader.milliseconds()
            case .expirySeconds: expiry = try reader.signed(4) * 1000
            case .idle: idle = try reader.length()
            case .frequency: _ = try reader.byte()
            case .selectDatabase: database = try readDatabase()
            case .resizeDatabase: for _ in 0..<2 { _ = try reader.length() }
            case .slotInfo: for _ in 0..<3 { _ = try reader.length() }
            case .aux:
                let name = try reader.string()
                return .auxiliary(name: name, value: try reader.string())
            case .function2: return .function(try reader.string())
            case .functionPreGA:
                throw RDBError(
                    .unsupported, offset: start, "functions of release candidates of 7.0")
            case .moduleAux: return .moduleAuxiliary(try readModuleAuxiliary())
            case .endOfFile: try readEnd(hasKeyAhead: expiry != nil || idle != nil)
            }
        }
        return nil
    }

    private mutating func readDatabase() throws(RDBError) -> Int {
        let index = try reader.length()
        guard index <= UInt64(Int32.max) else {
            throw reader.malformed("the database number \(index) is impossible")
        }
        return Int(index)
    }

    private mutating func readKey(
        _ first: UInt8, at start: Int, expiry: Int64?, idle: UInt64?
    ) throws(RDBError) -> RDBKey {
        guard let type = RDBType(rawValue: first) else {
            throw RDBError(.malformed, offset: start, "unknown type or opcode \(first)")
        }
        let key = try reader.string()
        let valueOffset = reader.offset
        do throws(RDBError) {
            let value = try RDBValue(type, from: &reader)
            return RDBKey(
                database: database, key: key, value: value, expiryMilliseconds: expiry,
                idleSeconds: idle, offset: start, valueOffset: valueOffset, type: type)
        } catch {
            throw RDBError(error.kind, offset: error.offset, "key '\(key)': \(error.reason)")
        }
    }

    private mutating func readModuleAuxiliary() throws(RDBError) -> RDBModuleType {
        let type = RDBModuleType(identifier: try reader.length())
        guard try reader.length() == RDBModuleOpcode.unsigned.rawValue else {
            throw reader.malformed("a module's data does not say when it is to be loaded")
        }
        _ = try reader.length()
        var fields = ModuleReader(reader)
        try fields.skipToEnd()
        reader = fields.reader
        return type
    }

    private mutating func readEnd(hasKeyAhead: Bool) throws(RDBError) {
        guard !hasKeyAhead else { throw reader.malformed("an expiry without a key") }
        if version >= RDBFormat.checksumVersion { try reader.skip(8) }
        guard reader.remaining == 0 else {
            throw reader.malformed("\(reader.remaining) bytes stand behind the end of the file")
        }
        isAtEnd = true
    }
}
