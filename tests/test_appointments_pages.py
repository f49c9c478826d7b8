"""Booking over HTTP, without JavaScript, in three languages."""

from __future__ import annotations

import gzip
import re
from types import SimpleNamespace

import pytest
from flask import g
from icalendar import Calendar
from sqlalchemy import func, select, update

from app import clock
from app.agencies.models import Agency
from app.appointments import operations as booking
from app.appointments import slots
from app.appointments.models import Appointment, DayChange, Resource
from app.cases.models import Case
from app.content import bump_content_version
from app.database import db, transaction
from tests.factories import NOW, TOMORROW, at, details, later, make_agency, make_resource, token
from tests.pages import SLUGS, faults, parse

TYPED = {
    "surname": "Каримова",
    "given_name": "Лола",
    "phone": "90 123-45-67",
    "topic": "housing",
    "text": "Уй навбати\nҳақида",
}


@pytest.fixture
def resource(app):
    return make_resource(make_agency(), lead_minutes=60)


@pytest.fixture
def now(monkeypatch):
    """The time of the portal; a test may move it."""
    state = SimpleNamespace(now=NOW)
    monkeypatch.setattr(clock, "now", lambda: state.now)
    return state


@pytest.fixture
def browser(app, now, resource):
    return Browser(app.test_client(), resource)


class Browser:
    """A citizen on the booking pages; ``page`` is the last one."""

    def __init__(self, client, resource, slug="ru"):
        self.client, self.resource, self.slug = client, resource, slug
        self.page = None

    def get(self, path):
        forget_request()
        self.page = self.client.get(path)
        return self.page

    def post(self, path, csrf=True, **data):
        if csrf:
            data["csrf_token"] = parse(self.page.text).csrf_token
        if 'name="seen"' in self.page.text:
            data.setdefault("seen", self.field("seen"))
        forget_request()
        response = self.client.post(path, data=data)
        if response.status_code == 303:
            self.get(response.location)
        else:
            self.page = response
        return response

    @property
    def times(self):
        return f"/{self.slug}/reception/{self.resource}"

    @property
    def path(self):
        return self.page.request.path

    def field(self, name):
        tag = next(t for t in parse(self.page.text).all("input") if t.get("name") == name)
        return tag.get("value", "")

    def choose(self, clock_time="10:00"):
        self.get(self.times)
        return self.post(
            self.times, token=self.field("token"), at=str(slots.minute(at(clock_time)))
        )

    def book(self, clock_time="10:00", **typed):
        self.choose(clock_time)
        self.post(self.path, **{**TYPED, **typed})
        return self.post(self.path)


def forget_request():
    """The application context of a test outlives a request; what is kept in it must not."""
    for name in list(g):
        g.pop(name)


def numbers(html):
    """The reference and the secret on a receipt."""
    secret = re.search(r'class="secret">([\d\s]+)<', html)[1]
    reference = re.search(r"/cases/(\d{11})", html)[1]
    return reference, re.sub(r"\s", "", secret)


def small(response):
    return len(gzip.compress(response.data))


@pytest.mark.parametrize("slug", SLUGS)
def test_books_from_end_to_end(browser, slug):
    browser.slug = slug
    browser.get(f"/{slug}/agencies/justice/reception")
    assert browser.times in parse(browser.page.text).links
    pages = [browser.page]
    assert browser.choose().status_code == 303
    pages.append(browser.page)
    assert browser.path.endswith("/details")
    assert browser.post(browser.path, **TYPED).status_code == 303
    pages.append(browser.page)
    assert browser.path.endswith("/check")
    assert "+998 90 123-45-67" in browser.page.text and "Каримова Лола" in browser.page.text
    assert browser.post(browser.path).status_code == 303
    pages.append(browser.page)
    assert browser.path.endswith("/receipt")
    reference, secret = numbers(browser.page.text)
    pages.append(browser.get(f"/{slug}/cases/{reference}"))
    pages += [browser.get(f"/{slug}/cases/{reference}/{page}") for page in ("cancel", "reschedule")]
    for page in pages:
        assert page.status_code == 200
        assert faults(page.text) == []
        assert page.headers["Cache-Control"] == "no-store"
        assert small(page) <= 5000
    assert secret not in pages[-1].text
    found = db.session.scalar(select(Appointment))
    assert (found.state, found.reference, found.locale) == (
        "booked",
        reference,
        slug.replace("-c", "_C").replace("-l", "_L"),
    )
    assert (found.phone, found.topic, found.text) == ("998901234567", "housing", TYPED["text"])


