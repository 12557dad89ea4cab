# SPDX-License-Identifier: Apache-2.0
"""Vector sets, through redis-py."""

from __future__ import annotations

import json
import random
import time

import pytest
import redis
from conftest import blob, mapping


def names(reply: object) -> list[str]:
    return list(reply)  # type: ignore[call-overload]


def test_add_and_search(client: redis.Redis) -> None:
    assert client.execute_command("VADD", "v", "VALUES", 2, 1.0, 0.0, "coffee") == 1
    assert client.execute_command("VADD", "v", "FP32", blob(0.0, 1.0), "sailing") == 1
    assert client.execute_command("VADD", "v", "FP32", blob(0.1, 1.0), "sailing") == 0
    assert client.execute_command("VCARD", "v") == 2
    assert client.execute_command("VDIM", "v") == 2
    assert names(client.execute_command("VSIM", "v", "VALUES", 2, 0.9, 0.1)) == [
        "coffee",
        "sailing",
    ]
    scores = mapping(client.execute_command("VSIM", "v", "ELE", "coffee", "WITHSCORES", "COUNT", 1))
    assert float(scores["coffee"]) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("quantization", ["NOQUANT", "Q8", "BIN", "F16"])
def test_exact_search_agrees_with_arithmetic(binary: redis.Redis, quantization: str) -> None:
    chance = random.Random(5)
    rows = [[chance.gauss(0, 1) for _ in range(64)] for _ in range(500)]
    pipeline = binary.pipeline(transaction=False)
    for number, row in enumerate(rows):
        pipeline.execute_command("VADD", "v", "FP32", blob(*row), f"e{number}", quantization)
    pipeline.execute()

    def cosine(a: list[float], b: list[float]) -> float:
        dot = sum(x * y for x, y in zip(a, b))
        return dot / (sum(x * x for x in a) * sum(x * x for x in b)) ** 0.5

    overlap = 0
    for query in rows[:20]:
        order = sorted(range(len(rows)), key=lambda n: -cosine(query, rows[n]))[:10]
        found = binary.execute_command("VSIM", "v", "FP32", blob(*query), "COUNT", 10, "TRUTH")
        overlap += len({b"e%d" % n for n in order} & set(found))
    assert overlap / 200 >= {"NOQUANT": 0.99, "F16": 0.99, "Q8": 0.9, "BIN": 0.3}[quantization]


def test_filters_see_attributes(client: redis.Redis) -> None:
    for number in range(50):
        attributes = json.dumps(
            {"year": 1980 + number, "kind": "even" if number % 2 == 0 else "odd"}
        )
        client.execute_command(
            "VADD", "v", "VALUES", 2, 1, number / 50, f"e{number}", "SETATTR", attributes
        )
    found = names(
        client.execute_command(
            "VSIM",
            "v",
            "VALUES",
            2,
            1,
            0,
            "COUNT",
            100,
            "FILTER",
            '.year >= 2020 and .kind == "odd"',
        )
    )
    assert sorted(found) == sorted(f"e{n}" for n in range(40, 50) if n % 2)
    assert json.loads(client.execute_command("VGETATTR", "v", "e3"))["year"] == 1983
    assert client.execute_command("VSETATTR", "v", "e3", "") == 1
    assert client.execute_command("VGETATTR", "v", "e3") is None


def test_removal_is_real(client: redis.Redis) -> None:
    for number in range(200):
        client.execute_command("VADD", "v", "VALUES", 3, 1, number, number % 7, f"e{number}")
    for number in range(0, 200, 2):
        assert client.execute_command("VREM", "v", f"e{number}") == 1
    assert client.execute_command("VREM", "v", "e0") == 0
    found = names(
        client.execute_command("VSIM", "v", "VALUES", 3, 1, 100, 2, "COUNT", 500, "EF", 500)
    )
    assert sorted(found) == sorted(f"e{n}" for n in range(1, 200, 2))
    assert client.execute_command("VISMEMBER", "v", "e0") in (0, False)
    assert client.execute_command("VISMEMBER", "v", "e1") in (1, True)


