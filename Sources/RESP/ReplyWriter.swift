// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// Writes replies in RESP2 or RESP3 into one growing buffer, which is sent and emptied as a whole.
///
/// What only RESP3 can say (maps, sets, doubles, booleans, null) is lowered for RESP2 clients as
/// Redis lowers it.
@safe
public struct ReplyWriter: ~Copyable {
    private var base: UnsafeMutableRawPointer
    private var capacity: Int
    /// Bytes written and not yet sent.
    public private(set) var count = 0
    /// Whether the client speaks RESP3.
    public var isRESP3 = false

    public init(capacity: Int = 16 * 1024) {
        self.capacity = capacity
        unsafe base = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit {
        unsafe base.deallocate()
    }
}

extension ReplyWriter {
    /// What has been written, good until the next write.
    public var bytes: Bytes { unsafe Bytes(base: base, count: count) }

    /// Forgets all that was written behind the first `count` bytes.
    public mutating func truncate(to count: Int) {
        precondition(count >= 0 && count <= self.count)
        self.count = count
    }

    /// Empties the buffer, and gives memory back after an unusually large reply.
    public mutating func clear() {
        count = 0
        if capacity > 1024 * 1024 {
            unsafe base.deallocate()
            capacity = 16 * 1024
            unsafe base = .allocate(byteCount: capacity, alignment: 16)
        }
    }

    /// Bytes for which there is room before more memory is taken.
    public var roomBytes: Int { capacity }

    /// Gives memory back beyond room for `bytes`, unless something is written.
    public mutating func shrink(to bytes: Int) {
        guard count == 0, bytes > 0, bytes < capacity else { return }
        unsafe base.deallocate()
        capacity = bytes
        unsafe base = .allocate(byteCount: capacity, alignment: 16)
    }

    /// Appends bytes that are RESP already.
    public mutating func raw(_ bytes: Bytes) {
        guard bytes.count > 0 else { return }
        reserve(bytes.count)
        unsafe (base + count).copyMemory(
            from: bytes.buffer.baseAddress.unsafelyUnwrapped, byteCount: bytes.count)
        count += bytes.count
    }

    /// Appends a whole out-of-band message; its first byte becomes what the protocol asks for.
    public mutating func message(_ bytes: Bytes, isRESP3: Bool) {
        raw(isRESP3 ? Bytes(">") : Bytes("*"))
        raw(bytes.dropping(1))
    }

    @inline(__always)
    private mutating func reserve(_ additional: Int) {
        if capacity - count < additional { grow(additional) }
    }

    @inline(never)
    private mutating func grow(_ additional: Int) {
        let larger = Swift.max(capacity * 2, count + additional)
        let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
        unsafe moved.copyMemory(from: base, byteCount: count)
        unsafe base.deallocate()
        unsafe base = moved
        capacity = larger
    }

    @inline(__always)
    private mutating func byte(_ byte: UInt8) {
        unsafe base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    @inline(__always)
    private mutating func lineEnd() {
        let pair = UInt16(UInt8(ascii: "\r")) | UInt16(UInt8(ascii: "\n")) << 8
        unsafe base.storeBytes(of: pair.littleEndian, toByteOffset: count, as: UInt16.self)
        count += 2
    }

    /// Writes a type byte, a number and the line end.
    @inline(__always)
    private mutating func line(_ kind: UInt8, _ number: Int64) {
        reserve(24)
        byte(kind)
        if number >= 0, number < 10 {
            byte(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number))
        } else {
            number.withDecimal { raw($0) }
        }
        lineEnd()
    }
}

// MARK: - What every protocol has

extension ReplyWriter {
    public mutating func ok() {
        raw(Bytes("+OK\r\n"))
    }

    /// A status, as `+QUEUED`. The text must hold no line end.
    public mutating func simple(_ text: StaticString) {
        simple(Bytes(text))
    }

    public mutating func simple(_ text: Bytes) {
        reserve(text.count + 3)
        byte(UInt8(ascii: "+"))
        raw(text)
        reserve(2)
        lineEnd()
    }

    /// An error; line ends within it become spaces, those at its end go.
    public mutating func error(_ error: ErrorReply) {
        reserve(error.message.count + 3)
        byte(UInt8(ascii: "-"))
        let letters = error.message.array
        let end = letters.lastIndex { $0 != 0x0D && $0 != 0x0A }.map { $0 + 1 } ?? 0
        for letter in letters[..<end] {
            byte(letter == 0x0D || letter == 0x0A ? 0x20 : letter)
        }
        lineEnd()
    }

    public mutating func integer(_ number: Int64) {
        line(UInt8(ascii: ":"), number)
    }

    public mutating func integer(_ number: Int) {
        line(UInt8(ascii: ":"), Int64(number))
    }

