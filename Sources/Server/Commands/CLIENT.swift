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
        CACHING.self,
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
        "CACHING (YES|NO)",
        "    Enable/disable tracking of the keys for next command in OPTIN/OPTOUT modes.",
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
        "    Kill connections. Options are:",
        "    * ADDR (<ip:port>|<unixsocket>:0)",
        "      Kill connections made from the specified address",
        "    * LADDR (<ip:port>|<unixsocket>:0)",
        "      Kill connections made to specified local address",
        "    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)",
        "      Kill connections by type.",
        "    * USER <username>",
        "      Kill connections authenticated by <username>.",
        "    * SKIPME (YES|NO)",
        "      Skip killing current connection (default: yes).",
        "    * ID <client-id>",
        "      Kill connections by client id.",
        "    * MAXAGE <maxage>",
        "      Kill connections older than the specified age.",
        "LIST [options ...]",
        "    Return information about client connections. Options:",
        "    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)",
        "      Return clients of specified type.",
        "UNPAUSE",
        "    Stop the current client pause, resuming traffic.",
        "PAUSE <timeout> [WRITE|ALL]",
        "    Suspend all, or just write, clients for <timeout> milliseconds.",
        "REPLY (ON|OFF|SKIP)",
        "    Control the replies sent to the current connection.",
        "SETNAME <name>",
        "    Assign the name <name> to the current connection.",
        "SETINFO <option> <value>",
        "    Set client meta attr. Options are:",
        "    * LIB-NAME: the client lib name.",
        "    * LIB-VER: the client lib version.",
        "UNBLOCK <clientid> [TIMEOUT|ERROR]",
        "    Unblock the specified blocked client.",
        "TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix> [...]]",
        "         [OPTIN] [OPTOUT] [NOLOOP]",
        "    Control server assisted client side caching.",
        "TRACKINGINFO",
        "    Report tracking status for the current connection.",
        "NO-EVICT (ON|OFF)",
        "    Protect current client connection from eviction.",
        "NO-TOUCH (ON|OFF)",
        "    Will not touch LRU/LFU stats when this mode is on.",
    ]

    /// Whether a text may stand in CLIENT LIST, which separates by spaces.
    /// Whether a name may be kept; what stands behind a NUL is not looked at, as in Redis.
    static func isPrintable(_ text: Bytes) -> Bool {
        for index in 0..<text.count {
            if text[index] == 0 { return true }
            if text[index] < 0x21 || text[index] > 0x7E { return false }
        }
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
                throw ErrorReply("ERR Unrecognized option '", option, "'")
            }
            guard CLIENT.isPrintable(value) else {
                throw ErrorReply(
                    "ERR \(option.description) cannot contain spaces, newlines or special "
                        + "characters.")
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
}
