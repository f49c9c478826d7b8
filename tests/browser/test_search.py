"""Live search, with htmx and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", ["/ru/", "/ru/services", "/uz-latn/agencies/min-justice"])
def test_results_come_while_typing(visit, reading_site: str, path: str) -> None:
    visitor = visit(reading_site)
    visitor.go(path)
    box = visitor.page.get_by_role("searchbox").first
    box.click()
    box.press_sequentially("пенси")
    results = visitor.page.locator("#search-results")
    expect(results.get_by_role("link").first).to_be_visible()
    expect(box).to_be_focused()
    expect(box).to_have_value("пенси")
    box.press_sequentially("я")
    expect(results.locator('a[href$="/services/pension-age"]')).to_be_visible()
    expect(box).to_be_focused()
    expect(box).to_have_value("пенсия")
    assert visitor.page.url.endswith(path)
    assert visitor.axe() == []


def test_search_works_without_javascript(visit, reading_site: str) -> None:
    visitor = visit(reading_site, javascript=False)
    visitor.go("/ru/")
    box = visitor.page.get_by_role("searchbox").first
    box.fill("пенсия")
    box.press("Enter")
    expect(visitor.page).to_have_url(
        f"{reading_site}/ru/search?q=%D0%BF%D0%B5%D0%BD%D1%81%D0%B8%D1%8F"
    )
    visitor.page.locator('#search-results a[href$="/services/pension-age"]').click()
    expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
    assert visitor.page.url.endswith("/ru/services/pension-age")


def test_filters_swap_the_list_and_stay_in_the_address(visit, reading_site: str) -> None:
    visitor = visit(reading_site)
    visitor.go("/ru/agencies")
    visitor.page.locator("select[name=group]").select_option("ministries")
    expect(visitor.page.locator('#results a[href$="/agencies/min-justice"]')).to_be_visible()
    expect(visitor.page.locator('#results a[href$="/agencies/president-office"]')).to_have_count(0)
    assert "group=ministries" in visitor.page.url
    visitor.page.go_back()
    expect(visitor.page.locator('#results a[href$="/agencies/president-office"]')).to_be_visible()


def test_htmx_with_another_hash_is_not_run(visit, reading_site: str, monkeypatch) -> None:
    """The integrity of htmx is really checked: a changed file does nothing and the page works."""
    from tests.browser import provide

    class Changed:
        def exists(self) -> bool:
            return True

        def read_bytes(self) -> bytes:
            return b"document.title = 'changed'"

    monkeypatch.setattr(provide, "htmx_file", Changed)
    visitor = visit(reading_site)
    visitor.go("/ru/")
    assert visitor.page.title() != "changed"
    assert any("integrity" in problem for problem in visitor.problems)
    visitor.problems.clear()
