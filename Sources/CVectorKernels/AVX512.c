// SPDX-License-Identifier: Apache-2.0
#include "Walk.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx2,fma,popcnt")))
#define TARGET_VNNI                                                                          \
    __attribute__((target(                                                                   \
        "avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx512vpopcntdq,avx2,fma,popcnt")))

TARGET static inline float avx512_dot_f32(const float *a, const float *b, size_t count) {
    __m512 s0 = _mm512_setzero_ps(), s1 = s0, s2 = s0, s3 = s0;
    size_t i = 0;
    for (; i + 64 <= count; i += 64) {
        s0 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i), _mm512_loadu_ps(b + i), s0);
        s1 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i + 16), _mm512_loadu_ps(b + i + 16), s1);
        s2 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i + 32), _mm512_loadu_ps(b + i + 32), s2);
        s3 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i + 48), _mm512_loadu_ps(b + i + 48), s3);
    }
    for (; i < count; i += 16) {
        const __mmask16 mask = count - i >= 16 ? 0xffff : (__mmask16)((1u << (count - i)) - 1);
        s0 = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(mask, a + i), _mm512_maskz_loadu_ps(mask, b + i),
                             s0);
    }
    return _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(s0, s1), _mm512_add_ps(s2, s3)));
}

TARGET static inline __m512 load_halves(const uint16_t *codes) {
    return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)codes));
}

TARGET static inline __m512 load_halves_part(const uint16_t *codes, __mmask16 mask) {
    return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(mask, codes));
}

TARGET static inline float avx512_dot_f16(const float *a, const uint16_t *b, size_t count) {
    __m512 s0 = _mm512_setzero_ps(), s1 = s0, s2 = s0, s3 = s0;
    size_t i = 0;
    for (; i + 64 <= count; i += 64) {
        s0 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i), load_halves(b + i), s0);
        s1 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i + 16), load_halves(b + i + 16), s1);
        s2 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i + 32), load_halves(b + i + 32), s2);
        s3 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i + 48), load_halves(b + i + 48), s3);
    }
    for (; i < count; i += 16) {
        const __mmask16 mask = count - i >= 16 ? 0xffff : (__mmask16)((1u << (count - i)) - 1);
        s0 = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(mask, a + i), load_halves_part(b + i, mask), s0);
    }
    return _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(s0, s1), _mm512_add_ps(s2, s3)));
}

TARGET static inline float avx512_square_f16(const float *a, const uint16_t *b, float range,
                                             size_t count) {
    const __m512 scale = _mm512_set1_ps(range);
    __m512 s0 = _mm512_setzero_ps(), s1 = s0;
    size_t i = 0;
    for (; i + 32 <= count; i += 32) {
        const __m512 d0 = _mm512_fnmadd_ps(scale, load_halves(b + i), _mm512_loadu_ps(a + i));
        const __m512 d1 =
            _mm512_fnmadd_ps(scale, load_halves(b + i + 16), _mm512_loadu_ps(a + i + 16));
        s0 = _mm512_fmadd_ps(d0, d0, s0);
        s1 = _mm512_fmadd_ps(d1, d1, s1);
    }
    for (; i < count; i += 16) {
        const __mmask16 mask = count - i >= 16 ? 0xffff : (__mmask16)((1u << (count - i)) - 1);
        const __m512 d0 = _mm512_fnmadd_ps(scale, load_halves_part(b + i, mask),
                                           _mm512_maskz_loadu_ps(mask, a + i));
        s0 = _mm512_fmadd_ps(d0, d0, s0);
    }
    return _mm512_reduce_add_ps(_mm512_add_ps(s0, s1));
}

TARGET static void avx512_encode_f16(const float *source, float scale, size_t count,
                                     uint16_t *target) {
    const __m512 factor = _mm512_set1_ps(scale);
    for (size_t i = 0; i < count; i += 16) {
        const __mmask16 mask = count - i >= 16 ? 0xffff : (__mmask16)((1u << (count - i)) - 1);
        const __m512 scaled = _mm512_mul_ps(_mm512_maskz_loadu_ps(mask, source + i), factor);
        _mm256_mask_storeu_epi16(target + i, mask,
                                 _mm512_cvtps_ph(scaled, _MM_FROUND_TO_NEAREST_INT));
    }
}

