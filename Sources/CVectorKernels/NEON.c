// SPDX-License-Identifier: Apache-2.0
#include "Walk.h"

#if defined(__aarch64__)
#include <arm_neon.h>

#define TARGET

static inline float neon_dot_f32(const float *a, const float *b, size_t count) {
    float32x4_t s0 = vdupq_n_f32(0), s1 = s0;
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        s0 = vfmaq_f32(s0, vld1q_f32(a + i), vld1q_f32(b + i));
        s1 = vfmaq_f32(s1, vld1q_f32(a + i + 4), vld1q_f32(b + i + 4));
    }
    float rest = 0;
    for (; i < count; i++) rest += a[i] * b[i];
    return vaddvq_f32(vaddq_f32(s0, s1)) + rest;
}

static inline float32x4_t load_halves(const uint16_t *codes) {
    return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(codes)));
}

static inline float neon_dot_f16(const float *a, const uint16_t *b, size_t count) {
    float32x4_t s0 = vdupq_n_f32(0), s1 = s0, s2 = s0, s3 = s0;
    size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        s0 = vfmaq_f32(s0, vld1q_f32(a + i), load_halves(b + i));
        s1 = vfmaq_f32(s1, vld1q_f32(a + i + 4), load_halves(b + i + 4));
        s2 = vfmaq_f32(s2, vld1q_f32(a + i + 8), load_halves(b + i + 8));
        s3 = vfmaq_f32(s3, vld1q_f32(a + i + 12), load_halves(b + i + 12));
    }
    float rest = 0;
    for (; i < count; i++) rest += a[i] * float_from_half(b[i]);
    return vaddvq_f32(vaddq_f32(vaddq_f32(s0, s1), vaddq_f32(s2, s3))) + rest;
}

static inline float neon_square_f16(const float *a, const uint16_t *b, float range, size_t count) {
    const float32x4_t scale = vdupq_n_f32(range);
    float32x4_t s0 = vdupq_n_f32(0), s1 = s0;
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        const float32x4_t d0 = vfmsq_f32(vld1q_f32(a + i), scale, load_halves(b + i));
        const float32x4_t d1 = vfmsq_f32(vld1q_f32(a + i + 4), scale, load_halves(b + i + 4));
        s0 = vfmaq_f32(s0, d0, d0);
        s1 = vfmaq_f32(s1, d1, d1);
    }
    float rest = 0;
    for (; i < count; i++) {
        const float difference = a[i] - range * float_from_half(b[i]);
        rest += difference * difference;
    }
    return vaddvq_f32(vaddq_f32(s0, s1)) + rest;
}

static void neon_encode_f16(const float *source, float scale, size_t count, uint16_t *target) {
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        const float32x4_t scaled = vmulq_n_f32(vld1q_f32(source + i), scale);
        vst1_u16(target + i, vreinterpret_u16_f16(vcvt_f16_f32(scaled)));
    }
    encode_f16_generic(source + i, scale, count - i, target + i);
}

static void neon_decode_f16(const uint16_t *codes, float range, size_t count, float *target) {
    size_t i = 0;
    for (; i + 4 <= count; i += 4) vst1q_f32(target + i, vmulq_n_f32(load_halves(codes + i), range));
    decode_f16_generic(codes + i, range, count - i, target + i);
}

static inline int32_t neon_dot_q8(const int8_t *a, const int8_t *b, size_t count) {
    int32x4_t s0 = vdupq_n_s32(0), s1 = s0;
    size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        const int8x16_t left = vld1q_s8(a + i), right = vld1q_s8(b + i);
        s0 = vpadalq_s16(s0, vmull_s8(vget_low_s8(left), vget_low_s8(right)));
        s1 = vpadalq_s16(s1, vmull_high_s8(left, right));
    }
    int32_t rest = 0;
    for (; i < count; i++) rest += (int32_t)a[i] * (int32_t)b[i];
    return vaddvq_s32(vaddq_s32(s0, s1)) + rest;
}

INLINE int32_t neon_q8_row(const EngramQuery *query, const int8_t *row, size_t count) {
    return neon_dot_q8((const int8_t *)query->data, row, count);
}

static inline uint32_t neon_hamming(const uint64_t *a, const uint64_t *b, size_t words) {
    uint32_t sum = 0;
    size_t i = 0;
    for (; i + 2 <= words; i += 2) {
        const uint64x2_t difference = veorq_u64(vld1q_u64(a + i), vld1q_u64(b + i));
        sum += vaddlvq_u8(vcntq_u8(vreinterpretq_u8_u64(difference)));
    }
    for (; i < words; i++) sum += (uint32_t)__builtin_popcountll(a[i] ^ b[i]);
    return sum;
}

static inline uint32_t neon_signed_sum(const uint64_t *signs, const uint8_t *levels,
                                       size_t words) {
    const uint8x16_t bit = vreinterpretq_u8_u64(vdupq_n_u64(0x8040201008040201u));
    uint32x4_t sum = vdupq_n_u32(0);
    for (size_t part = 0; part < words * 4; part++) {
        const uint16_t own = (uint16_t)(signs[part / 4] >> (part % 4 * 16));
        const uint8x16_t bytes = vcombine_u8(vdup_n_u8((uint8_t)own), vdup_n_u8((uint8_t)(own >> 8)));
        const uint8x16_t taken = vandq_u8(vtstq_u8(bytes, bit), vld1q_u8(levels + part * 16));
        sum = vpadalq_u16(sum, vpaddlq_u8(taken));
    }
    return vaddvq_u32(sum);
}

static size_t neon_nearer(const uint32_t *ids, const float *distances, size_t count,
                          float limit, uint64_t *keys) {
    return nearer_generic(ids, distances, count, limit, keys);
}

static size_t neon_pool_insert(uint64_t *keys, size_t count, size_t capacity, uint64_t key) {
    return pool_insert_generic(keys, count, capacity, key);
}

DEFINE_BATCHES(neon, TARGET)
DEFINE_Q8_BATCH(neon, TARGET)
DEFINE_DOTS(neon, TARGET)
DEFINE_SCAN(neon, TARGET)
DEFINE_ESTIMATES(neon, TARGET)
DEFINE_WALKS(neon, TARGET)
KERNEL_TABLE(neon, "neon");
#endif
