# SPDX-License-Identifier: Apache-2.0
"""What the differential test sends to streams.

Identifiers are given, and grow with the number of requests made, so that most are new, and reads
find what was written lately. Nothing depends on the time of day: `*` is not sent, and idle times
are either nothing or longer than any run.
"""

from __future__ import annotations

from collections.abc import Callable

from grammar import HOSTILE, Chance, Grammar

GROUPS = (b"g1",) * 9 + (b"g2", b"g2", b"g2", b"g3", b"", b"none")
CONSUMERS = (b"c1",) * 6 + (b"c2", b"c2", b"c3", b"c\x00n", b"")
FIELDS = (b"temperature", b"city", b"7", b"-12000", b"", b"f" * 70)
SPAN = 14
POOL_SIZE = 3


def _ticks(chance: Chance) -> int:
    """How far the identifiers of this run have come."""
    return getattr(chance, "stream_ticks", 0)


def new_id(chance: Chance) -> bytes:
    """An identifier to add under: mostly a new one."""
    chance.stream_ticks = _ticks(chance) + chance.choice((0, 0, 0, 1))
    ticks = chance.stream_ticks
    dice = chance.random()
    if dice < 0.4:
        return b"%d-%d" % (ticks, chance.randrange(3))
    if dice < 0.7:
        return b"%d-*" % ticks
    if dice < 0.85:
        return b"%d" % ticks
    if dice < 0.97:
        return old_id(chance)
    return chance.pick(b"0-0", b"0-*", b"-", b"+", b"5-x", b"*-5", b"1-2-3", chance.choice(HOSTILE))


def old_id(chance: Chance) -> bytes:
    """An identifier that may have been added."""
    if chance.maybe(0.02):
        return chance.choice(HOSTILE)
    milliseconds = max(0, _ticks(chance) - chance.randrange(SPAN))
    dice = chance.random()
    if dice < 0.4:
        return b"%d" % milliseconds
    return b"%d-%d" % (milliseconds, chance.randrange(12) if dice < 0.5 else chance.randrange(3))


def edge_id(chance: Chance) -> bytes:
    """An end of a range."""
    dice = chance.random()
    if dice < 0.3:
        return b"-"
    if dice < 0.6:
        return b"+"
    if dice < 0.75:
        return b"(" + old_id(chance)
    return old_id(chance)


def last_id(chance: Chance) -> bytes:
    """A last identifier to set; seldom one that ends a stream."""
    return chance.pick(b"$", b"0", b"0-0", old_id(chance), old_id(chance), new_id(chance))


def trimming(chance: Chance) -> list[bytes]:
    sign = chance.choice(([], [b"="], [b"~"], [b"~"], [b"x"] if chance.maybe(0.1) else []))
    if chance.maybe(0.6):
        count = b"%d" % chance.choice((0, 10, 40, 90, 150, 150))
        made = [b"MAXLEN", *sign, count if chance.maybe(0.96) else chance.choice(HOSTILE)]
    else:
        made = [b"MINID", *sign, old_id(chance)]
    limit = [b"LIMIT", b"%d" % chance.choice((0, 10, 100, 300))]
    limit = limit if chance.maybe(0.3 if b"~" in made else 0.04) else []
    references = [chance.pick(b"KEEPREF", b"DELREF", b"ACKED")] if chance.maybe(0.3) else []
    parts = [made, limit, references]
    if chance.maybe(0.02):
        parts.append([b"MAXLEN", b"3"])
    chance.shuffle(parts)
    return [argument for part in parts for argument in part]


def claim_options(chance: Chance) -> list[bytes]:
    options = []
    if chance.maybe(0.3):
        options.append([b"IDLE", chance.pick(b"0", b"1000000", b"-5", b"9" * 18)])
    if chance.maybe(0.2):
        options.append([b"TIME", chance.pick(b"1000", b"99999999999999", b"0", b"-1")])
    if chance.maybe(0.2):
        options.append([b"RETRYCOUNT", chance.pick(b"0", b"7", b"-1", b"x")])
    if chance.maybe(0.4):
        options.append([b"FORCE"])
    if chance.maybe(0.4):
        options.append([b"JUSTID"])
    if chance.maybe(0.1):
        options.append([b"LASTID", old_id(chance)])
    if chance.maybe(0.02):
        options.append([chance.pick(b"WRONG", b"IDLE", b"")])
    chance.shuffle(options)
    return [argument for option in options for argument in option]


