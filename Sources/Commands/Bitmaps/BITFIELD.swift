// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Reads and changes integers of any width in the string at a key.
public enum BITFIELD: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "BITFIELD",
        summary: "Performs arbitrary bitfield integer operations on strings.",
        group: .bitmap,
        since: "3.2.0",
        complexity: "O(1) for each subcommand specified",
        arity: .atLeast(2),
        flags: [.denyOutOfMemory],
        keys: [.first],
        syntax:
            "key [GET encoding offset:integer | [OVERFLOW <WRAP | SAT | FAIL>] <SET encoding offset:integer value:integer | INCRBY encoding offset:integer increment:integer> ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let steps = try BitFieldStep.all(
            &call.arguments, within: keyspace.longestStringBytes)
        guard let end = steps.compactMap(\.writtenEnd).max() else {
            let string = try keyspace.stringEntry(key)?.string ?? .empty
            return answer(steps, from: string, to: &call.reply)
        }
        let length = try keyspace.stringEntryForUpdate(key)?.string.count ?? 0
        let byteCount = (end + 7) / 8
        var hasChanged = false
        var results: [Int64?] = []
        keyspace.changeString(key, lengthening: byteCount) { bytes in
            for step in steps {
                let (result, changes) = step.run(on: &bytes)
                results.append(result)
                // A longer string is a change even if the field is the same.
                if changes || (result != nil && step.isWrite && byteCount > length) {
                    hasChanged = true
                }
            }
        }
        if hasChanged { keyspace.didChange(key, KeyspaceEvent(.string, "setbit")) }
        call.reply.array(results.count)
        for result in results {
            if let result { call.reply.integer(result) } else { call.reply.null() }
        }
    }

    /// Answers steps that only read.
    fileprivate static func answer(
        _ steps: [BitFieldStep], from string: Bytes, to reply: inout ReplyWriter
    ) {
        reply.array(steps.count)
        for step in steps {
            let field = string.bitField(at: step.offset, width: step.type.width)
            reply.integer(step.type.value(of: field))
        }
    }
}

/// ``BITFIELD`` for those that may only read.
public enum BITFIELD_RO: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "BITFIELD_RO",
        summary: "Performs arbitrary read-only bitfield integer operations on strings.",
        group: .bitmap,
        since: "6.0.0",
        complexity: "O(1) for each subcommand specified",
        arity: .atLeast(2),
        flags: [.fast],
        keys: [.first],
        syntax: "key [GET encoding offset:integer [GET encoding offset:integer ...]]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let steps = try BitFieldStep.all(
            &call.arguments, within: keyspace.longestStringBytes)
        if steps.contains(where: \.isWrite) {
            throw ErrorReply("ERR BITFIELD_RO only supports the GET subcommand")
        }
        let string = try keyspace.stringEntry(key)?.string ?? .empty
        BITFIELD.answer(steps, from: string, to: &call.reply)
    }
}
