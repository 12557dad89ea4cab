#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sends the same seeded random commands to Engram and to Redis 8.2.3, and compares the replies.

A mismatch is printed with its seed, the request, both replies and a shortened history that leads
to it; the exit status is then 1. At the end the whole contents of both servers are compared, and
with --restart also what each server makes of the other's snapshot.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "PythonSupport"))

import catalog_family  # noqa: E402
import conversations  # noqa: E402
import digests  # noqa: E402
import dumps  # noqa: E402
import state  # noqa: E402
from catalog import Documented, command_names, documented  # noqa: E402
from compare import agreement  # noqa: E402
from coverage import Coverage  # noqa: E402
from families import FAMILIES, grammar  # noqa: E402
from grammar import Chance, Production, mutate  # noqa: E402
from servers import Server, start_engram, start_redis  # noqa: E402
from session import CONNECTIONS, Mismatch, Pair, PeerFailed, Step, shrink  # noqa: E402

MUTATION_CHANCE = 0.04
LOWERCASE_CHANCE = 0.1
LONGEST_TURN = 200
LONGEST_TRANSACTION = 12
BRIEF_IN_TURN_CHANCE = 0.06
# Redis compared with itself has 0.88 to 1: sets are small, and half the searches are filtered.
MINIMUM_OVERLAP = 0.8
EMPTYING = (b"FLUSHALL", b"FLUSHDB")
SNAPSHOT = "dump.rdb"
# How much of the commands a family makes, where another family makes 1.
SHARES = {"server": 0.15, "transactions": 0.3, "vectors": 0.5, "catalog": 5.0}
# Conversations are sent on top: so many for each other command.
CONVERSATIONS_SHARE = 0.1
# Redis 8.2.3 crashes once in 80,000 of these commands; much more often would be our doing.
COMMANDS_TO_A_FAILURE = 20_000
# A user without rights, another protocol: what one turn leaves behind is ended by the next.
FRESH_START_CHANCE = 0.2


class Generator:
    """Makes steps, turn by turn: a turn is sent by one connection in one go."""

    def __init__(
        self, seed: int, families: list[str], left_out: frozenset[bytes], protocol: int = 2
    ) -> None:
        self.chance = Chance(seed)
        self._starts_afresh = "catalog" in families
        # Whether everything stays, so that there is something to look at in the end.
        self.keeps = False
        self._hello = [b"HELLO", b"%d" % protocol]
        self._left_out = left_out
        chosen = [p for p in grammar.productions if p.family in families]
        self.plain = [p for p in chosen if not p.brief]
        # Each command of the catalogue is sent once before chance decides.
        self._first = [p for p in self.plain if p.family == "catalog"]
        self.brief = [p for p in chosen if p.brief]
        self._weights = [p.weight * self._share(p, chosen) for p in self.plain]
        # How many commands a connection has sent since MULTI; None outside a transaction.
        self._queued: list[int | None] = [None] * CONNECTIONS

    @staticmethod
    def _share(production: Production, chosen: list[Production]) -> float:
        """Families take part equally, however many productions they have; odd ones less."""
        total = sum(p.weight for p in chosen if p.family == production.family)
        scale = SHARES.get(production.family, 1.0)
        return scale / total

    def turn(self, most: int) -> list[Step]:
        """The next steps of one connection, up to `most`."""
        connection = self.chance.randrange(CONNECTIONS)
        length = min(most, self.chance.choice((1, 2, 5, 20, 60, LONGEST_TURN)))
        steps = []
        if self._starts_afresh and self.chance.maybe(FRESH_START_CHANCE):
            self._queued[connection] = None
            steps += [Step(connection, [b"RESET"], "exact")]
            steps += [Step(connection, self._hello, "hello")]
        first, self._first = self._first[:length], self._first[length:]
        for production in [*first, *([None] * (length - len(first)))]:
            steps += self._next(connection, production)
        if (
            self.brief
            and self._queued == [None] * CONNECTIONS
            and self.chance.maybe(BRIEF_IN_TURN_CHANCE)
        ):
            made = self.chance.choices(self.brief, [p.weight for p in self.brief], k=3)
            brief = [Step(connection, p.node(self.chance), p.compare, True) for p in made]
            steps += [step for step in brief if step.command[0] not in self._left_out]
        return steps

    def forget_transactions(self) -> None:
        """The connections are fresh."""
        self._queued = [None] * CONNECTIONS

    def _next(self, connection: int, production: Production | None) -> list[Step]:
        queued = self._queued[connection]
        ends = production is None and queued is not None
        if ends and self.chance.maybe(queued / LONGEST_TRANSACTION):
            self._queued[connection] = None
            name = b"EXEC" if self.chance.maybe(0.85) else b"DISCARD"
            return [Step(connection, [name], "exact")]
        production = production or self.chance.choices(self.plain, self._weights)[0]
        command = production.node(self.chance)
        if command[0] in self._left_out or (self.keeps and command[0] in EMPTYING):
            return []
        if production.mutable and self.chance.maybe(MUTATION_CHANCE):
            command = mutate(command, self.chance)
        self._follow(connection, command)
        if self.chance.maybe(LOWERCASE_CHANCE):
            command = [command[0].lower(), *command[1:]]
        return [Step(connection, command, production.compare)]

    def _follow(self, connection: int, command: list[bytes]) -> None:
        queued = self._queued[connection]
        if command == [b"MULTI"]:
            self._queued[connection] = queued or 0
        elif command in ([b"EXEC"], [b"DISCARD"]):
            self._queued[connection] = None
        elif queued is not None:
            self._queued[connection] = queued + 1


