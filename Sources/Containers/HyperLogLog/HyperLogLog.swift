// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// Counts distinct elements to within about 0.8 %, in 12 KB or less.
///
/// 16,384 registers, each the longest run of zeros among the hashes that fall to it. The bytes are
/// those of Redis, so that a value may be stored, fetched and moved as a string: the magic `HYLL`,
/// a byte for the encoding, three of zeros, the cached count (8, lowest first; the highest bit says
/// that it is stale), then the registers: dense, six bits each, or sparse, as runs.
public enum HyperLogLog {
    public enum Encoding: UInt8, Sendable {
        case dense = 0
        case sparse = 1
    }

    /// Why bytes are refused.
    public enum Damage: Error {
        /// The header, or a dense value's length, is wrong.
        case notAHyperLogLog
        /// The runs of a sparse value do not add up.
        case brokenRuns
    }

    static let indexBits = 14
    public static let registerCount = 1 << indexBits
    static let headerBytes = 16
    static let cachePlace = 8
    static let registerBits = 6
    public static let denseBytes = headerBytes + (registerCount * registerBits + 7) / 8
    /// The longest run that a hash can give, plus one.
    static let mostZeros = 64 - indexBits
    private static let seed: UInt64 = 0xADC8_3B19
    private static let magic: StaticString = "HYLL"

    /// One that has seen nothing: sparse, a single run of zeros.
    public static var empty: [UInt8] {
        var bytes = Array("HYLL".utf8) + [Encoding.sparse.rawValue]
        bytes += [UInt8](repeating: 0, count: headerBytes - bytes.count)
        return bytes + Run.zeros(registerCount).encoded
    }

    /// The encoding of a value with a good header.
    public static func encoding(of bytes: Bytes) throws(Damage) -> Encoding {
        guard bytes.count >= headerBytes, bytes[0..<4] == Bytes(magic),
            let encoding = Encoding(rawValue: bytes[4]),
            encoding == .sparse || bytes.count == denseBytes
        else { throw .notAHyperLogLog }
        return encoding
    }

    /// The register that an element falls to, and the length of its run.
    static func place(of element: Bytes) -> (register: Int, run: UInt8) {
        let hash = MurmurHash.hash64A(element, seed: seed)
        let rest = hash >> UInt64(indexBits) | 1 << UInt64(mostZeros)
        return (
            Int(hash & UInt64(registerCount - 1)), UInt8(rest.trailingZeroBitCount + 1)
        )
    }
}

// MARK: - The cached count

extension HyperLogLog {
    /// The count as it was last computed, or nil when the value has changed since.
    public static func cachedCount(of bytes: Bytes) -> UInt64? {
        let low = UInt64(bytes.littleEndianWord(at: cachePlace))
        let high = UInt64(bytes.littleEndianWord(at: cachePlace + 4))
        return high >> 31 == 0 ? high << 32 | low : nil
    }

    /// The bytes of a count, as they are kept from byte 8 on.
    public static func setCachedCount(_ count: UInt64, of bytes: inout MutableSpan<UInt8>) {
        for index in 0..<8 {
            bytes[cachePlace + index] = UInt8(truncatingIfNeeded: count >> UInt64(8 * index))
        }
    }

    /// Marks the cached count as stale.
    public static func invalidateCache(of bytes: inout MutableSpan<UInt8>) {
        bytes[cachePlace + 7] |= 0x80
    }
}

// MARK: - Counting

extension HyperLogLog {
    /// The estimate for a value. O(registers).
    public static func count(of bytes: Bytes) throws(Damage) -> UInt64 {
        var histogram = [Int](repeating: 0, count: 64)
        try forEachRun(of: bytes) { value, length in histogram[Int(value)] += length }
        return estimate(histogram)
    }

    /// The estimate for registers, a byte each.
    public static func count(ofRegisters registers: [UInt8]) -> UInt64 {
        var histogram = [Int](repeating: 0, count: 64)
        for register in registers { histogram[Int(register & 63)] += 1 }
        return estimate(histogram)
    }

    /// Raises each register to that of a value.
    public static func merge(_ bytes: Bytes, into registers: inout [UInt8]) throws(Damage) {
        var index = 0
        try forEachRun(of: bytes) { value, length in
            if value > 0 {
                for place in index..<(index + length) where value > registers[place] {
                    registers[place] = value
                }
            }
            index += length
        }
    }

    /// How often each value stands in the registers, to the number of elements: "New cardinality
    /// estimation algorithms for HyperLogLog sketches", Otmar Ertl, arXiv:1702.01284.
    private static func estimate(_ histogram: [Int]) -> UInt64 {
        let m = Double(registerCount)
        let alphaInfinity = 0.721347520444481703680
        var z = m * tau((m - Double(histogram[mostZeros + 1])) / m)
        for value in (1...mostZeros).reversed() {
            z += Double(histogram[value])
            z *= 0.5
        }
        z += m * sigma(Double(histogram[0]) / m)
        let estimate = (alphaInfinity * m * m / z).rounded()
        // All registers at their limit: no number is large enough.
        return estimate < 9.2e18 ? UInt64(estimate) : 1 << 63
    }

