// SPDX-License-Identifier: Apache-2.0

import Commands
import Primitives
import Transport

/// What the connections of one event loop have received in a turn of it: the keyspace is taken once
/// for all of it, and the replies leave when it is free again.
///
/// Of several connections the first requests are read before any of them is answered, so that the
/// memory of their keys arrives meanwhile.
///
/// A script that lets others in while it runs has the loop turn within this turn: then what is left
/// here is worked off in there (``EventLoop/serve()``), as are the replies that wait.
///
/// Touched only on its loop.
final class RequestBatch: @unchecked Sendable {
    @safe
    private struct Received {
        /// Its loop keeps it alive for the whole turn.
        var connection: Unmanaged<Connection>
        var bytes: Bytes
    }

    private struct Answered {
        var received: Received
        var stop: RequestLoop.Stop
    }

    let executor: Executor
    private var waiting: [Received] = []
    /// The first that has not been answered.
    private var next = 0
    /// The first requests of those from `groupStart` to `groupEnd`.
    private var firsts = Lookahead()
    private var groupStart = 0
    private var groupEnd = 0
    private var answered: [Answered] = []
    /// The first whose replies have not been sent.
    private var nextAnswered = 0

    init(executor: Executor) {
        self.executor = executor
    }
}

extension RequestBatch {
    func add(_ connection: Connection, _ bytes: Bytes) {
        unsafe waiting.append(Received(connection: .passUnretained(connection), bytes: bytes))
    }

    /// Answers all that has been added, and sends the replies.
    func run() {
        settle()
        if next < waiting.count {
            executor.withState { state, now in
                state.dispatcher.timing.startBatch(after: state.dispatcher.commandCount)
                while next < waiting.count { answerNext(in: &state, at: now) }
            }
        }
        waiting.removeAll(keepingCapacity: true)
        next = 0
        groupEnd = 0
        settle()
    }

    @inline(__always)
    private func answerNext(in state: inout Executor.State, at nowMicroseconds: Int64) {
        if next >= groupEnd, waiting.count - next > 1 { foreseeGroup(&state) }
        let index = next
        let received = waiting[index]
        next += 1
        let stop = unsafe received.connection._withUnsafeGuaranteedRef {
            let hasFirst = index < groupEnd && $0.takeFirst(from: &firsts, at: index - groupStart)
            return $0.answer(
                received.bytes, hasFirst: hasFirst, in: &state, at: nowMicroseconds)
        }
        answered.append(Answered(received: received, stop: stop))
    }

    /// Reads the first requests of the next connections.
    private func foreseeGroup(_ state: inout Executor.State) {
        groupStart = next
        groupEnd = min(waiting.count, next + Lookahead.depth)
        for index in groupStart..<groupEnd {
            let received = waiting[index]
            unsafe received.connection._withUnsafeGuaranteedRef {
                $0.foreseeFirst(of: received.bytes, into: &firsts, at: index - groupStart, &state)
            }
        }
        firsts.prefetch(groupEnd - groupStart, &state)
    }

    private func settle() {
        while nextAnswered < answered.count {
            let one = answered[nextAnswered]
            nextAnswered += 1
            unsafe one.received.connection._withUnsafeGuaranteedRef {
                $0.settle(one.received.bytes, after: one.stop)
            }
        }
        answered.removeAll(keepingCapacity: true)
        nextAnswered = 0
    }
}
