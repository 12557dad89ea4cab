// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP
import Store

/// What SET, GETEX and their relatives let a client ask for behind key and value.
struct StringOptions {
    /// What the key must be for SET to do anything.
    enum Condition {
        case any
        case missing
        case exists
    }

    /// When the string ends, as the client said it.
    struct Expiry {
        enum Unit {
            case seconds
            case milliseconds
            case unixSeconds
            case unixMilliseconds
        }

        let unit: Unit
        let text: Bytes
    }

    var condition = Condition.any
    var returnsOld = false
    var keepsExpiry = false
    var isPersist = false
    var expiry: Expiry?
}

extension StringOptions {
    var hasNoExpiry: Bool { expiry == nil && !keepsExpiry }

    /// Reads `EX seconds` and its relatives, if one stands next. The same unit may stand twice,
    /// then the last counts; two units may not.
    mutating func consumeExpiry(_ arguments: inout Arguments) throws(ErrorReply) -> Bool {
        guard !keepsExpiry, !isPersist, arguments.remaining >= 2 else { return false }
        let unit: Expiry.Unit
        if arguments.consume("EX") {
            unit = .seconds
        } else if arguments.consume("PX") {
            unit = .milliseconds
        } else if arguments.consume("EXAT") {
            unit = .unixSeconds
        } else if arguments.consume("PXAT") {
            unit = .unixMilliseconds
        } else {
            return false
        }
        guard expiry == nil || expiry?.unit == unit else { return false }
        expiry = Expiry(unit: unit, text: try arguments.next())
        return true
    }

    /// When the string ends, in milliseconds since 1970; nil when nothing was said.
    func expiryMilliseconds(now: Int64, command: String) throws(ErrorReply) -> Int64? {
        guard let expiry else { return nil }
        guard let number = Int64(strict: expiry.text) else { throw .notAnInteger }
        let isSeconds = expiry.unit == .seconds || expiry.unit == .unixSeconds
        let isRelative = expiry.unit == .seconds || expiry.unit == .milliseconds
        let (product, overflow) = number.multipliedReportingOverflow(by: isSeconds ? 1000 : 1)
        let (deadline, carry) = product.addingReportingOverflow(isRelative ? now : 0)
        guard number > 0, !overflow, !carry else { throw .invalidExpiry(of: command) }
        return deadline
    }
}

extension ErrorReply {
    static func invalidExpiry(of command: String) -> ErrorReply {
        ErrorReply("ERR invalid expire time in '\(command)' command")
    }
}

extension Keyspace {
    /// Sets a string under SET's options, and answers.
    mutating func set(
        _ key: Bytes, _ value: Bytes, _ options: StringOptions, expiry: Int64?,
        _ reply: inout ReplyWriter
    ) throws(ErrorReply) {
        if options.returnsOld {
            if let old = try stringEntry(key) { reply.bulk(old.string) } else { reply.null() }
        }
        if options.condition != .any, exists(key) != (options.condition == .exists) {
            if !options.returnsOld { reply.null() }
            return
        }
        // An expiry that is about to change need not be cleared before.
        let entry = setString(
            key, value, keepingExpiry: options.keepsExpiry || expiry != nil,
            willExpire: expiry != nil)
        if let expiry { setExpiry(of: entry, at: expiry) }
        didChange(key, KeyspaceEvent(.string, "set"))
        if expiry != nil { notify(key, KeyspaceEvent(.generic, "expire")) }
        if !options.returnsOld { reply.ok() }
    }
}
