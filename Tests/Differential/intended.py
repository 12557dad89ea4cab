# SPDX-License-Identifier: Apache-2.0
"""Differences from Redis 8.2.3 that are meant, each with its reason.

An entry is kept as narrow as it can be: the command, and what its reply must look like on both
sides. Anything else that differs is a bug.

Not sent at all are vectors with components that are not finite, which Redis keeps and which are
refused here.
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


def _has_nul(command: Command, redis: Reply, engram: Reply) -> bool:
    hostile = any(b"\x00" in argument for argument in command)
    return hostile and redis.is_error and engram.is_error


def _names_vector_command(command: Command, redis: Reply, engram: Reply) -> bool:
    asked = [word.upper() for word in command[:3]]
    return (
        asked[:2] == [b"COMMAND", b"GETKEYSANDFLAGS"]
        and len(asked) > 2
        and asked[2].startswith(b"V")
        and redis.kind == engram.kind == b"*"
    )


def _has_line_end(command: Command, redis: Reply, engram: Reply) -> bool:
    if not (redis.is_error and engram.is_error and isinstance(redis.value, bytes)):
        return False
    return redis.value.replace(b"\r", b" ").replace(b"\n", b" ") == engram.value


def _upper(command: Command) -> list[bytes]:
    return [word.upper() for word in command[:4]]


def _is_old_error(command: Command, redis: Reply, engram: Reply) -> bool:
    if _upper(command)[0] not in (b"SORT", b"SORT_RO") or not isinstance(redis.value, bytes):
        return False
    return redis.is_error and b"can't be converted" in redis.value and not engram.is_error


def _tries_vector_command(command: Command, redis: Reply, engram: Reply) -> bool:
    words = _upper(command)
    return words[:2] == [b"ACL", b"DRYRUN"] and words[3:] and words[3].startswith(b"V")


def _is_packed(command: Command, redis: Reply, engram: Reply) -> bool:
    return _upper(command)[:2] == [b"FUNCTION", b"DUMP"] and redis.kind == engram.kind == b"$"


INTENDED: list[IntendedDifference] = [
    IntendedDifference(
        "Redis quotes an argument in an error as a C string, up to its first NUL; here to its end.",
        _has_nul,
    ),
    IntendedDifference(
        "Redis takes an error of an earlier conversion for one of SORT's own.", _is_old_error
    ),
    IntendedDifference(
        "Vector commands of Redis, a module's, are in no category.", _tries_vector_command
    ),
    IntendedDifference("Long libraries may be compressed in more than one way.", _is_packed),
    IntendedDifference(
        "No CR or LF stands in an error here; Redis lets a script's through.",
        _has_line_end,
    ),
    IntendedDifference(
        "Vector sets are a module in Redis, which says of each of its keys that it may be written.",
        _names_vector_command,
    ),
]


def is_intended(command: Command, redis: Reply, engram: Reply) -> bool:
    """Whether some reviewed entry covers this difference."""
    return any(entry.applies(command, redis, engram) for entry in INTENDED)
