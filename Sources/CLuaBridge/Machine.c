// SPDX-License-Identifier: Apache-2.0
#include "Machine.h"

#include <stdlib.h>
#include <string.h>

/// So many instructions pass between two looks at the clock.
#define TICK_INSTRUCTIONS 100000
/// Garbage is collected in a step of this size, once in as many runs.
#define COLLECTION_PERIOD 50
/// Buffers keep no more than this between two uses.
#define KEPT_BYTES (256 * 1024)

// MARK: Memory

static void *allocate(void *context, void *block, size_t old_size, size_t new_size) {
    engram_lua *machine = context;
    if (new_size == 0) {
        machine->memory -= old_size;
        free(block);
        return NULL;
    }
    // Outside a protected call nobody could take the error, and shrinking must never fail.
    if (machine->is_bounded && new_size > old_size
        && machine->memory - old_size + new_size > machine->memory_limit) {
        return NULL;
    }
    void *moved = realloc(block, new_size);
    if (moved) machine->memory = machine->memory - old_size + new_size;
    return moved;
}

engram_lua *engram_lua_machine(lua_State *L) {
    void *machine;
    lua_getallocf(L, &machine);
    return machine;
}

size_t engram_lua_memory(const engram_lua *machine) {
    return machine->memory + machine->scratch.capacity + machine->output.capacity;
}

void engram_lua_reserve(lua_State *L, engram_lua_buffer *buffer, size_t more) {
    if (buffer->capacity - buffer->count >= more) return;
    engram_lua *machine = engram_lua_machine(L);
    size_t needed = buffer->count + more;
    if (needed < more || needed > machine->memory_limit) luaL_error(L, "not enough memory");
    size_t capacity = buffer->capacity < 512 ? 1024 : buffer->capacity * 2;
    if (capacity < needed) capacity = needed;
    char *base = realloc(buffer->base, capacity);
    if (!base) luaL_error(L, "not enough memory");
    buffer->base = base;
    buffer->capacity = capacity;
}

void engram_lua_append(lua_State *L, engram_lua_buffer *buffer, const void *bytes, size_t count) {
    engram_lua_reserve(L, buffer, count);
    if (count > 0) memcpy(buffer->base + buffer->count, bytes, count);
    buffer->count += count;
}

void engram_lua_append_byte(lua_State *L, engram_lua_buffer *buffer, char byte) {
    engram_lua_reserve(L, buffer, 1);
    buffer->base[buffer->count++] = byte;
}

void engram_lua_append_text(lua_State *L, engram_lua_buffer *buffer, const char *text) {
    engram_lua_append(L, buffer, text, strlen(text));
}

void engram_lua_trim(engram_lua_buffer *buffer) {
    buffer->count = 0;
    if (buffer->capacity <= KEPT_BYTES) return;
    free(buffer->base);
    *buffer = (engram_lua_buffer){0};
}

/// Sets the message without raising: it is cut where memory ends.
static void set_message(engram_lua *machine, const char *prefix, const char *text, size_t count) {
    engram_lua_buffer *message = &machine->message;
    size_t length = strlen(prefix) + count;
    if (message->capacity < length) {
        char *base = realloc(message->base, length);
        if (!base) {
            message->count = 0;
            return;
        }
        message->base = base;
        message->capacity = length;
    }
    memcpy(message->base, prefix, strlen(prefix));
    if (count > 0) memcpy(message->base + strlen(prefix), text, count);
    message->count = length;
}

engram_lua_bytes engram_lua_message(const engram_lua *machine) {
    return (engram_lua_bytes){machine->message.base, machine->message.count};
}

void engram_lua_collect(engram_lua *machine, bool all) {
    if (all) {
        lua_gc(machine->state, LUA_GCCOLLECT, 0);
    } else if (++machine->runs_since_collection >= COLLECTION_PERIOD) {
        lua_gc(machine->state, LUA_GCSTEP, COLLECTION_PERIOD);
        machine->runs_since_collection = 0;
    }
}

// MARK: Errors

void engram_lua_push_error(lua_State *L, const char *text, size_t count) {
    const char *code = "ERR";
    size_t code_count = 3;
    if (count > 0 && text[0] == '-') {
        const char *space = memchr(text, ' ', count);
        const char *message = space ? space + 1 : text + 1;
        if (space) {
            code = text + 1;
            code_count = (size_t)(space - code);
        }
        count -= (size_t)(message - text);
        text = message;
    }
    while (count > 0 && (text[0] == '\r' || text[0] == '\n')) text++, count--;
    while (count > 0 && (text[count - 1] == '\r' || text[count - 1] == '\n')) count--;
    lua_createtable(L, 0, 2);
    lua_pushlstring(L, code, code_count);
    lua_pushliteral(L, " ");
    lua_pushlstring(L, text, count);
    lua_concat(L, 3);
    lua_setfield(L, -2, "err");
}

