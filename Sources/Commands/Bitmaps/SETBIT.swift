// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Sets or clears a bit of the string at a key.
public enum SETBIT: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "SETBIT",
        summary:
            "Sets or clears the bit at offset of the string value. Creates the key if it doesn't exist.",
        group: .bitmap,
        since: "2.2.0",
        complexity: "O(1)",
        arity: .exactly(4),
        flags: [.denyOutOfMemory],
        keys: [.first],
        syntax: "key offset:integer value:integer"
    )

    private static let notABit = ErrorReply("ERR bit is not an integer or out of range")

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let offset = try call.arguments.bitOffset(within: keyspace.longestStringBytes)
        let bit = try call.arguments.integer(in: 0...1, else: notABit)
        let length = try keyspace.stringEntryForUpdate(key)?.string.count
        let (index, place) = (offset / 8, UInt8(7 - offset & 7))
        let old = keyspace.changeString(key, lengthening: index + 1) { bytes in
            let byte = bytes[index]
            bytes[index] = byte & ~(1 << place) | UInt8(bit) << place
            return Int64(byte >> place & 1)
        }
        if old != bit || length.map({ $0 <= index }) ?? true {
            keyspace.didChange(key, KeyspaceEvent(.string, "setbit"))
        }
        call.reply.integer(old)
    }
}

extension Arguments {
    /// The next argument as the number of a bit, or with `#` before it of a field of `fieldWidth`
    /// bits; what it names must be in the first `bytes` of a string.
    mutating func bitOffset(
        within bytes: Int, fieldWidth: Int? = nil
    ) throws(ErrorReply) -> Int {
        let notAnOffset = ErrorReply("ERR bit offset is not an integer or out of range")
        let text = try next()
        var offset: Int64?
        if let fieldWidth, text.count > 0, text[0] == UInt8(ascii: "#") {
            // A product that overflows wraps, as in Redis.
            offset = Int64(strict: text.dropping(1)).map { $0 &* Int64(fieldWidth) }
        } else {
            offset = Int64(strict: text)
        }
        guard let offset, offset >= 0, offset >> 3 < bytes else { throw notAnOffset }
        return Int(offset)
    }
}
