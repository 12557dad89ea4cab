# SPDX-License-Identifier: Apache-2.0
"""When two replies say the same although their bytes differ.

Every comparison is named in the grammar. An error equals only the same error, whatever the name.
"""

from __future__ import annotations

from collections.abc import Callable

from resp import Command, Reply

TIME_TOLERANCE_MILLISECONDS = 10_000
SCORE_TOLERANCE = {b"f": 2e-4, b"q": 0.02, b"b": 1e-4}


class VectorAgreement:
    """How well the neighbour lists of both servers agree, over a run."""

    def __init__(self) -> None:
        self.expected = 0
        self.found = 0

    @property
    def overlap(self) -> float:
        return self.found / self.expected if self.expected else 1.0


agreement = VectorAgreement()


def same(name: str, command: Command, redis: Reply, engram: Reply) -> bool:
    """Whether the replies agree in the sense of the named comparison."""
    if redis == engram:
        return True
    if [word.upper() for word in command] in ([b"COMMAND"], [b"COMMAND", b"COUNT"]):
        name = "presence"
    if name == "exact" and command and command[0].upper() in (b"SORT", b"SORT_RO"):
        # What is changed at random may ask for no order.
        name = "sort"
    if name == "any":
        return True
    if name == "saving" and any(b"in progress" in _bytes(reply) for reply in (redis, engram)):
        return True
    if redis.is_error or engram.is_error or redis.kind != engram.kind:
        return False
    return COMPARISONS[name](command, redis, engram)


def _items(reply: Reply) -> list[Reply]:
    return reply.value if isinstance(reply.value, list) else []


def _bytes(reply: Reply) -> bytes:
    return reply.value if isinstance(reply.value, bytes) else b""


def _unordered(command: Command, redis: Reply, engram: Reply) -> bool:
    return sorted(map(repr, _items(redis))) == sorted(map(repr, _items(engram)))


def _pairs(command: Command, redis: Reply, engram: Reply) -> bool:
    def pairs(reply: Reply) -> list[str]:
        items = _items(reply)
        return sorted(repr(pair) for pair in zip(items[::2], items[1::2], strict=True))

    return len(_items(redis)) == len(_items(engram)) and pairs(redis) == pairs(engram)


def _shape(command: Command, redis: Reply, engram: Reply) -> bool:
    if redis.kind != engram.kind or (redis.value is None) != (engram.value is None):
        return False
    if isinstance(redis.value, list):
        theirs, ours = _items(redis), _items(engram)
        return len(theirs) == len(ours) and all(_shape(command, a, b) for a, b in zip(theirs, ours))
    return True


def _scan(command: Command, redis: Reply, engram: Reply) -> bool:
    """Whole iterations are compared; a part of one may hold anything."""
    theirs, ours = _items(redis), _items(engram)
    if len(theirs) != 2 or len(ours) != 2 or theirs[1].kind != ours[1].kind:
        return False
    upper = [argument.upper() for argument in command]
    started = command[1 if upper[0] == b"SCAN" else 2] == b"0"
    if started and b"COUNT" in upper and b"1000000" in command:
        return theirs[0] == ours[0] and _unordered(command, theirs[1], ours[1])
    return True


def _near_numbers(tolerance: float) -> Callable[[Command, Reply, Reply], bool]:
    def compare(command: Command, redis: Reply, engram: Reply) -> bool:
        if redis.kind != engram.kind:
            return False
        if isinstance(redis.value, list):
            theirs, ours = _items(redis), _items(engram)
            return len(theirs) == len(ours) and all(
                compare(command, a, b) for a, b in zip(theirs, ours)
            )
        try:
            a, b = float(redis.value or b""), float(engram.value or b"")
        except ValueError:
            return redis.value == engram.value
        return abs(a - b) <= tolerance and (a < 0) == (b < 0)

    return compare


def _time(command: Command, redis: Reply, engram: Reply) -> bool:
    """Seconds or milliseconds: a batch takes well under the tolerance, in either unit."""
    in_milliseconds = b"P" in command[0].upper()[:2]
    tolerance = TIME_TOLERANCE_MILLISECONDS if in_milliseconds else 10
    return _near_numbers(tolerance)(command, redis, engram)


def _number(command: Command, redis: Reply, engram: Reply) -> bool:
    return redis.kind == engram.kind == b":"


def _near(command: Command, redis: Reply, engram: Reply) -> bool:
    """Components of a stored vector: a step of int8 apart at most."""

    def compare(a: Reply, b: Reply) -> bool:
        if isinstance(a.value, list) and isinstance(b.value, list):
            return len(a.value) == len(b.value) and all(map(compare, a.value, b.value))
        try:
            return a.kind == b.kind and abs(float(a.value or b"") - float(b.value or b"")) < 0.03
        except ValueError:
            return a == b

    return compare(redis, engram)


