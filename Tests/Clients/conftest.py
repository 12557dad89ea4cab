# SPDX-License-Identifier: Apache-2.0
"""A server for the whole run, and fresh clients of both protocols."""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "PythonSupport"))

from servers import Server, start_engram  # noqa: E402


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with start_engram() as running:
        yield running


@pytest.fixture(params=(2, 3), ids=("resp2", "resp3"))
def protocol(request: pytest.FixtureRequest) -> int:
    return request.param


@pytest.fixture
def client(server: Server, protocol: int) -> Iterator[redis.Redis]:
    """An empty database behind a client that decodes replies."""
    made = redis.Redis(
        port=server.port, protocol=protocol, decode_responses=True, socket_timeout=10
    )
    made.flushall()
    yield made
    made.close()


@pytest.fixture
def binary(server: Server, protocol: int) -> Iterator[redis.Redis]:
    """The same, but replies stay bytes."""
    made = redis.Redis(port=server.port, protocol=protocol, socket_timeout=10)
    made.flushall()
    yield made
    made.close()


def blob(*numbers: float) -> bytes:
    """A float32 vector as commands take it."""
    return struct.pack(f"<{len(numbers)}f", *numbers)


def mapping(reply: Any) -> dict[Any, Any]:
    """A map of RESP3, or the flat array that stands for it in RESP2."""
    if isinstance(reply, dict):
        return reply
    return dict(zip(reply[::2], reply[1::2], strict=True))
