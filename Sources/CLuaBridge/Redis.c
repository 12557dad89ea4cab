// SPDX-License-Identifier: Apache-2.0
#include "Machine.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

// The table `redis` of scripts.

/// The version of Redis whose behaviour scripts find.
#define VERSION "8.2.3"
#define VERSION_NUMBER 0x00080203

/// Redis's levels of log texts.
enum { LOG_DEBUG, LOG_VERBOSE, LOG_NOTICE, LOG_WARNING };

/// What effects of a script are told to: the log, the replicas.
enum { TO_LOG = 1, TO_REPLICAS = 2 };

static const char *const flag_names[ENGRAM_LUA_FLAG_COUNT] = {
    "no-writes", "allow-oom", "allow-stale", "no-cluster", "allow-cross-slot-keys",
};

const char *engram_lua_flag_name(int index) {
    return index >= 0 && index < ENGRAM_LUA_FLAG_COUNT ? flag_names[index] : NULL;
}

size_t engram_lua_number_text(lua_State *L, double number, char text[40]) {
    engram_lua *machine = engram_lua_machine(L);
    return machine->owner.number_text(machine->owner.context, number, text);
}

/// The caller's machine, if it runs a script: outside one, as while a library loads, there is no
/// client to act for.
static engram_lua *running_machine(lua_State *L) {
    engram_lua *machine = engram_lua_machine(L);
    if (!machine->is_running) luaL_error(L, "this function can only be called by a running script");
    return machine;
}

// MARK: redis.call

/// The text of a number: integers without an exponent, as long as they are exact.
static size_t number_argument(lua_State *L, double number, char text[40]) {
    return engram_lua_number_text(L, number, text);
}

/// Collects the arguments on the stack as words. Texts of numbers stand in the scratch buffer.
/// Pushes an error and returns 0 when they are no command.
static size_t collect_words(lua_State *L, engram_lua *machine) {
    int count = lua_gettop(L);
    if (count == 0) {
        static const char text[] = "Please specify at least one argument for this redis lib call";
        engram_lua_push_error(L, text, sizeof text - 1);
        return 0;
    }
    if ((size_t)count > machine->word_capacity) {
        engram_lua_bytes *words = realloc(machine->words, (size_t)count * sizeof *words);
        if (!words) luaL_error(L, "not enough memory");
        machine->words = words;
        machine->word_capacity = (size_t)count;
    }
    machine->scratch.count = 0;
    engram_lua_reserve(L, &machine->scratch, (size_t)count * 40);
    for (int index = 0; index < count; index++) {
        engram_lua_bytes *word = &machine->words[index];
        int type = lua_type(L, index + 1);
        if (type == LUA_TNUMBER) {
            char *text = machine->scratch.base + machine->scratch.count;
            word->base = text;
            word->count = number_argument(L, lua_tonumber(L, index + 1), text);
            machine->scratch.count += word->count;
        } else if (type == LUA_TSTRING) {
            word->base = lua_tolstring(L, index + 1, &word->count);
        } else {
            static const char text[] =
                "Lua redis lib command arguments must be strings or integers";
            engram_lua_push_error(L, text, sizeof text - 1);
            return 0;
        }
    }
    return (size_t)count;
}

static int run_command(lua_State *L, bool raises) {
    engram_lua *machine = running_machine(L);
    size_t count = collect_words(L, machine);
    if (count == 0) return raises ? lua_error(L) : 1;
    engram_lua_bytes reply = machine->owner.call(machine->owner.context, machine->words, count,
                                                 machine->protocol);
    // The words are not needed any more: room for the reply.
    lua_settop(L, 0);
    bool is_error = reply.count > 0 && reply.base[0] == '-';
    engram_lua_push_reply(L, reply);
    return raises && is_error ? lua_error(L) : 1;
}

static int redis_call(lua_State *L) { return run_command(L, true); }

static int redis_pcall(lua_State *L) { return run_command(L, false); }

