// SPDX-License-Identifier: Apache-2.0
#include "CVectorKernels.h"

#include <stdlib.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

#include "Walk.h"

const EngramKernels *engram_kernels_for(EngramInstructionSet set) {
#if defined(__x86_64__)
    const int has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                         __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("f16c");
    const int has_avx512 = has_avx2 && __builtin_cpu_supports("avx512f") &&
                           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                           __builtin_cpu_supports("avx512dq");
#endif
    switch (set) {
        case ENGRAM_KERNELS_PORTABLE:
            return &engram_portable_kernels;
#if defined(__x86_64__)
        case ENGRAM_KERNELS_AVX2:
            return has_avx2 ? &engram_avx2_kernels : NULL;
        case ENGRAM_KERNELS_AVX512:
            return has_avx512 ? &engram_avx512_kernels : NULL;
        case ENGRAM_KERNELS_AVX512_VNNI:
            return has_avx512 && __builtin_cpu_supports("avx512vnni") &&
                           __builtin_cpu_supports("avx512vpopcntdq")
                       ? &engram_avx512_vnni_kernels
                       : NULL;
#elif defined(__aarch64__)
        case ENGRAM_KERNELS_NEON:
            return &engram_neon_kernels;
#endif
        default:
            return NULL;
    }
}

static const EngramKernels *chosen = &engram_portable_kernels;

const EngramKernels *engram_kernels(void) { return chosen; }

// Before main, so that no search ever has to ask whether the choice was made.
__attribute__((constructor)) static void choose(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
#endif
    static const struct {
        const char *name;
        EngramInstructionSet set;
    } best_first[] = {
        {"avx512", ENGRAM_KERNELS_AVX512_VNNI}, {"avx512", ENGRAM_KERNELS_AVX512},
        {"avx2", ENGRAM_KERNELS_AVX2},          {"neon", ENGRAM_KERNELS_NEON},
        {"portable", ENGRAM_KERNELS_PORTABLE},
    };
    const size_t count = sizeof(best_first) / sizeof(best_first[0]);
    const char *forced = getenv("ENGRAM_SIMD");
    // The first pass looks for what was asked, the second for the best there is.
    for (int pass = forced == NULL; pass < 2; pass++) {
        for (size_t i = 0; i < count; i++) {
            if (pass == 0 && strcmp(forced, best_first[i].name) != 0) continue;
            const EngramKernels *kernels = engram_kernels_for(best_first[i].set);
            if (kernels == NULL) continue;
            chosen = kernels;
            return;
        }
    }
}

void engram_use_huge_pages(void *start, size_t bytes) {
#if defined(__linux__)
    // Advice: where it is not taken the memory is as good, only slower.
    (void)madvise(start, bytes, MADV_HUGEPAGE);
#else
    (void)start;
    (void)bytes;
#endif
}

size_t engram_gather_unseen(const EngramRows *rows, uint32_t id, const EngramWalk *walk,
                            uint32_t *target) {
    return gather_unseen(rows, id, walk, target);
}

float engram_normalize(const float *source, size_t count, float *target) {
#pragma clang fp contract(off)
    float squares = 0;
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        const float a = source[i], b = source[i + 1], c = source[i + 2], d = source[i + 3];
        squares += a * a + b * b + c * c + d * d;
    }
    for (; i < count; i++) squares += source[i] * source[i];
    const float norm = squares == 0 ? 1 : sqrtf(squares);
    for (i = 0; i < count; i++) target[i] = source[i] / norm;
    return norm;
}

EngramRest engram_subtract(const float *vector, const float *center, size_t count, float *rest) {
    Floats squares = {0}, products = {0};
    for (size_t i = 0; i < count; i += 16) {
        const Floats middle = *(const Floats *)(center + i);
        const Floats left = *(const Floats *)(vector + i) - middle;
        *(Floats *)(rest + i) = left;
        squares += left * left;
        products += left * middle;
    }
    EngramRest sums = {0, 0};
    for (size_t lane = 0; lane < 16; lane++) {
        sums.squares += squares[lane];
        sums.product += products[lane];
    }
    return sums;
}
