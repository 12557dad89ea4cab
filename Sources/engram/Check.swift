// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Durability
import Foundation

/// `engram check`: says what is in a snapshot and whether it is sound.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what is in snapshot files, and whether they are sound.",
        discussion: "Ends with status 1 if a file is missing or not sound.")

    @Argument(help: "RDB files, of Engram or of Redis.")
    var files: [String]

    func run() throws {
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        var isSound = true
        for path in files {
            do {
                let check = try SnapshotCheck(path: path, nowMilliseconds: now)
                print(check.lines(path: path).joined(separator: "\n"))
                isSound = isSound && check.isSound
            } catch {
                print("\(path): \(error)")
                isSound = false
            }
        }
        if !isSound { throw ExitCode(1) }
    }
}