def readable(command: list[bytes]) -> str:
    """The command as redis-cli takes it."""

    def quote(argument: bytes) -> str:
        if argument and all(33 <= byte < 127 and byte not in b"\"'\\" for byte in argument):
            return argument.decode()
        return '"' + repr(argument)[2:-1].replace('"', '\\"') + '"'

    return brief(" ".join(quote(argument) for argument in command))


def brief(shown: object) -> str:
    text = str(shown)
    return text if len(text) < 700 else f"{text[:700]}..."


# Said again at the very end, where logs are read first.
reported: list[str] = []


def report(mismatch: Mismatch, history: list[Step], seed: int, protocol: int) -> None:
    """Prints one mismatch with what leads to it."""
    lines = [
        f"MISMATCH seed {seed} resp {protocol} step {mismatch.index} {mismatch.note}",
        f"  command  {readable(mismatch.step.command)}",
        f"  redis    {brief(mismatch.redis)}",
        f"  engram   {brief(mismatch.engram)}",
    ]
    reported.extend(lines)
    print("", *lines, "  history", sep="\n")
    # Where it could not be made short: what names the same keys, and the last requests.
    keys = {word for word in mismatch.step.command[1:] if word.startswith(b"{t}")}
    first = max(len(history) - 40, 0)
    naming = [step for step in history[:first] if keys & set(step.command)]
    for step in [*naming[-40:], *history[first:]]:
        wait = "   (then wait)" if step.brief else ""
        print(f"    {step.connection}> {readable(step.command)}{wait}", flush=True)


