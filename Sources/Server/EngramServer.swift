// SPDX-License-Identifier: Apache-2.0

import Commands
import Logging
import NIOCore
import NIOPosix
public import ServiceLifecycle
import Store
import UnixSignals

/// The server: everything between the sockets and the keyspace, from start to a clean end.
public final class EngramServer: Service {
    private let configuration: Configuration
    private let logger = Logger(label: "engram")

    public init(configuration: Configuration) {
        self.configuration = configuration
    }

    public func run() async throws {
        let threads = MultiThreadedEventLoopGroup(numberOfThreads: configuration.threadCount)
        let workers = NIOThreadPool(numberOfThreads: 2)
        workers.start()
        let executor = Executor(
            keyspace: Keyspace(
                databaseCount: configuration.databaseCount, seed: .random(in: 0...UInt64.max)),
            dispatcher: Dispatcher())
        let host = Host(executor: executor)
        executor.withState { state, _ in state.dispatcher.host = host }
        let listener = Listener(host: host, threads: threads, workers: workers)
        for address in configuration.bind {
            let port = try await listener.listen(
                on: address, port: configuration.port, backlog: configuration.backlog)
            logger.info("listening on \(address):\(port)")
        }
        try? await gracefulShutdown()
        await listener.close()
        try await threads.shutdownGracefully()
        try await workers.shutdownGracefully()
    }
}

extension EngramServer {
    /// Runs the server until SIGTERM, SIGINT or a client's SHUTDOWN ends it.
    public func serve() async throws {
        let group = ServiceGroup(
            configuration: .init(
                services: [
                    .init(service: self, successTerminationBehavior: .gracefullyShutdownGroup)
                ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger))
        try await group.run()
    }
}
