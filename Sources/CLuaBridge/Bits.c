// SPDX-License-Identifier: Apache-2.0
#include "Machine.h"

#include <string.h>

// The library `bit`: operations on 32 bits, as scripts know them from LuaJIT's BitOp.

/// An argument as 32 bits: rounded to an integer and cut, in the way of adding 2^52 + 2^51.
static uint32_t argument(lua_State *L, int index) {
    double number = lua_tonumber(L, index) + 6755399441055744.0;
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    uint32_t low = (uint32_t)bits;
    if (low == 0 && !lua_isnumber(L, index)) luaL_typerror(L, index, "number");
    return low;
}

static int result(lua_State *L, uint32_t bits) {
    lua_pushnumber(L, (lua_Number)(int32_t)bits);
    return 1;
}

static int bit_tobit(lua_State *L) { return result(L, argument(L, 1)); }

static int bit_bnot(lua_State *L) { return result(L, ~argument(L, 1)); }

static int bit_band(lua_State *L) {
    uint32_t bits = argument(L, 1);
    for (int index = lua_gettop(L); index > 1; index--) bits &= argument(L, index);
    return result(L, bits);
}

static int bit_bor(lua_State *L) {
    uint32_t bits = argument(L, 1);
    for (int index = lua_gettop(L); index > 1; index--) bits |= argument(L, index);
    return result(L, bits);
}

static int bit_bxor(lua_State *L) {
    uint32_t bits = argument(L, 1);
    for (int index = lua_gettop(L); index > 1; index--) bits ^= argument(L, index);
    return result(L, bits);
}

static int bit_lshift(lua_State *L) {
    uint32_t bits = argument(L, 1);
    return result(L, bits << (argument(L, 2) & 31));
}

static int bit_rshift(lua_State *L) {
    uint32_t bits = argument(L, 1);
    return result(L, bits >> (argument(L, 2) & 31));
}

static int bit_arshift(lua_State *L) {
    int32_t bits = (int32_t)argument(L, 1);
    return result(L, (uint32_t)(bits >> (argument(L, 2) & 31)));
}

static int bit_rol(lua_State *L) {
    uint32_t bits = argument(L, 1);
    uint32_t count = argument(L, 2) & 31;
    return result(L, bits << count | bits >> ((32 - count) & 31));
}

static int bit_ror(lua_State *L) {
    uint32_t bits = argument(L, 1);
    uint32_t count = argument(L, 2) & 31;
    return result(L, bits >> count | bits << ((32 - count) & 31));
}

static int bit_bswap(lua_State *L) { return result(L, __builtin_bswap32(argument(L, 1))); }

static int bit_tohex(lua_State *L) {
    uint32_t bits = argument(L, 1);
    int32_t count = lua_isnone(L, 2) ? 8 : (int32_t)argument(L, 2);
    const char *digits = "0123456789abcdef";
    if (count == INT32_MIN) count++;
    if (count < 0) {
        count = -count;
        digits = "0123456789ABCDEF";
    }
    if (count > 8) count = 8;
    char text[8];
    for (int index = count - 1; index >= 0; index--) {
        text[index] = digits[bits & 15];
        bits >>= 4;
    }
    lua_pushlstring(L, text, (size_t)count);
    return 1;
}

void engram_lua_open_bit(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"tobit", bit_tobit},     {"bnot", bit_bnot},       {"band", bit_band},
        {"bor", bit_bor},         {"bxor", bit_bxor},       {"lshift", bit_lshift},
        {"rshift", bit_rshift},   {"arshift", bit_arshift}, {"rol", bit_rol},
        {"ror", bit_ror},         {"bswap", bit_bswap},     {"tohex", bit_tohex},
        {NULL, NULL},
    };
    lua_createtable(L, 0, 12);
    for (const luaL_Reg *entry = functions; entry->name; entry++) {
        lua_pushcfunction(L, entry->func);
        lua_setfield(L, -2, entry->name);
    }
}
