// SPDX-License-Identifier: Apache-2.0
#include "Machine.h"

#include <limits.h>
#include <math.h>
#include <string.h>

// The library `cmsgpack`: MessagePack in the encodings and with the error texts that scripts know
// from Redis (lua-cmsgpack 0.4.0).

/// Tables nested deeper than this are packed as nil, which ends circles.
#define DEEPEST_TABLE 16
/// Nesting at which unpacking stops, about where Lua's stack ends.
#define DEEPEST_VALUE 4000

// MARK: Packing

/// Writes a first byte and the lowest `count` bytes of a number, highest first.
static void pack_bytes(lua_State *L, engram_lua_buffer *output, unsigned char first,
                       uint64_t number, int count) {
    char bytes[9] = {(char)first};
    for (int index = 0; index < count; index++) {
        bytes[1 + index] = (char)(number >> (8 * (count - 1 - index)));
    }
    engram_lua_append(L, output, bytes, (size_t)count + 1);
}

static void pack_string(lua_State *L, engram_lua_buffer *output, int index) {
    size_t count;
    const char *text = lua_tolstring(L, index, &count);
    if (count < 32) {
        pack_bytes(L, output, (unsigned char)(0xA0 | count), 0, 0);
    } else if (count <= 0xFF) {
        pack_bytes(L, output, 0xD9, count, 1);
    } else if (count <= 0xFFFF) {
        pack_bytes(L, output, 0xDA, count, 2);
    } else {
        pack_bytes(L, output, 0xDB, count, 4);
    }
    engram_lua_append(L, output, text, count);
}

static void pack_integer(lua_State *L, engram_lua_buffer *output, int64_t number) {
    uint64_t bits = (uint64_t)number;
    if (number >= 0) {
        if (number <= 0x7F) {
            pack_bytes(L, output, (unsigned char)number, 0, 0);
        } else if (number <= 0xFF) {
            pack_bytes(L, output, 0xCC, bits, 1);
        } else if (number <= 0xFFFF) {
            pack_bytes(L, output, 0xCD, bits, 2);
        } else if (number <= 0xFFFFFFFFLL) {
            pack_bytes(L, output, 0xCE, bits, 4);
        } else {
            pack_bytes(L, output, 0xCF, bits, 8);
        }
    } else if (number >= -32) {
        pack_bytes(L, output, (unsigned char)(signed char)number, 0, 0);
    } else if (number >= -0x80) {
        pack_bytes(L, output, 0xD0, bits, 1);
    } else if (number >= -0x8000) {
        pack_bytes(L, output, 0xD1, bits, 2);
    } else if (number >= -0x80000000LL) {
        pack_bytes(L, output, 0xD2, bits, 4);
    } else {
        pack_bytes(L, output, 0xD3, bits, 8);
    }
}

static void pack_number(lua_State *L, engram_lua_buffer *output, int index) {
    double number = lua_tonumber(L, index);
    if (number >= -0x1p63 && number < 0x1p63 && (double)(int64_t)number == number) {
        return pack_integer(L, output, (int64_t)number);
    }
    float single = (float)number;
    if ((double)single == number) {
        uint32_t bits;
        memcpy(&bits, &single, sizeof bits);
        pack_bytes(L, output, 0xCA, bits, 4);
    } else {
        uint64_t bits;
        memcpy(&bits, &number, sizeof bits);
        pack_bytes(L, output, 0xCB, bits, 8);
    }
}

/// The number of elements if the table on top has the keys 1...n and no others, else -1;
/// `count` becomes the number of keys.
static int64_t array_length(lua_State *L, int64_t *count) {
    double largest = 0;
    bool is_array = true;
    *count = 0;
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        double key = lua_type(L, -2) == LUA_TNUMBER ? lua_tonumber(L, -2) : 0;
        lua_pop(L, 1);
        if (!(key >= 1 && key <= INT_MAX && floor(key) == key)) is_array = false;
        if (key > largest) largest = key;
        ++*count;
    }
    return is_array && largest == (double)*count ? *count : -1;
}

