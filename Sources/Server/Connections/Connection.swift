// SPDX-License-Identifier: Apache-2.0

import Commands
import Glibc
import NIOCore
import NIOPosix
import Primitives
import RESP
import Store
import Synchronization

/// A client's connection: bytes in, replies out, on one event loop.
///
/// What a read brings is answered in place, as one batch, and the replies leave with one write.
/// Only an unfinished request, or one behind a request whose client waits, is copied.
final class Connection: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

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

    /// Replies above this size are sent from buffers of their own, in pieces.
    private static let pieceBytes = 16 * 1024 * 1024

    private let executor: Executor
    private let host: Host
    private let workers: NIOThreadPool
    private var requests: RequestLoop
    private var input = InputBuffer()
    private var output = ByteBuffer()
    /// The socket, while the channel is open.
    private(set) var socket: CInt?
    /// Whether the channel may still hold bytes that wait for the client to take them.
    private var isChannelSending = false
    private var client: Client?
    private var context: ChannelHandlerContext?
    private var wait = Wait.nothing
    private var timeout: Scheduled<Void>?
    private var isClosing = false
    /// Whether pushes wait for the client to take what has been sent.
    private var holdsPushes = false
    /// Whether requests are being answered just now: one of them may be a script.
    private var isAnswering = false
    /// Whether the client has ended the connection, as was noticed by ``readWhileBusy()``.
    private var hasEnded = false

    private var session: Session { requests.call.session }

    init(host: Host, workers: NIOThreadPool) {
        self.host = host
        self.workers = workers
        executor = host.executor
        requests = RequestLoop(session: Session(id: host.nextClientID()))
    }
}

// MARK: - Coming and going

