// SPDX-License-Identifier: Apache-2.0
#pragma once

// Distance kernels over chunked rows. C, because only C can compile one function for several
// instruction sets and pick one at run time; everything above the inner loops is Swift.

#include <stddef.h>
#include <stdint.h>

/// What a row is multiplied with: an int8 component is `range * code / 127`, a half `range * code`,
/// and the vector is as long as `norm`.
typedef struct {
    float range;
    float norm;
} EngramScale;

/// Where the rows of one chunk of nodes lie. 32 bytes, so that finding one is a shift.
typedef struct {
    uint8_t *codes;
    EngramScale *scales;
    uint32_t *links;
    uint8_t *signs;  // sign records, or null
} EngramChunk;

/// All rows of an index: row `id` is row `id & mask` of chunk `id >> shift`.
typedef struct {
    EngramChunk *chunks;
    uint32_t shift;
    uint32_t mask;
    /// By chunk and node: the links of the levels above 0, one row after the other; null for the
    /// many that have none. A table of its own, as few searches need it and then briefly.
    uint32_t *const **uppers;
    size_t upper_stride;  // link slots from row to row of these
    size_t code_stride;  // bytes from row to row
    size_t link_stride;  // link slots from row to row
    size_t sign_stride;  // bytes from sign record to sign record
    size_t sign_words;   // 64-bit words of signs in a record; 0: there are no records
    size_t dimensions;
} EngramRows;

/// What stands behind the signs of a record. With a node x, the centre c of the index, r = x - c
/// rotated, and a query p = q - c rotated, the distance is about
/// `query.base + offset - scale * sum(sign(r[i]) * p[i])`
/// (RaBitQ, Gao and Long, arXiv:2405.12497: scale = |r|^2 / sum |r[i]|, twice that for squared
/// distances).
typedef struct {
    float scale;
    float offset;
    uint32_t ones;  // positive signs
    float range;    // of the stored vector, as in its scale: it is here where a walk has been
} EngramSignFactors;

/// A rotated query in 5 bits: component i is about `step * (levels[i] - 16)`. The record's one bit
/// errs ten times as much, and eight such levels add up in a byte.
typedef struct {
    const uint8_t *levels;  // 1...31, 64 a word of signs
    float base;
    float step;
    int32_t total;  // sum of levels[i] - 16
} EngramSignQuery;

/// A query made ready by `prepare_*`: what `data` points to depends on the quantisation.
typedef struct {
    const void *data;  // f32, f16: floats; q8: int8 and, 64-byte aligned behind them, int16; bin: words
    float range;
    int32_t sum;  // of the int8 components; undoes the unsigned bias of VNNI
    float norm;   // its length, for squares_q8 and products
} EngramQuery;

typedef void (*EngramMeasure)(const EngramRows *, const EngramQuery *, const uint32_t *ids,
                              size_t count, float *distances);

/// A query of a walk, by the sign records or, where there are none, by the rows.
typedef struct {
    EngramQuery exact;
    EngramSignQuery signs;
    EngramMeasure measure;  // null: by the sign records
} EngramWalkQuery;

/// What a walk begins with and works in.
typedef struct {
    uint32_t start;       // a node of the level above the walk's, or of its own
    uint32_t level;
    size_t width;         // candidates it keeps
    uint64_t *pool;       // room for engram_pool_room(width), all UINT64_MAX
    uint32_t *ids;        // room for two rows of links
    float *distances;     // room for a row
    uint64_t *keys;       // room for a row
    uint8_t *seen;        // one for each slot; those that are `search` were seen
    uint8_t search;
} EngramWalk;

/// What stands in a row of links behind the last.
#define ENGRAM_NO_LINK UINT32_MAX
/// The bit of a candidate key that says that the links of the node were followed.
#define ENGRAM_EXPANDED 1

