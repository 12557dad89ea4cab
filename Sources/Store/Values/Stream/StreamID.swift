// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// What an entry of a stream is known by: a time in milliseconds and a number within it.
public struct StreamID: Hashable, Sendable {
    public var milliseconds: UInt64
    public var sequence: UInt64

    public init(_ milliseconds: UInt64, _ sequence: UInt64) {
        self.milliseconds = milliseconds
        self.sequence = sequence
    }
}

extension StreamID: Comparable {
    public static var zero: StreamID { StreamID(0, 0) }
    public static var max: StreamID { StreamID(.max, .max) }

    @inlinable
    public static func < (left: StreamID, right: StreamID) -> Bool {
        left.milliseconds != right.milliseconds
            ? left.milliseconds < right.milliseconds : left.sequence < right.sequence
    }

    /// The identifier behind this one, nil behind the last.
    public var next: StreamID? {
        if sequence < .max { return StreamID(milliseconds, sequence + 1) }
        return milliseconds < .max ? StreamID(milliseconds + 1, 0) : nil
    }

    /// The identifier before this one, nil before the first.
    public var previous: StreamID? {
        if sequence > 0 { return StreamID(milliseconds, sequence - 1) }
        return milliseconds > 0 ? StreamID(milliseconds - 1, .max) : nil
    }

    /// The identifier that differs from this one as an entry says that differs from its chunk's.
    func adding(_ milliseconds: Int64, _ sequence: Int64) -> StreamID {
        StreamID(
            self.milliseconds &+ UInt64(bitPattern: milliseconds),
            self.sequence &+ UInt64(bitPattern: sequence))
    }
}

extension StreamID {
    /// Calls `body` with the text `milliseconds-sequence`, at most 41 bytes.
    public func withText<Result>(_ body: (Bytes) -> Result) -> Result {
        unsafe withUnsafeTemporaryAllocation(byteCount: 48, alignment: 8) { buffer in
            var index = 48
            func write(_ number: UInt64) {
                var rest = number
                repeat {
                    index -= 1
                    let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 10)
                    unsafe buffer[index] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: remainder)
                    rest = quotient
                } while rest != 0
            }
            write(sequence)
            index -= 1
            unsafe buffer[index] = UInt8(ascii: "-")
            write(milliseconds)
            return unsafe body(Bytes(UnsafeRawBufferPointer(rebasing: buffer[index..<48])))
        }
    }
}

extension StreamID: CustomStringConvertible {
    public var description: String { "\(milliseconds)-\(sequence)" }
}
