# SPDX-License-Identifier: Apache-2.0
"""A connection that is written to without waiting, and read without knowing what will come."""

from __future__ import annotations

import select
import socket
import time

from resp import Command, Incomplete, Reply, encode, parse

RECEIVE_BYTES = 1 << 20


class Link:
    """Sends in the background of reading. What arrives is kept if `keeps`, else thrown away."""

    def __init__(self, port: int, keeps: bool = False) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.setblocking(False)
        self._outgoing = bytearray()
        self._arrived = bytearray()
        self._keeps = keeps
        self.is_closed = False

    def close(self) -> None:
        self.is_closed = True
        self._socket.close()

    def send(self, command: Command) -> None:
        self.write(encode(command))
        self.exchange()

    def write(self, payload: bytes) -> None:
        """Queues bytes; `exchange` and `drain` send them."""
        self._outgoing += payload

    def exchange(self, patience_seconds: float = 0.25) -> None:
        """Sends all that is queued, reading meanwhile; gives up when nothing moves for a while."""
        quiet_since = time.monotonic()
        while self._outgoing and not self.is_closed:
            if self.drain():
                quiet_since = time.monotonic()
            elif time.monotonic() - quiet_since > patience_seconds:
                return
            else:
                select.select([self._socket], [self._socket], [], 0.01)

    def drain(self) -> bool:
        """Sends and reads what can be without waiting; whether anything moved."""
        if self.is_closed:
            return False
        moved = False
        try:
            if self._outgoing:
                sent = self._socket.send(self._outgoing[:262_144])
                del self._outgoing[:sent]
                moved = sent > 0
        except BlockingIOError:
            pass
        except OSError:
            self.is_closed = True
            return True
        try:
            data = self._socket.recv(RECEIVE_BYTES)
            if not data:
                self.is_closed = True
            elif self._keeps:
                self._arrived += data
            moved = True
        except BlockingIOError:
            pass
        except OSError:
            self.is_closed = True
        return moved

    def take(self) -> list[Reply]:
        """The whole replies and pushes that have arrived since the last time."""
        self.drain()
        found: list[Reply] = []
        at = 0
        while at < len(self._arrived):
            try:
                reply, at = parse(self._arrived, at)
            except Incomplete:
                break
            found.append(reply)
        del self._arrived[:at]
        return found
