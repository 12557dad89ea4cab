// SPDX-License-Identifier: Apache-2.0
#include "Allocator.h"

#include <malloc.h>
#include <stdint.h>

extern int mallctl(const char *name, void *old, size_t *old_size, void *new, size_t new_size)
    __attribute__((weak));

size_t engram_allocated_bytes(void) {
    if (mallctl) {
        uint64_t epoch = 1;
        size_t size = sizeof(epoch);
        mallctl("epoch", &epoch, &size, &epoch, size);
        size_t allocated = 0;
        size = sizeof(allocated);
        if (mallctl("stats.allocated", &allocated, &size, NULL, 0) == 0) return allocated;
    }
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

const char *engram_allocator_name(void) { return mallctl ? "jemalloc" : "libc"; }

void engram_release_free_memory(void) {
    if (!mallctl) malloc_trim(0);
}
