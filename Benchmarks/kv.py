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
COMMANDS = {
    "GET": "GET key:__rand_int__",
    "SET": "SET key:__rand_int__ value-of-16-bytes",
    "INCR": "INCR counter:__rand_int__",
    "LPUSH": "LPUSH queue item",
    "RPOP": "RPOP queue",
    "HSET": "HSET features:__rand_int__ plan pro",
    "LRANGE_100": "LRANGE hundred 0 99",
    "MSET": "MSET " + " ".join("key:__rand_int__ value" for _ in range(10)),
}


def load(server: Server, text: str, pipeline: int, requests: int) -> tuple[float, float]:
    """Requests a second, and CPU microseconds of the server per request."""
    before = server.cpu_seconds()
    done = subprocess.run(
        [
            "redis-benchmark", "-p", str(server.port), "-c", str(CONNECTIONS), "-n", str(requests),
            "-P", str(pipeline), "-r", str(KEYS), "--csv", *text.split(),
        ],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    used = server.cpu_seconds() - before
    rows = list(csv.reader(done.stdout.splitlines()))
    return float(rows[-1][1]), used / requests * 1e6


def prepare(server: Server) -> None:
    connection = server.connect()
    connection.call(b"FLUSHALL")
    connection.call(b"RPUSH", b"hundred", *(b"item %d" % number for number in range(100)))
    connection.close()
    load(server, COMMANDS["SET"], 64, KEYS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engram", help="its binary (default: the one built here)")
    parser.add_argument("--commands", default=",".join(COMMANDS), help="separated by commas")
    parser.add_argument("--pipelines", default="1,16,64")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scale", type=float, default=1.0, help="of the number of requests")
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
    with start_engram(arguments.engram) as engram, start_redis() as redis:
        prepare(engram)
        prepare(redis)
        for name in names:
            for pipeline in map(int, arguments.pipelines.split(",")):
                row = measure(engram, redis, name, pipeline, arguments.rounds, arguments.scale)
                rows.append(row)
                bars.append(Bar(f"{name}  P={pipeline}", float(row["cpu ratio"])))
    header = list(rows[0])
    print_table(header, [[row[column] for column in header] for row in rows])
    write_json(arguments.json, "kv", rows)
    write_picture(arguments.picture, "Server CPU per request, Engram / Redis 8.2.3", bars)


def measure(
    engram: Server, redis: Server, name: str, pipeline: int, rounds: int, scale: float
) -> dict[str, str | float | int]:
    """Medians over rounds; who goes first changes every round."""
    requests = int(scale * {1: 60_000}.get(pipeline, 300_000))
    if name in ("LRANGE_100", "MSET"):
        requests //= 4
    found: dict[str, list[tuple[float, float]]] = {"engram": [], "redis": []}
    for number in range(rounds):
        order = [engram, redis] if number % 2 == 0 else [redis, engram]
        for server in order:
            if name == "RPOP":
                load(server, COMMANDS["LPUSH"], 64, requests)
            found[server.name].append(load(server, COMMANDS[name], pipeline, requests))
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
