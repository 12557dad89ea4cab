// SPDX-License-Identifier: Apache-2.0
#include "Kernels.h"

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

static size_t portable_pool_insert(uint64_t *keys, size_t count, size_t capacity, uint64_t key) {
    return pool_insert_generic(keys, count, capacity, key);
}

DEFINE_BATCHES(portable, TARGET)
DEFINE_Q8_BATCH(portable, TARGET)
DEFINE_DOTS(portable, TARGET)
DEFINE_SCAN(portable, TARGET)
DEFINE_ESTIMATES(portable, TARGET)
KERNEL_TABLE(portable, "portable");
