// SPDX-License-Identifier: Apache-2.0

import Primitives

/// Reads the fields of a module's value, each behind a word that says what it is.
struct ModuleReader {
    private(set) var reader: ByteReader

    init(_ reader: ByteReader) {
        self.reader = reader
    }

    func malformed(_ reason: String) -> RDBError { reader.malformed(reason) }

    private mutating func expect(_ opcode: RDBModuleOpcode) throws(RDBError) {
        let found = try reader.length()
        guard found == opcode.rawValue else {
            throw reader.malformed("a module's field is of kind \(found), not \(opcode.rawValue)")
        }
    }

    mutating func unsigned() throws(RDBError) -> UInt64 {
        try expect(.unsigned)
        return try reader.length()
    }

    mutating func signed() throws(RDBError) -> Int64 {
        try expect(.signed)
        return Int64(bitPattern: try reader.length())
    }

    /// An unsigned number up to `limit`; `name` is for the error.
    mutating func unsigned(
        _ name: String, in range: ClosedRange<UInt64>
    ) throws(RDBError) -> Int {
        let value = try unsigned()
        guard range.contains(value), let number = Int(exactly: value) else {
            throw reader.malformed("\(name) is \(value)")
        }
        return number
    }

    mutating func string() throws(RDBError) -> ByteString {
        try expect(.string)
        return try reader.string()
    }

    mutating func end() throws(RDBError) {
        try expect(.endOfValue)
    }

    /// Walks to the end of a value that is not known, or of the rest of one.
    mutating func skipToEnd() throws(RDBError) {
        while true {
            let found = try reader.length()
            guard let opcode = RDBModuleOpcode(rawValue: found) else {
                throw reader.malformed("unknown kind \(found) of a module's field")
            }
            switch opcode {
            case .endOfValue: return
            case .signed, .unsigned: _ = try reader.length()
            case .float: try reader.skip(4)
            case .double: try reader.skip(8)
            case .string: _ = try reader.string()
            }
        }
    }
}