TARGET static void avx512_decode_f16(const uint16_t *codes, float range, size_t count,
                                     float *target) {
    const __m512 scale = _mm512_set1_ps(range);
    for (size_t i = 0; i < count; i += 16) {
        const __mmask16 mask = count - i >= 16 ? 0xffff : (__mmask16)((1u << (count - i)) - 1);
        const __m512 floats = _mm512_mul_ps(load_halves_part(codes + i, mask), scale);
        _mm512_mask_storeu_ps(target + i, mask, floats);
    }
}

TARGET static inline __m512i load_wide(const int8_t *codes) {
    return _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)codes));
}

TARGET static inline __m512i load_wide_part(const int8_t *codes, __mmask32 mask) {
    return _mm512_cvtepi8_epi16(_mm256_maskz_loadu_epi8(mask, codes));
}

TARGET static inline int32_t avx512_dot_q8(const int8_t *a, const int8_t *b, size_t count) {
    __m512i s0 = _mm512_setzero_si512();
    for (size_t i = 0; i < count; i += 32) {
        const __mmask32 mask = count - i >= 32 ? 0xffffffffu : (1u << (count - i)) - 1;
        const __m512i product =
            _mm512_madd_epi16(load_wide_part(a + i, mask), load_wide_part(b + i, mask));
        s0 = _mm512_add_epi32(s0, product);
    }
    return _mm512_reduce_add_epi32(s0);
}

TARGET INLINE int32_t avx512_q8_row(const EngramQuery *query, const int8_t *row, size_t count) {
    const int16_t *wide = wide_query(query, count);
    __m512i s0 = _mm512_setzero_si512(), s1 = s0;
    size_t i = 0;
    for (; i + 64 <= count; i += 64) {
        const __m512i q0 = _mm512_loadu_si512(wide + i), q1 = _mm512_loadu_si512(wide + i + 32);
        s0 = _mm512_add_epi32(s0, _mm512_madd_epi16(q0, load_wide(row + i)));
        s1 = _mm512_add_epi32(s1, _mm512_madd_epi16(q1, load_wide(row + i + 32)));
    }
    for (; i < count; i += 32) {
        const __mmask32 mask = count - i >= 32 ? 0xffffffffu : (1u << (count - i)) - 1;
        const __m512i q0 = _mm512_maskz_loadu_epi16(mask, wide + i);
        s0 = _mm512_add_epi32(s0, _mm512_madd_epi16(q0, load_wide_part(row + i, mask)));
    }
    return _mm512_reduce_add_epi32(_mm512_add_epi32(s0, s1));
}

TARGET static inline uint32_t avx512_hamming(const uint64_t *a, const uint64_t *b, size_t words) {
    uint64_t sum = 0;
    for (size_t i = 0; i < words; i++) sum += (uint64_t)_mm_popcnt_u64(a[i] ^ b[i]);
    return (uint32_t)sum;
}

// Eight keys at a time from the end: each becomes the smaller of itself and the larger of its
// left neighbour and the new key, until a left neighbour is smaller than the new key.
TARGET static size_t avx512_pool_insert(uint64_t *keys, size_t count, size_t capacity,
                                        uint64_t key) {
    if (count == capacity && (count == 0 || key >= keys[count - 1])) return capacity;
    const __m512i added = _mm512_set1_epi64((long long)key);
    size_t base = count & ~(size_t)7;
    __m512i own = _mm512_loadu_si512(keys + base);
    while (base > 0 && keys[base - 1] > key) {
        // What is left of each is put together from whole lines: a load across two of the stores
        // before would have to wait for them.
        const __m512i lower = _mm512_loadu_si512(keys + base - 8);
        const __m512i left = _mm512_alignr_epi64(own, lower, 7);
        _mm512_storeu_si512(keys + base, _mm512_min_epu64(own, _mm512_max_epu64(left, added)));
        base -= 8;
        own = lower;
    }
    const __m512i before = _mm512_set1_epi64(base > 0 ? (long long)keys[base - 1] : 0);
    const __m512i left = _mm512_alignr_epi64(own, before, 7);
    _mm512_storeu_si512(keys + base, _mm512_min_epu64(own, _mm512_max_epu64(left, added)));
    if (count == capacity) keys[capacity] = UINT64_MAX;
    return base + (size_t)__builtin_popcount(_mm512_cmplt_epu64_mask(own, added));
}

