// SPDX-License-Identifier: Apache-2.0

public import Primitives

extension HyperLogLog {
    /// A run of equal registers in a sparse value: `00nnnnnn` is n+1 zeros, `01nnnnnn nnnnnnnn` n+1
    /// zeros, `1vvvvvnn` n+1 registers of value v+1.
    struct Run: Equatable {
        var value: UInt8
        var length: Int
        /// 2 for a long run of zeros.
        var byteCount: Int

        static let mostValue: UInt8 = 32
        static let mostLength = 4
        static let mostShortZeros = 64

        static func zeros(_ length: Int) -> Run {
            Run(value: 0, length: length, byteCount: length > mostShortZeros ? 2 : 1)
        }

        static func values(_ value: UInt8, _ length: Int) -> Run {
            Run(value: value, length: length, byteCount: 1)
        }

        private init(value: UInt8, length: Int, byteCount: Int) {
            self.value = value
            self.length = length
            self.byteCount = byteCount
        }

        /// The run at `index`; where its second byte is missing it counts as zero.
        init(_ bytes: Bytes, at index: Int) {
            let first = bytes[index]
            if first & 0x80 != 0 {
                self = .values(first >> 2 & 0x1F + 1, Int(first & 3) + 1)
            } else if first & 0x40 != 0 {
                let second = index + 1 < bytes.count ? bytes[index + 1] : 0
                value = 0
                length = (Int(first & 0x3F) << 8 | Int(second)) + 1
                byteCount = 2
            } else {
                value = 0
                length = Int(first) + 1
                byteCount = 1
            }
        }

        var encoded: [UInt8] {
            if value > 0 { return [0x80 | (value - 1) << 2 | UInt8(length - 1)] }
            if byteCount == 1 { return [UInt8(length - 1)] }
            return [0x40 | UInt8((length - 1) >> 8), UInt8((length - 1) & 0xFF)]
        }
    }

    /// Whether a value, sparse or dense now, may grow.
    public enum Addition: Equatable {
        case unchanged
        case changed
    }

    /// Adds an element to a sparse value, which becomes dense when it would be longer than
    /// `mostSparseBytes` or the run is too long for its form. O(bytes).
    public static func add(
        _ element: Bytes, to bytes: inout [UInt8], mostSparseBytes: Int
    ) throws(Damage) -> Addition {
        let (register, run) = place(of: element)
        return try raise(register, to: run, in: &bytes, mostSparseBytes: mostSparseBytes)
    }

    /// Whether adding an element would change a sparse value.
    public static func wouldChange(
        _ bytes: Bytes, byAdding element: Bytes
    ) throws(Damage) -> Bool {
        let (register, run) = place(of: element)
        guard run <= Run.mostValue else { return true }
        return try find(register, in: bytes).run.value < run
    }

    /// The run that covers a register, where it stands, and where the one before it stands.
    private static func find(
        _ register: Int, in bytes: Bytes
    ) throws(Damage) -> (run: Run, index: Int, first: Int, previous: Int?) {
        var (index, first) = (headerBytes, 0)
        var previous: Int?
        let count = bytes.count
        // Most of the time goes here, so only lengths are looked at on the way.
        while index < count {
            let byte = bytes[index]
            var (length, size) = (Int(byte) &+ 1, 1)
            if byte & 0x80 != 0 {
                length = Int(byte & 3) &+ 1
            } else if byte & 0x40 != 0 {
                (length, size) = (Run(bytes, at: index).length, 2)
            }
            if register < first &+ length {
                guard index &+ size <= count else { throw .brokenRuns }
                return (Run(bytes, at: index), index, first, previous)
            }
            previous = index
            index &+= size
            first &+= length
        }
        throw .brokenRuns
    }

    /// Raises a register of a value in either form; the cached count goes stale.
    public static func raise(
        _ register: Int, to value: UInt8, in bytes: inout [UInt8], mostSparseBytes: Int
    ) throws(Damage) -> Addition {
        let encoding = try ByteString(bytes).withBytes { (view) throws(Damage) in
            try Self.encoding(of: view)
        }
        if encoding == .dense || value > Run.mostValue {
            return try raiseDense(register, to: value, in: &bytes, from: encoding)
        }
        let found = try ByteString(bytes).withBytes { (view) throws(Damage) in
            try find(register, in: view)
        }
        let run = found.run
        guard run.value < value else { return .unchanged }
        var parts: [UInt8] = []
        let before = register - found.first
        let behind = found.first + run.length - 1 - register
        func rest(_ length: Int) -> [UInt8] {
            guard length > 0 else { return [] }
            return (run.value == 0 ? Run.zeros(length) : .values(run.value, length)).encoded
        }
        parts += rest(before) + Run.values(value, 1).encoded + rest(behind)
        let growth = parts.count - run.byteCount
        if growth > 0, bytes.count + growth > mostSparseBytes {
            return try raiseDense(register, to: value, in: &bytes, from: encoding)
        }
        bytes.replaceSubrange(found.index..<(found.index + run.byteCount), with: parts)
        joinRuns(of: &bytes, from: found.previous ?? headerBytes)
        bytes[cachePlace + 7] |= 0x80
        return .changed
    }

    private static func raiseDense(
        _ register: Int, to value: UInt8, in bytes: inout [UInt8], from encoding: Encoding
    ) throws(Damage) -> Addition {
        if encoding == .sparse {
            bytes = try ByteString(bytes).withBytes { (view) throws(Damage) in try dense(view) }
        }
        var span = bytes.mutableSpan
        guard raise(register, to: value, in: &span) else { return .unchanged }
        invalidateCache(of: &span)
        return .changed
    }

    /// Joins neighbours of equal value, looking at five runs: as many as a change can have touched,
    /// and as Redis does, so that the bytes are the same.
    private static func joinRuns(of bytes: inout [UInt8], from start: Int) {
        var index = start
        for _ in 0..<5 {
            guard index < bytes.count else { return }
            guard bytes[index] & 0x80 != 0 else {
                index += bytes[index] & 0x40 != 0 ? 2 : 1
                continue
            }
            if index + 1 < bytes.count, bytes[index + 1] & 0x80 != 0,
                bytes[index] & 0x7C == bytes[index + 1] & 0x7C
            {
                let length = Int(bytes[index] & 3) + Int(bytes[index + 1] & 3) + 2
                if length <= Run.mostLength {
                    bytes[index + 1] = bytes[index] & 0xFC | UInt8(length - 1)
                    bytes.remove(at: index)
                    continue
                }
            }
            index += 1
        }
    }

    /// The runs of a sparse value in words: `Z:16384`, `v:1,1`.
    public static func describeRuns(of sparse: Bytes) -> String {
        var words: [String] = []
        var index = headerBytes
        while index < sparse.count {
            let run = Run(sparse, at: index)
            if run.value > 0 {
                words.append("v:\(run.value),\(run.length)")
            } else {
                words.append("\(run.byteCount == 2 ? "Z" : "z"):\(run.length)")
            }
            index += run.byteCount
        }
        return words.joined(separator: " ")
    }
}
