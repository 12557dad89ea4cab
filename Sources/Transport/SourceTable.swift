// SPDX-License-Identifier: Apache-2.0

/// The sources of one event loop by their descriptors.
///
/// A descriptor that is closed may be another's a moment later, while events of the first one are
/// still to be looked at. So every registration has a number of its own, which comes back with the
/// event as part of the token.
@safe
struct SourceTable: ~Copyable {
    @safe
    private struct Slot {
        var source: Unmanaged<EventSource>?
        var registration: UInt32 = 0
    }

    private var slots: UnsafeMutablePointer<Slot>
    private var capacity = 64

    init() {
        unsafe slots = .allocate(capacity: capacity)
        unsafe slots.initialize(repeating: Slot(), count: capacity)
    }

    deinit {
        unsafe slots.deallocate()
    }
}

extension SourceTable {
    /// Keeps the source and gives it a token.
    mutating func insert(_ source: EventSource) {
        let index = Int(source.descriptor)
        if index >= capacity { grow(to: index + 1) }
        precondition(unsafe slots[index].source == nil, "one source for a descriptor")
        unsafe slots[index].source = .passRetained(source)
        unsafe slots[index].registration &+= 1
        source.token = unsafe UInt64(slots[index].registration) << 32 | UInt64(index)
    }

    /// Forgets the source; the caller owns it now.
    mutating func remove(_ source: EventSource) -> EventSource? {
        let index = Int(source.descriptor)
        guard index < capacity, let found = unsafe slots[index].source else { return nil }
        unsafe slots[index].source = nil
        return unsafe found.takeRetainedValue()
    }

    /// The source that the token was given to, if it is still there.
    @inline(__always)
    subscript(token: UInt64) -> Unmanaged<EventSource>? {
        let index = Int(token & 0xFFFF_FFFF)
        guard unsafe slots[index].registration == UInt32(truncatingIfNeeded: token >> 32) else {
            return nil
        }
        return unsafe slots[index].source
    }

    var all: [EventSource] {
        (0..<capacity).compactMap { unsafe slots[$0].source?.takeUnretainedValue() }
    }

    private mutating func grow(to needed: Int) {
        let larger = max(needed, capacity * 2)
        let moved = UnsafeMutablePointer<Slot>.allocate(capacity: larger)
        unsafe moved.moveInitialize(from: slots, count: capacity)
        unsafe (moved + capacity).initialize(repeating: Slot(), count: larger - capacity)
        unsafe slots.deallocate()
        unsafe slots = moved
        capacity = larger
    }
}
