// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// The arguments of one request, the command's name first, and a place in them.
///
/// `arguments[i]` is random access; ``next()`` and its relatives read on from ``position``, which
/// begins behind the command's name. Views are good until the request has been answered.
@safe
public struct Arguments: ~Copyable {
    /// No more places than this are kept from one request to the next.
    private static let keptCapacity = 1024

    private var values: UnsafeMutablePointer<Bytes>
    private var capacity: Int
    /// The number of arguments, the name included.
    public private(set) var count = 0
    /// What owns the bytes when they are not in the connection's buffer.
    private var owned: [ByteString] = []
    /// The index of the argument that ``next()`` gives.
    public var position = 1
    /// How many leading arguments name the command: 1, or 2 for a subcommand.
    public private(set) var nameCount = 1

    public init() {
        capacity = 16
        unsafe values = .allocate(capacity: 16)
    }

    /// Arguments that own their bytes.
    public init(_ words: [ByteString]) {
        capacity = Swift.max(words.count, 1)
        unsafe values = .allocate(capacity: capacity)
        appendOwned(words)
    }

    deinit {
        unsafe values.deallocate()
    }
}

extension Arguments {
    /// All arguments, the name first. O(count): for those who need an array.
    public var all: [Bytes] { (0..<count).map { self[$0] } }

    /// The argument at `index`, 0 being the command's name.
    public subscript(index: Int) -> Bytes {
        precondition(index >= 0 && index < count, "index out of range")
        return unsafe values[index]
    }

    /// How many arguments are left to read.
    public var remaining: Int { count - position }

    public var hasMore: Bool { position < count }

    /// Starts over for another request.
    public mutating func reset() {
        count = 0
        position = 1
        nameCount = 1
        if !owned.isEmpty { owned.removeAll() }
        if capacity > Self.keptCapacity { move(to: Self.keptCapacity) }
    }

    public mutating func append(_ value: Bytes) {
        if count == capacity { move(to: capacity * 2) }
        unsafe (values + count).initialize(to: value)
        count += 1
    }

    /// Appends arguments that live with this value, not in a connection's buffer.
    public mutating func appendOwned(_ words: [[UInt8]]) {
        appendOwned(words.map { ByteString($0) })
    }

    private mutating func appendOwned(_ words: [ByteString]) {
        for word in words {
            // An array's bytes do not move while it is neither changed nor freed, and `owned`
            // keeps it until the next reset.
            owned.append(word)
            append(word.withBytes { $0 })
        }
    }

    /// Moves the arguments to memory for `newCapacity` of them; they must fit.
    @inline(never)
    private mutating func move(to newCapacity: Int) {
        let moved = UnsafeMutablePointer<Bytes>.allocate(capacity: newCapacity)
        unsafe moved.moveInitialize(from: values, count: count)
        unsafe values.deallocate()
        unsafe values = moved
        capacity = newCapacity
    }

    /// Moves to the argument behind the name; `nameCount` is 2 when a subcommand was found.
    public mutating func rewind(nameCount: Int) {
        self.nameCount = nameCount
        position = nameCount
    }

    /// Copies of all arguments, to keep after the request.
    public func copies() -> [ByteString] {
        (0..<count).map { ByteString(self[$0]) }
    }
}

extension Arguments {
    /// The next argument.
    /// - Throws: a syntax error when there is none.
    public mutating func next() throws(ErrorReply) -> Bytes {
        guard position < count else { throw .syntax }
        position += 1
        return self[position - 1]
    }

    /// Reads the next argument if it is this keyword, in any case.
    public mutating func consume(_ keyword: StaticString) -> Bool {
        guard position < count, self[position].equalsIgnoringCase(keyword) else { return false }
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
