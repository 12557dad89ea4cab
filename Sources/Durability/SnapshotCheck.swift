// SPDX-License-Identifier: Apache-2.0

public import Primitives
public import VectorSearch

/// What is in an RDB file, and whether it is sound.
public struct SnapshotCheck: Sendable {
    /// How many values of a kind there are.
    public struct Kind: Sendable, Equatable {
        public var name: String
        public var keys = 0
        /// Whether a server could load them.
        public var isSupported: Bool
    }

    /// A vector set and its graph.
    public struct VectorSetSummary: Sendable, Equatable {
        public var database: Int
        public var key: ByteString
        public var dimensions: Int
        /// Before the projection that REDUCE makes, if there is one.
        public var inputDimensions: Int?
        public var quantization: VectorSetRecord.Quantization
        public var m: Int
        public var metric: VectorMetric
        public var nodes: Int
        /// Elements that end.
        public var expiringNodes: Int
        public var links: Int
        /// Nodes that no walk from the node on the highest layer reaches.
        public var unreachableNodes: Int
    }

    /// A context.
    public struct ContextSummary: Sendable, Equatable {
        public var database: Int
        public var key: ByteString
        public var messages: Int
        public var tokens: UInt64
        public var version: UInt64
    }

    public private(set) var bytes: Int
    /// The version of the format, 0 when it could not be read.
    public private(set) var version = 0
    public private(set) var auxiliary: [(name: ByteString, value: ByteString)] = []
    /// By database and kind.
    public private(set) var kinds: [Int: [Kind]] = [:]
    public private(set) var keys = 0
    public private(set) var expiringKeys = 0
    /// Keys whose time has come at the moment of the check.
    public private(set) var expiredKeys = 0
    /// Hashes with fields that end.
    public private(set) var expiringFieldHashes = 0
    public private(set) var functions = 0
    public private(set) var vectorSets: [VectorSetSummary] = []
    public private(set) var contexts: [ContextSummary] = []
    /// The first fault, or nil: then the file is sound.
    public private(set) var fault: RDBError?

    /// Reads the file at `path` from first to last byte.
    public init(path: String, nowMilliseconds: Int64) throws(FileError) {
        self.init(try File.contents(of: path), nowMilliseconds: nowMilliseconds)
    }

    public init(_ content: [UInt8], nowMilliseconds: Int64) {
        bytes = content.count
        do throws(RDBError) {
            var reader = try RDBReader(content)
            version = reader.version
            var seen: [Int: Set<ByteString>] = [:]
            while let item = try reader.next() {
                if case .key(let key) = item,
                    !seen[key.database, default: []].insert(key.key).inserted
                {
                    throw RDBError(
                        .malformed, offset: key.offset, "the key '\(key.key)' stands twice")
                }
                if case .key(let key) = item { try key.value.checkContent(key.valueOffset) }
                add(item, nowMilliseconds)
            }
        } catch {
            fault = error
        }
    }

    /// Whether every byte is what the format says.
    public var isSound: Bool { fault == nil }

    private mutating func add(_ item: RDBItem, _ nowMilliseconds: Int64) {
        switch item {
        case .auxiliary(let name, let value): auxiliary.append((name, value))
        case .function: functions += 1
        case .moduleAuxiliary: break
        case .key(let key):
            keys += 1
            if let expiry = key.expiryMilliseconds {
                expiringKeys += 1
                if expiry < nowMilliseconds { expiredKeys += 1 }
            }
            count(key)
            describe(key)
        }
    }

    private mutating func count(_ key: RDBKey) {
        let name = key.value.plural
        var kinds = kinds[key.database] ?? []
        let index: Int
        if let found = kinds.firstIndex(where: { $0.name == name }) {
            index = found
        } else {
            index = kinds.count
            kinds.append(Kind(name: name, isSupported: key.value.isSupported))
        }
        kinds[index].keys += 1
        self.kinds[key.database] = kinds
    }

