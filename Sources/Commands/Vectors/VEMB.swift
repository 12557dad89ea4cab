// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Returns an element's vector as numbers, or as it is stored.
public enum VEMB: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "VEMB",
        summary: "Return the vector associated with an element",
        group: .vectorSet,
        since: "8.0.0",
        complexity: "O(1)",
        arity: .atLeast(1),
        flags: [.fast],
        keys: [.first],
        syntax: "key element [RAW]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try call.arguments.requireCount(3...Int.max, of: "VEMB")
        let key = try call.arguments.next()
        let element = try call.arguments.next()
        var isRaw = false
        while call.arguments.hasMore {
            guard call.arguments.consume("RAW") else { throw ErrorReply("ERR invalid option") }
            isRaw = true
        }
        guard let set = try keyspace.vectorSet(key) else { return call.reply.null() }
        let now = keyspace.nowMilliseconds
        if isRaw {
            writeRaw(set, set.rawVector(of: element, at: now), to: &call.reply)
        } else if let vector = set.vector(of: element, at: now) {
            call.reply.array(vector.count)
            for component in vector { call.reply.double(Double(component)) }
        } else {
            call.reply.null()
        }
    }

    private static func writeRaw(
        _ set: VectorSet, _ raw: VectorSet.RawVector?, to reply: inout ReplyWriter
    ) {
        guard let raw else { return reply.null() }
        reply.array(raw.range == nil ? 3 : 4)
        reply.simple(set.quantizationName)
        reply.bulk(raw.code)
        reply.double(Double(raw.norm))
        if let range = raw.range { reply.double(Double(range)) }
    }
}
