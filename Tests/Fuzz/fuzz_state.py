#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sends every command of the catalogue, with hostile arguments, over many connections.

Requests come from the syntax that COMMAND DOCS declares. Most make sense, so that the others meet
data; state is kept from one to the next: keys of every type, transactions, subscriptions, users,
scripts, both protocols. The server must neither crash nor fall silent for longer than a second.
A run is repeated by its seed; a failure leaves a journal that --replay sends again.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, deque
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "PythonSupport"), str(TESTS / "Differential")]

import catalog_family  # noqa: E402
import families  # noqa: E402
from catalog import CatalogGrammar, Documented, documented  # noqa: E402
from grammar import HOSTILE, Chance, Slot, mutate  # noqa: E402
from links import Link  # noqa: E402
from resp import Closed, Connection, ProtocolError, Stalled, encode  # noqa: E402
from servers import Server, start_engram  # noqa: E402

CONNECTIONS = 8
LONGEST_BATCH = 120
HOSTILE_CHANCE = 0.06
MUTATION_CHANCE = 0.06
LOWERCASE_CHANCE = 0.05
SCRIPTED_CHANCE = 0.03
TRANSACTION_CHANCE = 0.04
CLOSING_CHANCE = 0.02
JOURNAL_BATCHES = 400

# Ends the server, leaves it to another, needs one, or waits for one.
LEFT_OUT = {"shutdown", "debug", "psync", "sync", "replconf", "replicaof", "slaveof", "failover",
            "migrate", "pfselftest", "script|debug", "config|rewrite", "acl|load", "acl|save",
            "bgrewriteaof"}  # fmt: skip
WEIGHTS = {**catalog_family.WEIGHTS, "flushall": 0.02, "client|kill": 0.2, "monitor": 0.1,
           "quit": 0.2, "client|reply": 0.3, "reset": 0.5, "multi": 1.0, "exec": 1.5,
           "bgsave": 0.01, "save": 0.01, "command|docs": 0.05, "command|info": 0.05,
           "command": 0.02, "command|list": 0.05, "vadd": 4.0, "vsim": 3.0,
           "vpexpire": 3.0, "ctx.append": 4.0, "keys": 0.5, "eval": 3.0}  # fmt: skip
# What these may ask for is bounded: they wait, or make as much as they are told to.
UNTOUCHED = catalog_family.UNMUTATED | {"lolwut", "acl|genpass", "sort", "debug"}
NUMBERS = [
    b"%d" % (sign * (1 << bits) + change)
    for bits in (7, 8, 15, 16, 24, 31, 32, 53, 62, 63, 64)
    for sign in (1, -1)
    for change in (-1, 0, 1)
] + [b"1e308", b"-1e308", b"1e-320", b"0.1e400", b"-nan", b"+inf", b"0b1", b"1" * 400, b"\xd9\xa1"]
TEXTS = [
    b"", b"\x00", b"\xff\xff", b"\r\n", b"\r\n$5\r\nhello", b" ", b"{", b"}", b"{t}", b"a\x00b",
    "\u00e9\u4e2d\U0001f600".encode(), b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\xc0\x80",
    b"a" * 64, b"a" * 65, b"b" * 255, b"c" * 256, b"d" * 4096, b"e" * 70_000, b"%s%n%d", b"$(x)",
    b"*" * 50, b"*a" * 40 + b"b", b"[a-", b"[^]", b"[\\", b"\\", b"?" * 300, b"[!-~]" * 20,
    b"*[a-z]*[0-9]*?*", b"[z-a]", b"*\\", b"(", b"[", b"+", b"-", b">", b"$", b"#", b"~", b"0-0",
    b"18446744073709551615-18446744073709551615", b"1-", b"-1-1", b"(1-1", b"99999999999999999999-1",
    b"#0", b"#-1", b"u63", b"i64", b"u64", b"*->", b"*->f", b"nosort*",
    b"\x00" * 24, b"\xff" * 24, b'{"year": 1e999}', b"[" * 200, b"((((((((.a", b"not " * 60 + b".a",
]  # fmt: skip