def run(
    arguments: argparse.Namespace,
    redis: Server,
    engram: Server,
    protocol: int,
    coverage: Coverage,
) -> int:
    """One run in one protocol; the number of mismatches."""
    left_out = unknown_commands(engram) if arguments.skip_unknown else frozenset()
    generator = Generator(arguments.seed, arguments.families, left_out, protocol)
    pair = Pair(redis, engram, protocol, arguments.listen, coverage)
    pair.reset()
    history: list[Step] = []
    seen: dict[str, int] = {}
    sent, failures, started = 0, 0, time.monotonic()
    while sent < arguments.commands:
        generator.keeps = sent > arguments.commands * 0.9
        steps = generator.turn(arguments.commands - sent)
        sent += max(1, len(steps))
        try:
            mismatch = pair.run(steps)
        except PeerFailed as error:
            print(f"NOTE redis failed near step {sent}: {error}; both start afresh")
            print(f"  {crash_line(redis)}", flush=True)
            failures += 1
            if failures > 20 + sent // COMMANDS_TO_A_FAILURE:
                raise
            mismatch = None
            steps, history = [], []
            generator.forget_transactions()
            pair.reset()
        if mismatch is None:
            history += steps
            continue
        mismatch.index += len(history)
        seen[mismatch.signature] = seen.get(mismatch.signature, 0) + 1
        if seen[mismatch.signature] == 1:
            if b"".join(mismatch.step.command[:1]).upper() in (b"DEBUG", b"EXEC"):
                lines = state.differences(*contents_of(redis, engram))
                for line in [*lines, *dumps.differing(redis, engram)][:9]:
                    print(f"STATE {line}")
            whole = history + steps
            report(
                mismatch, shrink(pair, whole, mismatch, arguments.shrink), arguments.seed, protocol
            )
        if not arguments.keep_going:
            return 1
        pair.reset()
        history = []
        generator.forget_transactions()
    lines = state.differences(*contents_of(redis, engram))
    if "dump" in arguments.families:
        lines += exchange_dumps(redis, engram)
    is_equal = not seen and "vectors" not in arguments.families
    lines += digests.differences(redis if is_equal else None, engram, arguments.engram)
    for line in lines:
        print(f"END resp {protocol} {line}")
        reported.append(f"END resp {protocol} {line}")
    seconds = time.monotonic() - started
    mismatches = sum(seen.values()) + len(lines)
    print(
        f"resp {protocol}: {sent:,} commands in {seconds:.0f} s, {mismatches} mismatches",
        flush=True,
    )
    for signature, times in sorted(seen.items(), key=lambda item: -item[1]):
        print(f"  {times:5} {signature}")
    return mismatches


def converse(
    arguments: argparse.Namespace, redis: Server, engram: Server, coverage: Coverage
) -> int:
    """Episodes of several connections; the number of mismatches."""
    talker = conversations.Talker(arguments.seed)
    talk = conversations.Conversation(redis, engram, coverage)
    seen: dict[str, int] = {}
    sent, started = 0, time.monotonic()
    while sent < arguments.commands * CONVERSATIONS_SHARE:
        steps = talker.episode()
        talk.begin()
        mismatch = talk.run(steps)
        sent += len(steps)
        if mismatch is None:
            continue
        seen[mismatch.signature] = seen.get(mismatch.signature, 0) + 1
        if seen[mismatch.signature] == 1:
            history = conversations.shorter(talk, steps, mismatch, arguments.shrink)
            report(mismatch, history, arguments.seed, 0)
        if not arguments.keep_going:
            break
    talk.end()
    seconds = time.monotonic() - started
    print(
        f"conversations: {sent:,} commands in {seconds:.0f} s, {sum(seen.values())} mismatches",
        flush=True,
    )
    for signature, times in sorted(seen.items(), key=lambda item: -item[1]):
        print(f"  {times:5} {signature}")
    return sum(seen.values())


def catalog_names(server: Server) -> set[str]:
    connection = server.connect()
    names = command_names(connection)
    connection.close()
    return names


def documented_by(server: Server) -> list[Documented]:
    connection = server.connect()
    commands = documented(connection)
    connection.close()
    return commands


def crash_line(server: Server) -> str:
    """What the log of a server says of how it ended."""
    text = server.log.read_text(errors="replace")
    telling = [line for line in text.splitlines() if "ASSERT" in line or "crashed" in line]
    return telling[-1] if telling else "its log says nothing of a crash"


def unknown_commands(engram: Server) -> frozenset[bytes]:
    """Commands the grammar sends and the server does not have."""
    chance = Chance(1)
    sent = sorted({p.node(chance)[0] for p in grammar.productions for _ in range(10)})
    connection = engram.connect()
    replies = connection.pipeline([[name] for name in sent])
    connection.close()
    missing = frozenset(
        name
        for name, reply in zip(sent, replies)
        if name.isalpha()
        and b"unknown command" in (bytes(reply.value or b"") if reply.is_error else b"")
    )
    print("not there, left out:", b" ".join(sorted(missing)).decode() or "nothing")
    return missing


def contents_of(redis: Server, engram: Server) -> tuple[dict, dict]:
    """What both servers hold."""
    return contents_of_one(redis), contents_of_one(engram)


def contents_of_one(server: Server) -> dict:
    connection = server.connect()
    found = state.contents(connection)
    connection.close()
    return found