    private mutating func describe(_ key: RDBKey) {
        switch key.value {
        case .hash(let fields):
            if fields.contains(where: { $0.expiryMilliseconds != 0 }) { expiringFieldHashes += 1 }
        case .vectorSet(let set):
            vectorSets.append(
                VectorSetSummary(
                    database: key.database, key: key.key, dimensions: set.dimensions,
                    inputDimensions: set.projection?.inputDimensions,
                    quantization: set.quantization, m: set.m, metric: set.metric,
                    nodes: set.nodes.count,
                    expiringNodes: set.nodes.count { $0.expiryMilliseconds != 0 },
                    links: set.nodes.reduce(0) { $0 + $1.layers.reduce(0) { $0 + $1.links.count } },
                    unreachableNodes: set.unreachableNodeCount()))
        case .context(let context):
            contexts.append(
                ContextSummary(
                    database: key.database, key: key.key, messages: context.messages.count,
                    tokens: context.messages.reduce(0) { $0 &+ $1.tokens },
                    version: context.version))
        case .string, .list, .set, .sortedSet, .stream, .module: break
        }
    }
}

extension SnapshotCheck {
    /// The report as text, a line each.
    public func lines(path: String) -> [String] {
        var lines = ["\(path): \(bytes) bytes" + (version > 0 ? ", RDB version \(version)" : "")]
        for (name, value) in auxiliary { lines.append("  \(name): \(value)") }
        lines.append(
            "  \(keys) keys, \(expiringKeys) with an expiry, \(expiredKeys) of them expired; "
                + "\(expiringFieldHashes) hashes with fields that expire")
        for (database, kinds) in kinds.sorted(by: { $0.key < $1.key }) {
            for kind in kinds.sorted(by: { $0.name < $1.name }) {
                lines.append(
                    "  database \(database): \(kind.keys) \(kind.name)"
                        + (kind.isSupported ? "" : " (cannot be loaded yet)"))
            }
        }
        if functions > 0 {
            lines.append("  \(functions) libraries of functions")
        }
        for set in vectorSets {
            let input = set.inputDimensions.map { " projected from \($0)" } ?? ""
            let metric = set.metric == .cosine ? "" : ", metric \(set.metric.name)"
            let expiring = set.expiringNodes > 0 ? " (\(set.expiringNodes) with an expiry)" : ""
            lines.append(
                "  vector set '\(set.key)' in database \(set.database): \(set.nodes) elements"
                    + "\(expiring) of "
                    + "\(set.dimensions) dimensions\(input), \(set.quantization.label), M \(set.m)\(metric), "
                    + "\(set.links) links, \(set.unreachableNodes) nodes out of reach")
        }
        for context in contexts {
            lines.append(
                "  context '\(context.key)' in database \(context.database): \(context.messages) "
                    + "messages, \(context.tokens) tokens, version \(context.version)")
        }
        lines.append(fault.map { "  NOT SOUND: \($0)" } ?? "  sound")
        return lines
    }
}

extension VectorSetRecord.Quantization {
    /// The name that the options of VADD and of `engram rebuild` have.
    public var label: String {
        switch self {
        case .none: "f32"
        case .int8: "q8"
        case .binary: "bin"
        case .half: "f16"
        }
    }
}

extension VectorSetRecord {
    /// Nodes that a walk over the lowest layer from a node of the highest does not reach. O(links).
    func unreachableNodeCount() -> Int {
        guard let start = nodes.indices.max(by: { nodes[$0].layers.count < nodes[$1].layers.count })
        else { return 0 }
        var indexes: [UInt64: Int] = [:]
        for (index, node) in nodes.enumerated() { indexes[node.identifier] = index }
        var isSeen = [Bool](repeating: false, count: nodes.count)
        isSeen[start] = true
        var waiting = [start]
        var reached = 1
        while let index = waiting.popLast() {
            for link in nodes[index].layers[0].links {
                guard let next = indexes[link], !isSeen[next] else { continue }
                isSeen[next] = true
                reached += 1
                waiting.append(next)
            }
        }
        return nodes.count - reached
    }
}
