// SPDX-License-Identifier: Apache-2.0

#include "Prefetch.h"

#include <stdint.h>

void engram_prefetch(const void *address, size_t count) {
    const char *end = (const char *)address + count;
    const char *line = (const char *)((uintptr_t)address & ~(uintptr_t)63);
    for (; line < end; line += 64) __builtin_prefetch(line);
}