TARGET INLINE __m128i sum_of_quarters(__m512i four) {
    const __m256i two = _mm256_add_epi32(_mm512_castsi512_si256(four),
                                         _mm512_extracti64x4_epi64(four, 1));
    return _mm_add_epi32(_mm256_castsi256_si128(two), _mm256_extracti128_si256(two, 1));
}

// The sum of each of four registers.
TARGET INLINE __m128i sums_of_four(const __m512i *sums) {
    const __m512i low = _mm512_add_epi32(_mm512_unpacklo_epi32(sums[0], sums[1]),
                                         _mm512_unpackhi_epi32(sums[0], sums[1]));
    const __m512i high = _mm512_add_epi32(_mm512_unpacklo_epi32(sums[2], sums[3]),
                                          _mm512_unpackhi_epi32(sums[2], sums[3]));
    const __m512i four = _mm512_add_epi32(_mm512_unpacklo_epi64(low, high),
                                          _mm512_unpackhi_epi64(low, high));
    return sum_of_quarters(four);
}

// Eight levels fit into a byte, so eight words are added up before the bytes are.
TARGET INLINE __m512i signed_sums(const uint64_t *signs, const uint8_t *levels, size_t words) {
    const __m512i zero = _mm512_setzero_si512();
    __m512i sums = zero;
    for (size_t word = 0; word < words;) {
        const size_t end = words - word > 8 ? word + 8 : words;
        __m512i bytes = _mm512_maskz_loadu_epi8(signs[word], levels + word * 64);
        for (word++; word < end; word++) {
            const __m512i level = _mm512_loadu_si512(levels + word * 64);
            bytes = _mm512_mask_add_epi8(bytes, signs[word], bytes, level);
        }
        sums = _mm512_add_epi64(sums, _mm512_sad_epu8(bytes, zero));
    }
    return sums;
}

TARGET static inline uint32_t avx512_signed_sum(const uint64_t *signs, const uint8_t *levels,
                                                size_t words) {
    return (uint32_t)_mm512_reduce_add_epi64(signed_sums(signs, levels, words));
}

// Four times sign_estimate, to the last bit.
TARGET INLINE __m128 sign_estimates(const EngramSignQuery *query, uint8_t *const *records,
                                    __m128i sums, size_t words) {
#pragma clang fp contract(off)
    __m128 factors[4];
    for (size_t i = 0; i < 4; i++) {
        factors[i] = _mm_loadu_ps((const float *)engram_sign_factors(records[i], words));
    }
    const __m128 low01 = _mm_unpacklo_ps(factors[0], factors[1]);
    const __m128 low23 = _mm_unpacklo_ps(factors[2], factors[3]);
    const __m128 high01 = _mm_unpackhi_ps(factors[0], factors[1]);
    const __m128 high23 = _mm_unpackhi_ps(factors[2], factors[3]);
    const __m128 scales = _mm_movelh_ps(low01, low23), offsets = _mm_movehl_ps(low23, low01);
    const __m128i ones = _mm_castps_si128(_mm_movelh_ps(high01, high23));
    const __m128i products =
        _mm_sub_epi32(_mm_sub_epi32(_mm_slli_epi32(sums, 1), _mm_slli_epi32(ones, 5)),
                      _mm_set1_epi32(query->total));
    const __m128 steps = _mm_mul_ps(_mm_set1_ps(query->step), _mm_cvtepi32_ps(products));
    return _mm_sub_ps(_mm_add_ps(_mm_set1_ps(query->base), offsets), _mm_mul_ps(scales, steps));
}

