// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Returns an element's neighbours in the graph, the highest level first.
public enum VLINKS: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "VLINKS",
        summary: "Return the neighbors of an element at each layer in the HNSW graph",
        group: .vectorSet,
        since: "8.0.0",
        complexity: "O(1)",
        arity: .atLeast(1),
        flags: [.fast],
        keys: [.first],
        syntax: "key element [WITHSCORES]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try call.arguments.requireCount(3...4, of: "VLINKS")
        let key = try call.arguments.next()
        let element = try call.arguments.next()
        let withScores = call.arguments.consume("WITHSCORES")
        guard !call.arguments.hasMore else { throw Arguments.wrongCount(of: "VLINKS") }
        let set = try keyspace.vectorSet(key)
        guard let levels = set?.links(of: element, at: keyspace.nowMilliseconds) else {
            return call.reply.null()
        }
        call.reply.array(levels.count)
        for links in levels {
            withScores ? call.reply.map(links.count) : call.reply.array(links.count)
            for link in links {
                call.reply.bulk(link.name)
                if withScores { call.reply.double(Double(Float(link.score))) }
            }
        }
    }
}