class StatefulHostility:
    """Makes batches of requests from a seed."""

    def __init__(self, seed: int, commands: list[Documented]) -> None:
        self.chance = Chance(seed)
        slots = _own_slots(catalog_family.slots())
        self.writer = CatalogGrammar(slots, catalog_family.group_keys())
        self.writer.group_keys["context"] = _key(b"{t}c")
        self.commands = [c for c in commands if c.name not in LEFT_OUT]
        self.weights = [WEIGHTS.get(c.name, 1.0) for c in self.commands]
        self.hand_written = [p for p in families.grammar.productions if not p.brief]
        self.hand_weights = [p.weight for p in self.hand_written]
        self.sent: Counter[str] = Counter()

    def batch(self) -> list[list[bytes]]:
        chance = self.chance
        made = [self.request() for _ in range(chance.choice((1, 3, 10, 40, LONGEST_BATCH)))]
        if chance.maybe(TRANSACTION_CHANCE):
            made = [[b"MULTI"], *made[:30], [b"EXEC"]]
        return made

    def request(self) -> list[bytes]:
        chance = self.chance
        if chance.maybe(0.25):
            return chance.choices(self.hand_written, self.hand_weights)[0].node(chance)
        command = chance.choices(self.commands, self.weights)[0]
        self.sent[command.name] += 1
        made = self.writer.request(command, chance)
        if command.name not in UNTOUCHED:
            made = self.spoilt(made)
            if chance.maybe(SCRIPTED_CHANCE):
                text = chance.pick(
                    b"return redis.call(unpack(ARGV))",
                    b"redis.setresp(3) return redis.pcall(unpack(ARGV))",
                    b"return cjson.encode({pcall(redis.call, unpack(ARGV))})",
                    b"local r = {} for i = 1, 3 do r[i] = redis.pcall(unpack(ARGV)) end return r",
                )
                return [b"EVAL", text, b"0", *made]
        if chance.maybe(LOWERCASE_CHANCE):
            made[0] = made[0].lower()
        return made

    def spoilt(self, command: list[bytes]) -> list[bytes]:
        chance = self.chance
        words = 2 if command[0] in CONTAINERS else 1
        for at in range(words, len(command)):
            if chance.maybe(HOSTILE_CHANCE):
                command[at] = chance.choice(chance.choice((NUMBERS, TEXTS, HOSTILE)))
        if len(command) > words and chance.maybe(MUTATION_CHANCE):
            command = mutate(command, chance)
        return command


ELEMENT_EXPIRY = ("vexpire", "vexpireat", "vexpiretime", "vpersist", "vpexpire", "vpexpireat",
                  "vpexpiretime", "vpttl", "vttl")  # fmt: skip
CONTAINERS = {b"ACL", b"CLIENT", b"COMMAND", b"CONFIG", b"FUNCTION", b"LATENCY", b"MEMORY",
              b"MODULE", b"OBJECT", b"PUBSUB", b"SCRIPT", b"SLOWLOG", b"XGROUP", b"XINFO"}  # fmt: skip


def _key(prefix: bytes) -> Slot:
    return lambda chance: [prefix + b"%d" % chance.randrange(4)]


def _of(*options: bytes) -> Slot:
    return lambda chance: [chance.choice(options)]


def _own_slots(slots: dict[str, Slot]) -> dict[str, Slot]:
    """The slots of the differential test, with what only Engram has, and what only asks here."""
    plain = families.grammar.slots
    own: dict[str, Slot] = {
        # Whatever is asked for is made, so only what is refused may be large.
        "random-count": _of(b"1", b"-5", b"100", b"-100", b"9" * 30, b"-9223372036854775808"),
        "vadd option": lambda c: families.vector(c),
        "vsim option": lambda c: (
            families.vector(c) if c.maybe(0.6) else [b"ELE", c.choice(families.VECTOR_ELEMENTS)]
        ),
        "vadd element": plain["element"],
        "vadd seconds": _of(b"1", b"100", b"0", b"-1", b"9" * 20),
        "vadd milliseconds": _of(b"1", b"5", b"50", b"5000", b"0", b"9" * 15),
        **{f"{name} element": plain["element"] for name in ELEMENT_EXPIRY},
        **{f"{name} milliseconds": _of(b"1", b"5", b"50", b"0") for name in ELEMENT_EXPIRY},
        "vadd attributes": plain["attributes"],
        "vsim expression": lambda c: [c.choice(families.FILTERS)],
        "vadd dim": _of(b"3", b"0", b"7", b"-1"),
        "vadd numlinks": _of(b"16", b"4", b"0", b"x"),
        "vadd build-exploration-factor": _of(b"100", b"1", b"0", b"x"),
        "vsim search-exploration-factor": _of(b"100", b"1", b"0", b"x", b"999999"),
        "vsim max-filtering-effort": _of(b"100", b"0", b"x"),
        "vsetattr attributes": plain["attributes"],
        "vsetattr json": plain["attributes"],
        "filter": lambda c: [c.choice(families.FILTERS)],
        "client-id": lambda c: [b"%d" % c.randrange(40) if c.maybe(0.8) else c.choice(NUMBERS)],
        "client|reply action": _of(b"ON", b"OFF", b"SKIP"),
        "prefix": _of(b"{t}", b"{t}s", b"", b"x"),
        "role": _of(b"user", b"assistant", b"system", b"tool", b"x"),
    }
    return {**slots, **own}


def prepared(server: Server) -> list[Documented]:
    connection = server.connect()
    commands = documented(connection)
    connection.close()
    return commands


