// SPDX-License-Identifier: Apache-2.0

public import Containers
public import Primitives

/// How a command is run.
public enum CommandBody {
    case read(any ReadCommand.Type)
    case write(any WriteCommand.Type)
    case session(any SessionCommand.Type)
    case host(any HostCommand.Type)
    case container
    /// HELP of the container that it belongs to.
    case help
}

/// A command as the dispatcher needs it: its body, and the few facts it looks at every time.
public final class CommandEntry {
    public let body: CommandBody
    public let declaration: CommandDeclaration
    public let flags: CommandDeclaration.Flags
    /// `get`, or `config|get`.
    public let fullName: String
    /// The name as replies show it: commands of vector sets are a module's in Redis, and keep
    /// their capitals.
    public let shownName: String
    public let subcommands: [CommandEntry]
    public let help: [String]
    /// The name of the command that it is a subcommand of.
    public let containerName: String?
    /// What Redis says of it; nil for our own words.
    public let reference: CommandReference?
    public let keySpecs: [KeySpecification]
    /// Its number in the rules of who may run what; subcommands have numbers of their own.
    public internal(set) var accessIndex = 0
    /// Whether it may change keys.
    public let isWrite: Bool
    let minimumCount: Int
    let maximumCount: Int

    /// Counted by the dispatcher, reported by INFO commandstats.
    public internal(set) var callCount: Int64 = 0
    public internal(set) var rejectedCount: Int64 = 0
    public internal(set) var failedCount: Int64 = 0
    /// How long all calls took, in ticks of ``CycleClock``.
    public internal(set) var ticks: UInt64 = 0
    /// How long calls took, while that is tracked.
    public internal(set) var histogram = LatencyHistogram()

    init(_ command: any Command.Type, under container: String? = nil) {
        declaration = command.declaration
        flags = declaration.flags
        let name = declaration.name.lowercased()
        fullName = container.map { "\($0)|\(name)" } ?? name
        shownName = declaration.group == .vectorSet ? fullName.uppercased() : fullName
        body =
            switch command {
            case let read as any ReadCommand.Type: .read(read)
            case let write as any WriteCommand.Type: .write(write)
            case let session as any SessionCommand.Type: .session(session)
            case let host as any HostCommand.Type: .host(host)
            default: .container
            }
        containerName = container
        let isWriteBody = if case .write = body { true } else { false }
        let changesKeys = isWriteBody && flags.isDisjoint(with: [.mayReplicate, .repacks])
        isWrite = changesKeys || flags.contains(.write)
        switch declaration.arity {
        case .exactly(let count): (minimumCount, maximumCount) = (count, count)
        case .atLeast(let count): (minimumCount, maximumCount) = (count, .max)
        }
        let children = command as? any ContainerCommand.Type
        help = children?.help ?? []
        if let children {
            subcommands =
                children.subcommands.map { CommandEntry($0, under: name) }
                + (help.isEmpty ? [] : [CommandEntry(helpOf: name, declaration.group, help)])
        } else {
            subcommands = []
        }
        reference = CommandReference.all[fullName]
        let isWriting = isWrite
        keySpecs =
            reference?.keys
            ?? declaration.keys.map {
                KeySpecification(
                    $0, isWriting ? [.readWrite, .access, .update] : [.readOnly, .access])
            }
    }

    /// The HELP of a container that has something to say.
    private init(helpOf container: String, _ group: CommandDeclaration.Group, _ lines: [String]) {
        fullName = container + "|help"
        shownName = fullName
        reference = CommandReference.all[fullName]
        declaration = CommandDeclaration(
            name: "HELP",
            summary: reference?.summary ?? "Returns helpful text about the different subcommands.",
            group: group, since: reference?.since ?? "5.0.0", complexity: "O(1)",
            arity: .exactly(2), flags: [.loading, .stale])
        flags = declaration.flags
        body = .help
        containerName = container
        help = lines
        subcommands = []
        keySpecs = []
        isWrite = false
        (minimumCount, maximumCount) = (2, 2)
    }

    public func resetStatistics() {
        callCount = 0
        rejectedCount = 0
        failedCount = 0
        ticks = 0
        histogram.reset()
        for subcommand in subcommands { subcommand.resetStatistics() }
    }
}

/// What the dispatcher must know of a command to run a plain request: numbers alone, so that
/// looking at them counts no references.
struct CommandFacts {
    let body: CommandBody
    let concerns: Concerns
    /// How many arguments there may be, the name included; of a command with subcommands none, as
    /// it is never plain.
    let counts: ClosedRange<Int>
    /// Which argument is the first key, or 0.
    let firstKey: Int
    /// Whether it is about collections: keys that hold objects.
    let isForCollections: Bool
    /// Where the element stands, or the first, that it is about.
    let element: ElementPlace

    /// An argument that most commands of a group have alike. Where it is something else, no harm
    /// is done: nothing but what is fetched ahead depends on it.
    enum ElementPlace {
        case none
        /// The member or field behind the key, as in SADD and HSET.
        case second
        /// The member at the end, as in ZADD and ZSCORE.
        case last
    }

