// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Returns part of the string at a key.
public enum GETRANGE: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "GETRANGE",
        summary: "Returns a substring of the string stored at a key.",
        group: .string,
        since: "2.4.0",
        complexity:
            "O(N) where N is the length of the returned string. The complexity is ultimately determined by the returned length, but because creating a substring from an existing string is very cheap, it can be considered O(1) for small strings.",
        arity: .exactly(4),
        keys: [.first],
        syntax: "key start:integer end:integer"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try answerRange(&call, in: keyspace)
    }
}

/// ``GETRANGE`` under its old name.
public enum SUBSTR: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "SUBSTR",
        summary: "Returns a substring from a string value.",
        group: .string,
        since: "1.0.0",
        complexity:
            "O(N) where N is the length of the returned string. The complexity is ultimately determined by the returned length, but because creating a substring from an existing string is very cheap, it can be considered O(1) for small strings.",
        arity: .exactly(4),
        keys: [.first],
        syntax: "key start:integer end:integer"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try answerRange(&call, in: keyspace)
    }
}

/// Both ends are included; negative ones count from the end.
private func answerRange(
    _ call: inout Call, in keyspace: borrowing Keyspace
) throws(ErrorReply) {
    let key = try call.arguments.next()
    var start = try call.arguments.integer()
    var end = try call.arguments.integer()
    guard let entry = try keyspace.stringEntry(key) else { return call.reply.bulk(Bytes.empty) }
    let count = Int64(entry.string.count)
    if start < 0, end < 0, start > end { return call.reply.bulk(Bytes.empty) }
    if start < 0 { start = max(0, start + count) }
    if end < 0 { end = max(0, end + count) }
    end = min(end, count - 1)
    guard start <= end, count > 0 else { return call.reply.bulk(Bytes.empty) }
    call.reply.bulk(entry.string[Int(start)..<(Int(end) + 1)])
}
