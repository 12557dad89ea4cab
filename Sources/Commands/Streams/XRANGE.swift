// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Returns the entries of a range.
public enum XRANGE: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "XRANGE",
        summary: "Returns the messages from a stream within a range of IDs.",
        group: .stream,
        since: "5.0.0",
        complexity:
            "O(N) with N being the number of elements being returned. If N is constant (e.g. always asking for the first 10 elements with COUNT), you can consider it O(1).",
        arity: .atLeast(4),
        keys: [.first],
        syntax: "key start end [COUNT count:integer]"
    )

    public static func run(
        _ call: inout Call, in keyspace: borrowing Keyspace
    ) throws(ErrorReply) {
        try keyspace.writeRange(&call, start: 2, end: 3, reversed: false)
    }
}

/// Returns the entries of a range, the last first.
public enum XREVRANGE: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "XREVRANGE",
        summary: "Returns the messages from a stream within a range of IDs in reverse order.",
        group: .stream,
        since: "5.0.0",
        complexity:
            "O(N) with N being the number of elements returned. If N is constant (e.g. always asking for the first 10 elements with COUNT), you can consider it O(1).",
        arity: .atLeast(4),
        keys: [.first],
        syntax: "key end start [COUNT count:integer]"
    )

    public static func run(
        _ call: inout Call, in keyspace: borrowing Keyspace
    ) throws(ErrorReply) {
        try keyspace.writeRange(&call, start: 3, end: 2, reversed: true)
    }
}

extension Keyspace {
    /// - Parameters:
    ///   - start: the index of the argument with the lesser identifier.
    ///   - end: the index of the argument with the greater identifier.
    fileprivate borrowing func writeRange(
        _ call: inout Call, start: Int, end: Int, reversed: Bool
    ) throws(ErrorReply) {
        let first = try StreamID(start: call.arguments[start])
        let last = try StreamID(end: call.arguments[end])
        var limit: Int64?
        call.arguments.position = 4
        while call.arguments.hasMore {
            guard call.arguments.remaining > 1, call.arguments.consume("COUNT") else {
                throw .syntax
            }
            limit = max(0, try call.arguments.integer())
        }
        guard let stream = try stream(call.arguments[1]) else { return call.reply.array(0) }
        if limit == 0 { return call.reply.nullArray() }
        stream.write(
            from: first, through: last, reversed: reversed, limit: limit ?? 0, to: &call.reply)
    }
}
