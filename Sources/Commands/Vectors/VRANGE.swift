// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Returns elements in byte order between two names: a stateless way through a set.
public enum VRANGE: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "VRANGE",
        summary: "Return elements in a lexicographical range",
        group: .vectorSet,
        since: "8.4.0",
        complexity: "O(N) where N is the number of elements in the vector set.",
        arity: .atLeast(4),
        keys: [.first],
        syntax: "key start end [count:integer]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let start = try bound(try call.arguments.next())
        let end = try bound(try call.arguments.next())
        var count: Int64 = -1
        if call.arguments.hasMore {
            count = try call.arguments.integer(else: ErrorReply("ERR invalid COUNT"))
        }
        guard !call.arguments.hasMore else { throw .wrongArgumentCount("vrange") }
        guard let set = try keyspace.vectorSet(key), count != 0 else { return call.reply.array(0) }
        let limit = count < 0 ? Int.max : Int(count)
        let names = set.names(
            from: start, to: end, limit: limit, at: keyspace.nowMilliseconds)
        call.reply.array(names.count)
        for name in names { call.reply.bulk(name) }
    }

    /// Reads `[name`, `(name`, `-` or `+`.
    private static func bound(_ text: Bytes) throws(ErrorReply) -> VectorSet.NameBound {
        if text == "-" { return .first }
        if text == "+" { return .last }
        guard let mark = text.count > 0 ? text[0] : nil else { throw invalidBound }
        switch mark {
        case UInt8(ascii: "["): return .including(ByteString(text.dropping(1)))
        case UInt8(ascii: "("): return .excluding(ByteString(text.dropping(1)))
        default: throw invalidBound
        }
    }

    private static let invalidBound = ErrorReply(
        "ERR invalid range specification: start and end must begin with [ or (, or be - or +")
}
