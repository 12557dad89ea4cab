// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store
import VectorSearch

/// Returns what a vector set is made of.
public enum VINFO: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "VINFO",
        summary: "Return information about a vector set",
        group: .vectorSet,
        since: "8.0.0",
        complexity: "O(1)",
        arity: .atLeast(1),
        flags: [.fast],
        keys: [.first],
        syntax: "key"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try call.arguments.requireCount(2...2, of: "VINFO")
        guard let set = try keyspace.vectorSet(try call.arguments.next()) else {
            return call.reply.nullArray()
        }
        let now = keyspace.nowMilliseconds
        call.reply.map(14)
        call.reply.simple("quant-type")
        call.reply.simple(set.quantizationName)
        let numbers: [(StaticString, Int64)] = [
            ("hnsw-m", Int64(set.linkCount)),
            ("vector-dim", Int64(set.dimensions)),
            ("projection-input-dim", Int64(set.inputDimensions ?? 0)),
            ("size", Int64(set.count(at: now))),
            ("max-level", Int64(set.maximumLevel)),
            ("attributes-count", Int64(set.attributeCount(at: now))),
            ("vset-uid", set.serial),
            ("hnsw-max-node-uid", set.highestNodeNumber),
        ]
        for (name, number) in numbers {
            call.reply.simple(name)
            call.reply.integer(number)
        }
        call.reply.simple("metric")
        call.reply.simple(set.metric.name)
        answerRecall(set.recall, &call.reply)
        call.reply.simple("mode")
        call.reply.simple(set.isFlat(ef: VSIM.defaultEF) ? "flat" : "graph")
    }

    /// What searches of the set find of the truth, measured on a sample of them.
    private static func answerRecall(_ recall: RecallStatistics?, _ reply: inout ReplyWriter) {
        reply.simple("recall-samples")
        reply.integer(recall?.sampleCount ?? 0)
        let shares: [(StaticString, Double?)] = [
            ("recall-mean", recall?.mean), ("recall-p5", recall?.fifthPercentile),
        ]
        for (name, share) in shares {
            reply.simple(name)
            if let share { reply.double(share) } else { reply.null() }
        }
    }
}