int engram_lua_raise(lua_State *L, const char *text) {
    engram_lua_push_error(L, text, strlen(text));
    return lua_error(L);
}

/// Makes an error a table that says where it happened. An error of a C function is told of its
/// caller, as that is what the author of a script can look at.
static int report_error(lua_State *L) {
    lua_Debug place;
    bool is_placed = lua_getstack(L, 1, &place) && lua_getinfo(L, "Sl", &place);
    if (is_placed && place.what[0] == 'C') {
        is_placed = lua_getstack(L, 2, &place) && lua_getinfo(L, "Sl", &place);
    }
    if (!lua_istable(L, 1)) {
        lua_createtable(L, 0, 3);
        lua_pushliteral(L, "ERR ");
        lua_rawgeti(L, LUA_REGISTRYINDEX, engram_lua_machine(L)->tostring);
        lua_pushvalue(L, 1);
        lua_call(L, 1, 1);
        lua_concat(L, 2);
        lua_setfield(L, -2, "err");
        lua_replace(L, 1);
    }
    lua_settop(L, 1);
    if (is_placed) {
        lua_pushstring(L, place.source);
        lua_setfield(L, 1, "source");
        lua_pushinteger(L, place.currentline);
        lua_setfield(L, 1, "line");
    }
    return 1;
}

static void hook(lua_State *L, lua_Debug *activation) {
    (void)activation;
    engram_lua *machine = engram_lua_machine(L);
    if (!machine->is_running && !machine->is_loading) return;
    engram_lua_verdict verdict =
        machine->is_killed ? ENGRAM_LUA_KILL : machine->owner.tick(machine->owner.context);
    if (verdict == ENGRAM_LUA_GO_ON) return;
    machine->is_killed = true;
    // From now on every line raises, so that no pcall of the script can hold on.
    lua_sethook(L, hook, LUA_MASKLINE, 0);
    if (verdict == ENGRAM_LUA_LOAD_TIMEOUT) {
        engram_lua_raise(L, "FUNCTION LOAD timeout");
    } else {
        engram_lua_raise(L, "Script killed by user with SCRIPT KILL...");
    }
}

// MARK: Running

/// What a protected run works on.
struct run {
    engram_lua *machine;
    int function;
    engram_lua_bytes name;
    const engram_lua_bytes *words;
    size_t key_count;
    size_t argument_count;
    bool is_resp3;
};

static void push_words(lua_State *L, const engram_lua_bytes *words, size_t count) {
    lua_createtable(L, count > 1 << 20 ? 1 << 20 : (int)count, 0);
    for (size_t index = 0; index < count; index++) {
        lua_pushlstring(L, words[index].base, words[index].count);
        lua_rawseti(L, -2, (int)index + 1);
    }
}

static const char *string_field(lua_State *L, int table, const char *name, size_t *count) {
    lua_pushstring(L, name);
    lua_rawget(L, table);
    const char *text = lua_isstring(L, -1) ? lua_tolstring(L, -1, count) : NULL;
    return text;
}

/// Writes the error on top of the stack as the script's reply.
static void write_failure(lua_State *L, const struct run *run) {
    engram_lua *machine = run->machine;
    engram_lua_buffer *output = &machine->output;
    int error = lua_gettop(L);
    machine->scratch.count = 0;
    bool is_counted = false;
    if (!lua_istable(L, error)) {
        const char *text = lua_isstring(L, error) ? lua_tostring(L, error) : "execution failure";
        engram_lua_append_text(L, &machine->scratch, "ERR Error running script ");
        engram_lua_append(L, &machine->scratch, run->name.base, run->name.count);
        engram_lua_append_text(L, &machine->scratch, ", ");
        engram_lua_append(L, &machine->scratch, text, strnlen(text, 100));
    } else {
        size_t count;
        const char *text = string_field(L, error, "err", &count);
        engram_lua_append_text(L, &machine->scratch, text ? text : "ERR unknown error");
        const char *source = string_field(L, error, "source", &count);
        const char *line = string_field(L, error, "line", &count);
        if (source && line) {
            engram_lua_append_text(L, &machine->scratch, " script: ");
            engram_lua_append(L, &machine->scratch, run->name.base, run->name.count);
            engram_lua_append_text(L, &machine->scratch, ", on ");
            engram_lua_append_text(L, &machine->scratch, source);
            engram_lua_append_text(L, &machine->scratch, ":");
            engram_lua_append_text(L, &machine->scratch, line);
            engram_lua_append_text(L, &machine->scratch, ".");
        }
        lua_pushliteral(L, "ignore_error_stats_update");
        lua_rawget(L, error);
        is_counted = lua_toboolean(L, -1);
    }
    engram_lua_write_error(L, output, machine->scratch.base, machine->scratch.count);
    if (!is_counted) {
        engram_lua_bytes text = {machine->scratch.base, machine->scratch.count};
        machine->owner.count_error(machine->owner.context, text);
    }
}

