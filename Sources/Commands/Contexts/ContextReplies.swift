// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP
import Store

extension ReplyWriter {
    /// A message as all commands answer it: a map of what it has.
    mutating func message(_ message: ContextMessage) {
        var pairs = 5
        if !message.calls.isEmpty { pairs += 1 }
        if message.result != nil { pairs += 1 }
        if message.attribute != nil { pairs += 1 }
        if message.isEstimated { pairs += 1 }
        map(pairs)
        bulk(Bytes("seq"))
        integer(message.seq)
        bulk(Bytes("role"))
        bulk(message.role)
        bulk(Bytes("content"))
        bulk(message.content)
        bulk(Bytes("tokens"))
        integer(Int64(message.tokens))
        bulk(Bytes("time"))
        integer(message.timeMilliseconds)
        if !message.calls.isEmpty {
            bulk(Bytes("calls"))
            array(message.calls.count)
            for id in message.calls { bulk(id) }
        }
        if let result = message.result {
            bulk(Bytes("result"))
            bulk(result)
        }
        if let attribute = message.attribute {
            bulk(Bytes("attr"))
            bulk(attribute)
        }
        if message.isEstimated {
            bulk(Bytes("estimated"))
            boolean(true)
        }
    }
}

extension ErrorReply {
    /// Why a context does not take what it is given.
    static func refused(_ error: ContextError) -> ErrorReply {
        let limits = ContextLimits.self
        switch error {
        case .unknownCall(let id): return naming("ERR RESULT names an unknown call: ", id)
        case .callIsOpen(let id): return naming("ERR call already waits for its result: ", id)
        case .dimensionMismatch(let got, let expected):
            return ErrorReply(
                "ERR Vector dimension mismatch - got \(got) but context has \(expected)")
        case .invalidVector:
            return ErrorReply("ERR VEC must be 1 to \(limits.dimension) float32 values")
        case .vectorNotFinite: return ErrorReply("ERR VEC holds a value that is not finite")
        case .invalidRole: return ErrorReply("ERR role must have 1 to \(limits.roleBytes) bytes")
        case .tooManyRoles:
            return ErrorReply("ERR a context can't have more than \(limits.roles) roles")
        case .invalidCall: return ErrorReply("ERR call id must have 1 to \(limits.callBytes) bytes")
        case .tooManyCalls:
            return ErrorReply("ERR CALLS must be between 1 and \(limits.callsOfMessage)")
        case .tooManyTokens: return tokensOutOfRange
        case .invalidIdempotencyToken:
            return ErrorReply("ERR IDEMP token must have 1 to \(limits.idempotencyBytes) bytes")
        case .isFull, .inconsistentNumbers:
            return ErrorReply("ERR the context's numbers are used up")
        }
    }

    static var tokensOutOfRange: ErrorReply {
        ErrorReply("ERR TOKENS must be between 0 and \(ContextLimits.tokensOfMessage)")
    }

    private static func naming(_ text: String, _ name: ByteString) -> ErrorReply {
        // An id is the client's own, and may be long.
        let shown = name.withBytes { ByteString($0[0..<min(128, $0.count)]) }
        return ErrorReply(ByteString(Array(text.utf8) + shown.array))
    }
}

extension Arguments {
    /// A time to live, the next argument, as the moment when it is over, in milliseconds since
    /// 1970.
    mutating func deadline(
        unitMilliseconds: Int64, now: Int64, of command: String
    ) throws(ErrorReply) -> Int64 {
        let number = try integer()
        let (product, overflow) = number.multipliedReportingOverflow(by: unitMilliseconds)
        let (deadline, carry) = product.addingReportingOverflow(now)
        guard number > 0, !overflow, !carry else {
            throw ErrorReply("ERR invalid expire time in '\(command)' command")
        }
        return deadline
    }
}
