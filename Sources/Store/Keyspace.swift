// SPDX-License-Identifier: Apache-2.0

internal import Containers
public import Primitives

/// All keys of all databases, at one moment.
///
/// Everything happens in the ``selected`` database at ``nowMilliseconds``, both set by the
/// dispatcher before each command. An expired entry is never visible: reads skip it, writes and
/// ``expireDue(limit:)`` remove it. Not thread-safe: the server's executor guards it; a
/// ``KeyspaceSnapshot`` may be read on any thread.
@safe
public struct Keyspace: ~Copyable {
    /// The number of databases.
    public let databaseCount: Int
    /// The database that everything below works on.
    public var selected = 0
    /// The time of the request, in milliseconds since 1970.
    public var nowMilliseconds: Int64 = 0
    /// Counts every change since the start; the difference since a save is its age in changes.
    public private(set) var changes: Int64 = 0
    public let statistics = KeyspaceStatistics()
    /// Keys that a read has found to have ended.
    public let lapsed = LapsedKeys()
    /// Until when hashes stay packed.
    public var hashLimits: HashLimits
    /// Until when sorted sets stay packed.
    public var sortedSetLimits: SortedSetLimits
    /// Until when sets stay packed.
    public var setLimits: SetLimits
    /// The only source of chance.
    public let random: RandomStream
    /// Which kinds of events to collect in ``events``.
    public var collectedEvents: KeyspaceEvent.Kinds = []
    /// Takes what ``collectedEvents`` asks for.
    public let eventLog = EventLog()
    /// Keys that blocked requests wait for and that have changed since the dispatcher last looked.
    public var readyKeys: [(database: Int, key: ByteString)] = []
    /// The texts of the libraries of functions: kept with the keys, though no database holds them.
    public internal(set) var functionLibraries: [ByteString] = []
    /// Takes objects whose release may take long; by default they are released on the spot.
    public var discard: (AnyObject) -> Void = { _ in }

    /// `list-max-listpack-size`, for lists that are made from now on.
    public var listFill = ListValue.defaultFill
    /// Until when the chunks of streams grow.
    public var streamLimits = StreamLimits()

    /// Which keys go when memory runs out.
    public var eviction = EvictionSettings()
    /// Whether finding a key counts as using it.
    public var marksUse = true
    var evictionPool = EvictionPool()
    /// The database that gave up a random key last.
    var evictionTurn = 0
    /// Takes searches of vector sets to be compared with the exact answer; nil where none are.
    public var recallBoard: RecallBoard?
    /// What DUMP and RESTORE speak; nil where there is none.
    public var codec: (any ValueCodec)?
    /// `hll-sparse-max-bytes`: how long a HyperLogLog may be and still be sparse.
    public var sparseHyperLogLogBytes = 3000
    /// The longest string a command may make, in bytes (`proto-max-bulk-len`).
    public var longestStringBytes = 512 << 20

    /// Entries whose small collections have objects since the last ``settle()``.
    var awake: [Entry] = []

    private let hasher: SipHash
    /// The view of a key whose hash has been computed already.
    private var rememberedKey = Self.noKey
    private var rememberedHash: UInt64 = 0
    private static var noKey: Bytes { unsafe Bytes(base: nil, count: -1) }
    private var serials: Int64 = 0
    private let databases: UnsafeMutablePointer<Database>

    public init(databaseCount: Int = 16, seed: UInt64) {
        precondition(databaseCount > 0)
        self.databaseCount = databaseCount
        random = RandomStream(seed: seed)
        hasher = SipHash(key: (random.next(), random.next()))
        hashLimits = HashLimits(hasher: hasher)
        sortedSetLimits = SortedSetLimits(hasher: hasher)
        setLimits = SetLimits(hasher: hasher)
        unsafe databases = .allocate(capacity: databaseCount)
        for index in 0..<databaseCount {
            unsafe (databases + index).initialize(to: Database(hasher: hasher))
        }
    }

    deinit {
        unsafe databases.deinitialize(count: databaseCount)
        unsafe databases.deallocate()
    }
}

extension Keyspace {
    /// The selected database.
    var database: Database {
        @inline(__always)
        unsafeAddress { unsafe UnsafePointer(databases + selected) }
        @inline(__always)
        unsafeMutableAddress { unsafe databases + selected }
    }

    var nowSeconds: UInt32 { UInt32(truncatingIfNeeded: nowMilliseconds / 1000) }

    /// Does `body` in another database.
    public mutating func inDatabase<Result, Failure: Error>(
        _ index: Int, _ body: (inout Keyspace) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(index >= 0 && index < databaseCount)
        let previous = selected
        selected = index
        defer { selected = previous }
        return try body(&self)
    }
}

// MARK: - Hashing

