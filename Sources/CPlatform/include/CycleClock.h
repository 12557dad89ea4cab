// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdint.h>

// In C because Swift cannot read the processor's time stamp counter, which costs a third of
// clock_gettime: the time of every command is measured.

// Ticks of a clock that only goes forward, with a frequency of its own.
uint64_t engram_ticks(void);

// How many nanoseconds 2^32 ticks take. Measures for two milliseconds, the first time.
uint64_t engram_nanoseconds_per_4g_ticks(void);
