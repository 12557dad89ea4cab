#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sends hostile requests to Engram: it must neither crash nor fall silent."""

from __future__ import annotations

import argparse
import random
import socket
import struct
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "PythonSupport"))

from resp import Closed, Connection, Stalled, encode  # noqa: E402
from servers import Server, start_engram  # noqa: E402

BATCH_REQUESTS = 250
REPLY_SECONDS = 1.0
# Meant to stop the server, to wait, to change how this test is answered, or to let others in.
EXCLUDED = {
    "shutdown", "debug", "monitor", "subscribe", "psubscribe", "ssubscribe", "quit", "wait",
    "waitaof", "replicaof", "slaveof", "failover", "psync", "sync", "client", "config", "auth",
    "acl", "hello", "module", "cluster", "save", "bgsave", "bgrewriteaof", "blpop", "brpop",
    "blmove",
    "brpoplpush", "blmpop", "bzpopmin", "bzpopmax", "bzmpop", "xread", "xreadgroup", "migrate",
    "pfselftest", "pfdebug",
}  # fmt: skip
# The dangerous ones of these, kept tame.
TAME = [
    ["CLIENT", "ID"], ["CLIENT", "SETNAME"], ["CLIENT", "INFO"], ["CLIENT", "LIST"],
    ["CONFIG", "GET"],
    ["BLPOP"], ["HELLO"], ["AUTH"], ["BLMPOP", "0.001"], ["BGSAVE"], ["DEBUG", "JMAP"],
]  # fmt: skip
WORDS = """NX XX GT LT GET EX PX EXAT PXAT KEEPTTL PERSIST FIELDS FNX FXX MATCH COUNT TYPE NOVALUES
WITHVALUES LEFT RIGHT BEFORE AFTER RANK MAXLEN REPLACE DB LEN IDX MINMATCHLEN WITHMATCHLEN REDUCE
FP32 VALUES ELE CAS NOQUANT Q8 BIN F16 EF SETATTR M WITHSCORES WITHATTRIBS EPSILON FILTER
FILTER-EF TRUTH
NOTHREAD RAW MSG TOKENS CALLS RESULT ATTR VEC IFVER IDEMP BUDGET RESERVE PIN FEATURES RECALL MINSIM
SHARE TOUCH MAXTOKENS MAXMESSAGES ENCODING FREQ IDLETIME REFCOUNT HELP DOCS INFO LIST GETKEYS string
hash list context system user assistant tool * -inf +inf - + [a (a 0-0 $""".split()
NUMBERS = """0 1 2 3 7 -1 -0 007 +1 1.5 -1.5 1e3 1e400 nan inf -inf 0x10 127 128 255 256 4095 65535
65536 1000000 2147483647 4294967295 4294967296 9223372036854775807 9223372036854775808
-9223372036854775808 -9223372036854775809 18446744073709551616""".split()
TEXTS = [
    b"", b"\x00", b"\xff\xff", b"\r\n", b" ", b"a" * 300, b"{", b'{"year": 1, "tokens": -5}',
    b"[[[[",
    b'{"tokens": 1e999}', b".year > 1", b"((((((((((", b"not not not .x", b".a in [1, 2", b"a\x00b",
    struct.pack("<4f", 1, 2, 3, 4), struct.pack("<4f", float("nan"), float("inf"), -0.0, 1e38),
    struct.pack("<1f", 1), b"\x00" * 16, b"*[", b"[^]", b"\\", b"?" * 40, b"*a*b*c*d*e*f*g*h",
]  # fmt: skip