static void pack_value(lua_State *L, engram_lua_buffer *output, int depth);

static void pack_table(lua_State *L, engram_lua_buffer *output, int depth) {
    luaL_checkstack(L, 5, "in function mp_encode_lua_table_as_map");
    engram_lua_thaw(L, -1);
    int64_t count;
    int64_t length = array_length(L, &count);
    if (length >= 0) {
        if (length <= 15) {
            pack_bytes(L, output, (unsigned char)(0x90 | length), 0, 0);
        } else {
            pack_bytes(L, output, length <= 0xFFFF ? 0xDC : 0xDD, (uint64_t)length,
                       length <= 0xFFFF ? 2 : 4);
        }
        for (int64_t index = 1; index <= length; index++) {
            lua_rawgeti(L, -1, (int)index);
            pack_value(L, output, depth + 1);
        }
        return;
    }
    if (count <= 15) {
        pack_bytes(L, output, (unsigned char)(0x80 | count), 0, 0);
    } else {
        pack_bytes(L, output, count <= 0xFFFF ? 0xDE : 0xDF, (uint64_t)count,
                   count <= 0xFFFF ? 2 : 4);
    }
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        lua_pushvalue(L, -2);
        pack_value(L, output, depth + 1);
        pack_value(L, output, depth + 1);
    }
}

/// Packs the value on top and pops it.
static void pack_value(lua_State *L, engram_lua_buffer *output, int depth) {
    switch (lua_type(L, -1)) {
    case LUA_TSTRING: pack_string(L, output, -1); break;
    case LUA_TBOOLEAN:
        engram_lua_append_byte(L, output, (char)(lua_toboolean(L, -1) ? 0xC3 : 0xC2));
        break;
    case LUA_TNUMBER: pack_number(L, output, -1); break;
    case LUA_TTABLE:
        if (depth < DEEPEST_TABLE) {
            pack_table(L, output, depth);
            break;
        }
        engram_lua_append_byte(L, output, (char)0xC0);
        break;
    default: engram_lua_append_byte(L, output, (char)0xC0);
    }
    lua_pop(L, 1);
}

static int pack(lua_State *L) {
    int count = lua_gettop(L);
    if (count == 0) return luaL_argerror(L, 0, "MessagePack pack needs input.");
    if (!lua_checkstack(L, 2)) {
        return luaL_argerror(L, 0, "Too many arguments for MessagePack pack.");
    }
    engram_lua_buffer *output = &engram_lua_machine(L)->scratch;
    output->count = 0;
    for (int index = 1; index <= count; index++) {
        lua_pushvalue(L, index);
        pack_value(L, output, 0);
    }
    lua_pushlstring(L, output->base, output->count);
    return 1;
}

// MARK: Unpacking

enum problem { NONE, TOO_SHORT, BAD_FORMAT };

struct unpacker {
    const unsigned char *at;
    size_t left;
    enum problem problem;
    int depth;
};

/// Takes so many bytes, or notes that they are missing.
static const unsigned char *take(struct unpacker *unpacker, size_t count) {
    if (unpacker->left < count) {
        unpacker->problem = TOO_SHORT;
        return NULL;
    }
    const unsigned char *bytes = unpacker->at;
    unpacker->at += count;
    unpacker->left -= count;
    return bytes;
}

static bool take_number(struct unpacker *unpacker, int count, uint64_t *number) {
    const unsigned char *bytes = take(unpacker, (size_t)count);
    if (!bytes) return false;
    *number = 0;
    for (int index = 0; index < count; index++) *number = *number << 8 | bytes[index];
    return true;
}

static void unpack_value(lua_State *L, struct unpacker *unpacker);

static void unpack_string(lua_State *L, struct unpacker *unpacker, uint64_t count) {
    const unsigned char *bytes = take(unpacker, count);
    if (bytes) lua_pushlstring(L, (const char *)bytes, count);
}

