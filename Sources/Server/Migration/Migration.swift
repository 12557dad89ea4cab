// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP
import Store

/// Keys on their way to another server.
///
/// What is packed is a copy, and the keyspace goes on meanwhile. A key that has been changed when
/// its copy has arrived is therefore sent again instead of being removed; after ``maximumRounds``
/// it stays.
final class Migration {
    /// A key as it goes on its way.
    struct Parcel {
        let key: ByteString
        /// What is left of its time, or 0.
        let leftMilliseconds: Int64
        let payload: ByteString
        /// Notices changes of the key.
        let token: WatchToken
        var hasArrived = false
    }

    private static let maximumRounds = 16

    let database: Int
    private let order: MigrationOrder
    private(set) var parcels: [Parcel] = []
    private var error: ErrorReply?
    private var changed: [ByteString] = []
    private var rounds = 0

    init(_ order: MigrationOrder, database: Int) {
        self.order = order
        self.database = database
    }
}

// MARK: - In the keyspace

extension Migration {
    /// Copies the keys that there are.
    func pack(_ keys: [ByteString], from keyspace: inout Keyspace) {
        parcels = []
        guard let codec = keyspace.codec else { return }
        for key in keys {
            key.withBytes { name in
                guard let entry = keyspace.find(name) else { return }
                let end = entry.expiryMilliseconds
                let left = entry.hasExpiry ? max(1, end - keyspace.nowMilliseconds) : 0
                let token = WatchToken()
                keyspace.watch(name, token)
                parcels.append(
                    Parcel(
                        key: key, leftMilliseconds: left, payload: codec.payload(of: entry),
                        token: token))
            }
        }
    }

    /// Removes the keys that have arrived, and notes those that have changed meanwhile.
    func settle(in keyspace: inout Keyspace) {
        changed = []
        for parcel in parcels {
            parcel.key.withBytes { key in
                keyspace.unwatch(key, parcel.token)
                guard parcel.hasArrived, !order.keepsOwn else { return }
                if parcel.token.isDirty { return changed.append(parcel.key) }
                guard keyspace.remove(key) else { return }
                keyspace.didChange(key, KeyspaceEvent(.generic, "del"))
            }
        }
    }

    /// Copies the keys again that have changed.
    /// - Returns: whether there is something to send.
    func packAgain(from keyspace: inout Keyspace) -> Bool {
        guard !changed.isEmpty, error == nil else { return false }
        rounds += 1
        guard rounds < Self.maximumRounds else {
            error = ErrorReply("ERR a key was changed again and again while it was migrated")
            return false
        }
        pack(changed, from: &keyspace)
        return !parcels.isEmpty
    }

    func answer(_ reply: inout ReplyWriter) {
        if let error { reply.error(error) } else { reply.ok() }
    }
}

// MARK: - Outside

extension Migration {
    /// Sends everything that is packed, and reads what the other server says to it.
    func send() {
        let timeout = order.timeoutMilliseconds
        guard
            let peer = PeerConnection(
                to: order.host, port: order.port, timeoutMilliseconds: timeout)
        else {
            error = ErrorReply("IOERR error or timeout connecting to the client")
            return
        }
        let greetings = greet(peer)
        for parcel in parcels { write(parcel, to: peer) }
        guard peer.flush() else {
            error = ErrorReply("IOERR error or timeout writing to target instance")
            return
        }
        var refusal: ByteString?
        for _ in 0..<greetings {
            guard let line = peer.readLine() else { return fail(refusal) }
            if line.array.first == UInt8(ascii: "-"), refusal == nil { refusal = line }
        }
        let isRefused = refusal != nil
        for index in parcels.indices {
            guard let line = peer.readLine() else { return fail(refusal) }
            if isRefused { continue }
            if line.array.first == UInt8(ascii: "-") {
                if refusal == nil { refusal = line }
            } else {
                parcels[index].hasArrived = true
            }
        }
        if refusal != nil { fail(refusal) }
    }

    /// Says who comes and to which database.
    /// - Returns: how many replies to expect.
    private func greet(_ peer: PeerConnection) -> Int {
        var count = 1
        if let password = order.password {
            count += 1
            peer.write(["AUTH"] + (order.user.map { [$0] } ?? []) + [password])
        }
        peer.write(["SELECT", ByteString(String(order.database))])
        return count
    }

    private func write(_ parcel: Parcel, to peer: PeerConnection) {
        // What has arrived before is our own, and older.
        let replaces = order.replaces || rounds > 0
        peer.write(
            ["RESTORE", parcel.key, ByteString(String(parcel.leftMilliseconds)), parcel.payload]
                + (replaces ? ["REPLACE"] : []))
    }

    private func fail(_ refusal: ByteString?) {
        guard let refusal else {
            error = ErrorReply("IOERR error or timeout reading from target instance")
            return
        }
        error = ErrorReply(
            ByteString(
                Array("ERR Target instance replied with error: ".utf8) + refusal.array.dropFirst()))
    }
}
