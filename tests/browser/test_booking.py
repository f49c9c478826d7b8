"""A reception booked from the body's page to the receipt, and cancelled through the tracker."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.browser.test_keyboard import tab_to
from tests.pages import SLUGS

pytestmark = pytest.mark.browser

TYPED = {
    "surname": "Ғофурова",
    "given_name": "Oʻgʻiloy",
    "phone": "90 123 45 67",
    "text": "Йўл қачон таъмирланади?\nКогда отремонтируют дорогу?",
}
TIMES = "#times button[name=at]"
CHECK = re.compile("/check(#[a-z_]+)?$")  # the browser keeps the part after # on a redirect
SUBMIT = "main button.button"


def choose_time(visitor: Visitor, slug: str) -> None:
    """Go from the body's page to the details with the first free time chosen."""
    page = visitor.page
    visitor.go(f"/{slug}/agencies/min-justice")
    page.locator('main a[href$="/min-justice/reception"]').first.click()
    page.locator('main a[href*="/reception/"]').first.click()
    follow(page, TIMES)
    expect(page).to_have_url(re.compile(f"/{slug}/reception/booking/[^/]+/details$"))


def fill(page: Page, **changes: str) -> None:
    """Type the details."""
    for name, value in {**TYPED, **changes}.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=topic]").select_option("utilities")


def follow(page: Page, css: str) -> None:
    """Press the first element that *css* finds and wait until the next page has loaded."""
    with page.expect_navigation():
        page.locator(css).first.click()


def send(page: Page) -> None:
    """Press the button of the form."""
    follow(page, SUBMIT)


def book(visitor: Visitor, slug: str, **changes: str) -> tuple[str, str]:
    """Book the first free time; the number and the secret from the receipt."""
    page = visitor.page
    choose_time(visitor, slug)
    fill(page, **changes)
    send(page)
    expect(page).to_have_url(CHECK)
    send(page)
    expect(page).to_have_url(re.compile("/receipt$"))
    number, secret = (page.locator(css).inner_text() for css in (".receipt .number", ".secret"))
    return number.replace("\u00a0", " "), secret.replace("\u00a0", " ")


