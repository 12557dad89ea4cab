# SPDX-License-Identifier: Apache-2.0
"""What INFO and MEMORY USAGE say of memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import redis
from redis.client import Pipeline
from servers import start_engram

COUNT = 20_000
# Keys of a pipeline.
BATCH = 500
# Keys that are there before the measurement.
WARM = 2 * BATCH
TEXTS = [f"text-{number:04d}" for number in range(100)]

Filling = Callable[[Pipeline, str, int], Any]
FILLINGS: dict[str, Filling] = {
    "short string": lambda pipe, key, number: pipe.set(key, number),
    "string": lambda pipe, key, number: pipe.set(key, "x" * 64),
    "expiring string": lambda pipe, key, number: pipe.set(key, "x", ex=1000),
    "appended string": lambda pipe, key, number: pipe.append(key, "x" * 50).append(key, "y"),
    "hash": lambda pipe, key, number: pipe.hset(
        key, mapping={text: number for text in TEXTS[:10]}
    ),
    "expiring hash": lambda pipe, key, number: pipe.hsetex(
        key, mapping={text: text for text in TEXTS[:10]}, ex=1000
    ),
    "table of fields": lambda pipe, key, number: pipe.hset(
        key, mapping={text: "v" * 70 for text in TEXTS}
    ),
    "list": lambda pipe, key, number: pipe.rpush(key, *("m" * 200 for _ in range(50))),
    "list of numbers": lambda pipe, key, number: pipe.rpush(key, *range(20)),
    "sorted set": lambda pipe, key, number: pipe.zadd(
        key, {text: index for index, text in enumerate(TEXTS)}
    ),
    "large sorted set": lambda pipe, key, number: pipe.zadd(
        key, {f"{text}{tail}": 0.5 for text in TEXTS for tail in "ab"}
    ),
    "set of integers": lambda pipe, key, number: pipe.sadd(key, *range(number, number + 10)),
    "set": lambda pipe, key, number: pipe.sadd(key, *TEXTS[:10]),
    "large set": lambda pipe, key, number: pipe.sadd(
        key, *(f"{text}{tail}" for text in TEXTS for tail in "ab")
    ),
    "stream": lambda pipe, key, number: [
        pipe.xadd(key, {"user": "u", "text": text}) for text in TEXTS[:20]
    ],
}


LARGE = {"table of fields", "list", "sorted set", "large sorted set", "large set", "stream"}


@pytest.mark.parametrize("kind", FILLINGS)
def test_memory_usage_adds_up(kind: str) -> None:
    """The sum over all keys is within 5 % of what `used_memory` grows by."""
    count = COUNT // 20 if kind in LARGE else COUNT
    # A server of its own: what another test has thrown away is freed at any time.
    with start_engram() as server, redis.Redis(port=server.port) as client:
        # What the first commands of a connection allocate is no key's; nothing is deleted, as that
        # is freed at any time.
        fill(client, kind, 0, BATCH)
        client.info("memory")
        fill(client, kind, BATCH, WARM)
        before = client.info("memory")["used_memory"]
        fill(client, kind, WARM, WARM + count)
        grown = client.info("memory")["used_memory"] - before
        pipe = client.pipeline(transaction=False)
        for number in range(WARM, WARM + count):
            pipe.memory_usage(f"key:{number:012d}", samples=0)
        assert sum(pipe.execute()) == pytest.approx(grown, rel=0.05)


def fill(client: redis.Redis, kind: str, first: int, end: int) -> None:
    for start in range(first, end, BATCH):
        pipe = client.pipeline(transaction=False)
        for number in range(start, min(start + BATCH, end)):
            FILLINGS[kind](pipe, f"key:{number:012d}", number)
        pipe.execute()
