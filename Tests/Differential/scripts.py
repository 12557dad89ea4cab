# SPDX-License-Identifier: Apache-2.0
"""The family of scripts: random Lua expressions, and the commands of other families inside scripts.

A script's errors carry the SHA-1 of its text and the line, so they compare exactly too.
"""

from __future__ import annotations

import hashlib

from grammar import HOSTILE, Chance, Grammar

KEYS = [b"{t}s0", b"{t}s1", b"{t}h0", b"{t}l0", b"{t}missing"]
NUMBERS = [
    "0", "1", "-1", "2", "7", "255", "65536", "3.25", "-0.5", "1e15", "1e100", "2^31", "2^53",
    "-2^31", "2^63", "-2^63", "2^40 + 0.5", "1/3", "0.1", "1/0", "-1/0", "1e-7",
]  # fmt: skip
STRINGS = [
    "''", "'a'", "'abc'", "'10'", "'3.5'", "'x y'", r"'\0\1\255'", r"'line\r\nline'",
    "'[1,2,{\"a\":null}]'", "'{\"k\":[true,false,1e3,\"\\\\u00e9\"]}'", "'%d'", "'nan'",
    "string.rep('ab', 40)", r"'\147\1\2\3'", r"'\129\161a\1'", "'[1,'", "'{\"a\"}'",
]  # fmt: skip
KNOWN = [b"return 1", b"return KEYS[1]", b"return ARGV", b"return redis.call('ping')"]
FUNCTIONS = [
    ("cjson.encode", 1), ("cjson.decode", 1), ("cmsgpack.pack", 2), ("cmsgpack.unpack", 1),
    ("cmsgpack.unpack_one", 2), ("cmsgpack.unpack_limit", 3), ("redis.sha1hex", 1),
    ("redis.error_reply", 1), ("redis.status_reply", 1), ("tonumber", 2),
    ("type", 1), ("string.len", 1), ("string.sub", 3), ("string.byte", 3),
    ("string.format", 2), ("string.find", 3), ("string.gsub", 3), ("string.upper", 1),
    ("table.concat", 2), ("table.getn", 1), ("table.maxn", 1), ("math.floor", 1), ("math.fmod", 2),
    ("math.max", 2), ("math.ldexp", 2), ("bit.tobit", 1), ("bit.bnot", 1), ("bit.band", 2),
    ("bit.bor", 3), ("bit.bxor", 2), ("bit.lshift", 2), ("bit.rshift", 2), ("bit.arshift", 2),
    ("bit.rol", 2), ("bit.ror", 2), ("bit.bswap", 1), ("bit.tohex", 2), ("unpack", 3),
    ("select", 3), ("rawget", 2), ("rawequal", 2), ("next", 1), ("#", 1), ("not ", 1), ("-", 1),
    ("loadstring", 1), ("pcall", 2), ("struct.size", 1),
]  # fmt: skip
FORMATS = ["'i4'", "'>H'", "'<I8'", "'bBx'", "'!4 b i'", "'s'", "'c3'", "'d'", "'f'", "'bc0'", "'i33'",
           "'y'", "'>!8 b d'"]  # fmt: skip
NAMES = ["redis", "string", "cjson", "math", "x", "print", "KEYS", "ARGV", "redis.LOG_WARNING",
         "redis.REDIS_VERSION_NUM", "cjson.null", "nil", "true", "false"]  # fmt: skip