// Four records at a time: one reduction serves them all. Inlined with a constant number of words,
// all loops over them are gone and the levels stay in registers where they find room.
TARGET INLINE void estimate_fours(const EngramRows *rows, const EngramSignQuery *query,
                                  const uint32_t *ids, size_t count, float *restrict out,
                                  const uint32_t *next, size_t next_count, size_t words) {
    const EngramSignQuery own = *query;
    EngramRows base = *rows;
    base.sign_stride = engram_sign_stride(words);
    size_t asked = 0;
    for (size_t i = 0; i < count; i += 4) {
        for (size_t end = asked + 4; asked < end && asked < next_count; asked++) {
            engram_prefetch_signs(&base, next[asked]);
        }
        uint8_t *records[4];
        __m512i sums[4];
        for (size_t k = 0; k < 4; k++) {
            // Behind the last one stands the last one again.
            records[k] = engram_sign_record(&base, ids[i + k < count ? i + k : count - 1]);
            sums[k] = signed_sums((const uint64_t *)records[k], own.levels, words);
        }
        // Half of each word is free.
        const __m512i low = _mm512_or_si512(sums[0], _mm512_slli_epi64(sums[1], 32));
        const __m512i high = _mm512_or_si512(sums[2], _mm512_slli_epi64(sums[3], 32));
        const __m512i four = _mm512_add_epi32(_mm512_unpacklo_epi64(low, high),
                                              _mm512_unpackhi_epi64(low, high));
        const __m128 estimates = sign_estimates(&own, records, sum_of_quarters(four), words);
        const size_t left = count - i;
        _mm_mask_storeu_ps(out + i, left >= 4 ? 0xf : (__mmask8)((1u << left) - 1), estimates);
    }
    for (; asked < next_count; asked++) engram_prefetch_signs(&base, next[asked]);
}

#define ESTIMATES_OF(words)                                                    \
    case words:                                                                \
        estimate_fours(rows, query, ids, count, out, next, next_count, words); \
        break

TARGET static void avx512_estimates(const EngramRows *rows, const EngramSignQuery *query,
                                    const uint32_t *ids, size_t count, float *out,
                                    const uint32_t *next, size_t next_count) {
    switch (rows->sign_words) {
        ESTIMATES_OF(2);
        ESTIMATES_OF(6);
        ESTIMATES_OF(8);
        ESTIMATES_OF(12);
        ESTIMATES_OF(16);
        ESTIMATES_OF(24);
        default:
            estimate_fours(rows, query, ids, count, out, next, next_count, rows->sign_words);
    }
}

// Sixteen at a time: most lots have none or few that are near enough.
TARGET static size_t avx512_nearer(const uint32_t *ids, const float *distances, size_t count,
                                   float limit, uint64_t *keys) {
    const __m512 limits = _mm512_set1_ps(limit);
    size_t kept = 0;
    for (size_t i = 0; i < count; i += 16) {
        const size_t left = count - i;
        const __mmask16 valid = left >= 16 ? 0xffff : (__mmask16)((1u << left) - 1);
        const __m512 own = _mm512_maskz_loadu_ps(valid, distances + i);
        const __mmask16 near = _mm512_mask_cmp_ps_mask(valid, own, limits, _CMP_NGT_UQ);
        if (near == 0) continue;
        // As engram_candidate_key does.
        const __m512i bits = _mm512_castps_si512(own);
        const __m512i turn =
            _mm512_or_si512(_mm512_srai_epi32(bits, 31), _mm512_set1_epi32(INT32_MIN));
        const __m512i order = _mm512_maskz_compress_epi32(near, _mm512_xor_si512(bits, turn));
        const __m512i slots =
            _mm512_maskz_compress_epi32(near, _mm512_maskz_loadu_epi32(valid, ids + i));
        const int found = __builtin_popcount(near);
        for (int half = 0; half * 8 < found; half++) {
            const __m256i high = half == 0 ? _mm512_castsi512_si256(order)
                                           : _mm512_extracti64x4_epi64(order, 1);
            const __m256i low = half == 0 ? _mm512_castsi512_si256(slots)
                                          : _mm512_extracti64x4_epi64(slots, 1);
            const __m512i key =
                _mm512_or_si512(_mm512_slli_epi64(_mm512_cvtepu32_epi64(high), 32),
                                _mm512_slli_epi64(_mm512_cvtepu32_epi64(low), 1));
            const int rest = found - half * 8;
            _mm512_mask_storeu_epi64(keys + kept + half * 8,
                                     rest >= 8 ? 0xff : (__mmask8)((1u << rest) - 1), key);
        }
        kept += (size_t)found;
    }
    return kept;
}

