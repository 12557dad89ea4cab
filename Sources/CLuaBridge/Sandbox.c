// SPDX-License-Identifier: Apache-2.0
#include "Machine.h"

#include <limits.h>
#include <string.h>

// A frozen table is an empty one whose metatable leads reads to the real table and refuses writes.
// The functions that go past metatables (rawset, next, setmetatable...) are replaced by ones that
// know of this, so a script cannot tell it from a table that is merely read-only.

/// Marks the metatable of a frozen table; its address is the mark.
static const char frozen_mark = 0;

/// Places in the metatable of a frozen table.
enum { MARK = 1, BEHIND = 2, SHOWN_METATABLE = 3 };

static const char read_only[] = "Attempt to modify a readonly table";

/// Raises the error of a C function: without a place, as Lua's core does.
static int refuse_change(lua_State *L) {
    lua_pushstring(L, read_only);
    return lua_error(L);
}

/// `__newindex` of frozen tables: called by the line that writes, so that line is named.
static int refuse_assignment(lua_State *L) {
    return luaL_error(L, "%s", read_only);
}

/// Pushes the metatable of the value if it is frozen.
static bool push_frozen_metatable(lua_State *L, int index) {
    if (lua_type(L, index) != LUA_TTABLE || !lua_getmetatable(L, index)) return false;
    lua_rawgeti(L, -1, MARK);
    bool is_frozen = lua_touserdata(L, -1) == (void *)&frozen_mark;
    lua_pop(L, is_frozen ? 1 : 2);
    return is_frozen;
}

static bool is_frozen(lua_State *L, int index) {
    if (!push_frozen_metatable(L, index)) return false;
    lua_pop(L, 1);
    return true;
}

bool engram_lua_thaw(lua_State *L, int index) {
    if (index < 0 && index > LUA_REGISTRYINDEX) index = lua_gettop(L) + index + 1;
    if (!push_frozen_metatable(L, index)) return false;
    lua_rawgeti(L, -1, BEHIND);
    lua_replace(L, index);
    lua_pop(L, 1);
    return true;
}

void engram_lua_freeze(lua_State *L, int metatable) {
    int table = lua_gettop(L);
    if (metatable < 0) metatable = table + metatable + 1;
    lua_createtable(L, 0, 0);
    lua_createtable(L, 3, 2);
    lua_pushlightuserdata(L, (void *)&frozen_mark);
    lua_rawseti(L, -2, MARK);
    lua_pushvalue(L, table);
    lua_rawseti(L, -2, BEHIND);
    if (metatable != 0) {
        lua_pushvalue(L, metatable);
        lua_rawseti(L, -2, SHOWN_METATABLE);
    }
    lua_pushvalue(L, table);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, refuse_assignment);
    lua_setfield(L, -2, "__newindex");
    lua_setmetatable(L, -2);
    lua_replace(L, table);
}

void engram_lua_set_behind(lua_State *L, int frozen, int table) {
    table = lua_gettop(L) + table + 1;
    if (!lua_getmetatable(L, frozen)) return;
    lua_pushvalue(L, table);
    lua_rawseti(L, -2, BEHIND);
    lua_pushliteral(L, "__index");
    lua_pushvalue(L, table);
    lua_rawset(L, -3);
    lua_pop(L, 1);
}

/// `__index` where there is nothing to find.
static int no_such_global(lua_State *L) {
    if (lua_gettop(L) != 2) luaL_error(L, "Wrong number of arguments to luaProtectedTableError");
    if (!lua_isstring(L, 2)) {
        luaL_error(L, "Second argument to luaProtectedTableError must be a string or number");
    }
    return luaL_error(L, "Script attempted to access nonexistent global variable '%s'",
                      lua_tostring(L, 2));
}

/// Gives the table on top a metatable that refuses names that are not there, and pushes what
/// getmetatable shows of it.
static void refuse_unknown_names(lua_State *L) {
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, no_such_global);
    lua_setfield(L, -2, "__index");
    lua_pushvalue(L, -1);
    lua_setmetatable(L, -3);
    engram_lua_freeze(L, 0);
}

// MARK: Functions of the base library

static int sandbox_rawset(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checkany(L, 2);
    luaL_checkany(L, 3);
    if (is_frozen(L, 1)) return refuse_change(L);
    lua_settop(L, 3);
    lua_rawset(L, 1);
    return 1;
}

