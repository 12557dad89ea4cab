// SPDX-License-Identifier: Apache-2.0
#include "Machine.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// The library `cjson`: its functions, options, limits and error texts are those that scripts know
// from Redis (lua-cjson 2.1.0).

/// How numbers that JSON cannot say are written.
enum { REFUSE_INVALID, WRITE_INVALID, INVALID_AS_NULL };

struct options {
    int converts_sparse;
    int sparse_ratio;
    int sparse_safe;
    int encode_depth;
    int decode_depth;
    int encode_invalid;
    int decode_invalid;
    int keeps_buffer;
    int precision;
};

static struct options *options_of(lua_State *L) { return lua_touserdata(L, lua_upvalueindex(1)); }

// MARK: Options

static struct options *begin_option(lua_State *L, int count) {
    luaL_argcheck(L, lua_gettop(L) <= count, count + 1, "found too many arguments");
    lua_settop(L, count);
    return options_of(L);
}

static void integer_option(lua_State *L, int index, int *setting, int least, int most) {
    if (!lua_isnil(L, index)) {
        char problem[64];
        int value = (int)luaL_checkinteger(L, index);
        snprintf(problem, sizeof problem, "expected integer between %d and %d", least, most);
        luaL_argcheck(L, least <= value && value <= most, 1, problem);
        *setting = value;
    }
    lua_pushinteger(L, *setting);
}

/// An option whose first two values are also false and true.
static void choice_option(lua_State *L, int index, int *setting, const char *const *names) {
    if (!lua_isnil(L, index)) {
        if (lua_isboolean(L, index)) {
            *setting = lua_toboolean(L, index);
        } else {
            *setting = luaL_checkoption(L, index, NULL, names);
        }
    }
    if (*setting <= 1) {
        lua_pushboolean(L, *setting);
    } else {
        lua_pushstring(L, names[*setting]);
    }
}

static const char *const off_on[] = {"off", "on", NULL};
static const char *const off_on_null[] = {"off", "on", "null", NULL};

static int encode_sparse_array(lua_State *L) {
    struct options *options = begin_option(L, 3);
    choice_option(L, 1, &options->converts_sparse, off_on);
    integer_option(L, 2, &options->sparse_ratio, 0, INT_MAX);
    integer_option(L, 3, &options->sparse_safe, 0, INT_MAX);
    return 3;
}

static int encode_max_depth(lua_State *L) {
    struct options *options = begin_option(L, 1);
    integer_option(L, 1, &options->encode_depth, 1, INT_MAX);
    return 1;
}

static int decode_max_depth(lua_State *L) {
    struct options *options = begin_option(L, 1);
    integer_option(L, 1, &options->decode_depth, 1, INT_MAX);
    return 1;
}

static int encode_number_precision(lua_State *L) {
    struct options *options = begin_option(L, 1);
    integer_option(L, 1, &options->precision, 1, 14);
    return 1;
}

/// The buffer is kept in any case; the setting is remembered for whoever asks.
static int encode_keep_buffer(lua_State *L) {
    struct options *options = begin_option(L, 1);
    choice_option(L, 1, &options->keeps_buffer, off_on);
    return 1;
}

static int encode_invalid_numbers(lua_State *L) {
    struct options *options = begin_option(L, 1);
    choice_option(L, 1, &options->encode_invalid, off_on_null);
    return 1;
}

static int decode_invalid_numbers(lua_State *L) {
    struct options *options = begin_option(L, 1);
    choice_option(L, 1, &options->decode_invalid, off_on);
    return 1;
}

// MARK: Encoding

static int refuse_value(lua_State *L, int index, const char *reason) {
    return luaL_error(L, "Cannot serialise %s: %s", lua_typename(L, lua_type(L, index)), reason);
}

static void encode_string(lua_State *L, engram_lua_buffer *output, int index) {
    static const char digits[] = "0123456789abcdef";
    size_t count;
    const char *text = lua_tolstring(L, index, &count);
    engram_lua_reserve(L, output, count + 2);
    engram_lua_append_byte(L, output, '"');
    for (size_t place = 0; place < count; place++) {
        unsigned char letter = (unsigned char)text[place];
        char escape = 0;
        switch (letter) {
        case '"': escape = '"'; break;
        case '\\': escape = '\\'; break;
        case '/': escape = '/'; break;
        case '\b': escape = 'b'; break;
        case '\t': escape = 't'; break;
        case '\n': escape = 'n'; break;
        case '\f': escape = 'f'; break;
        case '\r': escape = 'r'; break;
        default: break;
        }
        if (escape) {
            char pair[2] = {'\\', escape};
            engram_lua_append(L, output, pair, 2);
        } else if (letter < 0x20 || letter == 0x7F) {
            char code[6] = {'\\', 'u', '0', '0', digits[letter >> 4], digits[letter & 15]};
            engram_lua_append(L, output, code, 6);
        } else {
            engram_lua_append_byte(L, output, (char)letter);
        }
    }
    engram_lua_append_byte(L, output, '"');
}

