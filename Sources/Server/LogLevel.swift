// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import Synchronization

/// What is logged, changeable while the server runs.
enum LogLevel {
    static let current = Mutex<Logger.Level>(.notice)

    /// Redis's words for it.
    static func level(named name: String) -> Logger.Level {
        switch name {
        case "debug": .debug
        case "verbose": .info
        case "warning": .warning
        case "nothing": .critical
        default: .notice
        }
    }
}

/// Writes a line per message to a file, or to the standard error.
struct LineLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level {
        get { LogLevel.current.withLock { $0 } }
        set { LogLevel.current.withLock { $0 = newValue } }
    }
    private let file: FileHandle

    init(path: String) throws(ConfigurationError) {
        guard !path.isEmpty else {
            file = .standardError
            return
        }
        let files = FileManager.default
        if !files.fileExists(atPath: path) { _ = files.createFile(atPath: path, contents: nil) }
        guard let handle = FileHandle(forWritingAtPath: path) else {
            throw ConfigurationError("cannot write the log file '\(path)'")
        }
        _ = try? handle.seekToEnd()
        file = handle
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let time = Date().formatted(.iso8601.dateTimeSeparator(.space))
        let line = "\(time) \(event.level) \(event.message)\n"
        try? file.write(contentsOf: Data(line.utf8))
    }
}
