// SPDX-License-Identifier: Apache-2.0

public import Commands
import Primitives
public import RESP
public import Store

/// The scripts that the server keeps.
public enum SCRIPT: ContainerCommand {
    public static let declaration = CommandDeclaration(
        name: "SCRIPT",
        summary: "A container for Lua scripts management commands.",
        group: .scripting,
        since: "2.6.0",
        complexity: "Depends on subcommand.",
        arity: .atLeast(2)
    )

    public static let subcommands: [any Command.Type] = [
        DEBUG.self,
        EXISTS.self,
        FLUSH.self,
        KILL.self,
        LOAD.self,
    ]

    public static let help = [
        "DEBUG (YES|SYNC|NO)",
        "    Set the debug mode for subsequent scripts executed.",
        "EXISTS <sha1> [<sha1> ...]",
        "    Return information about the existence of the scripts in the script cache.",
        "FLUSH [ASYNC|SYNC]",
        "    Flush the Lua scripts cache. Very dangerous on replicas.",
        "    When called without the optional mode argument, the behavior is determined by the",
        "    lazyfree-lazy-user-flush configuration directive. Valid modes are:",
        "    * ASYNC: Asynchronously flush the scripts cache.",
        "    * SYNC: Synchronously flush the scripts cache.",
        "KILL",
        "    Kill the currently executing Lua script.",
        "LOAD <script>",
        "    Load a script into the scripts cache without executing it.",
    ]
}

extension SCRIPT {
    /// The debugger of Redis: there is none here, so it can only be switched off.
    public enum DEBUG: SessionCommand {
        public static let declaration = CommandDeclaration(
            name: "DEBUG",
            summary: "Sets the debug mode of server-side Lua scripts.",
            group: .scripting, since: "3.2.0", complexity: "O(1)", arity: .exactly(3),
            flags: [.noScript], syntax: "YES | SYNC | NO")

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
        ) throws(ErrorReply) {
            if call.arguments.consume("NO") { return call.reply.ok() }
            guard call.arguments.consume("YES") || call.arguments.consume("SYNC") else {
                throw ErrorReply("ERR Use SCRIPT DEBUG YES/SYNC/NO")
            }
            throw ErrorReply("ERR Engram has no debugger for scripts")
        }
    }

    /// Tells which scripts are known.
    public enum EXISTS: SessionCommand {
        public static let declaration = CommandDeclaration(
            name: "EXISTS",
            summary: "Determines whether server-side Lua scripts exist in the script cache.",
            group: .scripting, since: "2.6.0",
            complexity: "O(N) with N being the number of scripts to check (so checking a single "
                + "script is an O(1) operation).",
            arity: .atLeast(3), flags: [.noScript], syntax: "sha1 [sha1 ...]")

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
        ) throws(ErrorReply) {
            let engine = try dispatcher.scriptEngine()
            call.reply.array(call.arguments.remaining)
            while call.arguments.hasMore {
                let isKnown = engine.script(sha1: try call.arguments.next()) != nil
                call.reply.integer(isKnown ? 1 : 0)
            }
        }
    }

    /// Forgets all scripts.
    public enum FLUSH: SessionCommand {
        public static let declaration = CommandDeclaration(
            name: "FLUSH",
            summary: "Removes all server-side Lua scripts from the script cache.",
            group: .scripting, since: "2.6.0",
            complexity: "O(N) with N being the number of scripts in cache",
            arity: .atLeast(2), flags: [.noScript], syntax: "[ASYNC | SYNC]")

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
        ) throws(ErrorReply) {
            let engine = try dispatcher.scriptEngine()
            try call.arguments.flushMode(
                else: ErrorReply("ERR SCRIPT FLUSH only support SYNC|ASYNC option"))
            engine.flushScripts(keyspace)
            call.reply.ok()
        }
    }

    /// Ends the script that is running.
    public enum KILL: SessionCommand {
        public static let declaration = CommandDeclaration(
            name: "KILL",
            summary: "Terminates a server-side Lua script during execution.",
            group: .scripting, since: "2.6.0", complexity: "O(1)", arity: .exactly(2),
            flags: [.noScript, .allowBusy])

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
        ) throws(ErrorReply) {
            try dispatcher.scriptEngine().kill(isFunction: false)
            call.reply.ok()
        }
    }

    /// Compiles a script and keeps it.
    public enum LOAD: SessionCommand {
        public static let declaration = CommandDeclaration(
            name: "LOAD",
            summary: "Loads a server-side Lua script to the script cache.",
            group: .scripting, since: "2.6.0",
            complexity: "O(N) with N being the length in bytes of the script body.",
            arity: .exactly(3), flags: [.noScript, .stale], syntax: "script")

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
        ) throws(ErrorReply) {
            let engine = try dispatcher.scriptEngine()
            let script = try engine.script(text: try call.arguments.next(), isKept: true)
            call.reply.bulk(script.sha1)
        }
    }
}

extension Arguments {
    /// Reads `[ASYNC | SYNC]`: what is large is released in the background either way.
    mutating func flushMode(else error: ErrorReply) throws(ErrorReply) {
        guard hasMore else { return }
        guard consume("ASYNC") || consume("SYNC"), !hasMore else { throw error }
    }
}