static int redis_acl_check_cmd(lua_State *L) {
    engram_lua *machine = running_machine(L);
    size_t count = collect_words(L, machine);
    if (count == 0) return lua_error(L);
    int may = machine->owner.may_run(machine->owner.context, machine->words, count);
    if (may < 0) return engram_lua_raise(L, "Invalid command passed to redis.acl_check_cmd()");
    lua_pushboolean(L, may);
    return 1;
}

// MARK: Replies

static int redis_error_reply(lua_State *L) {
    if (lua_gettop(L) != 1 || lua_type(L, 1) != LUA_TSTRING) {
        static const char text[] = "wrong number or type of arguments";
        engram_lua_push_error(L, text, sizeof text - 1);
        return 1;
    }
    size_t count;
    const char *text = lua_tolstring(L, 1, &count);
    count = strlen(text);
    if (text[0] != '-') {
        lua_pushliteral(L, "-");
        lua_pushlstring(L, text, count);
        lua_concat(L, 2);
        text = lua_tolstring(L, -1, &count);
    }
    engram_lua_push_error(L, text, count);
    return 1;
}

static int redis_status_reply(lua_State *L) {
    if (lua_gettop(L) != 1 || lua_type(L, 1) != LUA_TSTRING) {
        static const char text[] = "wrong number or type of arguments";
        engram_lua_push_error(L, text, sizeof text - 1);
        return 1;
    }
    lua_createtable(L, 0, 1);
    lua_pushvalue(L, 1);
    lua_setfield(L, -2, "ok");
    return 1;
}

// MARK: The rest

static int redis_sha1hex(lua_State *L) {
    if (lua_gettop(L) != 1) return engram_lua_raise(L, "wrong number of arguments");
    size_t count = 0;
    const char *text = lua_tolstring(L, 1, &count);
    char digits[40];
    engram_lua_sha1(text, count, digits);
    lua_pushlstring(L, digits, sizeof digits);
    return 1;
}

static int redis_log(lua_State *L) {
    engram_lua *machine = engram_lua_machine(L);
    int count = lua_gettop(L);
    if (count < 2) return engram_lua_raise(L, "redis.log() requires two arguments or more.");
    if (!lua_isnumber(L, 1)) {
        return engram_lua_raise(L, "First argument must be a number (log level).");
    }
    lua_Number level = lua_tonumber(L, 1);
    if (!(level > -1 && level < LOG_WARNING + 1)) {
        return engram_lua_raise(L, "Invalid log level.");
    }
    if (!machine->owner.logs(machine->owner.context, (int)level)) return 0;
    machine->scratch.count = 0;
    for (int index = 2; index <= count; index++) {
        size_t length;
        const char *text = lua_tolstring(L, index, &length);
        if (!text) continue;
        if (index > 2) engram_lua_append_byte(L, &machine->scratch, ' ');
        engram_lua_append(L, &machine->scratch, text, length);
    }
    engram_lua_bytes line = {machine->scratch.base, machine->scratch.count};
    machine->owner.log(machine->owner.context, (int)level, line);
    return 0;
}

static int redis_setresp(lua_State *L) {
    engram_lua *machine = running_machine(L);
    if (lua_gettop(L) != 1) return engram_lua_raise(L, "redis.setresp() requires one argument.");
    lua_Number version = lua_tonumber(L, 1);
    if (version >= 2 && version < 3) {
        machine->protocol = 2;
    } else if (version >= 3 && version < 4) {
        machine->protocol = 3;
    } else {
        return engram_lua_raise(L, "RESP version must be 2 or 3.");
    }
    return 0;
}

/// Checks its argument, no more: effects are told as they happen, to whoever listens.
static int redis_set_repl(lua_State *L) {
    running_machine(L);
    if (lua_gettop(L) != 1) return engram_lua_raise(L, "redis.set_repl() requires one argument.");
    lua_Number flags = lua_tonumber(L, 1);
    if (!(flags > -1 && flags < (TO_LOG | TO_REPLICAS) + 1)) {
        return engram_lua_raise(L, "Invalid replication flags. Use REPL_AOF, REPL_REPLICA, "
                                   "REPL_ALL or REPL_NONE.");
    }
    return 0;
}

