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
    mutating func readFieldCount() throws(ErrorReply) {
        try readMemberCount(of: .fields)
    }

    /// Reads EX, PX, EXAT or PXAT with its number, if one stands here; nil if not.
    mutating func readFieldDeadlineOption(
        at nowMilliseconds: Int64, of declaration: CommandDeclaration
    ) throws(ErrorReply) -> Int64? {
        guard hasMore, let option = FieldDeadlineOption(self[position]) else { return nil }
        position += 1
        return try readMemberDeadline(
            unitMilliseconds: option.unitMilliseconds,
            base: option.isRelative ? nowMilliseconds : 0, of: declaration)
    }
}
