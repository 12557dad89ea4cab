#include "LongDouble.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int parse(const char *text, size_t count, long double *value) {
    char copy[ENGRAM_LONG_DOUBLE_TEXT];
    char *end;
    if (count == 0 || count >= sizeof copy) return 0;
    memcpy(copy, text, count);
    copy[count] = '\0';
    errno = 0;
    *value = strtold(copy, &end);
    if (isspace((unsigned char)copy[0]) || end != copy + count || isnan(*value)) return 0;
    // Too large, or too small to be told from zero.
    return errno != ERANGE || (isfinite(*value) && *value != 0);
}

int engram_long_double_kind(const char *text, size_t count) {
    long double value;
    if (!parse(text, count, &value)) return 0;
    return isinf(value) ? 2 : 1;
}

size_t engram_long_double_sum(const char *left, size_t left_count, const char *right,
                              size_t right_count, char *sum) {
    long double first, second;
    if (!parse(left, left_count, &first) || !parse(right, right_count, &second)) return 0;
    first += second;
    if (!isfinite(first)) return 0;
    int written = snprintf(sum, ENGRAM_LONG_DOUBLE_TEXT, "%.17Lf", first);
    if (written <= 0 || written >= ENGRAM_LONG_DOUBLE_TEXT) return 0;
    size_t count = (size_t)written;
    while (sum[count - 1] == '0') count--;
    if (sum[count - 1] == '.') count--;
    if (count == 2 && sum[0] == '-' && sum[1] == '0') {
        sum[0] = '0';
        count = 1;
    }
    return count;
}