// Four times distance_from_q8, to the last bit.
TARGET INLINE __m128 distances_from_q8(__m128i dots, float query_range, __m128 ranges) {
#pragma clang fp contract(off)
    const __m128 one = _mm_set1_ps(1), zero = _mm_setzero_ps();
    if (query_range == 0) return one;
    const __m128 scales = _mm_mul_ps(_mm_set1_ps(query_range / 127),
                                     _mm_div_ps(ranges, _mm_set1_ps(127)));
    const __m128 distances = _mm_sub_ps(one, _mm_mul_ps(_mm_cvtepi32_ps(dots), scales));
    // In this order of operands a NaN ends as 2.
    const __m128 clamped = _mm_min_ps(_mm_max_ps(zero, distances), _mm_set1_ps(2));
    return _mm_mask_mov_ps(clamped, _mm_cmp_ps_mask(ranges, zero, _CMP_EQ_OQ), one);
}

// Four rows at a time: the query is loaded once for all of them, and one reduction serves all.
TARGET static void avx512_distances_q8(const EngramRows *rows, const EngramQuery *query,
                                       const uint32_t *ids, size_t count, float *out) {
    const size_t dimensions = rows->dimensions;
    const int16_t *wide = wide_query(query, dimensions);
    for (size_t i = 0; i < count && i < LOOKAHEAD; i++) engram_prefetch_row(rows, ids[i]);
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        const int8_t *codes[4];
        __m512i sums[4];
        for (size_t row = 0; row < 4; row++) {
            if (i + row + LOOKAHEAD < count) engram_prefetch_row(rows, ids[i + row + LOOKAHEAD]);
            codes[row] = (const int8_t *)row_codes(rows, ids[i + row]);
            sums[row] = _mm512_setzero_si512();
        }
        size_t at = 0;
        for (; at + 32 <= dimensions; at += 32) {
            const __m512i q = _mm512_loadu_si512(wide + at);
            for (size_t row = 0; row < 4; row++) {
                sums[row] = _mm512_add_epi32(sums[row],
                                             _mm512_madd_epi16(q, load_wide(codes[row] + at)));
            }
        }
        if (at < dimensions) {
            const __mmask32 mask = (1u << (dimensions - at)) - 1;
            const __m512i q = _mm512_maskz_loadu_epi16(mask, wide + at);
            for (size_t row = 0; row < 4; row++) {
                const __m512i product =
                    _mm512_madd_epi16(q, load_wide_part(codes[row] + at, mask));
                sums[row] = _mm512_add_epi32(sums[row], product);
            }
        }
        const __m128i dots = sums_of_four(sums);
        const __m128 ranges =
            _mm_setr_ps(row_range(rows, ids[i]), row_range(rows, ids[i + 1]),
                        row_range(rows, ids[i + 2]), row_range(rows, ids[i + 3]));
        _mm_storeu_ps(out + i, distances_from_q8(dots, query->range, ranges));
    }
    for (; i < count; i++) {
        const int32_t dot = avx512_q8_row(query, (const int8_t *)row_codes(rows, ids[i]), dimensions);
        out[i] = distance_from_q8(dot, query->range, row_range(rows, ids[i]));
    }
}

// Bytes are multiplied as the magnitudes of the query, unsigned, by rows that have its signs: two
// products of at most 127 squared fit into 16 bits. (A code of -128, which nothing makes, counts as
// -127 where the query is negative.)
TARGET INLINE void add_scan_block(__m512i *sums, const int8_t *const *codes, __m512i query,
                                  size_t at, __mmask64 part) {
    const __m512i magnitudes = _mm512_abs_epi8(query), ones = _mm512_set1_epi16(1);
    const __mmask64 negative = _mm512_movepi8_mask(query);
    for (size_t row = 0; row < 8; row++) {
        const __m512i own = part == ~0ull ? _mm512_loadu_si512(codes[row] + at)
                                          : _mm512_maskz_loadu_epi8(part, codes[row] + at);
        const __m512i turned =
            _mm512_mask_subs_epi8(own, negative, _mm512_setzero_si512(), own);
        const __m512i pairs = _mm512_maddubs_epi16(magnitudes, turned);
        sums[row] = _mm512_add_epi32(sums[row], _mm512_madd_epi16(pairs, ones));
    }
}

