// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP

/// The type of a field: `u1` to `u63`, `i1` to `i64`.
struct BitFieldType {
    let isSigned: Bool
    let width: Int

    /// The number that a field's bits stand for.
    func value(of bits: UInt64) -> Int64 {
        guard isSigned else { return Int64(bitPattern: bits) }
        let shift = UInt64(64 - width)
        return Int64(bitPattern: bits << shift) >> Int64(shift)
    }

    private static let invalid = ErrorReply(
        "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is."
    )

    init(_ text: Bytes) throws(ErrorReply) {
        guard text.count > 1, text[0] == UInt8(ascii: "i") || text[0] == UInt8(ascii: "u") else {
            throw Self.invalid
        }
        isSigned = text[0] == UInt8(ascii: "i")
        guard let width = Int64(strict: text.dropping(1)), width >= 1,
            width <= (isSigned ? 64 : 63)
        else { throw Self.invalid }
        self.width = Int(width)
    }
}

/// What becomes of a number that does not fit.
enum BitFieldOverflow {
    /// Its lowest bits are kept.
    case wrap
    /// The nearest number that fits is taken.
    case saturate
    /// Nothing is written, and the reply is null.
    case fail
}

/// One operation of BITFIELD.
struct BitFieldStep {
    enum Operation {
        case get
        case set(Int64)
        case increment(Int64)
    }

    let operation: Operation
    let type: BitFieldType
    let offset: Int
    let overflow: BitFieldOverflow

    var isWrite: Bool {
        switch operation {
        case .get: false
        case .set, .increment: true
        }
    }

    /// The bit behind the field, if it is written.
    var writtenEnd: Int? { isWrite ? offset + type.width : nil }

    /// Reads all operations of a request; their fields must begin in the first `bytes` of a string.
    static func all(
        _ arguments: inout Arguments, within bytes: Int
    ) throws(ErrorReply) -> [BitFieldStep] {
        var steps: [BitFieldStep] = []
        var overflow = BitFieldOverflow.wrap
        while arguments.hasMore {
            let room = arguments.remaining - 1
            if room >= 1, arguments.consume("OVERFLOW") {
                if arguments.consume("WRAP") {
                    overflow = .wrap
                } else if arguments.consume("SAT") {
                    overflow = .saturate
                } else if arguments.consume("FAIL") {
                    overflow = .fail
                } else {
                    throw ErrorReply("ERR Invalid OVERFLOW type specified")
                }
                continue
            }
            let isGet = room >= 2 && arguments.consume("GET")
            let isSet = !isGet && room >= 3 && arguments.consume("SET")
            guard isGet || isSet || (room >= 3 && arguments.consume("INCRBY")) else {
                throw .syntax
            }
            let type = try BitFieldType(try arguments.next())
            let offset = try arguments.bitOffset(within: bytes, fieldWidth: type.width)
            let operation: Operation =
                if isGet {
                    .get
                } else if isSet {
                    .set(try arguments.integer())
                } else {
                    .increment(try arguments.integer())
                }
            steps.append(
                BitFieldStep(
                    operation: operation, type: type, offset: offset, overflow: overflow))
        }
        return steps
    }

    /// Does the operation: what to answer (nil: null) and whether the field is another now.
    func run(on bytes: inout MutableSpan<UInt8>) -> (result: Int64?, changes: Bool) {
        let old = bytes.bitField(at: offset, width: type.width)
        let new: UInt64?
        let value: Int64
        switch operation {
        case .get: return (type.value(of: old), false)
        case .set(let number):
            new = type.isSigned ? fitted(number, adding: 0) : fitted(UInt64(bitPattern: number), 0)
            value = type.value(of: old)
        case .increment(let increment):
            new =
                type.isSigned
                ? fitted(type.value(of: old), adding: increment) : fitted(old, increment)
            value = new.map { type.value(of: $0) } ?? 0
        }
        guard let new else { return (nil, false) }
        bytes.setBitField(at: offset, width: type.width, to: new)
        return (value, old != new)
    }

    /// The bits of a sum in a signed field; nil when it fails. As in Redis a value so low that what
    /// it lacks to the largest is beyond 64 bits counts as too large.
    private func fitted(_ value: Int64, adding increment: Int64) -> UInt64? {
        let most = Int64.max >> Int64(64 - type.width)
        let (sum, overflows) = value.addingReportingOverflow(increment)
        let isFarOff = type.width < 64 && most &- value < 0
        let isTooLarge = isFarOff || (overflows ? increment > 0 : sum > most)
        let isTooSmall = !isTooLarge && (overflows ? increment < 0 : sum < ~most)
        return fitted(
            UInt64(bitPattern: sum), isTooLarge: isTooLarge, isTooSmall: isTooSmall,
            most: UInt64(bitPattern: most), least: UInt64(bitPattern: ~most))
    }

    /// The bits of a sum in an unsigned field; nil when it fails. A value that does not fit is too
    /// large, whatever is added.
    private func fitted(_ value: UInt64, _ increment: Int64) -> UInt64? {
        let most = UInt64.max >> UInt64(64 - type.width)
        let sum = value &+ UInt64(bitPattern: increment)
        let isTooLarge = value > most || (increment > 0 && UInt64(increment) > most - value)
        let isTooSmall = !isTooLarge && increment < 0 && increment.magnitude > value
        return fitted(sum, isTooLarge: isTooLarge, isTooSmall: isTooSmall, most: most, least: 0)
    }

    private func fitted(
        _ sum: UInt64, isTooLarge: Bool, isTooSmall: Bool, most: UInt64, least: UInt64
    ) -> UInt64? {
        let mask = UInt64.max >> UInt64(64 - type.width)
        guard isTooLarge || isTooSmall else { return sum & mask }
        switch overflow {
        case .wrap: return sum & mask
        case .saturate: return (isTooLarge ? most : least) & mask
        case .fail: return nil
        }
    }
}
