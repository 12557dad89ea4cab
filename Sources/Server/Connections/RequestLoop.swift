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
    /// After so many requests the clock is looked at again.
    private static let requestsPerClockReading = 16

    var parser = RequestParser()
    var call: Call
    /// Whether the last run ended before all whole requests were answered.
    private(set) var hasMore = false

    init(session: Session) {
        call = Call(session: session)
    }
}

extension RequestLoop {
    /// Answers the requests that stand whole in `bytes`; the parser then knows how many of the
    /// bytes are used up.
    mutating func run(_ bytes: Bytes, on executor: Executor, as client: Client) -> Stop {
        hasMore = true
        return executor.withState { state, now in
            client.noteBatch(at: now)
            client.setWaiting(bytes.count)
            if client.isKilled { return .abandoned }
            let host = client.host
            let threshold = host.replyThreshold
            if client.isPostponed { client.isPostponed = false }
            call.session.takeOutput(into: &call.reply)
            parser.limits = host.requestLimits
            let pause = host.pause
            call.reply.isRESP3 = call.session.protocolVersion == 3
            call.nowMicroseconds = now
            var untilClock = Self.requestsPerClockReading
            while true {
                parser.limits.isAuthenticated = call.session.isAuthenticated
                do throws(ErrorReply) {
                    guard case .request = try parser.next(in: bytes, into: &call.arguments) else {
                        hasMore = false
                        return .drained
                    }
                } catch {
                    call.reply.error(error)
                    return .close
                }
                if let pause, mustWait(pause, state.dispatcher) {
                    parser.unread()
                    client.isPostponed = true
                    return .paused
                }
                let outcome = state.dispatcher.dispatch(&call, in: &state.keyspace)
                if client.isKilled { return .abandoned }
                if call.reply.count >= threshold, host.limitOutput(of: client, call.reply.count) {
                    return .abandoned
                }
                if let stop = stop(after: outcome) { return stop }
                untilClock -= 1
                if untilClock == 0 {
                    untilClock = Self.requestsPerClockReading
                    call.nowMicroseconds = WallClock.microseconds()
                }
            }
        }
    }

    /// Whether CLIENT PAUSE holds the request in `call` back.
    @inline(never)
    private func mustWait(_ pause: Host.Pause, _ dispatcher: borrowing Dispatcher) -> Bool {
        guard pause.endMilliseconds > call.nowMilliseconds else { return false }
        return !pause.isForWritesOnly || dispatcher.mayWrite(call)
    }

    @inline(__always)
    private mutating func stop(after outcome: Dispatcher.Outcome) -> Stop? {
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
