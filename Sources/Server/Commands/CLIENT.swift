// SPDX-License-Identifier: Apache-2.0

import Commands
import Primitives
import RESP
import Store

/// What clients say of themselves and ask about each other.
enum CLIENT: ContainerCommand {
    static let declaration = CommandDeclaration(
        name: "CLIENT",
        summary: "A container for client connection commands.",
        group: .connection,
        since: "2.4.0",
        complexity: "Depends on subcommand.",
        arity: .atLeast(2)
    )

    static let subcommands: [any Command.Type] = [
        GETNAME.self,
        GETREDIR.self,
        ID.self,
        INFO.self,
        KILL.self,
        LIST.self,
        NO_EVICT.self,
        NO_TOUCH.self,
        PAUSE.self,
        REPLY.self,
        SETINFO.self,
        SETNAME.self,
        TRACKING.self,
        TRACKINGINFO.self,
        UNBLOCK.self,
        UNPAUSE.self,
    ]

    static let help = [
        "GETREDIR",
        "    Return the client ID we are redirecting to when tracking is enabled.",
        "GETNAME",
        "    Return the name of the current connection.",
        "ID",
        "    Return the ID of the current connection.",
        "INFO",
        "    Return information about the current client connection.",
        "KILL <ip:port>",
        "    Kill connection made from <ip:port>.",
        "KILL <option> <value> [<option> <value> [...]]",
        "    Kill connections. Options are: ADDR, LADDR, TYPE, USER, SKIPME, ID, MAXAGE.",
        "LIST [options ...]",
        "    Return information about client connections. Options are: TYPE, ID.",
        "UNPAUSE",
        "    Stop the current client pause, resuming traffic.",
        "PAUSE <timeout> [WRITE|ALL]",
        "    Suspend all, or just write, clients for <timeout> milliseconds.",
        "REPLY (ON|OFF|SKIP)",
        "    Control the replies sent to the current connection.",
        "SETNAME <name>",
        "    Assign the name <name> to the current connection.",
        "SETINFO <option> <value>",
        "    Set client meta attr. Options are: LIB-NAME, LIB-VER.",
        "UNBLOCK <clientid> [TIMEOUT|ERROR]",
        "    Unblock the specified blocked client.",
        "NO-EVICT (ON|OFF)",
        "    Protect current client connection from eviction.",
        "NO-TOUCH (ON|OFF)",
        "    Will not touch LRU/LFU stats when this mode is on.",
    ]

    /// Whether a text may stand in CLIENT LIST, which separates by spaces.
    static func isPrintable(_ text: Bytes) -> Bool {
        for index in 0..<text.count where text[index] < 0x21 || text[index] > 0x7E { return false }
        return true
    }

    static func checkName(_ name: Bytes) throws(ErrorReply) {
        guard isPrintable(name) else {
            throw ErrorReply(
                "ERR Client names cannot contain spaces, newlines or special characters.")
        }
    }
}

extension Arguments {
    /// Reads ON or OFF.
    mutating func switchPosition() throws(ErrorReply) -> Bool {
        if consume("ON") { return true }
        guard consume("OFF") else { throw .syntax }
        return false
    }
}

