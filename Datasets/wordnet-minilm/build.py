# SPDX-License-Identifier: Apache-2.0
"""Builds the set wordnet-minilm: WordNet glosses with their all-MiniLM-L6-v2 embeddings.

Writes texts.jsonl (a line a gloss: lemma, pos, gloss, text, tokens) and vectors.npy (float32,
glosses x 384, unit length, in the same order) into .cache/wordnet-minilm in the repository root.
Work is kept in parts, so an interrupted run goes on where it stopped, and a larger --count
later only computes what is new.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "wordnet-minilm"
WORDNET = Path("/usr/share/wordnet")
PART_ROWS = 1000
DEFAULT_COUNT = 5000
SHUFFLE_SEED = 20
POS_LETTERS = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
# Words that a reader of the tour tries first: their glosses come before the shuffled rest.
FAMILIAR = frozenset(
    """apple bank bicycle book bread bridge cat chair cheese city climb coffee computer dance dog
    doctor eat fire fish flower forget friend guitar happy house iron island joy king language learn
    lemon memory money moon mountain music ocean orange paint paper piano quick rain read red river
    run sad sail sailing school sea sing skiing sleep small snow song stone sugar sun swim table tea
    teacher think tiger train travel tree violin walk war water weather wine winter write""".split()
)


@dataclass
class Gloss:
    """One synset of WordNet: its first lemma, its part of speech and what it means."""

    lemma: str
    pos: str
    gloss: str

    @property
    def text(self) -> str:
        """What is embedded."""
        return f"{self.lemma}: {self.gloss}"


def read_glosses(folder: Path) -> list[Gloss]:
    """All synsets of WordNet's data files: familiar words, then the rest shuffled by a fixed seed.

    The order is the same on every machine, so the first N of it are a stable sample.
    """
    glosses = []
    for pos, name in POS_LETTERS.items():
        path = folder / f"data.{pos}"
        if not path.exists():
            sys.exit(
                f"wordnet: {path} is missing (Debian and Ubuntu: apt-get install wordnet-base)"
            )
        for line in path.read_text(encoding="latin1").splitlines():
            # The licence at the head of the file is indented by two blanks.
            if line.startswith("  "):
                continue
            fields, _, gloss = line.partition(" | ")
            # An adjective may carry its syntactic position: "galore(ip)".
            lemma = re.sub(r"\(\w+\)$", "", fields.split()[4]).replace("_", " ")
            glosses.append(Gloss(lemma, name, gloss.strip()))
    order = np.random.Generator(np.random.PCG64(SHUFFLE_SEED)).permutation(len(glosses))
    shuffled = [glosses[i] for i in order]
    return sorted(shuffled, key=lambda gloss: gloss.lemma not in FAMILIAR)


def part_path(part: int) -> Path:
    """Where the vectors of one block of `PART_ROWS` glosses are kept."""
    return CACHE / "parts" / f"{part:04}.npy"


def save(path: Path, vectors: np.ndarray) -> None:
    """Writes beside and renames, so a part is whole or absent."""
    beside = path.with_suffix(".partial")
    with beside.open("wb") as file:
        np.save(file, vectors)
    os.replace(beside, path)


def show_progress(done: int, total: int, started: float, new: int) -> None:
    """One line that rewrites itself on a terminal, and few lines in a log."""
    rate = new / max(time.monotonic() - started, 1e-9)
    left = (total - done) / max(rate, 1e-9)
    line = f"wordnet: embedded {done:,} of {total:,} glosses, {rate:,.0f}/s, {left:,.0f} s left"
    if sys.stderr.isatty():
        print(f"\r{line}   ", end="", file=sys.stderr, flush=True)
    elif done == total or done % PART_ROWS == 0:
        print(line, file=sys.stderr, flush=True)


def build(count: int) -> None:
    """Brings the cache to the first `count` glosses."""
    described = CACHE / "texts.jsonl"
    vectors_path = CACHE / "vectors.npy"
    if vectors_path.exists() and described.exists():
        rows = np.load(vectors_path, mmap_mode="r").shape[0]
        if rows == count:
            return
    from minilm import MiniLM

    glosses = read_glosses(WORDNET)
    count = min(count, len(glosses)) if count else len(glosses)
    part_path(0).parent.mkdir(parents=True, exist_ok=True)
    model = MiniLM()
    started, done, new = time.monotonic(), 0, 0
    blocks, lines = [], []
    for part, start in enumerate(range(0, count, PART_ROWS)):
        # Whole parts are computed even when the last one is needed in part: it stays valid.
        block = glosses[start : start + PART_ROWS]
        texts = [gloss.text for gloss in block]
        path = part_path(part)
        if not path.exists():
            save(path, model.encode(texts))
            new += len(block)
        done = min(start + len(block), count)
        blocks.append(np.load(path)[: done - start])
        for gloss, ids in zip(block[: done - start], model.token_ids(texts)):
            described_gloss = asdict(gloss) | {"text": gloss.text, "tokens": len(ids) - 2}
            lines.append(json.dumps(described_gloss, ensure_ascii=False) + "\n")
        show_progress(done, count, started, new)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    described.write_text("".join(lines), encoding="utf-8")
    save(vectors_path, np.concatenate(blocks))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    amount = parser.add_mutually_exclusive_group()
    amount.add_argument("--count", type=int, default=DEFAULT_COUNT, help="how many glosses")
    amount.add_argument("--all", action="store_true", help="all 117,659 (about 10 minutes)")
    arguments = parser.parse_args()
    if arguments.count < 1:
        parser.error("--count must be at least 1")
    build(0 if arguments.all else arguments.count)
    rows = np.load(CACHE / "vectors.npy", mmap_mode="r").shape[0]
    print(f"wordnet: {rows:,} glosses in {CACHE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
