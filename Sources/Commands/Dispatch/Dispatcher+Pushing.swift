// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP
public import Store

/// What clients get without asking.
///
/// A push goes to its client's outbox, in the order in which things happen; the connection sends
/// the outbox in order with the replies. What a request pushes to its own client stands behind the
/// request's reply, that of a whole transaction included, as in Redis. None of this costs a request
/// more than a flag's test while nobody listens.
extension Dispatcher {
    /// Sends bytes to a client.
    mutating func push(_ bytes: Bytes, to session: Session) {
        guard session.id != currentID else { return pushToCurrent(bytes) }
        session.send(bytes)
        wake(session)
    }

    /// Sends ``pushed`` to a client, in its protocol.
    mutating func pushMessage(to session: Session) {
        guard session.id != currentID else {
            ownPushes.message(pushed.bytes, isRESP3: session.isPushedInRESP3)
            isUnsettled = true
            return
        }
        session.sendMessage(pushed.bytes)
        wake(session)
    }

    /// Sends bytes to the client whose request runs, behind the reply.
    mutating func pushToCurrent(_ bytes: Bytes) {
        ownPushes.raw(bytes)
        isUnsettled = true
    }

    /// Has the client's connection look at the outbox once the batch is done.
    mutating func wake(_ session: Session) {
        isUnsettled = true
        guard !session.isWoken else { return }
        session.isWoken = true
        woken.append(session)
    }

    /// Tells of what has happened before the request runs, keys evicted to make room for it say: in
    /// front of its reply.
    @inline(never)
    mutating func settleBeforeRun(_ call: inout Call, in keyspace: borrowing Keyspace) {
        currentID = 0
        publishEvents(of: keyspace)
        if tracking.clientCount > 0 { limitTracking(keyspace.random) }
        currentID = call.session.id
        isUnsettled = true
        let count = call.reply.count
        call.session.takeOutput(into: &call.reply)
        leadingBytes = call.reply.count - count
    }

    /// What a request has pushed to its own client goes behind the reply.
    @inline(never)
    mutating func settleRequest(_ call: inout Call) {
        leadingBytes = 0
        endCaching(call.session)
        pushOwnInvalidations(call.session)
        if ownPushes.count > 0 {
            call.reply.raw(ownPushes.bytes)
            ownPushes.clear()
        }
    }

    /// As ``settleRequest(_:)`` for a request that has waited; its reply is in the outbox.
    mutating func settleRetry(of session: Session) {
        pushOwnInvalidations(session)
        if ownPushes.count > 0 {
            session.send(ownPushes.bytes)
            ownPushes.clear()
            wake(session)
        }
    }

    /// Does what is due when requests have been answered and others are about to get the keyspace:
    /// tells of keys that have expired meanwhile, and sends what is collected for a whole batch.
    /// - Returns: the clients whose connections are to be told of output, once the keyspace is
    /// free.
    public mutating func endBatch(in keyspace: inout Keyspace) -> [Session] {
        // A script that lets others in is still going on.
        if admission.busy == nil { currentID = 0 }
        if isObserved {
            publishEvents(of: keyspace)
            sendBroadcasts()
        }
        isUnsettled = false
        let sessions = woken
        woken = []
        for session in sessions { session.isWoken = false }
        return sessions
    }

    /// Whether ``endBatch(in:)`` has anything to do.
    @inline(__always)
    public var needsEnd: Bool { isUnsettled || isObserved }

    /// Notes whether anybody listens to what all requests do.
    mutating func noteObservers(_ keyspace: inout Keyspace) {
        var kinds = notifications.kinds
        if tracking.clientCount > 0 { kinds.formUnion([.change, .flush]) }
        keyspace.collectedEvents = kinds
        isObserved = !kinds.isEmpty || !monitors.isEmpty
    }

    /// Forgets whatever the client listens to.
    mutating func stopListening(_ session: Session, in keyspace: inout Keyspace) {
        if session.isSubscribed { unsubscribeAll(session) }
        if session.tracking != nil { stopTracking(session, in: &keyspace) }
        if session.isMonitor { stopMonitoring(session, in: &keyspace) }
    }
}

// MARK: - Clients that listen

extension Dispatcher {
    /// Lets a client that listens in RESP2, where pushes look like replies, and a monitor do only
    /// what Redis lets it do.
    @inline(never)
    func admitWhileListening(_ entry: CommandEntry, _ session: Session) throws(ErrorReply) {
        if session.isSubscribed, session.protocolVersion == 2,
            !Self.allowedWhileListening.contains(entry.fullName)
        {
            entry.rejectedCount += 1
            throw ErrorReply(
                "ERR Can't execute '\(entry.fullName)': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / "
                    + "PING / QUIT / RESET are allowed in this context")
        }
        if session.isMonitor, entry.isWrite || entry.isRead || entry.flags.contains(.mayReplicate) {
            entry.rejectedCount += 1
            throw ErrorReply("ERR Replica can't interact with the keyspace")
        }
    }

