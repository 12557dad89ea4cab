# SPDX-License-Identifier: Apache-2.0
"""The family of every command: requests from the catalogue's own declarations of syntax.

The slots say what stands for the arguments that the documentation names. The numbers, moments and
patterns are those of the families written by hand; what those cannot say stands here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import families
import streams
from catalog import CatalogGrammar, Documented
from families import PARAMETERS, any_key, grammar, key_of
from grammar import HOSTILE, Chance, Node, Production, Slot
from reviewed import CONVERSATIONS, LEFT_OUT, REVIEWED, WEIGHTS

FAMILY = "catalog"
OTHER_TYPE_CHANCE = 0.1
POOLS = {
    "string": "string", "bitmap": "bitmap", "hash": "hash", "list": "list", "set": "set",
    "sorted-set": "zset", "stream": "stream", "hyperloglog": "hyperloglog",
}  # fmt: skip

USERS = [b"alice", b"bob", b"carol"]
RULES = [
    b"on", b"off", b"nopass", b"resetpass", b">secret", b"<secret", b">other", b"<nothere",
    b"#" + hashlib.sha256(b"third").hexdigest().encode(), b"!" + b"0" * 64, b"#short", b"!x",
    b"~*", b"~{t}s*", b"~other:*", b"%R~{t}h*", b"%W~{t}l*", b"%RW~{t}z*", b"%X~a", b"%R~",
    b"allkeys", b"resetkeys", b"&*", b"&news:*", b"allchannels", b"resetchannels", b"+@all",
    b"-@all", b"allcommands", b"nocommands", b"+get", b"-set", b"+@read", b"-@dangerous", b"+@hash",
    b"+config|get", b"-client|list", b"+client", b"-acl", b"+get|x", b"-config|nosuch", b"+nosuch",
    b"+@nosuch", b"+@", b"-", b"", b"(+get ~x)", b"(+@read %R~y &z)", b"(-@all", b"(+nosuch)",
    b"clearselectors", b"reset", b"sanitize-payload", b"skip-sanitize-payload", b"nonsense",
    b"ON", b"~a b", b"&a b", b"+select|0", b"-@ALL", b"+GET",
]  # fmt: skip
CATEGORIES = [
    b"read", b"write", b"keyspace", b"string", b"hash", b"list", b"set", b"sortedset", b"stream",
    b"bitmap", b"hyperloglog", b"geo", b"pubsub", b"transaction", b"scripting", b"slow", b"fast",
    b"blocking", b"dangerous", b"admin", b"connection", b"nosuch", b"READ", b"",
]  # fmt: skip
COMMANDS = [
    b"get", b"set", b"SET", b"hset", b"lpush", b"sadd", b"zadd", b"xadd", b"client|list", b"config",
    b"config|get", b"eval", b"mget", b"lmpop", b"zunionstore", b"sort", b"xread", b"blpop",
    b"bitop", b"object|freq", b"nosuch", b"client|nosuch", b"", b"geoadd", b"pfadd", b"subscribe",
]  # fmt: skip
# DEBUG RELOAD stands at the end of a run: Redis writes a packed hash with a place for times, or with
# long values, as it is, and reads it back so; here its encoding is chosen anew.
DEBUG_FORMS = """
    4 DEBUG DIGEST
    8 DEBUG DIGEST-VALUE {any-key}+
    1 DEBUG SLEEP (0|0.001)
    1 DEBUG SET-ACTIVE-EXPIRE 1
    1 DEBUG PROTOCOL (string|integer|double|bignum|null|array|set|map|true|false|verbatim|x)
    1 DEBUG ERROR {word}
    1 DEBUG (NONSENSE|DIGEST x|RELOAD x|OBJECT|SLEEP)
    0.5 DEBUG QUICKLIST-PACKED-THRESHOLD 1gb
