// SPDX-License-Identifier: Apache-2.0

/// Why an RDB file, or a serialised value, cannot be read.
public struct RDBError: Error, Equatable, CustomStringConvertible {
    public enum Kind: Sendable {
        /// The bytes are not what the format says: damage, or a truncated file.
        case malformed
        /// The bytes may well be right, but hold what this version cannot.
        case unsupported
    }

    public let kind: Kind
    /// Where in the file, in bytes from its start; inside a compressed string, where that starts.
    public let offset: Int
    public let reason: String

    public init(_ kind: Kind, offset: Int, _ reason: String) {
        self.kind = kind
        self.offset = offset
        self.reason = reason
    }

    public var description: String { "\(reason) (at offset \(offset))" }
}