STATEMENTS = [
    "x = 1", "redis.x = 1", "rawset(_G, 'x', 1)", "setmetatable(redis, {})", "error('mine')",
    "error({err = 'MY error'})", "error({err = 'x', source = 'y'})", "error()", "error(5)",
    "error('level two', 2)", "redis.setresp(3)", "redis.setresp(2)", "redis.setresp('x')",
    "redis.log(redis.LOG_DEBUG, 'x')", "redis.log('x')", "redis.set_repl(redis.REPL_ALL)",
    "redis.set_repl(99)", "redis.replicate_commands()", "redis.breakpoint()", "KEYS[1] = 5",
    "table.insert(redis, 1)", "getmetatable(_G).__index = nil", "local t = {} t[nil] = 1",
    "local s = 'x' s.y.z = 1", "string.rep = nil", "redis.call()", "redis.call({})", "x()",
    "redis.nosuch()", "for k in pairs(5) do end", "assert(false)", "assert(nil, 'said so')",
    "coroutine.wrap(function() error('inside') end)()", "xpcall(error, error)",
]  # fmt: skip


def expression(chance: Chance, depth: int = 0) -> str:
    """A Lua expression that means something, mostly."""
    dice = chance.random()
    if depth > 3 or dice < 0.2:
        return chance.choice(NUMBERS)
    if dice < 0.4:
        return chance.choice(STRINGS)
    if dice < 0.47:
        return chance.choice(NAMES)
    if dice < 0.62:
        return table(chance, depth)
    if dice < 0.66:
        values = ", ".join(expression(chance, depth + 1) for _ in range(chance.randrange(1, 3)))
        return f"struct.pack({chance.choice(FORMATS)}, {values})"
    if dice < 0.69:
        return f"struct.unpack({chance.choice(FORMATS)}, {expression(chance, depth + 1)})"
    if dice < 0.75:
        operator = chance.choice(("+", "-", "*", "/", "%", "^", "..", "==", "<", "and", "or"))
        return f"({expression(chance, depth + 1)} {operator} {expression(chance, depth + 1)})"
    name, count = chance.choice(FUNCTIONS)
    if chance.maybe(0.1):
        count = chance.randrange(0, 4)
    arguments = ", ".join(expression(chance, depth + 1) for _ in range(count))
    return f"{name}({arguments})" if name[-1].isalnum() else f"({name}{arguments or 1})"


def table(chance: Chance, depth: int) -> str:
    items = []
    for _ in range(chance.choice((0, 1, 2, 3))):
        value = expression(chance, depth + 1)
        dice = chance.random()
        if dice < 0.6:
            items.append(value)
        elif dice < 0.8:
            names = ("a", "ok", "err", "double", "map", "set", "big_number", "format", "string")
            items.append(f"{chance.choice(names)} = {value}")
        else:
            items.append(f"[{chance.choice(('1', '2', '3', '20', '0.5'))}] = {value}")
    return "{" + ", ".join(items) + "}"


# A library that registers a function under a table with numbers for keys ends Redis, so none does.


def shown(value: str) -> str:
    """An expression whose reply says nothing of addresses, which differ."""
    return (
        "local r = {" + value + "} for i, v in ipairs(r) do local t = type(v) "
        "if t == 'function' or t == 'thread' or (t == 'string' and "
        "(string.find(v, ': 0x') or string.find(v, ': [(]nil'))) then r[i] = t end end return r"
    )


def script(chance: Chance) -> bytes:
    text = ""
    if chance.maybe(0.05):
        text = chance.choice(("#!lua\n", "#!lua flags=no-writes\n", "#!lua flags=x\n", "#!js\n"))
    for _ in range(chance.choice((0, 0, 0, 1, 2))):
        text += chance.choice(STATEMENTS) + chance.choice(("\n", " ", ";"))
    value = expression(chance)
    return (text + (f"return {value}" if chance.maybe(0.7) else shown(value))).encode()


def quoted(word: bytes) -> str:
    return "'" + "".join(f"\\{byte:03d}" for byte in word) + "'"