/// Effects are always what is replicated, so this says yes.
static int redis_replicate_commands(lua_State *L) {
    lua_pushboolean(L, 1);
    return 1;
}

/// There is no debugger to stop for.
static int redis_breakpoint(lua_State *L) {
    lua_pushboolean(L, 0);
    return 1;
}

static int redis_debug(lua_State *L) {
    (void)L;
    return 0;
}

// MARK: redis.register_function

/// What a library registers.
struct registration {
    engram_lua_bytes name;
    engram_lua_bytes description;
    bool has_description;
    uint32_t flags;
    int function;
};

static bool read_flags(lua_State *L, int table, uint32_t *flags) {
    for (int place = 1;; place++) {
        lua_rawgeti(L, table, place);
        if (lua_isnil(L, -1)) {
            lua_pop(L, 1);
            return true;
        }
        if (!lua_isstring(L, -1)) return false;
        const char *name = lua_tostring(L, -1);
        int index = 0;
        while (index < ENGRAM_LUA_FLAG_COUNT && strcasecmp(flag_names[index], name) != 0) index++;
        if (index == ENGRAM_LUA_FLAG_COUNT) return false;
        *flags |= 1u << index;
        lua_pop(L, 1);
    }
}

/// Reads one named argument: key and value on top of the stack. Returns what is wrong with it.
static const char *read_named(lua_State *L, struct registration *registration) {
    if (lua_type(L, -2) != LUA_TSTRING) {
        return lua_isnumber(L, -2)
                   ? "unknown argument given to redis.register_function"
                   : "named argument key given to redis.register_function is not a string";
    }
    const char *key = lua_tostring(L, -2);
    if (strcasecmp(key, "function_name") == 0) {
        if (!lua_isstring(L, -1)) {
            return "function_name argument given to redis.register_function must be a string";
        }
        registration->name.base = lua_tolstring(L, -1, &registration->name.count);
        // Kept below the iteration, as a number's text belongs to nobody else.
        lua_pushvalue(L, -1);
        lua_replace(L, 2);
    } else if (strcasecmp(key, "description") == 0) {
        if (!lua_isstring(L, -1)) {
            return "description argument given to redis.register_function must be a string";
        }
        registration->description.base = lua_tolstring(L, -1, &registration->description.count);
        registration->has_description = true;
        lua_pushvalue(L, -1);
        lua_replace(L, 3);
    } else if (strcasecmp(key, "callback") == 0) {
        if (!lua_isfunction(L, -1)) {
            return "callback argument given to redis.register_function must be a function";
        }
        luaL_unref(L, LUA_REGISTRYINDEX, registration->function);
        lua_pushvalue(L, -1);
        registration->function = luaL_ref(L, LUA_REGISTRYINDEX);
    } else if (strcasecmp(key, "flags") == 0) {
        if (!lua_istable(L, -1)) {
            return "flags argument to redis.register_function must be a table representing "
                   "function flags";
        }
        if (!read_flags(L, lua_gettop(L), &registration->flags)) return "unknown flag given";
    } else {
        return "unknown argument given to redis.register_function";
    }
    return NULL;
}

static const char *read_named_arguments(lua_State *L, struct registration *registration) {
    if (!lua_istable(L, 1)) {
        return "calling redis.register_function with a single argument is only applicable to Lua "
               "table (representing named arguments).";
    }
    lua_settop(L, 3);
    lua_pushnil(L);
    while (lua_next(L, 1)) {
        const char *problem = read_named(L, registration);
        if (problem) return problem;
        lua_pop(L, 1);
    }
    if (!registration->name.base) {
        return "redis.register_function must get a function name argument";
    }
    if (registration->function == LUA_NOREF) {
        return "redis.register_function must get a callback argument";
    }
    return NULL;
}

