// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Server

/// `engram serve`: runs the server until it is told to end.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the server.",
        usage: "engram serve [CONFIG-FILE] [--KEY VALUE ...]")

    @Argument(
        parsing: .captureForPassthrough,
        help: "A configuration file, and configuration keys as --key value.")
    var words: [String] = []

    func run() async throws {
        if words.contains("--help") || words.contains("-h") {
            throw CleanExit.helpRequest(self)
        }
        do {
            let configuration = try Configuration(commandLine: words)
            try await EngramServer(configuration: configuration).serve()
        } catch {
            throw ValidationError("\(error)")
        }
    }
}