TARGET static void avx512_dots_q8(const EngramRows *rows, const EngramQuery *query,
                                  uint32_t first, size_t count, int32_t *dots) {
    const size_t dimensions = rows->dimensions, stride = rows->code_stride;
    const int8_t *narrow = (const int8_t *)query->data;
    const int8_t *start = (const int8_t *)row_codes(rows, first);
    for (size_t i = 0; i < count; i += 8) {
        const int8_t *codes[8];
        __m512i sums[8];
        for (size_t row = 0; row < 8; row++) {
            codes[row] = start + (i + row < count ? i + row : count - 1) * stride;
            sums[row] = _mm512_setzero_si512();
        }
        size_t at = 0;
        for (; at + 64 <= dimensions; at += 64) {
            add_scan_block(sums, codes, _mm512_loadu_si512(narrow + at), at, ~0ull);
        }
        if (at < dimensions) {
            const __mmask64 part = (1ull << (dimensions - at)) - 1;
            add_scan_block(sums, codes, _mm512_maskz_loadu_epi8(part, narrow + at), at, part);
        }
        const __m256i eight = _mm256_set_m128i(sums_of_four(sums + 4), sums_of_four(sums));
        const size_t left = count - i;
        _mm256_mask_storeu_epi32(dots + i, left < 8 ? (__mmask8)((1u << left) - 1) : 0xff, eight);
    }
}

DEFINE_BATCHES(avx512, TARGET)
DEFINE_WALKS(avx512, TARGET)
DEFINE_SCAN(avx512, TARGET)
KERNEL_TABLE(avx512, "avx512");

// VNNI multiplies unsigned by signed bytes: the row is shifted up by 128 (an exclusive or), and
// 128 times the sum of the query is taken off at the end.
TARGET_VNNI INLINE int32_t avx512_vnni_q8_row(const EngramQuery *query, const int8_t *row,
                                              size_t count) {
    const int8_t *narrow = (const int8_t *)query->data;
    const __m512i bias = _mm512_set1_epi8((char)0x80);
    __m512i s0 = _mm512_setzero_si512();
    for (size_t i = 0; i < count; i += 64) {
        const __mmask64 mask = count - i >= 64 ? ~0ull : (1ull << (count - i)) - 1;
        const __m512i q = _mm512_maskz_loadu_epi8(mask, narrow + i);
        const __m512i r = _mm512_xor_si512(_mm512_maskz_loadu_epi8(mask, row + i), bias);
        s0 = _mm512_dpbusd_epi32(s0, r, q);
    }
    return _mm512_reduce_add_epi32(s0) - 128 * query->sum;
}

#define avx512_vnni_dot_f32 avx512_dot_f32
#define avx512_vnni_dot_q8 avx512_dot_q8
#define avx512_vnni_dot_f16 avx512_dot_f16
#define avx512_vnni_square_f16 avx512_square_f16
#define avx512_vnni_encode_f16 avx512_encode_f16
#define avx512_vnni_decode_f16 avx512_decode_f16
#define avx512_vnni_pool_insert avx512_pool_insert
#define avx512_vnni_signed_sum avx512_signed_sum
#define avx512_vnni_estimates avx512_estimates
#define avx512_vnni_nearer avx512_nearer
#define avx512_vnni_walk avx512_walk
#define avx512_vnni_descend avx512_descend
#define avx512_vnni_scan_q8 avx512_scan_q8

TARGET_VNNI static inline uint32_t avx512_vnni_hamming(const uint64_t *a, const uint64_t *b,
                                                       size_t words) {
    __m512i sum = _mm512_setzero_si512();
    for (size_t i = 0; i < words; i += 8) {
        const __mmask8 mask = words - i >= 8 ? 0xff : (__mmask8)((1u << (words - i)) - 1);
        const __m512i difference = _mm512_xor_si512(_mm512_maskz_loadu_epi64(mask, a + i),
                                                    _mm512_maskz_loadu_epi64(mask, b + i));
        sum = _mm512_add_epi64(sum, _mm512_popcnt_epi64(difference));
    }
    return (uint32_t)_mm512_reduce_add_epi64(sum);
}

DEFINE_BATCHES(avx512_vnni, TARGET_VNNI)
DEFINE_Q8_BATCH(avx512_vnni, TARGET_VNNI)
KERNEL_TABLE(avx512_vnni, "avx512-vnni");
#endif
