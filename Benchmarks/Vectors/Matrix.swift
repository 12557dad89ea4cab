// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A two-dimensional array from a NumPy file of f2, f4 or i4, little endian.
struct Matrix: Sendable {
    private(set) var rows: Int
    let columns: Int
    private(set) var values: [Float]

    struct FormatError: Error {
        let path: String
    }

    init(rows: Int, columns: Int, values: [Float]) {
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    init(_ url: URL) throws {
        let data = [UInt8](try Data(contentsOf: url))
        guard data.count > 10 else { throw FormatError(path: url.path) }
        let headerEnd = 10 + Int(data[8]) + Int(data[9]) << 8
        guard headerEnd <= data.count else { throw FormatError(path: url.path) }
        let header = String(decoding: data[10..<headerEnd], as: UTF8.self)
        let shape = header.drop { $0 != "(" }.dropFirst().prefix { $0 != ")" }
            .split { !$0.isNumber }.compactMap { Int($0) }
        let type = ["<f2", "<f4", "<i4"].first { header.contains($0) }
        guard shape.count == 2, let type else { throw FormatError(path: url.path) }
        let width = type == "<f2" ? 2 : 4
        let count = shape[0] * shape[1]
        guard data.count == headerEnd + count * width else { throw FormatError(path: url.path) }
        rows = shape[0]
        columns = shape[1]
        values = (0..<count).map { index in
            let at = headerEnd + index * width
            let low = UInt16(data[at]) | UInt16(data[at + 1]) << 8
            if width == 2 { return Self.float(half: low) }
            let word = UInt32(low) | UInt32(data[at + 2]) << 16 | UInt32(data[at + 3]) << 24
            return type == "<f4" ? Float(bitPattern: word) : Float(Int32(bitPattern: word))
        }
    }

    func row(_ index: Int) -> [Float] {
        Array(values[index * columns..<(index + 1) * columns])
    }

    mutating func keep(rows count: Int) {
        rows = min(rows, count)
        values.removeLast(values.count - rows * columns)
    }

    private static func float(half: UInt16) -> Float {
        let sign = UInt32(half & 0x8000) << 16
        let exponent = UInt32(half >> 10 & 31)
        let fraction = UInt32(half & 1023)
        if exponent == 0 {
            let value = Float(fraction) * 0x1p-24
            return sign == 0 ? value : -value
        }
        return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
}
