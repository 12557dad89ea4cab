// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// A message of a ``ContextLog``. Its views are good until the log's next change.
public struct ContextMessage {
    /// Its number: 1, 2, 3..., never reused in the context.
    public var seq: Int64
    /// When it was appended, in milliseconds since 1970.
    public var timeMilliseconds: Int64
    public var role: Bytes
    public var content: Bytes
    public var tokens: UInt32
    /// Whether ``tokens`` is ``TokenEstimate``'s, not the client's.
    public var isEstimated: Bool
    /// The ids of the tool calls that it makes.
    public var calls: [Bytes]
    /// The id of the call whose result it is.
    public var result: Bytes?
    /// A JSON text.
    public var attribute: Bytes?
    /// 32-bit floats, little endian, as many as the context's ``ContextLog/dimension``.
    public var vector: Bytes?

    public init(
        seq: Int64 = 0, timeMilliseconds: Int64 = 0, role: Bytes, content: Bytes,
        tokens: UInt32 = 0, isEstimated: Bool = false, calls: [Bytes] = [], result: Bytes? = nil,
        attribute: Bytes? = nil, vector: Bytes? = nil
    ) {
        self.seq = seq
        self.timeMilliseconds = timeMilliseconds
        self.role = role
        self.content = content
        self.tokens = tokens
        self.isEstimated = isEstimated
        self.calls = calls
        self.result = result
        self.attribute = attribute
        self.vector = vector
    }
}

extension ContextMessage {
    /// Sets ``tokens`` to an estimate, and says so.
    ///
    /// The content is estimated; of a message with calls the attribute too, since that is where
    /// their names and arguments stand.
    public mutating func estimateTokens() {
        var estimate = TokenEstimate.tokens(of: content)
        if !calls.isEmpty, let attribute { estimate += TokenEstimate.tokens(of: attribute) }
        tokens = UInt32(clamping: Swift.min(estimate, ContextLimits.tokensOfMessage))
        isEstimated = true
    }
}

/// What bounds a ``ContextLog``, so that no sum can overflow and no index grow without end.
public enum ContextLimits {
    /// Tokens of one message.
    public static let tokensOfMessage: Int64 = 2_147_483_647
    /// Bytes of a role, which has at least one.
    public static let roleBytes = 128
    /// Different roles of one context.
    public static let roles = 1024
    /// Bytes of a call id, which has at least one.
    public static let callBytes = 1024
    /// Calls of one message.
    public static let callsOfMessage = 1024
    /// Dimension of the vectors.
    public static let dimension = 65_536
    /// Bytes of an idempotency token, which has at least one.
    public static let idempotencyBytes = 1024
    /// How many idempotency tokens a context remembers: the latest.
    public static let idempotencyTokens = 1024
    /// The largest number and version of a context: exact in every client, and centuries away.
    public static let numbers: Int64 = 1 << 53
}

/// Why a ``ContextLog`` does not take what it is given.
public enum ContextError: Error, Equatable {
    /// A result names a call that the context does not hold.
    case unknownCall(ByteString)
    /// A message makes a call whose id still waits for its result.
    case callIsOpen(ByteString)
    case dimensionMismatch(got: Int, expected: Int)
    /// Empty, not of whole floats, or too long.
    case invalidVector
    /// Infinite or no number.
    case vectorNotFinite
    /// Empty or too long.
    case invalidRole
    case tooManyRoles
    /// Empty or too long.
    case invalidCall
    case tooManyCalls
    case tooManyTokens
    /// Empty or too long.
    case invalidIdempotencyToken
    /// The numbers are used up.
    case isFull
    /// Of a file: numbers that no context can have.
    case inconsistentNumbers
}
