// SPDX-License-Identifier: Apache-2.0

internal import Containers
public import Primitives

/// What one client listens to.
public struct Subscriptions {
    var channels = DenseMap<ByteString, Void>()
    var patterns = DenseMap<ByteString, Void>()
    var shardChannels = DenseMap<ByteString, Void>()

    public var channelCount: Int { channels.count }
    public var patternCount: Int { patterns.count }
    public var shardChannelCount: Int { shardChannels.count }
    public var isEmpty: Bool { channels.isEmpty && patterns.isEmpty && shardChannels.isEmpty }

    /// The names of the channels, of the shards' channels and the patterns, for access rules.
    public var names: (channels: [ByteString], shardChannels: [ByteString], patterns: [ByteString])
    {
        (channels.keys, shardChannels.keys, patterns.keys)
    }

    /// A rough count of the memory that the lists take.
    public var memoryBytes: Int {
        var bytes = 0
        for name in channels.keys + patterns.keys + shardChannels.keys { bytes += name.count + 96 }
        return bytes
    }
}

/// Who listens to what, of all clients.
struct SubscriberTable {
    typealias Subscribers = DenseMap<Int64, Session>

    var channels = DenseMap<ByteString, Subscribers>()
    var patterns = DenseMap<ByteString, Subscribers>()
    var shardChannels = DenseMap<ByteString, Subscribers>()
    /// The number of clients that listen to anything.
    var clientCount = 0

    /// Whether nobody listens to a channel that is not a shard's.
    var isSilent: Bool { channels.isEmpty && patterns.isEmpty }
}

/// The three kinds of subscription.
enum SubscriptionKind {
    case channel
    case pattern
    case shardChannel

    var subscribed: Bytes {
        switch self {
        case .channel: Bytes("subscribe")
        case .pattern: Bytes("psubscribe")
        case .shardChannel: Bytes("ssubscribe")
        }
    }

    var unsubscribed: Bytes {
        switch self {
        case .channel: Bytes("unsubscribe")
        case .pattern: Bytes("punsubscribe")
        case .shardChannel: Bytes("sunsubscribe")
        }
    }

    /// Where a client keeps its subscriptions of this kind.
    var ofClient: WritableKeyPath<Subscriptions, DenseMap<ByteString, Void>> {
        switch self {
        case .channel: \.channels
        case .pattern: \.patterns
        case .shardChannel: \.shardChannels
        }
    }

    /// Where all clients' subscriptions of this kind are.
    var ofAll: WritableKeyPath<SubscriberTable, DenseMap<ByteString, SubscriberTable.Subscribers>> {
        switch self {
        case .channel: \.channels
        case .pattern: \.patterns
        case .shardChannel: \.shardChannels
        }
    }
}

extension Session {
    /// How many subscriptions a confirmation of this kind tells of.
    func subscriptionCount(_ kind: SubscriptionKind) -> Int {
        switch kind {
        case .channel, .pattern: subscriptions.channelCount + subscriptions.patternCount
        case .shardChannel: subscriptions.shardChannelCount
        }
    }
}

extension Dispatcher {
    mutating func subscribe(_ session: Session, _ kind: SubscriptionKind, to name: ByteString) {
        guard session.subscriptions[keyPath: kind.ofClient].insert(name, ()) else { return }
        subscribers[keyPath: kind.ofAll].update(name, default: .init()) {
            _ = $0.insert(session.id, session)
        }
    }

    mutating func unsubscribe(
        _ session: Session, _ kind: SubscriptionKind, from name: ByteString
    ) {
        guard session.subscriptions[keyPath: kind.ofClient].remove(name) != nil else { return }
        let isLast = subscribers[keyPath: kind.ofAll].update(name, default: .init()) {
            $0.remove(session.id)
            return $0.isEmpty
        }
        if isLast { subscribers[keyPath: kind.ofAll].remove(name) }
    }

    /// Notes whether the client listens to anything.
    mutating func markSubscribed(_ session: Session, _ isSubscribed: Bool) {
        guard session.isSubscribed != isSubscribed else { return }
        session.isSubscribed = isSubscribed
        subscribers.clientCount += isSubscribed ? 1 : -1
    }

    /// Ends all of a client's subscriptions, without a word.
    mutating func unsubscribeAll(_ session: Session) {
        for kind in [SubscriptionKind.channel, .pattern, .shardChannel] {
            for name in session.subscriptions[keyPath: kind.ofClient].keys {
                unsubscribe(session, kind, from: name)
            }
        }
        markSubscribed(session, false)
    }
}

// MARK: - For INFO

extension Dispatcher {
    public var subscriberCounts: (clients: Int, channels: Int, patterns: Int, shardChannels: Int) {
        (
            subscribers.clientCount, subscribers.channels.count, subscribers.patterns.count,
            subscribers.shardChannels.count
        )
    }
}