class Hostility(random.Random):
    """The seeded source of bad requests."""

    def __init__(self, seed: int, names: list[str]) -> None:
        super().__init__(seed)
        self.names = names

    def key(self) -> bytes:
        return b"k%d" % self.randrange(12)

    def argument(self) -> bytes:
        dice = self.random()
        if dice < 0.3:
            return self.key()
        if dice < 0.55:
            return self.choice(NUMBERS).encode()
        if dice < 0.8:
            return self.choice(WORDS).encode()
        if dice < 0.95:
            return self.choice(TEXTS)
        return self.randbytes(self.randrange(64))

    def command(self) -> list[bytes]:
        """A name with arguments; often the beginning of something that makes sense."""
        dice = self.random()
        if dice < 0.15:
            return self.sensible()
        if dice < 0.18:
            name = self.choice(TAME)
            tail = [self.argument() for _ in range(self.randrange(3))]
            if name[0] == "BLPOP":
                tail = [self.key(), b"0.001"]
            if name[0] == "HELLO":
                tail = [self.choice((b"2", b"3", b"x", b"9" * 30)), *tail]
            return [part.encode() for part in name] + tail
        name = self.choice(self.names)
        arguments = [self.argument() for _ in range(self.choice((0, 1, 2, 3, 3, 4, 5, 6, 9, 14)))]
        if arguments and self.random() < 0.8:
            arguments[0] = self.key()
        if name.endswith("randfield") or name.endswith("randmember"):
            arguments = arguments[:1]
        return [name.encode(), *arguments]

    def sensible(self) -> list[bytes]:
        """Requests that succeed, so that the others find something."""
        vector = struct.pack("<4f", *(self.uniform(-1, 1) for _ in range(4)))
        return self.choice((
            [b"HSET", self.key(), b"f", self.argument(), b"g", self.argument()],
            [b"RPUSH", self.key(), self.argument(), self.argument()],
            [b"SET", self.key(), self.argument()],
            [b"DEL", self.key()],
            [b"VADD", self.key(), b"FP32", vector, self.argument(), b"SETATTR", b'{"year": 3}'],
            [b"VADD", self.key(), b"FP32", vector, b"e%d" % self.randrange(9), b"PX",
             b"%d" % self.choice((1, 5, 50, 5000))],
            [b"VPEXPIRE", self.key(), b"%d" % self.randrange(20), b"ELEMENTS", b"1",
             b"e%d" % self.randrange(9)],
            [b"VSIM", self.key(), b"FP32", vector, b"FILTER", self.choice(TEXTS),
             b"COUNT", self.argument()],
            [b"CTX.APPEND", self.key(), b"MSG", b"user", self.argument(), b"VEC", vector],
            [b"CTX.APPEND", self.key(), b"MSG", b"assistant", b"x", b"CALLS", b"2",
             b"a%d" % self.randrange(9), b"b"],
            [b"CTX.APPEND", self.key(), b"MSG", b"tool", b"x", b"RESULT",
             b"a%d" % self.randrange(9)],
            [b"CTX.FETCH", self.key(), b"BUDGET", self.argument(), b"FEATURES", self.key(), b"*",
             b"RECALL", self.key(), b"3", b"FP32", vector, b"SHARE", self.argument()],
            [b"HEXPIRE", self.key(), b"1000", b"FIELDS", b"1", b"f"],
            [b"MULTI"], [b"EXEC"], [b"DISCARD"], [b"RESET"], [b"FLUSHALL"],
        ))  # fmt: skip

    def broken_frame(self) -> bytes:
        """Bytes that are nearly a request, or nothing like it."""
        frame = bytearray(encode(self.command()))
        kind = self.randrange(8)
        if kind == 0:
            frame[self.randrange(len(frame))] = self.randrange(256)
        elif kind == 1:
            del frame[self.randrange(len(frame)) :]
        elif kind == 2:
            at = self.randrange(len(frame))
            frame[at:at] = self.randbytes(self.randrange(1, 9))
        elif kind == 3:
            return b"*%b\r\n$%b\r\nx\r\n" % (self.length(), self.length())
        elif kind == 4:
            return b"*2\r\n$4\r\nECHO\r\n$%b\r\nabc\r\n" % self.length()
        elif kind == 5:
            quotes = self.choice(('"', "'", '"\\x', '"\\xg1"', '"a"b', "''''", ""))
            words = " ".join(self.choice(WORDS + NUMBERS) for _ in range(self.randrange(6)))
            return f"{self.choice(self.names)} {words} {quotes}\r\n".encode()
        elif kind == 6:
            return self.randbytes(self.randrange(1, 200)) + b"\r\n"
        else:
            return b"\r\n" * self.randrange(5) + b"\n" + self.randbytes(3) + b"*0\r\n*-1\r\n"
        return bytes(frame)

    def length(self) -> bytes:
        return self.choice((*NUMBERS, "536870912", "1048577", "", "-2", "1 ", "abc", "00")).encode()


def alive(server: Server) -> bool:
    """A fresh connection gets its PONG in time."""
    try:
        connection = Connection(server.port, timeout_seconds=REPLY_SECONDS)
        answer = connection.call(b"PING")
        connection.close()
        return answer.value == b"PONG" or answer.is_error
    except (OSError, Closed, Stalled):
        return False


