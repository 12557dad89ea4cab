// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <math.h>
#include <string.h>

#include "CVectorKernels.h"

extern const EngramKernels engram_portable_kernels;
#if defined(__x86_64__)
extern const EngramKernels engram_avx2_kernels;
extern const EngramKernels engram_avx512_kernels;
extern const EngramKernels engram_avx512_vnni_kernels;
#elif defined(__aarch64__)
extern const EngramKernels engram_neon_kernels;
#endif

#define INLINE static inline __attribute__((always_inline))

/// Rows fetched ahead of the one being scored: enough to cover a DRAM access.
#define LOOKAHEAD 5

INLINE const uint8_t *row_codes(const EngramRows *rows, uint32_t id) {
    return rows->chunks[id >> rows->shift].codes + (size_t)(id & rows->mask) * rows->code_stride;
}

INLINE const EngramScale *row_scale(const EngramRows *rows, uint32_t id) {
    return rows->chunks[id >> rows->shift].scales + (id & rows->mask);
}

INLINE float row_range(const EngramRows *rows, uint32_t id) {
    if (rows->sign_words > 0) {
        return engram_sign_factors(engram_sign_record(rows, id), rows->sign_words)->range;
    }
    return row_scale(rows, id)->range;
}

INLINE float distance_from_q8(int32_t dot, float query_range, float row_range) {
// Fused, the last bit would depend on the instruction set, and differ from Redis.
#pragma clang fp contract(off)
    if (query_range == 0 || row_range == 0) return 1.0f;
    const float distance = 1.0f - (float)dot * ((query_range / 127) * (row_range / 127));
    // Written so that a NaN ends as 2: what can't be compared is far away.
    if (distance < 0) return 0;
    return distance <= 2 ? distance : 2;
}

INLINE float distance_from_f32(float dot) {
    const float distance = 1.0f - dot;
    return distance == distance ? distance : 2;
}

INLINE float distance_from_bin(uint32_t opposite, size_t dimensions) {
    return (float)opposite * 2 / (float)dimensions;
}

INLINE const uint16_t *row_halves(const EngramRows *rows, uint32_t id) {
    return (const uint16_t *)row_codes(rows, id);
}

/// What CPUs with a conversion of IEEE binary16 make of it, to the bit.
INLINE float float_from_half(uint16_t half) {
    // As the bits of a float, its exponent is short of 112: a product makes that up, and makes
    // subnormals normal.
    uint32_t bits = (uint32_t)(half & 0x7fff) << 13;
    const int is_number = bits < 0x0f800000u, is_infinite = bits == 0x0f800000u;
    float value;
    memcpy(&value, &bits, 4);
    value *= 0x1p112f;
    bits |= is_infinite ? 0x7f800000u : 0x7fc00000u;
    uint32_t finite;
    memcpy(&finite, &value, 4);
    bits = (is_number ? finite : bits) | (uint32_t)(half & 0x8000) << 16;
    memcpy(&value, &bits, 4);
    return value;
}

/// The nearest half, of two the even one; infinite from 65,520 on.
INLINE uint16_t half_from_float(float value) {
    uint32_t bits;
    memcpy(&bits, &value, 4);
    const uint32_t sign = bits >> 16 & 0x8000, magnitude = bits & 0x7fffffffu;
    memcpy(&value, &magnitude, 4);
    // The last bit of 0.5 is the least half: a sum with it rounds to whole ones.
    value += 0.5f;
    memcpy(&bits, &value, 4);
    const uint32_t subnormal = bits - 0x3f000000u;
    const uint32_t normal = (magnitude + 0xfff + (magnitude >> 13 & 1) - 0x38000000u) >> 13;
    uint32_t half = magnitude < 0x38800000u ? subnormal : normal;
    half = magnitude < 0x47800000u ? half : 0x7c00;
    half = magnitude <= 0x7f800000u ? half : 0x7e00 | (magnitude >> 13 & 0x3ff);
    return (uint16_t)(sign | half);
}

