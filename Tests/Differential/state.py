# SPDX-License-Identifier: Apache-2.0
"""All that two servers hold, read key by key, in a form that can be compared."""

from __future__ import annotations

from compare import without_times
from resp import Connection, Reply

DATABASES = 16
TIME_TOLERANCE = 5000


def contents(connection: Connection) -> dict[tuple[int, bytes], dict[str, object]]:
    """Type, value, encoding and times to live of every key of every database."""
    found: dict[tuple[int, bytes], dict[str, object]] = {}
    for database in range(DATABASES):
        connection.call(b"SELECT", b"%d" % database)
        keys = connection.call(b"KEYS", b"*")
        for key in sorted(_texts(keys)):
            found[(database, key)] = _describe(connection, key)
    connection.call(b"SELECT", b"0")
    return found


def _texts(reply: Reply) -> list[bytes]:
    assert isinstance(reply.value, list), f"unexpected {reply}"
    return [item.value for item in reply.value if isinstance(item.value, bytes)]


def _describe(connection: Connection, key: bytes) -> dict[str, object]:
    kind = connection.call(b"TYPE", key).value
    described: dict[str, object] = {"type": kind, "ttl": connection.call(b"PTTL", key).value}
    if kind != b"vectorset":
        described["encoding"] = connection.call(b"OBJECT", b"ENCODING", key).value
    if kind == b"string":
        described["value"] = connection.call(b"GET", key).value
    elif kind == b"list":
        described["value"] = _texts(connection.call(b"LRANGE", key, b"0", b"-1"))
    elif kind == b"set":
        described["value"] = sorted(_texts(connection.call(b"SMEMBERS", key)))
    elif kind == b"zset":
        described["value"] = _texts(connection.call(b"ZRANGE", key, b"0", b"-1", b"WITHSCORES"))
    elif kind == b"hash":
        flat = _texts(connection.call(b"HGETALL", key))
        fields = dict(zip(flat[::2], flat[1::2]))
        described["value"] = fields
        names = sorted(fields)
        if names:
            times = connection.call(b"HPTTL", key, b"FIELDS", b"%d" % len(names), *names)
            described["field ttl"] = _texts(times)
    elif kind == b"stream":
        full = connection.call(b"XINFO", b"STREAM", key, b"FULL", b"COUNT", b"0")
        described["value"] = without_times(full)
    elif kind == b"vectorset":
        described.update(_vectors(connection, key))
    return described


def _vectors(connection: Connection, key: bytes) -> dict[str, object]:
    names = sorted(_texts(connection.call(b"VRANDMEMBER", key, b"1000000")))
    return {
        "value": names,
        "dim": connection.call(b"VDIM", key).value,
        "attributes": [connection.call(b"VGETATTR", key, name).value for name in names],
        "vectors": [
            [float(text) for text in _texts(connection.call(b"VEMB", key, name))] for name in names
        ],
    }


def differences(
    redis: dict[tuple[int, bytes], dict[str, object]],
    engram: dict[tuple[int, bytes], dict[str, object]],
    loaded: bool = False,
) -> list[str]:
    """One line for each thing that one server has and the other has not, or has otherwise.

    With `loaded`, one of them has just read a snapshot: encodings may then be smaller, and an
    empty attribute of a vector comes back as none.
    """
    found = []
    for name in sorted(redis.keys() | engram.keys()):
        theirs, ours = redis.get(name), engram.get(name)
        if theirs is None or ours is None:
            found.append(f"{name}: only in {'engram' if theirs is None else 'redis'}")
            continue
        for part in sorted(theirs.keys() | ours.keys()):
            a, b = theirs.get(part), ours.get(part)
            if loaded and part == "encoding":
                continue
            if loaded and part == "attributes" and isinstance(a, list) and isinstance(b, list):
                a, b = [x or None for x in a], [x or None for x in b]
            if loaded and theirs["type"] == b"zset" and part == "value":
                # A listpack does not keep the sign of zero.
                a, b = [[x if x != b"-0" else b"0" for x in y] for y in (a, b)]
            if a != b and not _close(part, theirs["type"], a, b):
                found.append(f"{name} {part}: redis {_brief(a)}, engram {_brief(b)}")
    return found


def _close(part: str, kind: object, a: object, b: object) -> bool:
    if part == "ttl" and isinstance(a, bytes) and isinstance(b, bytes):
        return _close_times(a, b)
    if part == "field ttl" and isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_close_times, a, b))
    if part == "vectors" and isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(
            len(x) == len(y) and all(map(_are_near, x, y)) for x, y in zip(a, b)
        )
    return False


def _are_near(a: float, b: float) -> bool:
    """Components, which are no numbers where no float32 holds the length of the vector."""
    return a == b or (a != a and b != b) or abs(a - b) < 0.03


def _close_times(a: bytes, b: bytes) -> bool:
    return (int(a) < 0) == (int(b) < 0) and abs(int(a) - int(b)) < TIME_TOLERANCE


def _brief(part: object) -> str:
    text = repr(part)
    return text if len(text) < 200 else f"{text[:200]}..."
