// SPDX-License-Identifier: Apache-2.0
#include "include/CLuaBridge.h"

#include <string.h>

// SHA-1 (FIPS 180-4), by which scripts are known.

static uint32_t rotate(uint32_t word, int bits) { return word << bits | word >> (32 - bits); }

static void digest_block(uint32_t state[5], const unsigned char block[64]) {
    uint32_t words[80];
    for (int index = 0; index < 16; index++) {
        const unsigned char *bytes = block + 4 * index;
        words[index] = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16
                       | (uint32_t)bytes[2] << 8 | bytes[3];
    }
    for (int index = 16; index < 80; index++) {
        words[index] = rotate(
            words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16], 1);
    }
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
    for (int index = 0; index < 80; index++) {
        uint32_t mixed, constant;
        if (index < 20) {
            mixed = (b & c) | (~b & d);
            constant = 0x5A827999;
        } else if (index < 40) {
            mixed = b ^ c ^ d;
            constant = 0x6ED9EBA1;
        } else if (index < 60) {
            mixed = (b & c) | (b & d) | (c & d);
            constant = 0x8F1BBCDC;
        } else {
            mixed = b ^ c ^ d;
            constant = 0xCA62C1D6;
        }
        uint32_t next = rotate(a, 5) + mixed + e + constant + words[index];
        e = d;
        d = c;
        c = rotate(b, 30);
        b = a;
        a = next;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
}

void engram_lua_sha1(const char *bytes, size_t count, char digits[40]) {
    uint32_t state[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
    const unsigned char *input = (const unsigned char *)bytes;
    size_t left = count;
    for (; left >= 64; left -= 64, input += 64) digest_block(state, input);
    unsigned char tail[128] = {0};
    if (left > 0) memcpy(tail, input, left);
    tail[left] = 0x80;
    size_t length = left < 56 ? 64 : 128;
    uint64_t bits = (uint64_t)count * 8;
    for (int index = 0; index < 8; index++) {
        tail[length - 1 - (size_t)index] = (unsigned char)(bits >> (8 * index));
    }
    for (size_t offset = 0; offset < length; offset += 64) digest_block(state, tail + offset);
    for (int index = 0; index < 40; index++) {
        digits[index] = "0123456789abcdef"[state[index / 8] >> (28 - 4 * (index % 8)) & 15];
    }
}
