// SPDX-License-Identifier: Apache-2.0
#ifndef CLUABRIDGE_H
#define CLUABRIDGE_H

// The Lua machine that scripts run on. In C, because Lua reports errors by longjmp, which must never
// cross a Swift frame: Swift is called from here only for work that returns, and whatever can raise
// is done here, under lua_pcall.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct engram_lua engram_lua;

/// Bytes that somebody else owns.
typedef struct {
    const char *base;
    size_t count;
} engram_lua_bytes;

/// What the hook of a running script says.
typedef enum {
    ENGRAM_LUA_GO_ON = 0,
    ENGRAM_LUA_KILL = 1,
    ENGRAM_LUA_LOAD_TIMEOUT = 2,
} engram_lua_verdict;

/// What a machine asks of its owner. Nothing here may raise a Lua error.
typedef struct {
    void *context;
    /// Runs a command; the reply, in the given protocol version, lives until the next call.
    engram_lua_bytes (*call)(void *context, const engram_lua_bytes *words, size_t count,
                             int protocol);
    /// Whether the client may run a command: 1 yes, 0 no, -1 there is no such command.
    int (*may_run)(void *context, const engram_lua_bytes *words, size_t count);
    void (*log)(void *context, int level, engram_lua_bytes text);
    /// Whether texts of this level are logged at all.
    bool (*logs)(void *context, int level);
    /// Asked every 100,000 instructions.
    engram_lua_verdict (*tick)(void *context);
    /// Counts an error reply that a script itself made.
    void (*count_error)(void *context, engram_lua_bytes text);
    /// A library registers a function: NULL, or why that is refused.
    const char *(*register_function)(void *context, engram_lua_bytes name,
                                     const engram_lua_bytes *description, uint32_t flags,
                                     int function);
    /// The shortest text that reads back as the number; returns its length, at most 40.
    size_t (*number_text)(void *context, double number, char *text);
    /// The state of math.random, shared by all machines.
    uint64_t *random;
} engram_lua_owner;

/// Flags of scripts and functions, by their place in `engram_lua_flag_names`.
enum {
    ENGRAM_LUA_NO_WRITES = 1 << 0,
    ENGRAM_LUA_ALLOW_OOM = 1 << 1,
    ENGRAM_LUA_ALLOW_STALE = 1 << 2,
    ENGRAM_LUA_NO_CLUSTER = 1 << 3,
    ENGRAM_LUA_ALLOW_CROSS_SLOT = 1 << 4,
};
#define ENGRAM_LUA_FLAG_COUNT 5
const char *engram_lua_flag_name(int index);

/// The value of `math.random`'s state when nothing has seeded it.
#define ENGRAM_LUA_RANDOM_START 0x1234ABCD330EULL

/// A machine, or NULL without memory. One for functions has `redis.register_function` while a
/// library loads; one for scripts has the globals KEYS and ARGV.
engram_lua *engram_lua_open(const engram_lua_owner *owner, bool for_functions,
                            size_t memory_limit);
void engram_lua_close(engram_lua *machine);

/// Compiles a script: the number of its function, or -1 and `engram_lua_message`.
int engram_lua_compile(engram_lua *machine, engram_lua_bytes code);
/// Forgets a function.
void engram_lua_release(engram_lua *machine, int function);
/// Runs a library's text, which registers functions: 0, or -1 and `engram_lua_message`.
int engram_lua_load_library(engram_lua *machine, engram_lua_bytes code);
/// Why the last call failed.
engram_lua_bytes engram_lua_message(const engram_lua *machine);

/// Runs a function and returns its reply as RESP, good until the next run.
/// `name` is what error texts call it.
engram_lua_bytes engram_lua_run(engram_lua *machine, int function, engram_lua_bytes name,
                                const engram_lua_bytes *words, size_t key_count,
                                size_t argument_count, bool is_resp3);

/// Bytes that the machine holds.
size_t engram_lua_memory(const engram_lua *machine);
/// Collects a little garbage, once in a while; or all of it.
void engram_lua_collect(engram_lua *machine, bool all);

/// Writes the 40 hexadecimal digits of the SHA-1 of some bytes.
void engram_lua_sha1(const char *bytes, size_t count, char digits[40]);

#endif
