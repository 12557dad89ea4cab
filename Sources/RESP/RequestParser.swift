// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// The most that one request may ask for, in Redis's own numbers.
public struct RequestLimits: Sendable {
    /// The longest argument, `proto-max-bulk-len`.
    public var bulkLength: Int64 = 512 * 1024 * 1024
    /// The longest line that is not an argument: inline requests, counts.
    public var lineLength = 64 * 1024
    /// While a client must still authenticate, it may send 10 arguments of 16,384 bytes.
    public var isAuthenticated = true

    public init() {}
}

/// Splits what a connection sent into requests, in place: an argument is a range of the
/// connection's buffer, never a copy.
///
/// A request that is not whole yet is remembered by how far it was read, so a large one that
/// comes in many pieces is still parsed once.
public struct RequestParser: ~Copyable {
    private struct Range {
        var start: Int
        var count: Int
    }

    /// No more places than this are kept from one request to the next.
    private static let keptRanges = 1024

    private var ranges: [Range] = []
    /// Arguments still to come of an unfinished request; 0 between requests.
    private var missing: Int64 = 0
    /// The length of the argument whose header has been read, or -1.
    private var bulkLength: Int64 = -1
    /// Where in the buffer reading goes on.
    private var position = 0
    /// Where in the buffer the unfinished request begins.
    private var requestStart = 0
    public var limits = RequestLimits()

    public init() {}
}

extension RequestParser {
    public enum Outcome {
        /// A request is in the arguments; they are views into the buffer.
        case request
        /// The rest of a request has not come yet.
        case incomplete
    }

    /// Bytes at the front of the buffer that no unfinished request needs. The caller may drop
    /// them, and then calls ``dropped(_:)``.
    public var consumed: Int { missing == 0 ? position : requestStart }

    /// Tells the parser that so many bytes at the front of the buffer are gone.
    public mutating func dropped(_ count: Int) {
        guard count > 0 else { return }
        position -= count
        requestStart -= count
        if missing > 0 {
            for index in ranges.indices { ranges[index].start -= count }
        }
    }

    /// Goes back to `start`, where ``consumed`` once stood, so that all behind it is read again.
    public mutating func rewind(to start: Int) {
        position = start
        requestStart = start
        missing = 0
        bulkLength = -1
    }

    /// How many bytes in all the buffer should be able to hold for the argument being received.
    public var expectedSize: Int {
        bulkLength > 0 ? position + Int(bulkLength) + 2 : 0
    }

    /// Reads the next request of `buffer`, which begins with the bytes not yet dropped.
    /// - Throws: what to answer before closing the connection.
    public mutating func next(
        in buffer: Bytes, into arguments: inout Arguments
    ) throws(ErrorReply) -> Outcome {
        while true {
            if missing == 0 {
                guard position < buffer.count else { return .incomplete }
                if readWhole(buffer, into: &arguments) { return .request }
                if buffer[position] != UInt8(ascii: "*") {
                    requestStart = position
                    return try inline(in: buffer, into: &arguments)
                }
                let start = position
                guard let count = try header(in: buffer, kind: .multibulk) else {
                    return .incomplete
                }
                if count <= 0 { continue }
                requestStart = start
                missing = count
                ranges.removeAll(keepingCapacity: true)
            }
            guard try readArguments(of: buffer) else { return .incomplete }
            arguments.reset()
            for range in ranges {
                arguments.append(buffer[range.start..<(range.start + range.count)])
            }
            if ranges.count > Self.keptRanges { ranges = [] }
            return .request
        }
    }

