# SPDX-License-Identifier: Apache-2.0
"""The vector indexes that Engram is measured against, each behind the same few methods.

All are built with one thread, and with parameters of the same class: 16 links a node and level or
32 in all, 200 candidates while building. Rates are queries a CPU second of the process that
searches.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"

import numpy as np  # noqa: E402

COUNT = 10
EF_CONSTRUCTION = 200


def recall(found, truth) -> float:
    """The share of the true neighbours that were found."""
    hits = sum(len(set(ours) & set(true)) for ours, true in zip(found, truth.tolist()))
    return hits / truth.size


class Peer:
    """An index in this process. `ef` is how many candidates a search keeps."""

    name = ""
    module = ""
    # Of all peers: "cosine", of vectors of length 1, or "l2".
    metric = "cosine"

    @classmethod
    def is_installed(cls) -> bool:
        return not cls.module or importlib.util.find_spec(cls.module) is not None

    def build(self, base: np.ndarray) -> float:
        """Takes in all rows; the CPU seconds that took."""
        start = time.process_time()
        self.index = self.make(base)
        return time.process_time() - start

    def measure(self, queries: np.ndarray, truth: np.ndarray, ef: int) -> tuple[float, float]:
        """Recall and queries a CPU second."""
        self.set_ef(ef)
        start = time.process_time()
        found = self.search(queries)
        seconds = time.process_time() - start
        return recall(np.asarray(found).tolist(), truth), len(queries) / seconds


class HNSWLib(Peer):
    name, module = "hnswlib M16", "hnswlib"

    def make(self, base):
        import hnswlib

        index = hnswlib.Index(space="l2" if self.metric == "l2" else "ip", dim=base.shape[1])
        index.init_index(max_elements=len(base), ef_construction=EF_CONSTRUCTION, M=16)
        index.set_num_threads(1)
        index.add_items(base, num_threads=1)
        return index

    def bytes(self) -> int:
        return self.index.index_file_size()

    def set_ef(self, ef):
        self.index.set_ef(max(ef, COUNT))

    def search(self, queries):
        return self.index.knn_query(queries, COUNT, num_threads=1)[0]


class SymphonyQG(Peer):
    name, module = "SymphonyQG d32 (rabitqlib)", "rabitqlib"

    def make(self, base):
        import rabitqlib

        index = rabitqlib.SymqgIndex(
            base.shape[1], 32, "l2" if self.metric == "l2" else "ip", 0
        )
        index.build(base, EF_CONSTRUCTION, 1)
        return index

    def bytes(self) -> int:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "index"
            self.index.save(str(path))
            return path.stat().st_size

    def set_ef(self, ef):
        self.ef = ef

    def search(self, queries):
        first, second = self.index.search(queries, COUNT, self.ef, 1)[:2]
        return first if np.issubdtype(np.asarray(first).dtype, np.integer) else second


class Faiss(Peer):
    name, module = "faiss HNSW16 SQ8", "faiss"

    def make(self, base):
        import faiss

        faiss.omp_set_num_threads(1)
        index = faiss.IndexHNSWSQ(
            base.shape[1], faiss.ScalarQuantizer.QT_8bit, 16,
            faiss.METRIC_L2 if self.metric == "l2" else faiss.METRIC_INNER_PRODUCT,
        )  # fmt: skip
        index.hnsw.efConstruction = EF_CONSTRUCTION
        index.train(base)
        index.add(base)
        return index

    def bytes(self) -> int:
        import faiss

        return faiss.serialize_index(self.index).nbytes

    def set_ef(self, ef):
        self.index.hnsw.efSearch = ef

    def search(self, queries):
        return self.index.search(queries, COUNT)[1]


class USearch(Peer):
    name, module = "usearch bf16", "usearch"

    def make(self, base):
        from usearch.index import Index

        index = Index(
            ndim=base.shape[1], metric="l2sq" if self.metric == "l2" else "ip", dtype="bf16", connectivity=16,
            expansion_add=EF_CONSTRUCTION,
        )  # fmt: skip
        index.add(np.arange(len(base), dtype=np.uint64), base, threads=1)
        return index

    def bytes(self) -> int:
        return self.index.memory_usage

    def set_ef(self, ef):
        self.index.expansion_search = ef

    def search(self, queries):
        return self.index.search(queries, COUNT, threads=1).keys


class SVS(Peer):
    name, module = "SVS Vamana d32 f16", "svs"

    def make(self, base):
        import svs

        parameters = svs.VamanaBuildParameters(
            alpha=1.2 if self.metric == "l2" else 0.95, graph_max_degree=32, window_size=EF_CONSTRUCTION
        )
        return svs.Vamana.build(
            parameters, base.astype(np.float16),
            svs.DistanceType.L2 if self.metric == "l2" else svs.DistanceType.MIP, num_threads=1,
        )  # fmt: skip

    def bytes(self) -> int:
        with tempfile.TemporaryDirectory() as folder:
            parts = [str(Path(folder) / part) for part in ("parameters", "graph", "data")]
            self.index.save(*parts)
            return sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())

    def set_ef(self, ef):
        import svs

        parameters = self.index.search_parameters
        parameters.buffer_config = svs.SearchBufferConfig(max(ef, COUNT))
        self.index.search_parameters = parameters

    def search(self, queries):
        return self.index.search(queries, COUNT)[0]


class EngramLibrary(Peer):
    """Engram's index in a process of its own, which searches when it is told to."""

    def __init__(
        self, program: str, directory: Path, *options: str, quantization: str = "q8"
    ) -> None:
        self.name = f"Engram library {quantization}"
        self._command = [
            program, str(directory), "--metric", self.metric, "--interactive", "1",
            "--rounds", "1", "--quantization", quantization, *options,
        ]  # fmt: skip
        self._process = None

    def build(self, base):
        # Not before: two that build at once would be in each other's way.
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        built = json.loads(self._process.stdout.readline())
        self._bytes = round(built["bytes_per_vector"] * len(base))
        return built["build_cpu_s"]

    def bytes(self) -> int:
        return self._bytes

    def ask(self, line: str) -> dict:
        """What it measures for a line of its input."""
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def measure(self, queries, truth, ef):
        point = self.ask(str(ef))
        return point["recall"], point["qps"]

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.stdin.close()
        self._process.wait()


