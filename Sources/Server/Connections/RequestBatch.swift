// SPDX-License-Identifier: Apache-2.0

import Commands
import Primitives
import Transport

/// What the connections of one event loop have received in a turn of it: the keyspace is taken once
/// for all of it, and the replies leave when it is free again.
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
                while next < waiting.count {
                    let received = waiting[next]
                    next += 1
                    let stop = unsafe received.connection._withUnsafeGuaranteedRef {
                        $0.answer(received.bytes, in: &state, at: now)
                    }
                    answered.append(Answered(received: received, stop: stop))
                }
            }
        }
        waiting.removeAll(keepingCapacity: true)
        next = 0
        settle()
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
