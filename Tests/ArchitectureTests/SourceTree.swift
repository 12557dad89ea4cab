// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The package's own files, read as text.
enum SourceTree {
    struct File {
        /// From the package's root on.
        let path: String
        let text: String
        let lines: [String]

        init(path: String, text: String) {
            self.path = path
            self.text = text
            lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        }

        /// The file's name without its ending.
        var name: String {
            path.split(separator: "/").last.map { String($0.dropLast(6)) } ?? path
        }
    }

    static let root: URL = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// All Swift files below a folder.
    static func swiftFiles(below folder: String) -> [File] {
        let start = root.appending(path: folder)
        guard
            let walker = FileManager.default.enumerator(at: start, includingPropertiesForKeys: nil)
        else { return [] }
        return walker.compactMap { item in
            guard let url = item as? URL, url.pathExtension == "swift",
                let text = try? String(contentsOf: url, encoding: .utf8)
            else { return nil }
            return File(path: String(url.path.dropFirst(root.path.count + 1)), text: text)
        }.sorted { $0.path < $1.path }
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }
}
