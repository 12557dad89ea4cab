// SPDX-License-Identifier: Apache-2.0

import Scripting
import TestSupport

extension TestDatabase {
    /// A database that runs scripts.
    static func withScripts(protocolVersion: Int = 2) -> TestDatabase {
        let database = TestDatabase(
            protocolVersion: protocolVersion,
            commands: CommandCatalog.all + ScriptingCommandCatalog.all + [FunctionContainer.self])
        database.dispatcher.scripts = ScriptEngine(memoryLimitBytes: 64 << 20)
        return database
    }

    /// The reply to a script.
    @discardableResult
    func eval(_ script: String, keys: [String] = [], arguments: [String] = []) -> Reply {
        let words = ["EVAL", script, String(keys.count)] + keys + arguments
        return self(words.map { ByteString($0) })
    }
}

/// FUNCTION without what needs the file format, which stands in Server.
enum FunctionContainer: ContainerCommand {
    static let declaration = CommandDeclaration(
        name: "FUNCTION", summary: "A container for function commands.", group: .scripting,
        since: "7.0.0", complexity: "Depends on subcommand.", arity: .atLeast(2))
    static let subcommands: [any Command.Type] = FUNCTION.subcommands
    static let help: [String] = []
}
