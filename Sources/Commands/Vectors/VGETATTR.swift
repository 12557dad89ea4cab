// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Returns an element's JSON attribute.
public enum VGETATTR: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "VGETATTR",
        summary: "Retrieve the JSON attributes of elements",
        group: .vectorSet,
        since: "8.0.0",
        complexity: "O(1)",
        arity: .atLeast(1),
        flags: [.fast],
        keys: [.first],
        syntax: "key element"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try call.arguments.requireCount(3...3, of: "VGETATTR")
        guard let set = try keyspace.vectorSet(try call.arguments.next()),
            let attribute = set.attribute(
                of: try call.arguments.next(), at: keyspace.nowMilliseconds)
        else { return call.reply.null() }
        call.reply.bulk(attribute)
    }
}
