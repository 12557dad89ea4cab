// SPDX-License-Identifier: Apache-2.0

import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// Accepts connections.
final class Listener: Sendable {
    /// How many bytes one read takes at most.
    private static let readBytes = 32 * 1024

    private let host: Host
    private let threads: MultiThreadedEventLoopGroup
    private let workers: NIOThreadPool
    private let channels = Mutex<[(channel: any Channel, keepAliveSeconds: Int)]>([])

    /// Those at paths; their clients wait while a script keeps the event loop.
    private let localChannels = Mutex<[(channel: any Channel, path: String)]>([])

    init(host: Host, threads: MultiThreadedEventLoopGroup, workers: NIOThreadPool) {
        self.host = host
        self.threads = threads
        self.workers = workers
    }
}

extension Listener {
    /// Begins to accept connections, and returns the port: a free one when `port` is 0.
    @discardableResult
    func listen(
        on address: String, port: Int, backlog: Int, keepAliveSeconds: Int
    ) async throws -> Int {
        let host = host
        let workers = workers
        let channel = try await ServerBootstrap(group: threads)
            .serverChannelOption(.backlog, value: Int32(clamping: backlog))
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(
                .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Self.readBytes)
            )
            .childChannelOption(
                .writeBufferWaterMark, value: .init(low: 256 * 1024, high: 1024 * 1024)
            )
            .childChannelInitializer { channel in
                Self.begin(channel, host, workers, keepAliveSeconds: keepAliveSeconds)
            }
            .bind(host: address, port: port).get()
        channels.withLock { $0.append((channel, keepAliveSeconds)) }
        return channel.localAddress?.port ?? port
    }

    private static func begin(
        _ channel: any Channel, _ host: Host, _ workers: NIOThreadPool, keepAliveSeconds: Int
    ) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            keepAlive(channel, keepAliveSeconds)
            try channel.pipeline.syncOperations.addHandler(
                Connection(host: host, workers: workers))
        }
    }

    /// Accepts the connections that wait, as the event loop would if it were not in the middle of a
    /// script.
    func acceptWhileBusy() {
        for (channel, keepAliveSeconds) in channels.withLock({ $0 })
        where channel.eventLoop.inEventLoop {
            let listening = Connection.descriptor(of: channel)
            guard listening >= 0 else { continue }
            while true {
                let accepted = accept(listening, nil, nil)
                guard accepted >= 0 else { break }
                adopt(accepted, on: channel.eventLoop, keepAliveSeconds: keepAliveSeconds)
            }
        }
    }

    private func adopt(
        _ accepted: Int32, on loop: any EventLoop, keepAliveSeconds: Int
    ) {
        let host = host
        let workers = workers
        _ = ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(
                .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Self.readBytes)
            )
            .channelOption(
                .writeBufferWaterMark, value: .init(low: 256 * 1024, high: 1024 * 1024)
            )
            .channelInitializer { channel in
                Self.begin(channel, host, workers, keepAliveSeconds: keepAliveSeconds)
            }
            .withConnectedSocket(accepted)
    }

    /// Begins to accept connections at a path of the file system.
    /// - Parameter permissions: of the path, as of chmod; 0 leaves what the process gives.
    func listen(at path: String, permissions: Int, backlog: Int) async throws {
        let host = host
        let workers = workers
        let channel = try await ServerBootstrap(group: threads)
            .serverChannelOption(.backlog, value: Int32(clamping: backlog))
            .childChannelOption(
                .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Self.readBytes)
            )
            .childChannelOption(
                .writeBufferWaterMark, value: .init(low: 256 * 1024, high: 1024 * 1024)
            )
            .childChannelInitializer { channel in
                Self.begin(channel, host, workers, keepAliveSeconds: 0)
            }
            .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
        if permissions != 0 { unsafe chmod(path, mode_t(permissions)) }
        localChannels.withLock { $0.append((channel, path)) }
    }

    /// Has the system find out when a silent client is gone.
    private static func keepAlive(_ channel: any Channel, _ seconds: Int) {
        guard seconds > 0, let options = channel.syncOptions else { return }
        let interval = max(1, seconds / 3)
        // A system without these options tells of a dead client later, no more.
        try? options.setOption(.socketOption(.so_keepalive), value: 1)
        try? options.setOption(.tcpOption(.init(rawValue: TCP_KEEPIDLE)), value: seconds)
        try? options.setOption(.tcpOption(.init(rawValue: TCP_KEEPINTVL)), value: interval)
        try? options.setOption(.tcpOption(.init(rawValue: TCP_KEEPCNT)), value: 3)
    }

    /// Accepts no more.
    func close() async {
        for (channel, _) in channels.withLock({ $0 }) { try? await channel.close() }
        for (channel, path) in localChannels.withLock({ $0 }) {
            try? await channel.close()
            unsafe unlink(path)
        }
    }
}
