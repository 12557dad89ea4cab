// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// What COMMAND and the access rules say about a command, derived from its declaration.
extension CommandEntry {
    /// Whether it reads keys, and changes none.
    public var isRead: Bool {
        switch body {
        case .read: return declaration.group != .connection
        case .write: return !flags.isDisjoint(with: [.mayReplicate, .repacks])
        case .session, .host, .container, .help: return false
        }
    }

    /// Redis's names of the flags, in Redis's order.
    public var flagNames: [String] {
        var names = reference?.flags ?? declaredFlagNames
        if hasMovableKeys {
            let place = names.firstIndex(of: "allow_busy") ?? names.count
            names.insert("movablekeys", at: place)
        }
        return names
    }

    private var declaredFlagNames: [String] {
        let named: [(Bool, String)] = [
            (isWrite, "write"), (isRead, "readonly"), (flags.contains(.denyOutOfMemory), "denyoom"),
            (flags.contains(.admin), "admin"), (flags.contains(.noScript), "noscript"),
            (flags.contains(.blocking), "blocking"), (flags.contains(.loading), "loading"),
            (flags.contains(.stale), "stale"), (flags.contains(.skipMonitor), "skip_monitor"),
            (flags.contains(.skipSlowlog), "skip_slowlog"), (flags.contains(.fast), "fast"),
            (flags.contains(.noAuth), "no_auth"), (flags.contains(.noMulti), "no_multi"),
            (flags.contains(.allowBusy), "allow_busy"),
        ]
        return named.filter(\.0).map(\.1)
    }

    /// The ACL categories without their `@`, in Redis's order.
    public var categories: [String] {
        if let reference { return reference.categories }
        let group = declaration.group
        let facts: [(Bool, String)] = [
            ((group == .generic && !body.isContainer) || flags.contains(.keyspace), "keyspace"),
            (isRead, "read"), (isWrite, "write"),
            (group == .list, "list"), (group == .hash, "hash"), (group == .string, "string"),
            (group == .bitmap, "bitmap"), (group == .hyperLogLog, "hyperloglog"),
            (flags.contains(.admin), "admin"),
            (flags.contains(.fast), "fast"), (!flags.contains(.fast), "slow"),
            (flags.contains(.blocking), "blocking"),
            (flags.contains(.dangerous) || flags.contains(.admin), "dangerous"),
            (group == .connection, "connection"), (group == .transactions, "transaction"),
            (group == .scripting, "scripting"),
            (group == .vectorSet, "vectorset"), (group == .context, "context"),
        ]
        return facts.filter(\.0).map(\.1)
    }
}

// MARK: - Keys

extension CommandEntry {
    /// First key, last key (negative: from the end) and step, zeros when they cannot be told: what
    /// clients knew before there were key specs.
    var keyRange: (first: Int, last: Int, step: Int) { legacyRange.range }

    private var hasMovableKeys: Bool {
        flags.contains(.movableKeys) || legacyRange.isPartial
    }

    /// The range that covers the key specs which follow each other, and whether there is more.
    private var legacyRange: (range: (first: Int, last: Int, step: Int), isPartial: Bool) {
        if keySpecs.count == 1, case .index(let first) = keySpecs[0].beginning,
            case .range(let last, let step, _) = keySpecs[0].finding
        {
            let end = last < 0 ? last : first + last
            return ((first, end, step), keySpecs[0].access.contains(.incomplete))
        }
        var range: (first: Int, last: Int)?
        var isPartial = false
        for spec in keySpecs {
            guard case .index(let first) = spec.beginning,
                case .range(let last, let step, _) = spec.finding, step == 1,
                range == nil || range?.last == first - 1
            else {
                isPartial = true
                continue
            }
            if spec.access.contains(.incomplete) { isPartial = true }
            // A negative place counts from the end, so it lies behind all others.
            let end = last < 0 ? last : first + last
            range = (min(range?.first ?? first, first), end)
        }
        guard let range else { return ((0, 0, 0), isPartial) }
        return ((range.first, range.last, 1), isPartial)
    }

    /// Whether the command has keys at all, wherever they stand.
    public var hasKeys: Bool {
        keySpecs.contains { !$0.access.contains(.notKey) }
    }

    /// Whether a request without any key is in order.
    var mayHaveNoKeys: Bool { reference?.flags.contains("no_mandatory_keys") ?? false }

