// SPDX-License-Identifier: Apache-2.0

internal import Primitives

/// The keys that samples have shown to be the best to remove, over many samples: so few looks find
/// a key that is nearly the best of all (Redis, `evict.c`).
struct EvictionPool {
    struct Candidate {
        /// The higher, the sooner it goes: seconds without a use, or 255 less the count of uses.
        let rank: Int64
        let database: Int
        let key: ByteString
    }

    static let mostCandidates = 16

    /// Worst first.
    private(set) var candidates: [Candidate] = []

    /// Takes a candidate in, unless all that are there are better.
    mutating func offer(rank: Int64, database: Int, key: Bytes) {
        let place = candidates.firstIndex { $0.rank >= rank } ?? candidates.count
        let isFull = candidates.count == Self.mostCandidates
        if isFull, place == 0 { return }
        candidates.insert(
            Candidate(rank: rank, database: database, key: ByteString(key)), at: place)
        if isFull { candidates.removeFirst() }
    }

    /// Takes the best candidate out.
    mutating func takeBest() -> Candidate? { candidates.popLast() }
}
