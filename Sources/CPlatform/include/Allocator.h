// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stddef.h>

/// Bytes that the program holds from its allocator. jemalloc's own count when the program is linked
/// with it, which only a weak symbol can find out; glibc's otherwise.
size_t engram_allocated_bytes(void);

/// The name of the allocator, as INFO reports it.
const char *engram_allocator_name(void);

/// Gives memory that the allocator keeps for later back to the system.
void engram_release_free_memory(void);
