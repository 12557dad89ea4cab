// SPDX-License-Identifier: Apache-2.0

import Commands
import Primitives
import RESP
import Store
import Synchronization
import Transport

/// A client's connection: bytes in, replies out, on one event loop.
///
/// What a turn of the loop brings is answered in place, together with what other connections have
/// received in it (``RequestBatch``), and the replies leave with one write. Only an unfinished
/// request, or one behind a request whose client waits, is copied.
final class Connection: StreamConnection, @unchecked Sendable {
    /// Why the next request is not looked at yet.
    private enum Wait {
        case nothing
        /// For a key: BLPOP and the like.
        case key
        /// For a command's work that runs outside the keyspace.
        case work
        /// For the client to take what has been sent.
        case output
        /// For the end of CLIENT PAUSE.
        case pause
    }

    private let host: Host
    private let workers: WorkerPool
    private let batch: RequestBatch
    private var requests: RequestLoop
    private var input = InputBuffer()
    private var client: Client?
    private var wait = Wait.nothing
    private var timeout: LoopTimer?
    /// Whether pushes wait for the client to take what has been sent.
    private var holdsPushes = false

    private var session: Session { requests.call.session }
    private var executor: Executor { batch.executor }

    init(
        _ socket: AcceptedSocket, on loop: EventLoop, batch: RequestBatch, host: Host,
        workers: WorkerPool
    ) {
        self.host = host
        self.workers = workers
        self.batch = batch
        requests = RequestLoop(session: Session(id: host.nextClientID()))
        super.init(socket.descriptor, on: loop)
    }

    // What the transport tells.

    override func received(_ bytes: Bytes) {
        guard let client else { return }
        client.pendingReceived += Int64(bytes.count)
        guard wait == .nothing, input.isEmpty else { return keep(bytes, client) }
        batch.add(self, bytes)
    }

    override func caughtUp() {
        if wait == .output, let client { resume(client) }
    }

    override func sentAll() {
        if holdsPushes { wake() }
    }

    override func ended() {
        cancelTimeout()
        guard let client else { return }
        self.client = nil
        executor.withState { state, _ in
            state.dispatcher.disconnect(client.session, in: &state.keyspace)
            client.connection = nil
            host.forget(client)
        }
    }
}

// MARK: - Coming and going

extension Connection {
    /// Takes the client in, or tells it why not.
    func open(from remote: SocketAddress, at local: SocketAddress) {
        begin()
        let session = session
        // Strong, until the end: a weak reference would give this object a side table, and make
        // each time that it is retained slower.
        session.onOutput = { [self] in
            loop.execute { self.wake() }
        }
        do {
            client = try executor.withState { state, now throws(ErrorReply) in
                try host.admit(
                    session, on: self, from: remote, at: local, now / 1000,
                    requiresPassword: state.dispatcher.access.requiresPassword)
            }
        } catch {
            session.onOutput = {}
            requests.call.reply.error(error)
            flush()
            endAfterSending()
        }
    }

    /// Closes the connection, but later, as whoever kills a client holds the keyspace, which this
    /// needs too. For any thread.
    func closeSoon() {
        loop.execute {
            // Its request is being answered further up the stack.
            if self.leavesInput { return self.closeSoon() }
            self.close()
        }
    }
}

extension Connection {
    /// Gives room for replies back, but later, as the replies are the loop's own. For any thread.
    func shrinkReplyBufferSoon(to bytes: Int) {
        loop.execute {
            if !self.leavesInput { self.requests.call.reply.shrink(to: bytes) }
        }
    }
}

// MARK: - Answering

extension Connection {
    /// Reads the first request of `bytes` before it is the connection's turn.
    func foreseeFirst(
        of bytes: Bytes, into firsts: inout Lookahead, at index: Int,
        _ state: inout Executor.State
    ) {
        requests.foreseeFirst(of: bytes, into: &firsts, at: index, host.requestLimits, &state)
    }

    /// Takes the first request back; false when it could not be read yet.
    func takeFirst(from firsts: inout Lookahead, at index: Int) -> Bool {
        firsts.take(index, into: &requests.call)
    }

    /// Answers what stands in `bytes`, with the keyspace in hand. ``settle(_:after:)`` is next.
    /// - Parameter hasFirst: whether the first request has been read and taken already.
    func answer(
        _ bytes: Bytes, hasFirst: Bool, in state: inout Executor.State, at nowMicroseconds: Int64
    ) -> RequestLoop.Stop {
        guard let client else { return .abandoned }
        leavesInput = true
        defer { leavesInput = false }
        return requests.run(
            bytes, in: &state, as: client, at: nowMicroseconds, hasFirst: hasFirst)
    }

    /// Sends the replies to what has been received and answered, and keeps the rest of it.
    func settle(_ bytes: Bytes, after stop: RequestLoop.Stop) {
        guard let client, settle(stop, bytes, client) else { return }
        let used = requests.parser.consumed
        requests.parser.dropped(used)
        if used < bytes.count { input.append(bytes.dropping(used)) }
        client.setWaiting(input.count)
        if !input.isEmpty, wait == .nothing, requests.hasMore { advance(client) }
    }

