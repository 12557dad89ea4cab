// SPDX-License-Identifier: Apache-2.0

public import Commands
import Primitives
public import RESP
public import Store

/// The libraries of functions. DUMP and RESTORE, which know a file format, stand in Server.
public enum FUNCTION {
    /// The subcommands that stand here.
    public static let subcommands: [any Command.Type] = [
        DELETE.self,
        FLUSH.self,
        KILL.self,
        LIST.self,
        LOAD.self,
        STATS.self,
    ]
}

extension FUNCTION {
    /// Removes a library.
    public enum DELETE: SessionCommand {
        public static let declaration = CommandDeclaration(
            name: "DELETE",
            summary: "Deletes a library and its functions.",
            group: .scripting, since: "7.0.0", complexity: "O(1)", arity: .exactly(3),
            flags: [.noScript, .write], syntax: "library-name")

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
        ) throws(ErrorReply) {
            let engine = try dispatcher.scriptEngine()
            let name = ByteString(try call.arguments.next())
            try engine.deleteLibrary(name, in: &keyspace)
            call.reply.ok()
        }
    }

    /// Removes all libraries.
    public enum FLUSH: SessionCommand {
        public static let declaration = CommandDeclaration(
            name: "FLUSH",
            summary: "Deletes all libraries and functions.",
            group: .scripting, since: "7.0.0",
            complexity: "O(N) where N is the number of functions deleted",
            arity: .atLeast(2), flags: [.noScript], syntax: "[ASYNC | SYNC]")

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
        ) throws(ErrorReply) {
            let engine = try dispatcher.scriptEngine()
            guard call.arguments.count <= 3 else {
                let shown = call.arguments[1].description
                throw ErrorReply(
                    "ERR unknown subcommand or wrong number of arguments for '\(shown)'. "
                        + "Try FUNCTION HELP.")
            }
            try call.arguments.flushMode(
                else: ErrorReply("ERR FUNCTION FLUSH only supports SYNC|ASYNC option"))
            engine.flushLibraries(in: &keyspace)
            call.reply.ok()
        }
    }

    /// Ends the function that is running.
    public enum KILL: SessionCommand {
        public static let declaration = CommandDeclaration(
            name: "KILL",
            summary: "Terminates a function during execution.",
            group: .scripting, since: "7.0.0", complexity: "O(1)", arity: .exactly(2),
            flags: [.noScript, .allowBusy])

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
        ) throws(ErrorReply) {
            try dispatcher.scriptEngine().kill(isFunction: true)
            call.reply.ok()
        }
    }

    /// Adds a library.
    public enum LOAD: SessionCommand {
        public static let declaration = CommandDeclaration(
            name: "LOAD",
            summary: "Creates a library.",
            group: .scripting, since: "7.0.0",
            complexity: "O(1) (considering compilation time is redundant)",
            arity: .atLeast(3), flags: [.noScript, .denyOutOfMemory],
            syntax: "[REPLACE] function-code")

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
        ) throws(ErrorReply) {
            let engine = try dispatcher.scriptEngine()
            var replacing = false
            while call.arguments.remaining > 1 {
                guard call.arguments.consume("REPLACE") else {
                    throw ErrorReply("ERR Unknown option given: ", try call.arguments.next())
                }
                replacing = true
            }
            guard call.arguments.hasMore else { throw ErrorReply("ERR Function code is missing") }
            let text = ByteString(try call.arguments.next())
            let name = try engine.loadLibrary(text, replacing: replacing, in: &keyspace)
            call.reply.bulk(name)
        }
    }
}

// MARK: - What is there

extension FUNCTION {
    /// Describes the libraries.
    public enum LIST: SessionCommand {
        public static let declaration = CommandDeclaration(
            name: "LIST",
            summary: "Returns information about all libraries.",
            group: .scripting, since: "7.0.0",
            complexity: "O(N) where N is the number of functions",
            arity: .atLeast(2), flags: [.noScript],
            syntax: "[LIBRARYNAME library-name-pattern] [WITHCODE]")

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
        ) throws(ErrorReply) {
            let engine = try dispatcher.scriptEngine()
            var pattern: Bytes?
            var hasCode = false
            while call.arguments.hasMore {
                if !hasCode, call.arguments.consume("WITHCODE") {
                    hasCode = true
                } else if pattern == nil, call.arguments.consume("LIBRARYNAME") {
                    guard call.arguments.hasMore else {
                        throw ErrorReply("ERR library name argument was not given")
                    }
                    pattern = try call.arguments.next()
                } else {
                    throw ErrorReply("ERR Unknown argument ", try call.arguments.next())
                }
            }
            let chosen = engine.libraries.values.filter { library in
                guard let pattern else { return true }
                return library.name.withBytes {
                    GlobPattern.matches($0, pattern, ignoringCase: true)
                }
            }.sorted { $0.name < $1.name }
            call.reply.array(chosen.count)
            for library in chosen { describe(library, withCode: hasCode, &call.reply) }
        }

        private static func describe(
            _ library: FunctionLibrary, withCode: Bool, _ reply: inout ReplyWriter
        ) {
            reply.map(withCode ? 4 : 3)
            reply.bulk("library_name")
            reply.bulk(library.name)
            reply.bulk("engine")
            reply.bulk("LUA")
            reply.bulk("functions")
            reply.array(library.functions.count)
            for function in library.functions {
                reply.map(3)
                reply.bulk("name")
                reply.bulk(function.name)
                reply.bulk("description")
                if let description = function.description {
                    reply.bulk(description)
                } else {
                    reply.null()
                }
                reply.bulk("flags")
                let names = function.flags.names
                reply.set(names.count)
                for name in names { ByteString(name).withBytes { reply.simple($0) } }
            }
            guard withCode else { return }
            reply.bulk("library_code")
            reply.bulk(library.text)
        }
    }

    /// Tells what is running, and how much there is.
    public enum STATS: SessionCommand {
        public static let declaration = CommandDeclaration(
            name: "STATS",
            summary: "Returns information about a function during execution.",
            group: .scripting, since: "7.0.0", complexity: "O(1)", arity: .exactly(2),
            flags: [.noScript, .allowBusy])

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
        ) throws(ErrorReply) {
            let engine = try dispatcher.scriptEngine()
            if let active = engine.active, !active.isFunction { throw .busyWithScript }
            call.reply.map(2)
            call.reply.bulk("running_script")
            if let active = engine.active {
                call.reply.map(3)
                call.reply.bulk("name")
                call.reply.bulk(active.name)
                call.reply.bulk("command")
                call.reply.array(active.arguments.count)
                for word in active.arguments { call.reply.bulk(word) }
                call.reply.bulk("duration_ms")
                call.reply.integer(ScriptEngine.milliseconds(since: active.start))
            } else {
                call.reply.null()
            }
            call.reply.bulk("engines")
            call.reply.map(1)
            call.reply.bulk("LUA")
            call.reply.map(2)
            call.reply.bulk("libraries_count")
            call.reply.integer(engine.libraryCount)
            call.reply.bulk("functions_count")
            call.reply.integer(engine.functionCount)
        }
    }
}
