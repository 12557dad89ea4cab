// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// One set of permissions: commands, keys and channels. A request is allowed when one selector of
/// the user allows all of it.
struct AccessSelector {
    struct KeyPattern {
        var pattern: ByteString
        var mayRead: Bool
        var mayWrite: Bool

        /// As a rule.
        var text: ByteString {
            let mark = mayRead && mayWrite ? "~" : mayRead ? "%R~" : "%W~"
            return ByteString(Array(mark.utf8) + pattern.array)
        }
    }

    private(set) var allowsAllKeys = false
    private(set) var allowsAllChannels = false
    /// Cleared by the first command that is taken away.
    private(set) var allowsAllCommands = false
    /// Whether it began with `+@all`, so that its rules subtract.
    private(set) var beginsWithAll = false
    /// A bit for every command's ``CommandEntry/accessIndex``.
    private var commands: [UInt64] = []
    /// For a command that is not allowed: first arguments with which it is.
    private var firstArguments: [Int: [ByteString]] = [:]
    private(set) var keyPatterns: [KeyPattern] = []
    private(set) var channels: [ByteString] = []
    /// The rules about commands and categories in their order, as `+get`.
    private(set) var commandRules: [String] = []

    init(allowsAllChannels: Bool) {
        self.allowsAllChannels = allowsAllChannels
    }

    /// Whether it allows everything there is.
    var isUnlimited: Bool { allowsAllCommands && allowsAllKeys && allowsAllChannels }
}

// MARK: - Rules

extension AccessSelector {
    /// Applies one rule as `+get`, `~key:*` or `allchannels`.
    mutating func apply(_ rule: Bytes, _ table: borrowing CommandTable) throws(AccessRuleError) {
        if applyWord(rule, table) { return }
        guard !rule.isEmpty else { throw .syntax }
        let rest = rule.dropping(1)
        switch (rule[0], rest.isEmpty ? 0 : rest[0]) {
        case (UInt8(ascii: "~"), _), (UInt8(ascii: "%"), _): try addKeys(rule)
        case (UInt8(ascii: "&"), _): try addChannel(rest)
        case (UInt8(ascii: "+"), UInt8(ascii: "@")):
            try setCategory(rest.dropping(1), true, table)
        case (UInt8(ascii: "-"), UInt8(ascii: "@")):
            try setCategory(rest.dropping(1), false, table)
        case (UInt8(ascii: "+"), _): try allow(rest, table)
        case (UInt8(ascii: "-"), _):
            guard let entry = table.find(accessName: rest) else { throw .unknownCommand }
            set(entry, false)
            note(entry.fullName, false)
        default: throw .syntax
        }
    }

    /// Applies a rule that is one of the fixed words.
    private mutating func applyWord(_ rule: Bytes, _ table: borrowing CommandTable) -> Bool {
        if rule.equalsIgnoringCase("allkeys") || rule == "~*" {
            allowsAllKeys = true
            keyPatterns = []
        } else if rule.equalsIgnoringCase("resetkeys") {
            allowsAllKeys = false
            keyPatterns = []
        } else if rule.equalsIgnoringCase("allchannels") || rule == "&*" {
            allowsAllChannels = true
            channels = []
        } else if rule.equalsIgnoringCase("resetchannels") {
            allowsAllChannels = false
            channels = []
        } else if rule.equalsIgnoringCase("allcommands") || rule.equalsIgnoringCase("+@all") {
            setAll(true, table)
        } else if rule.equalsIgnoringCase("nocommands") || rule.equalsIgnoringCase("-@all") {
            setAll(false, table)
        } else {
            return false
        }
        return true
    }

    private mutating func setAll(_ allowed: Bool, _ table: borrowing CommandTable) {
        let count = table.accessCount / 64 + 1
        commands = Array(repeating: allowed ? .max : 0, count: count)
        allowsAllCommands = allowed
        beginsWithAll = allowed
        commandRules = []
        firstArguments = [:]
    }