static const char *read_positional_arguments(lua_State *L, struct registration *registration) {
    if (!lua_isstring(L, 1)) {
        return "first argument to redis.register_function must be a string";
    }
    if (!lua_isfunction(L, 2)) {
        return "second argument to redis.register_function must be a function";
    }
    registration->name.base = lua_tolstring(L, 1, &registration->name.count);
    lua_pushvalue(L, 2);
    registration->function = luaL_ref(L, LUA_REGISTRYINDEX);
    return NULL;
}

static int redis_register_function(lua_State *L) {
    engram_lua *machine = engram_lua_machine(L);
    if (!machine->is_loading) {
        return engram_lua_raise(
            L, "redis.register_function can only be called on FUNCTION LOAD command");
    }
    int count = lua_gettop(L);
    if (count < 1 || count > 2) {
        return engram_lua_raise(L, "wrong number of arguments to redis.register_function");
    }
    struct registration registration = {.function = LUA_NOREF};
    const char *problem = count == 1 ? read_named_arguments(L, &registration)
                                     : read_positional_arguments(L, &registration);
    if (!problem) {
        problem = machine->owner.register_function(
            machine->owner.context, registration.name,
            registration.has_description ? &registration.description : NULL, registration.flags,
            registration.function);
    }
    if (!problem) return 0;
    luaL_unref(L, LUA_REGISTRYINDEX, registration.function);
    return engram_lua_raise(L, problem);
}

// MARK: Putting it together

static void set_number(lua_State *L, const char *name, int number) {
    lua_pushinteger(L, number);
    lua_setfield(L, -2, name);
}

static void set_functions(lua_State *L, const luaL_Reg *functions) {
    for (const luaL_Reg *entry = functions; entry->name; entry++) {
        lua_pushcfunction(L, entry->func);
        lua_setfield(L, -2, entry->name);
    }
}

static void set_log_and_version(lua_State *L) {
    lua_pushcfunction(L, redis_log);
    lua_setfield(L, -2, "log");
    set_number(L, "LOG_DEBUG", LOG_DEBUG);
    set_number(L, "LOG_VERBOSE", LOG_VERBOSE);
    set_number(L, "LOG_NOTICE", LOG_NOTICE);
    set_number(L, "LOG_WARNING", LOG_WARNING);
    set_number(L, "REDIS_VERSION_NUM", VERSION_NUMBER);
    lua_pushliteral(L, VERSION);
    lua_setfield(L, -2, "REDIS_VERSION");
}

void engram_lua_open_redis(lua_State *L) {
    static const luaL_Reg calls[] = {
        {"call", redis_call},
        {"pcall", redis_pcall},
        {NULL, NULL},
    };
    static const luaL_Reg replies[] = {
        {"setresp", redis_setresp},
        {"sha1hex", redis_sha1hex},
        {"error_reply", redis_error_reply},
        {"status_reply", redis_status_reply},
        {"set_repl", redis_set_repl},
        {NULL, NULL},
    };
    static const luaL_Reg scripts_only[] = {
        {"breakpoint", redis_breakpoint},
        {"debug", redis_debug},
        {"replicate_commands", redis_replicate_commands},
        {NULL, NULL},
    };
    // In the order in which Redis makes it: that is the order in which `pairs` goes through it.
    lua_createtable(L, 0, 0);
    set_functions(L, calls);
    set_log_and_version(L);
    set_functions(L, replies);
    set_number(L, "REPL_NONE", 0);
    set_number(L, "REPL_AOF", TO_LOG);
    set_number(L, "REPL_SLAVE", TO_REPLICAS);
    set_number(L, "REPL_REPLICA", TO_REPLICAS);
    set_number(L, "REPL_ALL", TO_LOG | TO_REPLICAS);
    lua_pushcfunction(L, redis_acl_check_cmd);
    lua_setfield(L, -2, "acl_check_cmd");
    if (!engram_lua_machine(L)->is_for_functions) set_functions(L, scripts_only);
}

void engram_lua_open_loading(lua_State *L) {
    lua_createtable(L, 0, 8);
    lua_pushcfunction(L, redis_register_function);
    lua_setfield(L, -2, "register_function");
    set_log_and_version(L);
}
