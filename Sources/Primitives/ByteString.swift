// SPDX-License-Identifier: Apache-2.0

/// Bytes that own themselves: any bytes, not only text. Copies share storage.
public struct ByteString: Hashable, Sendable, Comparable {
    /// The bytes.
    public private(set) var array: [UInt8]

    /// No bytes.
    public init() {
        array = []
    }

    public init(_ array: [UInt8]) {
        self.array = array
    }

    /// A copy of a view's bytes.
    public init(_ bytes: Bytes) {
        array = unsafe [UInt8](bytes.buffer)
    }

    /// The UTF-8 of a text.
    public init(_ text: String) {
        array = Array(text.utf8)
    }

    public var count: Int { array.count }
    public var isEmpty: Bool { array.isEmpty }

    /// Calls `body` with a view of the bytes, good until `body` returns.
    @inlinable
    public func withBytes<Result, Failure: Error>(
        _ body: (Bytes) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe array.span.withUnsafeBytes { (buffer) throws(Failure) -> Result in
            try unsafe body(Bytes(buffer))
        }
    }

    /// The bytes in byte order, as Redis orders strings.
    public static func < (left: ByteString, right: ByteString) -> Bool {
        left.withBytes { left in right.withBytes { right in left.compare(right) < 0 } }
    }
}

extension ByteString: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) {
        self.init(value)
    }
}

extension ByteString: CustomStringConvertible {
    /// The bytes as text, invalid UTF-8 repaired.
    public var description: String { String(decoding: array, as: UTF8.self) }
}
