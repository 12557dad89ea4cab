// SPDX-License-Identifier: Apache-2.0

import Commands
import Primitives
import RESP
import Store

/// Takes the requests out of what a connection has received and has them answered, one after the
/// other, until it must stop.
///
/// Kept apart from the connection as a value of its own, so that the inner loop works on memory
/// that nobody else can reach and allocates nothing.
struct RequestLoop: ~Copyable {
    /// Why the loop came to a halt.
    enum Stop {
        /// All requests that were whole are answered.
        case drained
        /// The client waits for a key.
        case blocked(ticket: Int64, deadlineMilliseconds: Int64?)
        /// A command's work goes on without the keyspace.
        case detached(any DetachedWork)
        /// So much has been written that it should be sent first.
        case full
        /// CLIENT PAUSE makes the next request wait.
        case paused
        /// The connection ends once the replies are sent.
        case close
        /// The server has ended the connection, and nothing more is sent.
        case abandoned
    }

    /// How many bytes of replies are collected before they are sent.
    static let fullReplyBytes = 1024 * 1024

    var parser = RequestParser()
    var call: Call
    /// Whether the last run ended before all whole requests were answered.
    private(set) var hasMore = false

    /// From how many bytes of replies on the limits for output are looked at.
    private var replyThreshold = Int.max

    init(session: Session) {
        call = Call(session: session)
    }
}

extension RequestLoop {
    /// Answers the requests that stand whole in `bytes`, with the keyspace in hand; the parser then
    /// knows how many of the bytes are used up.
    /// - Parameter hasFirst: whether the first request has been read already, by
    ///   ``foreseeFirst(of:into:at:_:_:)``, and is in ``call``.
    mutating func run(
        _ bytes: Bytes, in state: inout Executor.State, as client: Client,
        at nowMicroseconds: Int64, hasFirst: Bool = false
    ) -> Stop {
        hasMore = true
        client.noteBatch(at: nowMicroseconds, replyRoomBytes: call.reply.roomBytes)
        client.setWaiting(bytes.count)
        if client.isKilled { return .abandoned }
        let host = client.host
        defer { if host.clientMemoryLimit > 0 { host.count(client) } }
        replyThreshold =
            call.session.isAuthenticated ? host.replyThreshold : Client.smallOutputBytes
        if client.isPostponed { client.isPostponed = false }
        call.session.takeOutput(into: &call.reply)
        parser.limits = host.requestLimits
        let pause = host.pause
        call.reply.isRESP3 = call.session.protocolVersion == 3
        call.nowMicroseconds = nowMicroseconds
        var isRead = hasFirst
        while true {
            if !isRead {
                do throws(ErrorReply) {
                    try lookAhead(in: bytes, &state)
                } catch {
                    call.reply.error(error)
                    return .close
                }
                if state.lookahead.isEmpty {
                    hasMore = false
                    return .drained
                }
            }
            while isRead || !state.lookahead.isEmpty {
                if !isRead { state.lookahead.take(into: &call) }
                if let pause, mustWait(pause, state.dispatcher) {
                    if isRead {
                        call.foresight = nil
                        parser.rewind(to: 0)
                    } else {
                        state.lookahead.giveBack(to: &parser, withLast: true)
                    }
                    client.isPostponed = true
                    return .paused
                }
                isRead = false
                let outcome = state.dispatcher.dispatch(&call, in: &state.keyspace)
                if let stop = client.isKilled ? .abandoned : stop(after: outcome, client) {
                    state.lookahead.giveBack(to: &parser)
                    return stop
                }
            }
            if parser.consumed == bytes.count {
                hasMore = false
                return .drained
            }
            call.nowMicroseconds = WallClock.microseconds()
        }
    }

    /// Reads the first request that a connection has received, before it is its turn.
    mutating func foreseeFirst(
        of bytes: Bytes, into firsts: inout Lookahead, at index: Int,
        _ limits: RequestLimits, _ state: inout Executor.State
    ) {
        parser.limits = limits
        parser.limits.isAuthenticated = call.session.isAuthenticated
        firsts.foreseeFirst(
            of: bytes, by: &parser, at: index, in: call.session.database, &state)
    }

    /// Reads the next requests. Of a client that has not authenticated only one, as the next may
    /// change what it is allowed to send.
    @inline(__always)
    private mutating func lookAhead(
        in bytes: Bytes, _ state: inout Executor.State
    ) throws(ErrorReply) {
        let isAuthenticated = call.session.isAuthenticated
        parser.limits.isAuthenticated = isAuthenticated
        try state.lookahead.fill(
            from: bytes, by: &parser, limit: isAuthenticated ? Lookahead.depth : 1)
        state.keyspace.selected = call.session.database
        state.lookahead.foresee(by: &state.dispatcher, in: state.keyspace)
    }

    /// Whether CLIENT PAUSE holds the request in `call` back.
    @inline(never)
    private func mustWait(_ pause: Host.Pause, _ dispatcher: borrowing Dispatcher) -> Bool {
        guard pause.endMilliseconds > call.nowMilliseconds, !dispatcher.isMalformed(call) else {
            return false
        }
        return !pause.isForWritesOnly || dispatcher.mayWrite(call)
    }

    @inline(__always)
    private mutating func stop(after outcome: Dispatcher.Outcome, _ client: Client) -> Stop? {
        if call.reply.count >= replyThreshold,
            client.host.limitOutput(of: client, call.reply.count)
        {
            return .abandoned
        }
        if call.closesConnection { return .close }
        switch outcome {
        case .done:
            return call.reply.count >= Self.fullReplyBytes ? .full : nil
        case .blocked:
            guard let blocked = call.session.blocked else { return nil }
            return .blocked(
                ticket: blocked.ticket,
                deadlineMilliseconds: blocked.request.deadlineMilliseconds)
        case .detached:
            guard let work = call.detached else { return nil }
            call.detached = nil
            return .detached(work)
        }
    }
}
