// SPDX-License-Identifier: Apache-2.0

public import Primitives
public import RESP
public import Store

/// One request being answered: what the client said and where the reply goes.
public struct Call: ~Copyable {
    public var arguments: Arguments
    public var reply: ReplyWriter
    /// Who asks. A script's commands are asked by whoever runs it.
    public var session: Session
    /// The time of the request, in microseconds since 1970.
    public var nowMicroseconds: Int64 = 0
    /// What is known of the request already; used up by the dispatcher.
    public var foresight: Foresight?
    /// Whether the command may make the client wait: not inside MULTI or a script.
    public internal(set) var mayBlock = true
    /// Whether the request has been tried before and its client has waited since.
    var isRetry = false
    /// Whether a script makes the request.
    public internal(set) var isInScript = false
    /// Set by a command whose client must wait; the dispatcher takes it.
    var blockedRequest: BlockedRequest?
    /// Set by a command that goes on outside the keyspace; the executor takes it.
    public var detached: (any DetachedWork)?
    /// The indexes of arguments that logs must not show.
    public private(set) var redactedIndexes: [Int] = []
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

    /// Keeps an argument, a password say, out of the logs.
    public mutating func redact(_ index: Int) {
        redactedIndexes.append(index)
    }

    /// Keeps the arguments from `start` on out of the logs.
    public mutating func redact(from start: Int) {
        redactedIndexes.append(contentsOf: start..<max(start, arguments.count))
    }

    /// Copies of the arguments as logs may show them.
    public func loggableArguments() -> [ByteString] {
        var words = arguments.copies()
        for index in redactedIndexes where index < words.count { words[index] = "(redacted)" }
        return words
    }

    mutating func forgetRedactions() {
        redactedIndexes = []
    }

    /// Whether the reply is written, and nothing is left to do.
    var isSettled: Bool {
        blockedRequest == nil && detached == nil && redactedIndexes.isEmpty
    }

    /// Makes the client wait for the time given, and no longer for anything.
    /// - Parameter timeoutMilliseconds: 0 waits for ever.
    public mutating func wait(
        timeoutMilliseconds: Int64, onTimeout: BlockedRequest.TimeoutReply
    ) {
        block(
            on: [], for: .string, timeoutMilliseconds: timeoutMilliseconds, onTimeout: onTimeout)
    }

    /// Makes the client wait until one of the keys has a value of `type`; then the command runs
    /// again. The command must return at once, with no reply written.
    ///
    /// Where waiting is not allowed, inside MULTI, `onTimeout` is written instead. Who waits in
    /// vain gets a null array, whatever the command, as in Redis.
    /// - Parameters:
    ///   - timeoutMilliseconds: 0 waits for ever.
    ///   - arguments: what runs again, if not the request as it is.
    ///   - wakesWhenGone: whether the command runs again, too, when a key goes or gets a value of
    ///     another type.
    public mutating func block(
        on keys: [ByteString], for type: ValueType, timeoutMilliseconds: Int64,
        onTimeout: BlockedRequest.TimeoutReply, arguments: [ByteString]? = nil,
        wakesWhenGone: Bool = false
    ) {
        guard mayBlock else {
            onTimeout.write(to: &reply)
            return
        }
        let deadline = timeoutMilliseconds == 0 ? nil : nowMilliseconds &+ timeoutMilliseconds
        blockedRequest = BlockedRequest(
            keys: keys, type: type, deadlineMilliseconds: deadline, onTimeout: onTimeout,
            arguments: arguments, wakesWhenGone: wakesWhenGone)
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
        /// A number, which is also what is told when the time is up.
        case integer(Int64)
        /// An array of numbers, likewise.
        case integers([Int64])

        func write(to reply: inout ReplyWriter) {
            switch self {
            case .null: reply.null()
            case .nullArray: reply.nullArray()
            case .integer(let number): reply.integer(number)
            case .integers(let numbers):
                reply.array(numbers.count)
                for number in numbers { reply.integer(number) }
            }
        }

        /// Who waits in vain for a key gets a null array, whatever the command.
        func writeInVain(to reply: inout ReplyWriter) {
            switch self {
            case .null, .nullArray: reply.nullArray()
            case .integer, .integers: write(to: &reply)
            }
        }
    }

    public let keys: [ByteString]
    public let type: ValueType
    /// In milliseconds since 1970; nil waits for ever.
    public let deadlineMilliseconds: Int64?
    let onTimeout: TimeoutReply
    /// What runs again, if not the request as it came.
    let arguments: [ByteString]?
    /// Whether the request runs again when a key has gone or holds another type.
    let wakesWhenGone: Bool
}