/// Everything about a run that may raise.
static int run_protected(lua_State *L) {
    const struct run *run = lua_touserdata(L, 1);
    engram_lua *machine = run->machine;
    lua_settop(L, 0);
    lua_rawgeti(L, LUA_REGISTRYINDEX, machine->error_handler);
    lua_rawgeti(L, LUA_REGISTRYINDEX, run->function);
    int values = 0;
    if (machine->is_for_functions) {
        push_words(L, run->words, run->key_count);
        push_words(L, run->words + run->key_count, run->argument_count);
        values = 2;
    } else {
        lua_rawgeti(L, LUA_REGISTRYINDEX, machine->real_globals);
        lua_pushliteral(L, "KEYS");
        push_words(L, run->words, run->key_count);
        lua_rawset(L, -3);
        lua_pushliteral(L, "ARGV");
        push_words(L, run->words + run->key_count, run->argument_count);
        lua_rawset(L, -3);
        lua_pop(L, 1);
    }
    if (lua_pcall(L, values, 1, 1) != 0) {
        write_failure(L, run);
    } else {
        engram_lua_write_reply(L, &machine->output, run->is_resp3);
    }
    return 0;
}

engram_lua_bytes engram_lua_run(engram_lua *machine, int function, engram_lua_bytes name,
                                const engram_lua_bytes *words, size_t key_count,
                                size_t argument_count, bool is_resp3) {
    lua_State *L = machine->state;
    struct run run = {machine, function, name, words, key_count, argument_count, is_resp3};
    engram_lua_trim(&machine->output);
    machine->protocol = 2;
    machine->is_killed = false;
    machine->is_running = true;
    lua_rawgeti(L, LUA_REGISTRYINDEX, machine->runner);
    lua_pushlightuserdata(L, &run);
    machine->is_bounded = true;
    int status = lua_pcall(L, 1, 0, 0);
    machine->is_bounded = false;
    machine->is_running = false;
    if (machine->is_killed) lua_sethook(L, hook, LUA_MASKCOUNT, TICK_INSTRUCTIONS);
    machine->is_killed = false;
    engram_lua_bytes reply;
    if (status == 0) {
        reply = (engram_lua_bytes){machine->output.base, machine->output.count};
    } else {
        // No memory even for the reply.
        static const char text[] = "-ERR Error running script, not enough memory\r\n";
        reply = (engram_lua_bytes){text, sizeof text - 1};
    }
    lua_settop(L, 0);
    if (machine->memory > machine->memory_limit / 2) engram_lua_collect(machine, true);
    engram_lua_collect(machine, false);
    engram_lua_trim(&machine->scratch);
    return reply;
}

// MARK: Compiling

struct text {
    engram_lua_bytes code;
    const char *name;
    bool is_library;
};

/// Hands the text out whole; what begins as compiled code does begins with a space here, so that
/// it is read as text, and is none.
static const char *read_text(lua_State *L, void *context, size_t *count) {
    (void)L;
    struct text *text = context;
    if (text->code.count == 0) return NULL;
    if (text->code.base[0] == LUA_SIGNATURE[0]) {
        text->code.count = 0;
        *count = 2;
        return " \033";
    }
    *count = text->code.count;
    text->code.count = 0;
    return text->code.base;
}

static int compile_protected(lua_State *L) {
    struct text *text = lua_touserdata(L, 1);
    if (lua_load(L, read_text, text, text->name) != 0) return lua_error(L);
    int *function = lua_touserdata(L, 2);
    *function = luaL_ref(L, LUA_REGISTRYINDEX);
    return 0;
}

/// Calls a C function under lua_pcall with pointers for arguments.
static int call_protected(lua_State *L, lua_CFunction function, void *first, void *second) {
    engram_lua *machine = engram_lua_machine(L);
    lua_pushcfunction(L, function);
    lua_pushlightuserdata(L, first);
    lua_pushlightuserdata(L, second);
    machine->is_bounded = true;
    int status = lua_pcall(L, 2, 0, 0);
    machine->is_bounded = false;
    return status;
}

