"""The language switch keeps the page; the choice is remembered."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize(
    "path",
    [
        "",
        "services/pension-age",
        "agencies?group=ministries",
        "search?q=%D0%BF%D0%B0%D1%81%D0%BF%D0%BE%D1%80%D1%82",
    ],
)
def test_switch_keeps_the_page(visit, reading_site: str, path: str, javascript: bool) -> None:
    visitor = visit(reading_site, javascript=javascript)
    visitor.go(f"/ru/{path}")
    visitor.page.locator("header [data-lang=uz-latn]").click()
    expect(visitor.page).to_have_url(f"{reading_site}/uz-latn/{path}")
    expect(visitor.page.locator("html")).to_have_attribute("lang", "uz-Latn")


def test_choice_is_remembered(visit, reading_site: str) -> None:
    visitor = visit(reading_site)
    visitor.go("/")
    expect(visitor.page).to_have_url(f"{reading_site}/ru/")
    visitor.page.locator("header [data-lang=uz-latn]").click()
    expect(visitor.page).to_have_url(f"{reading_site}/uz-latn/")
    visitor.go("/")
    expect(visitor.page).to_have_url(f"{reading_site}/uz-latn/")


def test_reading_leaves_no_cookie_and_no_storage(visit, reading_site: str) -> None:
    visitor = visit(reading_site)
    for path in ("/ru/", "/ru/services?all=1", "/ru/search?q=1", "/ru/services/pension-age"):
        visitor.go(path)
    assert visitor.context.cookies() == []
    assert visitor.page.evaluate("localStorage.length + sessionStorage.length") == 0
