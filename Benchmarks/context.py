#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An agent's context in one trip, against the same put together from Redis 8.2.3.

Engram answers one CTX.FETCH: the newest messages within a token budget, the user's features and
what is relevant. On Redis the client asks LRANGE for the last messages, HGETALL and VSIM, one after
the other or in one pipeline, and cuts the messages to the budget by itself (which is not measured).
Replies are taken off the socket and not parsed: that is the client library's time, not the servers'.
"""

from __future__ import annotations

import argparse
import json
import socket
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests" / "PythonSupport"))

from report import Bar, print_table, write_json, write_picture  # noqa: E402
from resp import encode  # noqa: E402
from servers import Server, start_engram, start_redis  # noqa: E402

RECALLED = 5
LAST_MESSAGES = 200
FEATURES = {
    "name": "Ann",
    "plan": "pro",
    "language": "en",
    "timezone": "Europe/Oslo",
    "seats": "12",
}


@dataclass
class Conversation:
    """Messages with their vectors, and vectors of questions asked about them."""

    name: str
    messages: list[dict]
    vectors: np.ndarray
    queries: np.ndarray


def read_locomo(folder: Path) -> list[Conversation]:
    """LoCoMo conversations: turns.json, questions.json and their float16 vectors."""
    turns = json.loads((folder / "turns.json").read_text())
    questions = json.loads((folder / "questions.json").read_text())
    vectors = np.load(folder / "turns.f16.npy").astype("<f4")
    asked = np.load(folder / "questions.f16.npy").astype("<f4")
    made = []
    for name in sorted({turn["conv"] for turn in turns}):
        own = [i for i, turn in enumerate(turns) if turn["conv"] == name]
        about = [i for i, question in enumerate(questions) if question["conv"] == name]
        first = turns[own[0]]["text"].split(":")[0]
        messages = [
            {
                "role": "user" if turns[i]["text"].startswith(first) else "assistant",
                "content": turns[i]["text"],
            }
            for i in own
        ]
        made.append(Conversation(name, messages, vectors[own], asked[about]))
    return made


def read_conversations() -> list[Conversation]:
    """The project's own conversations, with random unit vectors."""
    chance = np.random.default_rng(7)
    made = []
    for path in sorted((ROOT / "Datasets" / "conversations").glob("*.jsonl")):
        messages = [json.loads(line) for line in path.read_text("utf-8").splitlines()[1:]]
        vectors = chance.standard_normal((len(messages) + 50, 384)).astype("<f4")
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        made.append(
            Conversation(path.stem, messages, vectors[: len(messages)], vectors[len(messages) :])
        )
    return made


