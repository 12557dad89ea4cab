// SPDX-License-Identifier: Apache-2.0
#include "Allocator.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// jemalloc's functions, if the program is linked with it.
extern int mallctl(const char *name, void *old, size_t *old_size, void *new, size_t new_size)
    __attribute__((weak));
extern size_t nallocx(size_t size, int flags) __attribute__((weak));
extern void malloc_stats_print(void (*write)(void *, const char *), void *context,
                               const char *options) __attribute__((weak));

// Read by jemalloc at its start. A thread of its own gives dirty pages back, so that no request
// pays for it; few arenas, as one thread at a time changes the keyspace.
const char *malloc_conf = "background_thread:true,narenas:4,dirty_decay_ms:5000,muzzy_decay_ms:0";

#define ALL_ARENAS "4096"

static size_t read_size(const char *name) {
    size_t value = 0, size = sizeof(value);
    if (!mallctl || mallctl(name, &value, &size, NULL, 0) != 0) return 0;
    return value;
}

static void refresh(void) {
    uint64_t epoch = 1;
    size_t size = sizeof(epoch);
    mallctl("epoch", &epoch, &size, &epoch, size);
}

// What threads keep for their next allocations counts as allocated in jemalloc's sum.
static size_t held_bytes(void) {
    size_t allocated = read_size("stats.allocated");
    size_t cached = read_size("stats.arenas." ALL_ARENAS ".tcache_bytes");
    return allocated > cached ? allocated - cached : 0;
}

size_t engram_allocated_bytes(void) {
    if (mallctl) {
        refresh();
        return held_bytes();
    }
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

struct engram_allocator_state engram_allocator_state(void) {
    struct engram_allocator_state state = {0};
    if (mallctl) {
        refresh();
        state.allocated = held_bytes();
        state.active = read_size("stats.active");
        state.resident = read_size("stats.resident");
        state.muzzy = read_size("stats.arenas." ALL_ARENAS ".pmuzzy") * 4096;
    } else {
        struct mallinfo2 info = mallinfo2();
        state.allocated = info.uordblks + info.hblkhd;
        state.active = state.resident = info.arena + info.hblkhd;
    }
    return state;
}

int64_t engram_thread_allocation_change(void) {
    static _Thread_local uint64_t *allocated, *freed;
    static _Thread_local int64_t last;
    static _Thread_local bool is_unknown;
    if (!mallctl || is_unknown) return 0;
    if (!allocated) {
        size_t size = sizeof(allocated);
        is_unknown = mallctl("thread.allocatedp", &allocated, &size, NULL, 0) != 0
            || mallctl("thread.deallocatedp", &freed, &size, NULL, 0) != 0;
        if (!is_unknown) last = (int64_t)(*allocated - *freed);
        return 0;
    }
    int64_t now = (int64_t)(*allocated - *freed);
    int64_t change = now - last;
    last = now;
    return change;
}

size_t engram_allocation_size(size_t count) {
    if (count == 0) return 0;
    if (nallocx) return nallocx(count, 0);
    // glibc: eight bytes before each, in steps of 16, 32 at least.
    size_t rounded = (count + 8 + 15) & ~(size_t)15;
    return rounded < 32 ? 32 : rounded;
}

size_t engram_resident_bytes(void) {
    // The system says 0 for the size of this file, so it is read at once, without asking.
    char text[128];
    int descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return 0;
    ssize_t count = read(descriptor, text, sizeof(text) - 1);
    close(descriptor);
    if (count <= 0) return 0;
    text[count] = '\0';
    unsigned long pages = 0;
    if (sscanf(text, "%*u %lu", &pages) != 1) return 0;
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

const char *engram_allocator_name(void) { return mallctl ? "jemalloc-5.3.0" : "libc"; }

bool engram_counts_allocations(void) { return mallctl != NULL; }

void engram_release_free_memory(void) {
    if (mallctl) {
        mallctl("thread.tcache.flush", NULL, NULL, NULL, 0);
        mallctl("arena." ALL_ARENAS ".purge", NULL, NULL, NULL, 0);
    } else {
        malloc_trim(0);
    }
}

struct text {
    char *bytes;
    size_t count, capacity;
};

static void append(void *context, const char *piece) {
    struct text *text = context;
    size_t count = strlen(piece);
    if (count > text->capacity - text->count) count = text->capacity - text->count;
    memcpy(text->bytes + text->count, piece, count);
    text->count += count;
}

size_t engram_allocator_report(char *bytes, size_t capacity) {
    struct text text = {bytes, 0, capacity};
    if (malloc_stats_print) malloc_stats_print(append, &text, "");
    return text.count;
}