def declare(grammar: Grammar) -> None:
    # In scripts the commands of other families are called; those that would wait do not.
    others = [
        production
        for production in grammar.productions
        if production.family in ("strings", "hashes", "lists", "keys")
        and production.compare == "exact"
        and not production.brief
    ]
    weights = [production.weight for production in others]

    def command(chance: Chance) -> str:
        words = chance.choices(others, weights)[0].node(chance)
        arguments = ", ".join(quoted(word) for word in words)
        return f"redis.{chance.choice(('call', 'call', 'pcall'))}({arguments})"

    def calling(chance: Chance) -> bytes:
        text = "redis.setresp(3) " if chance.maybe(0.2) else ""
        for _ in range(chance.choice((0, 0, 1, 2))):
            text += command(chance) + " "
        value = command(chance)
        text += "return " + chance.choice((value, value, value, f"cjson.encode({value})",
                                           f"{{{value}, type({value})}}", f"tostring({value})"))
        if "tostring" in text or "encode" in text:
            # A table's address, or the order of keys that arrived in another order.
            text = text.replace("tostring", "type").replace("cjson.encode", "cmsgpack.pack")
        return text.encode()

    def numbered(chance: Chance) -> list[bytes]:
        keys = [chance.choice(KEYS) for _ in range(chance.randrange(3))]
        count = b"%d" % len(keys) if chance.maybe(0.95) else chance.choice(HOSTILE)
        return [count, *keys, *(chance.choice((b"1", b"a", b"\x00")) for _ in range(2))]

    def digest(chance: Chance) -> bytes:
        sha1 = hashlib.sha1(chance.choice(KNOWN), usedforsecurity=False).hexdigest()
        return chance.pick(sha1.encode(), sha1.upper().encode(), b"f" * 40, b"x", b"")

    def library(chance: Chance) -> bytes:
        name = chance.choice(("one", "two", "bad-name", ""))
        function = chance.choice(("f", "g", "F", "h!"))
        body = expression(chance)
        return chance.choice((
            f"#!lua name={name}\nredis.register_function('{function}', function(k, a) return {body} end)",
            f"#!lua name={name}\nredis.register_function{{function_name='{function}', "
            f"callback=function(keys, args) return redis.call('get', keys[1]) end, "
            f"flags={{'{chance.choice(('no-writes', 'allow-oom', 'x'))}'}}}}",
            f"#!lua name={name}\nreturn {body}",
            f"#!lua name={name}\nlocal v = {chance.choice(NUMBERS)} redis.register_function(v)",
            f"#!lua {name}\n",
            body,
        )).encode()  # fmt: skip

    slot = grammar.slot
    slot("script")(script)
    slot("calling-script")(calling)
    slot("script-keys#")(numbered)
    slot("sha1")(digest)
    slot("known-script")(lambda c: c.choice(KNOWN))
    slot("library")(library)
    slot("library-name")(lambda c: c.pick(b"one", b"two", b"three"))
    slot("function-name")(lambda c: c.pick(b"f", b"g", b"F", b"nosuch"))
    grammar.rules("scripts", """
        20 EVAL {script} {script-keys#}
        2 EVAL_RO {script} {script-keys#}
        12 EVAL {calling-script} {script-keys#}
        3 EVAL_RO {calling-script} {script-keys#}
        1 SCRIPT LOAD {script}
        1 SCRIPT EXISTS {sha1}+
        1 SCRIPT LOAD {known-script}
        2 (EVALSHA|EVALSHA_RO) {sha1} {script-keys#}
        0.2 SCRIPT FLUSH [SYNC|ASYNC|x]
        0.5 SCRIPT (KILL|x)
        3 FUNCTION LOAD [REPLACE|REPLACE|x] {library}
        1 FUNCTION DELETE {library-name}
        0.1 FUNCTION FLUSH [SYNC|ASYNC|x]
        1 FUNCTION LIST LIBRARYNAME {library-name} [WITHCODE]
        1 FUNCTION (STATS|KILL|DUMP x)
        4 (FCALL|FCALL_RO) {function-name} {script-keys#}
        0.5 COMMAND GETKEYS (EVAL|FCALL) x {script-keys#}
    """)  # fmt: skip
