// SPDX-License-Identifier: Apache-2.0

internal import Containers
public import Primitives

/// Until when a hash stays packed, and how large ones hash their fields.
public struct HashLimits: Sendable {
    /// `hash-max-listpack-entries`.
    public var maximumPackedFields = 512
    /// `hash-max-listpack-value`, for fields and values.
    public var maximumPackedBytes = 64

    let hasher: SipHash

    /// All packed data together stays below 1 GB, as in Redis.
    static var maximumTotalBytes: Int { 1 << 30 }

    public init(hasher: SipHash) {
        self.hasher = hasher
    }

    /// How many fields a packed hash may have; a file may bring a few more.
    var mostPackedFields: Int { Swift.min(maximumPackedFields, PackedPairs.mostPairs / 2) }

    /// Whether a field and a value may stand in a packed hash.
    @inline(__always)
    func allow(_ field: Bytes, _ value: Bytes) -> Bool {
        field.count <= maximumPackedBytes && value.count <= maximumPackedBytes
    }
}
