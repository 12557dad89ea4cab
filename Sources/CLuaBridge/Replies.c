// SPDX-License-Identifier: Apache-2.0
#include "Machine.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Replies as Lua values, and Lua values as replies.

// MARK: From a reply

struct reader {
    const char *at;
    const char *end;
};

/// The rest of the line, and steps behind it.
static engram_lua_bytes read_line(struct reader *reader) {
    engram_lua_bytes line = {reader->at, 0};
    while (reader->at < reader->end && *reader->at != '\r') reader->at++;
    line.count = (size_t)(reader->at - line.base);
    reader->at = reader->end - reader->at < 2 ? reader->end : reader->at + 2;
    return line;
}

/// The number of a line that a reply writer has made: a sign, perhaps, and digits.
static int64_t number_of(engram_lua_bytes line) {
    bool is_negative = line.count > 0 && line.base[0] == '-';
    uint64_t number = 0;
    for (size_t index = is_negative; index < line.count; index++) {
        number = number * 10 + (uint64_t)(line.base[index] - '0');
    }
    return (int64_t)(is_negative ? 0 - number : number);
}

static engram_lua_bytes read_payload(struct reader *reader, int64_t count) {
    engram_lua_bytes payload = {reader->at, 0};
    if (count > 0 && count <= reader->end - reader->at) payload.count = (size_t)count;
    reader->at += payload.count;
    reader->at = reader->end - reader->at < 2 ? reader->end : reader->at + 2;
    return payload;
}

static void push_value(lua_State *L, struct reader *reader, bool is_kept);

/// Pushes `{name = value}` around the value on top.
static void wrap(lua_State *L, const char *name) {
    lua_createtable(L, 0, 1);
    lua_insert(L, -2);
    lua_setfield(L, -2, name);
}

static void push_array(lua_State *L, struct reader *reader, int64_t count, bool is_kept) {
    if (is_kept) lua_createtable(L, count > 1 << 20 ? 1 << 20 : (int)count, 0);
    for (int64_t index = 1; index <= count && reader->at < reader->end; index++) {
        push_value(L, reader, is_kept);
        if (is_kept) lua_rawseti(L, -2, (int)index);
    }
}

static void push_map(lua_State *L, struct reader *reader, int64_t count, bool is_kept) {
    if (is_kept) lua_createtable(L, 0, count > 1 << 20 ? 1 << 20 : (int)count);
    for (int64_t index = 0; index < count && reader->at < reader->end; index++) {
        push_value(L, reader, is_kept);
        push_value(L, reader, is_kept);
        if (!is_kept) continue;
        if (lua_isnil(L, -2)) {
            lua_pop(L, 2);
        } else {
            lua_rawset(L, -3);
        }
    }
    if (is_kept) wrap(L, "map");
}

static void push_set(lua_State *L, struct reader *reader, int64_t count, bool is_kept) {
    if (is_kept) lua_createtable(L, 0, count > 1 << 20 ? 1 << 20 : (int)count);
    for (int64_t index = 0; index < count && reader->at < reader->end; index++) {
        push_value(L, reader, is_kept);
        if (!is_kept) continue;
        if (lua_isnil(L, -1)) {
            lua_pop(L, 1);
        } else {
            lua_pushboolean(L, 1);
            lua_rawset(L, -3);
        }
    }
    if (is_kept) wrap(L, "set");
}

static void push_verbatim(lua_State *L, engram_lua_bytes payload) {
    size_t skipped = payload.count < 4 ? payload.count : 4;
    lua_createtable(L, 0, 2);
    lua_pushlstring(L, payload.base + skipped, payload.count - skipped);
    lua_setfield(L, -2, "string");
    lua_pushlstring(L, payload.base, skipped < 3 ? skipped : 3);
    lua_setfield(L, -2, "format");
    wrap(L, "verbatim_string");
}

static void push_error(lua_State *L, engram_lua_bytes line) {
    // With its minus: it brings its own code.
    engram_lua_push_error(L, line.base - 1, line.count + 1);
    // It has been counted where it arose.
    lua_pushboolean(L, 1);
    lua_setfield(L, -2, "ignore_error_stats_update");
}

