"""References, secrets, timeline."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from app.appointments import operations as booking
from app.appointments.models import Appointment
from app.cases import operations as kernel
from app.cases import references
from app.cases.models import CaseEvent
from app.database import db, transaction
from tests.conftest import on_both
from tests.factories import NOW, at, details, make_agency, make_resource, token


@given(st.from_regex(r"\A[0-9]{10}\Z"), st.integers(0, 10), st.integers(1, 9))
def test_a_wrong_digit_is_noticed(digits, place, shift):
    reference = digits + references.check_digit(digits)
    assert references.parse_reference(references.format_reference(reference)) == reference
    wrong = str((int(reference[place]) + shift) % 10)
    assert references.parse_reference(reference[:place] + wrong + reference[place + 1 :]) is None


@given(st.from_regex(r"\A[0-9]{10}\Z"), st.integers(0, 9))
def test_swapped_neighbours_are_noticed(digits, place):
    reference = digits + references.check_digit(digits)
    swapped = list(reference)
    swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
    if swapped != list(reference):
        assert references.parse_reference("".join(swapped)) is None


def test_references_as_people_type_them():
    reference = references.new_reference(2026)
    assert reference.startswith("26") and len(reference) == 11
    for typed in (
        reference,
        f" {reference[:2]} {reference[2:]} ",
        f"№ {reference[:2]}–{reference[2:6]} {reference[6:]}",
        reference.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    ):
        assert references.parse_reference(typed) == reference
    assert references.parse_reference("") is None
    assert references.parse_reference(reference + "0") is None
    assert references.format_reference("26483019752") == "26-4830\u00a01975-2"


@pytest.fixture
def case(app):
    resource = make_resource(make_agency())
    booking.hold(resource, at("10:00"), token(), now=NOW, locale="ru")
    booking.fill(token(), details(), now=NOW, locale="ru")
    return booking.book(token(), now=NOW)


def test_the_secret_is_kept_only_as_a_hash(case):
    stored = db.session.execute(text("SELECT secret_hash FROM case_file")).scalar_one()
    assert len(case.secret) == 12 and case.secret.isdigit()
    assert case.secret not in stored and len(stored) == 64
    for table in ("case_file", "appointment", "case_event", "notice"):
        row = db.session.execute(text(f"SELECT * FROM {table}")).all()
        assert case.secret not in repr(row)


def test_one_error_for_a_wrong_number_and_a_wrong_secret(case):
    typed = references.format_secret(case.secret)
    assert kernel.find(references.format_reference(case.reference), typed) == case.reference
    for reference, secret in (
        (case.reference, "000000000000"),
        (case.reference, ""),
        ("26483019758", case.secret),
        ("", ""),
        ("что-то", "ничего"),
    ):
        with pytest.raises(kernel.CaseNotFound):
            kernel.find(reference, secret)


def test_only_moves_of_the_table(case):
    with transaction():
        found = kernel.lock(Appointment, Appointment.reference == case.reference)
        for state in ("held", "expired", "fulfilled", "nonsense", "booked"):
            with pytest.raises(kernel.MoveNotAllowed):
                kernel.move(found, state, "moved", actor="user:1", now=NOW)
        kernel.move(found, "arrived", "arrived", actor="user:1", now=NOW)
        kernel.move(found, "fulfilled", "fulfilled", actor="user:1", now=NOW)
    assert found.closed_at == NOW


def test_the_timeline_only_grows(case):
    line = db.session.scalars(db.select(CaseEvent)).first()
    with pytest.raises(TypeError), transaction():
        db.session.merge(line).actor = "somebody"
        db.session.flush()
    with pytest.raises(TypeError), transaction():
        db.session.delete(db.session.scalars(db.select(CaseEvent)).first())


@on_both
@pytest.mark.parametrize(
    ("damage", "number", "reason"),
    [
        ("UPDATE case_event SET actor = 'user:1' WHERE number = 2", 2, "changed"),
        ("UPDATE case_event SET at = '2026-01-01 00:00:00+00:00' WHERE number = 1", 1, "changed"),
        ("DELETE FROM case_event WHERE number = 1", 1, "missing"),
        ("DELETE FROM case_event WHERE number = 2", 2, "missing"),
        ("DELETE FROM case_event", 1, "missing"),
    ],
)
def test_tampering_is_found(app, case, damage, number, reason):
    assert kernel.verify_timeline() == (2, None)
    with transaction():
        db.session.execute(text(damage))
    right, found = kernel.verify_timeline()
    assert (found.reference, found.number, found.reason) == (case.reference, number, reason)
    assert right == number - 1
    result = app.test_cli_runner().invoke(args=["verify-timeline"])
    assert result.exit_code == 1


def test_the_command_says_that_all_is_well(app, case):
    result = app.test_cli_runner().invoke(args=["verify-timeline"])
    assert result.exit_code == 0 and "2" in result.output
