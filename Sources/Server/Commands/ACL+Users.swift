// SPDX-License-Identifier: Apache-2.0

import Commands
import Logging
import Primitives
import RESP
import Store

extension ACL {
    enum DELUSER: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "DELUSER",
            summary: "Deletes ACL users, and terminates their connections.",
            group: .server, since: "6.0.0",
            complexity: "O(1) amortized time considering the typical user.", arity: .atLeast(3),
            flags: adminFlags, syntax: "username [username ...]")

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            call.redact(from: 2)
            let names = call.arguments.copies().dropFirst(2)
            guard !names.contains(AccessControl.defaultName) else {
                throw ErrorReply("ERR The 'default' user cannot be removed")
            }
            let caller = try host.client(of: call)
            var removed = 0
            for name in names {
                guard let user = dispatcher.access.remove(name) else { continue }
                removed += 1
                let victims = host.clients.values.filter { $0.session.user === user }
                for victim in victims { dispatcher.deauthenticate(victim.session) }
                host.kill(victims, by: caller, &call)
            }
            call.reply.integer(removed)
        }
    }

    enum GETUSER: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "GETUSER",
            summary: "Lists the ACL rules of a user.",
            group: .server, since: "6.0.0",
            complexity:
                "O(N). Where N is the number of password, command and pattern rules that the user has.",
            arity: .exactly(3), flags: adminFlags, syntax: "username")

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            call.redact(from: 2)
            let name = ByteString(try call.arguments.next())
            guard let user = dispatcher.access.user(named: name) else { return call.reply.null() }
            call.reply.map(6)
            call.reply.bulk("flags")
            call.reply.set(user.flagNames.count)
            for flag in user.flagNames { call.reply.bulk(flag) }
            call.reply.bulk("passwords")
            call.reply.array(user.passwords.count)
            for password in user.passwords { call.reply.bulk(password) }
            let selectors = user.selectors
            write(selectors[0], &call.reply)
            call.reply.bulk("selectors")
            call.reply.array(selectors.count - 1)
            for selector in selectors.dropFirst() {
                call.reply.map(3)
                write(selector, &call.reply)
            }
        }

        private static func write(
            _ selector: (commands: String, keys: ByteString, channels: ByteString),
            _ reply: inout ReplyWriter
        ) {
            reply.bulk("commands")
            reply.bulk(selector.commands)
            reply.bulk("keys")
            reply.bulk(selector.keys)
            reply.bulk("channels")
            reply.bulk(selector.channels)
        }
    }

    enum LIST: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "LIST", summary: "Dumps the effective rules in ACL file format.", group: .server,
            since: "6.0.0", complexity: "O(N). Where N is the number of configured users.",
            arity: .exactly(2), flags: adminFlags)

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            let lines = dispatcher.access.lines
            call.reply.array(lines.count)
            for line in lines { call.reply.bulk(line) }
        }
    }

    enum SETUSER: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "SETUSER",
            summary: "Creates and modifies an ACL user and its rules.",
            group: .server, since: "6.0.0",
            complexity: "O(N). Where N is the number of rules provided.", arity: .atLeast(3),
            flags: adminFlags, syntax: "username [rule ...]")

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            call.redact(from: 2)
            let name = ByteString(try call.arguments.next())
            guard !name.hasSpaces else {
                throw ErrorReply("ERR Usernames can't contain spaces or null characters")
            }
            let rules = Array(call.arguments.copies().dropFirst(3))
            do throws(AccessError) {
                try dispatcher.access.set(name, rules, dispatcher.table)
            } catch {
                throw ErrorReply("ERR " + error.text)
            }
            let caller = try host.client(of: call)
            host.kill(host.forbiddenListeners(dispatcher), by: caller, &call)
            call.reply.ok()
        }
    }

    enum USERS: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "USERS", summary: "Lists all ACL users.", group: .server, since: "6.0.0",
            complexity: "O(N). Where N is the number of configured users.", arity: .exactly(2),
            flags: adminFlags)

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            let users = dispatcher.access.sortedUsers
            call.reply.array(users.count)
            for user in users { call.reply.bulk(user.name) }
        }
    }
}

