// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// The arguments of one request, the command's name first, and a place in them.
///
/// `arguments[i]` is random access; ``next()`` and its relatives read on from ``position``, which
/// begins behind the command's name. Views are good until the request has been answered.
public struct Arguments: ~Copyable {
    private var values: [Bytes]
    /// What owns the bytes when they are not in the connection's buffer.
    private var owned: [ByteString] = []
    /// The index of the argument that ``next()`` gives.
    public var position = 1
    /// How many leading arguments name the command: 1, or 2 for a subcommand.
    public private(set) var nameCount = 1

    public init() {
        values = []
        values.reserveCapacity(16)
    }

    /// Arguments that own their bytes.
    public init(_ words: [ByteString]) {
        values = []
        appendOwned(words.map(\.array))
    }
}

extension Arguments {
    /// The number of arguments, the name included.
    public var count: Int { values.count }

    /// All arguments, the name first.
    public var all: [Bytes] { values }

    /// The argument at `index`, 0 being the command's name.
    public subscript(index: Int) -> Bytes { values[index] }

    /// How many arguments are left to read.
    public var remaining: Int { values.count - position }

    public var hasMore: Bool { position < values.count }

    /// Starts over for another request.
    public mutating func reset() {
        values.removeAll(keepingCapacity: true)
        if !owned.isEmpty { owned.removeAll() }
        position = 1
        nameCount = 1
    }

    public mutating func append(_ value: Bytes) {
        values.append(value)
    }

    /// Appends arguments that live with this value, not in a connection's buffer.
    public mutating func appendOwned(_ words: [[UInt8]]) {
        for word in words {
            // An array's bytes do not move while it is neither changed nor freed, and `owned`
            // keeps it until the next reset.
            let string = ByteString(word)
            owned.append(string)
            values.append(string.withBytes { $0 })
        }
    }

    /// Moves to the argument behind the name; `nameCount` is 2 when a subcommand was found.
    public mutating func rewind(nameCount: Int) {
        self.nameCount = nameCount
        position = nameCount
    }

    /// Copies of all arguments, to keep after the request.
    public func copies() -> [ByteString] {
        values.map { ByteString($0) }
    }
}

extension Arguments {
    /// The next argument.
    /// - Throws: a syntax error when there is none.
    public mutating func next() throws(ErrorReply) -> Bytes {
        guard position < values.count else { throw .syntax }
        position += 1
        return values[position - 1]
    }

    /// Reads the next argument if it is this keyword, in any case.
    public mutating func consume(_ keyword: StaticString) -> Bool {
        guard position < values.count, values[position].equalsIgnoringCase(keyword) else {
            return false
        }
        position += 1
        return true
    }

    /// The next argument as a 64-bit integer in Redis's strict form.
    /// - Throws: `error`, or a syntax error when there is no argument.
    public mutating func integer(
        else error: ErrorReply = .notAnInteger
    ) throws(ErrorReply) -> Int64 {
        guard let value = Int64(strict: try next()) else { throw error }
        return value
    }

    /// The next argument as an integer in `range`.
    /// - Throws: `error` for no integer or one out of range.
    public mutating func integer(
        in range: ClosedRange<Int64>, else error: ErrorReply
    ) throws(ErrorReply) -> Int64 {
        let value = try integer(else: error)
        guard range.contains(value) else { throw error }
        return value
    }

    /// The next argument as a floating point number, infinities allowed, NaN not.
    public mutating func double(else error: ErrorReply = .notAFloat) throws(ErrorReply) -> Double {
        guard let value = Double(strict: try next()) else { throw error }
        return value
    }
}
