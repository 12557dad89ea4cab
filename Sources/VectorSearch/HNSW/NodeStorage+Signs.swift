// SPDX-License-Identifier: Apache-2.0

import CVectorKernels

/// The sign records beside the codes. The scratch must have room for the dimensions.
extension NodeStorage {
    /// Makes the record of a stored vector; the chunk is this storage's own.
    func writeSigns(_ slot: UInt32, _ scratch: SearchScratch) {
        guard let signs else { return }
        unsafe loadComponents(
            code(slot), norm: norm(slot), range: range(slot), into: scratch)
        signs.rotate(scratch)
        var rows = unsafe rows
        unsafe signs.write(engram_sign_record(&rows, slot), range: range(slot), from: scratch)
    }

    /// Puts the components of a code, and zeros behind them, into the scratch's `rotated`: by
    /// cosine without their norm.
    @unsafe
    func loadComponents(
        _ code: UnsafePointer<UInt8>, norm: Float, range: Float, into scratch: SearchScratch
    ) {
        let dimensions = configuration.dimensions
        let rotated = unsafe scratch.rotated
        let length = configuration.metric == .cosine ? 1 : norm
        switch configuration.quantization {
        case .f32:
            unsafe UnsafeMutableRawPointer(rotated).copyMemory(
                from: code, byteCount: dimensions * 4)
            if length != 1 { for index in 0..<dimensions { unsafe rotated[index] *= length } }
        case .q8:
            let scale = range / 127 * length
            for index in 0..<dimensions {
                unsafe rotated[index] = Float(Int8(bitPattern: code[index])) * scale
            }
        case .f16:
            unsafe code.withMemoryRebound(to: UInt16.self, capacity: dimensions) { halves in
                unsafe engram_kernels().pointee.decode_f16(
                    halves, range * length, dimensions, rotated)
            }
        case .bin:
            preconditionFailure("signs have no records of signs")
        }
        for index in dimensions..<(dimensions + 63) / 64 * 64 { unsafe rotated[index] = 0 }
    }

    /// Moves the centre to the mean of the vectors and makes all records again. O(n).
    func recenter(_ scratch: SearchScratch) {
        center(scratch, sampling: 8_192)
        for slot in 0..<UInt32(slotBound) where isLive(slot) {
            makeVectorsUnique(of: slot)
            writeSigns(slot, scratch)
        }
    }

    /// Moves the centre to the mean of the vectors, or of a sample of so many: records made before
    /// are worth nothing.
    func center(_ scratch: SearchScratch, sampling most: Int = 256) {
        guard let signs, count > 0 else { return }
        var sums = [Double](repeating: 0, count: signs.components)
        let step = max(slotBound / most, 1)
        var sampled = 0
        for slot in stride(from: 0, to: UInt32(slotBound), by: step) where isLive(slot) {
            unsafe loadComponents(
                code(slot), norm: norm(slot), range: range(slot), into: scratch)
            signs.rotate(scratch)
            for index in sums.indices { unsafe sums[index] += Double(scratch.rotated[index]) }
            sampled += 1
        }
        guard sampled > 0 else { return }
        self.signs = signs.centered(at: sums.map { Float($0 / Double(sampled)) })
    }
}
