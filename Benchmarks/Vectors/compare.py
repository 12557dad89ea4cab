#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Vector search against SymphonyQG, SVS, faiss, usearch, hnswlib and Redis 8.2.3's VSIM, on the same
data in the same run, taking turns.

compare.py DIRECTORY [--bench BINARY] [--engram BINARY] [--library-only] [--peers hnswlib,rabitqlib]
           [--metric l2] [--limit N] [--ef 20,40,80,200] [--rounds 3] [--json FILE] [--picture FILE.svg]

DIRECTORY holds base.f16.npy, queries.f32.npy and truth100.i32.npy, or the vectors.npy that
Datasets/build.sh makes: then every tenth row, 1,000 at most, is held out as a query. Rates are
queries a CPU second, one thread. With --metric l2 it is the Euclidean distance of the vectors as they
are, else the cosine of vectors of length 1. Redis knows the cosine only. A library that is not installed
is left out.
"""

import argparse
import contextlib
import json
import sys
import tempfile
from pathlib import Path

from peers import LIBRARIES, EngramLibrary, Peer, ThreadedVSIM, VectorServer  # sets the number of threads

import numpy as np  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "PythonSupport"))

from servers import start_engram, start_redis  # noqa: E402


def exact(queries, base, count, metric="cosine"):
    """The nearest rows by inner product, or by Euclidean distance, best first."""
    shift = np.square(base).sum(axis=1) / 2 if metric == "l2" else 0
    found = np.empty((len(queries), count), np.int32)
    for first in range(0, len(queries), 100):
        scores = queries[first : first + 100] @ base.T - shift
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


def load(directory, scratch):
    """The folder of the data, the rows of the base and the queries."""
    directory = prepared(directory, scratch)
    base = np.load(directory / "base.f16.npy").astype(np.float32)
    return directory, base, np.load(directory / "queries.f32.npy")


def rate_at(points, recall):
    """Interpolates time a query between the swept points; None if the recall is not reached."""
    points = sorted(points)
    for (r0, q0), (r1, q1) in zip(points, points[1:]):
        if r0 <= recall <= r1 and r1 > r0:
            share = (recall - r0) / (r1 - r0)
            return 1 / ((1 - share) / q0 + share / q1)
    return None


def picture(results, path):
    colours = ["#c0392b", "#2c3e50", "#2980b9", "#27ae60", "#8e44ad", "#d35400", "#16a085",
               "#7f8c8d", "#f39c12"]  # fmt: skip
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


def measure(peers, base, queries, truth, efs, rounds):
    """Builds every index, then searches in turns; medians of recall and rate by EF."""
    results = {}
    for peer in peers:
        print(f"building {peer.name}", file=sys.stderr, flush=True)
        seconds = peer.build(base)
        results[peer.name] = {
            "build_cpu_s": seconds, "bytes_per_vector": peer.bytes() / len(base), "points": []
        }  # fmt: skip
    found = {(peer.name, ef): [] for peer in peers for ef in efs}
    for turn in range(rounds):
        print(f"round {turn + 1} of {rounds}", file=sys.stderr, flush=True)
        for ef in efs:
            for peer in peers:
                found[peer.name, ef].append(peer.measure(queries, truth, ef))
    for (name, _), points in found.items():
        results[name]["points"].append(np.median(points, axis=0).tolist())
    return results


def print_rates(results):
    """Who does how many queries a CPU second at a recall, and how many of them ours do."""
    recalls = (0.95, 0.99)
    own = {name: result for name, result in results.items() if name.startswith("Engram library")}
    titles = "".join(f" {name.split()[-1]} over it |" for name in own)
    print(f"| index | @0.95 | @0.99 | bytes a vector | build CPU s |{titles}")
    print("|---|--:|--:|--:|--:|" + "--:|" * len(own))
    for name, result in results.items():
        theirs = [rate_at(result["points"], recall) for recall in recalls]
        cells = [f"{rate:,.0f}" if rate else "-" for rate in theirs]
        cells.append(f"{result['bytes_per_vector']:,.0f}")
        cells.append(f"{result['build_cpu_s']:.0f}" if result["build_cpu_s"] else "the same")
        for ours in own.values():
            rates = [rate_at(ours["points"], recall) for recall in recalls]
            ratios = [f"{a / b:.2f}x" if a and b else "-" for a, b in zip(rates, theirs)]
            cells.append(" / ".join(ratios))
        print(f"| {name} | {' | '.join(cells)} |")


def print_curves(results, efs):
    print(f"\nrecall@10 (queries a CPU second) at EF {', '.join(map(str, efs))}")
    for name, result in results.items():
        print(f"{name}: " + ", ".join(f"{r:.4f} ({q:,.0f})" for r, q in result["points"]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--bench", default=str(ROOT / ".build/release/engram-bench-vectors"))
    parser.add_argument("--engram", help="the server's binary (default: the one built here)")
    parser.add_argument("--library-only", action="store_true", help="without the two servers")
    parser.add_argument("--peers", help="modules of the libraries to take, separated by commas")
    parser.add_argument("--limit", type=int, default=0, help="rows of the base to take")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ef", default="20,28,40,56,80,120,200,400")
    parser.add_argument("--json")
    parser.add_argument("--picture")
    parser.add_argument("--metric", choices=("cosine", "l2"), default="cosine")
    arguments = parser.parse_args()
    Peer.metric = arguments.metric
    efs = [int(ef) for ef in arguments.ef.split(",")]
    with contextlib.ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        directory, base, queries = load(arguments.directory, scratch)
        truth = np.load(directory / "truth100.i32.npy")[:, :10]
        limit = arguments.limit if 0 < arguments.limit < len(base) else 0
        if limit:
            base = np.ascontiguousarray(base[:limit])
            truth = exact(queries, base, 10, arguments.metric)
        limited = ["--limit", str(limit)] if limit else []
        libraries = [
            EngramLibrary(arguments.bench, directory, *limited, quantization=quantization)
            for quantization in ("q8", "f16")
        ]
        for library in libraries:
            stack.callback(library.stop)
        peers = [*libraries, *chosen(arguments.peers)]
        if not arguments.library_only:
            engram = stack.enter_context(start_engram(arguments.engram))
            metric = ["METRIC", arguments.metric]
            peers.append(VectorServer("Engram VSIM q8", engram, vadd_options=metric))
            if arguments.metric == "cosine":
                redis = stack.enter_context(start_redis())
                peers.append(VectorServer("Redis VSIM q8, NOTHREAD", redis, ["NOTHREAD"]))
                peers.append(ThreadedVSIM("Redis VSIM q8", redis))
        results = measure(peers, base, queries, truth, efs, arguments.rounds)
    print_rates(results)
    print_curves(results, efs)
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump({"ef": efs, "vectors": len(base), "results": results}, file, indent=2)
    if arguments.picture:
        picture(results, arguments.picture)


def chosen(named):
    """The libraries that are asked for and installed."""
    wanted = LIBRARIES if named is None else [p for p in LIBRARIES if p.module in named.split(",")]
    for peer in wanted:
        if not peer.is_installed():
            print(f"{peer.module} is not installed: left out", file=sys.stderr)
    return [peer() for peer in wanted if peer.is_installed()]


if __name__ == "__main__":
    main()