static int sandbox_rawget(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checkany(L, 2);
    lua_settop(L, 2);
    engram_lua_thaw(L, 1);
    lua_rawget(L, 1);
    return 1;
}

static int sandbox_next(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    engram_lua_thaw(L, 1);
    if (lua_next(L, 1)) return 2;
    lua_pushnil(L);
    return 1;
}

static int sandbox_pairs(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}

static int sandbox_getmetatable(lua_State *L) {
    luaL_checkany(L, 1);
    if (push_frozen_metatable(L, 1)) {
        lua_rawgeti(L, -1, SHOWN_METATABLE);
        return 1;
    }
    if (!lua_getmetatable(L, 1)) {
        lua_pushnil(L);
        return 1;
    }
    luaL_getmetafield(L, 1, "__metatable");
    return 1;
}

static int sandbox_setmetatable(lua_State *L) {
    int type = lua_type(L, 2);
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_argcheck(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table expected");
    if (is_frozen(L, 1)) return refuse_change(L);
    if (luaL_getmetafield(L, 1, "__metatable")) luaL_error(L, "cannot change a protected metatable");
    lua_settop(L, 2);
    lua_setmetatable(L, 1);
    return 1;
}

/// A protected call as scripts of older versions know it: the message of an error, not its table.
static int sandbox_pcall(lua_State *L) {
    int count = lua_gettop(L);
    lua_pushboolean(L, 1);
    lua_insert(L, 1);
    if (lua_pcall(L, count - 1, LUA_MULTRET, 0) == 0) return lua_gettop(L);
    if (engram_lua_machine(L)->is_killed) return lua_error(L);
    lua_remove(L, 1);
    if (lua_istable(L, -1)) {
        lua_getfield(L, -1, "err");
        if (lua_isstring(L, -1)) lua_replace(L, -2);
    }
    lua_pushboolean(L, 0);
    lua_insert(L, 1);
    return lua_gettop(L);
}

/// Calls a script's error handler, but not once the script has been killed: errors of the hook are
/// handled with hooks off, so a handler without end could not be stopped.
static int guarded_handler(lua_State *L) {
    if (engram_lua_machine(L)->is_killed) return 1;
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
    return 1;
}

static int sandbox_xpcall(lua_State *L) {
    luaL_checkany(L, 2);
    lua_settop(L, 2);
    lua_pushcclosure(L, guarded_handler, 1);
    lua_insert(L, 1);
    int status = lua_pcall(L, 0, LUA_MULTRET, 1);
    if (status != 0 && engram_lua_machine(L)->is_killed) return lua_error(L);
    lua_pushboolean(L, status == 0);
    lua_replace(L, 1);
    return lua_gettop(L);
}

static int sandbox_resume(lua_State *L) {
    int count = engram_lua_machine(L)->resume(L);
    if (engram_lua_machine(L)->is_killed && count == 2 && !lua_toboolean(L, -2)) {
        return lua_error(L);
    }
    return count;
}

static int sandbox_unpack(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_Integer first = luaL_optinteger(L, 2, 1);
    lua_Integer last =
        lua_isnoneornil(L, 3) ? (lua_Integer)lua_objlen(L, 1) : luaL_checkinteger(L, 3);
    first = (int)first;
    last = (int)last;
    if (first > last) return 0;
    int64_t count = (int64_t)last - (int64_t)first + 1;
    if (count >= INT_MAX || !lua_checkstack(L, (int)count)) {
        return luaL_error(L, "too many results to unpack");
    }
    for (int64_t index = first; index <= last; index++) lua_rawgeti(L, 1, (int)index);
    return (int)count;
}

// MARK: Loading text

struct pieces {
    bool has_begun;
    bool is_refused;
};

/// Pieces of text from the function at place 1; compiled code is made unreadable.
static const char *read_pieces(lua_State *L, void *context, size_t *count) {
    struct pieces *pieces = context;
    if (pieces->is_refused) return NULL;
    luaL_checkstack(L, 2, "too many nested functions");
    lua_pushvalue(L, 1);
    lua_call(L, 0, 1);
    if (lua_isnil(L, -1)) {
        *count = 0;
        return NULL;
    }
    if (!lua_isstring(L, -1)) luaL_error(L, "reader function must return a string");
    // Kept where the collector sees it.
    lua_replace(L, 3);
    const char *piece = lua_tolstring(L, 3, count);
    if (!pieces->has_begun && *count > 0) {
        pieces->has_begun = true;
        if (piece[0] == LUA_SIGNATURE[0]) {
            pieces->is_refused = true;
            *count = 2;
            return " \033";
        }
    }
    return piece;
}

static int finish_load(lua_State *L, int status) {
    if (status == 0) return 1;
    lua_pushnil(L);
    lua_insert(L, -2);
    return 2;
}

static int sandbox_load(lua_State *L) {
    luaL_checktype(L, 1, LUA_TFUNCTION);
    const char *name = luaL_optstring(L, 2, "=(load)");
    lua_settop(L, 3);
    struct pieces pieces = {false, false};
    return finish_load(L, lua_load(L, read_pieces, &pieces, name));
}

static int sandbox_loadstring(lua_State *L) {
    size_t count;
    const char *text = luaL_checklstring(L, 1, &count);
    const char *name = luaL_optstring(L, 2, text);
    if (count > 0 && text[0] == LUA_SIGNATURE[0]) {
        text = " \033";
        count = 2;
    }
    return finish_load(L, luaL_loadbuffer(L, text, count, name));
}

// MARK: Functions of other libraries

/// A pattern with so many items that matching it could exhaust the stack.
#define PATTERN_ITEMS 5000

static void check_pattern(lua_State *L) {
    if (lua_type(L, 2) != LUA_TSTRING) return;
    size_t count;
    const char *pattern = lua_tolstring(L, 2, &count);
    if (count <= PATTERN_ITEMS) return;
    size_t items = 0;
    for (size_t index = 0; index < count; index++) {
        items += memchr("?*+-()%", pattern[index], 7) != NULL;
    }
    if (items > PATTERN_ITEMS) luaL_error(L, "pattern too complex");
}

static int sandbox_find(lua_State *L) {
    check_pattern(L);
    return engram_lua_machine(L)->find(L);
}

static int sandbox_match(lua_State *L) {
    check_pattern(L);
    return engram_lua_machine(L)->match(L);
}

static int sandbox_gmatch(lua_State *L) {
    check_pattern(L);
    return engram_lua_machine(L)->gmatch(L);
}

static int sandbox_gsub(lua_State *L) {
    check_pattern(L);
    return engram_lua_machine(L)->gsub(L);
}

static int sandbox_insert(lua_State *L) {
    if (is_frozen(L, 1)) return refuse_change(L);
    return engram_lua_machine(L)->insert(L);
}

// MARK: Putting it together

static void open_library(lua_State *L, const char *name, lua_CFunction open) {
    lua_pushcfunction(L, open);
    lua_pushstring(L, name);
    lua_call(L, 1, 0);
}

/// Removes all fields of the global table `name` but one.
static void keep_only(lua_State *L, const char *name, const char *field) {
    lua_createtable(L, 0, 1);
    lua_getglobal(L, name);
    lua_getfield(L, -1, field);
    lua_setfield(L, -3, field);
    lua_pop(L, 1);
    lua_setglobal(L, name);
}

/// Replaces a function of the library on top of the stack; returns the one it had.
static lua_CFunction exchange(lua_State *L, const char *name, lua_CFunction function) {
    lua_getfield(L, -1, name);
    lua_CFunction original = lua_tocfunction(L, -1);
    lua_pop(L, 1);
    lua_pushcfunction(L, function);
    lua_setfield(L, -2, name);
    return original;
}

static void replace_functions(lua_State *L) {
    engram_lua *machine = engram_lua_machine(L);
    static const luaL_Reg base[] = {
        {"rawset", sandbox_rawset},
        {"rawget", sandbox_rawget},
        {"next", sandbox_next},
        {"getmetatable", sandbox_getmetatable},
        {"setmetatable", sandbox_setmetatable},
        {"pcall", sandbox_pcall},
        {"xpcall", sandbox_xpcall},
        {"unpack", sandbox_unpack},
        {"load", sandbox_load},
        {"loadstring", sandbox_loadstring},
        {NULL, NULL},
    };
    for (const luaL_Reg *entry = base; entry->name; entry++) {
        lua_pushcfunction(L, entry->func);
        lua_setglobal(L, entry->name);
    }
    lua_getglobal(L, "next");
    lua_pushcclosure(L, sandbox_pairs, 1);
    lua_setglobal(L, "pairs");

    lua_getglobal(L, "string");
    machine->find = exchange(L, "find", sandbox_find);
    machine->match = exchange(L, "match", sandbox_match);
    machine->gmatch = exchange(L, "gmatch", sandbox_gmatch);
    exchange(L, "gfind", sandbox_gmatch);
    machine->gsub = exchange(L, "gsub", sandbox_gsub);
    lua_pop(L, 1);
    lua_getglobal(L, "table");
    machine->insert = exchange(L, "insert", sandbox_insert);
    lua_pop(L, 1);
    lua_getglobal(L, "coroutine");
    machine->resume = exchange(L, "resume", sandbox_resume);
    lua_pop(L, 1);
}

static void remove_globals(lua_State *L) {
    static const char *const names[] = {
        "dofile", "loadfile", "print", "module", "require", "package", "newproxy", "setfenv",
        "getfenv", "debug", NULL,
    };
    for (const char *const *name = names; *name; name++) {
        lua_pushnil(L);
        lua_setglobal(L, *name);
    }
}

/// Freezes the tables among the globals, and shows the metatable of strings frozen.
static void freeze_libraries(lua_State *L) {
    static const char *const names[] = {
        "string", "table", "math", "os", "coroutine", "redis", "cjson", "cmsgpack", "struct",
        "bit", NULL,
    };
    for (const char *const *name = names; *name; name++) {
        lua_getglobal(L, *name);
        engram_lua_freeze(L, 0);
        lua_setglobal(L, *name);
    }
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1);
    lua_createtable(L, 0, 1);
    lua_getglobal(L, "string");
    lua_setfield(L, -2, "__index");
    engram_lua_freeze(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 2);
}

