# SPDX-License-Identifier: Apache-2.0
"""Builds the set fashion-mnist: pixels of pictures, and which are nearest under the Euclidean distance.

Writes base.f16.npy, queries.f32.npy and truth100.i32.npy into .cache/fashion-mnist in the repository
root, as Benchmarks/Vectors/compare.py reads them.
"""

from __future__ import annotations

import argparse
import gzip
import os
import struct
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "fashion-mnist"
PICTURES = Path("usr/share/datasets/fashion-mnist")
QUERIES = 1000
NEAREST = 100
# So many more are measured exactly than are wanted: rounding moves none that far.
MARGIN = 100


def read_pictures(path: Path) -> np.ndarray:
    """The pictures of a compressed idx file: a row of bytes each."""
    if not path.exists():
        sys.exit(
            f"fashion-mnist: {path} is missing "
            "(Debian and Ubuntu: apt-get install dataset-fashion-mnist)"
        )
    with gzip.open(path) as file:
        content = file.read()
    magic, count, rows, columns = struct.unpack(">4I", content[:16])
    if magic != 0x803 or len(content) != 16 + count * rows * columns:
        sys.exit(f"fashion-mnist: {path} is not a file of pictures")
    return np.frombuffer(content, np.uint8, offset=16).reshape(count, rows * columns)


def nearest(base: np.ndarray, queries: np.ndarray, count: int) -> np.ndarray:
    """The rows nearest to each query, nearest first; of equally near ones the first."""
    rows = base.astype(np.float32)
    squares = np.einsum("ij,ij->i", rows, rows)
    whole = base.astype(np.int32)
    found = np.empty((len(queries), count), np.int32)
    for first in range(0, len(queries), 100):
        block = queries[first : first + 100]
        near = squares - 2 * (block.astype(np.float32) @ rows.T)
        some = np.argpartition(near, count + MARGIN, axis=1)[:, : count + MARGIN]
        for number, (query, candidates) in enumerate(zip(block.astype(np.int32), some)):
            candidates = np.sort(candidates)
            distances = np.square(whole[candidates] - query).sum(axis=1)
            order = np.argsort(distances, kind="stable")[:count]
            found[first + number] = candidates[order]
    return found


def save(name: str, values: np.ndarray) -> None:
    """Writes beside and renames, so a file is whole or absent."""
    beside = CACHE / (name + ".partial")
    with beside.open("wb") as file:
        np.save(file, values)
    os.replace(beside, CACHE / name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--package", type=Path, default=Path("/"), help="where it is unpacked")
    folder = parser.parse_args().package / PICTURES
    if not (CACHE / "truth100.i32.npy").exists():
        base = read_pictures(folder / "train-images-idx3-ubyte.gz")
        queries = read_pictures(folder / "t10k-images-idx3-ubyte.gz")[:QUERIES]
        CACHE.mkdir(parents=True, exist_ok=True)
        save("base.f16.npy", base.astype(np.float16))
        save("queries.f32.npy", queries.astype(np.float32))
        save("truth100.i32.npy", nearest(base, queries, NEAREST))
    rows = np.load(CACHE / "base.f16.npy", mmap_mode="r").shape[0]
    print(f"fashion-mnist: {rows:,} pictures in {CACHE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
