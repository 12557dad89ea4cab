// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// As LMOVE, but waits for an element.
public enum BLMOVE: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "BLMOVE",
        summary:
            "Pops an element from a list, pushes it to another list and returns it. Blocks "
            + "until an element is available otherwise. Deletes the list if the last element "
            + "was moved.",
        group: .list,
        since: "6.2.0",
        complexity: "O(1)",
        arity: .exactly(6),
        flags: [.denyOutOfMemory, .blocking],
        keys: [.firstTwo],
        syntax: "source:key destination:key <LEFT | RIGHT> <LEFT | RIGHT> timeout:double"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let source = try call.arguments.next()
        let destination = try call.arguments.next()
        let origin = try call.arguments.listEnd()
        let target = try call.arguments.listEnd()
        let timeout = try call.timeoutMilliseconds(try call.arguments.next())
        guard try keyspace.move(from: source, origin, to: destination, target, &call.reply) else {
            return call.block(
                on: [ByteString(source)], for: .list, timeoutMilliseconds: timeout,
                onTimeout: .null)
        }
    }
}

/// As RPOPLPUSH, but waits for an element.
public enum BRPOPLPUSH: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "BRPOPLPUSH",
        summary:
            "Pops an element from a list, pushes it to another list and returns it. Block "
            + "until an element is available otherwise. Deletes the list if the last element "
            + "was popped.",
        group: .list,
        since: "2.2.0",
        complexity: "O(1)",
        arity: .exactly(4),
        flags: [.denyOutOfMemory, .blocking],
        keys: [.firstTwo],
        syntax: "source:key destination:key timeout:double"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let source = try call.arguments.next()
        let destination = try call.arguments.next()
        let timeout = try call.timeoutMilliseconds(try call.arguments.next())
        guard try keyspace.move(from: source, .tail, to: destination, .head, &call.reply) else {
            return call.block(
                on: [ByteString(source)], for: .list, timeoutMilliseconds: timeout,
                onTimeout: .null)
        }
    }
}