static void take_message(engram_lua *machine, const char *prefix) {
    lua_State *L = machine->state;
    size_t count = 0;
    const char *text = NULL;
    if (lua_type(L, -1) == LUA_TSTRING) text = lua_tolstring(L, -1, &count);
    if (!text) text = "unknown error", count = strlen(text);
    set_message(machine, prefix, text, count);
    lua_settop(L, 0);
}

int engram_lua_compile(engram_lua *machine, engram_lua_bytes code) {
    struct text text = {code, "@user_script", false};
    int function = -1;
    if (call_protected(machine->state, compile_protected, &text, &function) == 0) {
        engram_lua_collect(machine, false);
        return function;
    }
    take_message(machine, "ERR Error compiling script (new function): ");
    engram_lua_collect(machine, false);
    return -1;
}

void engram_lua_release(engram_lua *machine, int function) {
    luaL_unref(machine->state, LUA_REGISTRYINDEX, function);
}

static int load_protected(lua_State *L) {
    engram_lua *machine = engram_lua_machine(L);
    struct text *text = lua_touserdata(L, 1);
    const char **stage = lua_touserdata(L, 2);
    lua_settop(L, 0);
    *stage = "ERR Error compiling function: ";
    if (lua_load(L, read_text, text, text->name) != 0) return lua_error(L);
    *stage = "ERR Error registering functions: ";
    machine->is_loading = true;
    int status = lua_pcall(L, 0, 0, 0);
    machine->is_loading = false;
    if (status == 0) return 0;
    if (lua_istable(L, -1)) {
        lua_pushliteral(L, "err");
        lua_rawget(L, -2);
        if (!lua_isstring(L, -1)) lua_pushliteral(L, "ERR unknown error");
    } else {
        lua_pushliteral(L, "ERR ");
        if (lua_isstring(L, -2)) {
            lua_pushvalue(L, -2);
        } else {
            lua_pushliteral(L, "unknown error");
        }
        lua_concat(L, 2);
    }
    return lua_error(L);
}

int engram_lua_load_library(engram_lua *machine, engram_lua_bytes code) {
    lua_State *L = machine->state;
    struct text text = {code, "@user_function", true};
    const char *stage = "ERR ";
    lua_rawgeti(L, LUA_REGISTRYINDEX, machine->load_globals);
    engram_lua_set_behind(L, LUA_GLOBALSINDEX, -1);
    lua_pop(L, 1);
    machine->is_killed = false;
    int status = call_protected(L, load_protected, &text, &stage);
    machine->is_loading = false;
    if (machine->is_killed) lua_sethook(L, hook, LUA_MASKCOUNT, TICK_INSTRUCTIONS);
    machine->is_killed = false;
    if (status != 0) take_message(machine, stage);
    lua_rawgeti(L, LUA_REGISTRYINDEX, machine->real_globals);
    engram_lua_set_behind(L, LUA_GLOBALSINDEX, -1);
    lua_settop(L, 0);
    engram_lua_collect(machine, false);
    return status == 0 ? 0 : -1;
}

// MARK: Opening

static int open_protected(lua_State *L) {
    engram_lua *machine = engram_lua_machine(L);
    engram_lua_open_sandbox(L);
    lua_pushcfunction(L, run_protected);
    machine->runner = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_pushcfunction(L, report_error);
    machine->error_handler = luaL_ref(L, LUA_REGISTRYINDEX);
    return 0;
}

engram_lua *engram_lua_open(const engram_lua_owner *owner, bool for_functions,
                            size_t memory_limit) {
    engram_lua *machine = calloc(1, sizeof *machine);
    if (!machine) return NULL;
    machine->owner = *owner;
    machine->is_for_functions = for_functions;
    machine->memory_limit = memory_limit;
    machine->protocol = 2;
    machine->state = lua_newstate(allocate, machine);
    if (!machine->state || lua_cpcall(machine->state, open_protected, NULL) != 0) {
        engram_lua_close(machine);
        return NULL;
    }
    lua_settop(machine->state, 0);
    // Set for good: a coroutine inherits the hook of whoever creates it.
    lua_sethook(machine->state, hook, LUA_MASKCOUNT, TICK_INSTRUCTIONS);
    return machine;
}

void engram_lua_close(engram_lua *machine) {
    if (machine->state) lua_close(machine->state);
    free(machine->scratch.base);
    free(machine->output.base);
    free(machine->message.base);
    free(machine->words);
    free(machine);
}