static void push_double(lua_State *L, engram_lua_bytes line) {
    char text[64];
    size_t count = line.count < sizeof text - 1 ? line.count : sizeof text - 1;
    memcpy(text, line.base, count);
    text[count] = '\0';
    lua_pushnumber(L, strtod(text, NULL));
    wrap(L, "double");
}

static void push_scalar(lua_State *L, char kind, engram_lua_bytes line) {
    switch (kind) {
    case '+':
        lua_pushlstring(L, line.base, line.count);
        wrap(L, "ok");
        break;
    case '-': push_error(L, line); break;
    case ':': lua_pushnumber(L, (lua_Number)number_of(line)); break;
    case ',': push_double(L, line); break;
    case '#': lua_pushboolean(L, line.count > 0 && line.base[0] == 't'); break;
    case '(':
        lua_pushlstring(L, line.base, line.count);
        wrap(L, "big_number");
        break;
    default: lua_pushnil(L);
    }
}

/// Pushes the next value, or steps over it when it is not kept.
static void push_value(lua_State *L, struct reader *reader, bool is_kept) {
    luaL_checkstack(L, 6, "too deep a reply");
    if (reader->at >= reader->end) {
        if (is_kept) lua_pushnil(L);
        return;
    }
    char kind = *reader->at++;
    engram_lua_bytes line = read_line(reader);
    int64_t count = kind == '$' || kind == '=' || kind == '*' || kind == '~' || kind == '>'
                            || kind == '%' || kind == '|'
                        ? number_of(line)
                        : 0;
    switch (kind) {
    case '$':
    case '=':
        if (count < 0) {
            if (is_kept) lua_pushboolean(L, 0);
            return;
        }
        engram_lua_bytes payload = read_payload(reader, count);
        if (!is_kept) return;
        if (kind == '=') {
            push_verbatim(L, payload);
        } else {
            lua_pushlstring(L, payload.base, payload.count);
        }
        return;
    case '*':
    case '>':
        if (count >= 0) {
            push_array(L, reader, count, is_kept);
        } else if (is_kept) {
            lua_pushboolean(L, 0);
        }
        return;
    case '~': push_set(L, reader, count, is_kept); return;
    case '%': push_map(L, reader, count, is_kept); return;
    case '|':
        // Scripts do not see attributes.
        for (int64_t index = 0; index < count * 2 && reader->at < reader->end; index++) {
            push_value(L, reader, false);
        }
        push_value(L, reader, is_kept);
        return;
    default:
        if (is_kept) push_scalar(L, kind, line);
    }
}

void engram_lua_push_reply(lua_State *L, engram_lua_bytes reply) {
    struct reader reader = {reply.base, reply.base + reply.count};
    push_value(L, &reader, true);
}

// MARK: To a reply

