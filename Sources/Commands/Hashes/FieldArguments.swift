// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP
import Store

/// EX, PX, EXAT or PXAT, as HGETEX and HSETEX have them.
enum FieldDeadlineOption {
    case seconds
    case milliseconds
    case unixSeconds
    case unixMilliseconds

    init?(_ word: Bytes) {
        if word.equalsIgnoringCase("EX") {
            self = .seconds
        } else if word.equalsIgnoringCase("PX") {
            self = .milliseconds
        } else if word.equalsIgnoringCase("EXAT") {
            self = .unixSeconds
        } else if word.equalsIgnoringCase("PXAT") {
            self = .unixMilliseconds
        } else {
            return nil
        }
    }

    var unitMilliseconds: Int64 {
        switch self {
        case .seconds, .unixSeconds: 1000
        case .milliseconds, .unixMilliseconds: 1
        }
    }

    var isRelative: Bool {
        switch self {
        case .seconds, .milliseconds: true
        case .unixSeconds, .unixMilliseconds: false
        }
    }
}

extension Arguments {
    /// Reads `FIELDS numfields` where exactly so many arguments must follow.
    mutating func readFieldCount(
        else error: ErrorReply = ErrorReply("ERR Number of fields must be a positive integer")
    ) throws(ErrorReply) {
        guard consume("FIELDS") else {
            throw ErrorReply(
                "ERR Mandatory argument FIELDS is missing or not at the right position")
        }
        let count = try integer(in: 1...Int64.max, else: error)
        guard count == Int64(remaining) else {
            throw ErrorReply(
                "ERR The `numfields` parameter must match the number of arguments")
        }
    }

    /// Reads a time to live or a time and returns when that is, in milliseconds since 1970.
    ///
    /// - Parameter base: what a time to live counts from, 0 for an absolute time.
    mutating func readFieldDeadline(
        unitMilliseconds: Int64, base: Int64, of declaration: CommandDeclaration
    ) throws(ErrorReply) -> Int64 {
        let number = try integer()
        guard number >= 0 else { throw ErrorReply("ERR invalid expire time, must be >= 0") }
        // Redis keeps two bits of its 48 for other uses.
        let maximum: Int64 = (1 << 46) - 1
        guard number <= maximum / unitMilliseconds,
            number * unitMilliseconds <= maximum - base
        else {
            throw ErrorReply(
                "ERR invalid expire time in '\(declaration.name.lowercased())' command")
        }
        return base + number * unitMilliseconds
    }

    /// Reads EX, PX, EXAT or PXAT with its number, if one stands here; nil if not.
    mutating func readFieldDeadlineOption(
        at nowMilliseconds: Int64, of declaration: CommandDeclaration
    ) throws(ErrorReply) -> Int64? {
        guard hasMore, let option = FieldDeadlineOption(self[position]) else { return nil }
        position += 1
        return try readFieldDeadline(
            unitMilliseconds: option.unitMilliseconds,
            base: option.isRelative ? nowMilliseconds : 0, of: declaration)
    }
}
