# SPDX-License-Identifier: Apache-2.0
"""Which commands a run has sent, and how many of each were accepted."""

from __future__ import annotations

from collections import Counter

from resp import Command, Reply
from reviewed import LEFT_OUT

# A command that is hardly ever accepted has only had its error paths compared.
SELDOM = 0.02


class Coverage:
    """Counts requests by the name of their command or subcommand."""

    def __init__(self, redis: set[str], engram: set[str]) -> None:
        self.redis = redis
        self.engram = engram
        self._containers = {name.split("|")[0] for name in redis | engram if "|" in name}
        self._sent: Counter[str] = Counter()
        self._accepted: Counter[str] = Counter()

    def count(self, command: Command, reply: Reply) -> None:
        """Takes note of one request and what Redis said to it."""
        name = command[0].lower() if command else b""
        if len(command) > 1:
            text = name.decode("latin-1")
            if text in self._containers:
                name += b"|" + command[1].lower()
        text = name.decode("latin-1")
        self._sent[text] += 1
        if not reply.is_error:
            self._accepted[text] += 1

    def report(self) -> int:
        """Prints what was sent; the number of commands that should have been and were not."""
        common = self.redis & self.engram
        sent = {name for name in common if self._sent[name]}
        missing = sorted(common - sent - LEFT_OUT.keys())
        print(f"coverage: {len(sent)} of {len(common)} commands that both have were sent")
        seldom = [n for n in sorted(sent) if self._accepted[n] < SELDOM * self._sent[n]]
        print("  hardly ever accepted:", " ".join(seldom) or "none")
        print("  only Redis has:", " ".join(sorted(self.redis - self.engram)) or "nothing")
        for name in sorted(common - sent):
            print(f"  not sent: {name}: {LEFT_OUT.get(name, 'MISSING')}")
        return len(missing)