static void encode_number(lua_State *L, const struct options *options, engram_lua_buffer *output,
                          int index) {
    double number = lua_tonumber(L, index);
    if (!isfinite(number)) {
        if (options->encode_invalid == REFUSE_INVALID) {
            refuse_value(L, index, "must not be NaN or Inf");
        }
        if (options->encode_invalid == INVALID_AS_NULL) {
            return engram_lua_append_text(L, output, "null");
        }
        // Some systems would write -nan.
        if (isnan(number)) return engram_lua_append_text(L, output, "nan");
    }
    char text[40];
    snprintf(text, sizeof text, "%.*g", options->precision, number);
    engram_lua_append_text(L, output, text);
}

/// The number of elements if the table on top is an array, else -1.
static int array_length(lua_State *L, const struct options *options) {
    double largest = 0;
    int count = 0;
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        double key = lua_type(L, -2) == LUA_TNUMBER ? lua_tonumber(L, -2) : 0;
        lua_pop(L, 1);
        if (!(key >= 1 && floor(key) == key && key <= INT_MAX)) {
            lua_pop(L, 1);
            return -1;
        }
        if (key > largest) largest = key;
        count++;
    }
    bool is_sparse = options->sparse_ratio > 0
                     && largest > (double)count * options->sparse_ratio
                     && largest > options->sparse_safe;
    if (!is_sparse) return (int)largest;
    if (!options->converts_sparse) refuse_value(L, -1, "excessively sparse array");
    return -1;
}

static void encode_value(lua_State *L, const struct options *options, engram_lua_buffer *output,
                         int depth);

static void encode_array(lua_State *L, const struct options *options, engram_lua_buffer *output,
                         int depth, int count) {
    engram_lua_append_byte(L, output, '[');
    for (int index = 1; index <= count; index++) {
        if (index > 1) engram_lua_append_byte(L, output, ',');
        lua_rawgeti(L, -1, index);
        encode_value(L, options, output, depth);
        lua_pop(L, 1);
    }
    engram_lua_append_byte(L, output, ']');
}

static void encode_object(lua_State *L, const struct options *options, engram_lua_buffer *output,
                          int depth) {
    bool is_first = true;
    engram_lua_append_byte(L, output, '{');
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        if (!is_first) engram_lua_append_byte(L, output, ',');
        is_first = false;
        switch (lua_type(L, -2)) {
        case LUA_TNUMBER:
            engram_lua_append_byte(L, output, '"');
            encode_number(L, options, output, -2);
            engram_lua_append_byte(L, output, '"');
            break;
        case LUA_TSTRING: encode_string(L, output, -2); break;
        default: refuse_value(L, -2, "table key must be a number or string");
        }
        engram_lua_append_byte(L, output, ':');
        encode_value(L, options, output, depth);
        lua_pop(L, 1);
    }
    engram_lua_append_byte(L, output, '}');
}

static void encode_table(lua_State *L, const struct options *options, engram_lua_buffer *output,
                         int depth) {
    if (depth > options->encode_depth || !lua_checkstack(L, 6)) {
        luaL_error(L, "Cannot serialise, excessive nesting (%d)", depth);
    }
    lua_pushvalue(L, -1);
    engram_lua_thaw(L, -1);
    int count = array_length(L, options);
    if (count > 0) {
        encode_array(L, options, output, depth, count);
    } else {
        encode_object(L, options, output, depth);
    }
    lua_pop(L, 1);
}

