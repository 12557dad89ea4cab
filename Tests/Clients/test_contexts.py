# SPDX-License-Identifier: Apache-2.0
"""Conversation contexts, through redis-py."""

from __future__ import annotations

import time

import pytest
import redis
from conftest import blob, mapping


def append(client: redis.Redis, key: str, *arguments: object) -> list[int]:
    return client.execute_command("CTX.APPEND", key, *arguments)


def fetch(client: redis.Redis, key: str, *arguments: object) -> dict:
    return mapping(client.execute_command("CTX.FETCH", key, *arguments))


def sequence(context: dict) -> list[int]:
    return [mapping(message)["seq"] for message in context["messages"]]


def test_append_answers_sequence_version_and_tokens(client: redis.Redis) -> None:
    assert append(client, "c", "MSG", "user", "hello", "TOKENS", 3) == [1, 1, 3]
    both = ("MSG", "assistant", "hi", "TOKENS", 2, "MSG", "user", "bye", "TOKENS", 4)
    assert append(client, "c", *both) == [3, 2, 9]
    assert client.type("c") == "context"
    assert client.execute_command("CTX.LEN", "c") == 3


def test_version_conflict(client: redis.Redis) -> None:
    append(client, "c", "IFVER", 0, "MSG", "user", "one", "TOKENS", 1)
    with pytest.raises(redis.ResponseError, match="CONFLICT version is 1"):
        append(client, "c", "IFVER", 0, "MSG", "user", "two", "TOKENS", 1)
    assert append(client, "c", "IFVER", 1, "MSG", "user", "two", "TOKENS", 1) == [2, 2, 2]


def test_repeated_token_is_answered_again(client: redis.Redis) -> None:
    first = append(client, "c", "IDEMP", "t1", "MSG", "user", "one", "TOKENS", 1)
    append(client, "c", "IDEMP", "t2", "MSG", "user", "two", "TOKENS", 1)
    assert append(client, "c", "IDEMP", "t1", "MSG", "user", "one", "TOKENS", 1) == first
    assert client.execute_command("CTX.LEN", "c") == 2


def test_window_is_the_newest_without_a_gap(client: redis.Redis) -> None:
    for number in range(10):
        append(client, "c", "MSG", "user", f"message {number}", "TOKENS", 10)
    context = fetch(client, "c", "BUDGET", 45, "RESERVE", 10)
    assert sequence(context) == [8, 9, 10]
    assert context["tokens"] == 30
    assert context["dropped"] == 7
    assert context["version"] == 10


def test_calls_and_results_are_one_atom(client: redis.Redis) -> None:
    append(client, "c", "MSG", "system", "rules", "TOKENS", 5)
    append(client, "c", "MSG", "assistant", "", "TOKENS", 10, "CALLS", 2, "x", "y")
    append(client, "c", "MSG", "tool", "1", "TOKENS", 10, "RESULT", "x")
    append(client, "c", "MSG", "tool", "2", "TOKENS", 10, "RESULT", "y")
    append(client, "c", "MSG", "user", "thanks", "TOKENS", 10)
    assert sequence(fetch(client, "c", "BUDGET", 39)) == [5]
    assert sequence(fetch(client, "c", "BUDGET", 40)) == [2, 3, 4, 5]
    assert sequence(fetch(client, "c", "BUDGET", 15, "PIN", 1, "system")) == [1, 5]


def test_open_calls_and_pins_come_first(client: redis.Redis) -> None:
    append(client, "c", "MSG", "system", "rules", "TOKENS", 20)
    append(client, "c", "MSG", "assistant", "", "TOKENS", 30, "CALLS", 1, "x")
    append(client, "c", "MSG", "user", "still there?", "TOKENS", 5)
    assert sequence(fetch(client, "c", "BUDGET", 34)) == [2]
    with pytest.raises(redis.ResponseError, match="BUDGET 50 tokens are needed"):
        fetch(client, "c", "BUDGET", 49, "PIN", 1, "system")


def test_result_of_an_unknown_call_is_refused(client: redis.Redis) -> None:
    with pytest.raises(redis.ResponseError):
        append(client, "c", "MSG", "user", "a", "TOKENS", 1, "MSG", "tool", "b", "RESULT", "no")
    assert client.exists("c") == 0


def test_features_and_recall_in_one_trip(client: redis.Redis) -> None:
    append(client, "c", "MSG", "user", "hello", "TOKENS", 3, "VEC", blob(1, 0))
    client.hset("features:ann", mapping={"plan": "pro", "language": "no"})
    for number in range(3):
        client.execute_command(
            "VADD", "memories", "VALUES", 2, 1, number, f"m{number}", "SETATTR", '{"tokens": 4}'
        )
    context = fetch(
        client, "c", "BUDGET", 100, "FEATURES", "features:ann", "*",
        "RECALL", "memories", 2, "FP32", blob(1, 0), "SHARE", 50,
    )  # fmt: skip
    assert mapping(context["features"]) == {"plan": "pro", "language": "no"}
    recalled = [mapping(item) for item in context["recall"]]
    assert [item["id"] for item in recalled] == ["m0", "m1"]
    assert float(recalled[0]["score"]) == pytest.approx(1, abs=0.01)
    some = fetch(client, "c", "BUDGET", 9, "FEATURES", "features:ann", 1, "plan")
    assert mapping(some["features"]) == {"plan": "pro"}


def test_missing_key_is_an_empty_context(client: redis.Redis) -> None:
    context = fetch(client, "nothing", "BUDGET", 10)
    assert context["messages"] == [] and context["tokens"] == 0 and context["version"] == 0


def test_time_to_live(client: redis.Redis) -> None:
    append(client, "c", "EX", 100, "MSG", "user", "a", "TOKENS", 1)
    append(client, "c", "MSG", "user", "b", "TOKENS", 1)
    assert 0 < client.ttl("c") <= 100
    fetch(client, "c", "BUDGET", 10, "TOUCH", 1000)
    assert client.ttl("c") > 900
    append(client, "c", "PX", 30, "MSG", "user", "c", "TOKENS", 1)
    time.sleep(0.1)
    assert client.exists("c") == 0


def test_trim_delete_and_get(client: redis.Redis) -> None:
    for number in range(6):
        append(client, "c", "MSG", "user", f"message {number}", "TOKENS", 10)
    client.execute_command("CTX.TRIM", "c", "MAXMESSAGES", 4)
    client.execute_command("CTX.DEL", "c", 5)
    found = [mapping(m)["seq"] for m in client.execute_command("CTX.RANGE", "c", 1, -1)]
    assert found == [3, 4, 6]
    content = mapping(client.execute_command("CTX.GET", "c", 4)[0])["content"]
    assert content == "message 3"
    assert append(client, "c", "MSG", "user", "next", "TOKENS", 1)[0] == 7
    assert mapping(client.execute_command("CTX.INFO", "c"))["messages"] == 4


def test_contexts_are_keys_like_any(client: redis.Redis) -> None:
    append(client, "c", "MSG", "user", "a", "TOKENS", 1)
    client.copy("c", "d")
    append(client, "d", "MSG", "user", "b", "TOKENS", 1)
    assert client.execute_command("CTX.LEN", "c") == 1
    client.rename("d", "e")
    assert client.execute_command("CTX.LEN", "e") == 2
    assert sorted(client.scan_iter(_type="context")) == ["c", "e"]
    assert client.memory_usage("e") > 0
    with pytest.raises(redis.ResponseError, match="WRONGTYPE"):
        client.get("e")
