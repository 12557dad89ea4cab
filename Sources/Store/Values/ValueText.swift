// SPDX-License-Identifier: Apache-2.0

public import Containers
public import Primitives

/// A text in a value: an integer that stands for its decimal digits, or bytes, which may spell one,
/// too. The bytes are good until the value changes.
public typealias ValueText = PackedText

extension PackedText {
    /// Calls `body` with the text.
    @inline(__always)
    public func withBytes<Result>(_ body: (Bytes) -> Result) -> Result {
        switch self {
        case .integer(let number): number.withDecimal(body)
        case .bytes(let bytes): body(bytes)
        }
    }

    /// The text, to keep.
    public var string: ByteString { withBytes { ByteString($0) } }

    /// The number of bytes of the text.
    public var count: Int { withBytes(\.count) }
}