    init(_ entry: CommandEntry) {
        body = entry.body
        concerns = Concerns(of: entry.declaration, isWrite: entry.isWrite)
        let isPlain = entry.subcommands.isEmpty && !body.isContainer
        counts = isPlain ? entry.minimumCount...entry.maximumCount : 0...0
        let keys = isPlain ? entry.declaration.keys.first : nil
        firstKey =
            switch keys {
            case .range(let first, _, _), .counted(_, let first): first
            case .keyword, .keywordHalf, nil: 0
            }
        let groups: [CommandDeclaration.Group] = [
            .list, .set, .sortedSet, .hash, .stream, .geo, .vectorSet, .context,
        ]
        isForCollections = groups.contains(entry.declaration.group)
        let isNamedSecond = [.set, .hash].contains(entry.declaration.group)
        element =
            isNamedSecond ? .second : entry.declaration.group == .sortedSet ? .last : .none
    }
}

/// Finds commands by name, in any case: an open-addressed table keyed by the name's first 16 bytes
/// in lower case.
public struct CommandTable {
    private struct Slot {
        var low: UInt64 = 0
        var high: UInt64 = 0
        /// The length of the name, or 0 in an empty slot.
        var count = 0
        /// Where the command stands in ``entries`` and ``facts``.
        var index = 0
    }

    private var slots: [Slot]
    /// Names that do not fit a slot.
    private var longNames: [(name: ByteString, index: Int)] = []
    /// The commands that clients can call, by name.
    public let entries: [CommandEntry]
    /// What there is to know of each of ``entries``.
    let facts: [CommandFacts]
    /// Also those that a configuration has renamed or taken away: rules know them by their old
    /// names.
    public let allEntries: [CommandEntry]
    /// How many commands and subcommands there are.
    public let accessCount: Int

    /// - Parameter names: what commands are called instead of their own names; nothing for those
    ///   that nobody may call.
    public init(_ commands: [any Command.Type], renamed names: [String: String] = [:]) {
        allEntries = commands.map { CommandEntry($0) }.sorted { $0.fullName < $1.fullName }
        entries = allEntries.filter { names[$0.fullName] != "" }
        var accessIndex = 0
        for entry in allEntries {
            for one in [entry] + entry.subcommands {
                one.accessIndex = accessIndex
                accessIndex += 1
            }
        }
        accessCount = accessIndex
        facts = entries.map { CommandFacts($0) }
        var size = 64
        while size < entries.count * 4 { size *= 2 }
        slots = Array(repeating: Slot(), count: size)
        for (index, entry) in entries.enumerated() {
            let name = ByteString(names[entry.fullName] ?? entry.fullName)
            guard name.count <= 16 else {
                longNames.append((name, index))
                continue
            }
            let (low, high) = name.withBytes { $0.foldedWords }
            var place = Self.place(low, high, in: size)
            while slots[place].count != 0 { place = (place + 1) & (size - 1) }
            slots[place] = Slot(low: low, high: high, count: name.count, index: index)
        }
    }

    /// The command of this name, or nil. O(1).
    public func find(_ name: Bytes) -> CommandEntry? {
        index(of: name).map { entries[$0] }
    }

    /// Where the command of this name stands in ``entries``, or nil. O(1).
    func index(of name: Bytes) -> Int? {
        guard name.count <= 16 else {
            return longNames.first { $0.name.withBytes { $0.equalsIgnoringCase(name) } }?.index
        }
        let (low, high) = name.foldedWords
        var place = Self.place(low, high, in: slots.count)
        while slots[place].count != 0 {
            // Zero bytes at the end of a name would fold into the same words.
            if slots[place].low == low, slots[place].high == high,
                slots[place].count == name.count
            {
                return slots[place].index
            }
            place = (place + 1) & (slots.count - 1)
        }
        return nil
    }

    /// The subcommand of this name, or nil.
    public func find(_ name: Bytes, of container: CommandEntry) -> CommandEntry? {
        container.subcommands.first { entry in
            ByteString(entry.declaration.name).withBytes { $0.equalsIgnoringCase(name) }
        }
    }

    /// The command or subcommand of this name in rules, which know nothing of new names; or nil.
    func find(accessName name: Bytes) -> CommandEntry? {
        let bar = name.firstIndex(of: UInt8(ascii: "|"))
        let first = bar.map { name[0..<$0] } ?? name
        let entry = allEntries.first { entry in
            ByteString(entry.fullName).withBytes { $0.equalsIgnoringCase(first) }
        }
        guard let bar, let entry else { return entry }
        return find(name.dropping(bar + 1), of: entry)
    }

    /// The command of this name, or with `config|get` the subcommand; or nil.
    public func find(fullName: Bytes) -> CommandEntry? {
        guard let bar = fullName.firstIndex(of: UInt8(ascii: "|")) else { return find(fullName) }
        guard let container = find(fullName[0..<bar]) else { return nil }
        return find(fullName.dropping(bar + 1), of: container)
    }

    /// The command or subcommand that a request's words name, or nil.
    public func find(request words: ArraySlice<Bytes>) -> CommandEntry? {
        guard let name = words.first, let entry = find(name) else { return nil }
        guard words.count > 1, !entry.subcommands.isEmpty else { return entry }
        return find(words[words.startIndex + 1], of: entry)
    }

    @inline(__always)
    private static func place(_ low: UInt64, _ high: UInt64, in size: Int) -> Int {
        let mixed = (low ^ (high &* 0x9E37_79B9_7F4A_7C15)) &* 0xFF51_AFD7_ED55_8CCD
        return Int(truncatingIfNeeded: mixed >> 40) & (size - 1)
    }
}
