# SPDX-License-Identifier: Apache-2.0
"""Publish and subscribe, notifications, client-side caching and MONITOR through redis-py."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any

import redis
import redis.asyncio
from redis.cache import CacheConfig
from servers import Server


def messages(pubsub: Any, count: int) -> list[dict[str, Any]]:
    """The next messages that are no confirmations."""
    found: list[dict[str, Any]] = []
    deadline = time.monotonic() + 10
    while len(found) < count and time.monotonic() < deadline:
        message = pubsub.get_message(ignore_subscribe_messages=True, timeout=0.1)
        if message:
            found.append(message)
    return found


def test_channels_and_patterns(client: redis.Redis) -> None:
    with client.pubsub() as pubsub:
        pubsub.subscribe("news")
        pubsub.psubscribe("n*")
        assert [pubsub.get_message(timeout=5)["data"] for _ in range(2)] == [1, 2]
        assert client.publish("news", "hello") == 2
        first, second = messages(pubsub, 2)
        assert (first["type"], first["channel"], first["data"]) == ("message", "news", "hello")
        assert (second["type"], second["pattern"]) == ("pmessage", "n*")
        assert client.pubsub_numsub("news") == [("news", 1)]
        pubsub.unsubscribe()
        pubsub.punsubscribe()
        assert [pubsub.get_message(timeout=5)["type"] for _ in range(2)] == [
            "unsubscribe",
            "punsubscribe",
        ]
    assert client.publish("news", "hello") == 0


def test_sharded_channels(client: redis.Redis) -> None:
    with client.pubsub() as pubsub:
        pubsub.ssubscribe("shard")
        assert pubsub.get_message(timeout=5)["type"] == "ssubscribe"
        assert client.spublish("shard", "hello") == 1
        assert messages(pubsub, 1)[0]["data"] == "hello"


def test_keyspace_notifications(client: redis.Redis) -> None:
    client.config_set("notify-keyspace-events", "KEA")
    try:
        with client.pubsub() as pubsub:
            pubsub.psubscribe("__key*__:*")
            assert pubsub.get_message(timeout=5)["type"] == "psubscribe"
            client.set("key", "value", px=20)
            told = [(m["channel"], m["data"]) for m in messages(pubsub, 6)]
            assert told == [
                ("__keyspace@0__:key", "set"),
                ("__keyevent@0__:set", "key"),
                ("__keyspace@0__:key", "expire"),
                ("__keyevent@0__:expire", "key"),
                ("__keyspace@0__:key", "expired"),
                ("__keyevent@0__:expired", "key"),
            ]
    finally:
        client.config_set("notify-keyspace-events", "")


def test_monitor(client: redis.Redis) -> None:
    with client.monitor() as monitor:
        client.set("key", "a value")
        command = monitor.next_command()
        while "SET key" not in command["command"]:
            command = monitor.next_command()
        assert command["db"] == 0
        assert command["command"] == "SET key a value"


def test_client_side_cache(server: Server) -> None:
    cached = redis.Redis(
        port=server.port, protocol=3, decode_responses=True, cache_config=CacheConfig()
    )
    other = redis.Redis(port=server.port, decode_responses=True)
    with contextlib.closing(cached), contextlib.closing(other):
        other.set("key", "old")
        assert cached.get("key") == "old"
        assert cached.get("key") == "old"
        other.set("key", "new")
        time.sleep(0.1)
        assert cached.get("key") == "new"


def test_async_fan_out(server: Server, protocol: int) -> None:
    """Twenty listeners, of which each gets every message once and in order."""

    async def listen(client: redis.asyncio.Redis, ready: asyncio.Event) -> list[str]:
        async with client.pubsub() as pubsub:
            await pubsub.subscribe("news")
            found: list[str] = []
            async for message in pubsub.listen():
                if message["type"] == "subscribe":
                    ready.set()
                elif message["data"] == "end":
                    return found
                else:
                    found.append(message["data"])
            return found

    async def run() -> None:
        async with connected(server, protocol) as client:
            ready = [asyncio.Event() for _ in range(20)]
            tasks = [asyncio.create_task(listen(client, event)) for event in ready]
            for event in ready:
                await asyncio.wait_for(event.wait(), 10)
            sent = [str(number) for number in range(200)]
            for word in [*sent, "end"]:
                assert await client.publish("news", word) == 20
            for task in tasks:
                assert await asyncio.wait_for(task, 10) == sent

    asyncio.run(run())


@contextlib.asynccontextmanager
async def connected(server: Server, protocol: int) -> AsyncIterator[redis.asyncio.Redis]:
    client = redis.asyncio.Redis(port=server.port, protocol=protocol, decode_responses=True)
    try:
        yield client
    finally:
        await client.aclose()
