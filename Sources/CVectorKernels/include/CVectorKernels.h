// SPDX-License-Identifier: Apache-2.0
#pragma once

// Distance kernels over chunked rows. C, because only C can compile one function for several
// instruction sets and pick one at run time; everything above the inner loops is Swift.

#include <stddef.h>
#include <stdint.h>

/// Where the rows of one chunk of nodes lie.
typedef struct {
    uint8_t *codes;
    float *ranges;
    uint32_t *links;
} EngramChunk;

/// All rows of an index: row `id` is row `id & mask` of chunk `id >> shift`.
typedef struct {
    EngramChunk *chunks;
    uint32_t shift;
    uint32_t mask;
    size_t code_stride;  // bytes from row to row
    size_t link_stride;  // link slots from row to row
    size_t dimensions;
} EngramRows;

/// A query made ready by `prepare_*`: what `data` points to depends on the quantisation.
typedef struct {
    const void *data;  // f32: floats; q8: int8 and, 64-byte aligned behind them, int16; bin: words
    float range;
    int32_t sum;  // of the int8 components; undoes the unsigned bias of VNNI
} EngramQuery;

/// The same functions for one instruction set.
typedef struct {
    const char *name;
    float (*dot_f32)(const float *a, const float *b, size_t count);
    int32_t (*dot_q8)(const int8_t *a, const int8_t *b, size_t count);
    uint32_t (*hamming)(const uint64_t *a, const uint64_t *b, size_t words);
    /// Codes a vector as round(x * 127 / max |x|); NaN becomes 0. Returns max |x|.
    float (*quantize_q8)(const float *source, size_t count, int8_t *target);
    /// Distances from a query to the rows `ids`, prefetching ahead.
    void (*distances_f32)(const EngramRows *, const EngramQuery *, const uint32_t *ids, size_t count,
                          float *distances);
    void (*distances_q8)(const EngramRows *, const EngramQuery *, const uint32_t *ids, size_t count,
                         float *distances);
    void (*distances_bin)(const EngramRows *, const EngramQuery *, const uint32_t *ids, size_t count,
                          float *distances);
    /// Puts `key` into the ascending `keys[0..<count]`, dropping the largest if `count` is
    /// `capacity`. Returns where it went; `capacity` means nowhere.
    size_t (*pool_insert)(uint64_t *keys, size_t count, size_t capacity, uint64_t key);
} EngramKernels;

typedef enum {
    ENGRAM_KERNELS_PORTABLE = 0,
    ENGRAM_KERNELS_AVX2 = 1,
    ENGRAM_KERNELS_AVX512 = 2,
    ENGRAM_KERNELS_AVX512_VNNI = 3,
    ENGRAM_KERNELS_NEON = 4,
} EngramInstructionSet;

/// The kernels this process uses: the best the CPU has, or what ENGRAM_SIMD names
/// (avx512, avx2, neon, portable) if the CPU has it.
const EngramKernels *engram_kernels(void);

/// The kernels for one instruction set, or null where the CPU lacks it.
const EngramKernels *engram_kernels_for(EngramInstructionSet set);

/// Bytes that `engram_prepare_q8` needs for its int16 copy of a query.
static inline size_t engram_prepared_q8_bytes(size_t dimensions) {
    return ((dimensions + 63) & ~(size_t)63) * 3;
}

/// Copies int8 codes into `buffer` (64-byte aligned) in the form the kernels want.
EngramQuery engram_prepare_q8(const int8_t *codes, float range, size_t dimensions, void *buffer);

static inline void engram_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }

static inline void engram_prefetch_row(const EngramRows *rows, uint32_t id) {
    const uint8_t *row = rows->chunks[id >> rows->shift].codes + (id & rows->mask) * rows->code_stride;
    for (size_t byte = 0; byte < rows->code_stride; byte += 64) __builtin_prefetch(row + byte, 0, 3);
}
