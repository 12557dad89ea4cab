// SPDX-License-Identifier: Apache-2.0

import Commands
import Testing

/// The rules of the house that a machine can check.
@Suite("Architecture")
struct ArchitectureTests {
    /// What each module may import of ours; arrows point down only.
    static let allowedImports: [String: Set<String>] = [
        "Primitives": ["CPlatform"],
        "Containers": ["Primitives"],
        "RESP": ["Primitives"],
        "Transport": ["Primitives", "CPlatform"],
        "VectorSearch": ["Containers", "Primitives", "CVectorKernels", "COpenBLAS"],
        "Store": ["Containers", "VectorSearch", "Primitives"],
        "Commands": ["RESP", "Store", "VectorSearch", "Containers", "Primitives"],
        "Scripting": ["CLuaBridge", "Commands", "Store", "RESP", "Primitives"],
        "Durability": ["Commands", "Store", "VectorSearch", "RESP", "Primitives"],
        "Server": [
            "Durability", "Scripting", "Commands", "Store", "VectorSearch", "RESP", "Transport",
            "Containers", "Primitives",
        ],
        "engram": ["Server", "Durability"],
    ]

    @Test("imports point down only", arguments: allowedImports.keys.sorted())
    func importGraph(module: String) throws {
        let ours = Set(Self.allowedImports.keys).union([
            "CPlatform", "CVectorKernels", "COpenBLAS", "CLua", "CLuaBridge",
        ])
        let allowed = try #require(Self.allowedImports[module])
        let files = SourceTree.swiftFiles(below: "Sources/\(module)")
        #expect(!files.isEmpty)
        for file in files {
            for imported in imports(of: file) where ours.contains(imported) {
                #expect(allowed.contains(imported), "\(file.path) imports \(imported)")
            }
        }
    }

    @Test("Foundation stays out of everything below the server")
    func noFoundation() {
        for file in SourceTree.swiftFiles(below: "Sources")
        where !file.path.hasPrefix("Sources/Server/") && !file.path.hasPrefix("Sources/engram/") {
            #expect(!imports(of: file).contains("Foundation"), "\(file.path)")
        }
    }

    @Test("no pointer is touched in Commands and Durability")
    func noUnsafe() {
        for folder in ["Sources/Commands", "Sources/Durability"] {
            for file in SourceTree.swiftFiles(below: folder) {
                for line in file.lines
                where (line.contains("unsafe") || line.contains("Unsafe")) && !isComment(line) {
                    #expect(
                        line.firstMatch(of: /\bunsafe\b|Unsafe[A-Z]/) == nil,
                        "\(file.path): \(line)")
                }
            }
        }
    }

    @Test("files stay under 520 lines, lines within 100 columns")
    func fileLength() {
        for folder in ["Sources", "Tests"] {
            for file in SourceTree.swiftFiles(below: folder) {
                #expect(file.lines.count <= 520, "\(file.path) has \(file.lines.count) lines")
                guard folder == "Sources" else { continue }
                for (index, line) in file.lines.enumerated() where line.count > 100 {
                    // A literal or a link cannot be broken.
                    let isLiteral = line.contains("\"") || line.contains("http")
                    #expect(isLiteral, "\(file.path):\(index + 1)")
                }
            }
        }
    }

    @Test("functions stay under 80 lines")
    func functionLength() {
        for file in SourceTree.swiftFiles(below: "Sources") {
            for (name, start, length) in functions(of: file) where length > 80 {
                Issue.record("\(file.path):\(start) \(name) has \(length) lines")
            }
        }
    }

    @Test("every file says its licence; none has a forced try or a fatalError")
    func words() {
        for file in SourceTree.swiftFiles(below: "Sources") {
            #expect(file.lines.first == "// SPDX-License-Identifier: Apache-2.0", "\(file.path)")
            let code = file.lines.filter { !isComment($0) }.joined(separator: "\n")
            #expect(!code.contains("fatalError("), "\(file.path)")
            #expect(!code.contains("try!"), "\(file.path)")
            #expect(!file.text.contains("TODO"), "\(file.path)")
        }
    }

    /// The command types that a file declares.
    private func commands(of file: SourceTree.File) -> [String] {
        file.text.matches(
            of: /(?m)^public enum ([A-Z_.]+): (?:Read|Write|Session|Container|Cluster)Command/
        ).map { String($0.output.1) }
    }

    @Test("a command is a file, a catalogue line and a test file")
    func commandsAreComplete() {
        let catalogued = Set(CommandCatalog.all.map { String(describing: $0) })
        var declared: Set<String> = []
        for file in SourceTree.swiftFiles(below: "Sources/Commands") {
            let names = commands(of: file)
            guard !names.isEmpty else { continue }
            declared.formUnion(names)
            let test =
                file.path.replacing("Sources/Commands/", with: "Tests/CommandsTests/").dropLast(6)
                + "Tests.swift"
            #expect(SourceTree.exists(String(test)), "\(file.path) has no \(test)")
        }
        #expect(declared == catalogued)
    }

    @Test("a command's folder is its group")
    func commandsStandInTheirGroup() {
        let folders: [CommandDeclaration.Group: String] = [
            .generic: "Keys", .string: "Strings", .list: "Lists", .hash: "Hashes",
            .vectorSet: "Vectors", .context: "Contexts", .connection: "Connection",
            .transactions: "Transactions", .server: "Keys", .bitmap: "Bitmaps",
            .hyperLogLog: "HyperLogLogs", .set: "Sets", .sortedSet: "SortedSets", .geo: "Geo",
            .stream: "Streams", .pubSub: "PubSub", .scripting: "Scripting",
            .cluster: "Cluster",
        ]
        var groups: [String: String] = [:]
        for command in CommandCatalog.all {
            groups[String(describing: command)] = folders[command.declaration.group]
        }
        for file in SourceTree.swiftFiles(below: "Sources/Commands") {
            for name in commands(of: file) {
                let folder = file.path.split(separator: "/").dropLast().last.map(String.init)
                let isRight = folder == groups[name] || folder == "Connection"
                #expect(isRight, "\(name) stands in \(file.path)")
            }
        }
    }
}

// MARK: - Reading Swift roughly

extension ArchitectureTests {
    private func isComment(_ line: String) -> Bool {
        line.drop { $0 == " " }.hasPrefix("//")
    }

    private func imports(of file: SourceTree.File) -> [String] {
        // Most lines need no pattern to be told apart.
        file.lines.filter { $0.contains("import ") }.compactMap { line in
            line.firstMatch(
                of: /^\s*(?:@\w+(?:\([^)]*\))? )*(?:public |internal |package )?import (\w+)/
            )
            .map { String($0.output.1) }
        }
    }

    /// Functions and initialisers with the line they begin on and how many they take, by their
    /// indentation: the formatter keeps it honest.
    private func functions(of file: SourceTree.File) -> [(String, Int, Int)] {
        var found: [(String, Int, Int)] = []
        let lines = file.lines
        for (index, line) in lines.enumerated()
        where line.contains("func ") || line.contains("init") {
            guard let match = line.firstMatch(of: /^( *)(?:[a-z]+(?:\(set\))? )*(?:func|init)\b.*/)
            else { continue }
            let closing = match.output.1 + "}"
            guard !line.hasSuffix("}"),
                let end = lines[index...].firstIndex(where: { $0 == closing })
            else { continue }
            found.append((line.drop { $0 == " " }.prefix(60).description, index + 1, end - index))
        }
        return found
    }
}