    private static let allowedWhileListening: Set<String> = [
        "ping", "subscribe", "ssubscribe", "unsubscribe", "sunsubscribe", "psubscribe",
        "punsubscribe", "quit", "reset",
    ]
}

// MARK: - Keyspace notifications

/// `notify-keyspace-events`.
public struct NotificationSettings: Sendable {
    /// The classes of events that are told.
    public var kinds: KeyspaceEvent.Kinds = []
    var usesKeyChannels = false
    var usesEventChannels = false

    public init() {}

    /// Reads the letters of the configuration; other letters are ignored.
    public init(_ letters: String) {
        for letter in letters {
            switch letter {
            case "K": usesKeyChannels = true
            case "E": usesEventChannels = true
            case "A":
                kinds.formUnion([
                    .generic, .string, .list, .set, .hash, .sortedSet, .expired, .evicted, .stream,
                    .vector, .context,
                ])
            case "g": kinds.insert(.generic)
            case "$": kinds.insert(.string)
            case "l": kinds.insert(.list)
            case "s": kinds.insert(.set)
            case "h": kinds.insert(.hash)
            case "z": kinds.insert(.sortedSet)
            case "x": kinds.insert(.expired)
            case "e": kinds.insert(.evicted)
            case "t": kinds.insert(.stream)
            case "d": kinds.formUnion([.vector, .context])
            case "n": kinds.insert(.new)
            case "m": kinds.insert(.miss)
            case "o": kinds.insert(.overwritten)
            case "c": kinds.insert(.typeChanged)
            default: break
            }
        }
        // Without a channel to tell them on, nothing is to be collected.
        if !usesKeyChannels && !usesEventChannels { kinds = [] }
    }
}

extension Dispatcher {
    /// Applies `notify-keyspace-events`.
    public mutating func setNotifications(
        _ settings: NotificationSettings, in keyspace: inout Keyspace
    ) {
        notifications = settings
        noteObservers(&keyspace)
    }

    /// Tells of what has happened to keys, in order.
    /// - Parameter byScript: whether a script has done it. It is nobody's own change then: who
    ///   tracks with NOLOOP and BCAST is told of what a script of its own changes (as in Redis).
    public mutating func publishEvents(of keyspace: borrowing Keyspace, byScript: Bool = false) {
        guard !keyspace.eventLog.events.isEmpty else { return }
        let events = keyspace.eventLog.events
        keyspace.eventLog.events.removeAll(keepingCapacity: events.count < 1024)
        for (database, event, key) in events {
            switch event.kind {
            case .change: key.withBytes { invalidate($0, changedBy: byScript ? 0 : currentID) }
            case .flush: invalidateAll()
            case .generic, .string, .list, .set, .sortedSet, .hash, .stream, .vector, .context,
                .expired, .evicted, .new, .miss, .overwritten, .typeChanged:
                publish(event, of: key, in: database)
            }
        }
    }

    private mutating func publish(
        _ event: KeyspaceEvent, of key: ByteString, in database: Int
    ) {
        guard notifications.kinds.contains(event.kind), !subscribers.isSilent else { return }
        let name = Bytes(event.name)
        let suffix = "@\(database)__:"
        if notifications.usesKeyChannels {
            let channel = ByteString(Array("__keyspace\(suffix)".utf8) + key.array)
            channel.withBytes { _ = publish(name, to: $0) }
        }
        if notifications.usesEventChannels {
            let channel = ByteString("__keyevent\(suffix)\(event.name)")
            channel.withBytes { channel in key.withBytes { _ = publish($0, to: channel) } }
        }
    }
}

// MARK: - What a request has done

extension Dispatcher {
    /// Removes what has ended of the request's keys before it looks at them: who listens is told of
    /// it then and not at some time later.
    @inline(never)
    mutating func expireKeys(
        of entry: CommandEntry, _ call: borrowing Call, in keyspace: inout Keyspace
    ) {
        if !monitors.isEmpty, entry.flags.contains(.skipMonitor), !call.isRetry {
            // Scripts are shown in front of what they do.
            feedMonitors(entry, call, keyspace.selected)
        }
        guard !keyspace.lapsed.isHeld else { return }
        for place in entry.keyPlaces(in: call.arguments) {
            let key = call.arguments[place]
            keyspace.removeIfExpired(key)
            if entry.declaration.group == .hash, !entry.flags.contains(.endsFields) {
                keyspace.removeEndedFields(of: key)
            }
        }
    }

    /// Tells all who watch of a request that has just run.
    @inline(never)
    mutating func observe(
        _ entry: CommandEntry, _ call: borrowing Call, in keyspace: inout Keyspace
    ) {
        publishEvents(of: keyspace, byScript: call.isInScript)
        if !monitors.isEmpty, !call.isRetry, !entry.flags.contains(.skipMonitor) {
            feedMonitors(entry, call, keyspace.selected)
        }
        if entry.isRead, let tracking = call.session.tracking, tracking.remembers {
            remember(entry, call)
        }
    }
}
