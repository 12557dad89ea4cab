#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Vector search against hnswlib and VSIM servers, on the same data in the same interleaved run.

compare.py DIRECTORY --bench PATH-TO-engram-bench-vectors [--redis PORT] [--engram PORT]
           [--limit N] [--ef 20,40,80,200] [--rounds 3] [--json FILE] [--picture FILE.svg]

Peers that are missing (no hnswlib module, no port) are left out. Servers must run on this
machine: their CPU time is read from INFO. Rates are queries a CPU second.
"""
import argparse
import json
import subprocess
import time

import numpy as np


def cpu_of(client):
    info = client.info("cpu")
    return info["used_cpu_user"] + info["used_cpu_sys"]


class Server:
    """A server that knows VADD and VSIM."""

    def __init__(self, name, port):
        import redis

        self.name = name
        self.client = redis.Redis(port=port)
        self.key = "bench:vectors"

    def build(self, base):
        self.client.delete(self.key)
        start = cpu_of(self.client)
        for first in range(0, len(base), 500):
            pipe = self.client.pipeline(transaction=False)
            for row in range(first, min(first + 500, len(base))):
                pipe.execute_command(
                    "VADD", self.key, "FP32", base[row].tobytes(), str(row), "Q8", "EF", 200, "M", 16
                )
            pipe.execute()
        return cpu_of(self.client) - start

    def bytes_per_vector(self, count):
        return self.client.memory_usage(self.key, samples=0) / count

    def run(self, queries, ef):
        start = cpu_of(self.client)
        found = [
            [
                int(name)
                for name in self.client.execute_command(
                    "VSIM", self.key, "FP32", query.tobytes(), "COUNT", 10, "EF", ef, "NOTHREAD"
                )
            ]
            for query in queries
        ]
        return found, len(queries) / max(cpu_of(self.client) - start, 1e-9)


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


def engram_library(arguments, efs):
    command = [arguments.bench, arguments.directory, "--ef", ",".join(map(str, efs))]
    if arguments.limit:
        command += ["--limit", str(arguments.limit)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    lines = [json.loads(line) for line in output.splitlines()]
    points = {line["ef"]: line for line in lines if "ef" in line}
    return {
        "build_cpu_s": lines[0]["build_cpu_s"],
        "bytes_per_vector": lines[0]["bytes_per_vector"],
        "points": [[points[ef]["recall"], points[ef]["qps"]] for ef in efs],
    }


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


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory")
    parser.add_argument("--bench", required=True)
    parser.add_argument("--redis", type=int)
    parser.add_argument("--engram", type=int)
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ef", default="20,40,80,200,400")
    parser.add_argument("--json")
    parser.add_argument("--picture")
    arguments = parser.parse_args()
    efs = [int(ef) for ef in arguments.ef.split(",")]
    base = np.load(arguments.directory + "/base.f16.npy").astype(np.float32)
    queries = np.load(arguments.directory + "/queries.f32.npy")
    truth = np.load(arguments.directory + "/truth100.i32.npy")[:, :10]
    if arguments.limit:
        base = np.ascontiguousarray(base[: arguments.limit])
        truth = np.argsort(-(queries @ base.T), axis=1)[:, :10]
    peers = []
    try:
        import hnswlib  # noqa: F401

        peers.append(HNSWLib())
    except ImportError:
        print("hnswlib is not installed: left out")
    if arguments.redis:
        peers.append(Server("Redis VSIM q8", arguments.redis))
    if arguments.engram:
        peers.append(Server("Engram VSIM q8", arguments.engram))
    results, rounds = {}, {}
    for peer in peers:
        build = peer.build(base)
        results[peer.name] = {
            "build_cpu_s": build,
            "bytes_per_vector": peer.bytes_per_vector(len(base)),
        }
        rounds[peer.name] = {ef: [] for ef in efs}
    rounds["Engram q8"] = {ef: [] for ef in efs}
    for _ in range(arguments.rounds):
        own = engram_library(arguments, efs)
        results["Engram q8"] = own
        for ef, point in zip(efs, own["points"]):
            rounds["Engram q8"][ef].append(point)
        for peer in peers:
            for ef in efs:
                found, rate = peer.run(queries, ef)
                hits = sum(len(set(f) & set(t)) for f, t in zip(found, truth.tolist()))
                rounds[peer.name][ef].append([hits / truth.size, rate])
    for name, result in results.items():
        result["points"] = [np.median(rounds[name][ef], axis=0).tolist() for ef in efs]
    results = {"Engram q8": results.pop("Engram q8"), **results}
    own = results["Engram q8"]["points"]
    print("| index | build CPU s | B/vector | recall@10 at EF " + ", ".join(map(str, efs))
          + " | Engram's rate over it at recall 0.90 / 0.95 / 0.98 |\n|---|--:|--:|--|--|")
    for name, result in results.items():
        ratios = []
        for recall in (0.90, 0.95, 0.98):
            ours, theirs = rate_at(own, recall), rate_at(result["points"], recall)
            ratios.append(f"{ours / theirs:.1f}x" if ours and theirs else "-")
        print(f"| {name} | {result['build_cpu_s']:.1f} | {result['bytes_per_vector']:.0f} | "
              + ", ".join(f"{r:.4f} ({q:.0f}/s)" for r, q in result["points"])
              + f" | {' / '.join(ratios)} |")
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump({"ef": efs, "vectors": len(base), "results": results}, file, indent=2)
    if arguments.picture:
        picture(results, arguments.picture)


if __name__ == "__main__":
    main()
