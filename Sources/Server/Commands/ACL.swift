// SPDX-License-Identifier: Apache-2.0

import Commands
import Primitives
import RESP
import Store

/// Users and what they may do.
enum ACL: ContainerCommand {
    static let declaration = CommandDeclaration(
        name: "ACL",
        summary: "A container for Access List Control commands.",
        group: .server,
        since: "6.0.0",
        complexity: "Depends on subcommand.",
        arity: .atLeast(2)
    )

    static let help = [
        "CAT [<category>]",
        "    List all commands that belong to <category>, or all command categories",
        "    when no category is specified.",
        "DELUSER <username> [<username> ...]",
        "    Delete a list of users.",
        "DRYRUN <username> <command> [<arg> ...]",
        "    Returns whether the user can execute the given command without executing the command.",
        "GETUSER <username>",
        "    Get the user's details.",
        "GENPASS [<bits>]",
        "    Generate a secure 256-bit user password. The optional `bits` argument can",
        "    be used to specify a different size.",
        "LIST",
        "    Show users details in config file format.",
        "LOAD",
        "    Reload users from the ACL file.",
        "LOG [<count> | RESET]",
        "    Show the ACL log entries.",
        "SAVE",
        "    Save the current config to the ACL file.",
        "SETUSER <username> <attribute> [<attribute> ...]",
        "    Create or modify a user with the specified attributes.",
        "USERS",
        "    List all the registered usernames.",
        "WHOAMI",
        "    Return the current connection username.",
    ]

    static let subcommands: [any Command.Type] = [
        CAT.self, DELUSER.self, DRYRUN.self, GENPASS.self, GETUSER.self, LIST.self, LOAD.self,
        LOG.self, SAVE.self, SETUSER.self, USERS.self, WHOAMI.self,
    ]

    static let adminFlags: CommandDeclaration.Flags = [
        .admin, .dangerous, .noScript, .loading, .stale,
    ]
}

extension ACL {
    enum CAT: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "CAT",
            summary: "Lists the ACL categories, or the commands inside a category.",
            group: .server, since: "6.0.0",
            complexity: "O(1) since the categories and commands are a fixed set.",
            arity: .atLeast(2), flags: [.noScript, .loading, .stale], syntax: "[category]")

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            try call.checkForm(of: "ACL")
            let names = AccessCategories.names(in: dispatcher.table)
            guard call.arguments.hasMore else {
                call.reply.array(names.count)
                for name in names { call.reply.bulk(name) }
                return
            }
            let given = try call.arguments.next()
            let category = given.description.lowercased()
            guard names.contains(category) else {
                throw ErrorReply("ERR Unknown category '", given[0..<min(128, given.count)], "'")
            }
            let commands = dispatcher.table.allEntries.flatMap { [$0] + $0.subcommands }
            let chosen = commands.filter { $0.categories.contains(category) }
            call.reply.array(chosen.count)
            for entry in chosen { call.reply.bulk(entry.shownName) }
        }
    }

    enum DRYRUN: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "DRYRUN",
            summary:
                "Simulates the execution of a command by a user, without executing the command.",
            group: .server, since: "7.0.0", complexity: "O(1).", arity: .atLeast(4),
            flags: adminFlags, syntax: "username command [arg ...]")

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            let name = try call.arguments.next()
            guard let user = dispatcher.access.user(named: ByteString(name)) else {
                throw ErrorReply("ERR User '", name, "' not found")
            }
            let words = call.arguments.all[3...]
            guard let entry = dispatcher.table.find(request: words) else {
                throw ErrorReply("ERR Command '", call.arguments[3], "' not found")
            }
            guard entry.declaration.arity.allows(words.count) else {
                throw .wrongArgumentCount(entry.shownName)
            }
            if let refusal = dispatcher.dryRun(user, entry, words) {
                call.reply.bulk(refusal)
            } else {
                call.reply.ok()
            }
        }
    }

    enum GENPASS: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "GENPASS",
            summary:
                "Generates a pseudorandom, secure password that can be used to identify ACL users.",
            group: .server, since: "6.0.0", complexity: "O(1)", arity: .atLeast(2),
            flags: [.noScript, .loading, .stale], syntax: "[bits:integer]")

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            try call.checkForm(of: "ACL")
            let bits = call.arguments.hasMore ? try call.arguments.integer() : 256
            guard bits > 0, bits <= 4096 else {
                throw ErrorReply(
                    "ERR ACL GENPASS argument must be the number of bits for the output password, "
                        + "a positive number up to 4096")
            }
            let digits = Array("0123456789abcdef")
            var random = SystemRandomNumberGenerator()
            let password = (0..<((bits + 3) / 4)).map { _ in
                digits[Int(truncatingIfNeeded: random.next() & 15)]
            }
            call.reply.bulk(String(password))
        }
    }

    enum LOG: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "LOG",
            summary: "Lists recent security events generated due to ACL rules.",
            group: .server, since: "6.0.0",
            complexity: "O(N) with N being the number of entries shown.",
            arity: .atLeast(2), flags: adminFlags, syntax: "[count:integer | RESET]")

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            try call.checkForm(of: "ACL")
            if call.arguments.consume("RESET") {
                dispatcher.access.log.reset()
                return call.reply.ok()
            }
            let asked = call.arguments.hasMore ? try call.arguments.integer() : 10
            let entries = dispatcher.access.log.entries.prefix(Int(clamping: max(0, asked)))
            call.reply.array(entries.count)
            for entry in entries { write(entry, &call) }
        }

        private static func write(_ entry: AccessLog.Entry, _ call: inout Call) {
            call.reply.map(10)
            call.reply.bulk("count")
            call.reply.integer(entry.count)
            for (name, value) in [
                ("reason", ByteString(entry.reason)),
                ("context", ByteString(entry.context.rawValue)), ("object", entry.object),
                ("username", entry.user),
            ] {
                call.reply.bulk(name)
                call.reply.bulk(value)
            }
            call.reply.bulk("age-seconds")
            let age = call.nowMilliseconds &- entry.updatedMilliseconds
            call.reply.double(Double(age) / 1000)
            call.reply.bulk("client-info")
            call.reply.bulk(entry.client)
            for (name, number) in [
                ("entry-id", entry.id), ("timestamp-created", entry.createdMilliseconds),
                ("timestamp-last-updated", entry.updatedMilliseconds),
            ] {
                call.reply.bulk(name)
                call.reply.integer(number)
            }
        }
    }

    enum WHOAMI: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "WHOAMI",
            summary: "Returns the authenticated username of the current connection.",
            group: .server, since: "6.0.0", complexity: "O(1)", arity: .exactly(2),
            flags: [.noScript, .loading, .stale])

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            call.reply.bulk(call.session.userName)
        }
    }
}

extension Call {
    /// Refuses more than one argument behind a subcommand's name.
    func checkForm(of container: String) throws(ErrorReply) {
        guard arguments.count <= 3 else {
            throw .badSubcommand(arguments[1].description, of: container)
        }
    }
}
