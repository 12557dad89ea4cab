// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// The sessions that wait for keys, in the order in which they began to.
struct BlockedSessions {
    /// Waiting sessions by database and key, oldest first.
    var queues: [DatabaseKey: [Session]] = [:]
    var nextTicket: Int64 = 1
    var count = 0

    struct DatabaseKey: Hashable {
        let database: Int
        let key: ByteString
    }
}

extension Dispatcher {
    /// The number of clients that wait.
    public var blockedCount: Int { blockedSessions.count }

    /// The number of keys that clients wait for. With `whenGone` those alone whose going wakes one.
    public func blockingKeyCount(whenGone: Bool = false) -> Int {
        guard whenGone else { return blockedSessions.queues.count }
        return blockedSessions.queues.values.count { sessions in
            sessions.contains { $0.blocked?.request.wakesWhenGone == true }
        }
    }

    mutating func block(
        _ session: Session, _ request: BlockedRequest, _ arguments: [ByteString],
        in keyspace: inout Keyspace
    ) {
        session.blocked = Session.BlockedState(
            request: request, ticket: blockedSessions.nextTicket, database: keyspace.selected,
            arguments: arguments)
        blockedSessions.nextTicket += 1
        blockedSessions.count += 1
        // It counts as called when it is answered.
        entry(of: arguments)?.callCount &-= 1
        session.commandCount &-= 1
        commandCount &-= 1
        for key in request.distinctKeys {
            let place = BlockedSessions.DatabaseKey(database: keyspace.selected, key: key)
            blockedSessions.queues[place, default: []].append(session)
            keyspace.await(key)
        }
    }

    private func entry(of arguments: [ByteString]) -> CommandEntry? {
        arguments[0].withBytes { table.find($0) }
    }

    /// Ends a wait, whatever ends it. The session answers or has answered its client.
    private mutating func forget(_ session: Session, in keyspace: inout Keyspace) {
        guard let blocked = session.blocked else { return }
        session.blocked = nil
        blockedSessions.count -= 1
        keyspace.inDatabase(blocked.database) { keyspace in
            for key in blocked.request.distinctKeys {
                let place = BlockedSessions.DatabaseKey(database: blocked.database, key: key)
                blockedSessions.remove(session, from: place)
                keyspace.stopAwaiting(key)
            }
        }
    }

    /// Ends the wait that has this ticket, as its time is up.
    public mutating func timeOut(
        _ session: Session, ticket: Int64, in keyspace: inout Keyspace
    ) {
        guard let blocked = session.blocked, blocked.ticket == ticket else { return }
        var reply = ReplyWriter(capacity: 64)
        reply.isRESP3 = session.protocolVersion == 3
        blocked.request.onTimeout.writeInVain(to: &reply)
        entry(of: blocked.arguments)?.callCount &+= 1
        finish(session, with: reply.bytes, in: &keyspace)
    }

    /// Ends a wait with the timeout's reply, or an error: CLIENT UNBLOCK.
    public mutating func unblock(
        _ session: Session, with error: ErrorReply?, in keyspace: inout Keyspace
    ) {
        guard let blocked = session.blocked else { return }
        guard let error else {
            return timeOut(session, ticket: blocked.ticket, in: &keyspace)
        }
        var reply = ReplyWriter(capacity: 64)
        reply.error(error)
        countFailure(error)
        if let entry = entry(of: blocked.arguments) {
            entry.callCount &+= 1
            entry.failedCount &+= 1
        }
        finish(session, with: reply.bytes, in: &keyspace)
    }

    /// Forgets a client that is gone: its wait and its watches.
    public mutating func disconnect(_ session: Session, in keyspace: inout Keyspace) {
        forget(session, in: &keyspace)
        session.unwatchAll(in: &keyspace)
        session.transaction = nil
        stopListening(session, in: &keyspace)
        if !tracking.clients.isEmpty { tracking.clients[session.id] = nil }
    }

    private mutating func finish(
        _ session: Session, with reply: Bytes, in keyspace: inout Keyspace
    ) {
        forget(session, in: &keyspace)
        session.commandCount &+= 1
        commandCount &+= 1
        switch session.replyMode {
        case .on, .skipNext: session.send(reply)
        case .off: break
        case .skipping: session.replyMode = .on
        }
        wake(session)
    }

    /// Lets waiting requests run for the keys that have changed, the longest waiting first; what
    /// they do may make further keys ready.
    public mutating func serveBlocked(in keyspace: inout Keyspace, at nowMicroseconds: Int64) {
        while !keyspace.readyKeys.isEmpty {
            let ready = keyspace.readyKeys
            keyspace.readyKeys = []
            var seen: Set<BlockedSessions.DatabaseKey> = []
            for (database, key) in ready {
                let place = BlockedSessions.DatabaseKey(database: database, key: key)
                guard seen.insert(place).inserted else { continue }
                serve(place, in: &keyspace, at: nowMicroseconds)
            }
        }
    }

    /// Lets the requests that wait for a key run while it has a value of their type; those that
    /// need what was there run in any case.
    private mutating func serve(
        _ place: BlockedSessions.DatabaseKey, in keyspace: inout Keyspace, at nowMicroseconds: Int64
    ) {
        for session in blockedSessions.queues[place] ?? [] {
            let type = keyspace.inDatabase(place.database) { keyspace in
                place.key.withBytes { keyspace.peek($0)?.type }
            }
            // One that waits for another type goes on waiting, at its place.
            guard let request = session.blocked?.request,
                type == request.type || request.wakesWhenGone
            else { continue }
            retry(session, in: &keyspace, at: nowMicroseconds)
        }
    }

    /// Runs a waiting session's command again; should it block once more, it is the last to do so
    /// for each of its keys, as in Redis.
    private mutating func retry(
        _ session: Session, in keyspace: inout Keyspace, at nowMicroseconds: Int64
    ) {
        guard let blocked = session.blocked else { return }
        var call = Call(session: session, arguments: Arguments(blocked.arguments))
        call.nowMicroseconds = nowMicroseconds
        call.reply.isRESP3 = session.protocolVersion == 3
        call.isRetry = true
        let previous = (database: keyspace.selected, client: currentID)
        keyspace.selected = blocked.database
        currentID = session.id
        defer {
            keyspace.selected = previous.database
            currentID = previous.client
        }
        do {
            let entry = try find(&call)
            try admit(entry, &call)
            try run(entry, &call, in: &keyspace)
            if call.blockedRequest != nil { entry.callCount &-= 1 }
        } catch {
            call.blockedRequest = nil
            call.reply.clear()
            failed(error, &call)
        }
        guard call.blockedRequest != nil else {
            finish(session, with: call.reply.bytes, in: &keyspace)
            return settleRetry(of: session)
        }
        for key in blocked.request.distinctKeys {
            let place = BlockedSessions.DatabaseKey(database: blocked.database, key: key)
            blockedSessions.remove(session, from: place)
            blockedSessions.queues[place, default: []].append(session)
        }
        if isUnsettled { settleRetry(of: session) }
    }
}

extension BlockedSessions {
    fileprivate mutating func remove(_ session: Session, from place: DatabaseKey) {
        guard let index = queues.index(forKey: place) else { return }
        // Whoever is served is mostly the first.
        if let position = queues.values[index].firstIndex(where: { $0 === session }) {
            queues.values[index].remove(at: position)
        }
        if queues.values[index].isEmpty { queues.remove(at: index) }
    }
}

extension BlockedRequest {
    /// The keys without repetitions.
    fileprivate var distinctKeys: [ByteString] {
        keys.count < 2 ? keys : Array(Set(keys))
    }
}
