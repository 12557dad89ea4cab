// SPDX-License-Identifier: Apache-2.0
#include "Walk.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx2,fma,f16c,popcnt")))

TARGET static inline float sum_f32(__m256 v) {
    __m128 half = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    half = _mm_add_ps(half, _mm_movehl_ps(half, half));
    return _mm_cvtss_f32(_mm_add_ss(half, _mm_movehdup_ps(half)));
}

TARGET static inline int32_t sum_i32(__m256i v) {
    __m128i half = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4e));
    return _mm_cvtsi128_si32(_mm_add_epi32(half, _mm_shuffle_epi32(half, 0xb1)));
}

TARGET static inline float avx2_dot_f32(const float *a, const float *b, size_t count) {
    __m256 s0 = _mm256_setzero_ps(), s1 = s0, s2 = s0, s3 = s0;
    size_t i = 0;
    for (; i + 32 <= count; i += 32) {
        s0 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i), _mm256_loadu_ps(b + i), s0);
        s1 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i + 8), _mm256_loadu_ps(b + i + 8), s1);
        s2 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i + 16), _mm256_loadu_ps(b + i + 16), s2);
        s3 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i + 24), _mm256_loadu_ps(b + i + 24), s3);
    }
    for (; i + 8 <= count; i += 8) {
        s0 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i), _mm256_loadu_ps(b + i), s0);
    }
    float rest = 0;
    for (; i < count; i++) rest += a[i] * b[i];
    return sum_f32(_mm256_add_ps(_mm256_add_ps(s0, s1), _mm256_add_ps(s2, s3))) + rest;
}

TARGET static inline __m256 load_halves(const uint16_t *codes) {
    return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)codes));
}

TARGET static inline float avx2_dot_f16(const float *a, const uint16_t *b, size_t count) {
    __m256 s0 = _mm256_setzero_ps(), s1 = s0, s2 = s0, s3 = s0;
    size_t i = 0;
    for (; i + 32 <= count; i += 32) {
        s0 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i), load_halves(b + i), s0);
        s1 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i + 8), load_halves(b + i + 8), s1);
        s2 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i + 16), load_halves(b + i + 16), s2);
        s3 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i + 24), load_halves(b + i + 24), s3);
    }
    for (; i + 8 <= count; i += 8) {
        s0 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i), load_halves(b + i), s0);
    }
    float rest = 0;
    for (; i < count; i++) rest += a[i] * float_from_half(b[i]);
    return sum_f32(_mm256_add_ps(_mm256_add_ps(s0, s1), _mm256_add_ps(s2, s3))) + rest;
}

TARGET static inline float avx2_square_f16(const float *a, const uint16_t *b, float range,
                                           size_t count) {
    const __m256 scale = _mm256_set1_ps(range);
    __m256 s0 = _mm256_setzero_ps(), s1 = s0;
    size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        const __m256 d0 = _mm256_fnmadd_ps(scale, load_halves(b + i), _mm256_loadu_ps(a + i));
        const __m256 d1 = _mm256_fnmadd_ps(scale, load_halves(b + i + 8), _mm256_loadu_ps(a + i + 8));
        s0 = _mm256_fmadd_ps(d0, d0, s0);
        s1 = _mm256_fmadd_ps(d1, d1, s1);
    }
    float rest = 0;
    for (; i < count; i++) {
        const float difference = a[i] - range * float_from_half(b[i]);
        rest += difference * difference;
    }
    return sum_f32(_mm256_add_ps(s0, s1)) + rest;
}

TARGET static void avx2_encode_f16(const float *source, float scale, size_t count,
                                   uint16_t *target) {
    const __m256 factor = _mm256_set1_ps(scale);
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        const __m256 scaled = _mm256_mul_ps(_mm256_loadu_ps(source + i), factor);
        const __m128i codes = _mm256_cvtps_ph(scaled, _MM_FROUND_TO_NEAREST_INT);
        _mm_storeu_si128((__m128i *)(target + i), codes);
    }
    encode_f16_generic(source + i, scale, count - i, target + i);
}

TARGET static void avx2_decode_f16(const uint16_t *codes, float range, size_t count,
                                   float *target) {
    const __m256 scale = _mm256_set1_ps(range);
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        _mm256_storeu_ps(target + i, _mm256_mul_ps(load_halves(codes + i), scale));
    }
    decode_f16_generic(codes + i, range, count - i, target + i);
}