"""


def _integers(chance: Chance, usual: Callable[[], int]) -> bytes:
    """Mostly what is usual, else an edge of what numbers are written in."""
    if chance.maybe(0.85):
        return b"%d" % usual()
    if chance.maybe(0.5):
        edge = 1 << chance.choice((7, 8, 15, 16, 31, 32, 62, 63, 64))
        return b"%d" % (chance.choice((1, -1)) * edge + chance.choice((-1, 0, 1)))
    return chance.choice(HOSTILE)


def _plain(slot: str) -> Slot:
    return grammar.slots[slot]


def _one(make: Callable[[Chance], bytes]) -> Slot:
    return lambda chance: [make(chance)]


def _of(*options: bytes) -> Slot:
    return lambda chance: [chance.choice(options)]


def _key(pool: str) -> Slot:
    def make(chance: Chance) -> list[bytes]:
        if pool in ("string", "bitmap") or not chance.maybe(OTHER_TYPE_CHANCE):
            return [key_of(chance, pool)]
        return [any_key(chance)]

    return make


def _get_keys(chance: Chance) -> list[bytes]:
    """A command and its arguments, as COMMAND GETKEYS and ACL DRYRUN take them."""
    production = chance.choice(_hand_written)
    return production.node(chance)


_hand_written: list[Production] = []

# Where fewer integers than strings may stand together, whether the union of tables becomes a
# listpack depends on which member comes out of a table first: in Redis, on chance.
SET_LIMITS = (b"set-max-intset-entries", b"set-max-listpack-entries")
SET_LIMIT_PAIRS = [(b"512", b"128"), (b"128", b"128"), (b"8", b"8"), (b"8", b"0"), (b"0", b"0")]


def _config_pairs(chance: Chance) -> list[bytes]:
    parameter, values = chance.choice(PARAMETERS)
    if parameter in SET_LIMITS:
        pair = zip(SET_LIMITS, chance.choice(SET_LIMIT_PAIRS))
        return [word for limit in pair for word in limit]
    return [parameter, chance.choice(values)]


def _restorable(chance: Chance) -> list[bytes]:
    return grammar.slots["payload"](chance)


def group_keys() -> dict[str, Slot]:
    """What keys of a group are: mostly of its type."""
    keys: dict[str, Slot] = {group: _key(pool) for group, pool in POOLS.items()}
    keys["geo"] = _plain("geo-key")
    keys["vector_set"] = _plain("vector-key")
    for group in ("generic", "transactions", "server", "scripting", "connection", "pubsub"):
        keys[group] = _one(any_key)
    return keys


def slots() -> dict[str, Slot]:
    """What stands for the arguments that the documentation names."""
    _hand_written[:] = [p for p in grammar.productions if p.compare == "exact" and not p.brief]
    plain = _plain
    small = _one(lambda c: _integers(c, lambda: c.randrange(-12, 13)))
    made: dict[str, Slot] = {
        ":string": plain("value"),
        ":integer": small,
        ":double": plain("float"),
        ":pattern": plain("pattern"),
        ":key": _one(any_key),
        ":unix-time": plain("unix-seconds"),
        "value": plain("value"),
        "element": plain("value"),
        "message": plain("value"),
        "pivot": plain("value"),
        "field": plain("field"),
        "member": plain("member"),
        "member1": plain("member"),
        "member2": plain("member"),
        "score": plain("score"),
        "weight": plain("score"),
        "increment": plain("int"),
        "min": plain("bound"),
        "max": plain("bound"),
        "seconds": plain("seconds"),
        "milliseconds": plain("milliseconds"),
        "ttl": plain("milliseconds"),
        "unix-time-seconds": plain("unix-seconds"),
        "unix-time-milliseconds": plain("unix-milliseconds"),
        "set unix-time-seconds": plain("later-seconds"),
        "set unix-time-milliseconds": plain("later-milliseconds"),
        "getex unix-time-seconds": plain("later-seconds"),
        "getex unix-time-milliseconds": plain("later-milliseconds"),
        "timeout": plain("timeout"),
        "cursor": _one(lambda c: b"0" if c.maybe(0.8) else c.choice(HOSTILE)),
        "db": plain("db"),
        "index1": plain("db"),
        "index2": plain("db"),
        "destination-db": plain("db"),
        "type": plain("type"),
        "longitude": _one(lambda c: families.coordinates(c)[0]),
        "latitude": _one(lambda c: families.coordinates(c)[1]),
        "radius": plain("length"),
        "width": plain("length"),
        "height": plain("length"),
        "by-pattern": plain("by-pattern"),
        "get-pattern": plain("get-pattern"),
        "username": _one(lambda c: c.choice(USERS) if c.maybe(0.9) else c.pick(b"nobody", b"")),
        "password": _of(b"secret", b"other", b"third", b"", b"wrong"),
        "category": _of(*CATEGORIES),
        "rule": _of(*RULES),
        "command": _of(*COMMANDS),
        "command-name": _of(*(name for name in COMMANDS if name != b"")),
        "channel": _of(b"news:1", b"news:2", b"{t}s0", b"", b"*"),
        "shardchannel": _of(b"{t}one", b"{t}two", b""),
        "event": _of(b"command", b"fork", b"nosuch", b""),
        "parameter": _one(lambda c: c.choice(PARAMETERS)[0]),
        "clientname": _of(b"me", b"two words", b"", b"\x00"),
        "connection-name": _of(b"me", b"you", b"two words", b"", b"\x00"),
        "libname": _of(b"lib", b"two words", b""),
        "libver": _of(b"1.0", b"\n", b""),
        "protover": _of(b"2", b"3", b"1", b"4", b"x", b""),
        "host": _of(b"NO", b"no"),
        "port": _of(b"ONE", b"one"),
        "old-format": _of(b"127.0.0.1:1", b"x"),
        "arg": plain("value"),
    }
    made.update(_slots_of_streams())
    made.update(_slots_of_scripts())
    made.update(_slots_of_commands())
    return made


def _slots_of_streams() -> dict[str, Slot]:
    plain = _plain
    made = {
        "group": plain("group"),
        "consumer": plain("consumer"),
        "id": _one(streams.old_id),
        "xadd id-selector": _one(streams.new_id),
        "xadd field": plain("stream-field"),
        "xadd threshold": _one(lambda c: c.pick(b"0", b"100", b"1000", streams.old_id(c))),
        "xtrim threshold": _one(lambda c: c.pick(b"10", b"100", b"1000", streams.old_id(c))),
        "xgroup|create id-selector": plain("last-id"),
        "xgroup|setid id-selector": plain("last-id"),
        "xgroup|create id": plain("last-id"),
        "xgroup|setid id": plain("last-id"),
        "xsetid last-id": plain("last-id"),
        "lastid": plain("last-id"),
        "max-deleted-id": _one(streams.old_id),
        "min-idle-time": plain("min-idle"),
        "ms": plain("min-idle"),
        "entries-added": plain("few"),
        "entriesread": plain("few"),
        "xread milliseconds": plain("block"),
        "xreadgroup milliseconds": plain("block"),
        "xreadgroup id": _one(lambda c: b">" if c.maybe(0.7) else streams.old_id(c)),
        "xclaim unix-time-milliseconds": _of(b"1000", b"99999999999999", b"0", b"-1"),
    }
    for name in ("xrange", "xrevrange", "xpending", "xautoclaim"):
        made[f"{name} start"] = made[f"{name} end"] = plain("edge-id")
        # Redis takes memory for what it is asked for here.
        made[f"{name} count"] = plain("few")
    return made


def _slots_of_scripts() -> dict[str, Slot]:
    plain = _plain

    def script(chance: Chance) -> list[bytes]:
        return plain("calling-script" if chance.maybe(0.5) else "script")(chance)

    return {
        "script": script,
        "sha1": plain("sha1"),
        "function": plain("function-name"),
        "function-code": plain("library"),
        "library-name": plain("library-name"),
        "library-name-pattern": _of(b"*", b"one", b"t*", b""),
    }


def _slots_of_commands() -> dict[str, Slot]:
    plain = _plain
    counts = _one(lambda c: c.pick(b"1", b"3", b"10", b"100"))
    made = {
        # What a large number would have both servers do.
        "setrange offset": plain("offset"),
        "setbit offset": plain("bit-offset"),
        "getbit offset": plain("bit-offset"),
        "setbit value": plain("bit"),
        "bitpos bit": plain("bit"),
        "bitfield offset": plain("field-offset"),
        "bitfield_ro offset": plain("field-offset"),
        "bitfield encoding": plain("field-type"),
        "bitfield_ro encoding": plain("field-type"),
        "bitfield value": _one(families.field_value),
        "bitfield increment": _one(families.field_value),
        "srandmember count": plain("random-count"),
        "hrandfield count": plain("random-count"),
        "zrandmember count": plain("random-count"),
        "vrandmember count": plain("random-count"),
        "vlinks element": plain("element"),
        "pfadd element": plain("elements"),
        "lset index": plain("index"),
        "zincrby increment": plain("score"),
        "zrange start": _one(_range_bound),
        "zrange stop": _one(_range_bound),
        "zrangestore min": _one(_range_bound),
        "zrangestore max": _one(_range_bound),
        "incrbyfloat increment": plain("float"),
        "hincrbyfloat increment": plain("float"),
        "pfdebug subcommand": _of(b"ENCODING", b"DECODE", b"TODENSE", b"GETREG", b"x"),
        "restore serialized-value": _restorable,
        "restore-asking serialized-value": _restorable,
        "function|restore serialized-value": _of(b"", b"x", b"\x0c\x00" + b"\x00" * 8),
        "config|set data": _config_pairs,
        "acl|dryrun command": _get_keys,
        "acl|dryrun arg": lambda c: [],
        "command|getkeys command": _get_keys,
        "command|getkeys arg": lambda c: [],
        "command|getkeysandflags command": _get_keys,
        "command|getkeysandflags arg": lambda c: [],
        "acl|log count": _of(b"1", b"0", b"RESET", b"10", b"x"),
        "acl|genpass bits": _of(b"1", b"4", b"5", b"255", b"256", b"4096", b"4097", b"0", b"x"),
        # Nobody has these numbers.
        "client|list client-id": _of(b"999999991", b"0", b"-1", b"x"),
        "client|pause timeout": _of(b"0", b"1", b"-1", b"x"),
        "wait numreplicas": _of(b"0", b"1", b"-1", b"x"),
        "wait timeout": _of(b"1", b"2", b"-1", b"x"),
        "waitaof numreplicas": _of(b"0", b"1", b"-1", b"x"),
        "waitaof numlocal": _of(b"0", b"1", b"2", b"-1", b"x"),
        "waitaof timeout": _of(b"1", b"2", b"-1", b"x"),
        "hello auth": lambda c: [],
        "failover host": _of(b"127.0.0.1"),
        "failover port": _of(b"1", b"x"),
        "failover milliseconds": _of(b"1", b"0", b"x"),
        "memory|usage count": _integer_slot(),
        "object|freq key": _one(any_key),
        "slowlog|get count": _of(b"1", b"-1", b"-2", b"x"),
        "command|docs command-name": _of(b"get", b"set", b"xadd", b"client", b"nosuch", b"config|get"),
        "command|list filterby": _command_filter,
        "info section": _of(b"server", b"keyspace", b"all", b"everything", b"nosuch", b""),
        "lolwut version": _of(b"5", b"6", b"1", b"x"),
    }
    for name in ("vsim num", "memory|usage count"):
        made[name] = counts
    return made


def _integer_slot() -> Slot:
    return _one(lambda c: _integers(c, lambda: c.randrange(0, 9)))


def _range_bound(chance: Chance) -> bytes:
    return chance.choice((families.integer, families.score_bound))(chance)


def _command_filter(chance: Chance) -> list[bytes]:
    return [
        b"FILTERBY",
        *chance.choice((
            [b"MODULE", b"nosuch"], [b"ACLCAT", chance.choice(CATEGORIES)], [b"PATTERN", b"get*"],
            [b"PATTERN", b"*"], [b"PATTERN", b"[xz]a*"], [b"x", b"y"],
        )),
    ]  # fmt: skip


def declare(commands: list[Documented], known: set[str]) -> CatalogGrammar:
    """A production for each documented command that this family sends, of those that are known."""
    writer = CatalogGrammar(slots(), group_keys())
    for command in commands:
        if command.name in CONVERSATIONS or command.name in LEFT_OUT or command.name == "debug":
            continue
        if command.name not in known:
            continue
        compare = REVIEWED[command.name].compare if command.name in REVIEWED else "exact"
        weight = WEIGHTS.get(command.name, 1.0)
        production = Production(FAMILY, weight, _node(writer, command), compare)
        production.mutable = command.name not in UNMUTATED
        grammar.productions.append(production)
    grammar.slot("word")(lambda c: c.pick(b"ERR", b"ERR some text", b"WORD"))
    grammar.rules(FAMILY, DEBUG_FORMS, mutable=False)
    return writer


# A number put elsewhere could make these wait for ever, or take all memory, or part what is held.
UNMUTATED = {
    "blpop", "brpop", "blmove", "brpoplpush", "blmpop", "bzpopmin", "bzpopmax", "bzmpop", "xread",
    "xreadgroup", "wait", "waitaof", "client|pause", "setbit", "bitfield", "setrange", "spop",
    "srandmember", "hrandfield", "zrandmember", "vrandmember", "xautoclaim", "xadd", "config|set",
    "acl|setuser", "hello", "lset", "shutdown", "replicaof", "slaveof", "failover",
    "xpending", "xrange", "xrevrange", "xgroup|create", "debug", "pfadd", "acl|deluser",
    "memory|usage", "command|list", "function|restore", "vsim", "client|list", "sort", "sort_ro",
    "object|freq", "client|no-evict", "restore", "restore-asking", "xclaim",
}  # fmt: skip


def _node(writer: CatalogGrammar, command: Documented) -> Node:
    def sort(chance: Chance) -> list[bytes]:
        made = writer.request(command, chance)
        # Which of two equal texts goes first is not said: it must not be kept.
        if b"STORE" in made and b"BY" in made:
            made = [word for word in made if word != b"ALPHA"]
        return made

    if command.name == "sort":
        return sort
    return lambda chance: writer.request(command, chance)
