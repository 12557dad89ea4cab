// SPDX-License-Identifier: Apache-2.0

/// Everything there is to know about a command but its body.
public struct CommandDeclaration: Sendable {
    /// The groups of the documentation and of the folders.
    public enum Group: String, Sendable, CaseIterable {
        case generic
        case string
        case bitmap
        case hyperLogLog = "hyperloglog"
        case list
        case set
        case sortedSet = "sorted-set"
        case geo
        case hash
        case stream
        case vectorSet = "vector_set"
        case context
        case connection
        case transactions
        case pubSub = "pubsub"
        case cluster
        case scripting
        case server
    }

    /// How many arguments, the command's name (and a subcommand's) included.
    public enum Arity: Sendable {
        case exactly(Int)
        case atLeast(Int)
    }

    public struct Flags: OptionSet, Sendable {
        public let rawValue: UInt32

        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// O(1) or O(log N): never slow.
        public static let fast = Flags(rawValue: 1 << 0)
        /// May need more memory: refused over `maxmemory`.
        public static let denyOutOfMemory = Flags(rawValue: 1 << 1)
        public static let admin = Flags(rawValue: 1 << 2)
        public static let dangerous = Flags(rawValue: 1 << 3)
        /// May make its client wait.
        public static let blocking = Flags(rawValue: 1 << 4)
        public static let noScript = Flags(rawValue: 1 << 5)
        /// Allowed while the server loads its files.
        public static let loading = Flags(rawValue: 1 << 6)
        public static let stale = Flags(rawValue: 1 << 7)
        /// Allowed before authentication.
        public static let noAuth = Flags(rawValue: 1 << 8)
        /// Refused inside MULTI.
        public static let noMulti = Flags(rawValue: 1 << 9)
        public static let skipMonitor = Flags(rawValue: 1 << 10)
        public static let skipSlowlog = Flags(rawValue: 1 << 11)
        public static let allowBusy = Flags(rawValue: 1 << 12)
        /// Runs at once inside MULTI instead of being queued: EXEC, DISCARD and the like.
        public static let notQueued = Flags(rawValue: 1 << 13)
        /// Touches all keys: ACL category `@keyspace`.
        public static let keyspace = Flags(rawValue: 1 << 14)
        /// The set of keys cannot be told from the declaration alone.
        public static let movableKeys = Flags(rawValue: 1 << 15)
        /// Counts as reading, though it may change what is kept of a value, its cached count, say,
        /// or tell others something: refused to read-only scripts.
        public static let mayReplicate = Flags(rawValue: 1 << 24)
        /// Counts as reading, though it may give a value another form: what OBJECT ENCODING shows.
        public static let repacks = Flags(rawValue: 1 << 28)
        /// Removes fields that have ended by itself: an emptied hash may live on.
        public static let endsFields = Flags(rawValue: 1 << 27)
        /// Runs the commands of a transaction, and takes the memory that they take.
        public static let runsTransaction = Flags(rawValue: 1 << 26)
        /// Changes what is kept, though no key: the libraries of functions.
        public static let write = Flags(rawValue: 1 << 25)
    }

    /// Where a command's keys stand.
    public enum KeySpec: Sendable {
        /// From argument `first` to `last` (negative: from the end), every `step`.
        case range(first: Int, last: Int, step: Int)
        /// A count at argument `count`, and as many keys from `first` on.
        case counted(count: Int, first: Int)
        /// Behind a keyword, `count` keys, looked for from argument `from` on.
        case keyword(String, from: Int, count: Int)
        /// Behind a keyword, the first half of what follows it, looked for from argument `from` on.
        case keywordHalf(String, from: Int)

        public static let first = KeySpec.range(first: 1, last: 1, step: 1)
        public static let all = KeySpec.range(first: 1, last: -1, step: 1)
        public static let firstTwo = KeySpec.range(first: 1, last: 2, step: 1)
    }

    public var name: String
    public var summary: String
    public var group: Group
    /// The version of Redis that brought it; for our own words, Engram's.
    public var since: String
    public var complexity: String
    public var arity: Arity
    public var flags: Flags
    public var keys: [KeySpec]
    /// The arguments behind the name, in the notation of ``CommandSyntax``.
    public var syntax: String

    public init(
        name: String, summary: String, group: Group, since: String, complexity: String,
        arity: Arity, flags: Flags = [], keys: [KeySpec] = [], syntax: String = ""
    ) {
        self.name = name
        self.summary = summary
        self.group = group
        self.since = since
        self.complexity = complexity
        self.arity = arity
        self.flags = flags
        self.keys = keys
        self.syntax = syntax
    }
}

extension CommandDeclaration.Arity {
    /// As COMMAND reports it: negative for "at least".
    public var redisNumber: Int {
        switch self {
        case .exactly(let count): count
        case .atLeast(let count): -count
        }
    }

    public func allows(_ count: Int) -> Bool {
        switch self {
        case .exactly(let exact): count == exact
        case .atLeast(let least): count >= least
        }
    }
}
