// SPDX-License-Identifier: Apache-2.0
#include "Machine.h"

#include <math.h>

// math.random and math.randomseed: the 48-bit generator of drand48, so that a seed gives the same
// numbers on every machine, and the same ones as in Redis.

static int32_t next_random(lua_State *L) {
    uint64_t *state = engram_lua_machine(L)->owner.random;
    *state = (*state * 0x5DEECE66DULL + 0xB) & 0xFFFFFFFFFFFFULL;
    return (int32_t)(*state >> 17);
}

static int random_number(lua_State *L) {
    double unit = (double)(next_random(L) % INT32_MAX) / (double)INT32_MAX;
    switch (lua_gettop(L)) {
    case 0: lua_pushnumber(L, unit); break;
    case 1: {
        int last = luaL_checkint(L, 1);
        luaL_argcheck(L, 1 <= last, 1, "interval is empty");
        lua_pushnumber(L, floor(unit * last) + 1);
        break;
    }
    case 2: {
        int first = luaL_checkint(L, 1);
        int last = luaL_checkint(L, 2);
        luaL_argcheck(L, first <= last, 2, "interval is empty");
        // The width is taken in 32 bits, overflow and all, as Redis does.
        int width = (int)((unsigned)last - (unsigned)first + 1u);
        lua_pushnumber(L, floor(unit * width) + first);
        break;
    }
    default: return luaL_error(L, "wrong number of arguments");
    }
    return 1;
}

static int random_seed(lua_State *L) {
    uint32_t seed = (uint32_t)luaL_checkint(L, 1);
    *engram_lua_machine(L)->owner.random = (uint64_t)seed << 16 | 0x330E;
    return 0;
}

/// Replaces the functions of the table `math` on top of the stack.
void engram_lua_open_random(lua_State *L) {
    lua_pushcfunction(L, random_number);
    lua_setfield(L, -2, "random");
    lua_pushcfunction(L, random_seed);
    lua_setfield(L, -2, "randomseed");
}
