// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// A conversation context as a file holds it: module type `engramctx`, version 1.
public struct ContextRecord: Equatable, Sendable {
    /// One message.
    public struct Message: Equatable, Sendable {
        public var sequence: UInt64
        public var role: ByteString
        public var content: ByteString
        public var tokens: UInt64
        /// Whether `tokens` is an estimate.
        public var isEstimated: Bool
        public var timeMilliseconds: Int64
        /// Identifiers of the tool calls that the message makes.
        public var calls: [ByteString]
        /// The call that the message answers.
        public var result: ByteString?
        /// JSON.
        public var attribute: ByteString?
        /// float32, little endian.
        public var vector: [UInt8]?

        public init(
            sequence: UInt64, role: ByteString, content: ByteString, tokens: UInt64,
            isEstimated: Bool, timeMilliseconds: Int64, calls: [ByteString] = [],
            result: ByteString? = nil, attribute: ByteString? = nil, vector: [UInt8]? = nil
        ) {
            self.sequence = sequence
            self.role = role
            self.content = content
            self.tokens = tokens
            self.isEstimated = isEstimated
            self.timeMilliseconds = timeMilliseconds
            self.calls = calls
            self.result = result
            self.attribute = attribute
            self.vector = vector
        }
    }

    /// The answer that a repeated idempotency token gets.
    public struct Receipt: Equatable, Sendable {
        public var token: ByteString
        public var sequence: UInt64
        public var version: UInt64
        public var tokens: UInt64

        public init(token: ByteString, sequence: UInt64, version: UInt64, tokens: UInt64) {
            self.token = token
            self.sequence = sequence
            self.version = version
            self.tokens = tokens
        }
    }

    /// Grows with every change.
    public var version: UInt64
    /// The sequence number that the next message gets.
    public var nextSequence: UInt64
    /// Of all vectors, 0 when there is none.
    public var dimensions: Int
    /// From the oldest to the newest.
    public var receipts: [Receipt]
    /// By sequence number.
    public var messages: [Message]

    public init(
        version: UInt64, nextSequence: UInt64, dimensions: Int, receipts: [Receipt] = [],
        messages: [Message]
    ) {
        self.version = version
        self.nextSequence = nextSequence
        self.dimensions = dimensions
        self.receipts = receipts
        self.messages = messages
    }
}

extension ContextRecord {
    private static let estimatedFlag: UInt64 = 1
    private static let resultFlag: UInt64 = 2
    private static let attributeFlag: UInt64 = 4
    private static let vectorFlag: UInt64 = 8
    private static let mostDimensions: UInt64 = 1 << 24
    /// The largest version and number of a context.
    private static let largestNumber: UInt64 = 1 << 62
    /// The most tokens of a message.
    private static let mostTokens: UInt64 = 2_147_483_647

    init(from fields: inout ModuleReader) throws(RDBError) {
        let limit = Self.largestNumber
        version = UInt64(try fields.unsigned("the context's version", in: 0...limit))
        nextSequence = UInt64(try fields.unsigned("the next sequence number", in: 1...limit))
        dimensions = try fields.unsigned("the dimension", in: 0...Self.mostDimensions)
        receipts = []
        messages = []
        let receiptsAnnounced = try fields.unsigned()
        for _ in 0..<(try fields.reader.checkCount(receiptsAnnounced, bytesEach: 8)) {
            let token = try fields.string()
            receipts.append(
                Receipt(
                    token: token, sequence: try fields.unsigned(), version: try fields.unsigned(),
                    tokens: try fields.unsigned()))
        }
        let announced = try fields.unsigned()
        let count = try fields.reader.checkCount(announced, bytesEach: 14)
        messages.reserveCapacity(count)
        for _ in 0..<count { messages.append(try message(&fields)) }
    }

    private func message(_ fields: inout ModuleReader) throws(RDBError) -> Message {
        let sequence = try fields.unsigned()
        guard sequence > messages.last?.sequence ?? 0, sequence < nextSequence else {
            throw fields.malformed("message \(sequence) is out of order")
        }
        let role = try fields.string()
        let content = try fields.string()
        var message = Message(
            sequence: sequence, role: role, content: content,
            tokens: UInt64(try fields.unsigned("the tokens", in: 0...Self.mostTokens)),
            isEstimated: false, timeMilliseconds: 0)
        let flags = try fields.unsigned()
        guard flags < Self.vectorFlag << 1 else {
            throw fields.malformed("unknown flags \(flags) of a message")
        }
        message.isEstimated = flags & Self.estimatedFlag != 0
        message.timeMilliseconds = try fields.signed()
        let callsAnnounced = try fields.unsigned()
        for _ in 0..<(try fields.reader.checkCount(callsAnnounced, bytesEach: 2)) {
            message.calls.append(try fields.string())
        }
        if flags & Self.resultFlag != 0 { message.result = try fields.string() }
        if flags & Self.attributeFlag != 0 { message.attribute = try fields.string() }
        if flags & Self.vectorFlag != 0 {
            let vector = try fields.string().array
            guard vector.count == 4 * dimensions, dimensions > 0 else {
                throw fields.malformed("a vector of message \(sequence) has \(vector.count) bytes")
            }
            message.vector = vector
        }
        return message
    }

    /// Appends the fields of the module's value, without the end.
    func write(to encoder: inout RDBEncoder) {
        encoder.moduleUnsigned(version)
        encoder.moduleUnsigned(nextSequence)
        encoder.moduleUnsigned(UInt64(dimensions))
        encoder.moduleUnsigned(UInt64(receipts.count))
        for receipt in receipts {
            encoder.moduleString(receipt.token.array)
            encoder.moduleUnsigned(receipt.sequence)
            encoder.moduleUnsigned(receipt.version)
            encoder.moduleUnsigned(receipt.tokens)
        }
        encoder.moduleUnsigned(UInt64(messages.count))
        for message in messages {
            encoder.moduleUnsigned(message.sequence)
            encoder.moduleString(message.role.array)
            encoder.moduleString(message.content.array)
            encoder.moduleUnsigned(message.tokens)
            encoder.moduleUnsigned(
                (message.isEstimated ? Self.estimatedFlag : 0)
                    | (message.result == nil ? 0 : Self.resultFlag)
                    | (message.attribute == nil ? 0 : Self.attributeFlag)
                    | (message.vector == nil ? 0 : Self.vectorFlag))
            encoder.moduleSigned(message.timeMilliseconds)
            encoder.moduleUnsigned(UInt64(message.calls.count))
            for call in message.calls { encoder.moduleString(call.array) }
            if let result = message.result { encoder.moduleString(result.array) }
            if let attribute = message.attribute { encoder.moduleString(attribute.array) }
            if let vector = message.vector { encoder.moduleString(vector) }
        }
    }
}
