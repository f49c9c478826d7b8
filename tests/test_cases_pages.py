"""The tracker over HTTP."""

from __future__ import annotations

import re

import pytest
import segno

from app.appointments import operations as booking
from tests.factories import NOW, at, details, make_agency, make_resource, token
from tests.pages import SLUGS, faults, parse


@pytest.fixture
def receipt(app):
    resource = make_resource(make_agency())
    booking.hold(resource, at("10:00"), token(), now=NOW, locale="ru")
    booking.fill(token(), details(), now=NOW, locale="ru")
    return booking.book(token(), now=NOW)


def send(client, reference, secret, slug="ru"):
    page = client.get(f"/{slug}/track")
    data = {
        "reference": reference,
        "secret": secret,
        "csrf_token": parse(page.text).csrf_token,
    }
    return client.post(f"/{slug}/track", data=data)


@pytest.mark.parametrize("slug", SLUGS)
def test_number_and_secret_open_the_case(client, receipt, slug):
    response = send(client, receipt.reference, receipt.secret, slug)
    assert response.status_code == 303
    assert response.location.endswith(f"/{slug}/cases/{receipt.reference}")
    page = client.get(response.location)
    assert page.status_code == 200 and faults(page.text) == []
    assert receipt.secret not in page.text and "Алиев" not in page.text
    close = {"csrf_token": parse(page.text).csrf_token}
    assert client.post(f"{response.location}/close", data=close).status_code == 303
    assert client.get(response.location).status_code == 303


def test_wrong_number_and_wrong_secret_look_the_same(client, receipt):
    def shown(response):
        return re.sub(r'value="[^"]*"', "", response.text)

    wrong = send(client, receipt.reference, "000000000000")
    unknown = send(client, "26483019758", receipt.secret)
    assert wrong.status_code == unknown.status_code == 422
    assert shown(wrong) == shown(unknown)
    assert faults(wrong.text) == []
    assert receipt.reference in wrong.text  # what was typed stays


@pytest.mark.parametrize(
    ("reference", "secret", "fields"),
    [
        ("", "", {"reference", "secret"}),
        ("26483019751", "123456789012", {"reference"}),
        ("26-4830 1975-8", "12345", {"secret"}),
        ("ўн", "ўн", {"reference", "secret"}),
        ("\x00" * 50, "9" * 5000, {"reference", "secret"}),
    ],
)
def test_slips_are_pointed_out(client, app, reference, secret, fields):
    response = send(client, reference, secret)
    assert response.status_code == 422 and faults(response.text) == []
    links = {link[1:] for link in parse(response.text).links if link.startswith("#")} - {"main"}
    assert links == fields


def test_the_language_changes_and_the_number_stays(client, app):
    token_ = parse(client.get("/ru/track").text).csrf_token
    data = {"reference": "26", "secret": "", "csrf_token": token_, "_switch": "uz-cyrl"}
    page = client.post("/uz-cyrl/track", data=data)
    assert page.status_code == 200 and 'value="26"' in page.text


def test_tries_are_limited_for_an_address_and_for_a_number(client, receipt, app):
    statuses = [send(client, receipt.reference, "0" * 12).status_code for _ in range(12)]
    assert statuses[:10] == [422] * 10 and statuses[10:] == [429] * 2
    # From another address it is the number that is limited.
    page = client.get("/ru/track")
    data = {
        "reference": receipt.reference,
        "secret": receipt.secret,
        "csrf_token": parse(page.text).csrf_token,
    }
    other = client.post("/ru/track", data=data, environ_base={"REMOTE_ADDR": "10.0.0.9"})
    assert other.status_code == 429
    assert int(other.headers["Retry-After"]) > 0
    assert client.get("/ru/track").status_code == 200


def test_the_number_in_the_address_is_filled_in(client, app):
    assert 'value="26-4830-1975-2"' in client.get("/ru/track?reference=26-4830-1975-2").text


def test_the_qr_code_holds_no_secret(app, receipt, monkeypatch):
    seen = []
    make = segno.make
    monkeypatch.setattr(segno, "make", lambda text, **how: seen.append(text) or make(text, **how))
    from app.cases.receipts import tracker_qr

    with app.test_request_context("/ru/"):
        svg = tracker_qr(receipt.reference, "QR")
    assert re.fullmatch(r"http://localhost/[a-z-]+/track\?reference=[\d-]{14}", seen[0])
    assert svg.startswith("<svg") and "style=" not in svg and "<title>QR" in svg
