// SPDX-License-Identifier: Apache-2.0

import Commands
import NIOCore
import RESP
import Store
import Synchronization

/// The server, as its commands see it. All but ``nextClientID()`` is touched only by whoever holds
/// the keyspace.
final class Host: CommandHost, @unchecked Sendable {
    let executor: Executor
    let startMilliseconds = WallClock.microseconds() / 1000
    /// The connected clients by number.
    private(set) var clients: [Int64: Client] = [:]
    var statistics = ServerStatistics()
    var requestLimits = RequestLimits()
    var maximumClients = 10_000
    /// How much a client may send ahead of what is answered, `client-query-buffer-limit`.
    var queryBufferLimit = 1024 * 1024 * 1024

    private let lastClientID = Atomic<Int64>(0)

    init(executor: Executor) {
        self.executor = executor
    }
}

/// Counters of the server, as INFO reports them.
struct ServerStatistics {
    var connections: Int64 = 0
    var rejectedConnections: Int64 = 0
    var receivedBytes: Int64 = 0
    var sentBytes: Int64 = 0
}

extension Host {
    func nextClientID() -> Int64 {
        lastClientID.add(1, ordering: .relaxed).newValue
    }

    /// Takes a client in.
    /// - Throws: what the client is told when there are too many.
    func admit(
        _ session: Session, from remote: SocketAddress?, at local: SocketAddress?,
        _ nowMilliseconds: Int64, requiresPassword: Bool, close: @escaping @Sendable () -> Void
    ) throws(ErrorReply) -> Client {
        guard clients.count < maximumClients else {
            statistics.rejectedConnections += 1
            throw ErrorReply("ERR max number of clients reached")
        }
        statistics.connections += 1
        session.isAuthenticated = !requiresPassword
        let client = Client(
            host: self, session: session, address: Self.text(of: remote),
            localAddress: Self.text(of: local), nowMilliseconds: nowMilliseconds, close: close)
        clients[session.id] = client
        return client
    }

    func forget(_ client: Client) {
        clients[client.session.id] = nil
    }

    private static func text(of address: SocketAddress?) -> String {
        guard let address, let host = address.ipAddress, let port = address.port else { return "" }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