INLINE void encode_f16_generic(const float *restrict source, float scale, size_t count,
                               uint16_t *restrict target) {
    for (size_t i = 0; i < count; i++) target[i] = half_from_float(source[i] * scale);
}

INLINE void decode_f16_generic(const uint16_t *restrict codes, float range, size_t count,
                               float *restrict target) {
    for (size_t i = 0; i < count; i++) target[i] = float_from_half(codes[i]) * range;
}

/// What cannot be compared is far away.
INLINE float square_or_infinity(float square) { return square == square ? square : INFINITY; }

/// Sixteen floats, whatever the registers.
typedef float Floats __attribute__((vector_size(64), aligned(4), may_alias));

INLINE float square_of_differences(const float *a, const float *b, size_t count) {
    Floats sums[2] = {{0}, {0}};
    size_t i = 0;
    for (; i + 32 <= count; i += 32) {
        const Floats first = *(const Floats *)(a + i) - *(const Floats *)(b + i);
        const Floats second = *(const Floats *)(a + i + 16) - *(const Floats *)(b + i + 16);
        sums[0] += first * first;
        sums[1] += second * second;
    }
    sums[0] += sums[1];
    float rest = 0;
    for (; i < count; i++) rest += (a[i] - b[i]) * (a[i] - b[i]);
    for (size_t half = 8; half > 0; half /= 2) {
        for (size_t lane = 0; lane < half; lane++) sums[0][lane] += sums[0][lane + half];
    }
    return square_or_infinity(sums[0][0] + rest);
}

/// The cosine of the angle between two directions.
INLINE float cosine_from_q8(int32_t dot, const EngramQuery *query, const EngramRows *rows,
                            uint32_t id) {
    const float range = row_scale(rows, id)->range;
    return (float)dot * ((query->range / 127) * (range / 127));
}

/// From the difference of the lengths and the angle: two that are near each other are told apart as
/// well far from zero, where the squares of their lengths would cancel out.
INLINE float square_from_q8(int32_t dot, const EngramQuery *query, const EngramRows *rows,
                            uint32_t id) {
#pragma clang fp contract(off)
    const float norm = row_scale(rows, id)->norm, gap = query->norm - norm;
    const float rest = 1 - cosine_from_q8(dot, query, rows, id);
    return square_or_infinity(gap * gap + 2 * (query->norm * norm) * (rest > 0 ? rest : 0));
}

INLINE float product_from_cosine(float cosine, const EngramQuery *query, const EngramRows *rows,
                                 uint32_t id) {
    const float product = (query->norm * row_scale(rows, id)->norm) * cosine;
    return product == product ? -product : INFINITY;
}

/// Asks for a row, and for what is multiplied with it.
INLINE void prefetch_row_and_scale(const EngramRows *rows, uint32_t id) {
    engram_prefetch_row(rows, id);
    engram_prefetch(row_scale(rows, id));
}

INLINE const int16_t *wide_query(const EngramQuery *query, size_t dimensions) {
    return (const int16_t *)((const int8_t *)query->data + ((dimensions + 63) & ~(size_t)63));
}

INLINE EngramQuery prepare_q8_generic(const int8_t *restrict codes, float range, size_t count,
                                      void *buffer) {
    const size_t padded = (count + 63) & ~(size_t)63;
    int8_t *restrict narrow = buffer;
    int16_t *restrict wide = (int16_t *)(narrow + padded);
    int32_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        narrow[i] = codes[i];
        wide[i] = codes[i];
        sum += codes[i];
    }
    EngramQuery query = {.data = buffer, .range = range, .sum = sum};
    return query;
}

/// The largest absolute value; what is not a number counts as 0.
INLINE float largest_magnitude(const float *source, size_t count) {
    // The order of the absolute values is the order of their bits, and integers vectorise.
    uint32_t largest = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, source + i, 4);
        bits &= 0x7fffffffu;
        bits = bits > 0x7f800000u ? 0 : bits;
        largest = bits > largest ? bits : largest;
    }
    float range;
    memcpy(&range, &largest, 4);
    return range;
}

