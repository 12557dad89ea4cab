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

    mutating func block(
        _ session: Session, _ request: BlockedRequest, _ arguments: [ByteString],
        in keyspace: inout Keyspace
    ) {
        session.blocked = Session.BlockedState(
            request: request, ticket: blockedSessions.nextTicket, database: keyspace.selected,
            arguments: arguments)
        blockedSessions.nextTicket += 1
        blockedSessions.count += 1
        for key in Set(request.keys) {
            let place = BlockedSessions.DatabaseKey(database: keyspace.selected, key: key)
            blockedSessions.queues[place, default: []].append(session)
            keyspace.await(key)
        }
    }

    /// Ends a wait, whatever ends it. The session answers or has answered its client.
    private mutating func forget(_ session: Session, in keyspace: inout Keyspace) {
        guard let blocked = session.blocked else { return }
        session.blocked = nil
        blockedSessions.count -= 1
        keyspace.inDatabase(blocked.database) { keyspace in
            for key in Set(blocked.request.keys) {
                let place = BlockedSessions.DatabaseKey(database: blocked.database, key: key)
                blockedSessions.queues[place]?.removeAll { $0 === session }
                if blockedSessions.queues[place]?.isEmpty == true {
                    blockedSessions.queues[place] = nil
                }
                keyspace.stopAwaiting(key)
            }
        }
    }

    /// Ends the wait that has this ticket, as its time is up, with the command's own reply.
    public mutating func timeOut(
        _ session: Session, ticket: Int64, in keyspace: inout Keyspace
    ) {
        guard let blocked = session.blocked, blocked.ticket == ticket else { return }
        var reply = ReplyWriter(capacity: 64)
        reply.isRESP3 = session.protocolVersion == 3
        blocked.request.onTimeout.write(to: &reply)
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
        finish(session, with: reply.bytes, in: &keyspace)
    }

    /// Forgets a client that is gone: its wait and its watches.
    public mutating func disconnect(_ session: Session, in keyspace: inout Keyspace) {
        forget(session, in: &keyspace)
        session.unwatchAll(in: &keyspace)
        session.transaction = nil
    }

    private mutating func finish(
        _ session: Session, with reply: Bytes, in keyspace: inout Keyspace
    ) {
        forget(session, in: &keyspace)
        session.lateReply = ByteString(reply)
        session.onUnblock()
    }

    /// Lets waiting requests run for the keys that have changed, the longest waiting first; what
    /// they do may make further keys ready.
    mutating func serveBlocked(in keyspace: inout Keyspace, at nowMicroseconds: Int64) {
        while !keyspace.readyKeys.isEmpty {
            let ready = keyspace.readyKeys
            keyspace.readyKeys = []
            var seen: Set<BlockedSessions.DatabaseKey> = []
            for (database, key) in ready {
                let place = BlockedSessions.DatabaseKey(database: database, key: key)
                guard seen.insert(place).inserted else { continue }
                for session in blockedSessions.queues[place] ?? [] {
                    guard hasValue(key, database, for: session, in: &keyspace) else { continue }
                    retry(session, in: &keyspace, at: nowMicroseconds)
                }
            }
        }
    }

    private func hasValue(
        _ key: ByteString, _ database: Int, for session: Session, in keyspace: inout Keyspace
    ) -> Bool {
        keyspace.inDatabase(database) { keyspace in
            key.withBytes { keyspace.peek($0)?.type } == session.blocked?.request.type
        }
    }

    /// Runs a waiting session's command again; it may go on waiting, at its place in the queue.
    private mutating func retry(
        _ session: Session, in keyspace: inout Keyspace, at nowMicroseconds: Int64
    ) {
        guard let blocked = session.blocked else { return }
        var call = Call(session: session, arguments: Arguments(blocked.arguments))
        call.nowMicroseconds = nowMicroseconds
        let previous = keyspace.selected
        keyspace.selected = blocked.database
        defer { keyspace.selected = previous }
        do {
            let entry = try find(&call)
            try run(entry, &call, in: &keyspace)
        } catch {
            call.reply.clear()
            call.reply.error(error)
        }
        if call.blockedRequest == nil {
            finish(session, with: call.reply.bytes, in: &keyspace)
        }
    }
}