/// A type byte, a number and the line end, of at most 24 bytes; returns how many. A printf takes
/// longer than many a script.
static size_t header_text(char text[24], char kind, long long number) {
    char digits[20];
    size_t count = 0, length = 0;
    unsigned long long rest =
        number < 0 ? 0 - (unsigned long long)number : (unsigned long long)number;
    do {
        digits[count++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    text[length++] = kind;
    if (number < 0) text[length++] = '-';
    while (count > 0) text[length++] = digits[--count];
    text[length++] = '\r';
    text[length++] = '\n';
    return length;
}

/// Writes a type byte, a number and the line end.
static void write_header(lua_State *L, engram_lua_buffer *output, char kind, long long number) {
    char text[24];
    engram_lua_append(L, output, text, header_text(text, kind, number));
}

/// Puts a header in front of what stands behind `start`.
static void insert_header(lua_State *L, engram_lua_buffer *output, size_t start, char kind,
                          long long number) {
    char text[24];
    size_t count = header_text(text, kind, number);
    engram_lua_reserve(L, output, count);
    memmove(output->base + start + count, output->base + start, output->count - start);
    memcpy(output->base + start, text, count);
    output->count += count;
}

/// Writes text that must stay on its line.
static void write_line(lua_State *L, engram_lua_buffer *output, const char *text, size_t count) {
    engram_lua_reserve(L, output, count + 2);
    for (size_t index = 0; index < count; index++) {
        char letter = text[index];
        output->base[output->count++] = letter == '\r' || letter == '\n' ? ' ' : letter;
    }
    engram_lua_append(L, output, "\r\n", 2);
}

static void write_bulk(lua_State *L, engram_lua_buffer *output, const char *text, size_t count) {
    write_header(L, output, '$', (long long)count);
    engram_lua_append(L, output, text, count);
    engram_lua_append(L, output, "\r\n", 2);
}

static void write_null(lua_State *L, engram_lua_buffer *output, bool is_resp3) {
    engram_lua_append_text(L, output, is_resp3 ? "_\r\n" : "$-1\r\n");
}

void engram_lua_write_error(lua_State *L, engram_lua_buffer *output, const char *text,
                            size_t count) {
    while (count > 0 && (text[count - 1] == '\r' || text[count - 1] == '\n')) count--;
    engram_lua_append_byte(L, output, '-');
    write_line(L, output, text, count);
}

static void write_boolean(lua_State *L, engram_lua_buffer *output, bool value, bool is_resp3) {
    if (engram_lua_machine(L)->protocol == 2) {
        if (value) {
            engram_lua_append_text(L, output, ":1\r\n");
        } else {
            write_null(L, output, is_resp3);
        }
    } else if (is_resp3) {
        engram_lua_append_text(L, output, value ? "#t\r\n" : "#f\r\n");
    } else {
        engram_lua_append_text(L, output, value ? ":1\r\n" : ":0\r\n");
    }
}

/// Converts as the processor does: what does not fit is the smallest integer.
static long long integer_of(double number) {
    return number >= -0x1p63 && number < 0x1p63 ? (long long)number : INT64_MIN;
}

static void write_double(lua_State *L, engram_lua_buffer *output, double number, bool is_resp3) {
    char text[40];
    size_t count = engram_lua_number_text(L, number, text);
    if (is_resp3) {
        engram_lua_append_byte(L, output, ',');
        write_line(L, output, text, count);
    } else {
        write_bulk(L, output, text, count);
    }
}

static void write_verbatim(lua_State *L, engram_lua_buffer *output, const char *text, size_t count,
                           const char *format, bool is_resp3) {
    if (!is_resp3) return write_bulk(L, output, text, count);
    write_header(L, output, '=', (long long)count + 4);
    for (int index = 0; index < 3; index++) {
        engram_lua_append_byte(L, output, *format ? *format++ : ' ');
    }
    engram_lua_append_byte(L, output, ':');
    engram_lua_append(L, output, text, count);
    engram_lua_append(L, output, "\r\n", 2);
}

/// Pushes the field of the table on top; true when it has this type, else it is gone again.
static bool push_field(lua_State *L, const char *name, int type) {
    lua_pushstring(L, name);
    lua_rawget(L, -2);
    if (lua_type(L, -1) == type) return true;
    lua_pop(L, 1);
    return false;
}

/// Writes a table that stands for an error; the table is on top.
static void write_error_table(lua_State *L, engram_lua_buffer *output) {
    engram_lua *machine = engram_lua_machine(L);
    const char *text = lua_tostring(L, -1);
    size_t count = strlen(text);
    lua_pushliteral(L, "ignore_error_stats_update");
    lua_rawget(L, -3);
    bool is_counted = lua_toboolean(L, -1);
    engram_lua_write_error(L, output, text, count);
    if (!is_counted) {
        machine->owner.count_error(machine->owner.context, (engram_lua_bytes){text, count});
    }
    lua_pop(L, 2);
}

static bool write_verbatim_table(lua_State *L, engram_lua_buffer *output, bool is_resp3) {
    if (!push_field(L, "verbatim_string", LUA_TTABLE)) return false;
    if (push_field(L, "format", LUA_TSTRING)) {
        const char *format = lua_tostring(L, -1);
        lua_insert(L, -2);
        if (push_field(L, "string", LUA_TSTRING)) {
            size_t count;
            const char *text = lua_tolstring(L, -1, &count);
            write_verbatim(L, output, text, count, format, is_resp3);
            lua_pop(L, 3);
            return true;
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return false;
}

static void write_map(lua_State *L, engram_lua_buffer *output, bool is_resp3) {
    size_t start = output->count;
    long long count = 0;
    engram_lua_thaw(L, -1);
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        lua_pushvalue(L, -2);
        engram_lua_write_reply(L, output, is_resp3);
        engram_lua_write_reply(L, output, is_resp3);
        count++;
    }
    insert_header(L, output, start, is_resp3 ? '%' : '*', is_resp3 ? count : count * 2);
    lua_pop(L, 1);
}

static void write_set(lua_State *L, engram_lua_buffer *output, bool is_resp3) {
    size_t start = output->count;
    long long count = 0;
    engram_lua_thaw(L, -1);
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        lua_pop(L, 1);
        lua_pushvalue(L, -1);
        engram_lua_write_reply(L, output, is_resp3);
        count++;
    }
    insert_header(L, output, start, is_resp3 ? '~' : '*', count);
    lua_pop(L, 1);
}

static void write_array(lua_State *L, engram_lua_buffer *output, bool is_resp3) {
    size_t start = output->count;
    int count = 0;
    for (;;) {
        lua_rawgeti(L, -1, count + 1);
        if (lua_isnil(L, -1)) break;
        engram_lua_write_reply(L, output, is_resp3);
        count++;
    }
    lua_pop(L, 1);
    insert_header(L, output, start, '*', count);
}

/// Writes the table on top of the stack, by the field that says what it stands for.
static void write_table(lua_State *L, engram_lua_buffer *output, bool is_resp3) {
    if (push_field(L, "err", LUA_TSTRING)) {
        write_error_table(L, output);
    } else if (push_field(L, "ok", LUA_TSTRING)) {
        const char *text = lua_tostring(L, -1);
        engram_lua_append_byte(L, output, '+');
        write_line(L, output, text, strlen(text));
        lua_pop(L, 1);
    } else if (push_field(L, "double", LUA_TNUMBER)) {
        write_double(L, output, lua_tonumber(L, -1), is_resp3);
        lua_pop(L, 1);
    } else if (push_field(L, "big_number", LUA_TSTRING)) {
        size_t count;
        const char *text = lua_tolstring(L, -1, &count);
        if (is_resp3) {
            engram_lua_append_byte(L, output, '(');
            write_line(L, output, text, count);
        } else {
            write_header(L, output, '$', (long long)count);
            write_line(L, output, text, count);
        }
        lua_pop(L, 1);
    } else if (write_verbatim_table(L, output, is_resp3)) {
        return;
    } else if (push_field(L, "map", LUA_TTABLE)) {
        write_map(L, output, is_resp3);
    } else if (push_field(L, "set", LUA_TTABLE)) {
        write_set(L, output, is_resp3);
    } else {
        write_array(L, output, is_resp3);
    }
}

void engram_lua_write_reply(lua_State *L, engram_lua_buffer *output, bool is_resp3) {
    if (!lua_checkstack(L, 6)) {
        static const char text[] = "ERR reached lua stack limit";
        engram_lua_write_error(L, output, text, sizeof text - 1);
        lua_pop(L, 1);
        return;
    }
    switch (lua_type(L, -1)) {
    case LUA_TSTRING: {
        size_t count;
        const char *text = lua_tolstring(L, -1, &count);
        write_bulk(L, output, text, count);
        break;
    }
    case LUA_TBOOLEAN: write_boolean(L, output, lua_toboolean(L, -1), is_resp3); break;
    case LUA_TNUMBER: write_header(L, output, ':', integer_of(lua_tonumber(L, -1))); break;
    case LUA_TTABLE: write_table(L, output, is_resp3); break;
    default: write_null(L, output, is_resp3);
    }
    lua_pop(L, 1);
}
