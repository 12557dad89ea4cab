// SPDX-License-Identifier: Apache-2.0

public import Primitives

extension Keyspace {
    /// Every command calls this for every key it has changed, after the change: it counts the
    /// change, tells watchers, and collects the event.
    ///
    /// - Parameter changes: as how many it counts; Redis counts a move between two keys as one.
    public mutating func didChange(_ key: Bytes, _ event: KeyspaceEvent, changes: Int = 1) {
        didChange(key, changes: changes)
        if !collectedEvents.isEmpty { notify(key, event) }
    }

    /// As ``didChange(_:_:changes:)`` for a change that is no event.
    public mutating func didChange(_ key: Bytes, changes: Int = 1) {
        countChanges(changes)
        if !database.watchers.isEmpty, let tokens = database.watchers[ByteString(key)] {
            for token in tokens { token.isDirty = true }
        }
        if !collectedEvents.isEmpty { notify(key, KeyspaceEvent(.change, "change")) }
    }

    /// As ``didChange(_:_:changes:)`` for what is beside the value, as a stream's groups: watchers
    /// are not told.
    public mutating func didChangeAside(_ key: Bytes, _ event: KeyspaceEvent? = nil) {
        countChanges()
        if let event { notify(key, event) }
    }

    /// Lets the clients that wait for the key look at it: a new key wakes them, a stream that goes
    /// and what commands say of streams; a value in another's place does not (as in Redis).
    public mutating func wakeWaiting(for key: Bytes) {
        guard !database.awaited.isEmpty else { return }
        let owned = ByteString(key)
        if database.awaited[owned] != nil { readyKeys.append((selected, owned)) }
    }

    /// Collects an event that is no change of its own, as the `del` that follows an `lpop`.
    public borrowing func notify(_ key: Bytes, _ event: KeyspaceEvent) {
        if collectedEvents.contains(event.kind) {
            eventLog.events.append((selected, event, ByteString(key)))
        }
    }

    /// Collects that a value has been replaced by a whole new one, as SET does.
    public borrowing func noteOverwrite(_ key: Bytes, _ old: ValueType, by new: ValueType) {
        guard !collectedEvents.isEmpty else { return }
        notify(key, KeyspaceEvent(.overwritten, "overwritten"))
        if old != new { notify(key, KeyspaceEvent(.typeChanged, "type_changed")) }
    }

    /// Collects that keys are gone in great numbers, FLUSHALL say: once, not by key.
    public borrowing func noteFlush() {
        if collectedEvents.contains(.flush) {
            eventLog.events.append((selected, KeyspaceEvent(.flush, "flush"), ByteString()))
        }
    }

    /// Counts a look-up that found nothing.
    @inline(never)
    borrowing func noteMiss(_ key: Bytes) {
        statistics.misses &+= 1
        if !collectedEvents.isEmpty { notify(key, KeyspaceEvent(.miss, "keymiss")) }
    }

    /// Tells `token` about every change of the key from now on.
    public mutating func watch(_ key: Bytes, _ token: WatchToken) {
        let owned = ByteString(key)
        if database.watchers[owned]?.contains(where: { $0 === token }) == true { return }
        database.watchers[owned, default: []].append(token)
    }

    public mutating func unwatch(_ key: Bytes, _ token: WatchToken) {
        let owned = ByteString(key)
        database.watchers[owned]?.removeAll { $0 === token }
        if database.watchers[owned]?.isEmpty == true { database.watchers[owned] = nil }
    }

    /// Tells the watchers of every key that `isAffected`: many keys are about to change at once.
    mutating func touchWatchers(_ isAffected: (inout Keyspace, Bytes) -> Bool) {
        let watched = database.watchers
        for (key, tokens) in watched where key.withBytes({ isAffected(&self, $0) }) {
            for token in tokens { token.isDirty = true }
        }
    }

    /// Counts a request that waits for the key: a change of it then goes to ``readyKeys``.
    public mutating func await(_ key: ByteString) {
        database.awaited[key, default: 0] += 1
    }

    public mutating func stopAwaiting(_ key: ByteString) {
        guard let count = database.awaited[key] else { return }
        database.awaited[key] = count > 1 ? count - 1 : nil
    }
}
