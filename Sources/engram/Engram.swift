// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Server

@main
struct Engram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engram",
        abstract: "A memory server for AI agents that speaks the Redis protocol.",
        version: EngramVersion.description,
        subcommands: [Serve.self, Rebuild.self, Check.self]
    )
}
