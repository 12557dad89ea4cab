// SPDX-License-Identifier: Apache-2.0

public import Commands
import Primitives
public import RESP
public import Store

/// Runs a script.
public enum EVAL: SessionCommand {
    public static let declaration = CommandDeclaration(
        name: "EVAL",
        summary: "Executes a server-side Lua script.",
        group: .scripting,
        since: "2.6.0",
        complexity: "Depends on the script that is executed.",
        arity: .atLeast(3),
        flags: [.noScript, .skipMonitor, .mayReplicate, .stale],
        keys: [.counted(count: 2, first: 3)],
        syntax: "script numkeys:integer [key ...] [arg ...]"
    )

    public static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        try runText(&call, isReadOnly: false, in: &keyspace, by: &dispatcher)
    }

    static func runText(
        _ call: inout Call, isReadOnly: Bool, in keyspace: inout Keyspace,
        by dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        let engine = try dispatcher.scriptEngine()
        let text = try call.arguments.next()
        let keyCount = try call.arguments.scriptKeyCount()
        let script = try engine.script(text: text, isKept: false)
        try run(
            script, engine, keyCount, isReadOnly: isReadOnly, &call, in: &keyspace, by: &dispatcher)
    }

    static func runDigest(
        _ call: inout Call, isReadOnly: Bool, in keyspace: inout Keyspace,
        by dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        let engine = try dispatcher.scriptEngine()
        let sha1 = try call.arguments.next()
        guard sha1.count == 40 else { throw .noScript }
        let keyCount = try call.arguments.scriptKeyCount()
        guard let script = engine.script(sha1: sha1) else { throw .noScript }
        try run(
            script, engine, keyCount, isReadOnly: isReadOnly, &call, in: &keyspace, by: &dispatcher)
    }

    private static func run(
        _ script: Script, _ engine: ScriptEngine, _ keyCount: Int, isReadOnly: Bool,
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        let rights = try engine.rights(script.flags, isReadOnly: isReadOnly, &dispatcher)
        engine.touch(script)
        engine.run(
            script.function, named: script.sha1, isFunction: false, rights,
            first: call.arguments.position, keyCount: keyCount, &call, in: &keyspace,
            by: &dispatcher)
    }
}

/// Runs a script that may not change anything.
public enum EVAL_RO: SessionCommand {
    public static let declaration = CommandDeclaration(
        name: "EVAL_RO",
        summary: "Executes a read-only server-side Lua script.",
        group: .scripting,
        since: "7.0.0",
        complexity: "Depends on the script that is executed.",
        arity: .atLeast(3),
        flags: [.noScript, .skipMonitor, .stale],
        keys: [.counted(count: 2, first: 3)],
        syntax: "script numkeys:integer [key ...] [arg ...]"
    )

    public static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        try EVAL.runText(&call, isReadOnly: true, in: &keyspace, by: &dispatcher)
    }
}

/// Runs a script that the server knows already.
public enum EVALSHA: SessionCommand {
    public static let declaration = CommandDeclaration(
        name: "EVALSHA",
        summary: "Executes a server-side Lua script by SHA1 digest.",
        group: .scripting,
        since: "2.6.0",
        complexity: "Depends on the script that is executed.",
        arity: .atLeast(3),
        flags: [.noScript, .skipMonitor, .mayReplicate, .stale],
        keys: [.counted(count: 2, first: 3)],
        syntax: "sha1 numkeys:integer [key ...] [arg ...]"
    )

    public static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        try EVAL.runDigest(&call, isReadOnly: false, in: &keyspace, by: &dispatcher)
    }
}

/// Runs a script that the server knows already and that may not change anything.
public enum EVALSHA_RO: SessionCommand {
    public static let declaration = CommandDeclaration(
        name: "EVALSHA_RO",
        summary: "Executes a read-only server-side Lua script by SHA1 digest.",
        group: .scripting,
        since: "7.0.0",
        complexity: "Depends on the script that is executed.",
        arity: .atLeast(3),
        flags: [.noScript, .skipMonitor, .stale],
        keys: [.counted(count: 2, first: 3)],
        syntax: "sha1 numkeys:integer [key ...] [arg ...]"
    )

    public static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        try EVAL.runDigest(&call, isReadOnly: true, in: &keyspace, by: &dispatcher)
    }
}

extension Arguments {
    /// Reads how many keys follow.
    mutating func scriptKeyCount(
        else error: ErrorReply = .notAnInteger
    ) throws(ErrorReply) -> Int {
        let count = try integer(else: error)
        guard count <= remaining else {
            throw ErrorReply("ERR Number of keys can't be greater than number of args")
        }
        guard count >= 0 else { throw ErrorReply("ERR Number of keys can't be negative") }
        return Int(count)
    }
}
