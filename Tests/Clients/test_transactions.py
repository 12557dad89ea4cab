# SPDX-License-Identifier: Apache-2.0
"""Pipelines and transactions, through redis-py."""

from __future__ import annotations

import pytest
import redis


def test_long_pipeline(client: redis.Redis) -> None:
    pipeline = client.pipeline(transaction=False)
    for number in range(5000):
        pipeline.set(f"k{number}", number)
        pipeline.get(f"k{number}")
    replies = pipeline.execute()
    assert replies[1::2] == [str(number) for number in range(5000)]


def test_transaction(client: redis.Redis) -> None:
    pipeline = client.pipeline()
    pipeline.incr("n").rpush("l", "a").hset("h", "f", "v")
    assert pipeline.execute() == [1, 1, 1]


def test_an_error_inside_does_not_undo_the_rest(client: redis.Redis) -> None:
    client.set("text", "x")
    pipeline = client.pipeline()
    pipeline.incr("n").incr("text").incr("n")
    replies = pipeline.execute(raise_on_error=False)
    assert replies[0] == 1 and replies[2] == 2
    assert isinstance(replies[1], redis.ResponseError)


def test_watch_notices_another_client(client: redis.Redis, server: object) -> None:
    with client.pipeline() as pipeline:
        pipeline.watch("k")
        with redis.Redis(port=server.port) as other:  # type: ignore[attr-defined]
            other.set("k", "changed")
        pipeline.multi()
        pipeline.set("k", "mine")
        with pytest.raises(redis.WatchError):
            pipeline.execute()
    assert client.get("k") == "changed"


def test_a_bad_command_aborts_the_transaction(client: redis.Redis) -> None:
    pipeline = client.pipeline()
    pipeline.set("k", "v").execute_command("NOSUCHCOMMAND")
    with pytest.raises(redis.ResponseError):
        pipeline.execute()
    assert client.get("k") is None