class VectorServer(Peer):
    """A server that knows VADD and VSIM, asked by one client without pipelining."""

    def __init__(self, name, server, options=(), vadd_options=()):
        import redis

        self.name = name
        self.server = server
        self.client = redis.Redis(port=server.port, socket_timeout=600)
        self.key = "bench:vectors"
        self.options = options
        self.vadd_options = vadd_options

    def build(self, base):
        start = self.server.cpu_seconds()
        for first in range(0, len(base), 500):
            pipe = self.client.pipeline(transaction=False)
            for row in range(first, min(first + 500, len(base))):
                pipe.execute_command(
                    "VADD", self.key, "FP32", base[row].tobytes(), str(row),
                    "Q8", "EF", EF_CONSTRUCTION, "M", 16, *self.vadd_options,
                )  # fmt: skip
            pipe.execute()
        return self.server.cpu_seconds() - start

    def bytes(self) -> int:
        return self.client.memory_usage(self.key, samples=0)

    def cpu_seconds(self) -> float:
        return self.server.cpu_seconds()

    def measure(self, queries, truth, ef):
        start = self.cpu_seconds()
        found = [
            [
                int(name)
                for name in self.client.execute_command(
                    "VSIM", self.key, "FP32", query.tobytes(), "COUNT", COUNT, "EF", ef,
                    *self.options,
                )  # fmt: skip
            ]
            for query in queries
        ]
        seconds = max(self.cpu_seconds() - start, 1e-9)
        return recall(found, truth), len(queries) / seconds


class ThreadedVSIM(VectorServer):
    """The same Redis, which has its vectors already, with a thread for each VSIM: its default."""

    def build(self, base):
        return 0.0

    def cpu_seconds(self) -> float:
        return self.server.total_cpu_seconds()


LIBRARIES: tuple[type[Peer], ...] = (SymphonyQG, SVS, Faiss, USearch, HNSWLib)