def test_a_form_sent_twice_gives_the_same_receipt(browser):
    browser.choose()
    browser.post(browser.path, **TYPED)
    path = browser.path
    form = {"csrf_token": parse(browser.page.text).csrf_token, "seen": browser.field("seen")}
    receipts = {browser.client.post(path, data=form).location for _ in range(3)}
    first, second = (numbers(browser.get(receipt).text) for receipt in [*receipts] * 2)
    assert len(receipts) == 1 and first == second
    assert db.session.scalar(select(func.count()).select_from(Case)) == 1
    # Back to the earlier pages: they lead to the receipt.
    assert browser.get(path).location.endswith("/receipt")
    assert browser.get(path.replace("check", "details")).location.endswith("/receipt")


def test_a_time_chosen_again_with_an_old_page_is_a_new_booking(browser):
    browser.choose()
    old, csrf = browser.path.split("/")[4], parse(browser.page.text).csrf_token
    browser.post(browser.path, **TYPED)
    browser.post(browser.path)
    form = {"token": old, "at": str(slots.minute(at("11:00"))), "csrf_token": csrf}
    response = browser.client.post(browser.times, data=form)
    assert response.status_code == 409
    assert old not in response.text


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        (
            {"surname": " ", "given_name": "", "phone": "", "topic": "", "text": ""},
            {"surname", "given_name", "phone", "topic", "text"},
        ),
        ({"phone": "12345"}, {"phone"}),
        ({"phone": "что-то"}, {"phone"}),
        ({"email": "лола"}, {"email"}),
        ({"topic": "nonsense"}, {"topic"}),
        ({"text": "я" * 1001}, {"text"}),
        ({"surname": "12345"}, {"surname"}),
        ({"given_name": "я" * 101}, {"given_name"}),
    ],
)
def test_errors_are_named_and_nothing_is_lost(browser, wrong, fields):
    browser.choose()
    response = browser.post(browser.path, **{**TYPED, "patronymic": "Анваровна", **wrong})
    assert response.status_code == 422
    assert faults(response.text) == []
    page = parse(response.text)
    summary = {link[1:] for link in page.links if link.startswith("#") and link != "#main"}
    assert summary == fields
    marked = {t["name"] for _, t in page.tags if t.get("aria-invalid") == "true"}
    assert marked == fields
    assert browser.field("patronymic") == "Анваровна"
    assert db.session.scalar(select(Appointment.surname)) == ""


def test_the_language_changes_and_what_was_typed_stays(browser):
    browser.choose()
    other = browser.path.replace("/ru/", "/uz-latn/")
    browser.post(other, **{**TYPED, "phone": "12", "_switch": "uz-latn"})
    assert browser.page.status_code == 200
    assert parse(browser.page.text).lang == "uz-Latn"
    assert browser.field("surname") == "Каримова" and browser.field("phone") == "12"
    assert "Уй навбати" in browser.page.text and "selected" in browser.page.text
    assert db.session.scalar(select(Appointment.surname)) == ""


def test_a_browser_holds_one_time(browser):
    pages = [browser.get(browser.times) for _ in range(2)]
    tokens = {
        next(t["value"] for t in parse(p.text).all("input") if t["name"] == "token") for p in pages
    }
    assert len(tokens) == 2
    for clock_time, name in zip(("10:00", "10:20"), tokens, strict=True):
        browser.get(browser.times)
        browser.post(browser.times, token=name, at=str(slots.minute(at(clock_time))))
    assert db.session.scalars(select(Appointment.starts_at)).all() == [at("10:20")]


