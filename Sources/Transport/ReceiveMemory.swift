// SPDX-License-Identifier: Apache-2.0

import Primitives

/// Where an event loop's connections receive: one piece of memory, used from the front in every
/// turn, so that small requests of many connections stand close together in the cache.
@safe
struct ReceiveMemory: ~Copyable {
    /// The most that one read takes.
    static let readBytes = 64 * 1024
    /// From how many bytes on they are worked off before more is read.
    private static let enoughBytes = 32 * 1024

    private let base: UnsafeMutableRawPointer
    private var used = 0

    init() {
        unsafe base = .allocate(
            byteCount: Self.enoughBytes + Self.readBytes, alignment: 64)
    }

    deinit {
        unsafe base.deallocate()
    }
}

extension ReceiveMemory {
    var isEmpty: Bool { used == 0 }

    /// Whether there is no room for another read.
    var isSpent: Bool { used > Self.enoughBytes }

    /// Room for ``readBytes``; ``isSpent`` must not be the case.
    var room: UnsafeMutableRawPointer { unsafe base + used }

    /// Keeps the first `count` bytes of the room.
    @inline(__always)
    mutating func keep(_ count: Int) -> Bytes {
        defer { used = (used &+ count &+ 63) & ~63 }
        return unsafe Bytes(base: base + used, count: count)
    }

    mutating func reset() { used = 0 }
}
