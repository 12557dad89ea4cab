#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A set that lives: how long a VSIM takes while another client adds vectors without a pause, against
Redis 8.2.3, and what is left of a set whose elements have expired and come again ten times.

alive.py DIRECTORY [--engram BINARY] [--rows 20000] [--queries 2000] [--turns 10] [--json FILE]

DIRECTORY is as for compare.py. Latencies are microseconds of the round trip of one client; the client
that adds is a process of its own and waits for each reply. Clients and servers share the machine's
cores, so compare the columns, not the figures with those of other machines.
"""

import argparse
import json
import multiprocessing
import random
import sys
import tempfile
import time
from pathlib import Path

from compare import ROOT, exact, load, start_engram, start_redis
from peers import recall

import numpy as np
import redis

EF, COUNT = 100, 10


def add(client, key, names, rows, *options):
    for first in range(0, len(names), 200):
        pipe = client.pipeline(transaction=False)
        for name, row in zip(names[first : first + 200], rows[first : first + 200]):
            pipe.execute_command("VADD", key, "FP32", row.tobytes(), name, "Q8", *options)
        pipe.execute()


def search(client, key, query):
    return client.execute_command("VSIM", key, "FP32", query.tobytes(), "COUNT", COUNT, "EF", EF)


def latencies(client, queries, wanted):
    taken = []
    for at in range(wanted):
        query = queries[at % len(queries)]
        start = time.perf_counter()
        search(client, "set", query)
        taken.append((time.perf_counter() - start) * 1e6)
    return np.percentile(taken, [50, 99])


def keep_adding(port, rows, stop, added):
    client = redis.Redis(port=port)
    while not stop.is_set():
        row = rows[added.value % len(rows)]
        client.execute_command("VADD", "set", "FP32", row.tobytes(), f"new{added.value}", "Q8")
        added.value += 1


def under_writes(server, base, extra, queries, wanted):
    """Half of the time and the other half a client adds."""
    client = redis.Redis(port=server.port)
    add(client, "set", [str(row) for row in range(len(base))], base)
    latencies(client, queries, 200)
    idle = latencies(client, queries, wanted)
    stop, added = multiprocessing.Event(), multiprocessing.Value("q", 0)
    writer = multiprocessing.Process(target=keep_adding, args=(server.port, extra, stop, added))
    writer.start()
    time.sleep(0.3)
    start, before = time.perf_counter(), added.value
    busy = latencies(client, queries, wanted)
    rate = (added.value - before) / (time.perf_counter() - start)
    stop.set()
    writer.join()
    return {
        "idle_p50": idle[0], "idle_p99": idle[1], "busy_p50": busy[0], "busy_p99": busy[1],
        "vadds_a_second": rate,
    }  # fmt: skip


def quality(client, server, key, queries, truth, rows_of):
    """Recall, searches a CPU second and bytes a vector."""
    for query in queries[:100]:
        search(client, key, query)
    start = server.cpu_seconds()
    found = [[rows_of[name] for name in search(client, key, query)] for query in queries]
    seconds = max(server.cpu_seconds() - start, 1e-9)
    size = client.memory_usage(key, samples=0) / client.execute_command("VCARD", key)
    return {"recall": recall(found, truth), "rate": len(queries) / seconds, "bytes": size}


def by_expiry(server, base, queries, turns):
    """Twice a turn a random half of the set gets a second to live, and is added again after it."""
    client = redis.Redis(port=server.port)
    chance = random.Random(5)
    truth = exact(queries, base, COUNT)
    names = [f"0:{row}" for row in range(len(base))]
    add(client, "set", names, base)
    for turn in range(1, 2 * turns + 1):
        rows = chance.sample(range(len(base)), len(base) // 2)
        for first in range(0, len(rows), 500):
            old = [names[row] for row in rows[first : first + 500]]
            client.execute_command("VEXPIRE", "set", 1, "ELEMENTS", len(old), *old)
        while client.execute_command("VCARD", "set") > len(base) - len(rows):
            time.sleep(0.05)
        for row in rows:
            names[row] = f"{turn}:{row}"
        add(client, "set", [names[row] for row in rows], base[rows])
    add(client, "fresh", names, base)
    rows_of = {name.encode(): row for row, name in enumerate(names)}
    lived = quality(client, server, "set", queries, truth, rows_of)
    return lived, quality(client, server, "fresh", queries, truth, rows_of)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--engram", type=Path, default=ROOT / ".build/release/engram")
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--queries", type=int, default=2_000)
    parser.add_argument("--turns", type=int, default=10)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    results = {}
    with tempfile.TemporaryDirectory() as scratch:
        _, base, queries = load(arguments.directory, Path(scratch))
    extra = base[arguments.rows : 3 * arguments.rows]
    base = base[: arguments.rows]
    print(f"{'VSIM, microseconds':20}{'idle p50':>10}{'idle p99':>10}{'busy p50':>10}{'busy p99':>10}"
          f"{'p99 ratio':>11}{'VADDs/s':>9}")  # fmt: skip
    for name in ("engram", "redis"):
        with start_engram(arguments.engram) if name == "engram" else start_redis() as server:
            row = under_writes(server, base, extra, queries, arguments.queries)
        results[name] = row
        print(f"{name:20}{row['idle_p50']:10.0f}{row['idle_p99']:10.0f}{row['busy_p50']:10.0f}"
              f"{row['busy_p99']:10.0f}{row['busy_p99'] / row['idle_p99']:11.2f}"
              f"{row['vadds_a_second']:9.0f}", flush=True)  # fmt: skip
    with start_engram(arguments.engram) as server:
        lived, fresh = by_expiry(server, base, queries, arguments.turns)
    results["lived"], results["fresh"] = lived, fresh
    print(f"{'expired and added':20}{'recall@10':>10}{'VSIMs/s':>10}{'bytes':>10}")
    for name, row in ((f"{arguments.turns} times over", lived), ("fresh", fresh)):
        print(f"{name:20}{row['recall']:10.4f}{row['rate']:10.0f}{row['bytes']:10.0f}")
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1, default=float))


if __name__ == "__main__":
    main()