def _presence(command: Command, redis: Reply, engram: Reply) -> bool:
    """Both have something: levels of a graph are drawn at random."""
    return redis.kind == engram.kind and (redis.value is None) == (engram.value is None)


def _vinfo(command: Command, redis: Reply, engram: Reply) -> bool:
    # Redis 8.2.3 miscounts attributes when elements that have one are replaced or removed.
    free = {b"max-level", b"vset-uid", b"hnsw-max-node-uid", b"attributes-count"}

    def fields(reply: Reply) -> dict[bytes, Reply]:
        items = _items(reply)
        return {key: value for key, value in zip(map(_bytes, items[::2]), items[1::2])}

    theirs, ours = fields(redis), fields(engram)
    # Behind Redis's fields there are ours.
    if list(theirs) != list(ours)[: len(theirs)]:
        return False
    return all(ours[name] == theirs[name] for name in theirs if name not in free)


def _neighbours(command: Command, reply: Reply) -> tuple[list[bytes], list[float], list[Reply]]:
    """Names, scores and attributes of a VSIM reply of either protocol."""
    options = {argument.upper() for argument in command}
    scored, described = b"WITHSCORES" in options, b"WITHATTRIBS" in options
    items = _items(reply)
    if not scored and not described:
        return [_bytes(item) for item in items], [], []
    if reply.kind == b"%":
        names, values = items[::2], items[1::2]
        if scored and described:
            inner = [_items(value) for value in values]
            scores, extra = [pair[0] for pair in inner], [pair[1] for pair in inner]
        else:
            scores, extra = (values, []) if scored else ([], values)
    else:
        stride = 1 + scored + described
        names = items[::stride]
        scores = items[1::stride] if scored else []
        extra = items[2 if scored else 1 :: stride] if described else []
    texts = [_bytes(name) for name in names]
    return texts, [float(_bytes(score) or b"nan") for score in scores], extra


def _vsim(command: Command, redis: Reply, engram: Reply) -> bool:
    """The same number of neighbours, much the same ones, and the same score for each."""
    try:
        their_names, their_scores, their_extra = _neighbours(command, redis)
        our_names, our_scores, our_extra = _neighbours(command, engram)
    except (ValueError, IndexError):
        return False
    upper = [argument.upper() for argument in command]
    binary = command[1][:5] == b"{t}vb"
    margin = 1 if b"EPSILON" in upper else 0
    if abs(len(their_names) - len(our_names)) > margin:
        return False
    common = set(their_names) & set(our_names)
    if not binary:
        # One-bit distances of six dimensions take seven values: which tie wins is nobody's promise.
        agreement.expected += len(their_names)
        agreement.found += len(common)
        if len(common) < 0.5 * len(their_names) - margin - 1:
            return False
    tolerance = SCORE_TOLERANCE.get(command[1][4:5], 0.05)
    ours = dict(zip(our_names, our_scores))
    if any(abs(ours.get(n, s) - s) > tolerance for n, s in zip(their_names, their_scores)):
        return False
    described = dict(zip(our_names, our_extra))
    return all(described.get(n, e) == e for n, e in zip(their_names, their_extra))


STREAM_TIMES = {b"idle", b"inactive", b"seen-time", b"active-time"}


def without_times(reply: Reply) -> object:
    """A reply about a stream, with 0 for a time that has been and -1 for one that has not."""
    if not isinstance(reply.value, list):
        return reply
    items = list(reply.value)
    for index in range(1, len(items)):
        if _bytes(items[index - 1]) in STREAM_TIMES:
            items[index] = _without_time(items[index])
    # What is pending: identifier, consumer unless it is known, time, deliveries.
    kinds = b"".join(item.kind for item in items)
    if kinds in (b"$$::", b"$::"):
        items[-2] = _without_time(items[-2])
    return (reply.kind, [without_times(item) for item in items])


def _without_time(reply: Reply) -> Reply:
    return Reply(reply.kind, b"-1" if _bytes(reply) == b"-1" else b"0")


def _stream_times(command: Command, redis: Reply, engram: Reply) -> bool:
    return without_times(redis) == without_times(engram)


def _length(command: Command, redis: Reply, engram: Reply) -> bool:
    return redis.kind == engram.kind and len(_bytes(redis)) == len(_bytes(engram))


def _superset(command: Command, redis: Reply, engram: Reply) -> bool:
    """A list of commands: theirs, but for what is not here, and ours."""
    return redis.kind == engram.kind and bool(_items(redis)) == bool(_items(engram))


