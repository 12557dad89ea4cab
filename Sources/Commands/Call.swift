// SPDX-License-Identifier: Apache-2.0

public import Primitives
public import RESP
public import Store

/// One request being answered: what the client said and where the reply goes.
public struct Call: ~Copyable {
    public var arguments: Arguments
    public var reply: ReplyWriter
    public let session: Session
    /// The time of the request, in microseconds since 1970.
    public var nowMicroseconds: Int64 = 0
    /// Whether the command may make the client wait: not inside MULTI or a script.
    public internal(set) var mayBlock = true
    /// Whether a script makes the request, and not the client itself.
    public var isScripted = false
    /// Whether the request has been tried before and its client has waited since.
    var isRetry = false
    /// Set by a command whose client must wait; the dispatcher takes it.
    var blockedRequest: BlockedRequest?
    /// Set by a command that goes on outside the keyspace; the executor takes it.
    public var detached: (any DetachedWork)?
    /// Set by a command after whose reply the connection ends.
    public var closesConnection = false

    public init(session: Session, arguments: consuming Arguments = Arguments()) {
        self.session = session
        self.arguments = arguments
        reply = ReplyWriter()
    }
}

extension Call {
    public var nowMilliseconds: Int64 { nowMicroseconds / 1000 }

    /// Makes the client wait until one of the keys has a value of `type`; then the command runs
    /// again. The command must return at once, with no reply written.
    ///
    /// Where waiting is not allowed, inside MULTI, `onTimeout` is written instead. Who waits in
    /// vain gets a null array, whatever the command, as in Redis.
    /// - Parameter timeoutMilliseconds: 0 waits for ever.
    public mutating func block(
        on keys: [ByteString], for type: ValueType, timeoutMilliseconds: Int64,
        onTimeout: BlockedRequest.TimeoutReply
    ) {
        guard mayBlock else {
            onTimeout.write(to: &reply)
            return
        }
        let deadline = timeoutMilliseconds == 0 ? nil : nowMilliseconds &+ timeoutMilliseconds
        blockedRequest = BlockedRequest(
            keys: keys, type: type, deadlineMilliseconds: deadline, onTimeout: onTimeout)
    }
}

/// Work of a command that needs no keyspace any more, only what it has retained: a search in an
/// index, say. It runs after the keyspace is let go, and writes the command's reply.
public protocol DetachedWork: AnyObject, Sendable {
    /// Whether it is so short that handing it to another thread would cost more.
    var isCheap: Bool { get }

    func run(_ reply: inout ReplyWriter)
}

/// A request whose client waits.
public struct BlockedRequest {
    /// What the client is told where it may not wait.
    public enum TimeoutReply: Sendable {
        case null
        case nullArray

        func write(to reply: inout ReplyWriter) {
            switch self {
            case .null: reply.null()
            case .nullArray: reply.nullArray()
            }
        }
    }

    public let keys: [ByteString]
    public let type: ValueType
    /// In milliseconds since 1970; nil waits for ever.
    public let deadlineMilliseconds: Int64?
    let onTimeout: TimeoutReply
}
