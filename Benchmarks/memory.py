#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Bytes a key: Engram and Redis 8.2.3 hold the same data, one after the other."""

from __future__ import annotations

import argparse
import random
import statistics
import struct
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Tests" / "PythonSupport"))

from report import Bar, print_table, write_json, write_picture  # noqa: E402
from resp import Connection, encode  # noqa: E402
from servers import Server, start_engram, start_redis  # noqa: E402

WORDS = b"amber birch cedar delta ember frost grove hazel iris juniper".split()
FIELDS = b"name plan city seen score lang zone role tier last".split()
DAY_SECONDS = b"86400"
SAMPLES = 1000
BATCH = 200


@dataclass
class DataSet:
    """Keys of one kind: the command that makes the key with a number."""

    name: str
    count: int
    command: Callable[[bytes, int], list[bytes]]


def _hash(key: bytes, number: int) -> list[bytes]:
    return [b"HSET", key, *_pairs(number)]


def _text_hash(key: bytes, number: int) -> list[bytes]:
    values = (b"%s-%04d" % (word, (number + index) % 10_000) for index, word in enumerate(WORDS))
    return [b"HSET", key, *(part for pair in zip(FIELDS, values) for part in pair)]


def _expiring_hash(key: bytes, number: int) -> list[bytes]:
    return [b"HSETEX", key, b"EX", DAY_SECONDS, b"FIELDS", b"10", *_pairs(number)]


def _pairs(number: int) -> Iterator[bytes]:
    for index, field in enumerate(FIELDS):
        yield field
        yield b"%d" % ((number * 7919 + index * 104_729) % 100_000_000)


def _members(number: int, count: int) -> Iterator[bytes]:
    for index in range(count):
        yield b"%d" % ((number + index * 37) % 1000)
        yield b"m%07d" % ((number * 31 + index * 104_729) % 10_000_000)


def _stream(key: bytes, number: int) -> list[bytes]:
    identifier = b"%d-%d" % (1_700_000_000_000 + number, number)
    text = b"said %d times" % number
    return [b"XADD", key, identifier, b"user", b"u%06d" % number, b"text", text]


def _vector(key: bytes, number: int) -> list[bytes]:
    element = b"e%d" % (number % VECTOR_ELEMENTS)
    return [b"VADD", key, b"FP32", VECTORS[number % len(VECTORS)], element]


VECTOR_ELEMENTS = 100
VECTOR_DIMENSIONS = 384
CHANCE = random.Random(1)
VECTORS = [
    struct.pack(f"<{VECTOR_DIMENSIONS}f", *(CHANCE.gauss(0, 1) for _ in range(VECTOR_DIMENSIONS)))
    for _ in range(997)
]
DATA_SETS = [
    DataSet("string of 64", 1_000_000, lambda key, number: [b"SET", key, b"%064d" % number]),
    DataSet("string of 1 with TTL", 1_000_000,
            lambda key, number: [b"SET", key, b"x", b"EX", DAY_SECONDS]),
    DataSet("hash of 10 texts", 300_000, _text_hash),
    DataSet("hash of 10 integers", 300_000, _hash),
    DataSet("hash of 10 with TTLs", 100_000, _expiring_hash),
    DataSet("list of 50 x 200", 30_000,
            lambda key, number: [b"RPUSH", key, *(b"%0200d" % (number + i) for i in range(50))]),
    DataSet("sorted set of 100", 50_000,
            lambda key, number: [b"ZADD", key, *_members(number, 100)]),
    DataSet("sorted set of 10", 300_000,
            lambda key, number: [b"ZADD", key, *_members(number, 10)]),
    DataSet("set of 10 integers", 300_000,
            lambda key, number: [b"SADD", key, *(b"%d" % (number % 900 + i) for i in range(10))]),
    DataSet("set of 10 words", 300_000, lambda key, number: [b"SADD", key, *WORDS]),
    DataSet("stream of 100", 20_000, _stream),
    DataSet("vector set of 100 x 384", 20_000, _vector),
]  # fmt: skip
STREAM_ENTRIES = 100