    /// Reads a request that is in the buffer as a whole, as nearly all are, in one pass; false,
    /// with nothing read, for one that is not or that is in any way unusual.
    private mutating func readWhole(_ buffer: Bytes, into arguments: inout Arguments) -> Bool {
        var offset = position
        guard let count = Self.number(behind: UInt8(ascii: "*"), in: buffer, at: &offset),
            count > 0, count <= (limits.isAuthenticated ? 1024 : 10)
        else { return false }
        let longest = limits.isAuthenticated ? limits.bulkLength : min(16384, limits.bulkLength)
        arguments.reset()
        for _ in 0..<count {
            guard let length = Self.number(behind: UInt8(ascii: "$"), in: buffer, at: &offset),
                length <= longest, buffer.count - offset >= length + 2
            else { return false }
            arguments.append(buffer[offset..<(offset + length)])
            offset += length + 2
        }
        requestStart = position
        position = offset
        return true
    }

    /// The number of a line that is `kind`, one to nine digits and the line end; nil for all else.
    @inline(__always)
    private static func number(behind kind: UInt8, in buffer: Bytes, at offset: inout Int) -> Int? {
        let bytes = unsafe buffer.buffer
        let start = offset
        // The shortest line has four bytes.
        guard bytes.count &- start >= 4, unsafe bytes[start] == kind else { return nil }
        var digit = unsafe bytes[start &+ 1] &- UInt8(ascii: "0")
        guard digit <= 9 else { return nil }
        var number = Int(digit)
        var index = start &+ 2
        digit = unsafe bytes[index] &- UInt8(ascii: "0")
        while digit <= 9 {
            index &+= 1
            // Redis takes no number with leading zeros. The line feed must be there too.
            guard number > 0, index &- start <= 10, index &+ 1 < bytes.count else { return nil }
            number = number &* 10 &+ Int(digit)
            digit = unsafe bytes[index] &- UInt8(ascii: "0")
        }
        guard digit == UInt8(ascii: "\r") &- UInt8(ascii: "0"),
            unsafe bytes[index &+ 1] == UInt8(ascii: "\n")
        else { return nil }
        offset = index &+ 2
        return number
    }

    /// Reads arguments until none is missing; false when the buffer ends before.
    private mutating func readArguments(of buffer: Bytes) throws(ErrorReply) -> Bool {
        while missing > 0 {
            if bulkLength < 0 {
                guard position < buffer.count else { return false }
                if buffer[position] != UInt8(ascii: "$") {
                    throw Self.protocolError("expected '$', got '", buffer[position], "'")
                }
                guard let length = try header(in: buffer, kind: .bulk) else { return false }
                bulkLength = length
            }
            let length = Int(bulkLength)
            guard buffer.count - position >= length + 2 else { return false }
            ranges.append(Range(start: position, count: length))
            position += length + 2
            bulkLength = -1
            missing -= 1
        }
        return true
    }

    private enum Header {
        case multibulk
        case bulk
    }

    /// Reads `*<count>` or `$<length>` with its line end; nil when it is not whole yet.
    private mutating func header(in buffer: Bytes, kind: Header) throws(ErrorReply) -> Int64? {
        guard let end = lineEnd(in: buffer, from: position + 1) else {
            if buffer.count - position > limits.lineLength {
                throw kind == .multibulk
                    ? Self.protocolError("too big mbulk count string")
                    : Self.protocolError("too big bulk count string")
            }
            return nil
        }
        // The line feed must be there too.
        guard end + 1 < buffer.count else { return nil }
        let number = Int64(strict: buffer[(position + 1)..<end])
        switch kind {
        case .multibulk:
            guard let number, number <= Int64(Int32.max) else {
                throw Self.protocolError("invalid multibulk length")
            }
            if number > 10, !limits.isAuthenticated {
                throw Self.protocolError("unauthenticated multibulk length")
            }
            position = end + 2
            return number
        case .bulk:
            guard let number, number >= 0, number <= limits.bulkLength else {
                throw Self.protocolError("invalid bulk length")
            }
            if number > 16384, !limits.isAuthenticated {
                throw Self.protocolError("unauthenticated bulk length")
            }
            position = end + 2
            return number
        }
    }

