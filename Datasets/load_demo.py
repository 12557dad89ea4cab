#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Loads the demo data into a running Engram, and says what to try next.

`wordnet` becomes a vector set of glosses, each conversation a context `context:...`, and what is
known of its user a hash `features:<user>`. What is already there is left alone.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import redis

FOLDER = Path(__file__).resolve().parent
CACHE = FOLDER.parent / ".cache"
WORDNET = CACHE / "wordnet-minilm"
VECTOR_SET = "wordnet"
BATCH_COMMANDS = 500
MESSAGES_PER_APPEND = 20


def read_glosses() -> Iterator[tuple[str, dict[str, object], bytes]]:
    """Element, attributes and vector of each gloss."""
    vectors = np.load(WORDNET / "vectors.npy", mmap_mode="r")
    taken: dict[str, int] = {}
    with (WORDNET / "texts.jsonl").open(encoding="utf-8") as lines:
        for line, vector in zip(lines, vectors):
            gloss = json.loads(line)
            # A lemma has several meanings: "bank", "bank#2", "bank#3".
            number = taken[gloss["lemma"]] = taken.get(gloss["lemma"], 0) + 1
            element = gloss["lemma"] if number == 1 else f"{gloss['lemma']}#{number}"
            attributes = {name: gloss[name] for name in ("pos", "gloss", "tokens")}
            yield element, attributes, vector.astype("<f4").tobytes()


def load_wordnet(server: redis.Redis) -> None:
    """Adds the glosses with int8 quantisation, in pipelined batches."""
    if not (WORDNET / "vectors.npy").exists():
        sys.exit("demo: the embeddings are missing: run Datasets/build.sh")
    total = np.load(WORDNET / "vectors.npy", mmap_mode="r").shape[0]
    if server.execute_command("VCARD", VECTOR_SET) >= total:
        print(f"demo: {VECTOR_SET} already holds {total:,} glosses")
        return
    started = time.monotonic()
    batch = server.pipeline(transaction=False)
    for element, attributes, vector in read_glosses():
        described = json.dumps(attributes, ensure_ascii=False)
        batch.execute_command(
            "VADD", VECTOR_SET, "FP32", vector, element, "Q8", "SETATTR", described
        )
        if len(batch) >= BATCH_COMMANDS:
            batch.execute()
    batch.execute()
    print(
        f"demo: {total:,} glosses in the vector set {VECTOR_SET}, "
        f"{time.monotonic() - started:.1f} s"
    )


def message_vectors(texts: list[str]) -> np.ndarray:
    """Embeddings of the messages, computed once and kept in the cache."""
    path = CACHE / "conversations" / "vectors.npy"
    described = path.with_suffix(".json")
    if path.exists() and described.exists() and json.loads(described.read_text()) == texts:
        return np.load(path)
    sys.path.insert(0, str(FOLDER / "wordnet-minilm"))
    from minilm import MiniLM

    print(f"demo: embedding {len(texts)} messages, once", flush=True)
    vectors = MiniLM().encode(texts)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, vectors)
    described.write_text(json.dumps(texts))
    return vectors


def append_arguments(messages: list[dict], vectors: np.ndarray) -> list[str | bytes]:
    """The MSG clauses of one CTX.APPEND."""
    arguments: list[str | bytes] = []
    for message, vector in zip(messages, vectors, strict=True):
        arguments += ["MSG", message["role"], message["content"]]
        if "calls" in message:
            arguments += ["CALLS", str(len(message["calls"])), *message["calls"]]
        if "result" in message:
            arguments += ["RESULT", message["result"]]
        if "attr" in message:
            arguments += ["ATTR", json.dumps(message["attr"], ensure_ascii=False)]
        arguments += ["VEC", vector.astype("<f4").tobytes()]
    return arguments


def load_conversations(server: redis.Redis) -> list[dict]:
    """Contexts and the features of their users; the heads of all conversations come back."""
    conversations = []
    for path in sorted((FOLDER / "conversations").glob("*.jsonl")):
        head, *messages = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        conversations.append((head, messages))
    vectors = message_vectors([m["content"] for _, messages in conversations for m in messages])
    at = 0
    for head, messages in conversations:
        own = vectors[at : at + len(messages)]
        at += len(messages)
        key, user = head["context"], f"features:{head['user']}"
        if not server.exists(user):
            server.hset(user, mapping=head["features"])
        if server.execute_command("CTX.LEN", key) >= len(messages):
            print(f"demo: {key} already holds {len(messages)} messages")
            continue
        for start in range(0, len(messages), MESSAGES_PER_APPEND):
            part = slice(start, start + MESSAGES_PER_APPEND)
            # The token makes a repeated load harmless, wherever the first one stopped.
            answer = server.execute_command(
                "CTX.APPEND", key, "IDEMP", f"demo:{start}",
                *append_arguments(messages[part], own[part]),
            )  # fmt: skip
        print(f"demo: {key}: {answer[0]} messages, {answer[2]} tokens; features in {user}")
    return [head for head, _ in conversations]


def suggest(port: int, head: dict) -> None:
    """Lines to paste into a shell."""
    cli = f"redis-cli -p {port}"
    key, user = head["context"], f"features:{head['user']}"
    print("\nTry next, in another terminal:\n")
    for line in (
        f"{cli} VSIM {VECTOR_SET} ELE coffee WITHSCORES COUNT 5",
        f"{cli} VSIM {VECTOR_SET} ELE coffee COUNT 5 FILTER '.pos == \"v\"' WITHATTRIBS",
        f"{cli} VINFO {VECTOR_SET}",
        f"{cli} CTX.INFO {key}",
        f"{cli} -3 CTX.FETCH {key} BUDGET 600 PIN 1 system FEATURES {user} '*'",
        f"{cli} CTX.RANGE {key} -3 -1",
        f"{cli} HGETALL {user}",
        f"{cli} HEXPIRE {user} 60 FIELDS 1 open_tickets",
        f"{cli} BGSAVE",
    ):
        print(f"  {line}")
    print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=6379)
    parser.add_argument("--wait", type=float, default=30, help="seconds to wait for the server")
    arguments = parser.parse_args()
    server = redis.Redis(arguments.host, arguments.port, socket_timeout=60)
    deadline = time.monotonic() + arguments.wait
    while True:
        try:
            server.ping()
            break
        except (redis.ConnectionError, redis.exceptions.BusyLoadingError) as error:
            if time.monotonic() > deadline:
                sys.exit(f"demo: no server on {arguments.host}:{arguments.port}: {error}")
            time.sleep(0.2)
    load_wordnet(server)
    heads = load_conversations(server)
    suggest(arguments.port, next(head for head in heads if "support" in head["context"]))


if __name__ == "__main__":
    main()
