# SPDX-License-Identifier: Apache-2.0
"""The Redis protocol, raw: requests as bytes, and replies that keep their wire types."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Sequence
from typing import NamedTuple

Command = Sequence[bytes]


class Reply(NamedTuple):
    """One parsed reply.

    `kind` is the type byte of the wire. `value` is bytes for lines and strings (a bulk string or
    array that is absent has None), and a list of replies for aggregates; a map's list alternates
    keys and values.
    """

    kind: bytes
    value: bytes | list[Reply] | None

    @property
    def is_error(self) -> bool:
        return self.kind in b"-!"

    def __str__(self) -> str:
        if self.value is None:
            return "(nil)" if self.kind != b"*" else "(nil array)"
        if isinstance(self.value, bytes):
            text = self.value[:300].decode("utf-8", "backslashreplace")
            return f'"{text}"' if self.kind == b"$" else f"{self.kind.decode()}{text}"
        inside = ", ".join(str(item) for item in self.value[:40])
        more = ", ..." if len(self.value) > 40 else ""
        return f"{self.kind.decode()}[{inside}{more}]"


class Incomplete(Exception):
    """The reply's end has not arrived."""


class ProtocolError(Exception):
    """The bytes are not a reply."""


def encode(command: Command) -> bytes:
    """A request as an array of bulk strings."""
    parts = [b"*%d\r\n" % len(command)]
    for argument in command:
        parts.append(b"$%d\r\n%b\r\n" % (len(argument), argument))
    return b"".join(parts)


def parse(data: bytes | bytearray, start: int) -> tuple[Reply, int]:
    """The reply that begins at `start`, and where it ends."""
    end = data.find(b"\r\n", start)
    if end < 0:
        raise Incomplete
    kind = bytes(data[start : start + 1])
    line = bytes(data[start + 1 : end])
    after = end + 2
    if kind in b"+-:_#,(" and kind:
        return Reply(kind, line), after
    try:
        size = int(line)
    except ValueError:
        raise ProtocolError(f"reply starts with {kind + line!r}") from None
    if kind in b"$!=":
        if size < 0:
            return Reply(kind, None), after
        if len(data) < after + size + 2:
            raise Incomplete
        return Reply(kind, bytes(data[after : after + size])), after + size + 2
    if kind in b"*~%>|" and kind:
        if size < 0:
            return Reply(kind, None), after
        items = []
        for _ in range(size * 2 if kind in b"%|" else size):
            item, after = parse(data, after)
            items.append(item)
        return Reply(kind, items), after
    raise ProtocolError(f"reply starts with {kind + line!r}")


class Closed(Exception):
    """The server closed the connection, or the connection broke."""


class Stalled(Exception):
    """A reply did not arrive in time; `answered` replies did."""

    def __init__(self, answered: int) -> None:
        super().__init__(f"no reply after {answered} replies")
        self.answered = answered


class Connection:
    """A blocking connection for pipelined batches."""

    def __init__(self, port: int, protocol: int = 2, timeout_seconds: float = 10) -> None:
        self.port = port
        self.timeout_seconds = timeout_seconds
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=timeout_seconds)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = bytearray()
        if protocol == 3:
            answer = self.call(b"HELLO", b"3")
            if answer.is_error:
                raise ProtocolError(f"HELLO 3: {answer}")

    def close(self) -> None:
        self._socket.close()

    def call(self, *command: bytes) -> Reply:
        """Sends one command and waits for its reply."""
        return self.exchange(encode(command), 1)[0][0]

    def pipeline(self, commands: Sequence[Command]) -> list[Reply]:
        """Sends the commands together and waits for all replies."""
        payload = b"".join(encode(command) for command in commands)
        return [reply for reply, _ in self.exchange(payload, len(commands))]

    def send(self, payload: bytes) -> None:
        """Sends bytes that get no reply, because the server was told to be silent."""
        self._socket.settimeout(self.timeout_seconds)
        self._socket.sendall(payload)

    def exchange(self, payload: bytes, count: int) -> list[tuple[Reply, bytes]]:
        """Sends bytes while it reads `count` replies; each reply comes with its own bytes.

        Reading goes on during the sending: a server may stop reading until its replies are taken.
        """
        found: list[tuple[Reply, bytes]] = []
        position, sent = 0, 0
        view = memoryview(payload)
        deadline = time.monotonic() + self.timeout_seconds
        self._socket.setblocking(False)
        with selectors.DefaultSelector() as selector:
            selector.register(self._socket, selectors.EVENT_READ | selectors.EVENT_WRITE)
            while len(found) < count:
                if sent == len(payload):
                    selector.modify(self._socket, selectors.EVENT_READ)
                ready = selector.select(max(0.0, deadline - time.monotonic()))
                if not ready:
                    raise Stalled(len(found))
                try:
                    if ready[0][1] & selectors.EVENT_WRITE and sent < len(payload):
                        sent += self._socket.send(view[sent : sent + 262_144])
                    if ready[0][1] & selectors.EVENT_READ:
                        self._receive()
                        deadline = time.monotonic() + self.timeout_seconds
                except (BrokenPipeError, ConnectionResetError) as error:
                    raise Closed(f"{error} after {len(found)} of {count} replies") from None
                except Closed:
                    raise Closed(f"closed after {len(found)} of {count} replies") from None
                position = self._take(found, count, position)
        del self._buffer[:position]
        return found

    def _receive(self) -> None:
        data = self._socket.recv(1 << 20)
        if not data:
            raise Closed("closed")
        self._buffer += data

    def _take(self, found: list[tuple[Reply, bytes]], count: int, position: int) -> int:
        while len(found) < count and position < len(self._buffer):
            try:
                reply, end = parse(self._buffer, position)
            except Incomplete:
                break
            found.append((reply, bytes(self._buffer[position:end])))
            position = end
        return position
