// SPDX-License-Identifier: Apache-2.0

internal import Containers
public import Primitives

/// Until when a sorted set stays packed, and how large ones hash their members.
public struct SortedSetLimits: Sendable {
    /// `zset-max-listpack-entries`.
    public var maximumPackedMembers = 128
    /// `zset-max-listpack-value`.
    public var maximumPackedBytes = 64

    let hasher: SipHash

    /// All packed data together stays below 1 GB, as in Redis.
    static var maximumTotalBytes: Int { 1 << 30 }

    /// How many members a packed sorted set may have.
    var mostPackedMembers: Int { Swift.min(maximumPackedMembers, PackedScores.mostNames / 2) }

    public init(hasher: SipHash) {
        self.hasher = hasher
    }
}