def test_a_time_taken_meanwhile_offers_others(browser):
    browser.get(browser.times)
    booking.hold(browser.resource, at("10:00"), token(9), now=NOW, locale="ru")
    response = browser.post(
        browser.times, token=browser.field("token"), at=str(slots.minute(at("10:00")))
    )
    assert response.status_code == 409
    assert faults(response.text) == []
    near = response.text.partition('id="near"')[2].partition("</ul>")[0]
    assert near.count("<button") == 6 and f'value="{slots.minute(at("10:20"))}"' in near


def test_a_lost_time_brings_back_the_filled_form(browser, now):
    browser.choose()
    browser.post(browser.path, **TYPED)
    check = browser.path
    now.now = later(minutes=20)
    booking.hold(browser.resource, at("10:00"), token(9), now=now.now, locale="ru")
    assert browser.post(check).status_code == 303
    assert browser.path.endswith("/details") and browser.page.status_code == 200
    assert faults(browser.page.text) == []
    assert browser.field("surname") == "Каримова"
    # The nearest one is taken too, in the meantime.
    booking.hold(browser.resource, at("10:20"), token(8), now=now.now, locale="ru")
    changed = {**TYPED, "text": "Бошқа савол"}
    response = browser.post(browser.path, **changed, at=str(slots.minute(at("10:20"))))
    assert response.status_code == 409 and "Бошқа савол" in response.text
    response = browser.post(browser.path, **changed, at=str(slots.minute(at("10:40"))))
    assert response.status_code == 303 and browser.path.endswith("/check")
    assert "Бошқа савол" in browser.page.text
    browser.post(browser.path)
    assert numbers(browser.page.text)
    booked = db.session.scalars(select(Appointment).where(Appointment.state == "booked")).one()
    assert booked.starts_at == at("10:40")


def test_details_sent_after_the_time_was_lost_are_kept(browser, now):
    browser.choose()
    now.now = later(minutes=20)
    booking.hold(browser.resource, at("10:00"), token(9), now=now.now, locale="ru")
    response = browser.post(browser.path, **TYPED)
    assert response.status_code == 409
    assert browser.field("surname") == "Каримова" and 'name="at"' in response.text


def test_a_day_closed_meanwhile_offers_others(browser):
    browser.choose()
    browser.post(browser.path, **TYPED)
    with transaction():
        db.session.add(DayChange(resource_id=browser.resource, day=TOMORROW, kind="closed"))
        bump_content_version()
    browser.post(browser.path)
    assert (
        browser.path.endswith("/details") and "lost=1" in browser.page.request.query_string.decode()
    )
    near = re.search(r'name="at" value="(\d+)"', browser.page.text)[1]
    assert browser.post(browser.path, **TYPED, at=near).status_code == 303
    browser.post(browser.path)
    assert browser.path.endswith("/receipt")


@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 9, "9" * 30, "29", "²"])
def test_nonsense_is_no_time(browser, value):
    browser.get(browser.times)
    response = browser.post(browser.times, token=browser.field("token"), at=value)
    assert response.status_code == 409


@pytest.mark.parametrize("value", ["", "short", "x" * 33, "../" * 11, "я" * 32])
def test_nonsense_is_no_token(browser, value):
    browser.get(browser.times)
    assert browser.post(browser.times, token=value, at="1").status_code == 400
    assert browser.get(f"/ru/reception/booking/{value}/details").status_code == 404


def test_what_is_smuggled_in_is_not_stored(browser):
    browser.choose()
    browser.post(browser.path, **TYPED, state="fulfilled", live="1", seat="7", applicant_type="x")
    browser.post(browser.path, state="fulfilled", starts_at="2030-01-01")
    found = db.session.scalar(select(Appointment))
    assert (found.state, found.seat, found.applicant_type) == ("booked", 0, "individual")
    assert found.starts_at == at("10:00")


def test_names_with_markup_are_harmless(browser):
    name = "<b onclick=\"x\">\u202eО'г'ил & ко</b>"
    browser.book(surname=name, organisation="=1+1")
    reference, _ = numbers(browser.page.text)
    assert db.session.scalar(select(Case.surname)) == name.replace("\u202e", "")
    assert db.session.scalar(select(Case.applicant_type)) == "legal"
    assert "<b on" not in browser.get(f"/ru/cases/{reference}").text


