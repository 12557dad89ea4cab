# SPDX-License-Identifier: Apache-2.0
"""Two servers side by side: the same batches to both, replies compared, mismatches reduced."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "PythonSupport"))

import compare  # noqa: E402
import intended  # noqa: E402
from coverage import Coverage  # noqa: E402
from families import PARAMETERS  # noqa: E402
from resp import Closed, Command, Connection, ProtocolError, Reply, Stalled, encode  # noqa: E402
from servers import Server  # noqa: E402

CONNECTIONS = 2
# After a brief time to live: long enough for both servers' expiry cycles to have been round.
SETTLE_SECONDS = 0.25
# What puts a server back to where it started.
INITIAL_STATE: list[Command] = [
    [b"FLUSHALL"],
    [b"SCRIPT", b"FLUSH"],
    [b"FUNCTION", b"FLUSH"],
    [b"ACL", b"DELUSER", b"alice", b"bob", b"carol", b"nobody", b""],
    [b"ACL", b"LOG", b"RESET"],
    *([b"CONFIG", b"SET", name, values[0]] for name, values in PARAMETERS),
    [b"CONFIG", b"SET", b"hll-sparse-max-bytes", b"3000"],
    [b"CONFIG", b"SET", b"stream-node-max-entries", b"100"],
    [b"CONFIG", b"SET", b"stream-node-max-bytes", b"4096"],
]


@dataclass
class Step:
    """One request: which connection sends it, how its replies compare, whether to wait after it."""

    connection: int
    command: list[bytes]
    compare: str
    brief: bool = False


@dataclass
class Mismatch:
    """Where the two servers first said something different."""

    index: int
    step: Step
    redis: Reply | None
    engram: Reply | None
    note: str = ""

    @property
    def signature(self) -> str:
        """Equal for mismatches that look like one bug."""
        name = self.step.command[0].upper().decode(errors="replace") if self.step.command else ""
        return f"{name} {_kind(self.redis)} {_kind(self.engram)} {self.note[:40]}"


def _kind(reply: Reply | None) -> str:
    if reply is None:
        return "none"
    if reply.is_error and isinstance(reply.value, bytes):
        return reply.value[:40].decode(errors="replace")
    return reply.kind.decode() + ("nil" if reply.value is None else "")


class PeerFailed(Exception):
    """Redis itself hung up or fell silent: nothing can be compared."""


@dataclass
class Pair:
    """Connections to both servers, and what each one has queued in a transaction."""

    redis: Server
    engram: Server
    protocol: int
    # Whether a further connection of each listens to all keyspace notifications.
    listens: bool = False
    coverage: Coverage | None = None
    _listeners: list[Connection] = field(default_factory=list)
    _links: list[tuple[Connection, Connection]] = field(default_factory=list)
    _queued: list[list[Step]] = field(default_factory=list)

    def reset(self) -> None:
        """Empty databases and fresh connections; a server that died is started again."""
        for links in self._links:
            for link in links:
                link.close()
        self._links = []
        self._queued = [[] for _ in range(CONNECTIONS)]
        for server in (self.redis, self.engram):
            empty(server)
        for _ in range(CONNECTIONS):
            both = (self.redis.connect(self.protocol), self.engram.connect(self.protocol))
            self._links.append(both)
        for listener in self._listeners:
            listener.close()
        self._listeners = []
        if self.listens:
            for server, (_, link) in zip((self.redis, self.engram), enumerate(self._links[0])):
                link.call(b"CONFIG", b"SET", b"notify-keyspace-events", b"KEAnmoc")
                listener = server.connect(self.protocol)
                listener.call(b"PSUBSCRIBE", b"*")
                self._listeners.append(listener)

    def run(self, steps: list[Step]) -> Mismatch | None:
        """Sends steps in batches, a batch a connection; the first mismatch, or None."""
        start = 0
        while start < len(steps):
            end = start + 1
            while (
                end < len(steps)
                and steps[end].connection == steps[start].connection
                and steps[end].brief == steps[start].brief
                and end - start < 256
                and not _runs_in_a_thread(steps[end - 1].command)
            ):
                end += 1
            mismatch = self._batch(steps[start:end], start)
            if mismatch:
                return mismatch
            if steps[start].brief:
                time.sleep(SETTLE_SECONDS)
            start = end
        return None

    def _batch(self, steps: list[Step], start: int) -> Mismatch | None:
        payload = b"".join(encode(step.command) for step in steps)
        redis, engram = self._links[steps[0].connection]
        try:
            theirs = redis.exchange(payload, len(steps))
        except (Closed, Stalled, ProtocolError) as error:
            digits = [int(word) for word in str(error).split() if word.isdigit()]
            at = min(digits[0] if digits else 0, len(steps) - 1)
            raise PeerFailed(f"{error}, at {steps[at].command}") from None
        try:
            ours = engram.exchange(payload, len(steps))
        except (Closed, Stalled, ProtocolError) as error:
            return self._broken(steps, start, theirs, str(error))
        for offset, (step, their, our) in enumerate(zip(steps, theirs, ours)):
            if not self._agree(step, their, our):
                return Mismatch(start + offset, step, their[0], our[0])
        return self._compare_pushes(steps, start) if self.listens else None

    def _compare_pushes(self, steps: list[Step], start: int) -> Mismatch | None:
        """What both listeners have been told of the batch."""
        theirs, ours = (_pushes(listener) for listener in self._listeners)
        if theirs == ours:
            return None
        pairs = list(zip(theirs, ours))
        at = next((i for i, (a, b) in enumerate(pairs) if a != b), len(pairs))
        their = theirs[at] if at < len(theirs) else None
        our = ours[at] if at < len(ours) else None
        told = their or our
        words = told.value if told and isinstance(told.value, list) else []
        key = words[2].value.split(b"__:", 1)[-1] if len(words) == 4 else b""
        name = words[3].value if len(words) == 4 else b""
        blamed = next(
            (i for i, step in enumerate(steps) if key in step.command or name in step.command),
            len(steps) - 1,
        )
        return Mismatch(start + blamed, steps[blamed], their, our, "pushes")

    def _broken(
        self, steps: list[Step], start: int, theirs: list[tuple[Reply, bytes]], note: str
    ) -> Mismatch:
        """A server that hung up or fell silent: the message says after how many replies."""
        digits = [int(word) for word in note.split() if word.isdigit()]
        at = min(digits[0] if digits else 0, len(steps) - 1)
        time.sleep(0.1)
        status = self.engram.exit_status()
        if status is not None:
            note = f"engram died with status {status}"
        return Mismatch(start + at, steps[at], theirs[at][0], None, note)

    def _agree(self, step: Step, their: tuple[Reply, bytes], our: tuple[Reply, bytes]) -> bool:
        if self.coverage:
            self.coverage.count(step.command, their[0])
        queue = self._queued[step.connection]
        name = step.command[0].upper() if step.command else b""
        queued, queue_copy = their[0] == (b"+", b"QUEUED"), queue[:]
        if queued:
            queue.append(step)
        elif name in (b"EXEC", b"DISCARD", b"RESET") and len(step.command) == 1:
            queue.clear()
        if their[1] == our[1]:
            return True
        if intended.is_intended(step.command, their[0], our[0]):
            return True
        if name == b"EXEC" and isinstance(their[0].value, list):
            return _agree_in_transaction(queue_copy, their[0], our[0])
        return compare.same(step.compare, step.command, their[0], our[0])


def _pushes(listener: Connection) -> list[Reply]:
    """All that a listener has been told, but of what ended: each server notices at its own time."""
    mark = b"-- end of the batch --"
    payload = encode([b"PING", mark])
    told: list[Reply] = []
    follows_expiry = False
    while True:
        reply, raw = listener.exchange(payload, 1)[0]
        payload = b""
        if mark in raw:
            return told
        words = [item.value for item in reply.value] if isinstance(reply.value, list) else []
        events = {words[-1], words[-2].split(b"__:", 1)[-1]} if len(words) == 4 else set()
        if events & {b"expired", b"hexpired"}:
            follows_expiry = True
        elif not (follows_expiry and b"del" in events):
            follows_expiry = False
            told.append(reply)


def empty(server: Server) -> None:
    """Flushes a server; one that has died, or is dying, is started again first."""
    for attempt in range(3):
        try:
            if not server.is_running:
                server.stop()
                server.start()
            cleaner = server.connect()
            cleaner.pipeline(INITIAL_STATE)
            cleaner.close()
            return
        except (OSError, Closed, Stalled):
            if attempt == 2:
                raise
            time.sleep(0.5)


def _runs_in_a_thread(command: list[bytes]) -> bool:
    """Redis 8.2.3 sometimes crashes over what was pipelined behind a search in a thread."""
    name = command[0].upper()
    return name == b"VSIM" or (name == b"VADD" and b"CAS" in command)


def _agree_in_transaction(queue: list[Step], their: Reply, our: Reply) -> bool:
    if not isinstance(our.value, list) or len(our.value) != len(their.value or []):
        return False
    if len(queue) != len(our.value):
        return False
    return all(
        compare.same(step.compare, step.command, a, b) or intended.is_intended(step.command, a, b)
        for step, a, b in zip(queue, their.value or [], our.value)
    )


def shrink(pair: Pair, steps: list[Step], found: Mismatch, budget_seconds: float) -> list[Step]:
    """A shorter history that still ends in a mismatch of the same signature.

    First only what shares a key with the failing request, then ever smaller pieces are left out.
    """
    deadline = time.monotonic() + budget_seconds

    def fails(history: list[Step]) -> Mismatch | None:
        pair.reset()
        mismatch = pair.run(history)
        return mismatch if mismatch and mismatch.signature == found.signature else None

    history = steps[: found.index + 1]
    wanted = {argument for argument in found.step.command[1:] if argument.startswith(b"{t}")}
    related = [step for step in history if wanted & set(step.command)]
    if not related or related[-1] is not found.step:
        related.append(found.step)
    for candidate in (related, [found.step]):
        if len(candidate) < len(history) and fails(candidate):
            history = candidate
    size = max(1, len(history) // 2)
    while size and time.monotonic() < deadline:
        at = 0
        while at < len(history) - 1 and time.monotonic() < deadline:
            candidate = history[:at] + history[min(at + size, len(history) - 1) :]
            if fails(candidate):
                history = candidate
            else:
                at += size
        size //= 2
    return history
