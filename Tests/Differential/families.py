# SPDX-License-Identifier: Apache-2.0
"""What the differential test sends: the commands of each family, by hand.

Keys come from small pools, a pool a type, so that commands meet each other's data; now and then
a key of another type is used, or one that does not exist.
"""

from __future__ import annotations

import struct

import dumps
import scripts
import streams
from grammar import HOSTILE, Chance, Grammar

FAMILIES = ("strings", "bitmaps", "hyperloglog", "hashes", "lists", "sets", "sortedsets", "geo",
            "streams", "keys", "transactions", "server", "vectors",
            "scripts", "dump", "catalog", "conversations")  # fmt: skip
POOLS = {"string": b"s", "hash": b"h", "list": b"l", "set": b"m", "stream": b"x", "bitmap": b"b",
         "hyperloglog": b"p", "zset": b"z"}  # fmt: skip
POOL_SIZE = 6
FIELDS = [b"f%d" % i for i in range(12)] + [b"", b"\x00bin\xff", b"name", b"score"]
WORDS = [b"alpha", b"beta", b"gamma", b"hello world", b"x", b"\xc3\xa9t\xc3\xa9", b"foo", b"bar"]
VECTOR_DIMENSIONS = 6
VECTOR_ELEMENTS = [b"e%d" % i for i in range(40)]
# Configuration that is set and asked for; the first value is what a server starts with.
PARAMETERS = [
    (b"hash-max-listpack-entries", (b"512", b"128", b"4", b"0")),
    (b"hash-max-listpack-value", (b"64", b"10", b"0")),
    (b"list-compress-depth", (b"0", b"1", b"2")),
    (b"set-max-intset-entries", (b"512", b"8", b"0")),
    (b"set-max-listpack-entries", (b"128", b"8", b"0")),
    (b"set-max-listpack-value", (b"64", b"8")),
    (b"zset-max-listpack-entries", (b"128", b"8", b"0")),
    (b"zset-max-listpack-value", (b"64", b"8")),
    (b"maxmemory", (b"0", b"10gb", b"10GB", b"1x", b"-1")),
    (b"maxmemory-samples", (b"5", b"3", b"0")),
    (b"lazyfree-lazy-user-del", (b"yes", b"no", b"x")),
    (b"slowlog-max-len", (b"128", b"10", b"-1")),
    (b"notify-keyspace-events", (b"", b"KEA", b"Kl", b"Eg$", b"Q!")),
    (b"tracking-table-max-keys", (b"1000000", b"-1", b"0")),
    (b"latency-monitor-threshold", (b"0", b"100", b"-5")),
    (b"client-output-buffer-limit", (b"pubsub 32mb 8mb 60", b"pubsub 32mb", b"x 1 1 1")),
    (b"timeout", (b"0", b"x")),
    (b"proto-max-bulk-len", (b"1mb",)),
    (b"hz", (b"10", b"20", b"x")),
    (b"nosuch", (b"1", b"")),
    (b"port", (b"x",)),
    (b"", (b"1",)),
]  # fmt: skip

grammar = Grammar()


def key_of(chance: Chance, pool: str) -> bytes:
    """A key of a pool, seldom of another, seldom one that nobody writes."""
    dice = chance.random()
    if dice < 0.05:
        pool = chance.choice(list(POOLS))
    elif dice < 0.055:
        return chance.choice(HOSTILE)
    elif dice < 0.08:
        return b"missing%d" % chance.randrange(3)
    # The tag puts all keys in one slot, for servers that care.
    return b"{t}" + POOLS[pool] + b"%d" % chance.randrange(POOL_SIZE)


def any_key(chance: Chance) -> bytes:
    return key_of(chance, chance.choice(list(POOLS)))


def value(chance: Chance) -> bytes:
    """A value: words, numbers of every kind, bytes, long texts."""
    dice = chance.random()
    if dice < 0.3:
        return b"%d" % chance.randrange(-20, 120)
    if dice < 0.6:
        return chance.choice(WORDS)
    if dice < 0.7:
        return b"%.*f" % (chance.randrange(6), chance.uniform(-1000, 1000))
    if dice < 0.8:
        return chance.choice(HOSTILE)
    if dice < 0.9:
        return chance.randbytes(chance.randrange(12))
    if dice < 0.97:
        return chance.choice(WORDS) * chance.randrange(1, 14)
    return bytes([97 + chance.randrange(26)]) * chance.choice((44, 45, 63, 64, 65, 200, 5000))


def seconds(chance: Chance) -> bytes:
    """Seconds to live: far away, or none at all, so that no clock difference shows."""
    dice = chance.random()
    if dice < 0.85:
        return b"%d" % chance.randrange(300, 1_000_000)
    if dice < 0.9:
        return chance.pick(b"0", b"-1", b"-100")
    return chance.choice(HOSTILE)


def milliseconds(chance: Chance) -> bytes:
    dice = chance.random()
    if dice < 0.85:
        return b"%d" % chance.randrange(300_000, 1_000_000_000)
    return seconds(chance) if dice > 0.9 else chance.pick(b"0", b"-1", b"-100000")


def unix_seconds(chance: Chance) -> bytes:
    """A moment: beyond the year 2100, or long past."""
    dice = chance.random()
    if dice < 0.85:
        return b"%d" % chance.randrange(4_200_000_000, 5_000_000_000)
    if dice < 0.9:
        return b"%d" % chance.randrange(0, 1_000_000)
    return chance.choice(HOSTILE)


def unix_milliseconds(chance: Chance) -> bytes:
    dice = chance.random()
    if dice < 0.85:
        return b"%d" % chance.randrange(4_200_000_000_000, 5_000_000_000_000)
    return unix_seconds(chance)


def later_seconds(chance: Chance) -> bytes:
    """A moment that is far away, or none: Redis counts what is over until it is met again."""
    dice = chance.random()
    if dice < 0.9:
        return b"%d" % chance.randrange(4_200_000_000, 5_000_000_000)
    return chance.choice(HOSTILE)


def later_milliseconds(chance: Chance) -> bytes:
    dice = chance.random()
    if dice < 0.9:
        return b"%d" % chance.randrange(4_200_000_000_000, 5_000_000_000_000)
    return chance.choice([b for b in HOSTILE if b not in (b"4294967296", b"2147483648")])


def integer(chance: Chance) -> bytes:
    dice = chance.random()
    if dice < 0.8:
        return b"%d" % chance.randrange(-12, 13)
    return chance.choice(HOSTILE)


