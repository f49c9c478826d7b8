"""A plain HTTP client in a process of its own, so cheap that the server is what is measured.

``python -m bench.client`` reads one job a line on standard input and answers each with one line,
both JSON. A job: ``{"port", "paths", "connections", "seconds" or "count"}``; the paths are asked
for in turn over kept-alive connections, each connection one request at a time. The answer:
``{"requests", "failed", "seconds", "times"}``, times in milliseconds; an answer other than 200
counts as failed.
"""

from __future__ import annotations

import json
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

_REQUEST = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n"
    "Accept-Encoding: gzip, br\r\nUser-Agent: bench\r\n\r\n"
)


class Client:
    """The process, seen from the bench."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def load(
        self,
        port: int,
        paths: list[str],
        connections: int = 1,
        seconds: float = 0.0,
        count: int = 0,
    ) -> dict[str, Any]:
        """Run one job, for *seconds* or *count* requests. ``RuntimeError`` if the process ends."""
        job = {
            "port": port,
            "paths": paths,
            "connections": connections,
            "seconds": seconds,
            "count": count,
        }
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the client stopped")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def client() -> Iterator[Client]:
    """Start the client's process; stop it at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.client"],
        cwd=Path(__file__).resolve().parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield Client(process)
    finally:
        process.kill()
        process.wait()


def _run(job: dict[str, Any]) -> dict[str, Any]:
    requests = cycle([_REQUEST.format(path=path).encode() for path in job["paths"]])
    sockets = {line.fileno(): line for line in map(_connect, [job["port"]] * job["connections"])}
    poll = select.epoll()
    sent: dict[int, int] = {}
    parts: dict[int, bytes] = {}
    for number, line in sockets.items():
        poll.register(number, select.EPOLLIN)
        parts[number] = b""
        sent[number] = time.perf_counter_ns()
        line.sendall(next(requests))
    times: list[int] = []
    failed = 0
    limit = job["count"] or float("inf")
    start = time.perf_counter_ns()
    end = start + job["seconds"] * 1e9 if job["seconds"] else float("inf")
    while True:
        for number, _ in poll.poll(10):
            data = parts[number] + sockets[number].recv(262144)
            if not _complete(data):
                parts[number] = data
                continue
            now = time.perf_counter_ns()
            times.append(now - sent[number])
            failed += data[9:12] != b"200"
            parts[number] = b""
            sent[number] = now
            sockets[number].sendall(next(requests))
        now = time.perf_counter_ns()
        if now >= end or len(times) >= limit:
            break
    for line in sockets.values():
        line.close()
    return {
        "requests": len(times),
        "failed": failed,
        "seconds": (now - start) / 1e9,
        "times": [value / 1e6 for value in times],
    }


def _connect(port: int) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), 10)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


def _complete(data: bytes) -> bool:
    """Whether *data* holds a whole response; ``ConnectionError`` when it never will."""
    if not data:
        raise ConnectionError("the server closed a connection")
    head = data.find(b"\r\n\r\n")
    if head < 0:
        return False
    place = data.find(b"Content-Length:", 0, head)  # as werkzeug and the page cache write it
    if place < 0:
        raise ConnectionError("a response without a length")
    length = int(data[place + 15 : data.find(b"\r", place)])
    return len(data) >= head + 4 + length


def main() -> None:
    """Answer jobs until standard input ends."""
    for line in sys.stdin:
        print(json.dumps(_run(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
