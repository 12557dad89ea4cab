// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// In C because only a weak symbol can find out which allocator the program is linked with.

/// Bytes that the program holds from its allocator. Takes some 20 microseconds.
size_t engram_allocated_bytes(void);

/// The allocator's view of the process's memory, in bytes.
struct engram_allocator_state {
    /// Held by the program.
    size_t allocated;
    /// In pages that hold something.
    size_t active;
    /// In physical memory.
    size_t resident;
    /// Given back, and not yet taken by the system.
    size_t muzzy;
};
struct engram_allocator_state engram_allocator_state(void);

/// By how much the bytes that this thread has taken, less those it has freed, have changed since it
/// last asked. 0 the first time, and where the allocator does not count.
int64_t engram_thread_allocation_change(void);

/// Whether the function above knows anything.
bool engram_counts_allocations(void);

/// The bytes that an allocation of `count` really takes.
size_t engram_allocation_size(size_t count);

/// Bytes of physical memory that the process has, 0 when the system does not say.
size_t engram_resident_bytes(void);

/// The name of the allocator, as INFO reports it.
const char *engram_allocator_name(void);

/// Gives memory that the allocator keeps for later back to the system.
void engram_release_free_memory(void);

/// Writes the allocator's own statistics and returns how many bytes it takes; 0 when it has none.
size_t engram_allocator_report(char *bytes, size_t capacity);