// MARK: - The file

extension ACL {
    enum LOAD: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "LOAD", summary: "Reloads the rules from the configured ACL file.",
            group: .server, since: "6.0.0",
            complexity: "O(N). Where N is the number of configured users.", arity: .exactly(2),
            flags: adminFlags)

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            let path = try path(host)
            do throws(AccessError) {
                try host.loadUsers(from: path, &dispatcher)
            } catch {
                throw ErrorReply("ERR " + error.text)
            }
            let caller = try host.client(of: call)
            var victims: [Client] = []
            for client in host.clients.values {
                guard let old = client.session.user else { continue }
                if let new = dispatcher.access.user(named: old.name) {
                    client.session.user = new
                } else {
                    dispatcher.deauthenticate(client.session)
                    victims.append(client)
                }
            }
            victims += host.forbiddenListeners(dispatcher)
            host.kill(victims, by: caller, &call)
            call.reply.ok()
        }
    }

    enum SAVE: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "SAVE", summary: "Saves the effective ACL rules in the configured ACL file.",
            group: .server, since: "6.0.0",
            complexity: "O(N). Where N is the number of configured users.", arity: .exactly(2),
            flags: adminFlags)

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            let path = try path(host)
            do {
                try CONFIG.write(dispatcher.access.lines.map(\.description) + [""], to: path)
            } catch {
                host.logger.error("cannot save the users: \(error)")
                throw ErrorReply(
                    "ERR There was an error trying to save the ACLs. Please check the server logs "
                        + "for more information")
            }
            call.reply.ok()
        }
    }

    private static func path(_ host: Host) throws(ErrorReply) -> String {
        let path = host.configuration["aclfile"]
        guard !path.isEmpty else {
            throw ErrorReply(
                "ERR This Redis instance is not configured to use an ACL file. You may want to "
                    + "specify users via the ACL SETUSER command and then issue a CONFIG REWRITE "
                    + "(assuming you have a Redis configuration file set) in order to store users "
                    + "in the Redis configuration.")
        }
        return path
    }
}

extension Host {
    /// The clients that listen to what their users may not listen to any more.
    fileprivate func forbiddenListeners(_ dispatcher: borrowing Dispatcher) -> [Client] {
        var listeners: [Client] = []
        for client in clients.values where !client.session.subscriptions.isEmpty {
            let user = dispatcher.user(of: client.session)
            if !user.allows(client.session.subscriptions) { listeners.append(client) }
        }
        return listeners
    }

    /// Replaces all users by those of a file.
    func loadUsers(
        from path: String, _ dispatcher: inout Dispatcher
    ) throws(AccessError) {
        let text: [UInt8]
        do throws(FileError) {
            text = try File.contents(of: path)
        } catch {
            throw AccessError("Error loading ACLs, opening file '\(path)': \(error.reason)")
        }
        try dispatcher.access.load(ByteString(text), named: path, dispatcher.table)
    }

    /// Makes the users that the configuration and its `aclfile` describe.
    func makeUsers(_ dispatcher: inout Dispatcher) throws(ConfigurationError) {
        let path = configuration["aclfile"]
        guard path.isEmpty || configuration.users.isEmpty else {
            throw ConfigurationError(
                "users stand in the configuration and 'aclfile' names a file: choose one")
        }
        do throws(AccessError) {
            for user in configuration.users {
                let name = ByteString(user.name)
                guard !name.hasSpaces else {
                    throw AccessError("Spaces not allowed in ACL usernames")
                }
                let rules = user.rules.map { ByteString($0) }
                // The default user is there already, and described anew all the same.
                let isDefault = name == AccessControl.defaultName
                try dispatcher.access.set(
                    name, (isDefault ? ["reset"] : []) + rules, dispatcher.table)
            }
            if !path.isEmpty { try loadUsers(from: path, &dispatcher) }
        } catch {
            throw ConfigurationError(error.text)
        }
    }
}
