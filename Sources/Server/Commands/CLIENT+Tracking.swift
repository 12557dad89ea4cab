// SPDX-License-Identifier: Apache-2.0

import Commands
import Primitives
import RESP
import Store

extension CLIENT {
    enum CACHING: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "CACHING",
            summary: "Instructs the server whether to track the keys in the next request.",
            group: .connection, since: "6.0.0", complexity: "O(1)", arity: .exactly(3),
            flags: [.noScript, .loading, .stale], syntax: "YES | NO")

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            let isYes = call.arguments.consume("YES")
            let isWord = isYes || call.arguments.consume("NO")
            // As in Redis, tracking is looked at first.
            guard isWord || call.session.tracking == nil else { throw .syntax }
            try dispatcher.giveCaching(call.session, isYes)
            call.reply.ok()
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
            call.reply.integer(call.session.tracking?.options.redirect ?? -1)
        }
    }

    enum TRACKING: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "TRACKING",
            summary: "Controls server-assisted client-side caching for the connection.",
            group: .connection, since: "6.0.0",
            complexity: "O(1). Some options may introduce additional complexity.",
            arity: .atLeast(3), flags: [.noScript, .loading, .stale],
            syntax:
                "<ON | OFF> [REDIRECT client-id:integer] [PREFIX prefix [PREFIX prefix ...]] [BCAST] [OPTIN] [OPTOUT] [NOLOOP]"
        )

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            let position = try call.arguments.next()
            let options = try readOptions(&call.arguments, host)
            if position.equalsIgnoringCase("ON") {
                let target = host.clients[options.redirect]?.session
                try dispatcher.startTracking(
                    call.session, options, redirectingTo: target, in: &keyspace)
            } else if position.equalsIgnoringCase("OFF") {
                dispatcher.stopTracking(call.session, in: &keyspace)
            } else {
                throw .syntax
            }
            call.reply.ok()
        }

        private static func readOptions(
            _ arguments: inout Arguments, _ host: Host
        ) throws(ErrorReply) -> ClientTracking.Options {
            var options = ClientTracking.Options()
            while arguments.hasMore {
                if arguments.remaining > 1, arguments.consume("REDIRECT") {
                    guard options.redirect == 0 else {
                        throw ErrorReply("ERR A client can only redirect to a single other client")
                    }
                    options.redirect = try arguments.integer()
                    guard host.clients[options.redirect] != nil else {
                        throw ErrorReply("ERR The client ID you want redirect to does not exist")
                    }
                } else if arguments.consume("BCAST") {
                    options.isBroadcast = true
                } else if arguments.consume("OPTIN") {
                    options.isOptIn = true
                } else if arguments.consume("OPTOUT") {
                    options.isOptOut = true
                } else if arguments.consume("NOLOOP") {
                    options.isNoLoop = true
                } else if arguments.remaining > 1, arguments.consume("PREFIX") {
                    options.prefixes.append(ByteString(try arguments.next()))
                } else {
                    throw .syntax
                }
            }
            return options
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
            let tracking = call.session.tracking
            let options = tracking?.options ?? ClientTracking.Options()
            let isCaching = tracking?.isCachingGiven == true
            let facts: [(Bool, String)] = [
                (tracking == nil, "off"), (tracking != nil, "on"), (options.isBroadcast, "bcast"),
                (options.isOptIn, "optin"), (options.isOptIn && isCaching, "caching-yes"),
                (options.isOptOut, "optout"), (options.isOptOut && isCaching, "caching-no"),
                (options.isNoLoop, "noloop"),
                (tracking?.isRedirectBroken == true, "broken_redirect"),
            ]
            let flags = facts.filter(\.0).map(\.1)
            call.reply.map(3)
            call.reply.bulk("flags")
            call.reply.set(flags.count)
            for flag in flags { call.reply.bulk(flag) }
            call.reply.bulk("redirect")
            call.reply.integer(tracking?.options.redirect ?? -1)
            call.reply.bulk("prefixes")
            let prefixes = tracking?.prefixes ?? []
            call.reply.array(prefixes.count)
            for prefix in prefixes { call.reply.bulk(prefix) }
        }
    }
}
