// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Durability
import Foundation

/// `engram rebuild`: rebuilds the graphs of vector sets in a snapshot.
struct Rebuild: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Rebuilds the graphs of vector sets in a snapshot, with no server running.",
        discussion: """
            Everything else in the file stays as it is. The new file takes the place of the old \
            one at once; until then the old one is untouched, whatever happens.
            """)

    @Option(help: "The directory of the snapshot.")
    var dir: String

    @Option(name: .customLong("dbfilename"), help: "The name of the snapshot.")
    var fileName = "dump.rdb"

    @Option(help: "Only sets whose key matches this glob.")
    var key: String?

    @Option(help: "Links of a node (4-4096); without it each set keeps its own.")
    var m: Int?

    @Option(help: "How many candidates a new node's links are chosen from.")
    var efConstruction = 200

    @Option(help: "How vectors are stored: q8, bin, f16 or f32; without it each set keeps its own.")
    var quantization: String?

    @Option(help: "Threads; without it as many as there are cores.")
    var threads: Int?

    @Flag(help: "Read the new file back, and keep the old one if recall has become worse.")
    var verify = false

    func validate() throws {
        if let m, !IndexRebuild.mRange.contains(m) {
            throw ValidationError("--m must be between 4 and 4096")
        }
        guard (1...1_000_000).contains(efConstruction) else {
            throw ValidationError("--ef-construction must be between 1 and 1000000")
        }
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads must be between 1 and 1024")
        }
        var options = IndexRebuild.Options()
        if let quantization, !options.setQuantization(named: quantization) {
            throw ValidationError("--quantization must be q8, bin, f16 or f32")
        }
    }

    func run() throws {
        var options = IndexRebuild.Options()
        if let key { options.select(key) }
        options.m = m
        options.efConstruction = efConstruction
        if let quantization { _ = options.setQuantization(named: quantization) }
        options.threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
        options.verifies = verify
        let rebuild = IndexRebuild(options) { progress in
            let percent = progress.total == 0 ? 100 : progress.done * 100 / progress.total
            FileHandle.standardError.write(
                Data("\r\(progress.key): \(progress.done) of \(progress.total) (\(percent) %)".utf8)
            )
            return true
        }
        do {
            let reports = try rebuild.run(dir + "/" + fileName)
            FileHandle.standardError.write(Data("\n".utf8))
            if reports.isEmpty { print("no vector set matches: the file stays as it is") }
            for report in reports { print(Self.line(report)) }
        } catch {
            FileHandle.standardError.write(Data("\n\(error)\n".utf8))
            throw ExitCode(1)
        }
    }

    private static func line(_ report: IndexRebuild.SetReport) -> String {
        let before = report.recallBefore.map { String(format: "%.4f", $0) } ?? "none"
        let after = String(format: "%.4f", report.recallAfter)
        return "\(report.key) (database \(report.database)): \(report.nodes) elements, "
            + "\(report.quantization), M \(report.m), recall@10 \(before) -> \(after)"
    }
}
