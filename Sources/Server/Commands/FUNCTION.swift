// SPDX-License-Identifier: Apache-2.0

import Commands
import Durability
import Primitives
import RESP
import Scripting
import Store

/// Libraries of functions. What needs the file format stands here, the rest in Scripting.
enum FUNCTION: ContainerCommand {
    static let declaration = CommandDeclaration(
        name: "FUNCTION",
        summary: "A container for function commands.",
        group: .scripting,
        since: "7.0.0",
        complexity: "Depends on subcommand.",
        arity: .atLeast(2)
    )

    static let help = [
        "LOAD [REPLACE] <FUNCTION CODE>",
        "    Create a new library with the given library name and code.",
        "DELETE <LIBRARY NAME>",
        "    Delete the given library.",
        "LIST [LIBRARYNAME PATTERN] [WITHCODE]",
        "    Return general information on all the libraries:",
        "    * Library name",
        "    * The engine used to run the Library",
        "    * Functions list",
        "    * Library code (if WITHCODE is given)",
        "    It also possible to get only function that matches a pattern using LIBRARYNAME argument.",
        "STATS",
        "    Return information about the current function running:",
        "    * Function name",
        "    * Command used to run the function",
        "    * Duration in MS that the function is running",
        "    If no function is running, return nil",
        "    In addition, returns a list of available engines.",
        "KILL",
        "    Kill the current running function.",
        "FLUSH [ASYNC|SYNC]",
        "    Delete all the libraries.",
        "    When called without the optional mode argument, the behavior is determined by the",
        "    lazyfree-lazy-user-flush configuration directive. Valid modes are:",
        "    * ASYNC: Asynchronously flush the libraries.",
        "    * SYNC: Synchronously flush the libraries.",
        "DUMP",
        "    Return a serialized payload representing the current libraries, can be restored using FUNCTION RESTORE command",
        "RESTORE <PAYLOAD> [FLUSH|APPEND|REPLACE]",
        "    Restore the libraries represented by the given payload, it is possible to give a restore policy to",
        "    control how to handle existing libraries (default APPEND):",
        "    * FLUSH: delete all existing libraries.",
        "    * APPEND: appends the restored libraries to the existing libraries. On collision, abort.",
        "    * REPLACE: appends the restored libraries to the existing libraries, On collision, replace the old",
        "      libraries with the new libraries (notice that even on this option there is a chance of failure",
        "      in case of functions name collision with another library).",
    ]

    static let subcommands: [any Command.Type] =
        Scripting.FUNCTION.subcommands + [DUMP.self, RESTORE.self]

    /// Gives all libraries as bytes.
    enum DUMP: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "DUMP",
            summary: "Dumps all libraries into a serialized binary payload.",
            group: .scripting, since: "7.0.0",
            complexity: "O(N) where N is the number of functions",
            arity: .exactly(2), flags: [.noScript])

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            let compresses = host.configuration.isOn("rdbcompression")
            call.reply.bulk(
                LibraryDump.encode(keyspace.functionLibraries, compresses: compresses))
        }
    }

    /// Takes libraries that DUMP gave.
    enum RESTORE: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "RESTORE",
            summary: "Restores all libraries from a payload.",
            group: .scripting, since: "7.0.0",
            complexity: "O(N) where N is the number of functions on the payload",
            arity: .atLeast(3), flags: [.noScript, .denyOutOfMemory, .write],
            syntax: "serialized-value [FLUSH | APPEND | REPLACE]")

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            guard call.arguments.count <= 4 else {
                let shown = call.arguments[1].description
                throw ErrorReply(
                    "ERR unknown subcommand or wrong number of arguments for '\(shown)'. "
                        + "Try FUNCTION HELP.")
            }
            let dump = ByteString(try call.arguments.next())
            let policy = try policy(&call.arguments)
            let texts: [ByteString]
            do throws(LibraryDump.Problem) {
                texts = try LibraryDump.decode(dump)
            } catch {
                throw ErrorReply("ERR \(reason(error))")
            }
            try host.scripts.restoreLibraries(texts, policy, in: &keyspace)
            call.reply.ok()
        }

        private static func policy(
            _ arguments: inout Arguments
        ) throws(ErrorReply) -> RestorePolicy {
            guard arguments.hasMore else { return .append }
            if arguments.consume("APPEND") { return .append }
            if arguments.consume("REPLACE") { return .replace }
            guard arguments.consume("FLUSH") else {
                throw ErrorReply(
                    "ERR Wrong restore policy given, value should be either FLUSH, APPEND or "
                        + "REPLACE.")
            }
            return .flush
        }

        private static func reason(_ problem: LibraryDump.Problem) -> String {
            switch problem {
            case .checksum: "DUMP payload version or checksum are wrong"
            case .unreadable: "failed loading the given functions payload"
            case .noLibrary: "given type is not a function"
            case .preRelease: "Pre-GA function format not supported"
            }
        }
    }
}