def real(chance: Chance) -> bytes:
    dice = chance.random()
    if dice < 0.3:
        return b"%d" % chance.randrange(-20, 20)
    if dice < 0.8:
        return b"%.*f" % (chance.randrange(1, 9), chance.uniform(-100, 100))
    if dice < 0.9:
        return chance.pick(b"1e10", b"3.0e-5", b"0.1", b"1e17", b"123456789012345678", b"5.")
    return chance.choice(HOSTILE)


def counted(chance: Chance, items: list[bytes], each: int = 1) -> list[bytes]:
    """A count and its items; now and then the count lies."""
    count = b"%d" % (len(items) // each)
    if chance.maybe(0.05):
        count = chance.choice((b"1", b"2", b"3", b"100", *HOSTILE))
    return [count, *items]


def member(chance: Chance) -> bytes:
    """A member of a set: mostly one of few, so that sets overlap."""
    dice = chance.random()
    if dice < 0.45:
        return b"%d" % chance.randrange(-6, 40)
    if dice < 0.75:
        return chance.choice(WORDS)
    if dice < 0.8:
        return chance.pick(b"32767", b"32768", b"-32769", b"2147483648", b"-2147483649", b"%d" % 2**62)
    return value(chance)


def many_members(chance: Chance) -> list[bytes]:
    """Enough members to meet the limits of the packed forms, from either side."""
    if chance.maybe(0.5):
        return [b"%d" % i for i in range(chance.choice((127, 129, 511, 512, 513, 700)))]
    return [b"m%d" % i for i in range(chance.choice((100, 127, 128, 129, 200)))]


def some(chance: Chance, items: list[bytes]) -> list[bytes]:
    return [chance.choice(items) for _ in range(chance.choice((1, 1, 2, 3, 5)))]


def declare_slots() -> None:
    """Names for the functions above, as the rules use them."""
    slot = grammar.slot
    slot("string-key")(lambda c: key_of(c, "string"))
    slot("hash-key")(lambda c: key_of(c, "hash"))
    slot("list-key")(lambda c: key_of(c, "list"))
    slot("set-key")(lambda c: key_of(c, "set"))
    slot("any-key")(any_key)
    # Lists that nothing else comes near.
    slot("board-key")(lambda c: b"{t}board")
    slot("queue-key")(lambda c: b"{t}q%d" % c.randrange(3))
    slot("list-keys#")(
        lambda c: counted(c, [key_of(c, "list") for _ in range(c.choice((1, 2, 3)))])
    )
    slot("set-keys#")(
        lambda c: counted(c, [key_of(c, "set") for _ in range(c.choice((1, 2, 3)))])
    )
    slot("member")(member)
    slot("many-members")(many_members)
    slot("sorted-key")(lambda c: key_of(c, c.choice(("set", "list", "zset"))))
    slot("by-pattern")(lambda c: c.choice((
        b"{t}s*", b"{t}s*", b"{t}h*->score", b"{t}h*->f1", b"{t}h*->", b"*", b"#*",
    )))  # fmt: skip
    slot("get-pattern")(lambda c: c.choice((
        b"#", b"#", b"{t}s*", b"{t}h*->f1", b"{t}h*->f2", b"{t}h*->", b"{t}l*", b"nothing", b"*->f",
        b"#\x00", b"{t}s\x00*",
    )))  # fmt: skip
    # A large negative count is an order for that many rows, and both servers would obey.
    slot("random-count")(
        lambda c: b"%d" % c.randrange(-12, 13) if c.maybe(0.9) else c.pick(b"x", b"", b"9" * 30)
    )
    slot("value")(value)
    slot("int")(integer)
    slot("index")(
        lambda c: b"%d" % c.randrange(-12, 13) if c.maybe(0.9) else c.pick(b"x", b"", b"-0")
    )
    slot("float")(real)
    slot("seconds")(seconds)
    slot("milliseconds")(milliseconds)
    slot("unix-seconds")(unix_seconds)
    slot("unix-milliseconds")(unix_milliseconds)
    slot("later-seconds")(later_seconds)
    slot("later-milliseconds")(later_milliseconds)
    slot("past")(lambda c: b"%d" % c.randrange(1, 1_000_000))
    slot("soon")(lambda c: b"%d" % c.randrange(1, 15))
    slot("field")(lambda c: c.choice(FIELDS))
    slot("fields#")(lambda c: counted(c, some(c, FIELDS)))
    slot("pairs#")(lambda c: counted(c, [x for f in some(c, FIELDS) for x in (f, value(c))], 2))
    slot("many-pairs")(
        lambda c: [
            x for i in range(c.choice((130, 511, 513, 600))) for x in (b"m%d" % i, b"%d" % i)
        ]
    )
    slot("many-values")(lambda c: [b"%d" % i for i in range(c.choice((100, 129, 300)))])
    slot("long-values")(lambda c: [b"%d" % i * 400 for i in range(c.choice((3, 9)))])
    slot("offset")(
        lambda c: b"%d" % c.choice((0, 1, 5, 20, 300)) if c.maybe(0.85) else c.choice(HOSTILE)
    )
    slot("db")(lambda c: c.choice((b"0", b"1", b"1", b"2", b"15", b"16", b"-1", b"x")))
    slot("pattern")(lambda c: c.choice((
        b"*", b"*", b"{t}s*", b"*[0-3]", b"*[^1-3]", b"?t*h?", b"f*", b"m1?", b"*\\*", b"[", b"",
        b"**a*",
    )))  # fmt: skip
    slot("type")(lambda c: c.choice((b"string", b"hash", b"list", b"HASH", b"set", b"zset", b"nonsense")))
    slot("timeout")(
        lambda c: c.choice((b"0.01", b"0.001", b"-1", b"abc", b"nan", b"1e400", b"0.005"))
    )
    slot("text")(lambda c: b"".join(c.choice((b"a", b"b", b"c")) for _ in range(c.randrange(24))))


declare_slots()

grammar.rules("strings", """
    12 SET {string-key} {value} <[NX|XX] [GET] [EXPIRY|KEEPTTL]>
    2 SET {string-key} {value} [EX {seconds}|PERSIST|NX XX|GET NX|KEEPTTL EX {seconds}]
    10 GET {string-key}
    4 GETEX {string-key} [EXPIRY|PERSIST|PERSIST EX {seconds}]
    2 GETDEL {string-key}
    2 GETSET {string-key} {value}
    2 SETNX {string-key} {value}
    2 SETEX {string-key} {seconds} {value}
    2 PSETEX {string-key} {milliseconds} {value}
    4 APPEND {string-key} {value}
    2 STRLEN {string-key}
    4 INCR {string-key}
    3 DECR {string-key}
    4 INCRBY {string-key} {int}
    3 DECRBY {string-key} {int}
    5 INCRBYFLOAT {string-key} {float}
    4 GETRANGE {string-key} {int} {int}
    1 SUBSTR {string-key} {int} {int}
    4 SETRANGE {string-key} {offset} {value}
    3 MGET {any-key}+
    3 MSET ({string-key} {value})+
    2 MSETNX ({string-key} {value})+
    2 SET {string-key} {text}
    3 LCS {string-key} {string-key} <[LEN] [IDX] [MINMATCHLEN {int}] [WITHMATCHLEN]>
""")  # fmt: skip
grammar.rules("strings", """
    0.2 SET {string-key} {value} PX {soon}
    0.1 PSETEX {string-key} {soon} {value}
    0.1 SET {string-key} {value} (EXAT|PXAT) {past}
    0.1 GETEX {string-key} (EXAT|PXAT) {past}
    0.1 GETEX {string-key} PX {soon}
""", brief=True)  # fmt: skip

grammar.rules("hashes", """
    10 HSET {hash-key} ({field} {value})+
    0.3 HSET {hash-key} {many-pairs}
    2 HMSET {hash-key} ({field} {value})+
    3 HSETNX {hash-key} {field} {value}
    6 HGET {hash-key} {field}
    3 HMGET {hash-key} {field}+
    4 HDEL {hash-key} {field}+
    2 HEXISTS {hash-key} {field}
    2 HLEN {hash-key}
    2 HSTRLEN {hash-key} {field}
    4 HINCRBY {hash-key} {field} {int}
    4 HINCRBYFLOAT {hash-key} {field} {float}
    3 HGETDEL {hash-key} FIELDS {fields#}
    4 HGETEX {hash-key} [EXPIRY|PERSIST] FIELDS {fields#}
    5 HSETEX {hash-key} <[FNX|FXX] [EXPIRY|KEEPTTL]> FIELDS {pairs#}
    4 HEXPIRE {hash-key} {seconds} [NX|XX|GT|LT] FIELDS {fields#}
    2 HPEXPIRE {hash-key} {milliseconds} [NX|XX|GT|LT] FIELDS {fields#}
    2 HEXPIREAT {hash-key} {unix-seconds} [NX|XX|GT|LT] FIELDS {fields#}
    2 HPEXPIREAT {hash-key} {unix-milliseconds} [NX|XX|GT|LT] FIELDS {fields#}
    3 HPERSIST {hash-key} FIELDS {fields#}
    1 OBJECT ENCODING {hash-key}
""")  # fmt: skip
grammar.rules("hashes", """
    3 HGETALL {hash-key}
""", "pairs")  # fmt: skip
grammar.rules("hashes", """
    1.5 HKEYS {hash-key}
    1.5 HVALS {hash-key}
""", "unordered")  # fmt: skip
grammar.rules("hashes", """
    2 HRANDFIELD {hash-key} [{random-count} [WITHVALUES|NONSENSE]]
""", "shape", mutable=False)  # fmt: skip
grammar.rules("hashes", """
    2 HSCAN {hash-key} 0 <[MATCH {pattern}] [COUNT 1000000] [NOVALUES]>
    0.5 HSCAN {hash-key} {int} <[MATCH {pattern}] [COUNT {int}] [NOVALUES]>
""", "scan")  # fmt: skip
grammar.rules("hashes", """
    2 HTTL {hash-key} FIELDS {fields#}
    1 HPTTL {hash-key} FIELDS {fields#}
    1 HEXPIRETIME {hash-key} FIELDS {fields#}
    1 HPEXPIRETIME {hash-key} FIELDS {fields#}
""", "time")  # fmt: skip
grammar.rules("hashes", """
    0.3 HPEXPIRE {hash-key} {soon} FIELDS {fields#}
    0.1 HSETEX {hash-key} PX {soon} FIELDS {pairs#}
    0.1 HGETEX {hash-key} PX {soon} FIELDS {fields#}
""", brief=True)  # fmt: skip

grammar.rules("lists", """
    8 (LPUSH|RPUSH) {list-key} {value}+
    0.4 (LPUSH|RPUSH) {list-key} ({many-values}|{long-values})
    3 (LPUSHX|RPUSHX) {list-key} {value}+
    5 (LPOP|RPOP) {list-key} [{int}]
    2 LLEN {list-key}
    4 LINDEX {list-key} {int}
    4 LINSERT {list-key} (BEFORE|AFTER|before|AROUND) {value} {value}
    6 LRANGE {list-key} {int} {int}
    2 LRANGE {list-key} 0 -1
    3 LREM {list-key} {int} {value}
    2 LTRIM {list-key} {int} {int}
    2 RPOPLPUSH {list-key} {list-key}
    4 LMOVE {list-key} {list-key} (LEFT|RIGHT|left|UP) (LEFT|RIGHT|right)
    4 LPOS {list-key} {value} <[RANK {int}] [COUNT {int}] [MAXLEN {int}]>
    3 LMPOP {list-keys#} (LEFT|RIGHT|x) [COUNT {int}]
    1 OBJECT ENCODING {list-key}
""")  # fmt: skip
# Redis 8.2.3 cuts the index of LSET to 32 bits: 4294967296 sets the first element. Not sent.
grammar.rules("lists", """
    4 LSET {list-key} {index} {value}
""", mutable=False)  # fmt: skip
grammar.rules("lists", """
    0.5 (BLPOP|BRPOP) {list-key}+ {timeout}
    0.5 BLMOVE {list-key} {list-key} (LEFT|RIGHT) (LEFT|RIGHT) {timeout}
    0.3 BRPOPLPUSH {list-key} {list-key} {timeout}
    0.5 BLMPOP {timeout} {list-keys#} (LEFT|RIGHT) [COUNT {int}]
""", mutable=False)  # fmt: skip

grammar.rules("sets", """
    10 SADD {set-key} {member}+
    1 SADD {set-key} {many-members}
    4 SREM {set-key} {member}+
    0.3 SREM {set-key} {many-members}
    2 SCARD {set-key}
    3 SISMEMBER {set-key} {member}
    2 SMISMEMBER {set-key} {member}+
    4 SMOVE {set-key} {set-key} {member}
    2 SINTERCARD {set-keys#} [LIMIT {int}]
    1.5 SINTERSTORE {set-key} {set-key}+
    1.5 SUNIONSTORE {set-key} {set-key}+
    1.5 SDIFFSTORE {set-key} {set-key}+
    2 OBJECT ENCODING {set-key}
    2 SORT {set-key} ALPHA <[ASC|DESC] [LIMIT {int} {int}] [GET {get-pattern}] [STORE {list-key}]>
    2 SORT {sorted-key} <[ASC|DESC] [LIMIT {int} {int}] [GET {get-pattern}] [STORE {list-key}]>
    1 SORT {queue-key} BY nosort <[ASC|DESC] [LIMIT {int} {int}] [GET {get-pattern}]>
    1 SORT {queue-key} BY {by-pattern} ALPHA [DESC] [GET #]
    0.5 RPUSH {queue-key} {member}+
    1 SORT {board-key} BY nosort <[ASC|DESC] [LIMIT {int} {int}] [GET {get-pattern}]>
    0.5 ZADD {board-key} {int} {member}
    1 SORT {set-key} BY nosort <[ASC|DESC] [LIMIT {int} {int}] [GET {get-pattern}]> STORE {list-key}
    2 SORT {sorted-key} BY {by-pattern} <[ASC|DESC] [LIMIT {int} {int}] [GET {get-pattern}]>
    1 SORT {sorted-key} BY {by-pattern} GET {get-pattern} GET {get-pattern} STORE {list-key}
    1 SORT_RO (({set-key}|{list-key})) <[ASC|DESC] [BY {by-pattern}] [GET {get-pattern}] [STORE {list-key}]>
    1 SORT {any-key} [ALPHA|LIMIT {int}|BY|GET|STORE]
    1 SADD {set-key} 0 1 2 3 4 5
    0.5 RPUSH {list-key} 0 1 2 3 4 5
    0.5 SET {string-key} {int}
    0.5 HSET {hash-key} score {int} f1 {int}
""")  # fmt: skip
# Which members go is chance: only all or none can be compared.
grammar.rules("sets", """
    0.5 SPOP {set-key} 100000
    0.3 SPOP {set-key} (0|-1|x|3 4)
    1.5 SINTER {set-key}+
    1.5 SUNION {set-key}+
    1.5 SDIFF {set-key}+
    4 SMEMBERS {set-key}
    1 SORT {set-key} BY nosort [DESC] [GET #]
""", "unordered", mutable=False)  # fmt: skip
# Weights that are equal as texts leave the order open, where a table gives none.
grammar.rules("sets", """
    1 SORT {set-key} BY {by-pattern} ALPHA [DESC] [GET #]
""", "unordered", mutable=False)  # fmt: skip
grammar.rules("sets", """
    2 SRANDMEMBER {set-key} [{random-count}]
    0.2 SRANDMEMBER {set-key} 1 2
""", "shape", mutable=False)  # fmt: skip
grammar.rules("sets", """
    2 SSCAN {set-key} 0 <[MATCH {pattern}] [COUNT 1000000]>
    0.5 SSCAN {set-key} {int} <[MATCH {pattern}] [COUNT {int}] [NOVALUES]>
""", "scan")  # fmt: skip

grammar.rules("keys", """
    4 DEL {any-key}+
    2 UNLINK {any-key}+
    3 EXISTS {any-key}+
    2 TOUCH {any-key}+
    3 TYPE {any-key}
    3 RENAME {any-key} {any-key}
    2 RENAMENX {any-key} {any-key}
    4 COPY {any-key} {any-key} <[DB {db}] [REPLACE]>
    2 MOVE {any-key} {db}
    4 EXPIRE {any-key} {seconds} [NX|XX|GT|LT|GT LT|NX GT|XX GT]
    2 PEXPIRE {any-key} {milliseconds} [NX|XX|GT|LT]
    2 EXPIREAT {any-key} {unix-seconds} [NX|XX|GT|LT]
    2 PEXPIREAT {any-key} {unix-milliseconds} [NX|XX|GT|LT]
    2 PERSIST {any-key}
    3 OBJECT ENCODING {any-key}
    0.3 OBJECT FREQ {any-key}
    0.2 OBJECT NONSENSE {any-key}
    1 DBSIZE
    1 SELECT {db}
    1 SELECT 0
    0.04 FLUSHDB [ASYNC|SYNC|NOW]
    0.02 FLUSHALL [ASYNC|SYNC]
    0.2 SWAPDB {db} {db}
""")  # fmt: skip
grammar.rules("keys", """
    1 KEYS {pattern}
""", "unordered")  # fmt: skip
grammar.rules("keys", """
    1 RANDOMKEY
""", "shape")  # fmt: skip
grammar.rules("keys", """
    0.5 OBJECT (IDLETIME|REFCOUNT) {any-key}
""", "number")  # fmt: skip
grammar.rules("keys", """
    2 SCAN 0 <[MATCH {pattern}] [COUNT 1000000] [TYPE {type}]>
    0.5 SCAN {int} <[MATCH {pattern}] [COUNT {int}] [TYPE {type}]>
""", "scan")  # fmt: skip
grammar.rules("keys", """
    2 (TTL|PTTL) {any-key}
    1 (EXPIRETIME|PEXPIRETIME) {any-key}
""", "time")  # fmt: skip
grammar.rules("keys", """
    0.3 PEXPIRE {any-key} {soon}
""", brief=True)  # fmt: skip

# The generator closes most transactions by itself; these make the odd ones.
grammar.rules("transactions", """
    3 MULTI
    2.5 EXEC
    0.6 DISCARD
    2 WATCH {any-key}+
    0.7 UNWATCH
""", mutable=False)  # fmt: skip
grammar.rules("transactions", """
    0.2 MULTI {value}
    0.2 NOSUCHCOMMAND {value} {value}
""")  # fmt: skip

grammar.rules("server", """
    1 PING [{value}]
    1 ECHO {value}
    0.5 COMMAND GETKEYS (SET {any-key} {value}|MSET {any-key} {value} {any-key} {value}|GET|PING)
    0.3 COMMAND GETKEYS (LMPOP {list-keys#} LEFT|RENAME {any-key} {any-key})
    0.3 CLIENT (GETNAME|SETNAME {value}|NONSENSE|REPLY x|NO-EVICT x)
    0.2 CLIENT (NO-TOUCH on|NO-TOUCH off|SETINFO LIB-NAME x|SETINFO nope x)
    0.3 OBJECT (HELP|ENCODING)
    0.3 CONFIG (GET|SET|NONSENSE)
    0.3 (NOSUCH|nosuch\x00|GETT|hset1) {value}
""")  # fmt: skip
# A mutated DEBUG SLEEP could sleep for ever, a mutated SUBSCRIBE would change the connection, and a
# bare COMMAND lists whatever the server has.
grammar.rules("server", """
    0.3 COMMAND (NONSENSE|GETKEYS)
    0.3 DEBUG (SLEEP|NONSENSE|STRINGMATCH-LEN)
    0.2 (AUTH|HELLO x|HELLO 4|HELLO 2 AUTH)
""", mutable=False)  # fmt: skip


# EF, M and COUNT as large as memory make Redis 8.2.3 abort, so these are wrong but not large.
WRONG_COUNTS = [b"", b"0", b"-1", b"-0", b"abc", b"1.5", b"+5", b"nan", b"9" * 30, b"-" + b"9" * 18]


NOT_FINITE = (b"nan", b"1e400")


def numbers(chance: Chance) -> list[float]:
    return [round(chance.uniform(-1, 1), 3) for _ in range(VECTOR_DIMENSIONS)]


def vector(chance: Chance) -> list[bytes]:
    """A vector in either form; seldom one of another length, or a broken one."""
    made = numbers(chance)
    dice = chance.random()
    if dice < 0.02:
        made = made[:-2]
    if chance.maybe(0.5):
        blob = struct.pack(f"<{len(made)}f", *made)
        return [b"FP32", blob[:-1] if 0.02 < dice < 0.03 else blob]
    texts = [b"%g" % number for number in made]
    if 0.02 < dice < 0.04:
        texts[1] = chance.choice([t for t in HOSTILE if b"inf" not in t and t not in NOT_FINITE])
    return [b"VALUES", *counted(chance, texts)]


QUANTIZATIONS = {b"{t}vf": b"NOQUANT", b"{t}vq": b"Q8", b"{t}vb": b"BIN"}


def vector_key(chance: Chance) -> bytes:
    if chance.maybe(0.04):
        return any_key(chance)
    return chance.choice(list(QUANTIZATIONS)) + b"%d" % chance.randrange(2)


def vadd(chance: Chance) -> list[bytes]:
    """VADD with the quantisation its key is meant to have, options in any order."""
    key = vector_key(chance)
    fitting = QUANTIZATIONS.get(key[:-1], b"Q8")
    if chance.maybe(0.03):
        fitting = chance.pick(*QUANTIZATIONS.values())
    options = [[fitting]] if fitting != b"Q8" or chance.maybe(0.5) else []
    if chance.maybe(0.2):
        options.append([b"CAS"])
    if chance.maybe(0.2):
        options.append([b"EF", b"100" if chance.maybe(0.9) else chance.choice(WRONG_COUNTS)])
    if chance.maybe(0.2):
        options.append([b"M", b"16" if chance.maybe(0.9) else chance.choice(WRONG_COUNTS)])
    if chance.maybe(0.5):
        options.append([b"SETATTR", attributes(chance)])
    if chance.maybe(0.03):
        options.append([chance.pick(b"", b"NX", b"EF", b"SETATTR", b"x")])
    chance.shuffle(options)
    tail = [argument for option in options for argument in option]
    return [key, *vector(chance), chance.choice(VECTOR_ELEMENTS), *tail]


def attributes(chance: Chance) -> bytes:
    if chance.maybe(0.1):
        return chance.pick(b"", b"{", b"not json", b"[]", b'{"year": "text"}', b"{}")
    tags = [b'"red"', b'"blue"', b'"green"']
    chance.shuffle(tags)
    made = b'{"year": %d, "tag": %b, "tags": [%b], "half": %g, "ok": %b}'
    return made % (
        chance.randrange(1990, 2000),
        tags[0],
        b", ".join(tags[: chance.randrange(4)]),
        chance.randrange(40) / 2,
        chance.pick(b"true", b"false", b"null"),
    )


FILTERS = [
    b".year > 1995", b".year >= 1992 and .year < 1998", b'.tag == "red"',
    b'.tag in ["red", "blue"]',
    b'"red" in .tags', b".half * 2 == 10", b"not .ok", b".ok", b".year % 2 == 0 || .tag == 'blue'",
    b".missing == 1", b"!(.year > 1995)", b".year ** 2 > 3980000", b"(.year - 1990) / 2 > 2",
    b".half > 1e1", b".tag != 'red' && .half < 15.5", b".year >", b"", b"(", b".year == 1 ==",
    b"year > 3",
]  # fmt: skip


def vsim_options(chance: Chance) -> list[bytes]:
    options = []
    if chance.maybe(0.5):
        options.append([b"WITHSCORES"])
    if chance.maybe(0.2):
        options.append([b"WITHATTRIBS"])
    if chance.maybe(0.6):
        count = b"%d" % chance.choice((1, 3, 5, 20, 100))
        options.append([b"COUNT", count if chance.maybe(0.92) else chance.choice(WRONG_COUNTS)])
    if chance.maybe(0.2):
        options.append([b"EF", b"200" if chance.maybe(0.85) else chance.choice(WRONG_COUNTS)])
    if chance.maybe(0.15):
        options.append([b"EPSILON", chance.pick(b"0.5", b"1", b"0.3", b"2", b"-1", b"x", b"0")])
    if chance.maybe(0.3):
        options.append([b"FILTER", chance.choice(FILTERS)])
    if chance.maybe(0.1):
        options.append([b"FILTER-EF", b"0" if chance.maybe(0.8) else chance.choice(WRONG_COUNTS)])
    if chance.maybe(0.3):
        options.append([b"TRUTH"])
    if chance.maybe(0.1):
        options.append([b"NOTHREAD"])
    if chance.maybe(0.03):
        options.append([chance.pick(b"", b"NX", b"EF", b"COUNT", b"FILTER", b"x")])
    chance.shuffle(options)
    return [argument for option in options for argument in option]


def reduced_vadd(chance: Chance) -> list[bytes]:
    return [b"{t}vr", b"REDUCE", b"3", *vector(chance), chance.choice(VECTOR_ELEMENTS)]


def declare_vector_slots() -> None:
    slot = grammar.slot
    slot("vadd")(vadd)
    slot("reduced")(reduced_vadd)
    slot("vector-key")(vector_key)
    slot("vector")(vector)
    slot("element")(
        lambda c: c.choice(VECTOR_ELEMENTS) if c.maybe(0.9) else c.pick(b"no", b"", b"\x00")
    )
    slot("attributes")(attributes)
    slot("vsim-options")(vsim_options)


declare_vector_slots()

grammar.rules("vectors", """
    16 VADD {vadd}
    0.5 VADD {reduced}
""", mutable=False)  # fmt: skip
grammar.rules("vectors", """
    3 VREM {vector-key} {element}
    2 VCARD {vector-key}
    1 VDIM {vector-key}
    3 VSETATTR {vector-key} {element} {attributes}
    3 VGETATTR {vector-key} {element}
    2 VISMEMBER {vector-key} {element}
    0.3 (TYPE|DEL|PERSIST) {vector-key}
    0.3 OBJECT ENCODING {vector-key}
    0.4 RENAME {vector-key} {vector-key}
    0.2 EXPIRE {vector-key} {seconds}
""")  # fmt: skip
grammar.rules("vectors", """
    3 VEMB {vector-key} {element}
""", "near")  # fmt: skip
grammar.rules("vectors", """
    0.5 VEMB {vector-key} {element} RAW
""", "shape")  # fmt: skip
grammar.rules("vectors", """
    1 VLINKS {vector-key} {element} [WITHSCORES]
""", "presence")  # fmt: skip
grammar.rules("vectors", """
    1 VRANDMEMBER {vector-key} [{random-count}]
""", "shape", mutable=False)  # fmt: skip
grammar.rules("vectors", """
    1 VINFO {vector-key}
""", "vinfo")  # fmt: skip
grammar.rules("vectors", """
    12 VSIM {vector-key} ({vector}|ELE {element}) {vsim-options}
""", "vsim", mutable=False)  # fmt: skip

streams.declare(grammar, key_of, value, counted)
scripts.declare(grammar)


# Scores of every form that a listpack has, both sides of where one ends; ties are wanted.
SCORES = [
    b"0", b"1", b"1", b"2", b"3", b"-1", b"10", b"100", b"127", b"128", b"-129", b"32768", b"0.5",
    b"1.5", b"2.25", b"0.1", b"3.14159", b"1e10", b"1700000000000", b"-1e-7", b"inf", b"-inf",
    b"123456789012345678", b"1e20", b"-0", b"+7", b"1.0", b"1e-320",
]  # fmt: skip


def score(chance: Chance) -> bytes:
    dice = chance.random()
    if dice < 0.7:
        return chance.choice(SCORES)
    return b"%d" % chance.randrange(-20, 20) if dice < 0.85 else real(chance)


def member(chance: Chance) -> bytes:
    return b"m%d" % chance.randrange(24) if chance.maybe(0.8) else value(chance)


def score_bound(chance: Chance) -> bytes:
    exclusive = b"(" if chance.maybe(0.25) else b""
    return exclusive + (chance.pick(b"-inf", b"+inf") if chance.maybe(0.3) else score(chance))


def lex_bound(chance: Chance) -> bytes:
    dice = chance.random()
    if dice < 0.3:
        return chance.pick(b"-", b"+")
    if dice < 0.35:
        return chance.choice(HOSTILE)
    return chance.pick(b"[", b"(") + chance.choice((b"m%d" % chance.randrange(24), b"m", b"n", b""))


def lex_key(chance: Chance) -> bytes:
    """A key of no pool: in these sets all scores are the same, or their order means nothing."""
    return b"{t}y%d" % chance.randrange(3)


def source_key(chance: Chance) -> bytes:
    """What sets are made from: sorted ones, and some that are not."""
    return b"{t}e%d" % chance.randrange(2) if chance.maybe(0.2) else key_of(chance, "zset")


def weighted_keys(chance: Chance, *options: str) -> list[bytes]:
    """A counted list of keys with the options of ZUNION."""
    number = chance.choice((1, 2, 2, 3))
    made = counted(chance, [source_key(chance) for _ in range(number)])
    tails = []
    if "WEIGHTS" in options and chance.maybe(0.3):
        tails.append([b"WEIGHTS", *[score(chance) for _ in range(number)]])
    if "AGGREGATE" in options and chance.maybe(0.3):
        tails.append([b"AGGREGATE", chance.pick(b"SUM", b"MIN", b"MAX", b"max", b"AVG")])
    if "WITHSCORES" in options and chance.maybe(0.5):
        tails.append([b"WITHSCORES"])
    if "LIMIT" in options and chance.maybe(0.4):
        tails.append([b"LIMIT", integer(chance)])
    chance.shuffle(tails)
    return [*made, *[argument for tail in tails for argument in tail]]


def declare_sorted_set_slots() -> None:
    slot = grammar.slot
    slot("zset-key")(lambda c: key_of(c, "zset"))
    slot("zset-keys#")(
        lambda c: counted(c, [key_of(c, "zset") for _ in range(c.choice((1, 2, 3)))])
    )
    slot("source-keys#")(
        lambda c: counted(c, [source_key(c) for _ in range(c.choice((1, 2, 3)))])
    )
    slot("set-key")(lambda c: b"{t}e%d" % c.randrange(2))
    slot("lex-key")(lex_key)
    slot("score")(score)
    slot("member")(member)
    slot("lex-member")(lambda c: b"m%d" % c.randrange(24))
    slot("bound")(score_bound)
    slot("lex-bound")(lex_bound)
    slot("many-scores")(
        lambda c: [
            x for i in range(c.choice((40, 127, 129, 200))) for x in (score(c), b"n%d" % i)
        ]
    )
    slot("zunion")(lambda c: weighted_keys(c, "WEIGHTS", "AGGREGATE", "WITHSCORES"))
    slot("zunionstore")(lambda c: weighted_keys(c, "WEIGHTS", "AGGREGATE"))
    slot("zdiff")(lambda c: weighted_keys(c, "WITHSCORES"))
    slot("zintercard")(lambda c: weighted_keys(c, "LIMIT"))


declare_sorted_set_slots()

grammar.rules("sortedsets", """
    8 ZADD {zset-key} ({score} {member})+
    6 ZADD {zset-key} <[NX|XX] [GT|LT] [CH]> ({score} {member})+
    3 ZADD {zset-key} <[NX|XX] [GT|LT] (INCR) [CH]> {score} {member}
    0.3 ZADD {zset-key} {many-scores}
    4 ZINCRBY {zset-key} {score} {member}
    3 ZREM {zset-key} {member}+
    1.5 ZCARD {zset-key}
    2 ZCOUNT {zset-key} {bound} {bound}
    3 ZSCORE {zset-key} {member}
    2 ZMSCORE {zset-key} {member}+
    3 (ZRANK|ZREVRANK) {zset-key} {member} [WITHSCORE]
    3 ZRANGE {zset-key} {int} {int} [WITHSCORES]
    2 ZRANGE {zset-key} 0 -1 WITHSCORES
    2 ZRANGE {zset-key} {int} {int} <[REV] [WITHSCORES] [LIMIT {int} {int}] [BYSCORE] [BYLEX]>
    3 ZRANGE {zset-key} {bound} {bound} BYSCORE <[REV] [WITHSCORES] [LIMIT {int} {int}]>
    2 ZREVRANGE {zset-key} {int} {int} [WITHSCORES]
    3 ZRANGEBYSCORE {zset-key} {bound} {bound} <[WITHSCORES] [LIMIT {int} {int}]>
    3 ZREVRANGEBYSCORE {zset-key} {bound} {bound} <[WITHSCORES] [LIMIT {int} {int}]>
    2 ZRANGESTORE {zset-key} {zset-key} {int} {int} [REV]
    2 ZRANGESTORE {zset-key} {zset-key} {bound} {bound} BYSCORE <[REV] [LIMIT {int} {int}]>
    1 ZREMRANGEBYRANK {zset-key} {int} {int}
    1 ZREMRANGEBYSCORE {zset-key} {bound} {bound}
    2 (ZPOPMIN|ZPOPMAX) {zset-key} [{int}]
    2 ZMPOP {zset-keys#} (MIN|MAX|min|x) [COUNT {int}]
    1.5 ZUNION {zunion}
    1.5 ZINTER {zunion}
    1.5 ZDIFF {zdiff}
    1.5 ZUNIONSTORE {zset-key} {zunionstore}
    1.5 ZINTERSTORE {zset-key} {zunionstore}
    1.5 ZDIFFSTORE {zset-key} {source-keys#}
    1 SADD {set-key} ({lex-member}|{int})+
    0.2 DEL {set-key}
    1.5 ZINTERCARD {zintercard}
    1 OBJECT ENCODING {zset-key}
""")  # fmt: skip
grammar.rules("sortedsets", """
    3 ZADD {lex-key} (0 {lex-member})+
    0.4 ZREM {lex-key} {lex-member}+
    0.3 ZREMRANGEBYLEX {lex-key} {lex-bound} {lex-bound}
""", mutable=False)  # fmt: skip
grammar.rules("sortedsets", """
    1 ZLEXCOUNT {lex-key} {lex-bound} {lex-bound}
    1.5 (ZRANGEBYLEX|ZREVRANGEBYLEX) {lex-key} {lex-bound} {lex-bound} [LIMIT {int} {int}]
    1.5 ZRANGE {lex-key} {lex-bound} {lex-bound} BYLEX <[REV] [LIMIT {int} {int}] [WITHSCORES]>
    0.3 ZRANGESTORE {zset-key} {lex-key} {lex-bound} {lex-bound} BYLEX
""")  # fmt: skip
grammar.rules("sortedsets", """
    2 ZRANDMEMBER {zset-key} [{random-count} [WITHSCORES|NONSENSE]]
""", "shape", mutable=False)  # fmt: skip
grammar.rules("sortedsets", """
    2 ZSCAN {zset-key} 0 <[MATCH {pattern}] [COUNT 1000000] [NOVALUES]>
    0.5 ZSCAN {zset-key} {int} <[MATCH {pattern}] [COUNT {int}]>
""", "scan")  # fmt: skip
grammar.rules("sortedsets", """
    0.6 (BZPOPMIN|BZPOPMAX) {zset-key}+ {timeout}
    0.6 BZMPOP {timeout} {zset-keys#} (MIN|MAX) [COUNT {int}]
""", mutable=False)  # fmt: skip


def coordinates(chance: Chance) -> list[bytes]:
    """A longitude and latitude: mostly around one city, so that searches find something."""
    dice = chance.random()
    if dice < 0.6:
        made = (chance.uniform(12, 17), chance.uniform(36, 40))
    elif dice < 0.9:
        made = (chance.uniform(-180, 180), chance.uniform(-85, 85))
    elif dice < 0.95:
        return [chance.pick(b"180", b"-180", b"0", b"181"), chance.pick(b"85.05112878", b"86", b"0")]
    else:
        return [chance.choice(HOSTILE), b"10"]
    return [b"%.6f" % degrees for degrees in made]


def length(chance: Chance) -> bytes:
    if chance.maybe(0.05):
        return chance.choice(HOSTILE)
    return b"%g" % (10 ** chance.uniform(0, 4))


def search(chance: Chance) -> list[bytes]:
    """Centre, shape and options of GEOSEARCH in any order; seldom one missing or doubled."""
    parts = [
        [b"FROMLONLAT", *coordinates(chance)]
        if chance.maybe(0.5)
        else [b"FROMMEMBER", member(chance)],
        [b"BYRADIUS", length(chance), unit(chance)]
        if chance.maybe(0.5)
        else [b"BYBOX", length(chance), length(chance), unit(chance)],
    ]
    if chance.maybe(0.03):
        parts.append([b"FROMMEMBER", member(chance)])
    if chance.maybe(0.03):
        parts.append([b"BYBOX", length(chance), length(chance), unit(chance)])
    if chance.maybe(0.03):
        parts.pop(chance.randrange(len(parts)))
    if chance.maybe(0.6):
        parts.append([chance.pick(b"ASC", b"DESC")])
    if chance.maybe(0.3):
        parts.append([b"COUNT", integer(chance)])
    if chance.maybe(0.1):
        parts.append([b"ANY"])
    chance.shuffle(parts)
    return [argument for part in parts for argument in part]


def unit(chance: Chance) -> bytes:
    return chance.choice((b"km", b"km", b"mi", b"KM", b"m", b"ft", b"cm"))


def declare_geo_slots() -> None:
    slot = grammar.slot
    slot("geo-key")(lambda c: b"{t}g%d" % c.randrange(4) if c.maybe(0.97) else any_key(c))
    slot("coordinates")(coordinates)
    slot("length")(length)
    slot("unit")(unit)
    slot("search")(search)


declare_geo_slots()

grammar.rules("geo", """
    8 GEOADD {geo-key} ({coordinates} {member})+
    3 GEOADD {geo-key} <[NX|XX] [CH]> ({coordinates} {member})+
    3 GEODIST {geo-key} {member} {member} [{unit}]
    2 GEOHASH {geo-key} {member}+
    3 GEOPOS {geo-key} {member}+
    3 GEORADIUS {geo-key} {coordinates} {length} {unit} <[WITHDIST] [WITHCOORD] [WITHHASH] [ASC|DESC] [COUNT {int}]>
    2 (GEORADIUS_RO|GEORADIUSBYMEMBER_RO) {geo-key} {member} {length} {unit} <[WITHDIST] [ASC|DESC] [COUNT {int}]>
    2 GEORADIUSBYMEMBER {geo-key} {member} {length} {unit} <[WITHDIST] [ASC|DESC] [COUNT {int} [ANY]]>
    1 GEORADIUS {geo-key} {coordinates} {length} {unit} <[ASC|DESC] [COUNT {int}] [WITHHASH]> (STORE|STOREDIST) {geo-key}
    1 GEORADIUSBYMEMBER {geo-key} {member} {length} {unit} (STORE|STOREDIST) {geo-key}
    6 GEOSEARCH {geo-key} {search} <[WITHDIST] [WITHCOORD] [WITHHASH]>
    2 GEOSEARCHSTORE {geo-key} {geo-key} {search} [STOREDIST|WITHDIST]
    1 ZRANGE {geo-key} 0 -1 WITHSCORES
    0.5 ZREM {geo-key} {member}+
    0.2 ZADD {geo-key} {score} {member}
""")  # fmt: skip


def bit_offset(chance: Chance) -> bytes:
    """A bit's number; large ones are seldom, as both servers would fill half a gigabyte."""
    dice = chance.random()
    if dice < 0.9:
        return b"%d" % chance.randrange(chance.choice((8, 64, 300, 3000)))
    if dice < 0.93:
        return chance.pick(b"4294967296", b"-1", b"4294967297")
    return chance.choice([h for h in HOSTILE if h not in (b"2147483648",)])


def field_offset(chance: Chance) -> bytes:
    if chance.maybe(0.3):
        return b"#%d" % chance.randrange(-1 if chance.maybe(0.05) else 0, 20)
    return bit_offset(chance)


def field_type(chance: Chance) -> bytes:
    if chance.maybe(0.04):
        return chance.pick(b"u64", b"i65", b"u0", b"x8", b"u", b"", b"i", b"u-1", b"i08")
    return b"%c%d" % (chance.choice(b"ui"), chance.choice((1, 2, 4, 5, 8, 13, 16, 31, 32, 63)))


def field_value(chance: Chance) -> bytes:
    if chance.maybe(0.8):
        return b"%d" % chance.randrange(-300, 300)
    return chance.choice(HOSTILE)


def bitfield_steps(chance: Chance) -> list[bytes]:
    steps: list[bytes] = []
    for _ in range(chance.choice((1, 1, 2, 3, 5))):
        dice = chance.random()
        if dice < 0.2:
            steps += [b"OVERFLOW", chance.pick(b"WRAP", b"SAT", b"FAIL", b"sat", b"fail")]
        kind = chance.pick(b"GET", b"SET", b"INCRBY", b"set", b"INCRBY")
        steps += [kind, field_type(chance), field_offset(chance)]
        if kind != b"GET":
            steps.append(field_value(chance))
    if chance.maybe(0.02):
        steps.append(chance.pick(b"GET", b"OVERFLOW", b"x"))
    return steps


def declare_bit_slots() -> None:
    slot = grammar.slot
    slot("bitmap-key")(lambda c: key_of(c, "string" if c.maybe(0.1) else "bitmap"))
    slot("bit-offset")(bit_offset)
    slot("bit")(lambda c: c.pick(b"0", b"1") if c.maybe(0.95) else c.choice(HOSTILE))
    slot("bit-bound")(
        lambda c: b"%d" % c.randrange(-c.choice((3, 40)), c.choice((3, 40, 400)))
        if c.maybe(0.9)
        else c.choice(HOSTILE)
    )
    slot("bitfield-steps")(bitfield_steps)
    slot("field-type")(field_type)
    slot("field-offset")(field_offset)
    slot("bits")(
        lambda c: b"".join(
            c.choice((b"\0", b"\xff", c.randbytes(1))) * c.choice((1, 1, 9))
            for _ in range(c.randrange(6))
        )
    )
    slot("log-key")(lambda c: key_of(c, "string" if c.maybe(0.03) else "hyperloglog"))
    slot("elements")(
        lambda c: [b"%d" % c.randrange(5000) for _ in range(c.choice((1, 1, 2, 5, 30)))]
    )
    slot("many-elements")(
        lambda c: [b"%d" % c.randrange(10**9) for _ in range(c.choice((100, 400, 1000)))]
    )


declare_bit_slots()

grammar.rules("bitmaps", """
    3 SET {bitmap-key} {bits}
    5 GETBIT {bitmap-key} {bit-offset}
    4 BITCOUNT {bitmap-key} [{bit-bound} {bit-bound} [BYTE|BIT|bit|NIBBLE]]
    3 BITPOS {bitmap-key} {bit} [{bit-bound} [{bit-bound} [BYTE|BIT|byte|NIBBLE]]]
    4 BITPOS {bitmap-key} {bit} {bit-bound} {bit-bound} (BIT|BYTE)
    6 BITOP (AND|OR|XOR|NOT|DIFF|DIFF1|ANDOR|ONE|one|NAND) {bitmap-key} {bitmap-key}+
    3 BITOP NOT {bitmap-key} {bitmap-key}
    3 BITFIELD_RO {bitmap-key} (GET {field-type} {field-offset})+
    0.5 BITFIELD_RO {bitmap-key} {bitfield-steps}
    3 GET {bitmap-key}
    1 OBJECT ENCODING {bitmap-key}
    0.5 DEL {bitmap-key}
    0.5 EXPIRE {bitmap-key} {seconds}
    0.5 APPEND {bitmap-key} {value}
""")  # fmt: skip
# A mutated offset could be the 2,147,483,648th bit: a string of 256 MB.
grammar.rules("bitmaps", """
    8 SETBIT {bitmap-key} {bit-offset} {bit}
    10 BITFIELD {bitmap-key} {bitfield-steps}
""", mutable=False)  # fmt: skip
# A PFADD that fails half way, over broken runs, keeps its first elements in Redis and none here: the
# runs are left whole.
grammar.rules("hyperloglog", """
    10 PFADD {log-key} {elements}
    1 PFADD {log-key} {many-elements}
    2 PFADD {log-key} {value}+
    0.5 PFADD {log-key}
    8 PFCOUNT {log-key}
    4 PFCOUNT {log-key}+
    4 PFMERGE {log-key}+
    6 GET {log-key}
    1 PFDEBUG (ENCODING|DECODE|TODENSE|GETREG|NONSENSE) {log-key}
    1 DEL {log-key}
    0.3 SETRANGE {log-key} (0|1|4|5|8|15) (H|x|0)
    0.3 SET {log-key} {value}
    1 OBJECT ENCODING {log-key}
    0.1 CONFIG SET hll-sparse-max-bytes (30|100|3000)
    0.3 EXPIRE {log-key} {seconds}
""", mutable=False)  # fmt: skip

grammar.slot("payload")(dumps.payload)
grammar.rules("dump", """
    8 RESTORE {any-key} 0 {payload} [REPLACE]
    2 RESTORE {any-key} {milliseconds} {payload} <[REPLACE] [NONSENSE]>
    2 RESTORE {any-key} {unix-milliseconds} {payload} <[REPLACE] [ABSTTL]>
    2 RESTORE {any-key} 0 {payload} <[REPLACE] [IDLETIME {int}|FREQ {int}|IDLETIME 5 FREQ 5|FREQ]>
    4 DEBUG DIGEST-VALUE {any-key}+
    0.5 DEBUG DIGEST
    0.5 (TYPE|OBJECT ENCODING) {any-key}
    1 DUMP missing
""", mutable=False)  # fmt: skip
# What is compressed, and in which order elements stand, is each server's own.
grammar.rules("dump", """
    4 DUMP {any-key}
""", "shape")  # fmt: skip