static void unpack_array(lua_State *L, struct unpacker *unpacker, uint64_t count) {
    lua_createtable(L, 0, 0);
    for (uint64_t index = 1; index <= count; index++) {
        unpack_value(L, unpacker);
        if (unpacker->problem != NONE) return;
        lua_rawseti(L, -2, (int)index);
    }
}

static void unpack_map(lua_State *L, struct unpacker *unpacker, uint64_t count) {
    lua_createtable(L, 0, 0);
    for (uint64_t index = 0; index < count; index++) {
        unpack_value(L, unpacker);
        if (unpacker->problem != NONE) return;
        unpack_value(L, unpacker);
        if (unpacker->problem != NONE) return;
        // Raises "table index is nil" for what Lua cannot take as a key.
        lua_settable(L, -3);
    }
}

static void unpack_float(lua_State *L, struct unpacker *unpacker, int count) {
    uint64_t bits;
    if (!take_number(unpacker, count, &bits)) return;
    if (count == 4) {
        uint32_t half = (uint32_t)bits;
        float number;
        memcpy(&number, &half, sizeof number);
        lua_pushnumber(L, (double)number);
    } else {
        double number;
        memcpy(&number, &bits, sizeof number);
        lua_pushnumber(L, number);
    }
}

static void unpack_integer(lua_State *L, struct unpacker *unpacker, int count, bool is_signed) {
    uint64_t bits;
    if (!take_number(unpacker, count, &bits)) return;
    int unused = 64 - 8 * count;
    if (is_signed) {
        lua_pushnumber(L, (double)((int64_t)(bits << unused) >> unused));
    } else {
        lua_pushnumber(L, (double)bits);
    }
}

static void unpack_sized(lua_State *L, struct unpacker *unpacker, int count,
                         void (*body)(lua_State *, struct unpacker *, uint64_t)) {
    uint64_t size;
    if (take_number(unpacker, count, &size)) body(L, unpacker, size);
}

/// Unpacks what begins with a byte that says all by itself.
static void unpack_short(lua_State *L, struct unpacker *unpacker, unsigned char first) {
    if (first < 0x80) {
        lua_pushnumber(L, first);
    } else if (first >= 0xE0) {
        lua_pushnumber(L, (signed char)first);
    } else if (first >= 0xA0 && first < 0xC0) {
        unpack_string(L, unpacker, first & 0x1F);
    } else if (first >= 0x90 && first < 0xA0) {
        unpack_array(L, unpacker, first & 0x0F);
    } else if (first < 0x90) {
        unpack_map(L, unpacker, first & 0x0F);
    } else {
        unpacker->problem = BAD_FORMAT;
    }
}

/// Pushes the next value; with a problem, nothing that counts.
static void unpack_value(lua_State *L, struct unpacker *unpacker) {
    const unsigned char *byte = take(unpacker, 1);
    if (!byte) return;
    static const char hint[] =
        "too many return values at once; use unpack_one or unpack_limit instead.";
    if (++unpacker->depth > DEEPEST_VALUE) luaL_error(L, "stack overflow (%s)", hint);
    luaL_checkstack(L, 3, hint);
    switch (*byte) {
    case 0xC0: lua_pushnil(L); break;
    case 0xC2: lua_pushboolean(L, 0); break;
    case 0xC3: lua_pushboolean(L, 1); break;
    case 0xCA: unpack_float(L, unpacker, 4); break;
    case 0xCB: unpack_float(L, unpacker, 8); break;
    case 0xCC: unpack_integer(L, unpacker, 1, false); break;
    case 0xCD: unpack_integer(L, unpacker, 2, false); break;
    case 0xCE: unpack_integer(L, unpacker, 4, false); break;
    case 0xCF: unpack_integer(L, unpacker, 8, false); break;
    case 0xD0: unpack_integer(L, unpacker, 1, true); break;
    case 0xD1: unpack_integer(L, unpacker, 2, true); break;
    case 0xD2: unpack_integer(L, unpacker, 4, true); break;
    case 0xD3: unpack_integer(L, unpacker, 8, true); break;
    case 0xD9: unpack_sized(L, unpacker, 1, unpack_string); break;
    case 0xDA: unpack_sized(L, unpacker, 2, unpack_string); break;
    case 0xDB: unpack_sized(L, unpacker, 4, unpack_string); break;
    case 0xDC: unpack_sized(L, unpacker, 2, unpack_array); break;
    case 0xDD: unpack_sized(L, unpacker, 4, unpack_array); break;
    case 0xDE: unpack_sized(L, unpacker, 2, unpack_map); break;
    case 0xDF: unpack_sized(L, unpacker, 4, unpack_map); break;
    default: unpack_short(L, unpacker, *byte);
    }
    unpacker->depth--;
}

