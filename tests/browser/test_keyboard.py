"""Everything by keys alone, with the focus always in sight; and on paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

FOCUSED = """() => {
    const e = document.activeElement, s = getComputedStyle(e)
    return {
        tag: e.tagName,
        name: (e.getAttribute('aria-label') || e.innerText || e.name || '').trim().slice(0, 60),
        href: e.getAttribute('href'),
        marked: (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2)
            || s.boxShadow !== 'none',
    }
}"""

IN_SIGHT = """() => {
    const r = document.activeElement.getBoundingClientRect()
    return r.width > 1 && r.height > 1 && r.left >= -1 && r.right <= innerWidth + 1
        && r.top >= -1 && r.bottom <= innerHeight + 1
}"""


def tab(page: Page) -> dict:
    """Press Tab; what has the focus now, once the browser has brought it into sight."""
    page.keyboard.press("Tab")
    focused = page.evaluate(FOCUSED)
    if focused["tag"] != "BODY":
        page.wait_for_function(IN_SIGHT)
    return focused


def tab_to(page: Page, css: str, most: int = 80) -> None:
    """Press Tab until an element that *css* matches has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("css => document.activeElement.matches(css)", css):
            return
    raise AssertionError(f"{css} is not reached by {most} tabs")


def test_skip_link_comes_first(visit, reading_site: str) -> None:
    visitor = visit(reading_site)
    visitor.go("/ru/services")
    first = tab(visitor.page)
    assert first["href"] == "#main"
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator("main")).to_be_focused()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize(
    "path",
    [
        "/ru/",
        "/uz-latn/services?all=1",
        "/uz-cyrl/services/pension-age",
        "/ru/agencies",
        "/ru/agencies/min-justice",
    ],
)
def test_focus_is_always_in_sight(visit, reading_site: str, path: str, width: int) -> None:
    visitor = visit(reading_site, width=width)
    visitor.go(path)
    for _ in range(25):
        focused = tab(visitor.page)
        if focused["tag"] == "BODY":
            break
        assert focused["marked"], focused
        assert focused["name"], focused


def test_a_service_is_found_by_keys(visit, reading_site: str) -> None:
    visitor = visit(reading_site)
    visitor.go("/uz-latn/")
    tab_to(visitor.page, "input[type=search]")
    visitor.page.keyboard.type("pensiya")
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**/uz-latn/search?q=pensiya")
    tab_to(visitor.page, '#search-results a[href="/uz-latn/services/pension-age"]')
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**/uz-latn/services/pension-age")
    expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()


def test_paper_has_the_text_and_no_navigation(visit, reading_site: str) -> None:
    visitor = visit(reading_site)
    visitor.go("/ru/services/pension-age")
    visitor.page.emulate_media(media="print")
    expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
    for css in ("header nav", "header form", "footer nav", ".crumbs"):
        for element in visitor.page.locator(css).all():
            expect(element).not_to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_enter_in_a_field_sends_the_form(visit, reading_site: str, script: bool) -> None:
    """The language switch stands before the form and has buttons of it: none may be the default."""
    visitor = visit(reading_site, javascript=script)
    visitor.go("/ru/track")
    visitor.page.locator("#reference").fill("26-4830 1975-2")
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator("#errors")).to_be_visible()
    assert visitor.page.url.endswith("/ru/track")
    visitor.problems.clear()  # the browser logs the 422
