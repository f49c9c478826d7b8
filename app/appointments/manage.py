"""What the tracker shows of an appointment, and what the citizen can still do with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, abort, make_response, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from icalendar import Calendar, Event

from app import clock
from app.appointments import operations, reading
from app.appointments.cells import SlotTaken
from app.appointments.forms import TOPICS, CancelForm, ConfirmForm
from app.appointments.models import Appointment
from app.appointments.operations import SlotNotOffered
from app.appointments.views import appointments, chosen_time, some_days
from app.cases import operations as kernel
from app.cases.references import format_reference
from app.cases.views import DOORS, case_to_see, to_tracker
from app.language import formats
from app.rate_limit import limit
from app.web import public_url, render, see_other

# state: (words, colour of the tag)
STATES = {
    "booked": (_l("You are booked"), "green"),
    "arrived": (_l("You have come"), "blue"),
    "fulfilled": (_l("The reception took place"), "grey"),
    "cancelled": (_l("Cancelled"), "red"),
    "no_show": (_l("You did not come"), "red"),
}


def context(case: Appointment) -> dict[str, Any]:
    """What the page of a case shows of an appointment."""
    return {
        "resource": reading.resource_shown(case.resource_id),
        "state": STATES[case.state],
        "topic": TOPICS.get(case.topic, ""),
        "events": [_event(row) for row in kernel.timeline(case.id) if row.kind in _WORDS],
        "changeable": changeable(case),
    }


def changeable(case: Appointment) -> bool:
    """Whether the citizen can still move or cancel it."""
    return case.state == "booked" and case.starts_at > clock.now()


DOORS["appointment"] = ("appointments/_case.html", context)


@appointments.route("/cases/<reference>/cancel", methods=["GET", "POST"])
def cancel(reference: str) -> Response:
    """Ask once more, then cancel."""
    case = case_to_see(reference)
    if not isinstance(case, Appointment):
        return to_tracker(reference)
    if not changeable(case):
        return see_other("cases.case", reference=reference)
    form = CancelForm()
    if form.accepted():
        limit("change")
        try:
            operations.cancel(reference, now=clock.now(), reason=form.reason.data or "")
            return see_other("cases.case", reference=reference)
        except (operations.TooLate, kernel.MoveNotAllowed):
            form.form_errors.append(gettext("This appointment can no longer be cancelled here."))
    return render(
        "appointments/cancel.html",
        status=form.status,
        form=form,
        case=case,
        resource=reading.resource_shown(case.resource_id),
    )


@appointments.route("/cases/<reference>/reschedule", methods=["GET", "POST"])
def reschedule(reference: str) -> Response:
    """Another time with the same official."""
    case = case_to_see(reference)
    if not isinstance(case, Appointment):
        return to_tracker(reference)
    if not changeable(case):
        return see_other("cases.case", reference=reference)
    form, problem = ConfirmForm(), ""
    if form.accepted():
        limit("change")
        try:
            operations.reschedule(reference, chosen_time(), now=clock.now())
            return see_other("cases.case", reference=reference)
        except SlotTaken:
            problem = "taken"
        except SlotNotOffered:
            problem = "gone"
        except (operations.TooLate, kernel.MoveNotAllowed):
            problem = "late"
    return render(
        "appointments/reschedule.html",
        fragment="appointments/_times.html",
        status=409 if problem else 200,
        case=case,
        problem=problem,
        token="",
        **some_days(case.resource_id, near=problem == "taken"),
    )


@appointments.get("/cases/<reference>/appointment.ics")
def calendar(reference: str) -> Response:
    """The appointment for a calendar, times in UTC; no secret in it."""
    case = case_to_see(reference)
    if not isinstance(case, Appointment):
        return to_tracker(reference)
    resource = reading.resource_shown(case.resource_id)
    if resource is None:
        abort(404)
    event = Event()
    event.add("uid", f"{case.reference}@{request.host.partition(':')[0]}")
    event.add("dtstamp", clock.now())
    event.add("dtstart", case.starts_at)
    event.add("dtend", case.ends_at)
    event.add("summary", f"{resource.agency_name}: {resource.official or resource.name}")
    place = [str(text) for text in (resource.agency_address, resource.place) if text]
    if place:
        event.add("location", ", ".join(place))
    event.add("description", format_reference(case.reference))
    event.add("url", public_url(url_for("cases.track")))
    event.add("status", "CANCELLED" if case.state == "cancelled" else "CONFIRMED")
    whole = Calendar()
    whole.add("prodid", "-//portal//appointments//")
    whole.add("version", "2.0")
    whole.add_component(event)
    response = make_response(whole.to_ical())
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{case.reference}.ics"'
    response.headers["Cache-Control"] = "no-store"
    return response


_WORDS = {
    "booked": _l("You booked the reception."),
    "rescheduled": _l("The time was changed."),
    "cancelled": _l("The appointment was cancelled."),
    "arrived": _l("You came and were registered."),
    "fulfilled": _l("The reception took place."),
    "no_show": _l("You did not come at the appointed time."),
}


def _event(row: Any) -> dict[str, Any]:
    detail = row.data.get("reason", "")
    if row.kind in {"booked", "rescheduled"}:
        detail = gettext(
            "Appointed time: %(moment)s",
            moment=formats.moment(datetime.fromisoformat(row.data["starts_at"])),
        )
    return {"when": formats.moment(row.at), "text": _WORDS[row.kind], "detail": detail}
