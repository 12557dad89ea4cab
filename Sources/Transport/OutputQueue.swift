// SPDX-License-Identifier: Apache-2.0

import Primitives

/// Bytes that the system has not taken yet, in pieces that are freed as they go.
@safe
struct OutputQueue: ~Copyable {
    @safe
    fileprivate struct Piece {
        var base: UnsafeMutableRawPointer
        var capacity: Int
        var start = 0
        var end = 0
    }

    private static let smallestPiece = 16 * 1024
    private static let largestPiece = 4 * 1024 * 1024

    private var pieces: [Piece] = []
    /// The first piece that has something in it.
    private var first = 0
    private(set) var count = 0

    init() {}

    deinit {
        for index in first..<pieces.count { unsafe pieces[index].base.deallocate() }
    }
}

extension OutputQueue {
    var isEmpty: Bool { count == 0 }

    mutating func append(_ bytes: Bytes) {
        var rest = bytes
        while !rest.isEmpty {
            if pieces.count == first || pieces[pieces.count - 1].isFull {
                let size = min(max(rest.count, Self.smallestPiece), Self.largestPiece)
                unsafe pieces.append(
                    Piece(base: .allocate(byteCount: size, alignment: 16), capacity: size))
            }
            let added = pieces[pieces.count - 1].take(rest)
            count += added
            rest = rest.dropping(added)
        }
    }

    /// The bytes to send next, good until the next change.
    var front: Bytes {
        guard first < pieces.count else { return .empty }
        return pieces[first].bytes
    }

    /// Forgets bytes of ``front``.
    mutating func drop(_ dropped: Int) {
        guard dropped > 0 else { return }
        pieces[first].start += dropped
        count -= dropped
        guard pieces[first].bytes.isEmpty else { return }
        unsafe pieces[first].base.deallocate()
        first += 1
        if first == pieces.count || first >= 64 {
            pieces.removeFirst(first)
            first = 0
        }
    }

    mutating func removeAll() {
        self = OutputQueue()
    }
}

extension OutputQueue.Piece {
    var isFull: Bool { end == capacity }

    var bytes: Bytes { unsafe Bytes(base: base + start, count: end - start) }

    /// Takes what there is room for, and returns how much that was.
    mutating func take(_ bytes: Bytes) -> Int {
        let added = min(bytes.count, capacity - end)
        guard added > 0, let source = unsafe bytes.buffer.baseAddress else { return 0 }
        unsafe (base + end).copyMemory(from: source, byteCount: added)
        end += added
        return added
    }
}