def tokens_of(message: dict) -> int:
    return max(1, len(message["content"]) // 4)


def append_command(key: bytes, message: dict, vector: np.ndarray) -> list[bytes]:
    command = [b"CTX.APPEND", key, b"MSG", message["role"].encode(), message["content"].encode()]
    command += [b"TOKENS", b"%d" % tokens_of(message)]
    if "calls" in message:
        command += [b"CALLS", b"%d" % len(message["calls"]), *map(str.encode, message["calls"])]
    if "result" in message:
        command += [b"RESULT", message["result"].encode()]
    return [*command, b"VEC", vector.tobytes()]


def fill(server: Server, conversations: list[Conversation]) -> None:
    """The same data in both: messages, features, and a vector set of the messages to recall."""
    link = server.connect()
    for conversation in conversations:
        name = conversation.name.encode()
        batch: list[list[bytes]] = []
        for number, message in enumerate(conversation.messages):
            vector, tokens = conversation.vectors[number], tokens_of(message)
            if server.name == "engram":
                batch.append(append_command(b"context:" + name, message, vector))
            else:
                stored = json.dumps(message | {"seq": number + 1, "tokens": tokens})
                batch.append([b"RPUSH", b"messages:" + name, stored.encode()])
            attributes = json.dumps({"tokens": tokens, "text": message["content"]}).encode()
            batch.append(
                [b"VADD", b"memories:" + name, b"FP32", vector.tobytes(), b"m%d" % number,
                 b"SETATTR", attributes]
            )  # fmt: skip
        for start in range(0, len(batch), 100):
            for command, reply in zip(batch[start:], link.pipeline(batch[start : start + 100])):
                if reply.is_error:
                    raise SystemExit(f"{server.name}: {command[0].decode()}: {reply}")
        flat = [part.encode() for pair in FEATURES.items() for part in pair]
        link.call(b"HSET", b"features:" + name, *flat)
    link.close()


class Wire:
    """A connection that takes replies as bytes."""

    END = b"+PONG\r\n"

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def trip(self, *commands: list[bytes]) -> None:
        """Sends commands with a PING behind them, and waits for its answer."""
        self._socket.sendall(b"".join(map(encode, commands)) + encode([b"PING"]))
        received = b""
        while not received.endswith(self.END):
            received = received[-len(self.END) :] + self._socket.recv(1 << 20)
            if received.startswith(b"-"):
                raise SystemExit(received.decode(errors="replace"))

    def close(self) -> None:
        self._socket.close()


Fetch = Callable[[Wire, bytes, bytes], None]


def engram_fetch(budget: int) -> Fetch:
    def fetch(wire: Wire, name: bytes, query: bytes) -> None:
        wire.trip([
            b"CTX.FETCH", b"context:" + name, b"BUDGET", b"%d" % budget,
            b"FEATURES", b"features:" + name, b"*",
            b"RECALL", b"memories:" + name, b"%d" % RECALLED, b"FP32", query,
        ])  # fmt: skip

    return fetch


def redis_commands(name: bytes, query: bytes) -> list[list[bytes]]:
    return [
        [b"LRANGE", b"messages:" + name, b"-%d" % LAST_MESSAGES, b"-1"],
        [b"HGETALL", b"features:" + name],
        [b"VSIM", b"memories:" + name, b"FP32", query, b"COUNT", b"%d" % RECALLED, b"WITHATTRIBS"],
    ]


def redis_one_by_one(wire: Wire, name: bytes, query: bytes) -> None:
    for command in redis_commands(name, query):
        wire.trip(command)


def redis_pipelined(wire: Wire, name: bytes, query: bytes) -> None:
    wire.trip(*redis_commands(name, query))


def measure(
    server: Server, fetch: Fetch, conversations: list[Conversation], fetches: int
) -> tuple[float, float]:
    """Wall microseconds and server CPU microseconds per fetch."""
    wire = Wire(server.port)
    queries = [
        (conversation.name.encode(), query.tobytes())
        for conversation in conversations
        for query in conversation.queries
    ]
    before, started = server.cpu_seconds(), time.perf_counter()
    for number in range(fetches):
        fetch(wire, *queries[number % len(queries)])
    wall = time.perf_counter() - started
    used = server.cpu_seconds() - before
    wire.close()
    return wall / fetches * 1e6, used / fetches * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engram", help="its binary (default: the one built here)")
    parser.add_argument("--locomo", help="folder of LoCoMo turns (default: own conversations)")
    parser.add_argument("--budget", type=int, default=4000)
    parser.add_argument("--fetches", type=int, default=2000, help="a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json")
    parser.add_argument("--picture")
    arguments = parser.parse_args()
    folder = arguments.locomo
    conversations = read_locomo(Path(folder)) if folder else read_conversations()
    ways: dict[str, tuple[str, int, Fetch]] = {
        "engram CTX.FETCH": ("engram", 1, engram_fetch(arguments.budget)),
        "redis, three trips": ("redis", 3, redis_one_by_one),
        "redis, one pipeline": ("redis", 1, redis_pipelined),
    }
    found: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    with start_engram(arguments.engram) as engram, start_redis() as redis:
        servers = {"engram": engram, "redis": redis}
        for server in servers.values():
            fill(server, conversations)
        for _ in range(arguments.rounds):
            for way, (server, _, fetch) in ways.items():
                found[way].append(measure(servers[server], fetch, conversations, arguments.fetches))
    ours = [statistics.median(values) for values in zip(*found["engram CTX.FETCH"])]
    rows: list[dict[str, str | float | int]] = []
    for way, (_, trips, _) in ways.items():
        wall, used = (statistics.median(values) for values in zip(*found[way]))
        rows.append({
            "way": way, "trips": trips, "wall us": wall, "server cpu us": used,
            "engram/this wall": ours[0] / wall, "engram/this cpu": ours[1] / max(used, 1e-9),
        })  # fmt: skip
    messages = sum(len(conversation.messages) for conversation in conversations)
    print(
        f"{len(conversations)} conversations, {messages} messages, budget {arguments.budget} tokens"
    )
    print_table(list(rows[0]), [list(row.values()) for row in rows])
    write_json(arguments.json, "context", rows)
    bars = [
        Bar(f"{kind}, {row['way']}", float(row[f"engram/this {kind}"]))
        for row in rows[1:]
        for kind in ("wall", "cpu")
    ]
    write_picture(arguments.picture, "One context fetch, Engram / Redis 8.2.3", bars)


if __name__ == "__main__":
    main()
