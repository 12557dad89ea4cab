#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Vector search against hnswlib and Redis 8.2.3's VSIM, on the same data in the same run.

compare.py DIRECTORY [--bench BINARY] [--engram BINARY] [--library-only] [--limit N]
           [--ef 20,40,80,200] [--rounds 3] [--json FILE] [--picture FILE.svg]

DIRECTORY holds base.f16.npy, queries.f32.npy and truth100.i32.npy, or the vectors.npy that
Datasets/build.sh makes: then every tenth row, 1,000 at most, is held out as a query. Rates are
queries a CPU second, one thread. Without the module hnswlib, that peer is left out.
"""

import argparse
import contextlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "PythonSupport"))

from servers import start_engram, start_redis  # noqa: E402


class VectorServer:
    """A server that knows VADD and VSIM."""

    def __init__(self, name, server):
        import redis

        self.name = name
        self.server = server
        self.client = redis.Redis(port=server.port, socket_timeout=600)
        self.key = "bench:vectors"

    def build(self, base):
        start = self.server.cpu_seconds()
        for first in range(0, len(base), 500):
            pipe = self.client.pipeline(transaction=False)
            for row in range(first, min(first + 500, len(base))):
                pipe.execute_command(
                    "VADD", self.key, "FP32", base[row].tobytes(), str(row), "Q8", "EF", 200, "M", 16
                )
            pipe.execute()
        return self.server.cpu_seconds() - start

    def bytes_per_vector(self, count):
        return self.client.memory_usage(self.key, samples=0) / count

    def run(self, queries, ef):
        start = self.server.cpu_seconds()
        found = [
            [
                int(name)
                for name in self.client.execute_command(
                    "VSIM", self.key, "FP32", query.tobytes(), "COUNT", 10, "EF", ef, "NOTHREAD"
                )
            ]
            for query in queries
        ]
        return found, len(queries) / max(self.server.cpu_seconds() - start, 1e-9)


class HNSWLib:
    name = "hnswlib f32"

    def build(self, base):
        import hnswlib

        self.index = hnswlib.Index(space="ip", dim=base.shape[1])
        self.index.init_index(max_elements=len(base), ef_construction=200, M=16)
        self.index.set_num_threads(1)
        start = time.process_time()
        self.index.add_items(base, num_threads=1)
        return time.process_time() - start

    def bytes_per_vector(self, count):
        return self.index.index_file_size() / count

    def run(self, queries, ef):
        self.index.set_ef(ef)
        start = time.process_time()
        labels, _ = self.index.knn_query(queries, k=10, num_threads=1)
        return labels.tolist(), len(queries) / (time.process_time() - start)


def engram_library(bench, directory, efs, limit, rounds):
    """What engram-bench-vectors measures in a process of its own."""
    command = [bench, directory, "--ef", ",".join(map(str, efs)), "--rounds", str(rounds)]
    if limit:
        command += ["--limit", str(limit)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    lines = [json.loads(line) for line in output.splitlines()]
    points = {line["ef"]: line for line in lines if "ef" in line}
    return {
        "build_cpu_s": lines[0]["build_cpu_s"],
        "bytes_per_vector": lines[0]["bytes_per_vector"],
        "points": [[points[ef]["recall"], points[ef]["qps"]] for ef in efs],
    }


def exact(queries, base, count):
    """The nearest rows by inner product, best first."""
    found = np.empty((len(queries), count), np.int32)
    for first in range(0, len(queries), 100):
        scores = queries[first : first + 100] @ base.T
        found[first : first + 100] = np.argsort(-scores, axis=1)[:, :count]
    return found


def prepared(directory, scratch):
    """A folder with base, queries and truth: the one given, or one made of its vectors.npy."""
    if (directory / "base.f16.npy").exists():
        return directory
    vectors = np.load(directory / "vectors.npy").astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    held_out = np.arange(0, len(vectors), 10)[:1000]
    queries = vectors[held_out]
    base = np.delete(vectors, held_out, axis=0).astype(np.float16)
    np.save(scratch / "base.f16.npy", base)
    np.save(scratch / "queries.f32.npy", queries)
    np.save(scratch / "truth100.i32.npy", exact(queries, base.astype(np.float32), 100))
    return scratch


def rate_at(points, recall):
    """Interpolates time a query between the swept points; None if the recall is not reached."""
    points = sorted(points)
    for (r0, q0), (r1, q1) in zip(points, points[1:]):
        if r0 <= recall <= r1 and r1 > r0:
            share = (recall - r0) / (r1 - r0)
            return 1 / ((1 - share) / q0 + share / q1)
    return None


def picture(results, path):
    colours = ["#c0392b", "#2c3e50", "#2980b9", "#27ae60"]
    rates = [q for r in results.values() for _, q in r["points"]]
    low, high = np.log10(min(rates)) - 0.1, np.log10(max(rates)) + 0.1
    floor = min(p[0] for r in results.values() for p in r["points"]) - 0.01
    parts = []
    for number, (name, result) in enumerate(results.items()):
        colour = colours[number % len(colours)]
        points = [
            (60 + (recall - floor) / (1 - floor) * 560, 360 - (np.log10(q) - low) / (high - low) * 320)
            for recall, q in result["points"]
        ]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="70" y="{330 - 18 * number}" fill="{colour}">{name}</text>')
    with open(path, "w") as file:
        file.write(
            '<svg xmlns="http://www.w3.org/2000/svg" width="660" height="400" font-family="sans-serif"'
            ' font-size="13"><rect width="660" height="400" fill="white"/>'
            '<path d="M60 40V360H620" fill="none" stroke="black"/>'
            f'<text x="60" y="380">recall@10 from {floor:.2f} to 1</text>'
            f'<text x="60" y="25">queries a CPU second, logarithmic, {10**low:.0f} to {10**high:.0f}</text>'
            + "".join(parts)
            + "</svg>\n"
        )


def measure(peers, library, base, queries, truth, efs, rounds):
    """Builds every index, then searches in turns; medians of recall and rate by EF."""
    results, found = {}, {peer.name: {ef: [] for ef in efs} for peer in peers}
    for peer in peers:
        print(f"building {peer.name}", file=sys.stderr, flush=True)
        build = peer.build(base)
        size = peer.bytes_per_vector(len(base))
        results[peer.name] = {"build_cpu_s": build, "bytes_per_vector": size}
    for turn in range(rounds):
        if turn == rounds // 2:
            print("building and searching Engram's library", file=sys.stderr, flush=True)
            results = {"Engram library q8": library(), **results}
        for peer in peers:
            for ef in efs:
                rows, rate = peer.run(queries, ef)
                hits = sum(len(set(f) & set(t)) for f, t in zip(rows, truth.tolist()))
                found[peer.name][ef].append([hits / truth.size, rate])
    for name, points in found.items():
        results[name]["points"] = [np.median(points[ef], axis=0).tolist() for ef in efs]
    return results


def print_results(results, efs):
    own = next(iter(results.values()))["points"]
    print(
        "| index | build CPU s | B/vector | recall@10 at EF " + ", ".join(map(str, efs))
        + " | Engram library's rate over it at recall 0.90 / 0.95 / 0.98 |\n|---|--:|--:|--|--|"
    )  # fmt: skip
    for name, result in results.items():
        ratios = []
        for recall in (0.90, 0.95, 0.98):
            ours, theirs = rate_at(own, recall), rate_at(result["points"], recall)
            ratios.append(f"{ours / theirs:.1f}x" if ours and theirs else "-")
        print(
            f"| {name} | {result['build_cpu_s']:.1f} | {result['bytes_per_vector']:.0f} | "
            + ", ".join(f"{r:.4f} ({q:.0f}/s)" for r, q in result["points"])
            + f" | {' / '.join(ratios)} |"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--bench", default=str(ROOT / ".build/release/engram-bench-vectors"))
    parser.add_argument("--engram", help="the server's binary (default: the one built here)")
    parser.add_argument("--library-only", action="store_true", help="without the two servers")
    parser.add_argument("--limit", type=int, default=0, help="rows of the base to take")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ef", default="20,40,80,200,400")
    parser.add_argument("--json")
    parser.add_argument("--picture")
    arguments = parser.parse_args()
    efs = [int(ef) for ef in arguments.ef.split(",")]
    with contextlib.ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        directory = prepared(arguments.directory, scratch)
        base = np.load(directory / "base.f16.npy").astype(np.float32)
        queries = np.load(directory / "queries.f32.npy")
        truth = np.load(directory / "truth100.i32.npy")[:, :10]
        if 0 < arguments.limit < len(base):
            base = np.ascontiguousarray(base[: arguments.limit])
            truth = exact(queries, base, 10)
        peers = []
        try:
            import hnswlib  # noqa: F401

            peers.append(HNSWLib())
        except ImportError:
            print("hnswlib is not installed: left out", file=sys.stderr)
        if not arguments.library_only:
            redis, engram = start_redis(), start_engram(arguments.engram)
            peers.append(VectorServer("Redis VSIM q8", stack.enter_context(redis)))
            peers.append(VectorServer("Engram VSIM q8", stack.enter_context(engram)))
        results = measure(
            peers,
            lambda: engram_library(
                arguments.bench, str(directory), efs, arguments.limit, arguments.rounds
            ),
            base, queries, truth, efs, arguments.rounds,
        )  # fmt: skip
    print_results(results, efs)
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump({"ef": efs, "vectors": len(base), "results": results}, file, indent=2)
    if arguments.picture:
        picture(results, arguments.picture)


if __name__ == "__main__":
    main()
