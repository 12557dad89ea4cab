// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Finds the longest common subsequence of the strings at two keys.
public enum LCS: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "LCS",
        summary: "Finds the longest common substring.",
        group: .string,
        since: "7.0.0",
        complexity: "O(N*M) where N and M are the lengths of s1 and s2, respectively",
        arity: .atLeast(3),
        keys: [.firstTwo],
        syntax: "key1:key key2:key [LEN] [IDX] [MINMATCHLEN min-match-len:integer] [WITHMATCHLEN]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let first = try string(at: try call.arguments.next(), in: keyspace)
        let second = try string(at: try call.arguments.next(), in: keyspace)
        let options = try Options(&call.arguments)
        let bytes = Double(first.count + 1) * Double(second.count + 1) * 4
        guard bytes <= Double(keyspace.longestStringBytes) else {
            throw ErrorReply(
                "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len")
        }
        let table = Table(first, second)
        if options.wantsRanges {
            table.writeRanges(options, to: &call.reply)
        } else if options.wantsLength {
            call.reply.integer(table.length)
        } else {
            call.reply.bulk(table.subsequence())
        }
    }
}

extension LCS {
    private struct Options {
        var wantsLength = false
        var wantsRanges = false
        var withLengths = false
        var minimumLength: Int64 = 0

        init(_ arguments: inout Arguments) throws(ErrorReply) {
            while arguments.hasMore {
                if arguments.consume("IDX") {
                    wantsRanges = true
                } else if arguments.consume("LEN") {
                    wantsLength = true
                } else if arguments.consume("WITHMATCHLEN") {
                    withLengths = true
                } else if arguments.remaining > 1, arguments.consume("MINMATCHLEN") {
                    minimumLength = max(0, try arguments.integer())
                } else {
                    throw .syntax
                }
            }
            if wantsLength, wantsRanges {
                throw ErrorReply(
                    "ERR If you want both the length and indexes, please just use IDX.")
            }
        }
    }

    private static func string(
        at key: Bytes, in keyspace: borrowing Keyspace
    ) throws(ErrorReply) -> Bytes {
        guard let entry = keyspace.find(key) else { return .empty }
        guard case .string = entry.value else {
            throw ErrorReply("ERR The specified keys must contain string values")
        }
        return entry.string
    }

    /// A run of bytes that both strings share, both ends included.
    private struct Match {
        var first: Range<Int>
        var second: Range<Int>
    }

    /// The lengths of the longest common subsequences of all prefixes: the textbook table.
    private struct Table {
        private let first: Bytes
        private let second: Bytes
        private var lengths: [UInt32]

        init(_ first: Bytes, _ second: Bytes) {
            self.first = first
            self.second = second
            let width = second.count + 1
            lengths = Array(repeating: 0, count: (first.count + 1) * width)
            for row in 0..<first.count {
                let byte = first[row]
                var place = (row + 1) * width
                for column in 0..<second.count {
                    place += 1
                    lengths[place] =
                        byte == second[column]
                        ? lengths[place - width - 1] + 1
                        : max(lengths[place - width], lengths[place - 1])
                }
            }
        }

        var length: Int { Int(lengths[lengths.count - 1]) }

        private func at(_ row: Int, _ column: Int) -> UInt32 {
            lengths[row * (second.count + 1) + column]
        }

        /// Walks back from the end, calling `body` with the places of each common byte, last first.
        private func walk(_ body: (Int, Int) -> Void) {
            var (row, column) = (first.count, second.count)
            while row > 0, column > 0 {
                if first[row - 1] == second[column - 1] {
                    row -= 1
                    column -= 1
                    body(row, column)
                } else if at(row - 1, column) > at(row, column - 1) {
                    row -= 1
                } else {
                    column -= 1
                }
            }
        }

        func subsequence() -> ByteString {
            var bytes: [UInt8] = []
            bytes.reserveCapacity(length)
            walk { row, _ in bytes.append(first[row]) }
            return ByteString(bytes.reversed())
        }

        /// The common runs, from the last to the first.
        private func matches() -> [Match] {
            var matches: [Match] = []
            walk { row, column in
                if let last = matches.last, last.first.lowerBound == row + 1,
                    last.second.lowerBound == column + 1
                {
                    matches[matches.count - 1] = Match(
                        first: row..<last.first.upperBound,
                        second: column..<last.second.upperBound)
                } else {
                    matches.append(Match(first: row..<(row + 1), second: column..<(column + 1)))
                }
            }
            return matches
        }

        func writeRanges(_ options: Options, to reply: inout ReplyWriter) {
            let shown = matches().filter { $0.first.count >= options.minimumLength }
            reply.map(2)
            reply.bulk("matches")
            reply.array(shown.count)
            for match in shown {
                reply.array(options.withLengths ? 3 : 2)
                for range in [match.first, match.second] {
                    reply.array(2)
                    reply.integer(range.lowerBound)
                    reply.integer(range.upperBound - 1)
                }
                if options.withLengths { reply.integer(match.first.count) }
            }
            reply.bulk("len")
            reply.integer(length)
        }
    }
}
