// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Moves an element from an end of a list to an end of another.
public enum LMOVE: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "LMOVE",
        summary:
            "Returns an element after popping it from one list and pushing it to another. "
            + "Deletes the list if the last element was moved.",
        group: .list,
        since: "6.2.0",
        complexity: "O(1)",
        arity: .exactly(5),
        flags: [.denyOutOfMemory],
        keys: [.firstTwo],
        syntax: "source:key destination:key <LEFT | RIGHT> <LEFT | RIGHT>"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let source = try call.arguments.next()
        let destination = try call.arguments.next()
        let origin = try call.arguments.listEnd()
        let target = try call.arguments.listEnd()
        guard try keyspace.move(from: source, origin, to: destination, target, &call.reply) else {
            return call.reply.null()
        }
    }
}

/// Moves the last element of a list to the head of another.
public enum RPOPLPUSH: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "RPOPLPUSH",
        summary:
            "Returns the last element of a list after removing and pushing it to another "
            + "list. Deletes the list if the last element was popped.",
        group: .list,
        since: "1.2.0",
        complexity: "O(1)",
        arity: .exactly(3),
        flags: [.denyOutOfMemory],
        keys: [.firstTwo],
        syntax: "source:key destination:key"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let source = try call.arguments.next()
        let destination = try call.arguments.next()
        guard try keyspace.move(from: source, .tail, to: destination, .head, &call.reply) else {
            return call.reply.null()
        }
    }
}
