// SPDX-License-Identifier: Apache-2.0

import Logging
import Synchronization
import Transport

/// Where connections come from, and the event loops that they are spread over.
final class Listener: Sendable {
    private let host: Host
    private let loops: [EventLoop]
    private let batches: [RequestBatch]
    private let workers: WorkerPool
    private let sockets = Mutex<[ListeningSocket]>([])
    private let acceptedCount = Atomic<Int>(0)

    /// Starts the threads.
    init(host: Host, threadCount: Int) throws(TransportError) {
        self.host = host
        workers = try WorkerPool()
        var loops: [EventLoop] = []
        var batches: [RequestBatch] = []
        for number in 0..<max(1, threadCount) {
            let loop = try EventLoop(name: "engram-io-\(number)")
            let batch = RequestBatch(executor: host.executor)
            loop.onReceived = { batch.run() }
            try loop.start()
            loops.append(loop)
            batches.append(batch)
        }
        self.loops = loops
        self.batches = batches
    }
}

extension Listener {
    /// Begins to accept connections, and returns the port: a free one when `port` is 0.
    @discardableResult
    func listen(
        on address: String, port: Int, _ options: ListeningSocket.Options
    ) throws(TransportError) -> Int {
        let socket = try ListeningSocket.open(
            host: address, port: port, options, on: loops[0],
            troubled: { [host] in host.logger.warning("cannot accept connections: \($0)") },
            accepted: { [unowned self] in take($0) })
        sockets.withLock { $0.append(socket) }
        return socket.address.port
    }

    /// Begins to accept connections at a path of the file system.
    /// - Parameter permissions: of the path, as of chmod; 0 leaves what the process gives.
    func listen(
        at path: String, permissions: Int, _ options: ListeningSocket.Options
    ) throws(TransportError) {
        let socket = try ListeningSocket.open(
            path: path, permissions: permissions, options, on: loops[0],
            troubled: { [host] in host.logger.warning("cannot accept connections: \($0)") },
            accepted: { [unowned self] in take($0) })
        sockets.withLock { $0.append(socket) }
    }

    /// Gives a connection to the loop whose turn it is.
    private func take(_ socket: AcceptedSocket) {
        let number = acceptedCount.add(1, ordering: .relaxed).oldValue % loops.count
        let loop = loops[number]
        if loop.inEventLoop { return open(socket, number) }
        loop.execute { self.open(socket, number) }
    }

    private func open(_ socket: AcceptedSocket, _ number: Int) {
        let connection = Connection(
            socket, on: loops[number], batch: batches[number], host: host, workers: workers)
        connection.open(from: socket.remote, at: socket.local)
    }

    /// Serves the other connections of the caller's event loop while a script keeps it.
    func serveWhileBusy() {
        loops.first { $0.inEventLoop }?.serve()
    }

    /// Has `action` done on one of the loops, again and again.
    func `repeat`(everyMilliseconds interval: Int64, _ action: @escaping @Sendable () -> Void) {
        let loop = loops[0]
        loop.execute {
            loop.schedule(afterMilliseconds: interval, repeats: true, action)
        }
    }

    /// Accepts no more, closes all connections and ends the threads.
    func close() async {
        for loop in loops { await loop.stop() }
        workers.stop()
    }
}
