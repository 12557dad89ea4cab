# SPDX-License-Identifier: Apache-2.0
"""One digest for the same data: live, read back from a snapshot, and restored key by key."""

from __future__ import annotations

from resp import Connection
from servers import Server, start_engram
from state import DATABASES


def digest(server: Server) -> bytes:
    """DEBUG DIGEST over all databases."""
    connection = server.connect(timeout_seconds=60)
    answer = connection.call(b"DEBUG", b"DIGEST")
    connection.close()
    assert isinstance(answer.value, bytes) and not answer.is_error, f"DEBUG DIGEST: {answer}"
    return answer.value


def differences(redis: Server | None, engram: Server, binary: str | None) -> list[str]:
    """What of Engram's data is not the same elsewhere; Redis is asked too unless it is None."""
    for server in filter(None, (redis, engram)):
        drop_negative_zeros(server)
    live = digest(engram)
    found = []
    if redis and digest(redis) != live:
        found.append("redis has other data by its digest")
    connection = engram.connect(timeout_seconds=60)
    answer = connection.call(b"DEBUG", b"RELOAD")
    if answer.is_error or digest(engram) != live:
        found.append(f"reloaded from a snapshot the digest differs ({answer})")
    with start_engram(binary) as other:
        taker = other.connect(timeout_seconds=60)
        keys = restore_all(connection, taker, found)
        if digest(other) != live and (culprits := _culprits(connection, taker)):
            found.append("restored from dumps the digest differs" + culprits)
        taker.close()
    connection.close()
    print(f"digest {live.decode()} of {keys} keys: {len(found)} differences")
    return found


def _culprits(giver: Connection, taker: Connection) -> str:
    """The keys whose value, or whether they have a deadline, differ between two servers."""
    found = []
    for database in range(DATABASES):
        for connection in (giver, taker):
            connection.call(b"SELECT", b"%d" % database)
        keys = [giver.call(b"KEYS", b"*").value, taker.call(b"KEYS", b"*").value]
        names = {reply.value for side in keys if isinstance(side, list) for reply in side}
        for name in sorted(name for name in names if isinstance(name, bytes)):
            facts = []
            for connection in (giver, taker):
                value = connection.call(b"DEBUG", b"DIGEST-VALUE", name)
                deadline = connection.call(b"PEXPIRETIME", name).value
                facts.append((str(value), deadline == b"-1", connection.call(b"TYPE", name)))
            if facts[0] != facts[1]:
                found.append(f"\n  {database} {name!r}: {facts[0]} became {facts[1]}")
    return "".join(found[:10])


def drop_negative_zeros(server: Server) -> None:
    """Removes sorted sets with a score of -0: a listpack keeps it as 0, in Redis too, so a small
    one that is a table loses it on its way through a file."""
    connection = server.connect(timeout_seconds=60)
    for database in range(DATABASES):
        connection.call(b"SELECT", b"%d" % database)
        keys = connection.call(b"KEYS", b"*").value
        for key in [reply.value for reply in keys] if isinstance(keys, list) else []:
            scores = connection.call(b"ZRANGE", key, b"0", b"-1", b"WITHSCORES").value
            if isinstance(scores, list) and any(reply.value == b"-0" for reply in scores):
                connection.call(b"DEL", key)
    connection.close()


def restore_all(giver: Connection, taker: Connection, found: list[str]) -> int:
    """Restores every key of one server in another that is empty; how many there are."""
    count = 0
    for database in range(DATABASES):
        for connection in (giver, taker):
            connection.call(b"SELECT", b"%d" % database)
        keys = giver.call(b"KEYS", b"*").value
        for reply in keys if isinstance(keys, list) else []:
            key = reply.value
            assert isinstance(key, bytes)
            dumped, left = giver.call(b"DUMP", key), giver.call(b"PTTL", key)
            if not isinstance(dumped.value, bytes) or not isinstance(left.value, bytes):
                continue
            count += 1
            time_to_live = left.value if int(left.value) > 0 else b"0"
            answer = taker.call(b"RESTORE", key, time_to_live, dumped.value)
            if answer.is_error:
                found.append(f"{(database, key)}: RESTORE {answer}")
    for connection in (giver, taker):
        connection.call(b"SELECT", b"0")
    return count
