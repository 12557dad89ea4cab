// SPDX-License-Identifier: Apache-2.0

public import Commands
import Primitives
public import RESP
public import Store

/// Runs a function of a library.
public enum FCALL: SessionCommand {
    public static let declaration = CommandDeclaration(
        name: "FCALL",
        summary: "Invokes a function.",
        group: .scripting,
        since: "7.0.0",
        complexity: "Depends on the function that is executed.",
        arity: .atLeast(3),
        flags: [.noScript, .skipMonitor, .mayReplicate, .stale],
        keys: [.counted(count: 2, first: 3)],
        syntax: "function numkeys:integer [key ...] [arg ...]"
    )

    public static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        try run(&call, isReadOnly: false, in: &keyspace, by: &dispatcher)
    }

    static func run(
        _ call: inout Call, isReadOnly: Bool, in keyspace: inout Keyspace,
        by dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        let engine = try dispatcher.scriptEngine()
        let name = ByteString(try call.arguments.next()).lowercased
        guard let function = engine.functions[name] else {
            throw ErrorReply("ERR Function not found")
        }
        let keyCount = try call.arguments.scriptKeyCount(
            else: ErrorReply("ERR Bad number of keys provided"))
        let rights = try engine.rights(function.flags, isReadOnly: isReadOnly, &dispatcher)
        engine.run(
            function.function, named: function.name, isFunction: true, rights,
            first: call.arguments.position, keyCount: keyCount, &call, in: &keyspace,
            by: &dispatcher)
    }
}

/// Runs a function that changes nothing.
public enum FCALL_RO: SessionCommand {
    public static let declaration = CommandDeclaration(
        name: "FCALL_RO",
        summary: "Invokes a read-only function.",
        group: .scripting,
        since: "7.0.0",
        complexity: "Depends on the function that is executed.",
        arity: .atLeast(3),
        flags: [.noScript, .skipMonitor, .stale],
        keys: [.counted(count: 2, first: 3)],
        syntax: "function numkeys:integer [key ...] [arg ...]"
    )

    public static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        try FCALL.run(&call, isReadOnly: true, in: &keyspace, by: &dispatcher)
    }
}
