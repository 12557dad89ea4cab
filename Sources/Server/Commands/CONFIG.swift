// SPDX-License-Identifier: Apache-2.0

import Commands
import Foundation
import Primitives
import RESP
import Store

/// Reads and changes the configuration while the server runs.
enum CONFIG: ContainerCommand {
    static let declaration = CommandDeclaration(
        name: "CONFIG",
        summary: "A container for server configuration commands.",
        group: .server,
        since: "2.0.0",
        complexity: "Depends on subcommand.",
        arity: .atLeast(2)
    )

    static let help = [
        "GET <pattern>",
        "    Return parameters matching the glob-like <pattern> and their values.",
        "SET <directive> <value>",
        "    Set the configuration <directive> to <value>.",
        "RESETSTAT",
        "    Reset statistics reported by the INFO command.",
        "REWRITE",
        "    Rewrite the configuration file.",
    ]

    static let subcommands: [any Command.Type] = [
        GET.self, RESETSTAT.self, REWRITE.self, SET.self,
    ]

    /// The names, older ones included, that match a pattern; a plain name is matched as it is.
    static func keys(matching pattern: Bytes) -> [(String, ConfigurationKey)] {
        if GlobPattern.isLiteral(pattern) {
            let name = pattern.description.lowercased()
            return ConfigurationKey.named(name).map { [(name, $0)] } ?? []
        }
        let named = ConfigurationKey.all.values.filter { !$0.isHidden }.flatMap { key in
            [(key.name, key)] + (key.alias.map { [($0, key)] } ?? [])
        }
        return named.filter { name, _ in
            ByteString(name).withBytes { GlobPattern.matches($0, pattern, ignoringCase: true) }
        }
    }

    static func check(
        _ key: ConfigurationKey, isRepeated: Bool, _ host: Host
    ) throws(ConfigurationError) {
        if isRepeated { throw ConfigurationError("duplicate parameter") }
        switch key.change {
        case .atAnyTime: break
        case .listening: break
        case .atStartOnly: throw ConfigurationError("can't set immutable config")
        case .whenUnprotected:
            guard host.configuration["enable-protected-configs"] != "no" else {
                throw ConfigurationError("can't set protected config")
            }
        }
    }

    /// Replaces a file by these lines, whole or not at all.
    static func write(_ lines: [String], to path: String) throws {
        let text = Data(lines.joined(separator: "\n").utf8)
        try text.write(to: URL(filePath: path), options: .atomic)
    }
}

extension CONFIG {
    enum GET: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "GET",
            summary: "Returns the effective values of configuration parameters.",
            group: .server, since: "2.0.0",
            complexity: "O(N) when N is the number of configuration parameters provided",
            arity: .atLeast(3),
            flags: [.admin, .dangerous, .noScript, .loading, .stale],
            syntax: "parameter:pattern [parameter ...]")

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            var found: [String: String] = [:]
            while call.arguments.hasMore {
                let pattern = try call.arguments.next()
                for (name, key) in CONFIG.keys(matching: pattern) {
                    found[name] = key.shown(host.configuration[key.name])
                }
            }
            call.reply.map(found.count)
            for (name, value) in found.sorted(by: { $0.key < $1.key }) {
                call.reply.bulk(name)
                call.reply.bulk(value)
            }
        }
    }

    enum RESETSTAT: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "RESETSTAT",
            summary: "Resets the server's statistics.",
            group: .server, since: "2.0.0", complexity: "O(1)", arity: .exactly(2),
            flags: [.admin, .dangerous, .noScript, .loading, .stale])

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            host.statistics.reset()
            host.memory.resetStatistics()
            Reaper.resetStatistics()
            keyspace.statistics.reset()
            dispatcher.resetStatistics()
            call.reply.ok()
        }
    }

    enum REWRITE: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "REWRITE",
            summary: "Persists the effective configuration to file.",
            group: .server, since: "2.8.0", complexity: "O(1)", arity: .exactly(2),
            flags: [.admin, .dangerous, .noScript, .loading, .stale])

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            guard let path = host.configuration.path else {
                throw ErrorReply("ERR The server is running without a config file")
            }
            do {
                let hasFile = !host.configuration["aclfile"].isEmpty
                let users = hasFile ? [] : dispatcher.access.lines.map(\.description)
                let lines = try host.configuration.rewritten(
                    try Configuration.lines(of: path), users: users)
                try CONFIG.write(lines, to: path)
            } catch {
                throw ErrorReply("ERR Rewriting config file: \(error)")
            }
            call.reply.ok()
        }
    }

    enum SET: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "SET",
            summary: "Sets configuration parameters in-flight.",
            group: .server, since: "2.0.0",
            complexity: "O(N) when N is the number of configuration parameters provided",
            arity: .atLeast(4),
            flags: [.admin, .dangerous, .noScript, .loading, .stale],
            syntax: "parameter value [parameter value ...]")

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            guard call.arguments.remaining.isMultiple(of: 2) else { throw .syntax }
            let parameters = try parameters(&call, host)
            var changed = host.configuration
            for (name, key, value) in parameters {
                do throws(ConfigurationError) {
                    try changed.set(key, [value])
                    if case .listening(let text) = key.change,
                        changed[key.name] != host.configuration[key.name]
                    {
                        throw ConfigurationError(text)
                    }
                } catch {
                    throw failure(name, error)
                }
            }
            host.configuration = changed
            host.applyConfiguration(&keyspace, &dispatcher)
            call.reply.ok()
        }

        /// All names are looked at before the first value is.
        private static func parameters(
            _ call: inout Call, _ host: Host
        ) throws(ErrorReply) -> [(name: String, key: ConfigurationKey, value: String)] {
            var parameters: [(name: String, key: ConfigurationKey, value: String)] = []
            var seen: Set<String> = []
            while call.arguments.hasMore {
                let given = try call.arguments.next()
                let (name, place) = (given.description, call.arguments.position)
                if ConfigurationKey.secrets.contains(name.lowercased()) { call.redact(place) }
                let value = try call.arguments.next().description
                guard let key = ConfigurationKey.named(name) else {
                    throw ErrorReply(
                        "ERR Unknown option or number of arguments for CONFIG SET - '", given, "'")
                }
                do throws(ConfigurationError) {
                    try CONFIG.check(key, isRepeated: !seen.insert(key.name).inserted, host)
                } catch {
                    throw failure(name, error)
                }
                parameters.append((name, key, value))
            }
            return parameters
        }

        private static func failure(_ name: String, _ error: ConfigurationError) -> ErrorReply {
            ErrorReply("ERR CONFIG SET failed (possibly related to argument '\(name)') - \(error)")
        }
    }
}