/// Writes the value on top, which stays.
static void encode_value(lua_State *L, const struct options *options, engram_lua_buffer *output,
                         int depth) {
    switch (lua_type(L, -1)) {
    case LUA_TSTRING: encode_string(L, output, -1); break;
    case LUA_TNUMBER: encode_number(L, options, output, -1); break;
    case LUA_TBOOLEAN:
        engram_lua_append_text(L, output, lua_toboolean(L, -1) ? "true" : "false");
        break;
    case LUA_TTABLE: encode_table(L, options, output, depth + 1); break;
    case LUA_TNIL: engram_lua_append_text(L, output, "null"); break;
    case LUA_TLIGHTUSERDATA:
        if (!lua_touserdata(L, -1)) {
            engram_lua_append_text(L, output, "null");
            break;
        }
        refuse_value(L, -1, "type not supported");
        break;
    default: refuse_value(L, -1, "type not supported");
    }
}

static int encode(lua_State *L) {
    luaL_argcheck(L, lua_gettop(L) == 1, 1, "expected 1 argument");
    engram_lua_buffer *output = &engram_lua_machine(L)->scratch;
    output->count = 0;
    encode_value(L, options_of(L), output, 0);
    lua_pushlstring(L, output->base, output->count);
    return 1;
}

// MARK: Decoding

enum kind {
    OBJECT_BEGIN, OBJECT_END, ARRAY_BEGIN, ARRAY_END, STRING, NUMBER, BOOLEAN, NOTHING, COLON,
    COMMA, END, ERROR,
};

static const char *const kind_names[] = {
    "T_OBJ_BEGIN", "T_OBJ_END", "T_ARR_BEGIN", "T_ARR_END", "T_STRING", "T_NUMBER", "T_BOOLEAN",
    "T_NULL", "T_COLON", "T_COMMA", "T_END", "T_ERROR",
};

struct token {
    enum kind kind;
    /// Where it begins, or where an error was noticed.
    size_t offset;
    double number;
    bool boolean;
    const char *problem;
};

struct decoder {
    lua_State *state;
    const struct options *options;
    const char *start;
    const char *at;
    int depth;
    struct token token;
    /// The text of a string token.
    engram_lua_buffer *text;
};

static void fail_token(struct decoder *decoder, const char *problem) {
    decoder->token.kind = ERROR;
    decoder->token.offset = (size_t)(decoder->at - decoder->start);
    decoder->token.problem = problem;
}

static int hexadecimal(const char *digits) {
    int code = 0;
    for (int index = 0; index < 4; index++) {
        char digit = digits[index];
        int value;
        if (digit >= '0' && digit <= '9') {
            value = digit - '0';
        } else if ((digit | 0x20) >= 'a' && (digit | 0x20) <= 'f') {
            value = (digit | 0x20) - 'a' + 10;
        } else {
            return -1;
        }
        code = code * 16 + value;
    }
    return code;
}

static void append_code_point(struct decoder *decoder, int code) {
    char bytes[4];
    size_t count;
    if (code < 0x80) {
        bytes[0] = (char)code;
        count = 1;
    } else if (code < 0x800) {
        bytes[0] = (char)(0xC0 | code >> 6);
        bytes[1] = (char)(0x80 | (code & 0x3F));
        count = 2;
    } else if (code < 0x10000) {
        bytes[0] = (char)(0xE0 | code >> 12);
        bytes[1] = (char)(0x80 | (code >> 6 & 0x3F));
        bytes[2] = (char)(0x80 | (code & 0x3F));
        count = 3;
    } else {
        bytes[0] = (char)(0xF0 | code >> 18);
        bytes[1] = (char)(0x80 | (code >> 12 & 0x3F));
        bytes[2] = (char)(0x80 | (code >> 6 & 0x3F));
        bytes[3] = (char)(0x80 | (code & 0x3F));
        count = 4;
    }
    engram_lua_append(decoder->state, decoder->text, bytes, count);
}

/// Reads `\uXXXX`, or a pair of them, and steps behind; false when it is none.
static bool read_code(struct decoder *decoder) {
    int code = hexadecimal(decoder->at + 2);
    if (code < 0) return false;
    int length = 6;
    if ((code & 0xF800) == 0xD800) {
        if (code & 0x400) return false;
        if (decoder->at[6] != '\\' || decoder->at[7] != 'u') return false;
        int low = hexadecimal(decoder->at + 8);
        if (low < 0 || (low & 0xFC00) != 0xDC00) return false;
        code = ((code & 0x3FF) << 10 | (low & 0x3FF)) + 0x10000;
        length = 12;
    }
    append_code_point(decoder, code);
    decoder->at += length;
    return true;
}

static char unescaped(char letter) {
    switch (letter) {
    case '"': case '\\': case '/': return letter;
    case 'b': return '\b';
    case 't': return '\t';
    case 'n': return '\n';
    case 'f': return '\f';
    case 'r': return '\r';
    default: return 0;
    }
}

