// SPDX-License-Identifier: Apache-2.0

import Commands
import Logging
import Primitives
import RESP

/// `client-output-buffer-limit`: how much may wait to be sent to a client before its connection is
/// closed.
struct OutputLimits: Equatable {
    struct Limit: Equatable {
        /// Never more than this; 0 for no limit.
        var hardBytes = 0
        /// Not more than this for longer than `softSeconds`; 0 for no limit.
        var softBytes = 0
        var softSeconds = 0
    }

    private var limits: [Client.Kind: Limit] = [:]

    init() {}

    /// Reads the canonical form.
    init(_ text: String) {
        do throws(ConfigurationError) {
            try apply(text.split(separator: " ").map(String.init))
        } catch {
            // Only canonical texts are kept, so there is nothing wrong with this one.
            assertionFailure("\(error)")
        }
    }
}

extension OutputLimits {
    subscript(kind: Client.Kind) -> Limit { limits[kind] ?? Limit() }

    /// Changes the limits of the classes that the words name: `normal 0 0 0 pubsub 32mb 8mb 60`.
    mutating func apply(_ words: [String]) throws(ConfigurationError) {
        guard words.count.isMultiple(of: 4) else {
            throw ConfigurationError("Wrong number of arguments in buffer limit configuration.")
        }
        for start in stride(from: 0, to: words.count, by: 4) {
            let name = words[start].lowercased()
            guard let kind = Client.Kind(rawValue: name == "replica" ? "slave" : name) else {
                throw ConfigurationError(
                    "Invalid client class specified in buffer limit configuration.")
            }
            guard let hard = ConfigurationKey.bytes(words[start + 1]), hard >= 0,
                let soft = ConfigurationKey.bytes(words[start + 2]), soft >= 0,
                let seconds = Int32(words[start + 3]), seconds >= 0
            else {
                throw ConfigurationError(
                    "Error in hard, soft or soft_seconds setting in buffer limit configuration.")
            }
            limits[kind] = Limit(
                hardBytes: Int(hard), softBytes: Int(soft), softSeconds: Int(seconds))
        }
    }

    /// The limits as CONFIG GET shows them, one class after the other.
    var classes: [String] {
        Client.Kind.allCases.map { kind in
            let limit = self[kind]
            return "\(kind.rawValue) \(limit.hardBytes) \(limit.softBytes) \(limit.softSeconds)"
        }
    }

    /// The least number of bytes that any limit forbids.
    var smallestBytes: Int {
        limits.values.flatMap { [$0.hardBytes, $0.softBytes] }.filter { $0 > 0 }.min() ?? .max
    }

    var hasSoftLimit: Bool { limits.values.contains { $0.softBytes > 0 } }
}

extension Host {
    /// How much more than what fits in its buffer may wait for a client that has not authenticated.
    private static let strangerBytes = 1024

    /// Closes the connection if more waits to be sent than its class allows; returns whether it
    /// did.
    /// - Parameter added: bytes that are about to be sent too.
    func limitOutput(of client: Client, _ added: Int = 0) -> Bool {
        let session = client.session
        session.outboxCheckBytes = session.outbox.count + Client.smallOutputBytes
        if clientMemoryLimit > 0 { count(client) }
        guard !client.isKilled else { return true }
        let bytes = client.outputBytes + added
        // Redis does not count what fits in the buffer that every client has.
        guard bytes > Client.smallOutputBytes else {
            client.softLimitSeconds = nil
            return false
        }
        // Nobody may have memory filled before he has said who he is.
        if !session.isAuthenticated, bytes > Client.smallOutputBytes + Self.strangerBytes {
            closeForOutput(client)
            return true
        }
        let limit = outputLimits[client.kind]
        if limit.hardBytes > 0, bytes >= limit.hardBytes {
            closeForOutput(client)
            return true
        }
        guard limit.softBytes > 0, bytes >= limit.softBytes else {
            client.softLimitSeconds = nil
            return false
        }
        let now = WallClock.microseconds() / 1_000_000
        guard let began = client.softLimitSeconds else {
            client.softLimitSeconds = now
            return false
        }
        guard now - began > limit.softSeconds else { return false }
        closeForOutput(client)
        return true
    }

    private func closeForOutput(_ client: Client) {
        statistics.outputLimitDisconnections += 1
        let line = client.line(at: WallClock.microseconds() / 1000)
        logger.warning("client \(line) closed: more output waits than its class may have")
        client.kill()
    }

    /// Looks at clients that get nothing any more, too.
    func limitAllOutput() {
        for client in clients.values where client.outputBytes > 0 { _ = limitOutput(of: client) }
    }
}

// MARK: - maxmemory-clients

extension Host {
    /// Brings the count of a client's memory up to date.
    func count(_ client: Client) {
        let bytes = client.memoryBytes
        clientMemory += bytes - client.countedMemory
        client.countedMemory = bytes
        if clientMemory > clientMemoryLimit { evictClients() }
    }

    func countAllClients() {
        for client in clients.values {
            let bytes = client.memoryBytes
            clientMemory += bytes - client.countedMemory
            client.countedMemory = bytes
        }
        if clientMemory > clientMemoryLimit { evictClients() }
    }

    /// Closes the connections of the clients that cost most, until the rest may stay.
    private func evictClients() {
        var total = clients.values.reduce(0) { $0 + ($1.isKilled ? 0 : $1.memoryBytes) }
        guard total > clientMemoryLimit else { return }
        let candidates = clients.values.filter { !$0.isKilled && !$0.session.isNoEvict }
        for client in candidates.sorted(by: { $0.memoryBytes > $1.memoryBytes }) {
            guard total > clientMemoryLimit else { return }
            total -= client.memoryBytes
            statistics.evictedClients += 1
            let line = client.line(at: WallClock.microseconds() / 1000)
            logger.notice("client \(line) evicted: clients use too much memory")
            client.kill()
        }
    }
}
