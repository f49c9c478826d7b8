"""A real Chromium against a real server on the seeded portal.

Nothing leaves the machine: htmx is served from its npm package at the address that the pages
name, with its hash checked by the browser; any other outside request fails the test, and so do
messages in the console, refused content (CSP) and errors of scripts.
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright
from werkzeug.serving import make_server

from app import clock
from app.database import db
from tests.browser import provide
from tests.conftest import TODAY, make_app

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Off by default in axe-core, but WCAG 2.2 AA asks for it: targets of 24 px.
_AXE = {"rules": {"target-size": {"enabled": True}}}
# Chromium writes this for every answer with an error status, also where one is meant.
_EXPECTED_IN_CONSOLE = "Failed to load resource: the server responded with a status of"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser; without one, or without htmx, these tests are skipped, which the run says."""
    path = provide.chromium()
    if path is None:
        pytest.skip("no Chromium on this machine")
    if not provide.htmx_file().exists():
        pytest.skip("no htmx file: run python -m tests.browser.provide")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def site(seeded_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of the portal, served from a fresh copy of the seeded database."""
    yield from _serve(seeded_template, tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def reading_site(seeded_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same for all tests of a module that only read."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield from _serve(seeded_template, tmp_path_factory.mktemp("site"), monkeypatch)


@dataclass
class Visitor:
    """A citizen at a browser; ``problems`` is what the page complained about."""

    page: Page
    context: BrowserContext
    site: str
    problems: list[str] = field(default_factory=list)

    def go(self, path: str) -> Any:
        """Open the page at *path* and wait until it has loaded."""
        return self.page.goto(f"{self.site}{path}", wait_until="load")

    def axe(self) -> list[str]:
        """What axe-core finds wrong with the page, in a line each."""
        self.page.wait_for_load_state("load")  # without its style sheet a page has other faults
        found = Axe().run(self.page, options=_AXE).response["violations"]
        return [
            f"{violation['id']}: {node['html'][:120]} | {node['failureSummary'][:200]}"
            for violation in found
            for node in violation["nodes"]
        ]

    def sideways(self) -> int:
        """By how many pixels the page is wider than the window."""
        width: int = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return width


@pytest.fixture
def visit(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors; at the end, none of them may have seen a problem."""
    if "site" in request.fixturenames:  # the server must outlive its visitors
        request.getfixturevalue("site")
    visitors: list[Visitor] = []

    def make(site: str, *, width: int = 1280, javascript: bool = True, **options: Any) -> Visitor:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=javascript,
            locale="ru-RU",
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(5_000)
        visitor = Visitor(context.new_page(), context, site)
        _watch(visitor)
        visitors.append(visitor)
        return visitor

    yield make
    for visitor in visitors:
        visitor.context.close()
    assert [problem for visitor in visitors for problem in visitor.problems] == []


def _watch(visitor: Visitor) -> None:
    htmx, _ = provide.htmx_settings()

    def outside(route: Route) -> None:
        if route.request.url == htmx:
            route.fulfill(
                body=provide.htmx_file().read_bytes(),
                content_type="application/javascript",
                headers={"Access-Control-Allow-Origin": "*"},
            )
        elif route.request.url.startswith(f"{visitor.site}/"):
            route.continue_()
        else:
            visitor.problems.append(f"asks another site: {route.request.url}")
            route.abort()

    def said(message: Any) -> None:
        if message.type in ("error", "warning") and _EXPECTED_IN_CONSOLE not in message.text:
            visitor.problems.append(f"{message.type} in the console: {message.text}")

    visitor.context.route("**/*", outside)
    visitor.page.on("console", said)
    visitor.page.on("pageerror", lambda error: visitor.problems.append(f"script: {error}"))
    visitor.page.on(
        "response",
        lambda response: (
            visitor.problems.append(f"{response.status}: {response.url}")
            if response.status >= 500
            else None
        ),
    )


def _serve(template: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(clock, "now", lambda: TODAY)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = make_app(f"sqlite:///{shutil.copy(template, folder / 'portal.db')}")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()