extension Keyspace {
    /// The hash of a key, by which ``prefetchPlace(ofHash:)`` finds it.
    @inline(__always)
    public borrowing func hash(of key: Bytes) -> UInt64 {
        key.isSameView(as: rememberedKey) ? rememberedHash : hasher.hash(key)
    }

    /// Takes note of a key's hash, so that it is computed once a request. The bytes must neither
    /// change nor move until ``forgetHash()``.
    @inline(__always)
    public mutating func rememberHash(_ hash: UInt64, of key: Bytes) {
        rememberedKey = key
        rememberedHash = hash
    }

    @inline(__always)
    public mutating func forgetHash() {
        // A key of no bytes may be the same view; so this one is none that there is.
        rememberedKey = Self.noKey
    }
}

// MARK: - Writing

extension Keyspace {
    /// The entry of a key, private to the keyspace, so that its value object may be changed; or
    /// nil. An expired one is removed. O(1), or a copy of the value's chunk list while a snapshot
    /// still needs the old state.
    public mutating func findForUpdate(_ key: Bytes) -> Entry? {
        let hash = hash(of: key)
        return findForUpdate(key, hash: hash)
    }

    private mutating func findForUpdate(_ key: Bytes, hash: UInt64) -> Entry? {
        guard let found = database.table.find(key, hash: hash) else { return nil }
        if found.isExpired(at: nowMilliseconds) {
            expire(found)
            return nil
        }
        // What is noted was made private earlier in the same command.
        guard database.table.isShared, !found.isNotedAwake else {
            touch(found)
            noteAwake(found)
            return found
        }
        let entry = findShared(key, hash: hash)
        if let entry { noteAwake(entry) }
        return entry
    }

    /// As ``findForUpdate(_:hash:)`` while a snapshot lives.
    private mutating func findShared(_ key: Bytes, hash: UInt64) -> Entry? {
        var replaced: (old: Entry, new: Entry)?
        let entry = database.table.findForUpdate(key, hash: hash) { old in
            let new = old.clone()
            replaced = (old, new)
            return new
        }
        if let (old, new) = replaced { didReplace(old, with: new) }
        if let entry { touch(entry) }
        return entry
    }

    /// Adds a key that does not exist, with a collection or an empty string as its value.
    @discardableResult
    public mutating func insert(_ key: Bytes, _ value: Value, capacity: Int = 0) -> Entry {
        let entry = place(key, value, capacity: capacity)
        didCreate(key)
        return entry
    }

    private mutating func place(_ key: Bytes, _ value: Value, capacity: Int) -> Entry {
        let entry = Entry.make(key: key, value: value, capacity: capacity, lastUse: firstUse)
        adopt(entry)
        noteAwake(entry)
        database.table.insert(entry, hash: hash(of: key))
        return entry
    }

    /// Gives a key a value, whatever it held; its expiry is cleared unless `keepingExpiry`.
    @discardableResult
    public mutating func set(_ key: Bytes, _ value: Value, keepingExpiry: Bool = false) -> Entry {
        let old = peek(key)?.type
        let expiry = keepingExpiry ? peek(key)?.expiryMilliseconds : nil
        remove(key)
        let entry = place(key, value, capacity: 0)
        if let old { noteOverwrite(key, old, by: value.type) } else { didCreate(key) }
        if let expiry, expiry != Entry.noExpiry { setExpiry(of: entry, at: expiry) }
        return entry
    }

    /// Gives a key a string, whatever it held; its expiry is cleared unless `keepingExpiry`.
    ///
    /// A text that spells an integer is noted as one unless `detectingInteger` is false: that shows
    /// in OBJECT ENCODING alone. Who is going to set an expiry says so by `willExpire`.
    @discardableResult
    public mutating func setString(
        _ key: Bytes, _ bytes: Bytes, keepingExpiry: Bool = false, detectingInteger: Bool = true,
        isNewValue: Bool = true, willExpire: Bool = false
    ) -> Entry {
        let hash = hash(of: key)
        guard let entry = findForUpdate(key, hash: hash) else {
            let entry = Entry.make(
                key: key, value: .string, capacity: bytes.count, lastUse: firstUse,
                hasDeadlineRoom: willExpire)
            entry.setString(bytes, detectingInteger: detectingInteger)
            database.table.insert(entry, hash: hash)
            didCreate(key)
            return entry
        }
        if isNewValue {
            if entry.type == .stream { wakeWaiting(for: key) }
            noteOverwrite(key, entry.type, by: .string)
        }
        if !keepingExpiry { clearExpiry(of: entry) }
        return rewriteString(
            of: entry, at: key, bytes, detectingInteger: detectingInteger, willExpire: willExpire)
    }

