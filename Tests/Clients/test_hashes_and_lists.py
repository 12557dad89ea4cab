# SPDX-License-Identifier: Apache-2.0
"""The feature store and lists, through redis-py."""

from __future__ import annotations

import threading
import time

import pytest
import redis


def test_hash_round_trip(client: redis.Redis) -> None:
    assert client.hset("h", mapping={"a": 1, "b": "two", "": "empty"}) == 3
    assert client.hgetall("h") == {"a": "1", "b": "two", "": "empty"}
    assert client.hmget("h", ["b", "missing"]) == ["two", None]
    assert client.hincrby("h", "a", 4) == 5
    assert client.hincrbyfloat("h", "a", 0.25) == pytest.approx(5.25)
    assert client.hdel("h", "a", "missing") == 1
    assert sorted(client.hkeys("h")) == ["", "b"]
    assert client.hlen("h") == 2


def test_large_hash(client: redis.Redis) -> None:
    fields = {f"field:{number}": str(number) for number in range(2000)}
    client.hset("h", mapping=fields)
    assert client.hgetall("h") == fields
    assert dict(client.hscan_iter("h", count=50)) == fields
    assert client.object("encoding", "h") == "hashtable"


def test_fields_expire_by_themselves(client: redis.Redis) -> None:
    client.hset("h", mapping={"brief": 1, "long": 2, "lasting": 3})
    assert client.hpexpire("h", 40, "brief") == [1]
    assert client.hexpire("h", 1000, "long", "missing") == [1, -2]
    ttl = client.httl("h", "long", "lasting", "missing")
    assert 0 < ttl[0] <= 1000 and ttl[1:] == [-1, -2]
    time.sleep(0.1)
    assert client.hgetall("h") == {"long": "2", "lasting": "3"}
    assert client.hpersist("h", "long") == [1]
    assert client.httl("h", "long") == [-1]


def test_get_and_set_with_expiry(client: redis.Redis) -> None:
    assert client.execute_command("HSETEX", "h", "EX", 100, "FIELDS", 2, "a", 1, "b", 2) == 1
    assert client.execute_command("HGETEX", "h", "PERSIST", "FIELDS", 1, "a") == ["1"]
    assert client.httl("h", "a") == [-1]
    assert client.execute_command("HGETDEL", "h", "FIELDS", 2, "a", "b") == ["1", "2"]
    assert client.exists("h") == 0


def test_list_operations(client: redis.Redis) -> None:
    assert client.rpush("l", "a", "b", "c", "b") == 4
    assert client.lpush("l", "z") == 5
    assert client.lrange("l", 0, -1) == ["z", "a", "b", "c", "b"]
    assert client.lpos("l", "b", rank=-1) == 4
    assert client.linsert("l", "BEFORE", "c", "x") == 6
    assert client.lrem("l", 0, "b") == 2
    assert client.lmove("l", "m", "LEFT", "RIGHT") == "z"
    assert client.lmpop(2, "none", "l", direction="RIGHT", count=2) == ["l", ["c", "x"]]
    client.ltrim("l", 1, 0)
    assert client.exists("l") == 0


def test_a_blocked_client_is_served(client: redis.Redis, server: object) -> None:
    """BLPOP waits until another connection pushes, and gets what it pushed."""
    found: list[object] = []
    waiter = threading.Thread(target=lambda: found.append(client.blpop(["q1", "q2"], timeout=5)))
    waiter.start()
    time.sleep(0.1)
    with redis.Redis(port=server.port) as other:  # type: ignore[attr-defined]
        other.rpush("q2", "job")
    waiter.join(5)
    assert [list(item) for item in found] == [["q2", "job"]]


def test_a_blocked_client_times_out(client: redis.Redis) -> None:
    started = time.monotonic()
    assert client.blpop(["nothing"], timeout=0.2) is None
    assert 0.15 < time.monotonic() - started < 2