def test_programs_that_fill_the_trap_book_nothing(browser):
    browser.choose()
    browser.post(browser.path, **TYPED, website="http://spam.example")
    assert browser.page.status_code == 200
    assert db.session.scalar(select(Appointment.surname)) == ""


def test_one_appointment_for_a_person_and_an_official(browser):
    browser.book("10:00")
    response = browser.book("10:20")
    assert response.status_code == 422 and faults(response.text) == []
    assert 'role="alert"' in response.text
    booked = select(func.count()).where(Case.state == "booked")
    assert db.session.scalar(booked) == 1


def test_a_phone_has_only_so_many(browser, app):
    app.config["LIVE_APPOINTMENTS_PER_PHONE"] = 1
    browser.book("10:00")
    response = browser.book("10:20", surname="Бошқа")
    assert response.status_code == 422 and "1060" in response.text


def test_the_receipt_is_for_the_browser_that_booked(browser, app):
    browser.book()
    path, (reference, secret) = browser.path, numbers(browser.page.text)
    stranger = app.test_client()
    response = stranger.get(path)
    assert response.status_code == 303 and response.location.endswith("/ru/track")
    assert secret not in response.text
    for page in ("", "/cancel", "/reschedule", "/appointment.ics"):
        response = stranger.get(f"/ru/cases/{reference}{page}")
        other = stranger.get(f"/ru/cases/26483019758{page}")
        assert response.status_code == other.status_code == 303
        assert "/ru/track?reference=" in response.location


def test_tracks_changes_and_cancels(browser, app, now):
    browser.book()
    reference, secret = numbers(browser.page.text)
    browser.client = app.test_client()
    browser.get("/ru/track")
    typed = {"reference": f"{reference[:2]}-{reference[2:]}", "secret": " ".join(secret)}
    assert browser.post("/ru/track", **typed).status_code == 303
    assert browser.path == f"/ru/cases/{reference}"
    page = f"/ru/cases/{reference}/reschedule"
    booking.hold(browser.resource, at("11:00"), token(9), now=NOW, locale="ru")
    browser.get(page)
    taken = browser.post(page, at=str(slots.minute(at("11:00"))))
    assert taken.status_code == 409 and faults(taken.text) == []
    assert browser.post(page, at="0").status_code == 409
    assert browser.post(page, at=str(slots.minute(at("11:20")))).status_code == 303
    mine = select(Appointment).where(Appointment.reference == reference)
    assert db.session.scalar(mine).starts_at == at("11:20")
    browser.get(f"/ru/cases/{reference}/cancel")
    assert db.session.scalar(mine).state == "booked"  # looking changes nothing
    assert browser.post(browser.path, reason="бора олмайман").status_code == 303
    assert "бора олмайман" in browser.page.text and "/reschedule" not in browser.page.text
    assert db.session.scalar(mine).state == "cancelled"
    assert browser.get(page).location.endswith(f"/cases/{reference}")


def test_what_has_begun_can_no_longer_be_changed(browser, now):
    browser.book()
    reference, _ = numbers(browser.page.text)
    browser.get(f"/ru/cases/{reference}/cancel")
    now.now = at("10:00")
    assert browser.post(browser.path).location.endswith(f"/cases/{reference}")
    assert db.session.scalar(select(Appointment.state)) == "booked"
    assert "/cancel" not in browser.get(f"/ru/cases/{reference}").text


def test_the_calendar_file(browser):
    browser.book()
    reference, secret = numbers(browser.page.text)
    response = browser.get(f"/ru/cases/{reference}/appointment.ics")
    assert response.mimetype == "text/calendar" and secret not in response.text
    event = Calendar.from_ical(response.data).walk("VEVENT")[0]
    assert event.decoded("dtstart") == at("10:00") and event.decoded("dtend") == at("10:20")
    assert "DTSTART:20261124T050000Z" in response.text


