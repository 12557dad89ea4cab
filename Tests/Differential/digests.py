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
        taker.close()
        if digest(other) != live:
            found.append("restored from dumps the digest differs")
    connection.close()
    print(f"digest {live.decode()} of {keys} keys: {len(found)} differences")
    return found


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