    public mutating func bulk(_ bytes: Bytes) {
        let length = bytes.count
        // `$`, at most 19 digits, two line ends.
        reserve(length + 32)
        if length < 100 {
            byte(UInt8(ascii: "$"))
            let digits = UInt8(truncatingIfNeeded: length)
            if length >= 10 { byte(UInt8(ascii: "0") &+ digits / 10) }
            byte(UInt8(ascii: "0") &+ digits % 10)
            lineEnd()
        } else {
            line(UInt8(ascii: "$"), Int64(length))
        }
        if let source = unsafe bytes.buffer.baseAddress {
            unsafe (base + count).copyMemory(from: source, byteCount: length)
            count += length
        }
        lineEnd()
    }

    public mutating func bulk(_ bytes: ByteString) {
        bytes.withBytes { bulk($0) }
    }

    public mutating func bulk(_ text: String) {
        bulk(ByteString(text))
    }

    /// A number as a bulk string.
    public mutating func bulk(_ number: Int64) {
        number.withDecimal { bulk($0) }
    }

    /// The header of an array; its elements follow.
    public mutating func array(_ count: Int) {
        line(UInt8(ascii: "*"), Int64(count))
    }

    /// Nothing, where a string would stand.
    public mutating func null() {
        raw(isRESP3 ? Bytes("_\r\n") : Bytes("$-1\r\n"))
    }

    /// Nothing, where an array would stand.
    public mutating func nullArray() {
        raw(isRESP3 ? Bytes("_\r\n") : Bytes("*-1\r\n"))
    }
}

// MARK: - What RESP2 lowers

extension ReplyWriter {
    /// The header of a map of `count` pairs; in RESP2 a flat array.
    public mutating func map(_ count: Int) {
        isRESP3 ? line(UInt8(ascii: "%"), Int64(count)) : array(count * 2)
    }

    /// The header of a set; in RESP2 an array.
    public mutating func set(_ count: Int) {
        line(isRESP3 ? UInt8(ascii: "~") : UInt8(ascii: "*"), Int64(count))
    }

    /// The header of an out-of-band message; in RESP2 an array.
    public mutating func push(_ count: Int) {
        line(isRESP3 ? UInt8(ascii: ">") : UInt8(ascii: "*"), Int64(count))
    }

    /// The header of attributes; RESP3 only.
    public mutating func attribute(_ count: Int) {
        line(UInt8(ascii: "|"), Int64(count))
    }

    public mutating func boolean(_ value: Bool) {
        if isRESP3 {
            raw(value ? Bytes("#t\r\n") : Bytes("#f\r\n"))
        } else {
            integer(value ? 1 : 0)
        }
    }

    /// A floating point number: shortest text that reads back the same; in RESP2 a bulk string.
    public mutating func double(_ value: Double) {
        DoubleText.withShortest(value) { text in
            if isRESP3 {
                reserve(text.count + 3)
                byte(UInt8(ascii: ","))
                raw(text)
                reserve(2)
                lineEnd()
            } else {
                bulk(text)
            }
        }
    }

    /// A text with its format, `txt` or `mkd`; in RESP2 a bulk string.
    public mutating func verbatim(_ text: ByteString, format: StaticString = "txt") {
        guard isRESP3 else { return bulk(text) }
        line(UInt8(ascii: "="), Int64(text.count + 4))
        raw(Bytes(format))
        raw(Bytes(":"))
        text.withBytes { raw($0) }
        raw(Bytes("\r\n"))
    }
}

// MARK: - Headers whose count is known late

extension ReplyWriter {
    /// A place where a header will be put once its count is known.
    public struct DeferredHeader {
        fileprivate let position: Int
    }

    public func deferHeader() -> DeferredHeader {
        DeferredHeader(position: count)
    }

    /// Puts an array header of `elements` at the place. O(bytes written since).
    public mutating func array(_ elements: Int, at header: DeferredHeader) {
        let end = count
        array(elements)
        rotate(from: header.position, end: end)
    }

    /// Puts a map header of `pairs` at the place.
    public mutating func map(_ pairs: Int, at header: DeferredHeader) {
        let end = count
        map(pairs)
        rotate(from: header.position, end: end)
    }

    /// Puts a set header at the place.
    public mutating func set(_ elements: Int, at header: DeferredHeader) {
        let end = count
        set(elements)
        rotate(from: header.position, end: end)
    }

    /// Moves what stands behind `end` to `start`.
    private mutating func rotate(from start: Int, end: Int) {
        let length = count - end
        let header = unsafe [UInt8](UnsafeRawBufferPointer(start: base + end, count: length))
        unsafe (base + start + length).copyMemory(from: base + start, byteCount: end - start)
        unsafe header.withUnsafeBytes { bytes in
            guard let first = bytes.baseAddress else { return }
            unsafe (base + start).copyMemory(from: first, byteCount: length)
        }
    }
}
