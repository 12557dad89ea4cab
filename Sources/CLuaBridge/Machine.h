// SPDX-License-Identifier: Apache-2.0
#ifndef ENGRAM_MACHINE_H
#define ENGRAM_MACHINE_H

#include "include/CLuaBridge.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

/// Bytes that grow. Outside Lua's heap, so that a raised error cannot leak them: they stay with
/// the machine.
typedef struct {
    char *base;
    size_t count;
    size_t capacity;
} engram_lua_buffer;

struct engram_lua {
    lua_State *state;
    engram_lua_owner owner;
    bool is_for_functions;
    size_t memory;
    size_t memory_limit;
    /// Whether the limit holds: only while a protected call can report that it was reached.
    bool is_bounded;
    /// Set while a library loads, and only then may functions be registered.
    bool is_loading;
    bool is_running;
    /// The script has been killed: every protected call passes the error on.
    bool is_killed;
    /// What scripts get replies in: `redis.setresp`.
    int protocol;
    int runs_since_collection;
    /// Numbers in the registry: the function that runs scripts, the one that reports errors.
    int runner;
    int error_handler;
    int tostring;
    int real_globals;
    int load_globals;
    /// What encoders and decoders build in.
    engram_lua_buffer scratch;
    /// The reply of the script.
    engram_lua_buffer output;
    engram_lua_buffer message;
    /// The arguments of redis.call.
    engram_lua_bytes *words;
    size_t word_capacity;
    lua_CFunction find, match, gmatch, gsub, insert, resume;
};

engram_lua *engram_lua_machine(lua_State *L);

/// Makes room for more bytes; raises "not enough memory" where there is none.
void engram_lua_reserve(lua_State *L, engram_lua_buffer *buffer, size_t more);
void engram_lua_append(lua_State *L, engram_lua_buffer *buffer, const void *bytes, size_t count);
void engram_lua_append_byte(lua_State *L, engram_lua_buffer *buffer, char byte);
void engram_lua_append_text(lua_State *L, engram_lua_buffer *buffer, const char *text);
/// Gives back what an unusually large use has taken.
void engram_lua_trim(engram_lua_buffer *buffer);

/// Pushes `{err = "ERR text"}`; a text that begins with a minus brings its own code.
void engram_lua_push_error(lua_State *L, const char *text, size_t count);
int engram_lua_raise(lua_State *L, const char *text);

/// Puts a table that cannot be changed in the place of the one on top of the stack. `metatable` is
/// what getmetatable tells of it: a stack index, or 0 for nil.
void engram_lua_freeze(lua_State *L, int metatable);
/// Whether the value is a frozen table; if so, what it stands for is put in its place.
bool engram_lua_thaw(lua_State *L, int index);
/// Puts another table behind a frozen one.
void engram_lua_set_behind(lua_State *L, int frozen, int table);

void engram_lua_open_sandbox(lua_State *L);
void engram_lua_open_redis(lua_State *L);
void engram_lua_open_loading(lua_State *L);
void engram_lua_open_json(lua_State *L);
void engram_lua_open_msgpack(lua_State *L);
void engram_lua_open_struct(lua_State *L);
void engram_lua_open_bit(lua_State *L);
void engram_lua_open_random(lua_State *L);

/// Pushes a reply as Lua sees it.
void engram_lua_push_reply(lua_State *L, engram_lua_bytes reply);
/// Writes the value on top of the stack as a reply, and pops it.
void engram_lua_write_reply(lua_State *L, engram_lua_buffer *output, bool is_resp3);
/// Writes an error reply; line ends within it become spaces.
void engram_lua_write_error(lua_State *L, engram_lua_buffer *output, const char *text,
                            size_t count);
/// Writes a number's shortest text; returns its length.
size_t engram_lua_number_text(lua_State *L, double number, char text[40]);

#endif
