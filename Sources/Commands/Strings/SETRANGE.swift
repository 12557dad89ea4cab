// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Overwrites part of the string at a key.
public enum SETRANGE: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "SETRANGE",
        summary:
            "Overwrites a part of a string value with another by an offset. Creates the key if it doesn't exist.",
        group: .string,
        since: "2.2.0",
        complexity:
            "O(1), not counting the time taken to copy the new string in place. Usually, this string is very small so the amortized complexity is O(1). Otherwise, complexity is O(M) with M being the length of the value argument.",
        arity: .exactly(4),
        flags: [.denyOutOfMemory],
        keys: [.first],
        syntax: "key offset:integer value"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let offset = try call.arguments.integer()
        let value = try call.arguments.next()
        guard offset >= 0 else { throw ErrorReply("ERR offset is out of range") }
        let length = try keyspace.stringEntryForUpdate(key)?.string.count ?? 0
        guard value.count > 0 else { return call.reply.integer(length) }
        let end = try keyspace.checkedStringLength(Int(offset), value.count)
        keyspace.writeString(key, value, at: Int(offset))
        keyspace.didChange(key, KeyspaceEvent(.string, "setrange"))
        call.reply.integer(max(length, end))
    }
}

extension Keyspace {
    /// The sum of two lengths, which are not negative: no more than the longest string.
    func checkedStringLength(_ first: Int, _ second: Int) throws(ErrorReply) -> Int {
        let (sum, overflow) = first.addingReportingOverflow(second)
        guard !overflow, sum <= longestStringBytes else {
            throw ErrorReply("ERR string exceeds maximum allowed size (proto-max-bulk-len)")
        }
        return sum
    }
}
