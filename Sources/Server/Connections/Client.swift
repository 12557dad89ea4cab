// SPDX-License-Identifier: Apache-2.0

import Commands
import Primitives
import RESP
import Synchronization
import Transport

/// A connected client as CLIENT LIST, CLIENT KILL and the timers see it. Touched only by whoever
/// holds the keyspace.
final class Client {
    let host: Host
    let session: Session
    /// As `127.0.0.1:50123`.
    let address: String
    let localAddress: String
    /// Whether the client is on this machine.
    let isLocal: Bool
    /// Of the socket.
    private let descriptor: CInt
    let createdMilliseconds: Int64
    var lastUsedMilliseconds: Int64
    /// Whether the server has decided to close the connection; no further request is answered.
    private(set) var isKilled = false
    /// Bytes received.
    var receivedBytes: Int64 = 0
    /// Bytes received that are not in the total yet; touched by the event loop alone.
    var pendingReceived: Int64 = 0
    /// Bytes sent that the server's total knows.
    private var countedSent = 0
    private let sent = Atomic<Int>(0)
    /// Whether SYNC is to give a snapshot, and no changes from then on: REPLCONF rdb-only.
    var wantsSnapshotOnly = false
    /// Whether CLIENT PAUSE makes the client wait.
    var isPostponed = false
    /// When more than the soft limit of output began to wait, in seconds since 1970; nil if it does
    /// not.
    var softLimitSeconds: Int64?
    /// What ``Host/clientMemory`` has counted of this client.
    var countedMemory = 0
    /// Room for replies that the connection keeps.
    private(set) var replyRoomBytes = 16 * 1024
    private let waiting = Atomic<Int>(0)
    /// The connection, until it ends.
    var connection: Connection?

    init(
        host: Host, session: Session, connection: Connection, address: SocketAddress,
        localAddress: SocketAddress, nowMilliseconds: Int64
    ) {
        self.host = host
        self.session = session
        self.connection = connection
        self.address = address.text
        self.localAddress = localAddress.text
        isLocal = address.isLocal
        descriptor = connection.descriptor
        createdMilliseconds = nowMilliseconds
        lastUsedMilliseconds = nowMilliseconds
    }
}

extension Client {
    /// Marks the client as used; its connection has so much room for replies by now.
    func noteBatch(at nowMicroseconds: Int64, replyRoomBytes: Int) {
        lastUsedMilliseconds = nowMicroseconds / 1000
        if replyRoomBytes > self.replyRoomBytes { host.statistics.replyBufferExpansions += 1 }
        self.replyRoomBytes = replyRoomBytes
        receivedBytes &+= pendingReceived
        host.statistics.receivedBytes &+= pendingReceived
        pendingReceived = 0
        let total = sentBytes
        host.statistics.sentBytes &+= Int64(total &- countedSent)
        countedSent = total
    }

    /// Bytes sent. May be read without the keyspace.
    var sentBytes: Int { sent.load(ordering: .relaxed) }

    /// Counts bytes as sent; for the event loop alone, which is why no other may come between.
    func addSent(_ bytes: Int) {
        sent.store(sent.load(ordering: .relaxed) &+ bytes, ordering: .relaxed)
    }

    /// Gives the room for replies back, but for a little.
    func shrinkReplyBuffer() {
        replyRoomBytes = Self.leastReplyRoomBytes
        host.statistics.replyBufferShrinks += 1
        connection?.shrinkReplyBufferSoon(to: Self.leastReplyRoomBytes)
    }

    /// Ends the connection. A client that kills itself is answered first.
    func kill() {
        guard !isKilled else { return }
        isKilled = true
        session.doom()
        connection?.closeSoon()
    }
}

extension Client {
    /// The kinds of clients that have limits of their own.
    enum Kind: String, CaseIterable {
        case normal
        case replica = "slave"
        case pubSub = "pubsub"
    }

    var kind: Kind { session.isSubscribed ? .pubSub : .normal }
}

// MARK: - Memory

extension Client {
    /// Bytes received and not answered yet. May be read and set without the keyspace.
    var waitingBytes: Int { waiting.load(ordering: .relaxed) }

    func setWaiting(_ bytes: Int) { waiting.store(bytes, ordering: .relaxed) }

    /// Bytes that wait to be sent.
    var outputBytes: Int { session.outbox.count + (connection?.unsentBytes ?? 0) }

    /// All that the client costs, roughly.
    var memoryBytes: Int {
        Self.fixedBytes + replyRoomBytes + waitingBytes + outputBytes + session.subscriptions.memoryBytes
            + (session.transaction?.bytes ?? 0)
    }

    /// What a client costs that has never said anything, without the room for replies.
    private static let fixedBytes = 4 * 1024
    /// What an idle client keeps of the room for replies.
    static let leastReplyRoomBytes = 1024
    /// Redis has a buffer of this size for every client, and counts as backlog what is beyond.
    static let smallOutputBytes = 16 * 1024
}

// MARK: - CLIENT LIST

extension Client {
    private var flags: String {
        let facts: [(Bool, String)] = [
            (session.isMonitor, "O"), (session.isSubscribed, "P"),
            (session.transaction != nil, "x"), (session.blocked != nil || isPostponed, "b"),
            (session.tracking != nil, "t"), (session.tracking?.isRedirectBroken == true, "R"),
            (session.tracking?.options.isBroadcast == true, "B"), (session.isWatchDirty, "d"),
            (isKilled, "A"), (session.isNoEvict, "e"), (session.isNoTouch, "T"),
        ]
        let flags = facts.filter(\.0).map(\.1).joined()
        return flags.isEmpty ? "N" : flags
    }

    /// The client as CLIENT LIST shows it. Sizes of buffers that Redis has and Engram has not are
    /// 0.
    func line(at nowMilliseconds: Int64) -> String {
        let age = max(0, nowMilliseconds - createdMilliseconds) / 1000
        let idle = max(0, nowMilliseconds - lastUsedMilliseconds) / 1000
        let command = session.lastCommand.isEmpty ? "NULL" : session.lastCommand
        let subscriptions = session.subscriptions
        let backlog = max(0, outputBytes - Self.smallOutputBytes)
        let pieces = (backlog + Self.smallOutputBytes - 1) / Self.smallOutputBytes
        return "id=\(session.id) addr=\(address) laddr=\(localAddress) fd=\(descriptor) "
            + "name=\(session.name) age=\(age) idle=\(idle) flags=\(flags) "
            + "db=\(session.database) sub=\(subscriptions.channelCount) "
            + "psub=\(subscriptions.patternCount) ssub=\(subscriptions.shardChannelCount) "
            + "multi=\(session.transaction?.count ?? -1) watch=\(session.watchedCount) "
            + "qbuf=\(waitingBytes) qbuf-free=0 argv-mem=0 "
            + "multi-mem=\(session.transaction?.bytes ?? 0) rbs=\(min(replyRoomBytes, Self.smallOutputBytes)) rbp=0 "
            + "obl=\(min(outputBytes, Self.smallOutputBytes)) oll=\(pieces) omem=\(backlog) "
            + "tot-mem=\(memoryBytes) events=r cmd=\(command) user=\(session.userName) "
            + "redir=\(session.tracking?.options.redirect ?? -1) "
            + "resp=\(session.protocolVersion) lib-name=\(session.libraryName) "
            + "lib-ver=\(session.libraryVersion) io-thread=0 tot-net-in=\(receivedBytes) "
            + "tot-net-out=\(sentBytes) tot-cmds=\(session.commandCount)"
    }
}
