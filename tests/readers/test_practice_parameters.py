"""Limits, delays and hours of the catalogue, as the portal reads them."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from hygie.engines.kernel.errors import HygieError
from hygie.readers.calendars import departement_of, french_public_holidays, local_zone
from hygie.readers.practice_parameters import (
    Limit,
    Messaging,
    SigningIn,
    practice_figures,
    practice_parameters,
)

DAY = date(2026, 11, 24)


def test_every_figure_of_its_files_is_read_once_and_is_to_verify() -> None:
    held = practice_parameters(practice_figures(), DAY)
    assert sorted(use.key for use in held.figures) == sorted(practice_figures())
    assert {use.status for use in held.figures} == {"to-verify"}
    assert len(held.figures) == 43


def test_the_numbers_are_those_of_the_files() -> None:
    held = practice_parameters(practice_figures(), DAY)
    assert held.signing_in.by_account == Limit("sign_in_account", 5, 300)
    assert held.signing_in.code_by_contact_a_day == Limit("code_contact_day", 10, 86_400)
    assert held.signing_in.code_age == timedelta(minutes=10)
    assert held.signing_in.invitation_kept == timedelta(days=30)
    assert (held.messages.quiet_until, held.messages.quiet_from) == (time(8), time(20))
    assert held.messages.pauses[-1] == timedelta(hours=6)
    for part, kind in ((held.signing_in, SigningIn), (held.messages, Messaging)):
        assert all(getattr(part, f.name) for f in fields(kind))


def test_a_day_before_the_figures_is_refused() -> None:
    with pytest.raises(HygieError, match="n’existe pas"):
        practice_parameters(practice_figures(), date(2020, 1, 1))


@pytest.mark.parametrize(
    ("commune", "departement"),
    [("67482", "67"), ("2A004", "2A"), ("97105", "971"), ("98818", "988"), ("00001", "00")],
)
def test_the_departement_of_a_commune(commune: str, departement: str) -> None:
    assert departement_of(commune) == departement


@pytest.mark.parametrize(
    ("departement", "day"),
    [
        ("67", date(2026, 12, 26)),
        ("68", date(2026, 4, 3)),
        ("57", date(2026, 12, 26)),
        ("971", date(2026, 5, 27)),
        ("972", date(2026, 5, 22)),
        ("973", date(2026, 6, 10)),
        ("974", date(2026, 12, 20)),
        ("976", date(2026, 4, 27)),
    ],
)
def test_holidays_of_their_own(departement: str, day: date) -> None:
    """Days of the code du travail (L3134-13, L3422-2), written by hand."""
    assert french_public_holidays((2026,), departement=departement).holds(day)
    assert not french_public_holidays((2026,)).holds(day)
    assert french_public_holidays((2026,), departement=departement).holds(date(2026, 7, 14))


def test_elsewhere_has_the_national_ones_alone() -> None:
    national = french_public_holidays((2026,))
    for other in ("", "00", "2A", "75", "<b>"):
        assert french_public_holidays((2026,), departement=other) == national


def test_the_hour_is_that_of_the_place() -> None:
    assert local_zone("974") == ZoneInfo("Indian/Reunion")
    assert local_zone("67") == local_zone("") == ZoneInfo("Europe/Paris")