static void read_string(struct decoder *decoder) {
    decoder->at++;
    decoder->text->count = 0;
    for (;;) {
        const char *from = decoder->at;
        while (*decoder->at && *decoder->at != '"' && *decoder->at != '\\') decoder->at++;
        engram_lua_append(decoder->state, decoder->text, from, (size_t)(decoder->at - from));
        if (*decoder->at == '"') break;
        if (!*decoder->at) return fail_token(decoder, "unexpected end of string");
        if (decoder->at[1] == 'u') {
            if (!read_code(decoder)) return fail_token(decoder, "invalid unicode escape code");
            continue;
        }
        char letter = unescaped(decoder->at[1]);
        if (!letter) return fail_token(decoder, "invalid escape code");
        engram_lua_append_byte(decoder->state, decoder->text, letter);
        decoder->at += 2;
    }
    decoder->at++;
    decoder->token.kind = STRING;
}

/// Whether strtod would take what JSON does not: a plus, leading zeros, hexadecimals, infinities.
static bool is_invalid_number(const char *text) {
    if (*text == '+') return true;
    if (*text == '-') text++;
    if (*text == '0') {
        return (text[1] | 0x20) == 'x' || (text[1] >= '0' && text[1] <= '9');
    }
    if (*text <= '9') return false;
    return strncasecmp(text, "inf", 3) == 0 || strncasecmp(text, "nan", 3) == 0;
}

static void read_number(struct decoder *decoder) {
    char *end;
    decoder->token.number = strtod(decoder->at, &end);
    if (end == decoder->at) return fail_token(decoder, "invalid number");
    decoder->token.kind = NUMBER;
    decoder->at = end;
}

static bool take_word(struct decoder *decoder, const char *word, enum kind kind, bool value) {
    size_t count = strlen(word);
    if (strncmp(decoder->at, word, count) != 0) return false;
    decoder->token.kind = kind;
    decoder->token.boolean = value;
    decoder->at += count;
    return true;
}

static void read_word(struct decoder *decoder) {
    const char *at = decoder->at;
    if (*at == '"') return read_string(decoder);
    if (*at == '-' || (*at >= '0' && *at <= '9')) {
        if (!decoder->options->decode_invalid && is_invalid_number(at)) {
            return fail_token(decoder, "invalid number");
        }
        return read_number(decoder);
    }
    if (take_word(decoder, "true", BOOLEAN, true)) return;
    if (take_word(decoder, "false", BOOLEAN, false)) return;
    if (take_word(decoder, "null", NOTHING, false)) return;
    if (decoder->options->decode_invalid && *at && strchr("+iInN", *at) && is_invalid_number(at)) {
        return read_number(decoder);
    }
    fail_token(decoder, "invalid token");
}

static void read_token(struct decoder *decoder) {
    while (*decoder->at && strchr(" \t\n\r", *decoder->at)) decoder->at++;
    decoder->token.offset = (size_t)(decoder->at - decoder->start);
    static const char letters[] = "{}[]:,";
    static const enum kind kinds[] = {OBJECT_BEGIN, OBJECT_END, ARRAY_BEGIN, ARRAY_END, COLON,
                                      COMMA};
    // A zero byte is the end, wherever it stands.
    if (!*decoder->at) {
        decoder->token.kind = END;
        return;
    }
    const char *letter = strchr(letters, *decoder->at);
    if (!letter) return read_word(decoder);
    decoder->token.kind = kinds[letter - letters];
    decoder->at++;
}

static void refuse_token(struct decoder *decoder, const char *expected) {
    const struct token *token = &decoder->token;
    const char *found = token->kind == ERROR ? token->problem : kind_names[token->kind];
    luaL_error(decoder->state, "Expected %s but found %s at character %d", expected, found,
               (int)token->offset + 1);
}

static void descend(struct decoder *decoder) {
    decoder->depth++;
    if (decoder->depth <= decoder->options->decode_depth && lua_checkstack(decoder->state, 3)) {
        return;
    }
    luaL_error(decoder->state, "Found too many nested data structures (%d) at character %d",
               decoder->depth, (int)(decoder->at - decoder->start));
}

static void decode_value(struct decoder *decoder);

