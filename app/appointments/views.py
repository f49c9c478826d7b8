"""The citizen's booking: choose an official, a time, say who comes, check, confirm, receipt."""

from __future__ import annotations

import re
import secrets
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, current_app, request, session
from flask_babel import gettext

from app import clock
from app.agencies.operations import agency_by_key
from app.appointments import cells, operations, reading, schedule, slots
from app.appointments.cells import SlotTaken
from app.appointments.forms import TOPICS, CheckForm, DetailsForm
from app.appointments.operations import SlotNotOffered
from app.appointments.reading import HoldNotFound
from app.cases import access
from app.cases.receipts import tracker_qr
from app.language.formats import phone as formatted_phone
from app.language.locales import current
from app.rate_limit import limit
from app.web import render, see_other

appointments = Blueprint("appointments", __name__, url_prefix="/<locale:locale>")

appointments.add_app_template_filter(slots.minute, "minute")
appointments.add_app_template_filter(slots.moment, "at_minute")

DAYS_ON_A_PAGE = 5
TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")


@appointments.get("/agencies/<key>/reception")
def officials(key: str) -> Response:
    """Who receives at a body, whoever can be seen first on top."""
    agency = agency_by_key(key)
    if agency is None or agency.abolished:
        abort(404)
    rows = reading.resources_of(agency.id)
    first = schedule.first_free([row.id for row in rows], clock.now())
    rows = sorted(rows, key=lambda row: (row.id not in first, first.get(row.id)))
    return render("appointments/officials.html", agency=agency, rows=rows, first=first)


@appointments.get("/reception/<int(max=2147483647):resource_id>")
def times(resource_id: int) -> Response:
    """Free times of an official, some days on a page."""
    return times_page(resource_id, session.get("booking") or secrets.token_urlsafe(24))


@appointments.post("/reception/<int(max=2147483647):resource_id>")
def hold(resource_id: int) -> Response:
    """Keep the chosen time and go on to the details."""
    token = request.form.get("token", "")
    if not TOKEN.fullmatch(token):
        abort(400)
    token = session.get("booking", token)  # a browser holds one time: a new choice frees the old
    try:
        held = hold_time(resource_id, token)
    except operations.HoldSpent:  # gone back after booking: a new booking
        session.pop("booking", None)
        token = secrets.token_urlsafe(24)
        return times_page(resource_id, token, problem="spent", status=409)
    except SlotTaken:
        return times_page(resource_id, token, problem="taken", status=409)
    except SlotNotOffered:
        return times_page(resource_id, token, problem="gone", status=409)
    session["booking"] = token
    known = held.details.surname and held.details.phone
    return see_other("appointments.check" if known else "appointments.details", token=token)


@appointments.route("/reception/booking/<token>/details", methods=["GET", "POST"])
def details(token: str) -> Response:
    """Who comes and about what. When the time was lost meanwhile, others are offered here."""
    held = held_or_404(token)
    if held.state not in {"held", "expired"}:
        return see_other("appointments.receipt", token=token)
    form = DetailsForm(data=typed(held.details))
    lost = held.state == "expired" or "lost" in request.args
    try:
        if form.sent() and "at" in request.form:
            lost = not another_time(held)
        if form.accepted() and not (lost and held.state == "held"):
            limit("fill")
            operations.fill(token, form.details(), now=clock.now(), locale=current().code)
            return see_other("appointments.check", token=token)
    except SlotTaken:
        lost = True
    except operations.HoldSpent:  # booked in another tab meanwhile
        return see_other("appointments.receipt", token=token)
    held = held_or_404(token)
    return render(
        "appointments/details.html",
        status=409 if lost and form.sent() and not form.errors else form.status,
        form=form,
        held=held,
        resource=reading.resource_shown(held.resource_id),
        lost=lost,
        near=schedule.nearest(held.resource_id, held.starts_at, clock.now()) if lost else [],
    )


@appointments.route("/reception/booking/<token>/check", methods=["GET", "POST"])
def check(token: str) -> Response:
    """Everything once more before it is sent."""
    held = held_or_404(token)
    form = CheckForm()
    if form.accepted():
        try:
            return confirm(token, form.seen.data or "")
        except operations.HoldChanged:
            form.form_errors.append(
                gettext("What you see here was changed in another window. Check it once more.")
            )
        except operations.DetailsMissing:
            return see_other("appointments.details", token=token)
        except (SlotTaken, SlotNotOffered):
            return see_other("appointments.details", token=token, lost=1)
        except (operations.AlreadyBooked, operations.TooManyLive) as refused:
            form.form_errors.append(_why(refused))
    if held.state not in {"held", "expired"}:
        return see_other("appointments.receipt", token=token)
    if held.state == "expired" or not held.details.surname:
        return see_other("appointments.details", token=token)
    form.seen.data = held.digest
    resource = reading.resource_shown(held.resource_id)
    topic = TOPICS.get(held.details.topic, "")
    return render(
        "appointments/check.html",
        status=form.status,
        form=form,
        held=held,
        resource=resource,
        topic=topic,
    )