INLINE float quantize_generic(const float *source, size_t count, int8_t *target) {
    const float range = largest_magnitude(source, count);
    if (range == 0) {
        memset(target, 0, count);
        return 0;
    }
    const float scale = 127.0f / range;
    for (size_t i = 0; i < count; i++) {
        float value = source[i] * scale;
        value = value == value ? value : 0;
        value = value > 127 ? 127 : value;
        value = value < -127 ? -127 : value;
        // Half away from zero, as roundf, but without the call.
        const int32_t whole = (int32_t)value;
        const float rest = value - (float)whole;
        target[i] = (int8_t)(whole + (rest >= 0.5f) - (rest <= -0.5f));
    }
    return range;
}

INLINE size_t nearer_generic(const uint32_t *ids, const float *distances, size_t count, float limit,
                             uint64_t *keys) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        keys[kept] = engram_candidate_key(distances[i], ids[i]);
        kept += !(distances[i] > limit);
    }
    return kept;
}

INLINE size_t pool_insert_generic(uint64_t *keys, size_t count, size_t capacity, uint64_t key) {
    if (count == capacity) {
        if (count == 0 || key >= keys[count - 1]) return capacity;
        count--;
    }
    size_t low = 0, length = count;
    while (length > 0) {
        const size_t half = length / 2;
        low += keys[low + half] < key ? length - half : 0;
        length = half;
    }
    memmove(keys + low + 1, keys + low, (count - low) * sizeof(uint64_t));
    keys[low] = key;
    return low;
}

typedef uint32_t Words __attribute__((vector_size(64), aligned(4), may_alias));

