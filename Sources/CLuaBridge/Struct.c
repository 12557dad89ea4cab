// SPDX-License-Identifier: Apache-2.0
#include "Machine.h"

#include <ctype.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

// The library `struct`: numbers and texts as the bytes of C structures, in the format letters that
// scripts know from Redis.

/// The largest integer, in bytes.
#define LARGEST_INTEGER 32

struct layout {
    bool is_big_endian;
    int alignment;
};

struct format {
    lua_State *state;
    const char *at;
    struct layout layout;
};

static int read_number(struct format *format, int standard) {
    if (!isdigit((unsigned char)*format->at)) return standard;
    int number = 0;
    do {
        int digit = *format->at - '0';
        if (number > INT_MAX / 10 || number * 10 > INT_MAX - digit) {
            luaL_error(format->state, "integral size overflow");
        }
        number = number * 10 + digit;
        format->at++;
    } while (isdigit((unsigned char)*format->at));
    return number;
}

/// The bytes that a letter stands for; what it is followed by is read.
static size_t read_size(struct format *format, char letter) {
    switch (letter) {
    case 'B': case 'b': case 'x': return 1;
    case 'H': case 'h': return sizeof(short);
    case 'L': case 'l': return sizeof(long);
    case 'T': return sizeof(size_t);
    case 'f': return sizeof(float);
    case 'd': return sizeof(double);
    case 'c': return (size_t)read_number(format, 1);
    case 'i': case 'I': {
        int size = read_number(format, sizeof(int));
        if (size > LARGEST_INTEGER) {
            luaL_error(format->state, "integral size %d is larger than limit of %d", size,
                       LARGEST_INTEGER);
        }
        return (size_t)size;
    }
    default: return 0;
    }
}

/// How many bytes bring `place` to where a value of this size may stand.
static size_t padding(const struct format *format, size_t place, char letter, size_t size) {
    if (size == 0 || letter == 'c') return 0;
    if (size > (size_t)format->layout.alignment) size = (size_t)format->layout.alignment;
    return (size - (place & (size - 1))) & (size - 1);
}

/// Obeys a letter that stands for no value.
static void control(struct format *format, char letter) {
    lua_State *L = format->state;
    switch (letter) {
    case ' ': break;
    case '>': format->layout.is_big_endian = true; break;
    case '<': format->layout.is_big_endian = false; break;
    case '!': {
        int alignment = read_number(format, offsetof(struct { char first; double second; }, second));
        if (alignment <= 0 || (alignment & (alignment - 1)) != 0) {
            luaL_error(L, "alignment %d is not a power of 2", alignment);
        }
        format->layout.alignment = alignment;
        break;
    }
    default: luaL_argerror(L, 1, lua_pushfstring(L, "invalid format option '%c'", letter));
    }
}

static struct format begin(lua_State *L) {
    return (struct format){.state = L, .at = luaL_checkstring(L, 1), .layout = {false, 1}};
}

// MARK: Packing

static void pack_integer(lua_State *L, engram_lua_buffer *output, const struct layout *layout,
                         int argument, size_t size) {
    double number = luaL_checknumber(L, argument);
    uint64_t bits;
    if (isnan(number)) {
        bits = (uint64_t)INT64_MIN;
    } else if (number < 0) {
        bits = number >= -0x1p63 ? (uint64_t)(int64_t)number : (uint64_t)INT64_MIN;
    } else {
        bits = number < 0x1p64 ? (uint64_t)number : 0;
    }
    char bytes[LARGEST_INTEGER];
    for (size_t index = 0; index < size; index++) {
        size_t place = layout->is_big_endian ? size - 1 - index : index;
        bytes[place] = index < 8 ? (char)(bits >> (8 * index)) : 0;
    }
    engram_lua_append(L, output, bytes, size);
}

static void pack_raw(lua_State *L, engram_lua_buffer *output, const struct layout *layout,
                     const void *value, size_t size) {
    const char *bytes = value;
    for (size_t index = 0; index < size; index++) {
        engram_lua_append_byte(L, output, bytes[layout->is_big_endian ? size - 1 - index : index]);
    }
}

static size_t pack_text(lua_State *L, engram_lua_buffer *output, char letter, int argument,
                        size_t size) {
    size_t count;
    const char *text = luaL_checklstring(L, argument, &count);
    if (size == 0) size = count;
    luaL_argcheck(L, count >= size, argument + 1, "string too short");
    engram_lua_append(L, output, text, size);
    if (letter != 's') return size;
    engram_lua_append_byte(L, output, '\0');
    return size + 1;
}

static int pack(lua_State *L) {
    struct format format = begin(L);
    engram_lua_buffer *output = &engram_lua_machine(L)->scratch;
    output->count = 0;
    int argument = 2;
    size_t total = 0;
    // A missing value is called nil, as it always was.
    lua_pushnil(L);
    while (*format.at) {
        char letter = *format.at++;
        size_t size = read_size(&format, letter);
        size_t gap = padding(&format, total, letter, size);
        total += gap;
        while (gap-- > 0) engram_lua_append_byte(L, output, '\0');
        switch (letter) {
        case 'b': case 'B': case 'h': case 'H': case 'l': case 'L': case 'T': case 'i': case 'I':
            pack_integer(L, output, &format.layout, argument++, size);
            break;
        case 'x': engram_lua_append_byte(L, output, '\0'); break;
        case 'f': {
            float number = (float)luaL_checknumber(L, argument++);
            pack_raw(L, output, &format.layout, &number, size);
            break;
        }
        case 'd': {
            double number = luaL_checknumber(L, argument++);
            pack_raw(L, output, &format.layout, &number, size);
            break;
        }
        case 'c': case 's': size = pack_text(L, output, letter, argument++, size); break;
        default: control(&format, letter);
        }
        total += size;
    }
    lua_pushlstring(L, output->base, output->count);
    return 1;
}

