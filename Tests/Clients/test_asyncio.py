# SPDX-License-Identifier: Apache-2.0
"""The asyncio client of redis-py: the same server, many connections at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import redis.asyncio
from conftest import blob, mapping
from servers import Server


def with_client(
    server: Server, protocol: int, body: Callable[[redis.asyncio.Redis], Awaitable[None]]
) -> None:
    """Runs a coroutine with a client on an empty database."""

    async def run() -> None:
        client = redis.asyncio.Redis(
            port=server.port, protocol=protocol, decode_responses=True, socket_timeout=10
        )
        try:
            await client.flushall()
            await body(client)
        finally:
            await client.aclose()

    asyncio.run(run())


def test_concurrent_increments_all_count(server: Server, protocol: int) -> None:
    async def body(client: redis.asyncio.Redis) -> None:
        replies = await asyncio.gather(*(client.incr("n") for _ in range(80)))
        assert sorted(replies) == list(range(1, 81))

    with_client(server, protocol, body)


def test_pipeline_and_hash(server: Server, protocol: int) -> None:
    async def body(client: redis.asyncio.Redis) -> None:
        async with client.pipeline(transaction=True) as pipeline:
            pipeline.hset("h", mapping={"a": "1", "b": "2"})
            pipeline.hgetall("h")
            assert await pipeline.execute() == [2, {"a": "1", "b": "2"}]

    with_client(server, protocol, body)


def test_blocking_pop_among_other_work(server: Server, protocol: int) -> None:
    async def body(client: redis.asyncio.Redis) -> None:
        waiting = asyncio.create_task(client.blpop(["queue"], timeout=5))
        await asyncio.sleep(0.1)
        await client.set("busy", "yes")
        await client.rpush("queue", "job")
        assert list(await waiting) == ["queue", "job"]

    with_client(server, protocol, body)


def test_parallel_searches(server: Server, protocol: int) -> None:
    async def body(client: redis.asyncio.Redis) -> None:
        for number in range(100):
            await client.execute_command("VADD", "v", "FP32", blob(1, number), f"e{number}")
        searches = [
            client.execute_command("VSIM", "v", "ELE", f"e{number}", "COUNT", 1)
            for number in range(80)
        ]
        for reply in await asyncio.gather(*searches):
            assert len(reply) == 1

    with_client(server, protocol, body)


def test_agents_append_at_once(server: Server, protocol: int) -> None:
    """Sequence numbers are handed out once each, however many write."""

    async def body(client: redis.asyncio.Redis) -> None:
        appends = [
            client.execute_command("CTX.APPEND", "c", "MSG", "user", f"m{n}", "TOKENS", 2)
            for n in range(80)
        ]
        replies = await asyncio.gather(*appends)
        assert sorted(reply[0] for reply in replies) == list(range(1, 81))
        context = mapping(await client.execute_command("CTX.FETCH", "c", "BUDGET", 50))
        assert context["tokens"] == 50 and context["dropped"] == 55

    with_client(server, protocol, body)