/// One pass of a Walsh-Hadamard transform: each pair half a vector apart becomes two neighbours.
/// The order of the result is a permuted one, which a random rotation may as well be.
INLINE void butterfly(const float *source, float *target, size_t count) {
    for (size_t i = 0; i < count / 2; i += 16) {
        const Floats a = *(const Floats *)(source + i), b = *(const Floats *)(source + i + count / 2);
        const Floats sum = a + b, difference = a - b;
        *(Floats *)(target + 2 * i) = __builtin_shufflevector(
            sum, difference, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        *(Floats *)(target + 2 * i + 16) = __builtin_shufflevector(
            sum, difference, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
}

/// 32 signs of round `round`, by a mix of its number (SplitMix64, Steele and others, OOPSLA 2014).
INLINE uint32_t rotation_signs(size_t round, size_t word) {
    uint64_t z = (uint64_t)(round * 2048 + word + 1) * 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (uint32_t)(z ^ (z >> 31));
}

/// Rounds of random signs and a Hadamard transform of the largest power of two that fits, from the
/// front and from the back in turn, so that all components mix.
INLINE void rotate_generic(float *vector, float *spare, size_t count) {
    size_t window = 64, passes = 6;
    while (window * 2 <= count) {
        window *= 2;
        passes++;
    }
    const size_t rounds = window == count ? 3 : 4;
    const Words lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    float scale = 1;
    for (size_t i = 0; i < passes; i++) scale *= 0.70710678118654752f;
    for (size_t round = 0; round < rounds; round++) {
        for (size_t word = 0; word < count / 32; word++) {
            const uint32_t signs = rotation_signs(round, word);
            for (uint32_t i = 0; i < 32; i += 16) {
                Words *bits = (Words *)(vector + word * 32 + i);
                *bits ^= ((lanes * 0 + (signs << i)) << lanes) & 0x80000000u;
            }
        }
        float *start = round % 2 == 0 ? vector : vector + (count - window);
        float *from = start, *to = spare;
        for (size_t pass = 0; pass < passes; pass++) {
            butterfly(from, to, window);
            float *const swap = from;
            from = to;
            to = swap;
        }
        for (size_t i = 0; i < window; i += 16) {
            *(Floats *)(start + i) = *(const Floats *)(from + i) * scale;
        }
    }
}

INLINE float pack_signs_generic(const float *vector, size_t count, uint64_t *signs) {
    float sums[16] = {0};
    for (size_t word = 0; word < count / 64; word++) {
        uint64_t bits = 0;
        for (size_t i = 0; i < 64; i++) {
            const float value = vector[word * 64 + i];
            bits |= (uint64_t)(value > 0) << i;
            sums[i % 16] += value < 0 ? -value : value;
        }
        signs[word] = bits;
    }
    float sum = 0;
    for (size_t lane = 0; lane < 16; lane++) sum += sums[lane];
    return sum;
}

INLINE EngramSignQuery level_generic(const float *vector, size_t count, uint8_t *levels) {
    const float range = largest_magnitude(vector, count);
    const float scale = range > 0 ? 15.0f / range : 0;
    int32_t total = 0;
    for (size_t i = 0; i < count; i++) {
        float value = vector[i] * scale;
        value = value == value ? value : 0;
        // Half a level added, truncation rounds.
        const int32_t level = (int32_t)(value + 16.5f);
        levels[i] = (uint8_t)level;
        total += level - 16;
    }
    EngramSignQuery query = {.levels = levels, .base = 0, .step = range / 15, .total = total};
    return query;
}

INLINE float sign_estimate(const EngramSignQuery *query, const EngramSignFactors *factors,
                           uint32_t sum) {
#pragma clang fp contract(off)
    const int32_t product = (int32_t)(2 * sum) - 32 * (int32_t)factors->ones - query->total;
    return query->base + factors->offset - factors->scale * (query->step * (float)product);
}

/// A function that fills `out` with the value of an expression of `query`, `rows` and `ids[i]`.
#define DEFINE_METRIC_BATCH(set, target, name, prefetch, value)                                 \
    target static void set##_##name(const EngramRows *rows, const EngramQuery *query,           \
                                    const uint32_t *ids, size_t count, float *out) {            \
        for (size_t i = 0; i < count && i < LOOKAHEAD; i++) prefetch(rows, ids[i]);             \
        for (size_t i = 0; i < count; i++) {                                                    \
            if (i + LOOKAHEAD < count) prefetch(rows, ids[i + LOOKAHEAD]);                      \
            out[i] = value;                                                                     \
        }                                                                                       \
    }

/// The batch functions of one instruction set, from its inner loops.
#define DEFINE_BATCHES(set, target)                                                              \
    DEFINE_METRIC_BATCH(set, target, distances_f32, engram_prefetch_row,                        \
                        distance_from_f32(set##_dot_f32((const float *)query->data,             \
                                                        (const float *)row_codes(rows, ids[i]), \
                                                        rows->dimensions)))                     \
    DEFINE_METRIC_BATCH(set, target, distances_bin, engram_prefetch_row,                        \
                        distance_from_bin(set##_hamming((const uint64_t *)query->data,          \
                                                        (const uint64_t *)row_codes(rows, ids[i]), \
                                                        (rows->dimensions + 63) / 64),          \
                                          rows->dimensions))                                    \
    DEFINE_METRIC_BATCH(set, target, distances_f16, engram_prefetch_row,                        \
                        distance_from_f32(row_range(rows, ids[i]) *                             \
                                          set##_dot_f16((const float *)query->data,             \
                                                        row_halves(rows, ids[i]),               \
                                                        rows->dimensions)))                     \
    DEFINE_METRIC_BATCH(set, target, squares_f16, engram_prefetch_row,                          \
                        square_or_infinity(set##_square_f16((const float *)query->data,         \
                                                            row_halves(rows, ids[i]),           \
                                                            row_range(rows, ids[i]),            \
                                                            rows->dimensions)))                 \
    DEFINE_METRIC_BATCH(set, target, products_f16, prefetch_row_and_scale,                      \
                        product_from_cosine(row_scale(rows, ids[i])->range *                    \
                                                set##_dot_f16((const float *)query->data,       \
                                                              row_halves(rows, ids[i]),         \
                                                              rows->dimensions),                \
                                            query, rows, ids[i]))                               \
    DEFINE_METRIC_BATCH(set, target, squares_f32, engram_prefetch_row,                          \
                        square_of_differences((const float *)query->data,                       \
                                              (const float *)row_codes(rows, ids[i]),           \
                                              rows->dimensions))                                \
    DEFINE_METRIC_BATCH(set, target, products_f32, prefetch_row_and_scale,                      \
                        product_from_cosine(set##_dot_f32((const float *)query->data,           \
                                                          (const float *)row_codes(rows, ids[i]), \
                                                          rows->dimensions),                    \
                                            query, rows, ids[i]))                               \
    DEFINE_METRIC_BATCH(set, target, squares_q8, prefetch_row_and_scale,                        \
                        square_from_q8(set##_q8_row(query,                                      \
                                                    (const int8_t *)row_codes(rows, ids[i]),    \
                                                    rows->dimensions),                          \
                                       query, rows, ids[i]))                                    \
    DEFINE_METRIC_BATCH(set, target, products_q8, prefetch_row_and_scale,                       \
                        product_from_cosine(                                                    \
                            cosine_from_q8(set##_q8_row(query,                                  \
                                                        (const int8_t *)row_codes(rows, ids[i]), \
                                                        rows->dimensions),                      \
                                           query, rows, ids[i]),                                \
                            query, rows, ids[i]))                                               \
    target static EngramQuery set##_prepare_q8(const int8_t *codes, float range, size_t count,   \
                                               void *buffer) {                                  \
        return prepare_q8_generic(codes, range, count, buffer);                                 \
    }                                                                                           \
    target static void set##_rotate(float *vector, float *spare, size_t count) {                \
        rotate_generic(vector, spare, count);                                                   \
    }                                                                                           \
    target static float set##_pack_signs(const float *vector, size_t count, uint64_t *signs) {  \
        return pack_signs_generic(vector, count, signs);                                        \
    }                                                                                           \
    target static EngramSignQuery set##_level(const float *vector, size_t count,                \
                                              uint8_t *levels) {                                \
        return level_generic(vector, count, levels);                                            \
    }                                                                                           \
    target static float set##_quantize_q8(const float *source, size_t count, int8_t *codes) {   \
        return quantize_generic(source, count, codes);                                          \
    }