def _acl_log(command: Command, redis: Reply, engram: Reply) -> bool:
    free = {b"age-seconds", b"entry-id", b"timestamp-created", b"timestamp-last-updated"}
    free.add(b"client-info")

    def entry(reply: Reply) -> list[tuple[bytes, Reply]]:
        items = _items(reply)
        pairs = zip(map(_bytes, items[::2]), items[1::2])
        return [(name, value) for name, value in pairs if name not in free]

    return list(map(entry, _items(redis))) == list(map(entry, _items(engram)))


def _client_lines(command: Command, redis: Reply, engram: Reply) -> bool:
    """Lines about connections: the same names, in the same order."""

    def names(reply: Reply) -> list[bytes]:
        first = _bytes(reply).split(b"\n")[0]
        return [part.split(b"=")[0] for part in first.split(b" ") if b"=" in part]

    return redis.kind == engram.kind and names(redis) == names(engram)


def _as_sets(reply: Reply) -> object:
    if isinstance(reply.value, list):
        return (reply.kind, sorted(repr(_as_sets(item)) for item in reply.value))
    return reply


def _command_info(command: Command, redis: Reply, engram: Reply) -> bool:
    """All of named commands is compared, but for the order of what are sets, and subcommands."""
    if len(command) == 2:
        return bool(_items(redis)) and bool(_items(engram))

    def shown(reply: Reply) -> object:
        return [_as_sets(Reply(b"*", _items(item)[:9])) for item in _items(reply)]

    return len(_items(redis)) == len(_items(engram)) and shown(redis) == shown(engram)


def _command_docs(command: Command, redis: Reply, engram: Reply) -> bool:
    """Of named commands all that is said of them, in any order; else only that it is said."""
    if len(command) == 2:
        return bool(_items(redis)) and bool(_items(engram))

    def named(reply: Reply) -> dict[bytes, object]:
        items = _items(reply)
        return {_bytes(name): _fields_as_sets(value) for name, value in zip(items[::2], items[1::2])}

    return named(redis) == named(engram)


def _fields_as_sets(reply: Reply) -> object:
    items = _items(reply)
    return {_bytes(name): _as_sets(value) for name, value in zip(items[::2], items[1::2])}


# What is each server's own, or what one of them does not have.
OWN_PARAMETERS = {b"port", b"dir", b"save", b"bind", b"logfile", b"pidfile"}


def _config(command: Command, redis: Reply, engram: Reply) -> bool:
    def pairs(reply: Reply) -> dict[bytes, bytes]:
        items = _items(reply)
        return dict(zip(map(_bytes, items[::2]), map(_bytes, items[1::2])))

    theirs, ours = pairs(redis), pairs(engram)
    common = (theirs.keys() & ours.keys()) - OWN_PARAMETERS
    return redis.kind == engram.kind and all(theirs[name] == ours[name] for name in common)


def _hello(command: Command, redis: Reply, engram: Reply) -> bool:
    free = {b"server", b"version", b"id", b"modules"}

    def fields(reply: Reply) -> list[tuple[bytes, Reply | None]]:
        items = _items(reply)
        pairs = zip(map(_bytes, items[::2]), items[1::2])
        return [(name, None if name in free else value) for name, value in pairs]

    return redis.kind == engram.kind and fields(redis) == fields(engram)


def _sort(command: Command, redis: Reply, engram: Reply) -> bool:
    """Only where the elements are left as a hash table has them may their order differ, and where
    texts of equal weight follow each other as the sort leaves them."""
    upper = [argument.upper() for argument in command]
    by = command[upper.index(b"BY") + 1] if b"BY" in upper[:-1] else b"*"
    if b"STORE" in upper or (b"*" in by and not (b"ALPHA" in upper and b"BY" in upper)):
        return False
    return (_shape if b"LIMIT" in upper else _unordered)(command, redis, engram)


COMPARISONS: dict[str, Callable[[Command, Reply, Reply], bool]] = {
    "any": lambda command, redis, engram: True,
    "acl-log": _acl_log,
    "client-lines": _client_lines,
    "command-docs": _command_docs,
    "command-info": _command_info,
    "config": _config,
    "hello": _hello,
    "length": _length,
    "sort": _sort,
    "superset": _superset,
    "exact": lambda command, redis, engram: False,
    "unordered": _unordered,
    "pairs": _pairs,
    "shape": _shape,
    "stream-times": _stream_times,
    "scan": _scan,
    "time": _time,
    "number": _number,
    "near": _near,
    "presence": _presence,
    "saving": _presence,
    "vinfo": _vinfo,
    "vsim": _vsim,
}
