// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
public import RESP
public import Store

/// Turning tracking on and off.
extension Dispatcher {
    /// CLIENT TRACKING ON: checks the options against each other and what is on already.
    /// - Parameter target: the client that gets the messages instead.
    public mutating func startTracking(
        _ session: Session, _ options: ClientTracking.Options, redirectingTo target: Session?,
        in keyspace: inout Keyspace
    ) throws(ErrorReply) {
        try Self.check(options, session.tracking)
        if session.tracking == nil { tracking.clientCount += 1 }
        var state = session.tracking ?? ClientTracking(options: options)
        state.options = options
        state.isRedirectBroken = false
        tracking.clients[session.id] = session
        if let target { tracking.clients[target.id] = target }
        if options.isBroadcast {
            let prefixes = options.prefixes.isEmpty ? [ByteString()] : options.prefixes
            for prefix in prefixes {
                tracking.broadcasts[prefix, default: .init()].clients.insert(session.id, session)
                if !state.prefixes.contains(prefix) { state.prefixes.append(prefix) }
            }
            state.prefixes.sort()
        }
        session.tracking = state
        noteObservers(&keyspace)
    }

    private static func check(
        _ options: ClientTracking.Options, _ present: ClientTracking?
    ) throws(ErrorReply) {
        if !options.isBroadcast, !options.prefixes.isEmpty {
            throw ErrorReply("ERR PREFIX option requires BCAST mode to be enabled")
        }
        if let present, present.options.isBroadcast != options.isBroadcast {
            throw ErrorReply(
                "ERR You can't switch BCAST mode on/off before disabling tracking for this client, "
                    + "and then re-enabling it with a different mode.")
        }
        if options.isBroadcast, options.isOptIn || options.isOptOut {
            throw ErrorReply("ERR OPTIN and OPTOUT are not compatible with BCAST")
        }
        if options.isOptIn, options.isOptOut {
            throw ErrorReply("ERR You can't specify both OPTIN mode and OPTOUT mode")
        }
        if let present,
            options.isOptIn && present.options.isOptOut
                || options.isOptOut && present.options.isOptIn
        {
            throw ErrorReply(
                "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, "
                    + "and then re-enabling it with a different mode.")
        }
        if options.isBroadcast { try checkPrefixes(options.prefixes, present?.prefixes ?? []) }
    }

    /// Two prefixes of one client must not both be the beginning of one key.
    private static func checkPrefixes(
        _ prefixes: [ByteString], _ present: [ByteString]
    ) throws(ErrorReply) {
        for (index, prefix) in prefixes.enumerated() {
            for other in present where overlap(prefix, other) {
                throw ErrorReply(
                    "ERR Prefix '\(prefix)' overlaps with an existing prefix '\(other)'. "
                        + "Prefixes for a single client must not overlap.")
            }
            for other in prefixes[(index + 1)...] where overlap(prefix, other) {
                throw ErrorReply(
                    "ERR Prefix '\(prefix)' overlaps with another provided prefix '\(other)'. "
                        + "Prefixes for a single client must not overlap.")
            }
        }
    }

    private static func overlap(_ left: ByteString, _ right: ByteString) -> Bool {
        left.array.starts(with: right.array) || right.array.starts(with: left.array)
    }

    /// CLIENT TRACKING OFF, or the client is gone.
    public mutating func stopTracking(_ session: Session, in keyspace: inout Keyspace) {
        guard let state = session.tracking else { return }
        for prefix in state.prefixes {
            tracking.broadcasts[prefix]?.clients.remove(session.id)
            if tracking.broadcasts[prefix]?.clients.isEmpty == true {
                tracking.broadcasts[prefix] = nil
            }
        }
        session.tracking = nil
        tracking.clientCount -= 1
        // Nobody is left who could be told, and nobody listens for changes from now on.
        if tracking.clientCount == 0 { tracking.forgetKeys() }
        noteObservers(&keyspace)
    }

    /// CLIENT CACHING.
    public mutating func giveCaching(_ session: Session, _ isYes: Bool) throws(ErrorReply) {
        guard let options = session.tracking?.options else {
            throw ErrorReply(
                "ERR CLIENT CACHING can be called only when the client is in tracking mode with "
                    + "OPTIN or OPTOUT mode enabled")
        }
        guard isYes ? options.isOptIn : options.isOptOut else {
            throw ErrorReply(
                isYes
                    ? "ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode."
                    : "ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode."
            )
        }
        session.tracking?.isCachingGiven = true
    }

    /// `tracking-table-max-keys`.
    public mutating func limitTrackedKeys(_ count: Int) {
        tracking.maximumKeys = count
    }

    /// Forgets what CLIENT CACHING has said: it holds for one request, or for one transaction.
    mutating func endCaching(_ session: Session) {
        guard session.tracking?.isCachingGiven == true, session.transaction == nil else { return }
        if session.lastEntry?.fullName.hasPrefix("client|") != true {
            session.tracking?.isCachingGiven = false
        }
    }
}

// MARK: - Reading and changing keys

extension Dispatcher {
    /// Remembers that the client has read the request's keys.
    mutating func remember(_ entry: CommandEntry, _ call: borrowing Call) {
        for place in entry.keyPlaces(in: call.arguments) {
            tracking.insert(ByteString(call.arguments[place]), call.session.id)
        }
    }