    /// Puts what has come behind what is waiting already.
    private func keep(_ bytes: Bytes, _ client: Client) {
        guard input.count + bytes.count <= host.queryBufferLimit else {
            executor.withState { _, _ in host.statistics.queryLimitDisconnections += 1 }
            return close()
        }
        input.append(bytes)
        client.setWaiting(input.count)
        if host.limitsClientMemory.load(ordering: .relaxed) {
            executor.withState { _, _ in host.count(client) }
        }
        guard wait == .nothing, input.count >= requests.parser.expectedSize else { return }
        advance(client)
    }

    /// Answers what stands in the input buffer, as far as it goes.
    private func advance(_ client: Client) {
        while isOpen, !isEnding, wait == .nothing {
            let bytes = input.bytes
            guard settle(run(bytes, client), bytes, client) else { return }
            let used = requests.parser.consumed
            requests.parser.dropped(used)
            input.drop(used)
            client.setWaiting(input.count)
            guard requests.hasMore else { return }
        }
    }

    private func run(_ bytes: Bytes, _ client: Client) -> RequestLoop.Stop {
        leavesInput = true
        defer { leavesInput = false }
        return executor.withState { state, now in
            state.dispatcher.timing.startBatch(after: state.dispatcher.commandCount)
            return requests.run(bytes, in: &state, as: client, at: now)
        }
    }

    /// Sends the replies and does what else the stop asks for; false when the connection is being
    /// closed.
    @inline(__always)
    private func settle(_ stop: RequestLoop.Stop, _ bytes: Bytes, _ client: Client) -> Bool {
        guard case .drained = stop else { return settleRarely(stop, bytes, client) }
        flush()
        return true
    }

    @inline(never)
    private func settleRarely(
        _ stop: RequestLoop.Stop, _ bytes: Bytes, _ client: Client
    ) -> Bool {
        var stop = stop
        while case .detached(let work) = stop, work.isCheap {
            let start = requests.call.reply.count
            work.run(&requests.call.reply)
            if session.replyMode != .on { requests.call.reply.truncate(to: start) }
            stop = run(bytes, client)
        }
        switch stop {
        case .drained:
            flush()
        case .full:
            flush()
            if !isWritable { wait = .output }
        case .blocked(let ticket, let deadline):
            wait = .key
            flush()
            if let deadline { scheduleTimeout(ticket, at: deadline) }
        case .detached(let work):
            wait = .work
            flush()
            start(work)
        case .paused:
            wait = .pause
            flush()
            schedulePauseEnd()
        case .close:
            flush()
            endAfterSending()
            return false
        case .abandoned:
            // Whoever has ended the connection closes it.
            requests.call.reply.clear()
            return false
        }
        return true
    }

    /// Sends all replies written so far.
    @inline(__always)
    private func flush() {
        let bytes = requests.call.reply.bytes
        guard !bytes.isEmpty else { return }
        client?.addSent(bytes.count)
        send(bytes)
        requests.call.reply.clear()
    }
}

// MARK: - Waiting

extension Connection {
    private func scheduleTimeout(_ ticket: Int64, at deadlineMilliseconds: Int64) {
        guard isOpen else { return }
        let left = deadlineMilliseconds - WallClock.microseconds() / 1000
        timeout = loop.schedule(afterMilliseconds: left) { [weak self] in
            guard let self, let client = self.client else { return }
            self.executor.withState { state, _ in
                state.dispatcher.timeOut(client.session, ticket: ticket, in: &state.keyspace)
            }
        }
    }

    /// Looks again soon: CLIENT UNPAUSE may come at any time.
    private func schedulePauseEnd() {
        guard isOpen else { return }
        timeout = loop.schedule(afterMilliseconds: 5) { [weak self] in
            guard let self, self.wait == .pause, let client = self.client else { return }
            self.resume(client)
        }
    }

    private func cancelTimeout() {
        guard let timeout else { return }
        loop.cancel(timeout)
        self.timeout = nil
    }

    /// Sends what the client gets without asking, and goes on after a wait for a key; called on the
    /// loop once there is something.
    private func wake() {
        // The request that is being answered further up the stack writes where this would.
        if leavesInput { return loop.execute { self.wake() } }
        guard let client, !isEnding else { return }
        // A client that does not take what it gets has it counted where all can see it.
        holdsPushes = wait != .key && unsentBytes > 0
        if holdsPushes { return }
        let isStillWaiting = executor.withState { _, _ in
            client.session.takeOutput(into: &requests.call.reply)
            return client.session.blocked != nil
        }
        if wait == .key, !isStillWaiting {
            cancelTimeout()
            resume(client)
        } else {
            flush()
        }
    }

    /// Runs a command's work on a worker thread, so that this loop's other clients need not wait.
    private func start(_ work: any DetachedWork) {
        let isRESP3 = requests.call.reply.isRESP3
        workers.submit {
            let result = WorkResult(isRESP3: isRESP3)
            work.run(&result.reply)
            self.loop.execute { self.finish(result) }
        }
    }

    private func finish(_ result: WorkResult) {
        guard wait == .work, let client, !isEnding else { return }
        if session.replyMode == .on { requests.call.reply.raw(result.reply.bytes) }
        resume(client)
    }

    private func resume(_ client: Client) {
        wait = .nothing
        if input.isEmpty {
            flush()
        } else {
            advance(client)
        }
    }
}

/// The reply of a command's detached work, on its way from the worker to the loop.
private final class WorkResult: @unchecked Sendable {
    var reply = ReplyWriter(capacity: 4096)

    init(isRESP3: Bool) {
        reply.isRESP3 = isRESP3
    }
}