def open_case(visitor: Visitor, slug: str, reference: str, secret: str) -> None:
    """Open a case in the tracker with its number and secret."""
    visitor.go(f"/{slug}/track")
    visitor.page.locator("[name=reference]").fill(reference)
    visitor.page.locator("[name=secret]").fill(secret)
    send(visitor.page)
    expect(visitor.page).to_have_url(re.compile(f"/{slug}/cases/[0-9]+$"))


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("slug", SLUGS)
def test_book_then_cancel_from_another_device(
    visit: Any, site: str, slug: str, javascript: bool
) -> None:
    visitor = visit(site, width=320, javascript=javascript)
    reference, secret = book(visitor, slug)
    assert re.fullmatch(r"\d\d-\d{4} \d{4}-\d", reference)
    assert re.fullmatch(r"\d{4} \d{4} \d{4}", secret)
    receipt = visitor.page.content()
    visitor.page.reload()
    assert visitor.page.content() == receipt

    other = visit(site, javascript=javascript)
    open_case(other, slug, reference, secret)
    other.page.locator('a[href$="/cancel"]').click()
    other.page.locator("[name=reason]").fill("Бора олмайман")
    send(other.page)
    expect(other.page).to_have_url(re.compile(f"/{slug}/cases/[0-9]+$"))
    expect(other.page.locator('a[href$="/cancel"]')).to_have_count(0)
    expect(other.page.get_by_text("Бора олмайман")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_another_time_through_the_tracker(visit: Any, site: str, javascript: bool) -> None:
    visitor = visit(site, javascript=javascript)
    reference, secret = book(visitor, "ru")
    before = visitor.page.locator(".receipt").inner_text()
    open_case(visitor, "ru", reference, secret)
    visitor.page.locator('a[href$="/reschedule"]').click()
    visitor.page.locator(TIMES).nth(3).click()
    expect(visitor.page).to_have_url(re.compile("/ru/cases/[0-9]+$"))
    moment = before.splitlines()[-1]
    assert moment not in visitor.page.locator("main .summary").first.inner_text()
    assert moment in visitor.page.locator(".timeline").inner_text()


@pytest.mark.parametrize("javascript", [True, False])
def test_later_days_and_back(
    visit: Any, site: str, javascript: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.appointments.views.DAYS_ON_A_PAGE", 2)
    visitor = visit(site, javascript=javascript)
    page = visitor.page
    visitor.go("/ru/agencies/min-justice/reception")
    page.locator('main a[href*="/reception/"]').first.click()
    first = page.locator("#times .day h2").first.inner_text()
    page.locator('#times a[rel="next"]').click()
    expect(page.locator("#times .day h2").first).not_to_have_text(first)
    assert "from=" in page.url
    page.locator('#times a[rel="prev"]').click()
    expect(page.locator("#times .day h2").first).to_have_text(first)
    page.go_back()
    expect(page.locator("#times .day h2").first).not_to_have_text(first)
    page.locator(TIMES).first.click()
    expect(page).to_have_url(re.compile("/details$"))


@pytest.mark.parametrize("javascript", [True, False])
def test_errors_are_listed_and_nothing_is_lost(visit: Any, site: str, javascript: bool) -> None:
    visitor = visit(site, javascript=javascript)
    page = visitor.page
    choose_time(visitor, "ru")
    fill(page, surname="", phone="12")
    send(page)
    summary = page.get_by_role("alert")
    expect(summary.get_by_role("link")).to_have_count(2)
    if javascript:
        expect(summary).to_be_focused()
        assert visitor.axe() == []
    for name in ("given_name", "text"):
        expect(page.locator(f"[name={name}]")).to_have_value(TYPED[name])
    expect(page.locator("[name=phone]")).to_have_value("12")
    expect(page.locator("[name=topic]")).to_have_value("utilities")
    summary.get_by_role("link").first.click()
    expect(page.locator("[name=surname]")).to_be_focused()
    fill(page)
    send(page)
    expect(page).to_have_url(CHECK)


@pytest.mark.parametrize("javascript", [True, False])
def test_typed_details_survive_a_change_of_language(
    visit: Any, site: str, javascript: bool
) -> None:
    visitor = visit(site, javascript=javascript)
    page = visitor.page
    choose_time(visitor, "uz-cyrl")
    fill(page, phone="12")
    page.locator("header [data-lang=ru]").click()
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    for name, value in {**TYPED, "phone": "12", "topic": "utilities"}.items():
        expect(page.locator(f"[name={name}]")).to_have_value(value)
    expect(page.get_by_role("alert")).to_have_count(0)
    fill(page)
    send(page)
    expect(page).to_have_url(CHECK)


def test_change_on_the_check_page_comes_straight_back(visit: Any, site: str) -> None:
    visitor = visit(site)
    page = visitor.page
    choose_time(visitor, "ru")
    fill(page)
    send(page)
    page.locator('main a[href$="#phone"]').click()
    page.locator("[name=phone]").fill("+998 91 765 43 21")
    send(page)
    expect(page).to_have_url(CHECK)
    expect(page.get_by_text("+998 91 765-43-21")).to_be_visible()
    expect(page.get_by_text(TYPED["surname"])).to_be_visible()


def test_a_time_that_was_lost_is_said_with_others_near(visit: Any, site: str) -> None:
    first, second = visit(site), visit(site)
    for visitor in (first, second):
        visitor.go("/ru/agencies/min-justice/reception")
        visitor.page.locator('main a[href*="/reception/"]').first.click()
    first.page.locator(TIMES).first.click()
    expect(first.page).to_have_url(re.compile("/details$"))
    second.page.locator(TIMES).first.click()
    expect(second.page.locator("#near")).to_be_visible()
    second.page.locator(TIMES).first.click()
    expect(second.page).to_have_url(re.compile("/details$"))


def test_back_after_booking_books_nothing_twice(visit: Any, site: str) -> None:
    visitor = visit(site)
    page = visitor.page
    visitor.go("/ru/agencies/min-justice/reception")
    official = page.locator('main a[href*="/reception/"]').first.get_attribute("href")
    reference, _ = book(visitor, "ru")
    page.go_back()
    expect(page).to_have_url(re.compile("/receipt$"))  # nothing to confirm any more
    visitor.go(official)
    page.locator(TIMES).first.click()
    fill(page)
    send(page)
    send(page)
    expect(page.get_by_role("alert")).to_be_visible()  # one live appointment with an official
    expect(page).to_have_url(CHECK)
    visitor.go(f"/ru/cases/{re.sub('[^0-9]', '', reference)}")
    expect(page.locator('a[href$="/cancel"]')).to_be_visible()


def test_booked_by_keys_alone(visit: Any, site: str) -> None:
    visitor = visit(site)
    page = visitor.page
    visitor.go("/ru/agencies/min-justice/reception")
    tab_to(page, 'main a[href*="/reception/"]')
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/reception/[0-9]+$"))
    tab_to(page, TIMES)
    page.keyboard.press("Enter")
    page.wait_for_url("**/details")
    for name, value in TYPED.items():
        if name == "text":
            tab_to(page, "[name=topic]")
            page.keyboard.press("ArrowDown")
        tab_to(page, f"[name={name}]")
        page.keyboard.type(value.partition("\n")[0])
    tab_to(page, SUBMIT)
    page.keyboard.press("Enter")
    page.wait_for_url("**/check")
    tab_to(page, SUBMIT)
    page.keyboard.press("Enter")
    page.wait_for_url("**/receipt")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_receipt_on_paper(visit: Any, site: str) -> None:
    visitor = visit(site)
    reference, secret = book(visitor, "uz-cyrl")
    visitor.page.emulate_media(media="print")
    for words in (reference, secret):
        expect(visitor.page.get_by_text(words).first).to_be_visible()
    for element in visitor.page.locator("header nav, header form, main form").all():
        expect(element).not_to_be_visible()


def test_calendar_file(visit: Any, site: str) -> None:
    visitor = visit(site)
    _, secret = book(visitor, "ru")
    with visitor.page.expect_download() as download:
        visitor.page.locator('a[href$=".ics"]').click()
    text = download.value.path().read_text(encoding="utf-8")
    assert text.startswith("BEGIN:VCALENDAR")
    assert re.search(r"DTSTART:20\d{6}T\d{6}Z", text)
    assert secret.replace(" ", "") not in text.replace(" ", "")


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("slug", SLUGS)
def test_pages_of_the_flow_are_accessible(visit: Any, site: str, slug: str, width: int) -> None:
    visitor = visit(site, width=width)
    page, found = visitor.page, []

    def look(name: str) -> None:
        found.extend(f"{name}: {problem}" for problem in visitor.axe())
        if visitor.sideways():
            found.append(f"{name}: {visitor.sideways()} px too wide")

    choose_time(visitor, slug)
    look("details")
    fill(page, surname="", text="a" * 1001)
    send(page)
    look("details with errors")
    fill(page, surname="Оченьдлиннаяфамилиябезединогопробела" * 2)
    send(page)
    look("check")
    send(page)
    look("receipt")
    reference = page.locator(".receipt .number").inner_text()
    follow(page, 'main a[href*="/cases/"]')
    look("case")
    for end in ("reschedule", "cancel"):
        follow(page, f'main a[href$="/{end}"]')
        look(end)
        page.go_back()
    visitor.go(f"/{slug}/track")
    page.locator("[name=reference]").fill(reference)
    page.locator("[name=secret]").fill("1234 5678 9012")
    send(page)
    look("wrong secret")
    assert found == []
