#pragma once

#include <stddef.h>

// In C because Swift has no `long double` on most platforms, and INCRBYFLOAT's sums are rounded
// once, in that type.

// Room for any finite long double with 17 decimals.
#define ENGRAM_LONG_DOUBLE_TEXT 5120

// 0 when the text is no number, 1 for a finite one, 2 for an infinite one.
int engram_long_double_kind(const char *text, size_t count);

// Writes the sum of two numbers as "%.17Lf" without trailing zeros, and returns how many bytes it
// takes; 0 when the sum is not finite or one of the texts is no number.
size_t engram_long_double_sum(const char *left, size_t left_count, const char *right,
                              size_t right_count, char *sum);