/// Unpacks `limit` values of the text at place 1 from `offset` on, or all when both are 0.
static int unpack_some(lua_State *L, lua_Integer limit, lua_Integer offset) {
    bool takes_all = limit == 0 && offset == 0;
    size_t count;
    const char *text = luaL_checklstring(L, 1, &count);
    if (offset < 0 || limit < 0) {
        return luaL_error(L, "Invalid request to unpack with offset of %d and limit of %d.",
                          (int)offset, (int)count);
    }
    if ((size_t)offset > count) {
        return luaL_error(L, "Start offset %d greater than input length %d.", (int)offset,
                          (int)count);
    }
    if (takes_all) limit = INT_MAX;
    struct unpacker unpacker = {
        .at = (const unsigned char *)text + offset, .left = count - (size_t)offset,
    };
    int values = 0;
    for (; unpacker.left > 0 && values < limit; values++) {
        unpack_value(L, &unpacker);
        if (unpacker.problem == TOO_SHORT) return luaL_error(L, "Missing bytes in input.");
        if (unpacker.problem == BAD_FORMAT) return luaL_error(L, "Bad data format in input.");
    }
    if (takes_all) return values;
    luaL_checkstack(L, 1, "in function mp_unpack_full");
    lua_pushinteger(L, unpacker.left == 0 ? -1 : (lua_Integer)(count - unpacker.left));
    lua_insert(L, 2);
    return values + 1;
}

static int unpack(lua_State *L) { return unpack_some(L, 0, 0); }

static int unpack_one(lua_State *L) {
    lua_Integer offset = luaL_optinteger(L, 2, 0);
    // Without an argument there is still none.
    if (lua_gettop(L) > 1) lua_settop(L, 1);
    return unpack_some(L, 1, offset);
}

static int unpack_limit(lua_State *L) {
    lua_Integer limit = luaL_checkinteger(L, 2);
    lua_Integer offset = luaL_optinteger(L, 3, 0);
    lua_settop(L, 1);
    return unpack_some(L, limit, offset);
}

void engram_lua_open_msgpack(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"pack", pack},
        {"unpack", unpack},
        {"unpack_one", unpack_one},
        {"unpack_limit", unpack_limit},
        {NULL, NULL},
    };
    lua_createtable(L, 0, 8);
    for (const luaL_Reg *entry = functions; entry->name; entry++) {
        lua_pushcfunction(L, entry->func);
        lua_setfield(L, -2, entry->name);
    }
    lua_pushliteral(L, "cmsgpack");
    lua_setfield(L, -2, "_NAME");
    lua_pushliteral(L, "lua-cmsgpack 0.4.0");
    lua_setfield(L, -2, "_VERSION");
    lua_pushliteral(L, "Copyright (C) 2012, Salvatore Sanfilippo");
    lua_setfield(L, -2, "_COPYRIGHT");
    lua_pushliteral(L, "MessagePack C implementation for Lua");
    lua_setfield(L, -2, "_DESCRIPTION");
}