extension Connection {
    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        let channel = context.channel
        let loop = context.eventLoop
        socket = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { $0 }
        let session = session
        // Strong, until `leave()`: a weak reference would give this object a side table, and make
        // each of the dozen times that the channel retains it for a read slower.
        session.onOutput = { [self] in
            loop.execute { self.wake() }
        }
        do {
            client = try executor.withState { state, now throws(ErrorReply) in
                try host.admit(
                    session, from: channel.remoteAddress, at: channel.localAddress, now / 1000,
                    requiresPassword: state.dispatcher.access.requiresPassword
                ) {
                    // Later, as whoever kills a client holds the keyspace, which its end needs too.
                    loop.execute { channel.close(mode: .all, promise: nil) }
                }
            }
            client?.connection = self
        } catch {
            session.onOutput = {}
            requests.call.reply.error(error)
            sendAndClose(context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Nobody behind this handler wants to know.
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        leave()
        self.context = nil
    }

    /// Forgets the client in the keyspace and everywhere else.
    private func leave() {
        isClosing = true
        socket = nil
        timeout?.cancel()
        timeout = nil
        guard let client else { return }
        self.client = nil
        executor.withState { state, _ in
            state.dispatcher.disconnect(client.session, in: &state.keyspace)
            client.connection = nil
            host.forget(client)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

// MARK: - Reading

extension Connection {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let client, !isClosing else { return }
        let received = unwrapInboundIn(data)
        client.pendingReceived += Int64(received.readableBytes)
        unsafe received.withUnsafeReadableBytes { buffer in
            let bytes = unsafe Bytes(buffer)
            guard wait == .nothing, input.isEmpty else { return keep(bytes, context, client) }
            if answer(bytes, context, client) {
                let used = requests.parser.consumed
                requests.parser.dropped(used)
                input.append(bytes.dropping(used))
            }
        }
        client.setWaiting(input.count)
        if !input.isEmpty, wait == .nothing, requests.hasMore { advance(context, client) }
    }

    /// Puts what has come behind what is waiting already.
    private func keep(_ bytes: Bytes, _ context: ChannelHandlerContext, _ client: Client) {
        guard input.count + bytes.count <= host.queryBufferLimit else {
            executor.withState { _, _ in host.statistics.queryLimitDisconnections += 1 }
            return context.close(promise: nil)
        }
        input.append(bytes)
        client.setWaiting(input.count)
        if host.limitsClientMemory.load(ordering: .relaxed) {
            executor.withState { _, _ in host.count(client) }
        }
        guard wait == .nothing, input.count >= requests.parser.expectedSize else { return }
        advance(context, client)
    }

    /// Answers what stands in the input buffer, as far as it goes.
    private func advance(_ context: ChannelHandlerContext, _ client: Client) {
        while !isClosing, wait == .nothing, answer(input.bytes, context, client) {
            let used = requests.parser.consumed
            requests.parser.dropped(used)
            input.drop(used)
            client.setWaiting(input.count)
            guard requests.hasMore else { return }
        }
    }

    /// Answers requests and sends the replies; false when the connection is being closed.
    private func answer(
        _ bytes: Bytes, _ context: ChannelHandlerContext, _ client: Client
    ) -> Bool {
        isAnswering = true
        defer { isAnswering = false }
        var stop = requests.run(bytes, on: executor, as: client)
        while case .detached(let work) = stop, work.isCheap {
            let start = requests.call.reply.count
            work.run(&requests.call.reply)
            if session.replyMode != .on { requests.call.reply.truncate(to: start) }
            stop = requests.run(bytes, on: executor, as: client)
        }
        switch stop {
        case .drained:
            send(context)
        case .full:
            send(context)
            if !context.channel.isWritable { wait = .output }
        case .blocked(let ticket, let deadline):
            wait = .key
            send(context)
            if let deadline { scheduleTimeout(ticket, at: deadline, context.eventLoop) }
        case .detached(let work):
            wait = .work
            send(context)
            start(work, context.eventLoop)
        case .paused:
            wait = .pause
            send(context)
            schedulePauseEnd(context.eventLoop)
        case .close:
            sendAndClose(context)
            return false
        case .abandoned:
            // Whoever has ended the connection closes the channel.
            isClosing = true
            requests.call.reply.clear()
            return false
        }
        return true
    }
}

// MARK: - While a script keeps the event loop

extension Connection {
    static func descriptor(of channel: any Channel) -> Int32 {
        let found = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { $0 }
        return (found ?? nil) ?? -1
    }

    /// Whether ``readWhileBusy()`` may find something to do: called on whatever loop a script
    /// keeps.
    var mayReadWhileBusy: Bool {
        guard let context, context.eventLoop.inEventLoop else { return false }
        return socket != nil && !isAnswering && !isClosing && !hasEnded && wait == .nothing
    }

    /// Reads and answers what has come, as the event loop would if it were not in the middle of a
    /// script.
    func readWhileBusy() {
        guard mayReadWhileBusy, let context, let socket else { return }
        var buffer = context.channel.allocator.buffer(capacity: 16 * 1024)
        let count = unsafe buffer.withUnsafeMutableWritableBytes { bytes in
            unsafe recv(socket, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT))
        }
        // The end, and what is wrong, is left to the event loop.
        guard count > 0 else {
            hasEnded = count == 0
            return
        }
        buffer.moveWriterIndex(forwardBy: count)
        context.channel.pipeline.fireChannelRead(buffer)
    }
}

// MARK: - Waiting

extension Connection {
    private func scheduleTimeout(
        _ ticket: Int64, at deadlineMilliseconds: Int64, _ loop: any EventLoop
    ) {
        let left = max(0, deadlineMilliseconds - WallClock.microseconds() / 1000)
        // A wait of years is a wait without end; the clock of the loop counts nanoseconds in 64
        // bits.
        let delay = TimeAmount.milliseconds(min(left, 1000 * 86400 * 365 * 10))
        timeout = loop.scheduleTask(in: delay) { [weak self] in
            guard let self, let client = self.client else { return }
            self.executor.withState { state, _ in
                state.dispatcher.timeOut(client.session, ticket: ticket, in: &state.keyspace)
            }
        }
    }

    /// Looks again soon: CLIENT UNPAUSE may come at any time.
    private func schedulePauseEnd(_ loop: any EventLoop) {
        timeout = loop.scheduleTask(in: .milliseconds(5)) { [weak self] in
            guard let self, self.wait == .pause, let context = self.context,
                let client = self.client
            else { return }
            self.resume(context, client)
        }
    }

    /// Sends what the client gets without asking, and goes on after a wait for a key; called on the
    /// loop once there is something.
    private func wake() {
        guard let context, let client, !isClosing else { return }
        // A client that does not take what it gets has it counted where all can see it.
        holdsPushes = wait != .key && client.unsentBytes > 0
        if holdsPushes { return }
        let isStillWaiting = executor.withState { _, _ in
            client.session.takeOutput(into: &requests.call.reply)
            return client.session.blocked != nil
        }
        if wait == .key, !isStillWaiting {
            timeout?.cancel()
            timeout = nil
            resume(context, client)
        } else {
            send(context)
        }
    }

    /// Runs a command's work on a worker thread, so that this loop's other clients need not wait.
    private func start(_ work: any DetachedWork, _ loop: any EventLoop) {
        let isRESP3 = requests.call.reply.isRESP3
        workers.submit { _ in
            let result = WorkResult(isRESP3: isRESP3)
            work.run(&result.reply)
            loop.execute { self.finish(result) }
        }
    }

    private func finish(_ result: WorkResult) {
        guard wait == .work, let context, let client, !isClosing else { return }
        if session.replyMode == .on { requests.call.reply.raw(result.reply.bytes) }
        resume(context, client)
    }

    private func resume(_ context: ChannelHandlerContext, _ client: Client) {
        wait = .nothing
        if input.isEmpty {
            send(context)
        } else {
            advance(context, client)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        let isWritable = context.channel.isWritable
        // A client that does not read its replies is not read from.
        try? context.channel.syncOptions?.setOption(ChannelOptions.autoRead, value: isWritable)
        if isWritable, wait == .output, let client { resume(context, client) }
        context.fireChannelWritabilityChanged()
    }
}

/// The reply of a command's detached work, on its way from the worker to the loop.
private final class WorkResult: @unchecked Sendable {
    var reply = ReplyWriter(capacity: 4096)

    init(isRESP3: Bool) {
        reply.isRESP3 = isRESP3
    }
}

// MARK: - Sending

extension Connection {
    /// Sends all replies written so far, with one write.
    private func send(_ context: ChannelHandlerContext) {
        let count = requests.call.reply.count
        guard count > 0 else { return }
        client?.addSent(count)
        if count <= RequestLoop.fullReplyBytes {
            let rest = requests.call.reply.bytes.dropping(sendDirectly(context))
            if rest.count > 0 {
                isChannelSending = true
                output.clear()
                unsafe output.writeBytes(rest.buffer)
                context.writeAndFlush(
                    wrapOutboundOut(output), promise: unsent(rest.count, context))
            }
        } else {
            isChannelSending = true
            sendPieces(context)
        }
        requests.call.reply.clear()
    }

    /// Counts bytes that are about to be sent until they have left.
    private func unsent(
        _ count: Int, _ context: ChannelHandlerContext
    ) -> EventLoopPromise<Void> {
        let promise = context.eventLoop.makePromise(of: Void.self)
        client?.addUnsent(count)
        promise.futureResult.whenComplete { _ in
            self.client?.addUnsent(-count)
            if self.holdsPushes { self.wake() }
        }
        return promise
    }

    /// Sends what has been written past the channel, if that has nothing to send itself, and
    /// returns how many bytes the system took: mostly all. An eighth of a GET's cost was the way
    /// through the channel.
    ///
    /// Whatever is wrong with the socket, the channel finds out with the bytes that are left.
    private func sendDirectly(_ context: ChannelHandlerContext) -> Int {
        guard let socket else { return 0 }
        if isChannelSending {
            let left = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)
            guard left == 0 else { return 0 }
            isChannelSending = false
        }
        let bytes = requests.call.reply.bytes
        let sent = unsafe Glibc.send(
            socket, bytes.buffer.baseAddress, bytes.count, CInt(MSG_NOSIGNAL))
        return max(0, sent)
    }

    private func sendPieces(_ context: ChannelHandlerContext) {
        let bytes = requests.call.reply.bytes
        var sent = 0
        while sent < bytes.count {
            let end = min(bytes.count, sent + Self.pieceBytes)
            var piece = context.channel.allocator.buffer(capacity: end - sent)
            unsafe piece.writeBytes(bytes[sent..<end].buffer)
            context.write(wrapOutboundOut(piece), promise: unsent(end - sent, context))
            sent = end
        }
        context.flush()
    }

    private func sendAndClose(_ context: ChannelHandlerContext) {
        isClosing = true
        send(context)
        let channel = context.channel
        // An empty write completes behind all others.
        let done = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: done)
        done.futureResult.whenComplete { _ in channel.close(mode: .all, promise: nil) }
    }
}