def test_elements_expire_by_themselves(client: redis.Redis) -> None:
    command = client.execute_command
    assert command("VADD", "v", "VALUES", 2, 1, 0, "stays", "SETATTR", '{"n": 1}') == 1
    assert command("VADD", "v", "VALUES", 2, 1, 0.1, "ends", "PX", 400, "SETATTR", '{"n": 2}') == 1
    assert command("VADD", "v", "VALUES", 2, 1, 0.2, "later", "EX", 100) == 1
    assert command("VTTL", "v", "ELEMENTS", 4, "stays", "ends", "later", "none") == [-1, 1, 100, -2]
    assert 0 < command("VPTTL", "v", "ELEMENTS", 1, "ends")[0] <= 400
    assert names(command("VSIM", "v", "VALUES", 2, 1, 0.1, "COUNT", 1)) == ["ends"]
    deadline = command("VPEXPIRETIME", "v", "ELEMENTS", 1, "ends")[0]
    seconds, microseconds = command("TIME")
    time.sleep(max(0, deadline - int(seconds) * 1000 - int(microseconds) // 1000 + 1) / 1000)
    assert names(command("VSIM", "v", "VALUES", 2, 1, 0.1)) == ["later", "stays"]
    assert names(command("VSIM", "v", "VALUES", 2, 1, 0, "FILTER", ".n > 0")) == ["stays"]
    assert names(command("VSIM", "v", "VALUES", 2, 1, 0, "TRUTH")) == ["stays", "later"]
    assert command("VCARD", "v") == 2
    assert command("VEMB", "v", "ends") is None
    assert command("VGETATTR", "v", "ends") is None
    assert not command("VISMEMBER", "v", "ends")
    assert command("VRANGE", "v", "-", "+") == ["later", "stays"]
    assert set(command("VRANDMEMBER", "v", 10)) == {"later", "stays"}
    assert mapping(command("VINFO", "v"))["size"] == 2
    # A plain VADD lets it stay, as HSET does with a field.
    assert command("VADD", "v", "VALUES", 2, 1, 0.2, "later") == 0
    assert command("VTTL", "v", "ELEMENTS", 1, "later") == [-1]
    assert command("VEXPIRE", "v", 10, "NX", "ELEMENTS", 2, "later", "none") == [1, -2]
    assert command("VEXPIRE", "v", 5, "GT", "ELEMENTS", 1, "later") == [0]
    assert command("VPERSIST", "v", "ELEMENTS", 3, "later", "stays", "none") == [1, -1, -2]
    assert command("VEXPIREAT", "v", 1, "ELEMENTS", 2, "later", "stays") == [2, 2]
    assert client.exists("v") == 0


def test_expiries_go_with_a_dump(binary: redis.Redis) -> None:
    binary.execute_command("VADD", "v", "VALUES", 2, 1, 0, "a", "EX", 100)
    binary.execute_command("VADD", "v", "VALUES", 2, 0, 1, "b")
    payload = binary.dump("v")
    assert b"engram" not in payload  # the name of the type is packed
    binary.restore("copy", 0, payload)
    assert binary.execute_command("VTTL", "copy", "ELEMENTS", 2, "a", "b") == [100, -1]
    binary.rename("copy", "moved")
    assert binary.execute_command("VPEXPIRETIME", "moved", "ELEMENTS", 1, "a") == (
        binary.execute_command("VPEXPIRETIME", "v", "ELEMENTS", 1, "a")
    )


def test_range_is_lexicographic(client: redis.Redis) -> None:
    for name in ("b", "a", "d", "c"):
        client.execute_command("VADD", "v", "VALUES", 2, 1, 0, name)
    assert client.execute_command("VRANGE", "v", "-", "+", 3) == ["a", "b", "c"]
    assert client.execute_command("VRANGE", "v", "(b", "+", 10) == ["c", "d"]


def test_information(client: redis.Redis) -> None:
    client.execute_command("VADD", "v", "VALUES", 3, 1, 2, 3, "e", "NOQUANT", "M", 8)
    information = mapping(client.execute_command("VINFO", "v"))
    assert information["quant-type"] == "f32"
    assert information["vector-dim"] == 3
    assert information["hnsw-m"] == 8
    assert [float(x) for x in client.execute_command("VEMB", "v", "e")] == pytest.approx(
        [1, 2, 3], abs=1e-4
    )
    assert client.type("v") == "vectorset"


@pytest.mark.parametrize(
    ("request_text", "message"),
    [
        ("VADD v VALUES 3 1 2 3 e", "mismatch"),
        ("VADD v VALUES 2 1 x e", "invalid vector"),
        ("VSIM v ELE missing", "not found"),
        ("VSIM v VALUES 2 1 2 COUNT 0", "COUNT"),
        ("VSIM v VALUES 2 1 2 FILTER (((", "FILTER"),
        ("VADD v VALUES 2 1 2", "wrong number of arguments"),
        ("VADD v VALUES 2 1 2 f EX 0", "invalid expire time in 'vadd'"),
        ("VEXPIRE v 1 ELEMENTS 2 e", "`numelements` parameter must match"),
        ("VTTL v FIELDS 1 e", "Mandatory argument ELEMENTS is missing"),
    ],
)
def test_refusals(client: redis.Redis, request_text: str, message: str) -> None:
    client.execute_command("VADD", "v", "VALUES", 2, 1, 2, "e")
    with pytest.raises(redis.ResponseError, match=f"(?i){message}"):
        client.execute_command(*request_text.split())
