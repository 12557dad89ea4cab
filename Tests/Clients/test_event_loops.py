# SPDX-License-Identifier: Apache-2.0
"""Sockets in the file system, several event loops, and scripts that keep one busy."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from servers import Server, start_engram

ENDLESS = b"*3\r\n$4\r\nEVAL\r\n$17\r\nwhile true do end\r\n$1\r\n0\r\n"


@pytest.fixture(params=("1", "2"), ids=("one-loop", "two-loops"))
def own(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Server, str]]:
    """A server with so many event loops, and the path of its socket."""
    path = str(tmp_path / "engram.sock")
    options = {"io_threads": request.param, "busy_reply_threshold": "50", "unixsocket": path}
    with start_engram(**options) as running:
        yield running, path


def test_a_socket_in_the_file_system(own: tuple[Server, str]) -> None:
    server, path = own
    client = redis.Redis(unix_socket_path=path, decode_responses=True, socket_timeout=10)
    assert client.set("key", "x" * 100_000)
    assert client.get("key") == "x" * 100_000
    (me,) = (row for row in client.client_list() if row["addr"] == f"{path}:0")
    assert int(me["fd"]) > 0
    client.close()
    server.stop()
    assert not os.path.exists(path)


def test_a_busy_script_is_told_to_clients_old_and_new(own: tuple[Server, str]) -> None:
    server, path = own
    old = [redis.Redis(port=server.port, socket_timeout=10) for _ in range(4)]
    old += [redis.Redis(unix_socket_path=path, socket_timeout=10) for _ in range(4)]
    for client in old:
        client.ping()
    script = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    script.sendall(ENDLESS)
    time.sleep(0.2)
    for client in old:
        with pytest.raises(redis.exceptions.ResponseError, match="BUSY"):
            client.get("key")
    for _ in range(4):
        for client in (redis.Redis(port=server.port), redis.Redis(unix_socket_path=path)):
            with pytest.raises(redis.exceptions.ResponseError, match="BUSY"):
                client.get("key")
            client.close()
    assert redis.Redis(port=server.port, socket_timeout=10).script_kill()
    assert script.recv(100).startswith(b"-ERR Script killed by user")
    assert old[0].get("key") is None


def test_what_arrives_together_with_a_busy_script_is_answered(own: tuple[Server, str]) -> None:
    server, _ = own
    sockets = [socket.create_connection(("127.0.0.1", server.port), timeout=10) for _ in range(20)]
    time.sleep(0.05)
    # All of it in one turn of the loop.
    os.kill(server.pid, signal.SIGSTOP)
    sockets[0].sendall(ENDLESS)
    for other in sockets[1:]:
        other.sendall(b"GET key\r\n")
    os.kill(server.pid, signal.SIGCONT)
    for other in sockets[1:]:
        assert other.recv(100).startswith((b"-BUSY", b"$-1"))
    time.sleep(0.1)
    sockets[5].sendall(b"SCRIPT KILL\r\n")
    assert sockets[5].recv(100) == b"+OK\r\n"
    assert sockets[0].recv(100).startswith(b"-ERR Script killed by user")
    for other in sockets:
        other.close()


def test_two_loops_share_one_keyspace(own: tuple[Server, str]) -> None:
    server, _ = own
    threads = []
    for _ in range(8):
        client = redis.Redis(port=server.port, socket_timeout=20)

        def count(client: redis.Redis = client) -> None:
            for _ in range(50):
                pipeline = client.pipeline(transaction=False)
                for _ in range(20):
                    pipeline.incr("counter")
                pipeline.execute()

        threads.append(threading.Thread(target=count))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert redis.Redis(port=server.port).get("counter") == b"8000"
