# SPDX-License-Identifier: Apache-2.0
"""Differences from Redis 8.2.3 that are meant, each with its reason.

An entry is kept as narrow as it can be: the command, and what its reply must look like on both
sides. Anything else that differs is a bug.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from resp import Command, Reply


@dataclass
class IntendedDifference:
    """One accepted difference: why, and for which commands and replies."""

    reason: str
    applies: Callable[[Command, Reply, Reply], bool]


INTENDED: list[IntendedDifference] = []


def is_intended(command: Command, redis: Reply, engram: Reply) -> bool:
    """Whether some reviewed entry covers this difference."""
    return any(entry.applies(command, redis, engram) for entry in INTENDED)