    private func lineEnd(in buffer: Bytes, from start: Int) -> Int? {
        var index = start
        while index < buffer.count {
            if buffer[index] == UInt8(ascii: "\r") { return index }
            index += 1
        }
        return nil
    }

    static func protocolError(_ text: String) -> ErrorReply {
        ErrorReply("ERR Protocol error: \(text)")
    }

    static func protocolError(_ before: String, _ byte: UInt8, _ after: String) -> ErrorReply {
        let bytes = Array("ERR Protocol error: \(before)".utf8) + [byte] + Array(after.utf8)
        return ErrorReply(ByteString(bytes))
    }
}

// MARK: - Inline requests

extension RequestParser {
    /// Reads a request typed as a line of words. Quoted words hold escapes, so they are unescaped
    /// copies, kept until the next request.
    private mutating func inline(
        in buffer: Bytes, into arguments: inout Arguments
    ) throws(ErrorReply) -> Outcome {
        guard let newline = buffer.dropping(position).firstIndex(of: UInt8(ascii: "\n")) else {
            if buffer.count - position > limits.lineLength {
                throw Self.protocolError("too big inline request")
            }
            return .incomplete
        }
        var line = buffer[position..<(position + newline)]
        if line.count > 0, line[line.count - 1] == UInt8(ascii: "\r") {
            line = line[0..<(line.count - 1)]
        }
        position += newline + 1
        guard let words = InlineWords.split(line) else {
            throw Self.protocolError("unbalanced quotes in request")
        }
        arguments.reset()
        if words.isEmpty { return try next(in: buffer, into: &arguments) }
        arguments.appendOwned(words)
        return .request
    }
}

/// Splits a line into words as a shell would, by Redis's rules: also the syntax of configuration
/// files.
public enum InlineWords {
    /// The words of `line`, or nil when a quote is not closed or text follows a closing quote.
    public static func split(_ line: Bytes) -> [[UInt8]]? {
        var words: [[UInt8]] = []
        var index = 0
        while true {
            while index < line.count, isSpace(line[index]) { index += 1 }
            guard index < line.count else { return words }
            guard let word = word(of: line, at: &index) else { return nil }
            words.append(word)
        }
    }

    private static func word(of line: Bytes, at index: inout Int) -> [UInt8]? {
        var word: [UInt8] = []
        while index < line.count, !isSpace(line[index]) {
            let byte = line[index]
            index += 1
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                guard quoted(line, by: byte, at: &index, into: &word) else { return nil }
                // A closing quote ends the word.
                guard index == line.count || isSpace(line[index]) else { return nil }
                return word
            }
            word.append(byte)
        }
        return word
    }

    private static func quoted(
        _ line: Bytes, by quote: UInt8, at index: inout Int, into word: inout [UInt8]
    ) -> Bool {
        while index < line.count {
            let byte = line[index]
            index += 1
            if byte == quote { return true }
            guard byte == UInt8(ascii: "\\"), index < line.count else {
                word.append(byte)
                continue
            }
            if quote == UInt8(ascii: "'") {
                if line[index] == quote {
                    word.append(quote)
                    index += 1
                } else {
                    word.append(byte)
                }
                continue
            }
            word.append(escaped(line, at: &index))
        }
        return false
    }

    private static func escaped(_ line: Bytes, at index: inout Int) -> UInt8 {
        let byte = line[index]
        index += 1
        if byte == UInt8(ascii: "x"), index + 1 < line.count,
            let high = hexadecimal(line[index]), let low = hexadecimal(line[index + 1])
        {
            index += 2
            return high << 4 | low
        }
        switch byte {
        case UInt8(ascii: "n"): return UInt8(ascii: "\n")
        case UInt8(ascii: "r"): return UInt8(ascii: "\r")
        case UInt8(ascii: "t"): return UInt8(ascii: "\t")
        case UInt8(ascii: "b"): return 8
        case UInt8(ascii: "a"): return 7
        default: return byte
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) || byte == 0
    }
}
