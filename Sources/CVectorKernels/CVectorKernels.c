// SPDX-License-Identifier: Apache-2.0
#include "CVectorKernels.h"

#include <stdlib.h>

#include "Kernels.h"

const EngramKernels *engram_kernels_for(EngramInstructionSet set) {
#if defined(__x86_64__)
    const int has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                         __builtin_cpu_supports("popcnt");
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

EngramQuery engram_prepare_q8(const int8_t *codes, float range, size_t dimensions, void *buffer) {
    const size_t padded = (dimensions + 63) & ~(size_t)63;
    int8_t *narrow = buffer;
    int16_t *wide = (int16_t *)(narrow + padded);
    int32_t sum = 0;
    memcpy(narrow, codes, dimensions);
    for (size_t i = 0; i < dimensions; i++) {
        wide[i] = codes[i];
        sum += codes[i];
    }
    EngramQuery query = {.data = buffer, .range = range, .sum = sum};
    return query;
}
