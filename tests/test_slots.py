"""Free times: rules, exceptions, calendar, lead time, horizon, seats."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy import event, select, update

from app.appointments import operations as booking
from app.appointments import schedule, slots
from app.appointments.models import DayChange, Resource, WeeklyHours
from app.cases.models import CalendarDay
from app.cases.workdays import is_working_day, working_days
from app.clock import TASHKENT
from app.content import bump_content_version
from app.database import db, transaction
from tests.conftest import on_both
from tests.factories import NOW, TOMORROW, at, later, make_agency, make_resource, token

SATURDAY = date(2026, 11, 28)


@pytest.fixture
def resource(app):
    return make_resource(make_agency(), hours="09:00-10:00")


def add(*rows):
    with transaction():
        db.session.add_all(rows)


def shown(resource, first=TOMORROW, last=None, now=NOW):
    """The free times as text, by day."""
    found = {}
    for plan in slots.load([resource], first, last or first, now).values():
        for start in slots.free(plan, first, last or first, now):
            local = slots.moment(start).astimezone(TASHKENT)
            found.setdefault(f"{local:%m-%d}", []).append(f"{local:%H:%M}")
    return found


def test_weekly_hours(resource):
    week = shown(resource, date(2026, 11, 24), date(2026, 11, 30))
    assert list(week) == ["11-24", "11-25", "11-26", "11-27", "11-30"]
    assert week["11-24"] == ["09:00", "09:20", "09:40"]


def test_a_slot_that_does_not_fit_before_closing_is_not_offered(resource):
    with transaction():
        db.session.get(Resource, resource).slot_minutes = 40
    assert shown(resource) == {"11-24": ["09:00"]}


def test_validity_and_every_other_week(resource):
    with transaction():
        rules = update(WeeklyHours).where(WeeklyHours.resource_id == resource)
        db.session.execute(
            rules.values(every_weeks=2, valid_from=date(2026, 11, 25), valid_to=date(2026, 12, 10))
        )
    days = shown(resource, date(2026, 11, 23), date(2026, 12, 20))
    # From Wednesday; not the next week; Monday to Thursday of the one after that.
    assert list(days) == ["11-25", "11-26", "11-27", "12-07", "12-08", "12-09", "12-10"]


def test_closed_days_hours_and_extra_hours(resource):
    add(
        DayChange(resource_id=resource, day=TOMORROW, kind="closed"),
        DayChange(
            resource_id=resource, day=TOMORROW, kind="extra", starts=time(15), ends=time(15, 40)
        ),
        DayChange(
            resource_id=resource,
            day=date(2026, 11, 25),
            kind="closed",
            starts=time(9, 30),
            ends=time(9, 40),
        ),
        DayChange(resource_id=resource, day=SATURDAY, kind="extra", starts=time(8), ends=time(9)),
    )
    week = shown(resource, TOMORROW, SATURDAY)
    assert week["11-24"] == ["15:00", "15:20"]
    assert week["11-25"] == ["09:00", "09:40"]
    assert week["11-28"] == ["08:00", "08:20", "08:40"]


def test_holidays_and_moved_working_days(resource):
    add(
        CalendarDay(day=TOMORROW, working=False),
        CalendarDay(day=SATURDAY, working=True, as_weekday=1),
    )
    assert list(shown(resource, TOMORROW, SATURDAY)) == ["11-25", "11-26", "11-27", "11-28"]
    assert working_days(TOMORROW, SATURDAY + timedelta(days=1)) == [
        date(2026, 11, day) for day in (25, 26, 27, 28)
    ]
    assert not is_working_day(TOMORROW) and is_working_day(SATURDAY)


def test_lead_time_and_horizon(resource):
    with transaction():
        found = db.session.get(Resource, resource)
        found.lead_minutes, found.horizon_days = 60, 2
    assert shown(resource, now=at("08:00"))["11-24"] == ["09:00", "09:20", "09:40"]
    assert shown(resource, now=at("08:00") + timedelta(seconds=1))["11-24"] == ["09:20", "09:40"]
    assert list(shown(resource, TOMORROW, SATURDAY, at("23:00"))) == ["11-25", "11-26"]


def test_an_inactive_resource_offers_nothing(resource):
    with transaction():
        db.session.get(Resource, resource).active = False
    assert shown(resource) == {}
    assert schedule.first_free([resource], NOW) == {}


def test_taken_and_run_out(resource):
    booking.hold(resource, at("09:20"), token(), now=NOW, locale="ru")
    assert shown(resource)["11-24"] == ["09:00", "09:40"]
    assert shown(resource, now=later(minutes=15))["11-24"] == ["09:00", "09:20", "09:40"]


def test_one_seat_through_the_whole_slot(app):
    resource = make_resource(
        make_agency(),
        hours="09:00-10:00",
        public_seats=2,
        desk_seats=1,
        slot_minutes=20,
        cell_minutes=10,
    )
    plan = slots.load([resource], TOMORROW, TOMORROW, NOW)[resource]
    first = slots.minute(at("09:00"))
    plan.taken = {first: 0b01, first + 10: 0b10}  # each seat is free for half of the slot only
    assert next(slots.free(plan, TOMORROW, TOMORROW, NOW)) == first + 20
    assert next(slots.free(plan, TOMORROW, TOMORROW, NOW, desk=True)) == first
    plan.taken = {first: 0b100}  # the desk's own seat
    assert next(slots.free(plan, TOMORROW, TOMORROW, NOW)) == first


def test_earliest_of_a_body(app):
    agency = make_agency()
    early = make_resource(agency, hours="09:00-09:20")
    late = make_resource(agency, hours="14:00-15:00", lead_minutes=24 * 60)
    booking.hold(early, at("09:00"), token(), now=NOW, locale="ru")
    found = schedule.first_free([early, late], NOW)
    assert {id_: slots.moment(start) for id_, start in found.items()} == {
        early: at("09:00", date(2026, 11, 25)),
        late: at("14:00"),
    }


@pytest.fixture
def statements(app):
    """The queries that were sent."""
    found = []

    def note(connection, cursor, statement, *rest):
        if statement.startswith("SELECT"):
            found.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    return found


@on_both
def test_a_month_of_fifty_officials_takes_few_queries(app, statements):
    agency = make_agency()
    ids = [make_resource(agency, hours="09:00-12:00") for _ in range(50)]
    for number, resource in enumerate(ids[:20]):
        booking.hold(resource, at("09:20"), token(number), now=NOW, locale="ru")
    for known in (False, True):
        statements.clear()
        wanted = schedule.schedules(ids, NOW)
        taken = schedule.taken(wanted.values(), NOW)
        days = [schedule.free_days(s, taken.get(id_, {}), NOW) for id_, s in wanted.items()]
        # 30 days from Monday, today from 11:00 on; 9 times a day.
        assert sum(len(free) for one in days for _, free in one) == 50 * (22 * 9 + 3) - 20
        assert len(statements) <= (2 if known else 8)


@on_both
def test_both_ways_of_reading_agree(app):
    resource = make_resource(
        make_agency(), public_seats=2, slot_minutes=30, cell_minutes=10, horizon_days=3
    )
    add(
        DayChange(resource_id=resource, day=TOMORROW, kind="closed", starts=time(10), ends=time(11))
    )
    for number, hour in enumerate(("09:00", "09:00", "11:30")):
        booking.hold(resource, at(hour), token(number), now=NOW, locale="ru")
    last = TOMORROW + timedelta(days=9)
    for now in (NOW, later(minutes=15), at("09:00"), at("11:00")):
        wanted = schedule.schedules([resource], now)
        taken = schedule.taken(wanted.values(), now)[resource]
        kept = [s for _, free in schedule.free_days(wanted[resource], taken, now) for s in free]
        plan = slots.load([resource], TOMORROW - slots.DAY, last, now)[resource]
        assert kept == list(slots.free(plan, TOMORROW - slots.DAY, last, now))


def test_a_schedule_is_kept_until_the_content_changes(app, resource):
    assert schedule.first_free([resource], NOW)
    with transaction():
        db.session.get(Resource, resource).active = False
    assert schedule.first_free([resource], NOW)
    with transaction():
        bump_content_version()
    assert schedule.first_free([resource], NOW) == {}


def test_rows_of_other_officials_are_not_read(resource):
    other = make_resource(db.session.scalar(select(Resource.agency_id)))
    booking.hold(other, at("09:00"), token(), now=NOW, locale="ru")
    assert shown(resource)["11-24"][0] == "09:00"


def test_hours_that_do_not_fall_on_cells_show_what_is_taken(app):
    agency = make_agency()
    resource = make_resource(agency, hours="09:00-10:00")
    with transaction():
        db.session.add(
            WeeklyHours(
                resource_id=resource,
                weekday=TOMORROW.weekday(),
                starts=time(14, 10),
                ends=time(15, 10),
                valid_from=date(2026, 1, 1),
            )
        )
    booking.hold(resource, at("14:10"), token(1), now=NOW, locale="ru")
    wanted = schedule.schedules([resource], NOW)
    taken = schedule.taken(wanted.values(), NOW)
    free = dict(schedule.free_days(wanted[resource], taken[resource], NOW))[TOMORROW]
    assert slots.minute(at("14:10")) not in free
    assert slots.minute(at("14:50")) in free
