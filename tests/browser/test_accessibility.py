"""Every page, in three languages, on a phone and on a desk: axe-core finds nothing, and nothing
scrolls sideways."""

from __future__ import annotations

import pytest

from tests.pages import PUBLIC, SLUGS

pytestmark = pytest.mark.browser

PATHS = (*PUBLIC, "no-such-page", "services/no-such-service")


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("slug", SLUGS)
def test_public_pages(visit, reading_site: str, slug: str, width: int) -> None:
    visitor = visit(reading_site, width=width)
    found = []
    for path in PATHS:
        visitor.go(f"/{slug}/{path}")
        found += [f"{path}: {problem}" for problem in visitor.axe()]
        if visitor.sideways():
            found.append(f"{path}: {visitor.sideways()} px too wide")
    assert found == []


def test_a_bad_page_is_noticed(visit, reading_site: str) -> None:
    visitor = visit(reading_site, width=320)
    visitor.go("/ru/")
    visitor.page.evaluate("""() => {
        const image = document.createElement('img')
        image.width = 900
        document.querySelector('main').append(image)
    }""")
    assert any(problem.startswith("image-alt") for problem in visitor.axe())
    assert visitor.sideways() > 500
