// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stddef.h>

// In C because Swift has no word for it.

// Has the cache lines of `count` bytes from an address on fetched, without waiting for them. Any
// address will do.
void engram_prefetch(const void *address, size_t count);
