// SPDX-License-Identifier: Apache-2.0

internal import CPlatform

/// What memory the process uses.
public enum ProcessMemory {
    /// The allocator's view of the process's memory, in bytes.
    public struct AllocatorState: Sendable {
        /// Held by the program.
        public let allocated: Int
        /// In pages that hold something.
        public let active: Int
        /// In physical memory.
        public let resident: Int
        /// Given back, and not yet taken by the system.
        public let muzzy: Int
    }

    /// Bytes held from the allocator. Takes some 20 microseconds.
    public static func allocatedBytes() -> Int { Int(engram_allocated_bytes()) }

    /// As ``allocatedBytes()``, with all else that the allocator knows.
    public static func allocatorState() -> AllocatorState {
        let state = engram_allocator_state()
        return AllocatorState(
            allocated: Int(state.allocated), active: Int(state.active),
            resident: Int(state.resident), muzzy: Int(state.muzzy))
    }

    /// By how many bytes this thread's allocations, less what it has freed, have changed since it
    /// last asked; 0 the first time. Takes nanoseconds.
    public static func threadAllocationChange() -> Int { Int(engram_thread_allocation_change()) }

    /// Whether ``threadAllocationChange()`` knows anything.
    public static var countsAllocations: Bool { engram_counts_allocations() }

    /// The bytes that an allocation of `count` bytes really takes.
    public static func allocationBytes(for count: Int) -> Int {
        Int(engram_allocation_size(Swift.max(0, count)))
    }

    /// The allocator's own statistics, as a text; empty when it has none.
    public static func allocatorReport() -> String {
        let capacity = 1 << 20
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            unsafe buffer.withMemoryRebound(to: CChar.self) { text in
                unsafe count = Int(engram_allocator_report(text.baseAddress, capacity))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The allocator's name.
    public static var allocatorName: String { unsafe String(cString: engram_allocator_name()) }

    /// Bytes of physical memory, 0 when the system does not say.
    public static func residentBytes() -> Int { Int(engram_resident_bytes()) }

    /// Gives memory that is free back to the system. May take milliseconds.
    public static func releaseFreeMemory() { engram_release_free_memory() }
}
