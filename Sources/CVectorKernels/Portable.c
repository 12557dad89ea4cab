// SPDX-License-Identifier: Apache-2.0
#include "Walk.h"

#define TARGET

static float portable_dot_f32(const float *a, const float *b, size_t count) {
    float sums[8] = {0};
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        for (size_t lane = 0; lane < 8; lane++) sums[lane] += a[i + lane] * b[i + lane];
    }
    float rest = 0;
    for (; i < count; i++) rest += a[i] * b[i];
    return ((sums[0] + sums[4]) + (sums[1] + sums[5])) +
           ((sums[2] + sums[6]) + (sums[3] + sums[7])) + rest;
}

static float portable_dot_f16(const float *a, const uint16_t *b, size_t count) {
    float sums[16] = {0};
    size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        for (size_t lane = 0; lane < 16; lane++) {
            sums[lane] += a[i + lane] * float_from_half(b[i + lane]);
        }
    }
    float sum = 0;
    for (; i < count; i++) sum += a[i] * float_from_half(b[i]);
    for (size_t lane = 0; lane < 16; lane++) sum += sums[lane];
    return sum;
}

static float portable_square_f16(const float *a, const uint16_t *b, float range, size_t count) {
    float sums[16] = {0};
    size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        for (size_t lane = 0; lane < 16; lane++) {
            const float difference = a[i + lane] - range * float_from_half(b[i + lane]);
            sums[lane] += difference * difference;
        }
    }
    float sum = 0;
    for (; i < count; i++) {
        const float difference = a[i] - range * float_from_half(b[i]);
        sum += difference * difference;
    }
    for (size_t lane = 0; lane < 16; lane++) sum += sums[lane];
    return sum;
}

static void portable_encode_f16(const float *source, float scale, size_t count, uint16_t *target) {
    encode_f16_generic(source, scale, count, target);
}

static void portable_decode_f16(const uint16_t *codes, float range, size_t count, float *target) {
    decode_f16_generic(codes, range, count, target);
}

static int32_t portable_dot_q8(const int8_t *a, const int8_t *b, size_t count) {
    int32_t sum = 0;
    for (size_t i = 0; i < count; i++) sum += (int32_t)a[i] * (int32_t)b[i];
    return sum;
}

INLINE int32_t portable_q8_row(const EngramQuery *query, const int8_t *row, size_t count) {
    return portable_dot_q8((const int8_t *)query->data, row, count);
}

static uint32_t portable_hamming(const uint64_t *a, const uint64_t *b, size_t words) {
    uint32_t sum = 0;
    for (size_t i = 0; i < words; i++) sum += (uint32_t)__builtin_popcountll(a[i] ^ b[i]);
    return sum;
}

static uint32_t portable_signed_sum(const uint64_t *signs, const uint8_t *levels, size_t words) {
    uint32_t sum = 0;
    for (size_t i = 0; i < words * 64; i++) {
        sum += levels[i] & (uint32_t)-(int32_t)(signs[i / 64] >> (i % 64) & 1);
    }
    return sum;
}

static size_t portable_nearer(const uint32_t *ids, const float *distances, size_t count,
                              float limit, uint64_t *keys) {
    return nearer_generic(ids, distances, count, limit, keys);
}

static size_t portable_pool_insert(uint64_t *keys, size_t count, size_t capacity, uint64_t key) {
    return pool_insert_generic(keys, count, capacity, key);
}

DEFINE_BATCHES(portable, TARGET)
DEFINE_Q8_BATCH(portable, TARGET)
DEFINE_DOTS(portable, TARGET)
DEFINE_SCAN(portable, TARGET)
DEFINE_ESTIMATES(portable, TARGET)
DEFINE_WALKS(portable, TARGET)
KERNEL_TABLE(portable, "portable");
