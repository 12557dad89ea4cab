// SPDX-License-Identifier: Apache-2.0

internal import CPlatform

extension UnsafeRawPointer {
    /// Has the cache lines of `count` bytes from here on fetched, without waiting for them: for
    /// memory that will be read a microsecond later. The address need not be valid.
    public func prefetch(_ count: Int) {
        unsafe engram_prefetch(self, count)
    }
}