def requests(data: DataSet, count: int) -> Iterator[list[bytes]]:
    """The commands that make the keys; a key has 16 bytes."""
    for number in range(count):
        key = b"key:%012d" % number
        if data.command is _stream:
            for entry in range(STREAM_ENTRIES):
                yield _stream(key, number * STREAM_ENTRIES + entry)
        elif data.command is _vector:
            for element in range(VECTOR_ELEMENTS):
                yield _vector(key, number * VECTOR_ELEMENTS + element)
        else:
            yield data.command(key, number)


def load(server: Server, data: DataSet, count: int) -> None:
    """Without replies: the connection is told to be silent."""
    connection = server.connect(timeout_seconds=600)
    connection.send(encode((b"CLIENT", b"REPLY", b"OFF")))
    batch: list[bytes] = []
    for request in requests(data, count):
        batch.append(encode(request))
        if len(batch) == BATCH:
            connection.send(b"".join(batch))
            batch.clear()
    batch.append(encode((b"CLIENT", b"REPLY", b"ON")))
    connection.exchange(b"".join(batch), 1)
    found = connection.call(b"DBSIZE").value
    if found != b"%d" % count:
        raise SystemExit(f"{server.name} did not take the data: {found!r} keys of {count}")
    connection.close()


def used_memory(connection: Connection) -> int:
    text = connection.call(b"INFO", b"memory").value
    assert isinstance(text, bytes)
    return int(text.split(b"used_memory:", 1)[1].split(b"\r\n", 1)[0])


def measure(server: Server, data: DataSet, count: int) -> dict[str, float]:
    """Growth of `used_memory` and of the resident set, and the sum of MEMORY USAGE, a key."""
    connection = server.connect(timeout_seconds=60)
    used, resident = used_memory(connection), server.resident_bytes()
    load(server, data, count)
    used, resident = used_memory(connection) - used, server.resident_bytes() - resident
    step = max(1, count // SAMPLES)
    usage = connection.pipeline(
        [(b"MEMORY", b"USAGE", b"key:%012d" % i, b"SAMPLES", b"0") for i in range(0, count, step)]
    )
    connection.close()
    return {
        "used": used / count,
        "rss": resident / count,
        "usage": statistics.mean(float(reply.value) for reply in usage),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engram", help="its binary (default: the one built here)")
    parser.add_argument("--only", default="", help="data sets whose names contain this")
    parser.add_argument("--scale", type=float, default=1.0, help="of the number of keys")
    parser.add_argument("--count", type=int, help="of keys, for every data set")
    parser.add_argument("--json")
    parser.add_argument("--picture")
    arguments = parser.parse_args()
    rows, bars = [], []
    for data in (data for data in DATA_SETS if arguments.only in data.name):
        count = arguments.count or max(1, int(data.count * arguments.scale))
        with start_engram(arguments.engram) as server:
            ours = measure(server, data, count)
        with start_redis() as server:
            theirs = measure(server, data, count)
        rows.append({
            "data": data.name, "keys": count,
            "engram used": ours["used"], "redis used": theirs["used"],
            "used ratio": ours["used"] / theirs["used"],
            "engram rss": ours["rss"], "redis rss": theirs["rss"],
            "rss ratio": ours["rss"] / theirs["rss"],
            "used/rss": ours["used"] / ours["rss"],
            "usage/rss": ours["usage"] / ours["rss"],
            "redis usage/rss": theirs["usage"] / theirs["rss"],
        })  # fmt: skip
        bars.append(Bar(data.name, float(rows[-1]["rss ratio"])))
        print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    if not rows:
        parser.error("no data set has such a name")
    header = list(rows[0])
    print_table(header, [[row[column] for column in header] for row in rows])
    write_json(arguments.json, "memory", rows)
    write_picture(arguments.picture, "Resident bytes a key, Engram / Redis 8.2.3", bars)


if __name__ == "__main__":
    main()