/// `q8_row(query, codes, dimensions)` gives the integer dot product.
#define DEFINE_Q8_BATCH(set, target)                                                            \
    DEFINE_METRIC_BATCH(set, target, distances_q8, engram_prefetch_row,                         \
                        distance_from_q8(set##_q8_row(query,                                    \
                                                      (const int8_t *)row_codes(rows, ids[i]),  \
                                                      rows->dimensions),                        \
                                         query->range, row_range(rows, ids[i])))

INLINE void finish_scan_q8(const EngramRows *rows, const EngramQuery *query, uint32_t first,
                           size_t count, uint8_t metric, const int32_t *dots, float *out) {
    const EngramScale *scales = row_scale(rows, first);
    const float query_range = query->range;
    if (metric == 0) {
        for (size_t i = 0; i < count; i++) {
            out[i] = distance_from_q8(dots[i], query_range, scales[i].range);
        }
    } else if (metric == 1) {
        for (size_t i = 0; i < count; i++) {
            out[i] = square_from_q8(dots[i], query, rows, first + (uint32_t)i);
        }
    } else {
        for (size_t i = 0; i < count; i++) {
            const uint32_t id = first + (uint32_t)i;
            out[i] = product_from_cosine(cosine_from_q8(dots[i], query, rows, id), query, rows, id);
        }
    }
}