    private mutating func addKeys(_ rule: Bytes) throws(AccessRuleError) {
        guard !allowsAllKeys else { throw .needlessKeyPattern }
        var new = KeyPattern(pattern: ByteString(), mayRead: false, mayWrite: false)
        var start = 1
        if rule[0] == UInt8(ascii: "~") {
            (new.mayRead, new.mayWrite) = (true, true)
        } else {
            while start < rule.count, rule[start] != UInt8(ascii: "~") {
                switch rule[start].lowercasedASCII {
                case UInt8(ascii: "r") where !new.mayRead: new.mayRead = true
                case UInt8(ascii: "w") where !new.mayWrite: new.mayWrite = true
                default: throw .syntax
                }
                start += 1
            }
            guard start < rule.count || new.mayRead || new.mayWrite else { throw .syntax }
            guard new.mayRead || new.mayWrite else { throw .syntax }
            start = min(start + 1, rule.count)
        }
        let pattern = rule.dropping(start)
        guard !pattern.hasSpaces else { throw .syntax }
        new.pattern = ByteString(pattern)
        if let index = keyPatterns.firstIndex(where: { $0.pattern == new.pattern }) {
            if new.mayRead { keyPatterns[index].mayRead = true }
            if new.mayWrite { keyPatterns[index].mayWrite = true }
        } else {
            keyPatterns.append(new)
        }
    }

    private mutating func addChannel(_ pattern: Bytes) throws(AccessRuleError) {
        guard !allowsAllChannels else { throw .needlessChannelPattern }
        guard !pattern.hasSpaces else { throw .syntax }
        let new = ByteString(pattern)
        if !channels.contains(new) { channels.append(new) }
    }

    private mutating func allow(
        _ name: Bytes, _ table: borrowing CommandTable
    ) throws(AccessRuleError) {
        guard let bar = name.lastIndex(of: UInt8(ascii: "|")) else {
            guard let entry = table.find(accessName: name) else { throw .unknownCommand }
            set(entry, true)
            return note(entry.fullName, true)
        }
        guard let entry = table.find(accessName: name[0..<bar]) else { throw .unknownCommand }
        guard entry.containerName == nil else { throw .argumentOfSubcommand }
        let argument = name.dropping(bar + 1)
        guard !argument.isEmpty else { throw .syntax }
        if entry.subcommands.isEmpty {
            let new = ByteString(argument)
            let known = firstArguments[entry.accessIndex] ?? []
            if !known.contains(where: { $0.withBytes { $0.equalsIgnoringCase(argument) } }) {
                firstArguments[entry.accessIndex] = known + [new]
            }
        } else {
            guard let subcommand = table.find(argument, of: entry) else { throw .unknownCommand }
            set(subcommand, true)
        }
        note(name.description, true)
    }

    private mutating func setCategory(
        _ name: Bytes, _ allowed: Bool, _ table: borrowing CommandTable
    ) throws(AccessRuleError) {
        let category = name.description.lowercased()
        guard AccessCategories.names(in: table).contains(category) else { throw .unknownCommand }
        note("@" + category, allowed)
        for entry in table.allEntries {
            if entry.categories.contains(category) { set(entry, allowed) }
            for subcommand in entry.subcommands where subcommand.categories.contains(category) {
                set(subcommand, allowed)
            }
        }
    }

    /// Allows or denies a command and all its subcommands.
    private mutating func set(_ entry: CommandEntry, _ allowed: Bool) {
        firstArguments[entry.accessIndex] = nil
        for one in [entry] + entry.subcommands {
            let word = one.accessIndex / 64
            while commands.count <= word { commands.append(0) }
            let bit: UInt64 = 1 << UInt64(one.accessIndex % 64)
            if allowed { commands[word] |= bit } else { commands[word] &= ~bit }
        }
        if !allowed { allowsAllCommands = false }
    }

    /// Keeps a rule in its place, and forgets those that it makes void: the same, and those about
    /// its subcommands.
    private mutating func note(_ rule: String, _ allowed: Bool) {
        let name = rule.lowercased()
        commandRules.removeAll { $0.dropFirst() == name || $0.dropFirst().hasPrefix(name + "|") }
        commandRules.append((allowed ? "+" : "-") + name)
    }
}

// MARK: - Checks

extension AccessSelector {
    /// What in a request it denies; nil when it allows all of it.
    func denial(of request: AccessRequest) -> AccessDenial? {
        let entry = request.entry
        if !allowsAllCommands, !entry.flags.contains(.noAuth), !allows(entry, request.words) {
            return .command
        }
        if !allowsAllKeys {
            for key in request.keys
            where !allows(request.words[request.words.startIndex + key.index], key.access) {
                return .key(key.index)
            }
        }
        if !allowsAllChannels {
            for channel in request.channels
            where !allowsChannel(
                request.words[request.words.startIndex + channel.index], channel.isPattern)
            {
                return .channel(channel.index)
            }
        }
        return nil
    }

    private func allows(_ entry: CommandEntry, _ words: ArraySlice<Bytes>) -> Bool {
        let word = entry.accessIndex / 64
        if word < commands.count, commands[word] >> UInt64(entry.accessIndex % 64) & 1 == 1 {
            return true
        }
        guard let allowed = firstArguments[entry.accessIndex], words.count > 1 else { return false }
        let argument = words[words.startIndex + 1]
        return allowed.contains { $0.withBytes { $0.equalsIgnoringCase(argument) } }
    }