class Campaign:
    """A server, connections to it, and a journal of what was sent."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.silence_seconds = arguments.silence
        self.server = start_engram(
            arguments.engram,
            proto_max_bulk_len="1mb",
            maxmemory="600mb",
            maxmemory_policy="allkeys-random",
        )
        self.hostility = StatefulHostility(arguments.seed, prepared(self.server))
        self.journal: deque[tuple[int, list[list[bytes]]]] = deque(maxlen=JOURNAL_BATCHES)
        self.longest = 0.0
        self.failures: list[str] = []
        self.links: list[Link] = []
        self.control: Connection | None = None
        self.connect()

    def connect(self) -> None:
        for link in self.links:
            link.close()
        self.links = [Link(self.server.port) for _ in range(CONNECTIONS)]
        for index, link in enumerate(self.links):
            if index % 2:
                link.send([b"HELLO", b"3"])
        if self.control:
            self.control.close()
        self.control = Connection(self.server.port, timeout_seconds=self.silence_seconds)

    def turn(self) -> int:
        """Sends one batch on one connection; how many requests it had."""
        chance = self.hostility.chance
        index = chance.randrange(CONNECTIONS)
        batch = self.hostility.batch()
        closing = chance.maybe(CLOSING_CHANCE)
        self.journal.append((index, batch))
        self.play(index, batch, closing)
        return len(batch)

    def play(self, index: int, batch: list[list[bytes]], closing: bool) -> None:
        link = self.links[index]
        link.write(b"".join(map(encode, batch)))
        link.exchange()
        if not self.answers():
            return
        if link.is_closed or closing:
            link.close()
            self.links[index] = Link(self.server.port)
            if index % 2:
                self.links[index].send([b"HELLO", b"3"])
        for other in self.links:
            other.drain()

    def answers(self) -> bool:
        """A PING on a connection that sends nothing else comes back in time."""
        for _ in range(3):
            started = time.monotonic()
            try:
                assert self.control is not None
                self.control.call(b"PING")
                self.longest = max(self.longest, time.monotonic() - started)
                return True
            except Stalled:
                self.fail(f"fell silent for {self.silence_seconds:g} s")
                return False
            except (Closed, OSError, ProtocolError):
                # Killed by a client: the next one has to be served.
                time.sleep(0.05)
                if not self.server.is_running:
                    break
                try:
                    self.control = Connection(self.server.port, timeout_seconds=self.silence_seconds)
                except OSError:
                    time.sleep(0.2)
        time.sleep(0.3)
        status = self.server.exit_status()
        self.fail("refuses connections" if status is None else f"died with status {status}")
        return False

    def refused(self) -> str:
        """How much of what was sent since the last start was answered with an error."""
        connection = self.server.connect()
        text = bytes(connection.call(b"INFO", b"stats").value or b"").decode()  # type: ignore[arg-type]
        connection.close()
        facts = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
        done, errors = (
            int(facts[name]) for name in ("total_commands_processed", "total_error_replies")
        )
        return f"{errors:,} errors, {done:,} commands done"

    def fail(self, how: str) -> None:
        self.failures.append(how)
        name = Path(f"fuzz-journal-{len(self.failures)}.json").resolve()
        shown = [[i, [[a.decode("latin-1") for a in c] for c in b]] for i, b in self.journal]
        name.write_text(json.dumps(shown))
        print(f"\nFAILURE: the server {how}; the journal is in {name}. The last requests:")
        for index, batch in list(self.journal)[-3:]:
            for command in batch[-40:]:
                print(f"  {index}> {b' '.join(command)[:300]!r}")
        tail = self.server.log.read_text(errors="replace").strip().splitlines()[-40:]
        print("  log: " + "\n       ".join(tail), flush=True)
        self.server.stop(9)
        (self.server.directory / "dump.rdb").unlink(missing_ok=True)
        self.server.start()
        self.journal.clear()
        self.connect()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engram", help="its binary (default: the one built here)")
    parser.add_argument("--commands", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=1e9, help="stop after so long")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--failures", type=int, default=5, help="stop after this many")
    parser.add_argument("--silence", type=float, default=1.0, help="seconds that count as a hang")
    parser.add_argument("--replay", help="a journal to send again")
    arguments = parser.parse_args()
    campaign = Campaign(arguments)
    started = time.monotonic()
    sent, told = 0, 0
    with campaign.server:
        if arguments.replay:
            for index, batch in json.loads(Path(arguments.replay).read_text()):
                campaign.play(index, [[a.encode("latin-1") for a in c] for c in batch], False)
                sent += len(batch)
        while not arguments.replay and sent < arguments.commands:
            sent += campaign.turn()
            seconds = time.monotonic() - started
            if len(campaign.failures) >= arguments.failures or seconds > arguments.seconds:
                break
            if sent // 100_000 > told:
                told = sent // 100_000
                print(f"{sent:,} commands in {seconds:.0f} s", flush=True)
        seconds = time.monotonic() - started
        kinds = len(campaign.hostility.sent)
        print(
            f"fuzz with state: seed {arguments.seed}, {sent:,} requests of {kinds} commands in "
            f"{seconds:.0f} s, longest PING {campaign.longest * 1000:.0f} ms, "
            f"{len(campaign.failures)} failures; {campaign.refused()}"
        )
    return 1 if campaign.failures else 0


if __name__ == "__main__":
    sys.exit(main())