static void decode_object(struct decoder *decoder) {
    lua_State *L = decoder->state;
    descend(decoder);
    lua_createtable(L, 0, 0);
    read_token(decoder);
    if (decoder->token.kind != OBJECT_END) {
        for (;;) {
            if (decoder->token.kind != STRING) refuse_token(decoder, "object key string");
            lua_pushlstring(L, decoder->text->base, decoder->text->count);
            read_token(decoder);
            if (decoder->token.kind != COLON) refuse_token(decoder, "colon");
            read_token(decoder);
            decode_value(decoder);
            lua_rawset(L, -3);
            read_token(decoder);
            if (decoder->token.kind == OBJECT_END) break;
            if (decoder->token.kind != COMMA) refuse_token(decoder, "comma or object end");
            read_token(decoder);
        }
    }
    decoder->depth--;
}

static void decode_array(struct decoder *decoder) {
    lua_State *L = decoder->state;
    descend(decoder);
    lua_createtable(L, 0, 0);
    read_token(decoder);
    if (decoder->token.kind != ARRAY_END) {
        for (int index = 1;; index++) {
            decode_value(decoder);
            lua_rawseti(L, -2, index);
            read_token(decoder);
            if (decoder->token.kind == ARRAY_END) break;
            if (decoder->token.kind != COMMA) refuse_token(decoder, "comma or array end");
            read_token(decoder);
        }
    }
    decoder->depth--;
}

/// Pushes the value that the token begins.
static void decode_value(struct decoder *decoder) {
    lua_State *L = decoder->state;
    switch (decoder->token.kind) {
    case STRING: lua_pushlstring(L, decoder->text->base, decoder->text->count); break;
    case NUMBER: lua_pushnumber(L, decoder->token.number); break;
    case BOOLEAN: lua_pushboolean(L, decoder->token.boolean); break;
    case OBJECT_BEGIN: decode_object(decoder); break;
    case ARRAY_BEGIN: decode_array(decoder); break;
    // A nil would remove its key: this stands for it.
    case NOTHING: lua_pushlightuserdata(L, NULL); break;
    case OBJECT_END: case ARRAY_END: case COLON: case COMMA: case END: case ERROR:
        refuse_token(decoder, "value");
    }
}

static int decode(lua_State *L) {
    luaL_argcheck(L, lua_gettop(L) == 1, 1, "expected 1 argument");
    size_t count;
    const char *text = luaL_checklstring(L, 1, &count);
    // Whatever is encoded, its first character is ASCII.
    if (count >= 2 && (!text[0] || !text[1])) {
        luaL_error(L, "JSON parser does not support UTF-16 or UTF-32");
    }
    struct decoder decoder = {
        .state = L, .options = options_of(L), .start = text, .at = text,
        .text = &engram_lua_machine(L)->scratch,
    };
    read_token(&decoder);
    decode_value(&decoder);
    read_token(&decoder);
    if (decoder.token.kind != END) refuse_token(&decoder, "the end");
    return 1;
}

// MARK: The module

static int new_module(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"encode", encode},
        {"decode", decode},
        {"encode_sparse_array", encode_sparse_array},
        {"encode_max_depth", encode_max_depth},
        {"decode_max_depth", decode_max_depth},
        {"encode_number_precision", encode_number_precision},
        {"encode_keep_buffer", encode_keep_buffer},
        {"encode_invalid_numbers", encode_invalid_numbers},
        {"decode_invalid_numbers", decode_invalid_numbers},
        {"new", new_module},
        {NULL, NULL},
    };
    lua_createtable(L, 0, 16);
    struct options *options = lua_newuserdata(L, sizeof *options);
    *options = (struct options){
        .sparse_ratio = 2, .sparse_safe = 10, .encode_depth = 1000, .decode_depth = 1000,
        .encode_invalid = REFUSE_INVALID, .decode_invalid = 1, .keeps_buffer = 1, .precision = 14,
    };
    for (const luaL_Reg *entry = functions; entry->name; entry++) {
        lua_pushvalue(L, -1);
        lua_pushcclosure(L, entry->func, 1);
        lua_setfield(L, -3, entry->name);
    }
    lua_pop(L, 1);
    lua_pushlightuserdata(L, NULL);
    lua_setfield(L, -2, "null");
    lua_pushliteral(L, "cjson");
    lua_setfield(L, -2, "_NAME");
    lua_pushliteral(L, "2.1.0");
    lua_setfield(L, -2, "_VERSION");
    return 1;
}

void engram_lua_open_json(lua_State *L) { new_module(L); }