/// Lots that stay in the first cache: `dots_q8(query, rows, first, count, dots)` gives the integer
/// dot products.
#define DEFINE_SCAN(set, target)                                                                \
    target static void set##_scan_q8(const EngramRows *rows, const EngramQuery *query,          \
                                     uint32_t first, size_t count, uint8_t metric, float *out) { \
        int32_t dots[64];                                                                       \
        for (size_t done = 0; done < count; done += 64) {                                       \
            const size_t lot = count - done < 64 ? count - done : 64;                           \
            const uint32_t start = first + (uint32_t)done;                                      \
            set##_dots_q8(rows, query, start, lot, dots);                                       \
            finish_scan_q8(rows, query, start, lot, metric, dots, out + done);                  \
        }                                                                                       \
    }

/// The dot products of a scan, one row after the other.
#define DEFINE_DOTS(set, target)                                                                \
    target static void set##_dots_q8(const EngramRows *rows, const EngramQuery *query,          \
                                     uint32_t first, size_t count, int32_t *dots) {             \
        const int8_t *row = (const int8_t *)row_codes(rows, first);                             \
        for (size_t i = 0; i < count; i++, row += rows->code_stride) {                          \
            dots[i] = set##_q8_row(query, row, rows->dimensions);                               \
        }                                                                                       \
    }

#define DEFINE_ESTIMATES(set, target)                                                           \
    target static void set##_estimates(const EngramRows *rows, const EngramSignQuery *query,    \
                                       const uint32_t *ids, size_t count, float *out,           \
                                       const uint32_t *next, size_t next_count) {               \
        const size_t words = rows->sign_words;                                                  \
        for (size_t i = 0; i < count; i++) {                                                    \
            if (i < next_count) engram_prefetch_signs(rows, next[i]);                           \
            uint8_t *record = engram_sign_record(rows, ids[i]);                                 \
            const uint32_t sum =                                                                \
                set##_signed_sum((const uint64_t *)record, query->levels, words);               \
            out[i] = sign_estimate(query, engram_sign_factors(record, words), sum);             \
        }                                                                                       \
        for (size_t i = count; i < next_count; i++) engram_prefetch_signs(rows, next[i]);       \
    }

#define KERNEL_TABLE(set, text)                                                                 \
    const EngramKernels engram_##set##_kernels = {                                              \
        .name = text,                                                                           \
        .dot_f32 = set##_dot_f32,                                                               \
        .dot_q8 = set##_dot_q8,                                                                 \
        .hamming = set##_hamming,                                                               \
        .quantize_q8 = set##_quantize_q8,                                                       \
        .distances_f32 = set##_distances_f32,                                                   \
        .distances_q8 = set##_distances_q8,                                                     \
        .prepare_q8 = set##_prepare_q8,                                                         \
        .distances_bin = set##_distances_bin,                                                   \
        .dot_f16 = set##_dot_f16,                                                               \
        .encode_f16 = set##_encode_f16,                                                         \
        .decode_f16 = set##_decode_f16,                                                         \
        .distances_f16 = set##_distances_f16,                                                   \
        .squares_f16 = set##_squares_f16,                                                       \
        .products_f16 = set##_products_f16,                                                     \
        .squares_f32 = set##_squares_f32,                                                       \
        .squares_q8 = set##_squares_q8,                                                         \
        .products_f32 = set##_products_f32,                                                     \
        .products_q8 = set##_products_q8,                                                       \
        .scan_q8 = set##_scan_q8,                                                               \
        .signed_sum = set##_signed_sum,                                                         \
        .estimates = set##_estimates,                                                           \
        .rotate = set##_rotate,                                                                 \
        .pack_signs = set##_pack_signs,                                                         \
        .level = set##_level,                                                                   \
        .nearer = set##_nearer,                                                                 \
        .pool_insert = set##_pool_insert,                                                       \
        .walk = set##_walk,                                                                     \
        .descend = set##_descend,                                                               \
    }