def declare(grammar: Grammar, key_of: Callable, value: Callable, counted: Callable) -> None:
    slot = grammar.slot
    slot("stream-key")(
        lambda c: key_of(c, "stream") if c.maybe(0.1) else b"{t}x%d" % c.randrange(POOL_SIZE)
    )
    slot("new-id")(new_id)
    slot("old-id")(old_id)
    slot("edge-id")(edge_id)
    slot("last-id")(last_id)
    slot("trimming")(trimming)
    slot("claim-options")(claim_options)
    slot("group")(lambda c: c.choice(GROUPS))
    slot("consumer")(lambda c: c.choice(CONSUMERS))
    slot("stream-field")(lambda c: c.choice(FIELDS[:2]) if c.maybe(0.8) else c.choice(FIELDS))
    slot("same-pairs")(lambda c: [b"temperature", value(c), b"city", value(c)])
    slot("long-pairs")(lambda c: [b"temperature", b"x" * c.choice((500, 3000, 5000))])
    slot("ids#")(lambda c: counted(c, [old_id(c) for _ in range(c.choice((1, 2, 5)))]))
    slot("min-idle")(lambda c: c.pick(b"0", b"0", b"500000", b"99999999999999", b"-1", b"x"))
    slot("plus")(lambda c: b"+")
    slot("few")(lambda c: b"%d" % c.choice((0, 1, 2, 3, 10, -1)) if c.maybe(0.97) else b"x")
    slot("block")(lambda c: c.pick(b"1", b"1", b"2", b"-1", b"x", b"1.5", b"9223372036854775807"))
    _declare_rules(grammar)


def _declare_rules(grammar: Grammar) -> None:
    grammar.rules("streams", """
        14 XADD {stream-key} {new-id} {same-pairs}
        4 XADD {stream-key} {new-id} ({stream-field} {value})+
        0.5 XADD {stream-key} {new-id} {long-pairs}
        1.5 XADD {stream-key} {trimming} {new-id} {same-pairs}
        1 XADD {stream-key} <[NOMKSTREAM] [KEEPREF|DELREF|ACKED]> {new-id} {same-pairs}
        3 XLEN {stream-key}
        3 XRANGE {stream-key} {edge-id} {edge-id} [COUNT {few}]
        3 XREVRANGE {stream-key} {edge-id} {edge-id} [COUNT {few}]
        1 XRANGE {stream-key} - {plus}
        2 XDEL {stream-key} {old-id}+
        2 XDELEX {stream-key} <[KEEPREF|DELREF|ACKED] (IDS {ids#})>
        1.2 XTRIM {stream-key} {trimming}
        0.3 XSETID {stream-key} {new-id} <[ENTRIESADDED {few}] [MAXDELETEDID {old-id}]>
        4 XGROUP CREATE {stream-key} {group} {last-id} <[MKSTREAM] [ENTRIESREAD {few}]>
        0.5 XGROUP SETID {stream-key} {group} ({last-id}|-|{plus}) [ENTRIESREAD {few}]
        0.2 XGROUP DESTROY {stream-key} {group}
        1 XGROUP CREATECONSUMER {stream-key} {group} {consumer}
        0.5 XGROUP DELCONSUMER {stream-key} {group} {consumer}
        4 XACK {stream-key} {group} {old-id}+
        2 XACKDEL {stream-key} {group} <[KEEPREF|DELREF|ACKED] (IDS {ids#})>
        2 XPENDING {stream-key} {group}
        3 XCLAIM {stream-key} {group} {consumer} {min-idle} {old-id}+ {claim-options}
        0.3 XGROUP (HELP|NONSENSE|CREATE|CREATE {stream-key} {group})
        0.3 XINFO (HELP|NONSENSE {stream-key}|STREAM|STREAM {stream-key} {value})
        0.5 OBJECT ENCODING {stream-key}
        0.1 (TYPE|DEL) {stream-key}
        0.1 (RENAME|COPY) {stream-key} {stream-key}
        0.2 EXPIRE {stream-key} {seconds}
    """)  # fmt: skip
    grammar.rules("streams", """
        2 XAUTOCLAIM {stream-key} {group} {consumer} {min-idle} {edge-id} <[COUNT {few}] [JUSTID]>
        2 XREAD <[COUNT {few}]> STREAMS {stream-key} ({old-id}|$|{plus})
        1 XREAD <[COUNT {few}] [BLOCK {block}]> STREAMS {stream-key} {stream-key} {old-id} {old-id}
        0.3 XREAD BLOCK {block} STREAMS {stream-key} ($|>|x)
        0.2 XREAD <[COUNT {few}] [GROUP {group} {consumer}] [NOACK]> STREAMS {stream-key}
        9 XREADGROUP GROUP {group} {consumer} <[COUNT {few}] [NOACK]> STREAMS {stream-key} >
        2 XREADGROUP GROUP {group} {consumer} <[COUNT {few}]> STREAMS {stream-key} ({old-id}|0|$)
        1 XREADGROUP GROUP g1 {consumer} <[COUNT {few}]> STREAMS {stream-key} {stream-key} > >
        0.3 XREADGROUP GROUP {group} {consumer} BLOCK {block} STREAMS {stream-key} >
        0.1 XREADGROUP <[COUNT {few}] [NOACK]> STREAMS {stream-key} >
        0.2 CONFIG SET stream-node-max-entries (0|3|10|100|100)
        0.1 CONFIG SET stream-node-max-bytes (0|300|4096|4096)
    """, mutable=False)  # fmt: skip
    grammar.rules("streams", """
        3 XPENDING {stream-key} {group} [IDLE {min-idle}] {edge-id} {edge-id} {few} [{consumer}]
        3 XINFO (STREAM|GROUPS) {stream-key}
        2 XINFO STREAM {stream-key} FULL [COUNT {few}]
        1 XINFO CONSUMERS {stream-key} {group}
    """, "stream-times")  # fmt: skip
