// SPDX-License-Identifier: Apache-2.0

internal import Containers
public import Primitives

/// Until when a set stays packed, and how large ones hash their members.
public struct SetLimits: Sendable {
    /// `set-max-intset-entries`.
    public var maximumIntegers = 512
    /// `set-max-listpack-entries`.
    public var maximumPackedMembers = 128
    /// `set-max-listpack-value`.
    public var maximumPackedBytes = 64

    let hasher: SipHash

    /// All packed data together stays below 1 GB, as in Redis.
    static var maximumTotalBytes: Int { 1 << 30 }

    public init(hasher: SipHash) {
        self.hasher = hasher
    }

    /// How many strings a packed set may have.
    var mostPackedMembers: Int { Swift.min(maximumPackedMembers, PackedSet.mostMembers / 2) }

    /// How many integers a set of integers may have.
    var mostIntegers: Int { Swift.min(maximumIntegers, PackedSet.mostMembers / 2) }
}
