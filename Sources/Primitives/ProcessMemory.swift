// SPDX-License-Identifier: Apache-2.0

internal import CPlatform

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// What memory the process uses.
public enum ProcessMemory {
    /// Bytes held from the allocator. Takes some microseconds.
    public static func allocatedBytes() -> Int { Int(engram_allocated_bytes()) }

    /// The allocator's name.
    public static var allocatorName: String { unsafe String(cString: engram_allocator_name()) }

    /// Bytes of physical memory, 0 when the system does not say.
    public static func residentBytes() -> Int {
        guard let bytes = try? File.contents(of: "/proc/self/statm") else { return 0 }
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return 0 }
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// Gives memory that is free back to the system. May take milliseconds.
    public static func releaseFreeMemory() { engram_release_free_memory() }
}