// MARK: Unpacking

static double integer_at(const char *bytes, const struct layout *layout, bool is_signed,
                         size_t size) {
    uint64_t bits = 0;
    for (size_t index = 0; index < size; index++) {
        size_t place = layout->is_big_endian ? index : size - 1 - index;
        bits = bits << 8 | (unsigned char)bytes[place];
    }
    if (!is_signed) return (double)bits;
    if (size > 0 && size < 8) {
        int unused = 64 - 8 * (int)size;
        return (double)((int64_t)(bits << unused) >> unused);
    }
    return (double)(int64_t)bits;
}

static void raw_at(const char *bytes, const struct layout *layout, void *value, size_t size) {
    char *target = value;
    for (size_t index = 0; index < size; index++) {
        target[layout->is_big_endian ? size - 1 - index : index] = bytes[index];
    }
}

struct source {
    const char *bytes;
    size_t count;
    size_t place;
};

static void check_room(lua_State *L, const struct source *source, size_t size) {
    luaL_argcheck(L, size <= source->count && source->place <= source->count - size, 2,
                  "data string too short");
}

/// The size of a `c0`: the number that was read before it, which is taken back.
static size_t previous_size(lua_State *L, int *values) {
    if (*values == 0 || !lua_isnumber(L, -1)) luaL_error(L, "format 'c0' needs a previous size");
    double size = lua_tonumber(L, -1);
    lua_pop(L, 1);
    --*values;
    return size >= 0 && size < 0x1p63 ? (size_t)size : SIZE_MAX;
}

/// Pushes the value that a letter stands for; returns its bytes.
static size_t unpack_value(struct format *format, struct source *source, char letter, size_t size,
                           int *values) {
    lua_State *L = format->state;
    const char *bytes = source->bytes + source->place;
    switch (letter) {
    case 'b': case 'B': case 'h': case 'H': case 'l': case 'L': case 'T': case 'i': case 'I':
        lua_pushnumber(L, integer_at(bytes, &format->layout, islower((unsigned char)letter), size));
        ++*values;
        return size;
    case 'x': return size;
    case 'f': {
        float number;
        raw_at(bytes, &format->layout, &number, sizeof number);
        lua_pushnumber(L, (double)number);
        ++*values;
        return size;
    }
    case 'd': {
        double number;
        raw_at(bytes, &format->layout, &number, sizeof number);
        lua_pushnumber(L, number);
        ++*values;
        return size;
    }
    case 'c':
        if (size == 0) {
            size = previous_size(L, values);
            check_room(L, source, size);
        }
        lua_pushlstring(L, bytes, size);
        ++*values;
        return size;
    case 's': {
        const char *end = memchr(bytes, '\0', source->count - source->place);
        if (!end) luaL_error(L, "unfinished string in data");
        lua_pushlstring(L, bytes, (size_t)(end - bytes));
        ++*values;
        return (size_t)(end - bytes) + 1;
    }
    default: control(format, letter); return size;
    }
}

static int unpack(lua_State *L) {
    struct format format = begin(L);
    struct source source;
    source.bytes = luaL_checklstring(L, 2, &source.count);
    // As in Redis anything but 0 is an offset: a negative one is beyond the end.
    size_t start = (size_t)luaL_optinteger(L, 3, 1);
    luaL_argcheck(L, start > 0, 3, "offset must be 1 or greater");
    source.place = start - 1;
    int values = 0;
    while (*format.at) {
        char letter = *format.at++;
        size_t size = read_size(&format, letter);
        source.place += padding(&format, source.place, letter, size);
        check_room(L, &source, size);
        luaL_checkstack(L, 2, "too many results");
        source.place += unpack_value(&format, &source, letter, size, &values);
    }
    lua_pushinteger(L, (lua_Integer)source.place + 1);
    return values + 1;
}

static int size_of(lua_State *L) {
    struct format format = begin(L);
    size_t place = 0;
    while (*format.at) {
        char letter = *format.at++;
        size_t size = read_size(&format, letter);
        place += padding(&format, place, letter, size);
        if (letter == 's') luaL_argerror(L, 1, "option 's' has no fixed size");
        if (letter == 'c' && size == 0) luaL_argerror(L, 1, "option 'c0' has no fixed size");
        if (!isalnum((unsigned char)letter)) control(&format, letter);
        place += size;
    }
    lua_pushinteger(L, (lua_Integer)place);
    return 1;
}

void engram_lua_open_struct(lua_State *L) {
    lua_createtable(L, 0, 3);
    lua_pushcfunction(L, pack);
    lua_setfield(L, -2, "pack");
    lua_pushcfunction(L, unpack);
    lua_setfield(L, -2, "unpack");
    lua_pushcfunction(L, size_of);
    lua_setfield(L, -2, "size");
}
