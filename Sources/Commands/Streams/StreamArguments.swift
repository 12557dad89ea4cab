// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP
import Store

extension ErrorReply {
    static let invalidStreamID = ErrorReply(
        "ERR Invalid stream ID specified as stream command argument")

    /// For a key or a group that must be there; both are named.
    static func noGroup(_ key: Bytes, _ group: Bytes, _ suffix: String = "") -> ErrorReply {
        named("NOGROUP No such key '", key, "' or consumer group '", group, "'" + suffix)
    }

    /// For a group that a stream has not.
    static func noGroup(_ group: Bytes, ofKey key: Bytes) -> ErrorReply {
        named("NOGROUP No such consumer group '", group, "' for key name '", key, "'")
    }

    /// A text with two names in it, which Redis cuts at a zero byte.
    private static func named(
        _ start: String, _ first: Bytes, _ middle: String, _ second: Bytes, _ end: String
    ) -> ErrorReply {
        func upToZero(_ bytes: Bytes) -> [UInt8] {
            ByteString(bytes[0..<(bytes.firstIndex(of: 0) ?? bytes.count)]).array
        }
        let text = Array(start.utf8) + upToZero(first) + Array(middle.utf8) + upToZero(second)
        return ErrorReply(ByteString(text + Array(end.utf8)))
    }
}

// MARK: - Identifiers

extension StreamID {
    /// An identifier as clients write it: `milliseconds-sequence`, or milliseconds alone.
    struct Text {
        var id: StreamID
        /// Whether there is a sequence; `milliseconds-*` asks for the next.
        var hasSequence = true
    }

    /// Reads an identifier; `missing` is the sequence of one without.
    init(_ text: Bytes, missing: UInt64 = 0) throws(ErrorReply) {
        self = try Self.read(text, missing: missing, allowsAny: false).id
    }

    /// As above, with `-` and `+` for the first and the last there could be.
    init(edgeOr text: Bytes, missing: UInt64 = 0) throws(ErrorReply) {
        if Self.isEdge(text, "-") {
            self = .zero
        } else if Self.isEdge(text, "+") {
            self = .max
        } else {
            try self.init(text, missing: missing)
        }
    }

    private static func isEdge(_ text: Bytes, _ edge: StaticString) -> Bool {
        // Redis reads up to a zero byte.
        text[0..<(text.firstIndex(of: 0) ?? text.count)] == edge
    }

    /// The start of a range: `(` in front leaves the identifier itself out.
    init(start text: Bytes) throws(ErrorReply) {
        guard text.count > 1, text[0] == UInt8(ascii: "(") else {
            try self.init(edgeOr: text)
            return
        }
        guard let id = try StreamID(text.dropping(1)).next else {
            throw ErrorReply("ERR invalid start ID for the interval")
        }
        self = id
    }

    /// The end of a range: `(` in front leaves the identifier itself out.
    init(end text: Bytes) throws(ErrorReply) {
        guard text.count > 1, text[0] == UInt8(ascii: "(") else {
            try self.init(edgeOr: text, missing: .max)
            return
        }
        guard let id = try StreamID(text.dropping(1), missing: .max).previous else {
            throw ErrorReply("ERR invalid end ID for the interval")
        }
        self = id
    }

    /// Reads an identifier; one without sequence, `milliseconds-*`, is allowed when asked to.
    static func read(
        _ argument: Bytes, missing: UInt64, allowsAny: Bool
    ) throws(ErrorReply) -> Text {
        guard argument.count <= 127 else { throw .invalidStreamID }
        let text = argument[0..<(argument.firstIndex(of: 0) ?? argument.count)]
        guard let dash = text.firstIndex(of: UInt8(ascii: "-")) else {
            guard let milliseconds = unsigned(text) else { throw .invalidStreamID }
            return Text(id: StreamID(milliseconds, missing))
        }
        guard let milliseconds = unsigned(text[0..<dash]) else { throw .invalidStreamID }
        let rest = text.dropping(dash + 1)
        if allowsAny, rest == "*" {
            return Text(id: StreamID(milliseconds, 0), hasSequence: false)
        }
        guard let sequence = unsigned(rest) else { throw .invalidStreamID }
        return Text(id: StreamID(milliseconds, sequence))
    }

    /// An unsigned number as Redis reads it: what is no strict integer goes through C's `strtoull`,
    /// which skips white space, takes a sign, and lets a minus wrap around.
    private static func unsigned(_ text: Bytes) -> UInt64? {
        if let number = Int64(strict: text) { return number < 0 ? nil : UInt64(number) }
        var index = 0
        while index < text.count, text[index] == 0x20 || (0x09...0x0D).contains(text[index]) {
            index += 1
        }
        var isNegative = false
        if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+")
        {
            isNegative = text[index] == UInt8(ascii: "-")
            index += 1
        }
        guard index < text.count else { return nil }
        var value: UInt64 = 0
        while index < text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
            guard !overflow, !carry else { return nil }
            value = sum
            index += 1
        }
        return isNegative ? 0 &- value : value
    }
}

extension Arguments {
    /// The arguments of `range` as identifiers.
    func streamIDs(_ range: Range<Int>) throws(ErrorReply) -> [StreamID] {
        var ids: [StreamID] = []
        ids.reserveCapacity(range.count)
        for index in range { ids.append(try StreamID(self[index])) }
        return ids
    }
}

// MARK: - Options

