"""Servers under measurement: gunicorn as in production, its workers' CPU time and memory."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.workspace import Workspace

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A running gunicorn."""

    port: int
    process: subprocess.Popen[bytes]

    def workers(self) -> list[int]:
        """The process ids of the workers."""
        master = self.process.pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text()
        return [int(pid) for pid in children.split()]

    def cpu_seconds(self) -> float:
        """CPU time of all workers since they started, in user and system mode."""
        ticks = 0
        for pid in self.workers():
            # The name of the process, in brackets, may hold spaces.
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / _TICKS

    def memory_mb(self) -> float:
        """Proportional set size of a worker, in MB, the mean of all."""
        sizes = []
        for pid in self.workers():
            found = re.search(r"^Pss: +(\d+) kB", _smaps(pid), re.MULTILINE)
            sizes.append(int(found[1]) / 1024 if found else 0)
        return sum(sizes) / len(sizes)


def _smaps(pid: int) -> str:
    return Path(f"/proc/{pid}/smaps_rollup").read_text()


@contextmanager
def portal(space: Workspace, database: str, **settings: str) -> Iterator[Server]:
    """The portal on *database*, with ``gunicorn.conf.py`` as in production."""
    with _serve(space, ["wsgi:app"], "/healthz", DATABASE_URL=database, **settings) as server:
        yield server


@contextmanager
def bare(space: Workspace, module: str, **settings: str) -> Iterator[Server]:
    """The bare application in *module* under the same gunicorn settings; with ``BARE_PLAIN`` its
    workers import it each for itself."""
    arguments = ["-c", "bench/bare_gunicorn.py", f"{module}:app"]
    with _serve(space, arguments, "/", **settings) as server:
        yield server


@contextmanager
def _serve(space: Workspace, arguments: list[str], path: str, **settings: str) -> Iterator[Server]:
    port = _free_port()
    log = space.folder / f"server-{port}.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--log-level", "error", *arguments],
            cwd=space.folder,
            env=space.environment(PORT=str(port), **settings),
            stderr=errors,
            start_new_session=True,  # Ctrl+C reaches us, and we stop it in order
        )
    try:
        _wait(process, port, path)
        yield Server(port, process)
    finally:
        _stop(process)
        _show(log)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """SIGQUIT makes gunicorn leave at once; what is left of its group after that is killed."""
    process.send_signal(signal.SIGQUIT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(10)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _show(log: Path) -> None:
    """The last lines of what a server had to complain about."""
    lines = log.read_text(errors="replace").splitlines()
    if lines:
        print(f"  a server wrote {len(lines)} lines, at last:", *lines[-8:], sep="\n    ")


def _wait(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"gunicorn stopped with {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 2) as line:
            line.sendall(f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".encode())
            if b" 200 " in line.recv(64):
                return
        time.sleep(0.1)
    raise RuntimeError("the server does not answer")


def _free_port() -> int:
    """The first free port from ``BENCH_PORT`` on."""
    first = int(os.environ.get("BENCH_PORT", "8140"))
    for port in range(first, first + 20):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port
    raise RuntimeError(f"no free port from {first} on")