    private static func sigma(_ start: Double) -> Double {
        if start == 1 { return .infinity }
        var (x, y, z) = (start, 1.0, start)
        while true {
            x *= x
            let previous = z
            z += x * y
            y += y
            if previous == z { return z }
        }
    }

    private static func tau(_ start: Double) -> Double {
        if start == 0 || start == 1 { return 0 }
        var (x, y, z) = (start, 1.0, 1 - start)
        while true {
            x = x.squareRoot()
            let previous = z
            y *= 0.5
            z -= (1 - x) * (1 - x) * y
            if previous == z { return z / 3 }
        }
    }
}

// MARK: - Registers

extension HyperLogLog {
    /// All registers, a byte each.
    public static func registers(of bytes: Bytes) throws(Damage) -> [UInt8] {
        var registers = [UInt8](repeating: 0, count: registerCount)
        try merge(bytes, into: &registers)
        return registers
    }

    /// The dense form of a value; its cached count stays.
    public static func dense(_ bytes: Bytes) throws(Damage) -> [UInt8] {
        var dense = [UInt8](repeating: 0, count: denseBytes)
        let registers = try registers(of: bytes)
        for index in 0..<headerBytes { dense[index] = bytes[index] }
        dense[4] = Encoding.dense.rawValue
        var span = dense.mutableSpan
        write(registers, to: &span)
        return dense
    }

    /// Writes registers, a byte each, in a dense value.
    public static func write(_ registers: [UInt8], to dense: inout MutableSpan<UInt8>) {
        for (index, value) in registers.enumerated() { set(index, to: value, in: &dense) }
    }

    /// The register of a dense value.
    static func register(_ index: Int, of dense: borrowing MutableSpan<UInt8>) -> UInt8 {
        let bit = index * registerBits
        let place = headerBytes + bit / 8
        let low = UInt16(dense[place])
        let high = place + 1 < dense.count ? UInt16(dense[place + 1]) : 0
        return UInt8(truncatingIfNeeded: (low | high << 8) >> UInt16(bit & 7)) & 63
    }

    private static func set(
        _ index: Int, to value: UInt8, in dense: inout MutableSpan<UInt8>
    ) {
        let bit = index * registerBits
        let place = headerBytes + bit / 8
        let shift = UInt16(bit & 7)
        let mask = UInt16(63) << shift
        let bits = UInt16(value) << shift
        dense[place] =
            dense[place] & ~UInt8(truncatingIfNeeded: mask)
            | UInt8(truncatingIfNeeded: bits)
        guard mask > 0xFF else { return }
        dense[place + 1] = dense[place + 1] & ~UInt8(mask >> 8) | UInt8(bits >> 8)
    }

    /// Raises a register of a dense value to `run`; false when it is as high already.
    static func raise(
        _ index: Int, to run: UInt8, in dense: inout MutableSpan<UInt8>
    ) -> Bool {
        guard run > register(index, of: dense) else { return false }
        set(index, to: run, in: &dense)
        return true
    }

    /// Adds an element to a dense value; false when no register rises.
    public static func add(_ element: Bytes, toDense dense: inout MutableSpan<UInt8>) -> Bool {
        let (register, run) = place(of: element)
        return raise(register, to: run, in: &dense)
    }

    /// Calls `body` with the registers from first to last, in runs of equal value.
    static func forEachRun(
        of bytes: Bytes, _ body: (_ value: UInt8, _ length: Int) -> Void
    ) throws(Damage) {
        if try encoding(of: bytes) == .dense { return forEachRegister(of: bytes) { body($0, 1) } }
        var index = headerBytes
        var covered = 0
        while index < bytes.count {
            let run = Run(bytes, at: index)
            guard run.length <= registerCount - covered else { throw .brokenRuns }
            body(run.value, run.length)
            covered += run.length
            index += run.byteCount
        }
        guard covered == registerCount else { throw .brokenRuns }
    }

    /// Four registers stand in three bytes.
    private static func forEachRegister(of dense: Bytes, _ body: (UInt8) -> Void) {
        for group in 0..<(registerCount / 4) {
            let place = headerBytes + group * 3
            let bits =
                UInt32(dense[place]) | UInt32(dense[place + 1]) << 8
                | UInt32(dense[place + 2]) << 16
            body(UInt8(bits & 63))
            body(UInt8(bits >> 6 & 63))
            body(UInt8(bits >> 12 & 63))
            body(UInt8(bits >> 18))
        }
    }
}
