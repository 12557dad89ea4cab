// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Returns messages by a range of their numbers.
///
/// A number from 1 on is a message's own; a negative one counts the messages there are from the
/// end, -1 being the last. Both ends belong to the range; numbers without a message are skipped.
public enum CTX_RANGE: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "CTX.RANGE",
        summary: "Returns the messages of a conversation context whose numbers are in a range.",
        group: .context,
        since: "1.0.0",
        complexity: "O(log(N)+M) where N is the number of messages and M that of those returned.",
        arity: .exactly(4),
        keys: [.first],
        syntax: "key start:integer stop:integer"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let log = try keyspace.context(try call.arguments.next())
        let start = try call.arguments.integer()
        let stop = try call.arguments.integer()
        guard let log else { return call.reply.array(0) }
        let first = seq(start, in: log)
        let last = seq(stop, in: log)
        guard first <= last else { return call.reply.array(0) }
        call.reply.array(log.count(in: first...last))
        log.forEach(in: first...last) { call.reply.message($0) }
    }

    /// The number that an end of the range means; 0, before all, when it lies before the first.
    private static func seq(_ number: Int64, in log: ContextLog) -> Int64 {
        number >= 0 ? number : log.seq(fromEnd: -(number + 1)) ?? 0
    }
}