    /// Gives an entry that ``findForUpdate(_:)`` has just found at a key a string, in place if it
    /// fits; its expiry stays.
    @discardableResult
    public mutating func rewriteString(
        of entry: Entry, at key: Bytes, _ bytes: Bytes, detectingInteger: Bool = true,
        willExpire: Bool = false
    ) -> Entry {
        // Reuse the room unless it would waste more than it saves.
        if entry.isString, bytes.count <= entry.stringCapacity,
            entry.stringCapacity <= bytes.count * 2 + 32, entry.hasDeadlineRoom || !willExpire
        {
            entry.setString(bytes, detectingInteger: detectingInteger)
            return entry
        }
        let new = Entry.make(
            key: entry.key, value: .string, capacity: bytes.count, lastUse: entry.lastUse,
            hasDeadlineRoom: willExpire || entry.hasExpiry)
        new.setString(bytes, detectingInteger: detectingInteger)
        if entry.hasExpiry { new.setExpiry(entry.expiryMilliseconds) }
        replace(entry, with: new, hash: hash(of: key))
        return new
    }

    /// Writes `bytes` at `offset` of a string, zero bytes filling a gap; the key must hold a string
    /// or not exist. Room grows by doubling up to a megabyte, as Redis's does.
    @discardableResult
    public mutating func writeString(_ key: Bytes, _ bytes: Bytes, at offset: Int) -> Entry {
        let hash = hash(of: key)
        let end = offset + bytes.count
        guard let entry = findForUpdate(key, hash: hash) else {
            let entry = Entry.make(key: key, value: .string, capacity: end, lastUse: firstUse)
            entry.setString(bytes, at: offset)
            database.table.insert(entry, hash: hash)
            didCreate(key)
            return entry
        }
        if end <= entry.stringCapacity {
            entry.setString(bytes, at: offset)
            return entry
        }
        let room = end < 1024 * 1024 ? end * 2 : end + 1024 * 1024
        let new = entry.clone(capacity: room)
        new.setString(bytes, at: offset)
        replace(entry, with: new, hash: hash)
        return new
    }

    /// Lets `body` change the bytes of a string in place, lengthened to at least `count` with zero
    /// bytes; the key must hold a string or not exist.
    public mutating func changeString<Result>(
        _ key: Bytes, lengthening count: Int, _ body: (inout MutableSpan<UInt8>) -> Result
    ) -> Result {
        let length = Swift.max(count, findForUpdate(key)?.string.count ?? 0)
        return writeString(key, .empty, at: length).changeString(body)
    }

    /// Removes a key; false when it did not exist.
    @discardableResult
    public mutating func remove(_ key: Bytes) -> Bool {
        guard let entry = take(key) else { return false }
        discard(entry)
        return true
    }

    /// Takes a key's entry out of the keyspace; nil when it did not exist or had expired.
    public mutating func take(_ key: Bytes) -> Entry? {
        let hash = hash(of: key)
        guard let entry = database.table.find(key, hash: hash) else { return nil }
        if entry.isExpired(at: nowMilliseconds) {
            expire(entry)
            return nil
        }
        database.table.remove(key, hash: hash)
        didRemove(entry)
        return entry
    }

    /// Removes a key whose collection has no element left; returns whether it did.
    @discardableResult
    public mutating func removeIfEmpty(_ key: Bytes) -> Bool {
        // What rests has elements.
        guard let entry = peek(key), !entry.isAtRest, let collection = entry.value.collection,
            collection.count == 0
        else { return false }
        return remove(key)
    }

    /// Moves the value and expiry of `key` to `newKey`, in database `target` if given, whatever
    /// stood there; nil when `key` does not exist.
    @discardableResult
    public mutating func rename(_ key: Bytes, to newKey: Bytes, in target: Int? = nil) -> Entry? {
        guard let entry = take(key) else { return nil }
        // A snapshot may share the entry, and then its value too; else the value just moves.
        let isShared = database.table.isShared
        return inDatabase(target ?? selected) { keyspace in
            keyspace.remove(newKey)
            return keyspace.install(entry.clone(key: newKey, sharingValue: !isShared))
        }
    }

    /// Copies the value and expiry of `key` to `newKey`, in database `target` if given, whatever
    /// stood there; nil when `key` does not exist.
    @discardableResult
    public mutating func copy(_ key: Bytes, to newKey: Bytes, in target: Int? = nil) -> Entry? {
        guard let entry = peek(key) else { return nil }
        return inDatabase(target ?? selected) { keyspace in
            keyspace.remove(newKey)
            return keyspace.install(entry.clone(key: newKey))
        }
    }

    /// Puts a new entry, with its expiry, in the table.
    private mutating func install(_ entry: Entry) -> Entry {
        adopt(entry)
        noteAwake(entry)
        database.table.insert(entry, hash: hasher.hash(entry.key))
        if entry.hasExpiry { database.expiries.set(entry, rank: entry.expiryMilliseconds) }
        didCreate(entry.key)
        return entry
    }