def exchange_dumps(redis: Server, engram: Server) -> list[str]:
    """Each server restores what the other dumps."""
    theirs, ours = redis.connect(), engram.connect()
    keys = sorted(contents_of_one(redis))
    lines = [f"engram restoring: {line}" for line in dumps.exchange(theirs, ours, keys)]
    lines += [f"redis restoring: {line}" for line in dumps.exchange(ours, theirs, keys)]
    print(f"dumps of {len(keys)} keys exchanged, {len(lines)} differences")
    theirs.close()
    ours.close()
    return lines


def swap_snapshots(redis: Server, engram: Server) -> int:
    """Each server saves, restarts on the other's snapshot, and must hold what the other held."""
    before = contents_of(redis, engram)
    for server in (redis, engram):
        connection = server.connect()
        answer = connection.call(b"SAVE")
        connection.close()
        if answer.is_error:
            print(f"RESTART {server.name} SAVE: {answer}")
            return 1
        server.stop()
    # Redis 8.2.3 may lose attributes of vectors in its own file: the file is what counts.
    redis.start()
    own_file = contents_of_one(redis)
    redis.stop(signal.SIGKILL)
    theirs, ours = redis.directory / SNAPSHOT, engram.directory / SNAPSHOT
    shutil.copy(theirs, theirs.with_suffix(".swap"))
    shutil.copy(ours, theirs)
    shutil.copy(theirs.with_suffix(".swap"), ours)
    redis.start()
    engram.start()
    after = contents_of(redis, engram)
    ours_read, theirs_read = (after[0], before[1]), (own_file, after[1])
    lines = [f"redis reading engram's file: {x}" for x in state.differences(*ours_read, True)]
    lines += [f"engram reading redis's file: {x}" for x in state.differences(*theirs_read, True)]
    for line in lines:
        print(f"RESTART {line}")
        reported.append(f"RESTART {line}")
    print(f"restart: snapshots of {len(before[0])} keys swapped, {len(lines)} differences")
    return len(lines)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engram", help="its binary (default: the one built here)")
    parser.add_argument("--commands", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resp", choices=("2", "3", "both"), default="both")
    parser.add_argument("--families", default="all", help="separated by commas; all but vectors")
    parser.add_argument("--keep-going", action="store_true", help="report every kind of mismatch")
    parser.add_argument("--skip-unknown", action="store_true", help="send only what is there")
    parser.add_argument("--shrink", type=float, default=10, help="seconds to shorten a history")
    parser.add_argument("--listen", action="store_true", help="compare notifications too")
    parser.add_argument("--restart", action="store_true", help="compare swapped snapshots too")
    arguments = parser.parse_args()
    # Vectors stay by themselves: a VADD that is refused marks watched keys in Redis.
    everything = [family for family in FAMILIES if family != "vectors"]
    named = arguments.families.split(",")
    arguments.families = everything if named == ["all"] else named
    unknown = set(arguments.families) - set(FAMILIES)
    if unknown:
        parser.error(f"unknown families {', '.join(unknown)}; known: {', '.join(FAMILIES)}")
    return arguments


def main() -> int:
    arguments = parse_arguments()
    protocols = (2, 3) if arguments.resp == "both" else (int(arguments.resp),)
    mismatches = 0
    with start_redis() as redis, start_engram(arguments.engram) as engram:
        coverage = Coverage(catalog_names(redis), catalog_names(engram))
        if "catalog" in arguments.families:
            catalog_family.declare(documented_by(engram), coverage.redis)
        if conversations.FAMILY in arguments.families:
            mismatches += converse(arguments, redis, engram, coverage)
        for protocol in protocols if arguments.families != [conversations.FAMILY] else ():
            mismatches += run(arguments, redis, engram, protocol, coverage)
        if "catalog" in arguments.families:
            mismatches += coverage.report()
        if arguments.restart:
            mismatches += swap_snapshots(redis, engram)
    if agreement.expected:
        print(f"vector neighbours in common: {agreement.overlap:.1%}")
        if agreement.overlap < MINIMUM_OVERLAP:
            mismatches += 1
    print(*reported, sep="\n")
    return 1 if mismatches else 0


if __name__ == "__main__":
    sys.exit(main())