extension StreamReferences {
    /// The policy that a word names, or nil.
    init?(_ word: Bytes) {
        if word.equalsIgnoringCase("KEEPREF") {
            self = .keep
        } else if word.equalsIgnoringCase("DELREF") {
            self = .delete
        } else if word.equalsIgnoringCase("ACKED") {
            self = .acknowledged
        } else {
            return nil
        }
    }
}

/// `[KEEPREF | DELREF | ACKED] IDS numids id ...`, in any order.
struct StreamIDsOption {
    var references = StreamReferences.keep
    var places = 0..<0

    /// Reads the arguments from `start` on.
    init(_ arguments: borrowing Arguments, from start: Int) throws(ErrorReply) {
        var given: StreamReferences?
        var found: Range<Int>?
        var index = start
        while index < arguments.count {
            if given == nil, let references = StreamReferences(arguments[index]) {
                given = references
                index += 1
            } else if arguments[index].equalsIgnoringCase("IDS"), index + 1 < arguments.count {
                guard let count = Int64(strict: arguments[index + 1]), count >= 1 else {
                    throw ErrorReply("ERR Number of IDs must be a positive integer")
                }
                guard count <= Int64(arguments.count - index - 2) else {
                    throw ErrorReply(
                        "ERR The `numids` parameter must match the number of arguments")
                }
                let places = (index + 2)..<(index + 2 + Int(count))
                found = places
                index = places.upperBound
            } else {
                throw .syntax
            }
        }
        guard let found else { throw ErrorReply("ERR IDS option is required") }
        places = found
        references = given ?? .keep
    }
}

/// The options of XADD and XTRIM.
struct StreamTrimOptions {
    var trim: StreamTrim?
    var makesStream = true
    /// What XADD is told to add; nil for `*`.
    var id: StreamID.Text?
    /// Where the identifier stands.
    var idPlace = 0

    /// Reads the arguments behind the key; XADD's up to its identifier.
    init(
        _ arguments: borrowing Arguments, isAdd: Bool, limits: StreamLimits
    ) throws(ErrorReply) {
        var reader = Reader()
        var index = 2
        options: while index < arguments.count {
            let option = arguments[index]
            if isAdd, option == "*" { break }
            if try reader.take(arguments, &index) { continue }
            guard isAdd else { throw .syntax }
            if option.equalsIgnoringCase("NOMKSTREAM") {
                makesStream = false
                index += 1
                continue
            }
            id = try StreamID.read(option, missing: 0, allowsAny: true)
            break options
        }
        idPlace = index
        trim = try reader.finish(isAdd: isAdd, limits)
    }

    /// What has been read of the trimming options.
    private struct Reader {
        var bound: StreamTrim.Bound?
        var isApproximate = false
        var limit: Int64?
        var references: StreamReferences?

        /// Reads the option at `index` and moves behind it; false when it is none of these.
        mutating func take(
            _ arguments: borrowing Arguments, _ index: inout Int
        ) throws(ErrorReply) -> Bool {
            let option = arguments[index]
            let hasMore = index + 1 < arguments.count
            if hasMore, option.equalsIgnoringCase("MAXLEN") {
                let value = try threshold(arguments, &index)
                guard let count = Int64(strict: value) else { throw .notAnInteger }
                guard count >= 0 else { throw ErrorReply("ERR The MAXLEN argument must be >= 0.") }
                bound = .count(UInt64(count))
            } else if hasMore, option.equalsIgnoringCase("MINID") {
                bound = .minimumID(try StreamID(threshold(arguments, &index)))
            } else if hasMore, option.equalsIgnoringCase("LIMIT") {
                guard let limit = Int64(strict: arguments[index + 1]) else { throw .notAnInteger }
                guard limit >= 0 else { throw ErrorReply("ERR The LIMIT argument must be >= 0.") }
                self.limit = limit
                index += 2
            } else if references == nil, let given = StreamReferences(option) {
                references = given
                index += 1
            } else {
                return false
            }
            return true
        }

        /// The bound behind MAXLEN or MINID and their `~` or `=`.
        private mutating func threshold(
            _ arguments: borrowing Arguments, _ index: inout Int
        ) throws(ErrorReply) -> Bytes {
            guard bound == nil else {
                throw ErrorReply(
                    "ERR syntax error, MAXLEN and MINID options at the same time are not compatible"
                )
            }
            index += 1
            isApproximate = false
            if index + 1 < arguments.count {
                if arguments[index] == "~" {
                    isApproximate = true
                    index += 1
                } else if arguments[index] == "=" {
                    index += 1
                }
            }
            defer { index += 1 }
            return arguments[index]
        }

        func finish(isAdd: Bool, _ limits: StreamLimits) throws(ErrorReply) -> StreamTrim? {
            if (limit ?? 0) != 0, bound == nil {
                throw ErrorReply(
                    "ERR syntax error, LIMIT cannot be used without specifying a trimming strategy"
                )
            }
            if !isAdd, bound == nil {
                throw ErrorReply(
                    "ERR syntax error, XTRIM must be called with a trimming strategy")
            }
            if limit != nil, !isApproximate {
                throw ErrorReply(
                    "ERR syntax error, LIMIT cannot be used without the special ~ option")
            }
            guard let bound else { return nil }
            // A hundred chunks' worth, so that one command does not take too long.
            let most = Int64(limits.maximumNodeEntries).multipliedReportingOverflow(by: 100)
            let usual = most.overflow || most.partialValue <= 0 ? 10_000 : most.partialValue
            return StreamTrim(
                bound, isApproximate: isApproximate,
                limit: limit ?? (isApproximate ? min(usual, 1_000_000) : 0),
                references: references ?? .keep)
        }
    }
}
