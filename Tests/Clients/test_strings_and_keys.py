# SPDX-License-Identifier: Apache-2.0
"""Strings, keys and their expiry, through redis-py."""

from __future__ import annotations

import time

import pytest
import redis


def test_set_and_its_options(client: redis.Redis) -> None:
    assert client.set("k", "v", nx=True) is True
    assert client.set("k", "w", nx=True) is None
    assert client.set("k", "w", xx=True, get=True) == "v"
    assert client.set("k", "x", ex=100) is True
    assert 0 < client.ttl("k") <= 100
    assert client.set("k", "y", keepttl=True) is True
    assert client.ttl("k") > 0
    assert client.getex("k", persist=True) == "y"
    assert client.ttl("k") == -1


def test_bytes_pass_unchanged(binary: redis.Redis) -> None:
    every = bytes(range(256)) * 50
    binary.set(b"\x00\xff", every)
    assert binary.get(b"\x00\xff") == every
    assert binary.getrange(b"\x00\xff", 254, 257) == b"\xfe\xff\x00\x01"


def test_numbers(client: redis.Redis) -> None:
    assert client.incr("n") == 1
    assert client.incrby("n", 41) == 42
    assert client.decrby("n", 50) == -8
    assert client.incrbyfloat("n", 0.5) == pytest.approx(-7.5)
    client.set("n", "9223372036854775807")
    with pytest.raises(redis.ResponseError, match="increment or decrement would overflow"):
        client.incr("n")
    client.set("n", "text")
    with pytest.raises(redis.ResponseError, match="not an integer or out of range"):
        client.incr("n")


def test_several_keys_at_once(client: redis.Redis) -> None:
    client.mset({"a": 1, "b": 2})
    assert client.mget("a", "b", "c") == ["1", "2", None]
    assert client.msetnx({"c": 3, "a": 9}) is False
    assert client.exists("a", "b", "c", "a") == 3
    assert client.delete("a", "c") == 1
    assert client.unlink("b") == 1
    assert client.dbsize() == 0


def test_rename_copy_move(server: object, client: redis.Redis) -> None:
    client.set("a", "1", ex=500)
    client.rename("a", "b")
    assert client.ttl("b") > 400
    assert client.copy("b", "c") is True
    assert client.move("c", 1) is True
    assert client.exists("c") == 0
    with pytest.raises(redis.ResponseError, match="no such key"):
        client.rename("nothing", "x")


def test_expired_keys_are_gone(client: redis.Redis) -> None:
    client.set("brief", "x", px=30)
    client.set("lasting", "x")
    time.sleep(0.1)
    assert client.get("brief") is None
    assert client.keys() == ["lasting"]
    deadline = time.monotonic() + 3
    while client.dbsize() != 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert client.dbsize() == 1


def test_scan_finds_every_key(client: redis.Redis) -> None:
    for start in range(0, 1000, 100):
        client.mset({f"key:{number}": number for number in range(start, start + 100)})
    client.rpush("list", 1)
    assert set(client.scan_iter(match="key:*", count=17)) == {f"key:{n}" for n in range(1000)}
    assert list(client.scan_iter(_type="list")) == ["list"]


def test_wrong_type(client: redis.Redis) -> None:
    client.rpush("list", 1)
    with pytest.raises(redis.ResponseError, match="WRONGTYPE"):
        client.get("list")