extension CLIENT {
    enum GETNAME: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "GETNAME",
            summary: "Returns the name of the connection.",
            group: .connection, since: "2.6.9", complexity: "O(1)", arity: .exactly(2),
            flags: [.noScript, .loading, .stale])

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            let name = call.session.name
            name.isEmpty ? call.reply.null() : call.reply.bulk(name)
        }
    }

    enum GETREDIR: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "GETREDIR",
            summary:
                "Returns the client ID to which the connection's tracking notifications are redirected.",
            group: .connection, since: "6.0.0", complexity: "O(1)", arity: .exactly(2),
            flags: [.noScript, .loading, .stale])

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            call.reply.integer(-1)
        }
    }

    enum ID: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "ID",
            summary: "Returns the unique client ID of the connection.",
            group: .connection, since: "5.0.0", complexity: "O(1)", arity: .exactly(2),
            flags: [.noScript, .loading, .stale])

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            call.reply.integer(call.session.id)
        }
    }

    enum INFO: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "INFO",
            summary: "Returns information about the connection.",
            group: .connection, since: "6.2.0", complexity: "O(1)", arity: .exactly(2),
            flags: [.noScript, .loading, .stale])

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            let client = try host.client(of: call)
            call.reply.verbatim(ByteString(client.line(at: call.nowMilliseconds) + "\n"))
        }
    }

    enum NO_EVICT: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "NO-EVICT",
            summary: "Sets the client eviction mode of the connection.",
            group: .connection, since: "7.0.0", complexity: "O(1)", arity: .exactly(3),
            flags: [.admin, .dangerous, .noScript, .loading, .stale], syntax: "ON | OFF")

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            call.session.isNoEvict = try call.arguments.switchPosition()
            call.reply.ok()
        }
    }

    enum NO_TOUCH: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "NO-TOUCH",
            summary:
                "Controls whether commands sent by the client affect the LRU/LFU of accessed keys.",
            group: .connection, since: "7.2.0", complexity: "O(1)", arity: .exactly(3),
            flags: [.noScript, .loading, .stale], syntax: "ON | OFF")

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            call.session.isNoTouch = try call.arguments.switchPosition()
            call.reply.ok()
        }
    }

    enum REPLY: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "REPLY",
            summary: "Instructs the server whether to reply to commands.",
            group: .connection, since: "3.2.0", complexity: "O(1)", arity: .exactly(3),
            flags: [.noScript, .loading, .stale], syntax: "ON | OFF | SKIP")

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            if call.arguments.consume("ON") {
                call.session.replyMode = .on
                call.reply.ok()
            } else if call.arguments.consume("OFF") {
                call.session.replyMode = .off
            } else if call.arguments.consume("SKIP") {
                if call.session.replyMode != .off { call.session.replyMode = .skipNext }
            } else {
                throw .syntax
            }
        }
    }

    enum SETINFO: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "SETINFO",
            summary: "Sets information specific to the client or connection.",
            group: .connection, since: "7.2.0", complexity: "O(1)", arity: .exactly(4),
            flags: [.noScript, .loading, .stale], syntax: "LIB-NAME libname | LIB-VER libver")

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            let option = try call.arguments.next()
            let value = try call.arguments.next()
            let isName = option.equalsIgnoringCase("lib-name")
            guard isName || option.equalsIgnoringCase("lib-ver") else {
                throw ErrorReply("ERR Unrecognized option '\(option.description)'")
            }
            guard CLIENT.isPrintable(value) else {
                let shown = isName ? "lib-name" : "lib-ver"
                throw ErrorReply(
                    "ERR \(shown) cannot contain spaces, newlines or special characters.")
            }
            if isName {
                call.session.libraryName = ByteString(value)
            } else {
                call.session.libraryVersion = ByteString(value)
            }
            call.reply.ok()
        }
    }

    enum SETNAME: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "SETNAME",
            summary: "Sets the connection name.",
            group: .connection, since: "2.6.9", complexity: "O(1)", arity: .exactly(3),
            flags: [.noScript, .loading, .stale], syntax: "connection-name")

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            let name = try call.arguments.next()
            try CLIENT.checkName(name)
            call.session.name = ByteString(name)
            call.reply.ok()
        }
    }

    enum TRACKING: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "TRACKING",
            summary: "Controls server-assisted client-side caching for the connection.",
            group: .connection, since: "6.0.0", complexity: "O(1)", arity: .atLeast(3),
            flags: [.noScript, .loading, .stale], syntax: "OFF")

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            guard call.arguments.consume("OFF") else {
                throw ErrorReply("ERR Engram cannot track keys for clients yet")
            }
            call.reply.ok()
        }
    }

    enum TRACKINGINFO: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "TRACKINGINFO",
            summary:
                "Returns information about server-assisted client-side caching for the connection.",
            group: .connection, since: "6.2.0", complexity: "O(1)", arity: .exactly(2),
            flags: [.noScript, .loading, .stale])

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            call.reply.map(3)
            call.reply.bulk("flags")
            call.reply.set(1)
            call.reply.bulk("off")
            call.reply.bulk("redirect")
            call.reply.integer(-1)
            call.reply.bulk("prefixes")
            call.reply.array(0)
        }
    }
}