    /// Whether a key may be accessed so.
    func allows(_ key: Bytes, _ access: KeyAccess) -> Bool {
        allowsAllKeys
            || keyPatterns.contains { pattern in
                if access.needsReading, !pattern.mayRead { return false }
                if access.needsWriting, !pattern.mayWrite { return false }
                return pattern.pattern.withBytes { GlobPattern.matches(key, $0) }
            }
    }

    /// Whether every key may be read, so that patterns may name any.
    var readsEverything: Bool {
        allowsAllKeys || keyPatterns.contains { $0.mayRead && $0.pattern == "*" }
    }

    /// A pattern of channels must be allowed word by word, a channel must match.
    func allowsChannel(_ channel: Bytes, _ isPattern: Bool) -> Bool {
        allowsAllChannels
            || channels.contains { allowed in
                allowed.withBytes { isPattern ? $0 == channel : GlobPattern.matches(channel, $0) }
            }
    }
}

// MARK: - Descriptions

extension AccessSelector {
    /// As `-@all +get`.
    var commandsText: String {
        ([beginsWithAll ? "+@all" : "-@all"] + commandRules).joined(separator: " ")
    }

    /// As `~a* %R~b*`.
    var keysText: ByteString {
        allowsAllKeys ? "~*" : ByteString(Self.joined(keyPatterns.map(\.text.array)))
    }

    /// As `&a* &b`.
    var channelsText: ByteString {
        guard !allowsAllChannels else { return "&*" }
        return ByteString(Self.joined(channels.map { [UInt8(ascii: "&")] + $0.array }))
    }

    /// All rules that make it, as ACL LIST shows them.
    var text: ByteString {
        let channelRules = allowsAllChannels ? [] : [Array("resetchannels".utf8)]
        let parts =
            [keysText.array] + channelRules + [channelsText.array, Array(commandsText.utf8)]
        return ByteString(Self.joined(parts.filter { !$0.isEmpty }))
    }

    private static func joined(_ words: [[UInt8]]) -> [UInt8] {
        Array(words.joined(separator: [UInt8(ascii: " ")]))
    }
}

/// A request whose permissions are asked for, with what is found in its words.
struct AccessRequest {
    struct Channel {
        let index: Int
        let isPattern: Bool
    }

    let entry: CommandEntry
    /// The words, the command's name first.
    let words: ArraySlice<Bytes>
    let keys: [KeyReference]
    let channels: [Channel]

    init(_ entry: CommandEntry, _ words: ArraySlice<Bytes>) {
        self.entry = entry
        self.words = words
        keys = entry.hasKeys ? entry.keys(in: words) ?? [] : []
        channels = Self.channels(entry, words.count)
    }

    private static func channels(_ entry: CommandEntry, _ count: Int) -> [Channel] {
        switch entry.fullName {
        case "subscribe", "ssubscribe":
            (1..<max(1, count)).map { Channel(index: $0, isPattern: false) }
        case "psubscribe": (1..<max(1, count)).map { Channel(index: $0, isPattern: true) }
        case "publish", "spublish": count > 1 ? [Channel(index: 1, isPattern: false)] : []
        default: []
        }
    }
}

/// The names by which rules take commands together.
public enum AccessCategories {
    private static let standard = [
        "keyspace", "read", "write", "set", "sortedset", "list", "hash", "string", "bitmap",
        "hyperloglog", "geo", "stream", "pubsub", "admin", "fast", "slow", "blocking", "dangerous",
        "connection", "transaction", "scripting",
    ]
    private static let own = ["vectorset", "context"]

    /// Redis's in Redis's order, and behind them those of our own commands.
    public static func names(in table: borrowing CommandTable) -> [String] {
        let entries = table.allEntries
        return standard
            + own.filter { category in entries.contains { $0.categories.contains(category) } }
    }
}

extension ByteString {
    /// Whether white space or a zero is among the bytes.
    public var hasSpaces: Bool { withBytes { $0.hasSpaces } }
}

extension Bytes {
    /// Whether white space or a zero is among the bytes: patterns and names with it could not be
    /// written to a file and read again.
    var hasSpaces: Bool {
        for index in 0..<count {
            let byte = self[index]
            if byte == 0 || byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) { return true }
        }
        return false
    }

    fileprivate func lastIndex(of byte: UInt8) -> Int? {
        (0..<count).last { self[$0] == byte }
    }
}
