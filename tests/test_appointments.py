"""Booking: hold, fill, book, cancel, reschedule, expire, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.agencies.models import Agency, Official
from app.appointments import operations as booking
from app.appointments import reading
from app.appointments.models import Appointment, AppointmentCell, DayChange, Resource
from app.cases import operations as kernel
from app.cases.models import Case
from app.content import bump_content_version
from app.database import db, transaction
from app.notifications.models import Notice
from tests.conftest import on_both
from tests.factories import NOW, TOMORROW, at, details, later, make_agency, make_resource, token

pytestmark = on_both


@pytest.fixture
def resource(app):
    return make_resource(make_agency())


def hold(resource, clock="10:00", number=1, now=NOW):
    return booking.hold(resource, at(clock), token(number), now=now, locale="uz_Cyrl")


def booked(resource, clock="10:00", number=1, now=NOW, **changed):
    hold(resource, clock, number, now)
    booking.fill(token(number), details(number, **changed), now=now, locale="uz_Cyrl")
    return booking.book(token(number), now=now)


def cell_count():
    return db.session.scalar(select(func.count()).select_from(AppointmentCell))


def test_books_and_tells(resource):
    receipt = booked(resource, email="vali@mail.uz")
    found = reading.appointment_of(receipt.reference)
    assert (found.state, found.live, found.hold_expires_at) == ("booked", True, None)
    assert found.starts_at == at("10:00") and found.ends_at == at("10:20")
    assert kernel.find(receipt.reference, receipt.secret) == receipt.reference
    notices = db.session.scalars(select(Notice).order_by(Notice.id)).all()
    assert [(n.channel, n.template) for n in notices] == [
        ("sms", "appointment-booked"),
        ("email", "appointment-booked"),
    ]
    assert [e.kind for e in kernel.timeline(found.id)] == ["held", "booked"]


def test_same_form_twice_gives_the_same_receipt(resource):
    first = booked(resource)
    assert booking.book(token(), now=later(hours=1)) == first
    with pytest.raises(booking.HoldSpent):
        hold(resource, "11:00")
    assert db.session.scalar(select(func.count()).select_from(Notice)) == 1


def test_taken_slot_offers_the_nearest(resource):
    hold(resource, "10:00", 1)
    with pytest.raises(booking.SlotTaken) as caught:
        hold(resource, "10:00", 2)
    assert caught.value.alternatives == [
        at(c) for c in ("09:00", "09:20", "09:40", "10:20", "10:40", "11:00")
    ]
    assert cell_count() == 1
    assert db.session.scalar(select(func.count()).select_from(Case)) == 1


def test_same_form_moves_its_hold_and_keeps_what_was_typed(resource):
    hold(resource, "10:00")
    booking.fill(token(), details(), now=NOW, locale="ru")
    moved = hold(resource, "11:00")
    assert moved.starts_at == at("11:00") and moved.details == details()
    hold(resource, "10:00", 2)
    with pytest.raises(booking.SlotTaken):
        hold(resource, "10:00", 1)
    assert reading.find_hold(token()).starts_at == at("11:00")
    assert cell_count() == 2


def test_moves_to_another_official_of_another_body(resource):
    hold(resource)
    other_agency = make_agency("health")
    other = make_resource(other_agency)
    hold(other, "09:00")
    found = db.session.scalar(select(Appointment))
    assert (found.resource_id, found.agency_id) == (other, other_agency)
    assert hold(resource, "10:00", 2).state == "held"


def test_expired_hold_is_taken_over_and_its_form_is_kept(resource):
    hold(resource, "10:00", 1)
    booking.fill(token(1), details(1), now=NOW, locale="uz_Cyrl")
    hold(resource, "10:00", 2, now=later(minutes=15))
    lost = reading.find_hold(token(1))
    assert lost.state == "expired" and lost.details == details(1)
    with pytest.raises(booking.HoldExpired) as caught:
        booking.book(token(1), now=later(minutes=16))
    assert at("10:20") in caught.value.alternatives
    again = hold(resource, "10:20", 1, now=later(minutes=16))
    assert again.state == "held" and again.details == details(1)
    booking.book(token(1), now=later(minutes=17))
    states = db.session.execute(select(Case.state, Case.surname).order_by(Case.id)).all()
    assert [tuple(s) for s in states] == [("expired", ""), ("held", ""), ("booked", "Алиев")]


def test_hold_not_yet_run_out_stays(resource):
    hold(resource, "10:00", 1)
    with pytest.raises(booking.SlotTaken):
        hold(resource, "10:00", 2, now=later(minutes=14))


def test_details_typed_after_the_time_was_lost_are_kept(resource):
    hold(resource, "10:00", 1)
    hold(resource, "10:00", 2, now=later(minutes=20))
    with pytest.raises(booking.HoldExpired):
        booking.fill(token(1), details(1), now=later(minutes=20), locale="uz_Cyrl")
    assert reading.find_hold(token(1)).details == details(1)


def test_hold_that_ran_out_but_was_not_lost_is_renewed(resource):
    hold(resource)
    late = later(minutes=40)
    renewed = booking.fill(token(), details(), now=late, locale="uz_Cyrl")
    assert renewed.expires_at == late + timedelta(minutes=15)
    assert booking.book(token(), now=later(hours=3)).starts_at == at("10:00")


def test_tidying_releases_holds_that_ran_out(resource):
    hold(resource, "10:00", 1)
    booked(resource, "11:00", 2)
    assert booking.expire(later(minutes=14)) == 0
    assert booking.expire(later(minutes=15)) == 1
    assert cell_count() == 1


def test_one_live_appointment_for_a_person_and_official(resource):
    booked(resource, "10:00", 1)
    hold(resource, "10:20", 2)
    # The same person in the other script.
    again = details(1, surname="Aliyev", given_name="VALI")
    booking.fill(token(2), again, now=NOW, locale="ru")
    with pytest.raises(booking.AlreadyBooked):
        booking.book(token(2), now=NOW)
    assert reading.find_hold(token(2)).state == "held"
    other = make_resource(make_agency("health"))
    hold(other, "10:20", 3)
    booking.fill(token(3), details(1), now=NOW, locale="ru")
    booking.book(token(3), now=NOW)


def test_cancelling_lets_the_person_book_again(resource):
    receipt = booked(resource, "10:00", 1)
    booking.cancel(receipt.reference, now=NOW, reason="бора олмайман")
    booking.cancel(receipt.reference, now=NOW)
    assert cell_count() == 0
    hold(resource, "10:00", 2)
    booking.fill(token(2), details(1), now=NOW, locale="ru")
    booking.book(token(2), now=NOW)
    found = reading.appointment_of(receipt.reference)
    assert found.state == "cancelled" and found.closed_at == NOW and not found.live
    kinds = [n.template for n in db.session.scalars(select(Notice).order_by(Notice.id))]
    assert kinds == ["appointment-booked", "appointment-cancelled", "appointment-booked"]


def test_a_phone_has_only_so_many(app):
    agency = make_agency()
    for number in range(1, 4):
        other = make_resource(agency)
        hold(other, "10:00", number)
        booking.fill(token(number), details(1), now=NOW, locale="ru")
        if number < 3:
            booking.book(token(number), now=NOW, live_per_phone=2)
    with pytest.raises(booking.TooManyLive):
        booking.book(token(3), now=NOW, live_per_phone=2)


def test_reschedule_swaps(resource):
    receipt = booked(resource, "10:00", 1)
    booked(resource, "11:00", 2)
    with pytest.raises(booking.SlotTaken) as caught:
        booking.reschedule(receipt.reference, at("11:00"), now=NOW)
    assert at("11:20") in caught.value.alternatives
    assert reading.appointment_of(receipt.reference).starts_at == at("10:00")
    booking.reschedule(receipt.reference, at("09:00"), now=NOW)
    found = reading.appointment_of(receipt.reference)
    assert (found.starts_at, found.due_on, found.state) == (at("09:00"), TOMORROW, "booked")
    assert cell_count() == 2
    hold(resource, "10:00", 3)


def test_what_has_begun_is_not_changed(resource):
    receipt = booked(resource)
    for verb in (
        lambda: booking.cancel(receipt.reference, now=at("10:00")),
        lambda: booking.reschedule(receipt.reference, at("11:00"), now=at("10:00")),
    ):
        with pytest.raises(booking.TooLate):
            verb()
    booking.cancel(receipt.reference, now=NOW)
    with pytest.raises(kernel.MoveNotAllowed):
        booking.reschedule(receipt.reference, at("11:00"), now=NOW)


def test_only_what_is_offered_can_be_held(resource):
    for clock in ("08:40", "12:00", "10:10"):
        with pytest.raises(booking.SlotNotOffered):
            hold(resource, clock)
    with pytest.raises(booking.SlotNotOffered):  # 2 hours' lead
        hold(resource, "10:00", now=at("08:01"))
    with pytest.raises(booking.SlotNotOffered):
        booking.hold(10**6, at("10:00"), token(), now=NOW, locale="ru")
    assert db.session.scalar(select(func.count()).select_from(Case)) == 0


def test_a_day_closed_in_the_meantime_is_not_booked(resource):
    hold(resource)
    booking.fill(token(), details(), now=NOW, locale="ru")
    with transaction():
        db.session.add(DayChange(resource_id=resource, day=TOMORROW, kind="closed"))
    with pytest.raises(booking.SlotNotOffered):
        booking.book(token(), now=NOW)


def test_no_booking_without_details(resource):
    hold(resource)
    with pytest.raises(booking.DetailsMissing):
        booking.book(token(), now=NOW)
    with pytest.raises(booking.HoldNotFound):
        booking.book("nothing", now=NOW)


def test_who_is_not_allowed_holds_nothing(resource):
    def refuse():
        raise PermissionError

    with pytest.raises(PermissionError):
        booking.hold(resource, at("10:00"), token(), now=NOW, locale="ru", allow=refuse)
    assert cell_count() == 0


def test_every_seat_once(app):
    resource = make_resource(make_agency(), public_seats=2, desk_seats=1)
    hold(resource, number=1)
    hold(resource, number=2)
    with pytest.raises(booking.SlotTaken):
        hold(resource, number=3)


def test_slots_of_several_cells_do_not_overlap(app):
    resource = make_resource(make_agency(), slot_minutes=30, cell_minutes=10)
    hold(resource, "09:30", 1)
    with transaction():  # from tomorrow on, slots of 20 minutes
        db.session.get(Resource, resource).slot_minutes = 20
        bump_content_version()
    with pytest.raises(booking.SlotTaken):
        hold(resource, "09:20", 2)
    with pytest.raises(booking.SlotTaken):
        hold(resource, "09:40", 2)
    hold(resource, "10:00", 2)
    hold(resource, "09:40", 1)  # moves over its own time
    per_appointment = select(func.count(AppointmentCell.seat)).group_by(
        AppointmentCell.appointment_id
    )
    assert list(db.session.scalars(per_appointment)) == [2, 2]


def test_the_cell_length_stays(resource):
    with pytest.raises(TypeError), transaction():
        db.session.get(Resource, resource).cell_minutes = 10


def test_a_past_appointment_keeps_nobody_from_booking_again(resource):
    booking.hold(resource, at("10:00"), token(1), now=NOW, locale="ru")
    booking.fill(token(1), details(), now=NOW, locale="ru")
    booking.book(token(1), now=NOW, live_per_phone=1)
    week = later(days=7)
    other = at("10:00", TOMORROW + timedelta(days=7))
    booking.hold(resource, other, token(2), now=week, locale="ru")
    booking.fill(token(2), details(), now=week, locale="ru")
    assert booking.book(token(2), now=week, live_per_phone=1).starts_at == other


def test_a_hold_cannot_be_renewed_for_ever(resource):
    moment, step = NOW, timedelta(minutes=10)
    booking.hold(resource, at("11:40"), token(1), now=moment, locale="ru", minutes=15)
    while moment < NOW + booking.HOLD_AT_MOST:
        booking.fill(token(1), details(), now=moment, locale="ru", minutes=15)
        moment += step
    taken = booking.hold(resource, at("11:40"), token(2), now=moment, locale="ru")
    assert taken.token == token(2)


def test_an_old_form_holds_anew(resource):
    booking.hold(resource, at("11:00"), token(1), now=NOW, locale="ru", minutes=15)
    tomorrow = NOW + booking.HOLD_AT_MOST
    held = booking.hold(resource, at("11:20"), token(1), now=tomorrow, locale="ru", minutes=15)
    assert held.expires_at == tomorrow + timedelta(minutes=15)


@pytest.mark.parametrize("gone", ["official", "agency"])
def test_who_is_no_longer_there_cannot_be_booked(resource, gone):
    with transaction():
        if gone == "official":
            db.session.execute(update(Official).values(active=False))
        else:
            db.session.execute(update(Agency).values(abolished=True))
    with pytest.raises(booking.SlotNotOffered):
        booking.hold(resource, at("10:00"), token(1), now=NOW, locale="ru")