def test_days_come_in_pages(browser, app):
    def days():
        found = re.findall(r'name="at" value="(\d+)"', browser.page.text)
        return sorted({slots.moment(int(m)).day for m in found})

    browser.get(browser.times)
    assert days() == [23, 24, 25, 26, 27]
    later_days = next(x for x in parse(browser.page.text).links if "from=2026-11-30" in x)
    whole, part = (
        browser.get(later_days).text,
        browser.client.get(
            later_days, headers={"HX-Request": "true", "HX-Request-Type": "partial"}
        ).text,
    )
    assert days() == [1, 2, 3, 4, 30] and "from=2026-11-23" in whole
    assert "<html" not in part and 'id="times"' in part and small(browser.page) < 5000
    for since in ("2026-12-05", "2030-01-01", "nonsense"):
        assert browser.get(f"{browser.times}?from={since}").status_code == 200
        assert days()
    assert browser.get(f"{browser.times}?from=%00").status_code == 404


def test_nobody_is_shown_who_cannot_be_booked(browser, app):
    for path in ("/ru/reception/999", "/ru/reception/99999999999", "/ru/agencies/none/reception"):
        assert browser.get(path).status_code == 404
    with transaction():
        db.session.get(Resource, browser.resource).active = False
        bump_content_version()
    assert browser.get(browser.times).status_code == 404
    page = browser.get("/ru/agencies/justice/reception")
    assert page.status_code == 200 and browser.times not in page.text and faults(page.text) == []
    with transaction():
        db.session.execute(update(Agency).values(abolished=True))
        bump_content_version()
    assert browser.get("/ru/agencies/justice/reception").status_code == 404


def test_no_free_time_says_so(browser):
    with transaction():
        db.session.get(Resource, browser.resource).horizon_days = 0
        db.session.add(DayChange(resource_id=browser.resource, day=NOW.date(), kind="closed"))
        bump_content_version()
    page = browser.get(browser.times)
    assert page.status_code == 200 and 'name="at"' not in page.text and faults(page.text) == []
    assert "1060" in page.text


def test_a_full_slot_shows_on_the_next_look(browser):
    assert browser.get(browser.times).text.count(f'value="{slots.minute(at("10:00"))}"') == 1
    booking.hold(browser.resource, at("10:00"), token(9), now=NOW, locale="ru")
    booking.fill(token(9), details(9), now=NOW, locale="ru")
    booking.book(token(9), now=NOW)
    assert browser.get(browser.times).text.count(f'value="{slots.minute(at("10:00"))}"') == 0


def test_only_what_was_seen_is_booked(browser):
    browser.choose("10:00")
    browser.post(browser.path, **TYPED)
    check, seen = browser.path, browser.field("seen")
    browser.choose("11:00")  # another tab of the same browser moves the hold
    browser.get(check)
    refused = browser.post(check, seen=seen)
    assert refused.status_code == 422
    assert "11:00" in refused.text
    assert db.session.scalar(select(Appointment.state)) == "held"
    assert browser.post(check).status_code == 303


def test_the_address_of_a_form_opens_nothing_in_another_browser(browser, app):
    browser.choose()
    browser.post(browser.path, **TYPED)
    check = browser.path
    stranger = Browser(app.test_client(), browser.resource)
    for page in (check, check.replace("check", "details")):
        assert stranger.get(page).status_code == 404
    browser.post(check)
    assert stranger.get(check).status_code == 404
    assert stranger.get(check.replace("check", "receipt")).location.endswith("/track")


def test_closing_a_case_closes_its_receipt(browser):
    browser.book()
    receipt = browser.path
    reference, _ = numbers(browser.page.text)
    browser.get(f"/ru/cases/{reference}")
    browser.post(f"/ru/cases/{reference}/close")
    assert browser.get(receipt).location.endswith("/track")


def test_the_receipt_of_a_cancelled_appointment_is_its_case(browser):
    browser.book()
    receipt = browser.path
    reference, _ = numbers(browser.page.text)
    booking.cancel(reference, now=NOW)
    assert browser.get(receipt).location.endswith(f"/cases/{reference}")


def test_holding_is_limited_and_what_was_held_stays(browser, app):
    app.config["RATE_LIMITS"] = "hold=2/600"
    assert [browser.choose(c).status_code for c in ("09:00", "09:20", "09:40")] == [303, 303, 429]
    assert db.session.scalars(select(Appointment.starts_at)).all() == [at("09:20")]
    assert browser.choose("10:00").status_code == 429