    /// Puts an entry that ``take(_:)`` has taken where it was.
    mutating func putBack(_ entry: Entry) {
        // A snapshot may share it: what the table holds must be the keyspace's own.
        let own = database.table.isShared ? entry.clone() : entry
        adopt(own)
        database.table.insert(own, hash: hasher.hash(own.key))
        if own.hasExpiry { database.expiries.set(own, rank: own.expiryMilliseconds) }
    }

    /// Gives an entry's key a copy of it that can take an expiry.
    mutating func replaceWithRoomier(_ entry: Entry) -> Entry {
        let new = entry.clone(
            capacity: entry.stringCapacity, sharingValue: true, hasDeadlineRoom: true)
        replace(entry, with: new, hash: hash(of: entry.key))
        return new
    }

    private mutating func replace(_ old: Entry, with new: Entry, hash: UInt64) {
        database.table.replace(with: new, hash: hash)
        didReplace(old, with: new)
    }

    /// Empties the selected database.
    ///
    /// - Parameter inBackground: whether memory may be given back later; a few keys are otherwise
    ///   freed at once.
    public mutating func removeAll(inBackground: Bool = true) {
        touchWatchers { $0.exists($1) }
        // Who waits for a group is told that its stream is gone.
        for key in database.awaited.keys.sorted() where key.withBytes({ exists($0) }) {
            readyKeys.append((selected, key))
        }
        changes &+= Int64(count)
        let emptied = Database(hasher: hasher)
        var old = emptied
        swap(&old, &database)
        database.watchers = old.watchers
        database.awaited = old.awaited
        let isSmall = old.table.count <= Self.fewKeys
        let discarded = DiscardedDatabase(old)
        if inBackground || !isSmall { discard(discarded) }
    }

    private static let fewKeys = 1024

    /// Exchanges the keys of two databases; the clients that watch or wait stay with the numbers.
    public mutating func swapDatabases(_ first: Int, _ second: Int) {
        precondition(first >= 0 && first < databaseCount && second >= 0 && second < databaseCount)
        guard first != second else { return }
        for index in [first, second] {
            inDatabase(index) { keyspace in
                // What is there now or will be there is a change; absent before and after is none.
                keyspace.touchWatchers { keyspace, key in
                    keyspace.inDatabase(first) { $0.exists(key) }
                        || keyspace.inDatabase(second) { $0.exists(key) }
                }
            }
        }
        unsafe swap(&databases[first], &databases[second])
        unsafe swap(&databases[first].watchers, &databases[second].watchers)
        unsafe swap(&databases[first].awaited, &databases[second].awaited)
        for index in [first, second] {
            // In an order that does not depend on the process's hash seed.
            for key in unsafe databases[index].awaited.keys.sorted() {
                readyKeys.append((index, key))
            }
        }
        changes &+= 1
    }
}

/// A database that nobody reaches any more: whoever releases it frees its entries.
public final class DiscardedDatabase: @unchecked Sendable {
    private let database: Database

    /// The number of keys.
    public var count: Int { database.table.count }

    init(_ database: consuming Database) {
        self.database = database
    }
}

// MARK: - Bookkeeping of entries

extension Keyspace {
    private mutating func didReplace(_ old: Entry, with new: Entry) {
        if old.hasExpiry, new.hasExpiry {
            database.expiries.substitute(new, for: old)
        } else {
            database.expiries.remove(old)
        }
        release(old)
        adopt(new)
        noteAwake(new)
    }

    private mutating func didRemove(_ entry: Entry) {
        if entry.type == .stream { wakeWaiting(for: entry.key) }
        database.expiries.remove(entry)
        release(entry)
    }

    /// Takes an entry that has ended out of everything.
    mutating func discardExpired(_ entry: Entry) {
        database.table.remove(entry.key, hash: hasher.hash(entry.key))
        didRemove(entry)
        discard(entry)
    }

    /// A number that no object of this keyspace has had.
    public mutating func nextSerial() -> Int64 {
        serials += 1
        return serials
    }

    mutating func countChanges(_ number: Int = 1) {
        changes &+= Int64(number)
    }

    borrowing func withDatabase<Result>(
        _ index: Int, _ body: (borrowing Database) -> Result
    ) -> Result {
        precondition(index >= 0 && index < databaseCount)
        return unsafe body(databases[index])
    }

    borrowing func forEachDatabase(_ body: (borrowing Database) -> Void) {
        for index in 0..<databaseCount { unsafe body(databases[index]) }
    }

    private mutating func didCreate(_ key: Bytes) {
        wakeWaiting(for: key)
        if collectedEvents.contains(.new) {
            eventLog.events.append((selected, KeyspaceEvent(.new, "new"), ByteString(key)))
        }
    }
}