/// Puts a frozen table in the place of the globals.
static void freeze_globals(lua_State *L) {
    engram_lua *machine = engram_lua_machine(L);
    lua_pushvalue(L, LUA_GLOBALSINDEX);
    lua_pushvalue(L, -1);
    machine->real_globals = luaL_ref(L, LUA_REGISTRYINDEX);
    refuse_unknown_names(L);
    lua_pushvalue(L, -2);
    engram_lua_freeze(L, -2);
    lua_pushvalue(L, -1);
    lua_setfield(L, -4, "_G");
    lua_replace(L, LUA_GLOBALSINDEX);
    lua_pop(L, 2);
}

/// The globals of a library that loads: `redis` alone.
static void open_load_globals(lua_State *L) {
    engram_lua *machine = engram_lua_machine(L);
    lua_createtable(L, 0, 1);
    engram_lua_open_loading(L);
    refuse_unknown_names(L);
    lua_pop(L, 1);
    engram_lua_freeze(L, 0);
    lua_setfield(L, -2, "redis");
    refuse_unknown_names(L);
    lua_pop(L, 1);
    machine->load_globals = luaL_ref(L, LUA_REGISTRYINDEX);
}

void engram_lua_open_sandbox(lua_State *L) {
    open_library(L, "", luaopen_base);
    open_library(L, LUA_TABLIBNAME, luaopen_table);
    open_library(L, LUA_STRLIBNAME, luaopen_string);
    open_library(L, LUA_MATHLIBNAME, luaopen_math);
    open_library(L, LUA_OSLIBNAME, luaopen_os);
    keep_only(L, "os", "clock");
    engram_lua_open_json(L);
    lua_setglobal(L, "cjson");
    engram_lua_open_struct(L);
    lua_setglobal(L, "struct");
    engram_lua_open_msgpack(L);
    lua_setglobal(L, "cmsgpack");
    engram_lua_open_bit(L);
    lua_setglobal(L, "bit");
    engram_lua_open_redis(L);
    lua_setglobal(L, "redis");
    lua_getglobal(L, "math");
    engram_lua_open_random(L);
    lua_pop(L, 1);
    replace_functions(L);
    remove_globals(L);
    lua_getglobal(L, "tostring");
    engram_lua_machine(L)->tostring = luaL_ref(L, LUA_REGISTRYINDEX);
    freeze_libraries(L);
    freeze_globals(L);
    if (engram_lua_machine(L)->is_for_functions) open_load_globals(L);
}
