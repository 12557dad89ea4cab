// SPDX-License-Identifier: Apache-2.0

import RESP

/// What COMMAND and the access rules say about a command, derived from its declaration.
extension CommandEntry {
    /// Whether it reads keys, and changes none.
    public var isRead: Bool {
        guard case .read = body else { return false }
        return declaration.group != .connection
    }

    /// Redis's names of the flags, in Redis's order.
    public var flagNames: [String] {
        var names: [String] = []
        if isWrite { names.append("write") }
        if isRead { names.append("readonly") }
        let named: [(CommandDeclaration.Flags, String)] = [
            (.denyOutOfMemory, "denyoom"), (.admin, "admin"), (.noScript, "noscript"),
            (.blocking, "blocking"), (.loading, "loading"), (.stale, "stale"),
            (.skipMonitor, "skip_monitor"), (.skipSlowlog, "skip_slowlog"), (.fast, "fast"),
            (.noAuth, "no_auth"), (.noMulti, "no_multi"),
        ]
        names += named.filter { flags.contains($0.0) }.map(\.1)
        if hasMovableKeys { names.append("movablekeys") }
        if flags.contains(.allowBusy) { names.append("allow_busy") }
        return names
    }

    private var hasMovableKeys: Bool {
        if flags.contains(.movableKeys) { return true }
        return declaration.keys.contains { spec in
            switch spec {
            case .range: false
            case .counted, .keyword: true
            }
        }
    }

    /// The ACL categories with their `@`, in Redis's order.
    public var categories: [String] {
        let group = declaration.group
        let isContainer = !subcommands.isEmpty && body.isContainer
        let facts: [(Bool, String)] = [
            ((group == .generic && !isContainer) || flags.contains(.keyspace), "@keyspace"),
            (isRead, "@read"), (isWrite, "@write"),
            (group == .list, "@list"), (group == .hash, "@hash"), (group == .string, "@string"),
            (flags.contains(.admin), "@admin"),
            (flags.contains(.fast), "@fast"), (!flags.contains(.fast), "@slow"),
            (flags.contains(.blocking), "@blocking"),
            (flags.contains(.dangerous) || flags.contains(.admin), "@dangerous"),
            (group == .connection || fullName.hasPrefix("command"), "@connection"),
            (group == .transactions, "@transaction"),
            (group == .vectorSet, "@vectorset"), (group == .context, "@context"),
        ]
        return facts.filter(\.0).map(\.1)
    }

    /// First key, last key (negative: from the end) and step, zeros when they cannot be told.
    var keyRange: (first: Int, last: Int, step: Int) {
        for spec in declaration.keys {
            if case .range(let first, let last, let step) = spec { return (first, last, step) }
        }
        return (0, 0, 0)
    }

    /// The indexes of the keys among the arguments of a request; nil when they do not fit it.
    public func keyIndexes(in arguments: [String]) -> [Int]? {
        var indexes: [Int] = []
        let count = arguments.count
        for spec in declaration.keys {
            let found: [Int]?
            switch spec {
            case .range(let first, let last, let step):
                let end = last < 0 ? count + last : last
                found =
                    end < count && first <= end && step > 0
                    ? Array(stride(from: first, through: end, by: step)) : nil
            case .counted(let place, let first):
                found = Self.run(count: place < count ? Int(arguments[place]) : nil, first, count)
            case .keyword(let word, let from, let keys):
                // Of an option that stands twice the last counts.
                let place = arguments.indices.dropFirst(max(0, from)).last {
                    arguments[$0].uppercased() == word.uppercased()
                }
                // Without its keyword the spec says nothing of this request.
                guard let place else { continue }
                found = Self.run(count: keys, place + 1, count)
            }
            guard let found else { return nil }
            indexes += found
        }
        return indexes.isEmpty ? nil : indexes
    }

    private static func run(count: Int?, _ first: Int, _ total: Int) -> [Int]? {
        guard let count, count > 0, first < total, count <= total - first else { return nil }
        return Array(first..<(first + count))
    }
}

extension CommandBody {
    var isContainer: Bool {
        if case .container = self { true } else { false }
    }
}