    /// The keys of a request and what happens to them; the command's name is the first word. Nil
    /// when the words do not fit the command.
    public func keys(in words: ArraySlice<Bytes>) -> [KeyReference]? {
        if keySpecs.contains(where: { $0.access.contains(.variable) || $0.isUnknown }) {
            return variableKeys(in: words)
        }
        if fullName == "migrate" { return migratedKeys(in: words) }
        var found: [KeyReference] = []
        for spec in keySpecs where !spec.access.contains(.notKey) {
            guard !spec.access.contains(.incomplete) else { return nil }
            guard let keys = spec.keys(in: words) else { return countedKeys(in: words) }
            found += keys
        }
        return found.isEmpty ? nil : found
    }

    /// The keys of a request whose number of keys the command itself would refuse: Redis finds them
    /// in front of the others, and says nothing of what happens to any.
    private func countedKeys(in words: ArraySlice<Bytes>) -> [KeyReference]? {
        var found: [KeyReference] = []
        for spec in keySpecs.reversed() where !spec.access.contains(.notKey) {
            guard let keys = spec.keys(in: words, leniently: true) else { return nil }
            found += keys.map { KeyReference(index: $0.index, access: []) }
        }
        return found.isEmpty ? nil : found
    }

    /// The keys of MIGRATE: those behind KEYS, or else the one in front of the database.
    private func migratedKeys(in words: ArraySlice<Bytes>) -> [KeyReference]? {
        guard words.count > 5 else { return nil }
        let first = words.startIndex
        let access: KeyAccess = [.readWrite, .access, .delete]
        guard words[first + 3].isEmpty else { return [KeyReference(index: 3, access: access)] }
        var index = 6
        while index < words.count, !words[first + index].equalsIgnoringCase("keys") {
            let word = words[first + index]
            index += word.equalsIgnoringCase("auth") ? 2 : word.equalsIgnoringCase("auth2") ? 3 : 1
        }
        guard index + 1 < words.count else { return nil }
        return (index + 1..<words.count).map { KeyReference(index: $0, access: access) }
    }

    /// The keys of the few commands whose specs do not tell all.
    private func variableKeys(in words: ArraySlice<Bytes>) -> [KeyReference]? {
        guard words.count > 1 else { return nil }
        let first = words.startIndex
        switch fullName {
        case "set":
            let reads = words.dropFirst(3).contains { $0.equalsIgnoringCase("get") }
            return [
                KeyReference(
                    index: 1,
                    access: reads ? [.readWrite, .access, .update] : [.overwrite, .update])
            ]
        case "bitfield":
            let access: KeyAccess =
                Self.onlyReadsBits(words)
                ? [.readOnly, .access] : [.readWrite, .access, .update]
            return [KeyReference(index: 1, access: access)]
        case "sort":
            var target: Int?
            var index = 2
            while index < words.count {
                let word = words[first + index]
                if word.equalsIgnoringCase("limit") {
                    index += 2
                } else if word.equalsIgnoringCase("get") || word.equalsIgnoringCase("by") {
                    index += 1
                } else if word.equalsIgnoringCase("store"), index + 1 < words.count {
                    // The last one counts, as for SORT itself.
                    target = index + 1
                }
                index += 1
            }
            let source = KeyReference(index: 1, access: [.readOnly, .access])
            return [source]
                + (target.map { [KeyReference(index: $0, access: [.overwrite, .update])] } ?? [])
        default:
            // The keys that can be told; what patterns name is not seen.
            return keySpecs.flatMap { $0.keys(in: words) ?? [] }
        }
    }

    /// Whether the operations of a BITFIELD are all GETs.
    private static func onlyReadsBits(_ words: ArraySlice<Bytes>) -> Bool {
        var index = 2
        while index < words.count {
            let word = words[words.startIndex + index]
            let left = words.count - index - 1
            if word.equalsIgnoringCase("get"), left >= 2 {
                index += 3
            } else if word.equalsIgnoringCase("overflow"), left >= 1 {
                index += 2
            } else {
                return false
            }
        }
        return true
    }
}

extension KeySpecification {
    fileprivate var isUnknown: Bool {
        if case .unknown = beginning { true } else { false }
    }
}

extension CommandBody {
    var isContainer: Bool {
        if case .container = self { true } else { false }
    }
}
