"""A citizen without JavaScript: a kept-alive connection, cookies, and forms read from pages."""

from __future__ import annotations

import re
import select
import socket
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode


@dataclass(frozen=True)
class Answer:
    """A whole response."""

    status: int
    headers: list[tuple[str, str]]  # names in lower case
    text: str

    @property
    def location(self) -> str:
        """Where a redirect goes, or nothing."""
        return next((value for name, value in self.headers if name == "location"), "")


@dataclass
class Form:
    """A form as a browser would send it: ``fields`` are the values that the page gave, without
    those of the buttons; ``empty`` the names that the page left to fill in."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)


class Visitor:
    """One client of the server on *port*; *address* stands in ``X-Forwarded-For``, as a proxy in
    front would write it."""

    def __init__(self, port: int, address: str) -> None:
        self._line = socket.create_connection(("127.0.0.1", port), 30)
        self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._address = address
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self._exchange(self._request("GET", path))

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """Send a form."""
        return self._exchange(self._request("POST", path, fields))

    @property
    def cookies(self) -> str:
        """The ``Cookie`` header that this client sends."""
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def close(self) -> None:
        """Leave."""
        self._line.close()

    def _exchange(self, request: bytes) -> Answer:
        self._line.sendall(request)
        data = b""
        while (answer := _parse(data)) is None:
            part = self._line.recv(262144)
            if not part:
                raise ConnectionError("the server closed a connection")
            data += part
        return self._keep(answer)

    def _request(self, method: str, path: str, fields: dict[str, str] | None = None) -> bytes:
        body = urlencode(fields or {}).encode()
        head = [
            f"{method} {path} HTTP/1.1",
            "Host: 127.0.0.1",
            f"X-Forwarded-For: {self._address}",
            "Accept: text/html",
        ]
        if self._cookies:
            head.append(f"Cookie: {self.cookies}")
        if method == "POST":
            head += [
                "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {len(body)}",
            ]
        return "\r\n".join([*head, "", ""]).encode() + body

    def _keep(self, answer: Answer) -> Answer:
        for name, value in answer.headers:
            if name == "set-cookie":
                key, _, content = value.partition(";")[0].partition("=")
                self._cookies[key] = content
        return answer


def post_at_once(
    posts: list[tuple[Visitor, str, dict[str, str]]],
) -> list[tuple[Answer, float]]:
    """Send all forms before reading any answer; return answers and milliseconds in their order."""
    ready = [(visitor, visitor._request("POST", path, form)) for visitor, path, form in posts]
    poll = select.epoll()
    started: dict[int, float] = {}
    data: dict[int, bytes] = {}
    answers: dict[int, tuple[Answer, float]] = {}
    for visitor, request in ready:
        number = visitor._line.fileno()
        poll.register(number, select.EPOLLIN)
        data[number] = b""
        started[number] = time.perf_counter()
        visitor._line.sendall(request)
    lines = {visitor._line.fileno(): visitor for visitor, _ in ready}
    deadline = time.monotonic() + 60
    while len(answers) < len(lines):
        if time.monotonic() > deadline:
            raise TimeoutError("a form was not answered within a minute")
        for number, _ in poll.poll(1):
            part = lines[number]._line.recv(262144)
            if not part:
                raise ConnectionError("the server closed a connection")
            data[number] += part
            answer = _parse(data[number])
            if answer is not None:
                elapsed = (time.perf_counter() - started[number]) * 1000
                answers[number] = (lines[number]._keep(answer), elapsed)
    return [answers[visitor._line.fileno()] for visitor, _ in ready]


def forms(page: str) -> list[Form]:
    """The forms of a page that are sent by POST."""
    reader = _FormReader()
    reader.feed(page)
    return reader.forms


def _parse(data: bytes) -> Answer | None:
    head, separator, body = data.partition(b"\r\n\r\n")
    if not separator:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = [(n.strip().lower(), v.strip()) for n, _, v in (x.partition(":") for x in lines)]
    length = next((int(value) for name, value in headers if name == "content-length"), 0)
    if len(body) < length:
        return None
    found = re.match(r"HTTP/1\.1 (\d+)", first)
    return Answer(int(found[1]) if found else 0, headers, body.decode("utf-8", "replace"))


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "").lower() == "post":
            self._open = Form(given.get("action", ""))
            self.forms.append(self._open)
        form = self._open
        name = given.get("name", "")
        if form is None or not name or name.startswith("_switch"):
            return
        if tag == "button":
            form.buttons.append((name, given.get("value", "")))
        elif tag in {"textarea", "select"}:
            form.empty.append(name)
        elif tag == "input":
            self._take(form, name, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None

    def _take(self, form: Form, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind == "submit":
            form.buttons.append((name, given.get("value", "")))
        elif kind in {"radio", "checkbox"}:
            if "checked" in given or name not in form.fields:
                form.fields[name] = given.get("value", "on")
        elif given.get("value"):
            form.fields[name] = given["value"]
        else:
            form.empty.append(name)
