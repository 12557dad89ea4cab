#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plain commands under load: Engram and Redis 8.2.3 in turns, driven by redis-benchmark."""

from __future__ import annotations

import argparse
import csv
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Tests" / "PythonSupport"))

from report import Bar, print_table, write_json, write_picture  # noqa: E402
from servers import Server, start_engram, start_redis  # noqa: E402

CONNECTIONS = 50
KEYS = 100_000
SCRIPT = "redis.call('INCR', KEYS[1]) return redis.call('GET', KEYS[1])"
# Words of redis-benchmark's command line: one argument each, spaces inside stay.
COMMANDS = {
    "GET": "GET key:__rand_int__".split(),
    "SET": "SET key:__rand_int__ value-of-16-bytes".split(),
    "INCR": "INCR counter:__rand_int__".split(),
    "LPUSH": "LPUSH queue item".split(),
    "RPOP": "RPOP queue".split(),
    "LRANGE_100": "LRANGE hundred 0 99".split(),
    "SADD": "SADD members __rand_int__".split(),
    "HSET": "HSET features:__rand_int__ plan pro".split(),
    "HGETALL_10": "HGETALL profile".split(),
    "ZADD": "ZADD scores __rand_int__ member:__rand_int__".split(),
    "ZRANGE_100": "ZRANGE ranking 0 99".split(),
    "XADD": "XADD events MAXLEN ~ 10000 * user u42 text hello".split(),
    "EVAL": ["EVAL", SCRIPT, "1", "scripted:__rand_int__"],
    "MSET": ["MSET", *(["key:__rand_int__", "value"] * 10)],
}
LONG_REPLIES = ("LRANGE_100", "HGETALL_10", "ZRANGE_100")


def load(
    server: Server, command: list[str], pipeline: int, requests: int, threads: int = 1
) -> tuple[float, float]:
    """Requests a second, and CPU microseconds of the server per request."""
    before = server.cpu_seconds()
    program = [
        "redis-benchmark", "-p", str(server.port), "-c", str(CONNECTIONS), "-n", str(requests),
        "-P", str(pipeline), "-r", str(KEYS), "--csv",
    ]  # fmt: skip
    if threads > 1:
        program += ["--threads", str(threads)]
    done = subprocess.run([*program, *command], check=True, capture_output=True, text=True)
    used = server.cpu_seconds() - before
    rows = list(csv.reader(done.stdout.splitlines()))
    return float(rows[-1][1]), used / requests * 1e6


def prepare(server: Server) -> None:
    connection = server.connect()
    connection.call(b"FLUSHALL")
    numbers = range(100)
    connection.call(b"RPUSH", b"hundred", *(b"item %d" % number for number in numbers))
    pairs = ((b"%d" % number, b"member:%d" % number) for number in numbers)
    connection.call(b"ZADD", b"ranking", *(word for pair in pairs for word in pair))
    fields = ((b"field:%d" % number, b"value:%d" % number) for number in range(10))
    connection.call(b"HSET", b"profile", *(word for field in fields for word in field))
    connection.close()
    load(server, COMMANDS["SET"], 64, KEYS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engram", help="its binary (default: the one built here)")
    parser.add_argument("--commands", default=",".join(COMMANDS), help="separated by commas")
    parser.add_argument("--pipelines", default="1,16,64")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scale", type=float, default=1.0, help="of the number of requests")
    parser.add_argument("--io-threads", type=int, default=1, help="of both servers")
    parser.add_argument("--json")
    parser.add_argument("--picture")
    arguments = parser.parse_args()
    names = arguments.commands.upper().split(",")
    unknown = set(names) - set(COMMANDS)
    if unknown:
        parser.error(f"unknown commands {', '.join(unknown)}; known: {', '.join(COMMANDS)}")
    if not shutil.which("redis-benchmark"):
        parser.error("redis-benchmark is missing (Debian and Ubuntu: apt-get install redis-tools)")
    rows, bars = [], []
    threads = str(arguments.io_threads)
    with (
        start_engram(arguments.engram, io_threads=threads) as engram,
        start_redis(io_threads=threads) as redis,
    ):
        prepare(engram)
        prepare(redis)
        for name in names:
            for pipeline in map(int, arguments.pipelines.split(",")):
                row = measure(engram, redis, name, pipeline, arguments)
                rows.append(row)
                bars.append(Bar(f"{name}  P={pipeline}", float(row["cpu ratio"])))
    header = list(rows[0])
    print_table(header, [[row[column] for column in header] for row in rows])
    write_json(arguments.json, "kv", rows)
    write_picture(arguments.picture, "Server CPU per request, Engram / Redis 8.2.3", bars)


def measure(
    engram: Server, redis: Server, name: str, pipeline: int, arguments: argparse.Namespace
) -> dict[str, str | float | int]:
    """Medians over rounds; who goes first changes every round."""
    requests = int(arguments.scale * {1: 40_000}.get(pipeline, 200_000))
    if name in LONG_REPLIES or name in ("MSET", "EVAL"):
        requests //= 2
    found: dict[str, list[tuple[float, float]]] = {"engram": [], "redis": []}
    for number in range(arguments.rounds):
        order = [engram, redis] if number % 2 == 0 else [redis, engram]
        for server in order:
            if name == "RPOP":
                load(server, COMMANDS["LPUSH"], 64, requests)
            done = load(server, COMMANDS[name], pipeline, requests, arguments.io_threads)
            found[server.name].append(done)
    ours = [statistics.median(values) for values in zip(*found["engram"])]
    theirs = [statistics.median(values) for values in zip(*found["redis"])]
    return {
        "command": name,
        "P": pipeline,
        "engram req/s": ours[0],
        "redis req/s": theirs[0],
        "throughput ratio": ours[0] / theirs[0],
        "engram cpu us": ours[1],
        "redis cpu us": theirs[1],
        "cpu ratio": ours[1] / max(theirs[1], 1e-9),
    }


if __name__ == "__main__":
    main()
