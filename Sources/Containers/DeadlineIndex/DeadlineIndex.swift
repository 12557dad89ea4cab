// SPDX-License-Identifier: Apache-2.0

/// Numbers (of objects that end) in the order of their deadlines.
///
/// Unlike an `IndexedHeap` it needs nothing of the objects, so two versions of a collection, one
/// of them read by a snapshot, may share objects and index: the index is a value whose copies
/// share chunks, and a change copies one chunk. A sorted list of sorted chunks of up to 512 pairs:
/// O(log n) comparisons and a move of at most 8 KB a change. 16 bytes a pair, chunks full when
/// deadlines grow, as they mostly do, else at least half full.
public struct DeadlineIndex: Sendable {
    private struct Pair: Sendable {
        let deadline: Int64
        let number: UInt64

        func precedes(_ other: Pair) -> Bool {
            deadline != other.deadline ? deadline < other.deadline : number < other.number
        }
    }

    /// The number of pairs.
    public private(set) var count = 0
    /// No chunk is empty.
    private var chunks: [[Pair]] = []

    private static var maximumChunk: Int { 512 }

    public init() {}
}

extension DeadlineIndex {
    public var isEmpty: Bool { count == 0 }

    /// The earliest deadline and one of its numbers, or nil. O(1).
    public var first: (deadline: Int64, number: UInt64)? {
        guard let pair = chunks.first?.first else { return nil }
        return (pair.deadline, pair.number)
    }

    /// The latest deadline, or nil. O(1).
    public var lastDeadline: Int64? { chunks.last?.last?.deadline }

    /// Calls `body` with the numbers whose deadlines are not later than `now`, the earliest first.
    public func forEach(through now: Int64, _ body: (_ number: UInt64) -> Void) {
        for chunk in chunks {
            for pair in chunk {
                guard pair.deadline <= now else { return }
                body(pair.number)
            }
        }
    }

    /// How many deadlines are not later than `now`. O(chunks before it).
    public func count(through now: Int64) -> Int {
        var total = 0
        for chunk in chunks {
            guard let last = chunk.last else { continue }
            if last.deadline <= now {
                total += chunk.count
                continue
            }
            return total + Self.place(in: chunk) { $0.deadline <= now }
        }
        return total
    }

    /// Adds a pair that is not in.
    public mutating func insert(_ number: UInt64, deadline: Int64) {
        let pair = Pair(deadline: deadline, number: number)
        count += 1
        // The last chunk whose first pair is not behind the new one, or the first chunk of all.
        let behind = chunkIndex(behind: pair)
        let index = Swift.max(behind - 1, 0)
        guard index < chunks.count else {
            chunks.append([pair])
            return
        }
        let place = Self.place(in: chunks[index]) { $0.precedes(pair) }
        guard chunks[index].count == Self.maximumChunk else {
            chunks[index].insert(pair, at: place)
            return
        }
        if index == chunks.count - 1, place == Self.maximumChunk {
            chunks.append([pair])
            return
        }
        let half = Self.maximumChunk / 2
        chunks.insert(Array(chunks[index][half...]), at: index + 1)
        chunks[index].removeSubrange(half...)
        if place <= half {
            chunks[index].insert(pair, at: place)
        } else {
            chunks[index + 1].insert(pair, at: place - half)
        }
    }

    /// Takes a pair out; false when it was not in.
    @discardableResult
    public mutating func remove(_ number: UInt64, deadline: Int64) -> Bool {
        let pair = Pair(deadline: deadline, number: number)
        let index = chunkIndex(behind: pair) - 1
        guard index >= 0 else { return false }
        let place = Self.place(in: chunks[index]) { $0.precedes(pair) }
        guard place < chunks[index].count, !pair.precedes(chunks[index][place]) else {
            return false
        }
        count -= 1
        if chunks[index].count == 1 {
            chunks.remove(at: index)
        } else {
            chunks[index].remove(at: place)
        }
        return true
    }

    /// Bytes the index takes. O(chunks).
    public var memoryBytes: Int {
        chunks.reduce(chunks.capacity * 8) { $0 + 32 + $1.capacity * 16 }
    }
}

extension DeadlineIndex {
    /// The index of the first chunk that begins behind `pair`.
    private func chunkIndex(behind pair: Pair) -> Int {
        var low = 0
        var high = chunks.count
        while low < high {
            let middle = (low + high) / 2
            if pair.precedes(chunks[middle][0]) {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return low
    }

    /// How many pairs at the front of a chunk satisfy a condition that none behind them does.
    private static func place(in chunk: [Pair], _ isBefore: (Pair) -> Bool) -> Int {
        var low = 0
        var high = chunk.count
        while low < high {
            let middle = (low + high) / 2
            if isBefore(chunk[middle]) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }
}
