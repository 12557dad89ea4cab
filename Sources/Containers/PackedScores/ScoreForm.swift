// SPDX-License-Identifier: Apache-2.0

/// How a score stands in a ``PackedScores``: the shortest form that gives the same number back.
///
/// A negative zero becomes zero, as it does in Redis's listpacks.
enum ScoreForm: UInt8 {
    case int8
    case int16
    case int32
    case int48
    case hundredths
    case tenThousandths
    case float
    case double

    /// Bits of a record's head that name the form.
    static var bits: Int { 3 }

    /// The form that the lowest bits of a record's head name.
    @inline(__always)
    init(truncating head: Int) {
        switch head & 7 {
        case 0: self = .int8
        case 1: self = .int16
        case 2: self = .int32
        case 3: self = .int48
        case 4: self = .hundredths
        case 5: self = .tenThousandths
        case 6: self = .float
        default: self = .double
        }
    }

    var byteCount: Int {
        switch self {
        case .int8: 1
        case .int16, .hundredths: 2
        case .int32, .tenThousandths, .float: 4
        case .int48: 6
        case .double: 8
        }
    }

    /// The shortest form of a score, and its bytes, lowest first.
    static func shortest(for score: Double) -> (form: ScoreForm, payload: UInt64) {
        if let integer = Int64(exactly: score) {
            let payload = UInt64(bitPattern: integer)
            if Int8(exactly: integer) != nil { return (.int8, payload) }
            if Int16(exactly: integer) != nil { return (.int16, payload) }
            if Int32(exactly: integer) != nil { return (.int32, payload) }
            if integer >> 47 == 0 || integer >> 47 == -1 { return (.int48, payload) }
            return (.double, score.bitPattern)
        }
        if let scaled = Int16(exactly: (score * 100).rounded()), Double(scaled) / 100 == score {
            return (.hundredths, UInt64(bitPattern: Int64(scaled)))
        }
        let single = Float(score)
        if Double(single) == score { return (.float, UInt64(single.bitPattern)) }
        if let scaled = Int32(exactly: (score * 10_000).rounded()),
            Double(scaled) / 10_000 == score
        {
            return (.tenThousandths, UInt64(bitPattern: Int64(scaled)))
        }
        return (.double, score.bitPattern)
    }

    /// The score whose bytes begin at `bytes`.
    @inline(__always)
    func read(_ bytes: UnsafeRawPointer) -> Double {
        switch self {
        case .int8: return Double(unsafe bytes.load(as: Int8.self))
        case .int16: return Double(Int16(littleEndian: unsafe bytes.loadUnaligned(as: Int16.self)))
        case .int32: return Double(Int32(littleEndian: unsafe bytes.loadUnaligned(as: Int32.self)))
        case .int48:
            let low = UInt32(littleEndian: unsafe bytes.loadUnaligned(as: UInt32.self))
            let high = Int16(
                littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: 4, as: Int16.self))
            return Double(Int64(high) << 32 | Int64(low))
        case .hundredths:
            return Double(Int16(littleEndian: unsafe bytes.loadUnaligned(as: Int16.self))) / 100
        case .tenThousandths:
            return Double(Int32(littleEndian: unsafe bytes.loadUnaligned(as: Int32.self))) / 10_000
        case .float:
            let bits = UInt32(littleEndian: unsafe bytes.loadUnaligned(as: UInt32.self))
            return Double(Float(bitPattern: bits))
        case .double:
            let bits = UInt64(littleEndian: unsafe bytes.loadUnaligned(as: UInt64.self))
            return Double(bitPattern: bits)
        }
    }
}
