// SPDX-License-Identifier: Apache-2.0

import Glibc
import Primitives

/// Bytes received that could not be answered yet: the beginning of a request, or requests behind
/// one whose client waits.
@safe
struct InputBuffer: ~Copyable {
    /// An empty buffer keeps no more memory than this.
    private static let keptCapacity = 64 * 1024

    private var base: UnsafeMutableRawPointer?
    private var capacity = 0
    private var start = 0
    private(set) var count = 0

    init() {}

    deinit {
        unsafe free(base)
    }
}

extension InputBuffer {
    var isEmpty: Bool { count == 0 }

    /// The bytes, good until the next change.
    var bytes: Bytes { unsafe Bytes(base: base.map { unsafe $0 + start }, count: count) }

    mutating func append(_ added: Bytes) {
        guard let source = unsafe added.buffer.baseAddress, added.count > 0 else { return }
        if start + count + added.count > capacity { makeRoom(for: added.count) }
        guard let base = unsafe base else { return }
        unsafe (base + start + count).copyMemory(from: source, byteCount: added.count)
        count += added.count
    }

    /// Forgets bytes at the front.
    mutating func drop(_ dropped: Int) {
        precondition(dropped >= 0 && dropped <= count)
        start += dropped
        count -= dropped
        guard count == 0 else { return }
        start = 0
        if capacity > Self.keptCapacity {
            unsafe free(base)
            unsafe base = nil
            capacity = 0
        }
    }

    private mutating func makeRoom(for added: Int) {
        if start > 0, let base = unsafe base {
            unsafe base.copyMemory(from: base + start, byteCount: count)
            start = 0
        }
        guard count + added > capacity else { return }
        let larger = max(count + added, capacity * 2, 4096)
        guard let moved = unsafe realloc(base, larger) else {
            preconditionFailure("no memory for a request of \(larger) bytes")
        }
        unsafe base = moved
        capacity = larger
    }
}
