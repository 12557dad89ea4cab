// SPDX-License-Identifier: Apache-2.0
#include "CycleClock.h"

#include <pthread.h>
#include <stdbool.h>
#include <time.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <x86intrin.h>
#endif

static uint64_t nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static pthread_once_t measured = PTHREAD_ONCE_INIT;
static bool has_counter = false;
static uint64_t nanoseconds_per_4g = (uint64_t)1 << 32;

#if defined(__x86_64__)
// Whether the counter ticks at one rate, whatever the processor does.
static bool is_invariant(void) {
    unsigned a, b, c, d;
    return __get_cpuid(0x80000007, &a, &b, &c, &d) && (d & (1u << 8));
}

static uint64_t counter(void) { return __rdtsc(); }
#elif defined(__aarch64__)
static bool is_invariant(void) { return true; }

static uint64_t counter(void) {
    uint64_t ticks;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
    return ticks;
}
#else
static bool is_invariant(void) { return false; }

static uint64_t counter(void) { return 0; }
#endif

static void measure(void) {
    if (!is_invariant()) return;
    uint64_t start = nanoseconds(), first = counter(), now;
    do {
        now = nanoseconds();
    } while (now - start < 2000000);
    uint64_t ticks = counter() - first;
    if (ticks < 1000) return;
    nanoseconds_per_4g = ((now - start) << 32) / ticks;
    has_counter = true;
}

uint64_t engram_nanoseconds_per_4g_ticks(void) {
    pthread_once(&measured, measure);
    return nanoseconds_per_4g;
}

uint64_t engram_ticks(void) { return has_counter ? counter() : nanoseconds(); }