def send_valid(server: Server, frames: list[bytes], nonce: bytes) -> bool:
    """Well-formed requests, then an ECHO whose reply must come."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=REPLY_SECONDS) as link:
        closing = encode([b"RESET"]) + encode([b"ECHO", nonce])
        payload = memoryview(b"".join(frames) + closing)
        tail = b""
        quiet_since = time.monotonic()
        link.setblocking(False)
        while nonce not in tail:
            progressed = False
            try:
                if payload:
                    payload = payload[link.send(payload[:65_536]) :]
                    progressed = True
            except BlockingIOError:
                pass
            except OSError:
                return alive(server)
            try:
                data = link.recv(1 << 18)
                if not data:
                    return alive(server)
                tail = tail[-len(nonce) :] + data
                progressed = True
            except BlockingIOError:
                pass
            except OSError:
                return alive(server)
            if progressed:
                quiet_since = time.monotonic()
            elif time.monotonic() - quiet_since > REPLY_SECONDS:
                return False
            else:
                time.sleep(0.0002)
    return True


def send_broken(server: Server, frames: list[bytes]) -> bool:
    """Malformed requests, a connection for a few of them, since the server may hang up."""
    for start in range(0, len(frames), 5):
        try:
            with socket.create_connection(
                ("127.0.0.1", server.port), timeout=REPLY_SECONDS
            ) as link:
                link.sendall(b"".join(frames[start : start + 5]))
                link.settimeout(0.001)
                link.recv(65_536)
        except (TimeoutError, ConnectionError):
            pass
    return alive(server)


def survives(server: Server, frames: list[bytes], valid: bool) -> bool:
    """Sends a batch; whether the server is there afterwards, and answered."""
    try:
        healthy = (
            send_valid(server, frames, b"nonce-5d1f") if valid else send_broken(server, frames)
        )
    except OSError:
        healthy = alive(server)
    return healthy and server.is_running


def restart(server: Server) -> None:
    """Starts afresh, without what may have been saved."""
    server.stop(9)
    (server.directory / "dump.rdb").unlink(missing_ok=True)
    server.start()


def reduce(server: Server, frames: list[bytes], valid: bool) -> list[bytes]:
    """The batch without what is not needed to bring the server down."""

    def kills(candidate: list[bytes]) -> bool:
        restart(server)
        return not survives(server, candidate, valid)

    if not kills(frames):
        return []
    size = len(frames) // 2
    while size:
        at = 0
        while at < len(frames) and len(frames) > 1:
            candidate = frames[:at] + frames[at + size :]
            if candidate and kills(candidate):
                frames = candidate
            else:
                at += size
        size //= 2
    return frames


def describe_failure(server: Server, frames: list[bytes], valid: bool, seed: int) -> None:
    """Prints how the server failed, and the requests that do it."""
    time.sleep(0.2)
    status = server.exit_status()
    how = "fell silent" if status is None else f"died with status {status}"
    print(f"\nFAILURE seed {seed}: the server {how}")
    tail = server.log.read_text(errors="replace").strip().splitlines()[-12:]
    reduced = reduce(server, frames, valid)
    if not reduced:
        print("  the batch alone does not do it again; its requests:")
    for frame in reduced[:20] or frames[-20:]:
        print(f"  {frame[:300]!r}")
    print("  log: " + "\n       ".join(tail), flush=True)
    restart(server)


def command_names(server: Server) -> list[str]:
    connection = server.connect()
    reply = connection.call(b"COMMAND", b"LIST")
    connection.close()
    assert isinstance(reply.value, list), f"COMMAND LIST: {reply}"
    names = sorted(bytes(item.value).decode() for item in reply.value)  # type: ignore[arg-type]
    return [
        name for name in names if name.split("|")[0].lower() not in EXCLUDED and "|" not in name
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engram", help="its binary (default: the one built here)")
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--failures", type=int, default=10, help="stop after this many")
    arguments = parser.parse_args()
    failures: Counter[str] = Counter()
    started = time.monotonic()
    with start_engram(arguments.engram) as server:
        hostility = Hostility(arguments.seed, command_names(server))
        sent = 0
        while sent < arguments.requests and failures.total() < arguments.failures:
            valid = hostility.random() < 0.85
            make = (lambda: encode(hostility.command())) if valid else hostility.broken_frame
            frames = [make() for _ in range(min(BATCH_REQUESTS, arguments.requests - sent))]
            sent += len(frames)
            if not survives(server, frames, valid):
                failures["valid" if valid else "broken"] += 1
                describe_failure(server, frames, valid, arguments.seed)
        seconds = time.monotonic() - started
        print(f"fuzz: {sent:,} requests in {seconds:.0f} s, {failures.total()} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
