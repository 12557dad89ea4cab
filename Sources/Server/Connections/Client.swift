// SPDX-License-Identifier: Apache-2.0

import Commands
import Primitives

/// A connected client as CLIENT LIST, CLIENT KILL and the timers see it. Touched only by whoever
/// holds the keyspace.
final class Client {
    let host: Host
    let session: Session
    /// As `127.0.0.1:50123`.
    let address: String
    let localAddress: String
    let createdMilliseconds: Int64
    var lastUsedMilliseconds: Int64
    /// Whether the server has decided to close the connection; no further request is answered.
    private(set) var isKilled = false
    /// Bytes received and sent.
    var receivedBytes: Int64 = 0
    var sentBytes: Int64 = 0
    /// Bytes received and sent that are not in the totals yet; touched by the event loop alone.
    var pendingReceived: Int64 = 0
    var pendingSent: Int64 = 0
    /// Bytes received and not answered yet, as of the last batch.
    var waitingBytes = 0
    /// The connection, until it ends.
    var connection: Connection?
    /// Closes the connection soon, on its own event loop.
    private let close: @Sendable () -> Void

    init(
        host: Host, session: Session, address: String, localAddress: String,
        nowMilliseconds: Int64, close: @escaping @Sendable () -> Void
    ) {
        self.host = host
        self.session = session
        self.address = address
        self.localAddress = localAddress
        createdMilliseconds = nowMilliseconds
        lastUsedMilliseconds = nowMilliseconds
        self.close = close
    }
}

extension Client {
    /// Marks the client as used.
    func noteBatch(at nowMicroseconds: Int64) {
        lastUsedMilliseconds = nowMicroseconds / 1000
        receivedBytes &+= pendingReceived
        sentBytes &+= pendingSent
        host.statistics.receivedBytes &+= pendingReceived
        host.statistics.sentBytes &+= pendingSent
        pendingReceived = 0
        pendingSent = 0
    }

    /// Ends the connection. A client that kills itself is answered first.
    func kill(bySelf: Bool = false) {
        guard !isKilled else { return }
        isKilled = true
        if !bySelf { close() }
    }
}

extension Client {
    /// Whether the client is on this machine.
    var isLocal: Bool {
        address.isEmpty || address.hasPrefix("/") || address.hasPrefix("127.") || address.hasPrefix("[::1]")
            || address.hasPrefix("[::ffff:127.")
    }

    /// The client as CLIENT LIST shows it. Sizes of buffers that Redis has and Engram has not are
    /// 0.
    func line(at nowMilliseconds: Int64) -> String {
        var flags = ""
        if session.transaction != nil { flags += "x" }
        if session.blocked != nil { flags += "b" }
        if session.isNoEvict { flags += "e" }
        if session.isNoTouch { flags += "T" }
        if flags.isEmpty { flags = "N" }
        let age = max(0, nowMilliseconds - createdMilliseconds) / 1000
        let idle = max(0, nowMilliseconds - lastUsedMilliseconds) / 1000
        let command = session.lastCommand.isEmpty ? "NULL" : session.lastCommand
        return "id=\(session.id) addr=\(address) laddr=\(localAddress) fd=-1 name=\(session.name) "
            + "age=\(age) idle=\(idle) flags=\(flags) db=\(session.database) sub=0 psub=0 ssub=0 "
            + "multi=\(session.transaction?.count ?? -1) watch=\(session.watchedCount) "
            + "qbuf=\(waitingBytes) qbuf-free=0 argv-mem=0 "
            + "multi-mem=\(session.transaction?.bytes ?? 0) rbs=0 rbp=0 obl=0 oll=0 omem=0 "
            + "tot-mem=\(waitingBytes) events=r cmd=\(command) user=\(session.userName) redir=-1 "
            + "resp=\(session.protocolVersion) lib-name=\(session.libraryName) "
            + "lib-ver=\(session.libraryVersion) io-thread=0 tot-net-in=\(receivedBytes) "
            + "tot-net-out=\(sentBytes) tot-cmds=\(session.commandCount)"
    }
}