@appointments.get("/reception/booking/<token>/receipt")
def receipt(token: str) -> Response:
    """The receipt, the same as often as it is asked for, in the browser that booked."""
    if token not in session.get("receipts", []):
        return see_other("cases.track")
    found = reading.find_receipt(token)
    if found is None:
        abort(404)
    if found.state == "cancelled":
        return see_other("cases.case", reference=found.reference)
    return render(
        "appointments/receipt.html",
        receipt=found,
        resource=reading.resource_shown(found.resource_id),
        qr=tracker_qr(found.reference, gettext("QR code of the page where you follow it")),
    )


def confirm(token: str, seen: str) -> Response:
    """Book what was *seen*; the browser may see the receipt and the case from now on."""
    limit("book")
    booked = operations.book(
        token,
        now=clock.now(),
        seen=seen,
        live_per_phone=current_app.config["LIVE_APPOINTMENTS_PER_PHONE"],
    )
    if session.get("booking") == token:
        session.pop("booking")
    access.remember(booked.reference, token)
    return see_other("appointments.receipt", token=token)


def hold_time(resource_id: int, token: str) -> reading.Hold:
    """Hold the time that the pressed button names."""
    now, wanted = clock.now(), chosen_time()
    known = schedule.schedules([resource_id], now).get(resource_id)
    if known and cells.looks_taken(known.plan, slots.minute(wanted), token, now):
        raise SlotTaken
    return operations.hold(
        resource_id,
        wanted,
        token,
        now=now,
        locale=current().code,
        minutes=current_app.config["HOLD_MINUTES"],
        allow=partial(limit, "hold"),
    )


def chosen_time() -> Any:
    """The moment that the pressed button names; ``SlotNotOffered`` when it names none."""
    at = request.form.get("at", "")
    if not re.fullmatch(r"[0-9]{1,9}", at):
        raise SlotNotOffered
    return slots.moment(int(at))


def another_time(held: reading.Hold) -> bool:
    """Try the alternative that was chosen; whether it could be had."""
    try:
        hold_time(held.resource_id, held.token)
    except (SlotTaken, SlotNotOffered):
        return False
    return True


def times_page(
    resource_id: int,
    token: str,
    problem: str = "",
    status: int = 200,
) -> Response:
    """The page of free times, with what went wrong with the last choice."""
    return render(
        "appointments/times.html",
        fragment="appointments/_times.html",
        status=status,
        token=token,
        problem=problem,
        **some_days(resource_id, near=problem == "taken"),
    )


def some_days(resource_id: int, *, near: bool = False) -> dict[str, Any]:
    """The ``resource`` and its free ``days`` that ``from`` in the address asks for, with their
    times; ``previous`` and ``following``, the first days of the pages beside. With *near*, instead
    of the days, the free times nearest to the one that the pressed button named."""
    now = clock.now()
    found = schedule.schedules([resource_id], now).get(resource_id)
    if found is None:
        abort(404)
    taken = schedule.taken([found], now).get(resource_id, {})
    days = schedule.free_days(found, taken, now)
    since = request.args.get("from", "")
    at = next((n for n, (day, _) in enumerate(days) if day.isoformat() >= since), 0)
    at -= at % DAYS_ON_A_PAGE
    after = at + DAYS_ON_A_PAGE
    close = schedule.closest(days, int(request.form["at"])) if near else []
    return {
        "resource": found.shown,
        "days": [] if close else days[at:after],
        "labels": schedule.LABELS,
        "near": close,
        "previous": days[at - DAYS_ON_A_PAGE][0] if at else None,
        "following": days[after][0] if after < len(days) else None,
    }


def held_or_404(token: str) -> reading.Hold:
    """The hold of the form *token*, in the browser that made it: an address left behind in a
    history opens nothing elsewhere."""
    if token != session.get("booking") and token not in session.get("receipts", []):
        abort(404)
    try:
        return reading.find_hold(token)
    except HoldNotFound:
        abort(404)


def typed(details: reading.Details) -> dict[str, str]:
    """What fills the form again."""
    return {
        "surname": details.surname,
        "given_name": details.given_name,
        "patronymic": details.patronymic,
        "organisation": details.organisation,
        "phone": formatted_phone(details.phone),
        "email": details.email,
        "topic": details.topic,
        "text": details.text,
    }


def _why(refused: Exception) -> str:
    if isinstance(refused, operations.AlreadyBooked):
        text = gettext(
            "This person already has an appointment with this official. To change its time, open "
            "it with its number and secret code."
        )
    else:
        text = gettext(
            "This phone number already has as many appointments as one may have at a time. Cancel "
            "one of them first, or call %(phone)s.",
            phone=current_app.config["CALL_CENTRE"],
        )
    return str(text)