/// The same functions for one instruction set.
typedef struct {
    const char *name;
    float (*dot_f32)(const float *a, const float *b, size_t count);
    int32_t (*dot_q8)(const int8_t *a, const int8_t *b, size_t count);
    float (*dot_f16)(const float *a, const uint16_t *b, size_t count);
    uint32_t (*hamming)(const uint64_t *a, const uint64_t *b, size_t words);
    /// Codes a vector as round(x * 127 / max |x|); NaN becomes 0. Returns max |x|.
    float (*quantize_q8)(const float *source, size_t count, int8_t *target);
    /// Codes `scale` times a vector in IEEE binary16, rounded to even: infinite beyond 65,504.
    void (*encode_f16)(const float *source, float scale, size_t count, uint16_t *target);
    void (*decode_f16)(const uint16_t *codes, float range, size_t count, float *target);
    /// Copies int8 codes into `buffer` (64-byte aligned) in the form that `distances_q8` wants.
    EngramQuery (*prepare_q8)(const int8_t *codes, float range, size_t count, void *buffer);
    /// Distances from a query to the rows `ids`, prefetching ahead.
    void (*distances_f32)(const EngramRows *, const EngramQuery *, const uint32_t *ids, size_t count,
                          float *distances);
    void (*distances_q8)(const EngramRows *, const EngramQuery *, const uint32_t *ids, size_t count,
                         float *distances);
    void (*distances_f16)(const EngramRows *, const EngramQuery *, const uint32_t *ids, size_t count,
                          float *distances);
    void (*distances_bin)(const EngramRows *, const EngramQuery *, const uint32_t *ids, size_t count,
                          float *distances);
    /// Squared Euclidean distances, and inner products with the sign turned. A row is a direction of
    /// length 1, `range * code / 127` as int8, times the row's norm; for squares_f32 and, multiplied
    /// with its range, for squares_f16 it is the vector.
    void (*squares_f32)(const EngramRows *, const EngramQuery *, const uint32_t *ids, size_t count,
                        float *distances);
    void (*squares_f16)(const EngramRows *, const EngramQuery *, const uint32_t *ids, size_t count,
                        float *distances);
    void (*squares_q8)(const EngramRows *, const EngramQuery *, const uint32_t *ids, size_t count,
                       float *distances);
    void (*products_f32)(const EngramRows *, const EngramQuery *, const uint32_t *ids, size_t count,
                         float *distances);
    void (*products_f16)(const EngramRows *, const EngramQuery *, const uint32_t *ids, size_t count,
                         float *distances);
    void (*products_q8)(const EngramRows *, const EngramQuery *, const uint32_t *ids, size_t count,
                        float *distances);
    /// What distances_q8, squares_q8 or products_q8 give, as `metric` is 0, 1 or 2, for `count` rows
    /// of one chunk from `first` on: one after the other they need no ids and no prefetching.
    void (*scan_q8)(const EngramRows *, const EngramQuery *, uint32_t first, size_t count,
                    uint8_t metric, float *distances);
    /// Sum of the bytes of `levels`, none above 31, where `signs` has a bit; 64 bytes a word.
    uint32_t (*signed_sum)(const uint64_t *signs, const uint8_t *levels, size_t words);
    /// Estimated distances from a query to the sign records of `ids`. Meanwhile asks for the
    /// records of `next`, one for one: all at once they would wait for each other.
    void (*estimates)(const EngramRows *, const EngramSignQuery *, const uint32_t *ids, size_t count,
                      float *distances, const uint32_t *next, size_t next_count);
    /// Multiplies a vector by a random orthogonal matrix, the same one for each `count`, which is a
    /// multiple of 64. `spare` is as large as `vector`.
    void (*rotate)(float *vector, float *spare, size_t count);
    /// Packs which components are positive; returns the sum of the absolute values.
    float (*pack_signs)(const float *vector, size_t count, uint64_t *signs);
    /// Codes a rotated query; `base` is the caller's to set. A component that is not a number is 0.
    EngramSignQuery (*level)(const float *vector, size_t count, uint8_t *levels);
    /// Writes the candidate keys of those of `ids` that are no farther than `limit`, or whose distance
    /// is not a number; returns how many. There is room for `count` keys.
    size_t (*nearer)(const uint32_t *ids, const float *distances, size_t count, float limit,
                     uint64_t *keys);
    /// Puts `key` into the ascending `keys[0..<count]`, dropping the largest if `count` is
    /// `capacity`. Returns where it went; `capacity` means nowhere. From `count` on the keys are
    /// UINT64_MAX, and there is room for `engram_pool_room(capacity)` of them.
    size_t (*pool_insert)(uint64_t *keys, size_t count, size_t capacity, uint64_t key);
    /// Fills the pool with the nearest nodes that a best-first walk on the level finds, and returns
    /// how many. Their keys have the bit ENGRAM_EXPANDED.
    size_t (*walk)(const EngramRows *, const EngramWalkQuery *, const EngramWalk *);
    /// The nearest node that the levels from `level` down to the one above the walk's lead to. The
    /// start is on `level`.
    uint32_t (*descend)(const EngramRows *, const EngramWalkQuery *, const EngramWalk *, size_t level);
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

/// Bytes that `prepare_q8` needs for its copies of a query.
static inline size_t engram_prepared_q8_bytes(size_t dimensions) {
    return ((dimensions + 63) & ~(size_t)63) * 3;
}

/// Divides a vector by its L2 norm, which it returns; a vector of zeros has the norm 1. The squares
/// are added up in Redis's order, so that norms agree to the last bit.
float engram_normalize(const float *source, size_t count, float *target);

/// What is left of a vector without the centre: its square, and its product with the centre.
typedef struct {
    float squares;
    float product;
} EngramRest;

/// Subtracts the centre, also a multiple of 16 long.
EngramRest engram_subtract(const float *vector, const float *center, size_t count, float *rest);

/// Asks the system to back memory with huge pages, where it has them.
void engram_use_huge_pages(void *start, size_t bytes);

/// The first index from `from` on whose value is at most `limit`; `count` if there is none.
static inline size_t engram_next_within(const float *values, size_t from, size_t count,
                                        float limit) {
    typedef float Four __attribute__((vector_size(16), aligned(4), may_alias));
    const Four limits = {limit, limit, limit, limit};
    for (; from + 16 <= count; from += 16) {
        const Four *four = (const Four *)(values + from);
        const __typeof__(limits <= limits) within = (four[0] <= limits) | (four[1] <= limits) |
                                                    (four[2] <= limits) | (four[3] <= limits);
        if (within[0] | within[1] | within[2] | within[3]) break;
    }
    while (from < count && !(values[from] <= limit)) from++;
    return from;
}

/// Keys that a pool of `capacity` has room for: a whole number of cache lines, one key to spare.
static inline size_t engram_pool_room(size_t capacity) { return (capacity / 8 + 1) * 8; }

/// A candidate as one number, so that sorting candidates is sorting integers: the order of its
/// distance, its slot, and a bit that is free.
static inline uint64_t engram_candidate_key(float distance, uint32_t slot) {
    uint32_t bits;
    __builtin_memcpy(&bits, &distance, sizeof bits);
    // Negative floats sort backwards as integers; distances can be slightly negative.
    const uint32_t order = bits & 0x80000000u ? ~bits : bits | 0x80000000u;
    return (uint64_t)order << 32 | (uint64_t)slot << 1;
}

static inline uint32_t engram_candidate_slot(uint64_t key) { return (uint32_t)key >> 1; }

static inline float engram_candidate_distance(uint64_t key) {
    const uint32_t order = (uint32_t)(key >> 32);
    const uint32_t bits = order & 0x80000000u ? order & 0x7fffffffu : ~order;
    float distance;
    __builtin_memcpy(&distance, &bits, sizeof distance);
    return distance;
}

/// Copies the links of a node on the walk's level that the walk did not see yet, and marks them as
/// seen. `target` has room for a row. Returns how many.
size_t engram_gather_unseen(const EngramRows *, uint32_t id, const EngramWalk *, uint32_t *target);

/// Bytes from sign record to sign record, which has factors behind its signs: half a cache line or
/// whole ones.
static inline size_t engram_sign_stride(size_t words) {
    const size_t bytes = words * 8 + sizeof(EngramSignFactors);
    return bytes <= 32 ? 32 : (bytes + 63) & ~(size_t)63;
}

/// Where the factors stand in a record.
static inline EngramSignFactors *engram_sign_factors(uint8_t *record, size_t words) {
    return (EngramSignFactors *)(record + words * 8);
}

static inline uint8_t *engram_sign_record(const EngramRows *rows, uint32_t id) {
    return rows->chunks[id >> rows->shift].signs + (id & rows->mask) * rows->sign_stride;
}

/// Asks for a record; of a long one for the beginning, the rest follows by itself.
static inline void engram_prefetch_signs(const EngramRows *rows, uint32_t id) {
    const uint8_t *record = engram_sign_record(rows, id);
    __builtin_prefetch(record, 0, 3);
    if (rows->sign_stride > 64) __builtin_prefetch(record + 64, 0, 3);
}

static inline void engram_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }

/// Lines of a stored vector that are asked for while others are on their way: more hold up a walk,
/// and what is behind them follows by itself.
#define ENGRAM_LINES_AHEAD 6

/// Asks for a stored vector, as far as the second cache: it is needed soon, not next.
static inline void engram_prefetch_code(const EngramRows *rows, uint32_t id) {
    const uint8_t *row = rows->chunks[id >> rows->shift].codes + (id & rows->mask) * rows->code_stride;
    const size_t most = ENGRAM_LINES_AHEAD * 64;
    const size_t bytes = rows->code_stride < most ? rows->code_stride : most;
    for (size_t byte = 0; byte < bytes; byte += 64) __builtin_prefetch(row + byte, 0, 2);
}

static inline void engram_prefetch_row(const EngramRows *rows, uint32_t id) {
    const uint8_t *row = rows->chunks[id >> rows->shift].codes + (id & rows->mask) * rows->code_stride;
    for (size_t byte = 0; byte < rows->code_stride; byte += 64) __builtin_prefetch(row + byte, 0, 3);
}
