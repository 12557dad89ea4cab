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


def _is_vector_copy(command: Command, redis: Reply, engram: Reply) -> bool:
    refused = redis.value == b"ERR not supported for this module key"
    return command[0].upper() == b"COPY" and refused and not engram.is_error


def _has_infinite_component(command: Command, redis: Reply, engram: Reply) -> bool:
    infinite = any(argument.lower() in (b"inf", b"-inf", b"nan", b"1e400") for argument in command)
    refused = engram.value == b"ERR invalid vector specification"
    return command[0].upper() in (b"VADD", b"VSIM") and infinite and refused


def _has_nul(command: Command, redis: Reply, engram: Reply) -> bool:
    hostile = any(b"\x00" in argument for argument in command)
    return hostile and redis.is_error and engram.is_error


INTENDED: list[IntendedDifference] = [
    IntendedDifference(
        "Redis has no COPY for a vector set, as for any module's value; here it is a key like any.",
        _is_vector_copy,
    ),
    IntendedDifference(
        "A component that is not finite has no distance to anything: refused, where Redis keeps it.",
        _has_infinite_component,
    ),
    IntendedDifference(
        "Redis quotes an argument in an error as a C string, up to its first NUL; here to its end.",
        _has_nul,
    ),
]


def is_intended(command: Command, redis: Reply, engram: Reply) -> bool:
    """Whether some reviewed entry covers this difference."""
    return any(entry.applies(command, redis, engram) for entry in INTENDED)