TARGET static inline __m256i load_wide(const int8_t *codes) {
    return _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)codes));
}

TARGET static inline int32_t avx2_dot_q8(const int8_t *a, const int8_t *b, size_t count) {
    __m256i s0 = _mm256_setzero_si256(), s1 = s0;
    size_t i = 0;
    for (; i + 32 <= count; i += 32) {
        s0 = _mm256_add_epi32(s0, _mm256_madd_epi16(load_wide(a + i), load_wide(b + i)));
        s1 = _mm256_add_epi32(s1, _mm256_madd_epi16(load_wide(a + i + 16), load_wide(b + i + 16)));
    }
    int32_t rest = 0;
    for (; i < count; i++) rest += (int32_t)a[i] * (int32_t)b[i];
    return sum_i32(_mm256_add_epi32(s0, s1)) + rest;
}

TARGET INLINE int32_t avx2_q8_row(const EngramQuery *query, const int8_t *row, size_t count) {
    const int16_t *wide = wide_query(query, count);
    __m256i s0 = _mm256_setzero_si256(), s1 = s0;
    size_t i = 0;
    for (; i + 32 <= count; i += 32) {
        const __m256i q0 = _mm256_loadu_si256((const __m256i *)(wide + i));
        const __m256i q1 = _mm256_loadu_si256((const __m256i *)(wide + i + 16));
        s0 = _mm256_add_epi32(s0, _mm256_madd_epi16(q0, load_wide(row + i)));
        s1 = _mm256_add_epi32(s1, _mm256_madd_epi16(q1, load_wide(row + i + 16)));
    }
    int32_t rest = 0;
    for (; i < count; i++) rest += (int32_t)wide[i] * (int32_t)row[i];
    return sum_i32(_mm256_add_epi32(s0, s1)) + rest;
}

TARGET static inline uint32_t avx2_hamming(const uint64_t *a, const uint64_t *b, size_t words) {
    uint64_t sum = 0;
    for (size_t i = 0; i < words; i++) sum += (uint64_t)_mm_popcnt_u64(a[i] ^ b[i]);
    return (uint32_t)sum;
}

// A sign's bit is spread to a byte of ones: 32 signs a step.
TARGET static inline uint32_t avx2_signed_sum(const uint64_t *signs, const uint8_t *levels,
                                              size_t words) {
    const __m256i spread = _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202,
                                              0x0303030303030303);
    const __m256i bit = _mm256_set1_epi64x((long long)0x8040201008040201u);
    __m256i sum = _mm256_setzero_si256();
    for (size_t half = 0; half < words * 2;) {
        const size_t end = words * 2 - half > 8 ? half + 8 : words * 2;
        __m256i added = _mm256_setzero_si256();
        for (; half < end; half++) {
            const uint32_t own = (uint32_t)(signs[half / 2] >> (half % 2 * 32));
            const __m256i bytes = _mm256_shuffle_epi8(_mm256_set1_epi32((int)own), spread);
            const __m256i mask = _mm256_cmpeq_epi8(_mm256_and_si256(bytes, bit), bit);
            const __m256i level = _mm256_loadu_si256((const __m256i *)(levels + half * 32));
            added = _mm256_add_epi8(added, _mm256_and_si256(mask, level));
        }
        sum = _mm256_add_epi64(sum, _mm256_sad_epu8(added, _mm256_setzero_si256()));
    }
    return (uint32_t)sum_i32(sum);
}

TARGET static size_t avx2_nearer(const uint32_t *ids, const float *distances, size_t count,
                                 float limit, uint64_t *keys) {
    return nearer_generic(ids, distances, count, limit, keys);
}

TARGET static size_t avx2_pool_insert(uint64_t *keys, size_t count, size_t capacity, uint64_t key) {
    return pool_insert_generic(keys, count, capacity, key);
}

DEFINE_BATCHES(avx2, TARGET)
DEFINE_Q8_BATCH(avx2, TARGET)
DEFINE_DOTS(avx2, TARGET)
DEFINE_SCAN(avx2, TARGET)
DEFINE_ESTIMATES(avx2, TARGET)
DEFINE_WALKS(avx2, TARGET)
KERNEL_TABLE(avx2, "avx2");
#endif
