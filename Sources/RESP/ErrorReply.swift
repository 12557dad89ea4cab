// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// What a client is told when its request cannot be carried out: a code and a text, as in
/// `ERR syntax error`, without the leading minus.
///
/// The texts are Redis's own wherever Redis has one.
public struct ErrorReply: Error, Equatable {
    /// The whole text, the code first. No CR or LF reaches the wire: the writer turns them into
    /// spaces.
    public let message: ByteString

    public init(_ message: String) {
        self.message = ByteString(message)
    }

    public init(_ message: ByteString) {
        self.message = message
    }

    /// A text with bytes of the request's in it, whatever they are.
    public init(_ before: String, _ quoted: Bytes, _ after: String = "") {
        message = ByteString(Array(before.utf8) + ByteString(quoted).array + Array(after.utf8))
    }

    /// The first word, by which INFO counts errors: `ERR`, `WRONGTYPE`...
    public var code: String {
        String(decoding: message.array.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)
    }
}

extension ErrorReply {
    public static let syntax = ErrorReply("ERR syntax error")
    public static let wrongType = ErrorReply(
        "WRONGTYPE Operation against a key holding the wrong kind of value")
    public static let notAnInteger = ErrorReply("ERR value is not an integer or out of range")
    public static let notAFloat = ErrorReply("ERR value is not a valid float")
    public static let outOfRange = ErrorReply("ERR value is out of range")
    public static let mustBePositive = ErrorReply("ERR value is out of range, must be positive")
    public static let noSuchKey = ErrorReply("ERR no such key")
    public static let sameObject = ErrorReply("ERR source and destination objects are the same")
    public static let indexOutOfRange = ErrorReply("ERR index out of range")
    public static let timeoutNotAFloat = ErrorReply("ERR timeout is not a float or out of range")
    public static let negativeTimeout = ErrorReply("ERR timeout is negative")
    public static let outOfMemory = ErrorReply(
        "OOM command not allowed when used memory > 'maxmemory'.")
    public static let authenticationRequired = ErrorReply("NOAUTH Authentication required.")

    /// For a command, or with a subcommand its full name `config|get`, given too few or too many
    /// arguments.
    public static func wrongArgumentCount(_ name: String) -> ErrorReply {
        ErrorReply("ERR wrong number of arguments for '\(name.lowercased())' command")
    }
}
