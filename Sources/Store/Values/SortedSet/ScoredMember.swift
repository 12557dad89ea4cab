// SPDX-License-Identifier: Apache-2.0

internal import Containers
internal import Primitives

/// The fixed part of a ``ScoredMember``.
struct ScoredMemberHeader {
    var score: Double
    var count: UInt32
}

/// A member of a large sorted set with its score, in one allocation.
///
/// The member table and the tree refer to the same object. A snapshot or a copy of the set may
/// share it; the set then changes a copy of it.
final class ScoredMember: ManagedBuffer<ScoredMemberHeader, UInt8>, TableElement {
    static func make(_ name: Bytes, _ score: Double) -> ScoredMember {
        let buffer = ScoredMember.create(minimumCapacity: name.count) { _ in
            ScoredMemberHeader(score: score, count: UInt32(name.count))
        }
        let made = unsafe unsafeDowncast(buffer, to: ScoredMember.self)
        unsafe made.withUnsafeMutablePointerToElements { elements in
            if let source = unsafe name.buffer.baseAddress {
                unsafe UnsafeMutableRawPointer(elements).copyMemory(
                    from: source, byteCount: name.count)
            }
        }
        return made
    }
}

extension ScoredMember {
    var tableKey: Bytes { name }

    /// The member's bytes, good while the object lives.
    @inline(__always)
    var name: Bytes {
        unsafe withUnsafeMutablePointers { header, bytes in
            unsafe Bytes(base: bytes, count: Int(header.pointee.count))
        }
    }

    @inline(__always)
    var score: Double { header.score }

    /// Changes the score; only for an object that nothing shares, and only if its place stays.
    func setScore(_ score: Double) {
        header.score = score
    }

    /// Whether it stands before a member with this score and name.
    @inline(__always)
    func precedes(_ score: Double, _ name: Bytes) -> Bool {
        let own = self.score
        return own < score || (own == score && self.name.compare(name) < 0)
    }

    /// Bytes the allocator spends on the object.
    var memoryBytes: Int {
        ProcessMemory.allocationBytes(for: 28 + Int(header.count))
    }
}

/// A reference to a member with its score beside it: who searches a node looks at nothing else,
/// unless scores are equal.
struct RankedMember {
    var score: Double
    let member: ScoredMember

    init(_ member: ScoredMember) {
        score = member.score
        self.member = member
    }

    @inline(__always)
    var name: Bytes { member.name }

    /// Whether it stands before a member with this score and name.
    @inline(__always)
    func precedes(_ score: Double, _ name: Bytes) -> Bool {
        if self.score != score { return self.score < score }
        return member.name.compare(name) < 0
    }
}