    /// Tells all clients that may have the key to forget it.
    /// - Parameter changer: the client that has changed it, 0 for none; nil when nobody has, and
    ///   the server only forgets who has it.
    mutating func invalidate(_ key: Bytes, changedBy changer: Int64?) {
        if let changer, !tracking.broadcasts.isEmpty { noteBroadcast(key, changedBy: changer) }
        guard !tracking.keys.isEmpty else { return }
        let owned = ByteString(key)
        guard let readers = tracking.keys.remove(owned) else { return }
        tracking.itemCount -= readers.count
        for id in readers {
            guard let reader = tracking.clients[id], let state = reader.tracking,
                !state.options.isBroadcast, !(state.options.isNoLoop && id == currentID)
            else { continue }
            if id == currentID {
                tracking.ownInvalidations.append(owned)
                isUnsettled = true
            } else {
                tell(reader, toForget: owned)
            }
        }
    }

    /// Tells all clients that track to forget all keys.
    mutating func invalidateAll() {
        for id in tracking.clients.keys.sorted() {
            guard let client = tracking.clients[id], client.tracking != nil else { continue }
            if id == currentID {
                tracking.ownInvalidations.append(nil)
                isUnsettled = true
            } else {
                tell(client, toForget: nil)
            }
        }
        tracking.forgetKeys()
    }

    /// Tells the client whose request has run what it has to forget.
    mutating func pushOwnInvalidations(_ session: Session) {
        guard !tracking.ownInvalidations.isEmpty else { return }
        let keys = tracking.ownInvalidations
        tracking.ownInvalidations = []
        for key in keys { tell(session, toForget: key) }
    }

    /// Keeps the table below its limit though nobody asks for anything: called by the timer.
    public mutating func limitTracking(in keyspace: borrowing Keyspace) {
        if tracking.clientCount > 0 { limitTracking(keyspace.random) }
    }

    /// Keeps the table below its limit by forgetting keys at random, whose readers are told.
    mutating func limitTracking(_ random: RandomStream) {
        guard tracking.maximumKeys > 0, tracking.keys.count > tracking.maximumKeys else {
            tracking.timesOverLimit = 0
            return
        }
        for _ in 0..<(100 * min(tracking.timesOverLimit + 1, 1000)) {
            let key = tracking.keys.keys[random.below(tracking.keys.count)]
            key.withBytes { invalidate($0, changedBy: nil) }
            if tracking.keys.count <= tracking.maximumKeys {
                tracking.timesOverLimit = 0
                return
            }
        }
        tracking.timesOverLimit += 1
    }
}

// MARK: - Messages

extension Dispatcher {
    /// Notes the key for all who listen to a prefix of it, until the batch is done.
    private mutating func noteBroadcast(_ key: Bytes, changedBy changer: Int64) {
        for prefix in tracking.broadcasts.keys where prefix.withBytes({ key.hasPrefix($0) }) {
            tracking.broadcasts[prefix]?.keys[ByteString(key)] = changer
            tracking.hasChangedKeys = true
        }
    }

    /// Tells the clients that listen to prefixes of the keys that the batch has changed.
    mutating func sendBroadcasts() {
        guard tracking.hasChangedKeys else { return }
        tracking.hasChangedKeys = false
        for prefix in tracking.broadcasts.keys.sorted() {
            guard let broadcast = tracking.broadcasts[prefix], !broadcast.keys.isEmpty else {
                continue
            }
            tracking.broadcasts[prefix]?.keys = [:]
            let keys = broadcast.keys.keys.sorted()
            for client in broadcast.clients.values {
                let isNoLoop = client.tracking?.options.isNoLoop == true
                let told = isNoLoop ? keys.filter { broadcast.keys[$0] != client.id } : keys
                if !told.isEmpty { tell(client, toForgetAll: told) }
            }
        }
    }

    /// Tells a client to forget one key; nil for all.
    private mutating func tell(_ client: Session, toForget key: ByteString?) {
        tell(client, toForgetAll: key.map { [$0] })
    }

    /// Tells a client, or the one that it redirects to, to forget keys; nil for all.
    private mutating func tell(_ client: Session, toForgetAll keys: [ByteString]?) {
        var target = client
        let redirect = client.tracking?.options.redirect ?? 0
        if redirect != 0 {
            guard let other = tracking.clients[redirect] else {
                return tellOfBrokenRedirect(client, redirect)
            }
            target = other
        }
        let isRESP3 = target.isPushedInRESP3
        // RESP2 knows messages of channels only, and only of another connection than the data's.
        guard isRESP3 || (redirect != 0 && target.isSubscribed) else { return }
        pushed.clear()
        pushed.isRESP3 = isRESP3
        if isRESP3 {
            pushed.push(2)
            pushed.bulk(Bytes("invalidate"))
        } else {
            pushed.push(3)
            pushed.bulk(Bytes("message"))
            pushed.bulk(Bytes("__redis__:invalidate"))
        }
        if let keys {
            pushed.array(keys.count)
            for key in keys { pushed.bulk(key) }
        } else {
            // Redis writes the null of the protocol of the client that tracks.
            pushed.isRESP3 = client.isPushedInRESP3
            pushed.null()
        }
        pushed.isRESP3 = false
        push(pushed.bytes, to: target)
    }

    private mutating func tellOfBrokenRedirect(_ client: Session, _ redirect: Int64) {
        client.tracking?.isRedirectBroken = true
        guard client.isPushedInRESP3 else { return }
        pushed.clear()
        pushed.isRESP3 = true
        pushed.push(2)
        pushed.bulk(Bytes("tracking-redir-broken"))
        pushed.integer(redirect)
        pushed.isRESP3 = false
        push(pushed.bytes, to: client)
    }
}

extension Dispatcher {
    /// What INFO tells of tracking.
    public var trackingCounts: (clients: Int, keys: Int, items: Int, prefixes: Int) {
        (
            tracking.clientCount, tracking.keys.count, tracking.itemCount,
            tracking.broadcasts.count
        )
    }
}
