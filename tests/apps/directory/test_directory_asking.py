"""Asking many owners at once: previewed, capped, never twice, never another's."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings
from tests.apps.core.conftest import Town, signed_in
from tests.apps.directory.conftest import TODAY, partner, written

from hygie.apps.core.audit.models import Decision
from hygie.apps.core.messages.models import Message
from hygie.apps.core.organisations.permissions import RefusedError
from hygie.apps.core.organisations.roles import Role
from hygie.apps.directory import asking_many
from hygie.apps.directory.asking_many import Asking, ask_many, chosen, months_before, older_than, plan_asking
from hygie.apps.directory.models import Ask, Entry

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))
OLD = TODAY - timedelta(days=400)
ADDRESS = "/gestion/annuaire/demander"


@pytest.fixture(autouse=True)
def _that_day(small_territory: Path, settings: Settings) -> None:
    settings.TERRITORY_FOLDER = small_territory
    settings.TODAY = TODAY


def link(token: str) -> str:
    return f"https://hygie.example/{token}"


def send(town: Town, months: int = 6) -> Asking:
    rows = older_than(town.commune, months, TODAY)
    return ask_many(town.viewer(Role.COORDINATOR), rows, link, on=TODAY, now=NOW)


def old(town: Town, name: str, email: str = "", on: date = OLD) -> Entry:
    return written(town.viewer(Role.AGENT), name, on, email=email)


def test_the_owners_of_old_entries_are_asked_once(town: Town) -> None:
    for i in range(3):
        old(town, f"Fiche {i}", f"f{i}@essai.example")
    old(town, "Muette")
    old(town, "Fraîche", "fraiche@essai.example", TODAY)
    written(partner(town), "À eux", OLD, email="eux@essai.example")
    shown = plan_asking(older_than(town.commune, 6, TODAY), TODAY)
    assert not Message.objects.exists(), "showing sends nothing"
    assert [entry.name for entry, _ in shown.asked] == ["Fiche 0", "Fiche 1", "Fiche 2"]
    assert [entry.name for entry in shown.silent] == ["Muette"]
    before = Decision.objects.filter(action="entry.ask").count()
    assert send(town) == shown
    assert (Ask.objects.count(), Message.objects.count()) == (3, 3)
    assert Decision.objects.filter(action="entry.ask").count() == before + 3
    again = send(town)
    assert (len(again.asked), again.recent, Message.objects.count()) == (0, 3, 3)


def test_a_request_is_capped_and_no_address_is_flooded(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking_many, "asks_at_once", lambda _on: 4)
    monkeypatch.setattr(asking_many, "asks_to_one", lambda _on: 2)
    for i in range(3):
        old(town, f"A {i}", "Un@essai.example" if i else "un@essai.example")
    for i in range(4):
        old(town, f"B {i}", f"b{i}@essai.example")
    done = send(town)
    assert [entry.name for entry, _ in done.asked] == ["A 0", "A 1", "B 0", "B 1"]
    assert done.later == 3
    assert [entry.name for entry, _ in send(town).asked] == ["A 2", "B 2", "B 3"]


def test_only_those_who_keep_entries_ask_and_only_of_their_own(town: Town) -> None:
    theirs = written(partner(town), "À eux", OLD, email="eux@essai.example")
    rows = chosen(town.commune, [theirs.pk, theirs.pk + 99], TODAY)
    assert plan_asking(rows, TODAY) == Asking()
    with pytest.raises(RefusedError):
        ask_many(town.viewer(Role.ELECTED), older_than(town.commune, 6, TODAY), link, on=TODAY, now=NOW)


def test_an_address_that_cannot_be_written_to_is_silent(town: Town) -> None:
    entry = old(town, "Fiche", "ok@essai.example")
    Entry.objects.filter(pk=entry.pk).update(email="pas une adresse\r\nBcc: x@essai.example")
    assert [one.pk for one in plan_asking(older_than(town.commune, 6, TODAY), TODAY).silent] == [entry.pk]


def test_the_page_shows_then_sends(town: Town) -> None:
    entry = old(town, "<b>Fiche</b>", "f@essai.example")
    fresh = old(town, "Fraîche", "g@essai.example", TODAY)
    client = signed_in(town.people[Role.COORDINATOR])
    page = client.get(ADDRESS).content.decode()
    assert "1 demande à envoyer" in page
    assert "<b>" not in page
    assert "essai.example" not in page, "addresses are never shown"
    picked = client.get(ADDRESS, {"fiche": [str(fresh.pk), "x", "9" * 30]}).content.decode()
    assert "Fraîche" in picked
    assert client.get(ADDRESS, {"mois": "-1"}).status_code == 200
    desk = client.get("/gestion/annuaire").content.decode()
    assert f'name="fiche" value="{entry.pk}"' in desk
    client.post(ADDRESS, {"mois": "6"})
    client.post(ADDRESS, {"mois": "6"})
    assert [ask.entry_id for ask in Ask.objects.all()] == [entry.pk]
    assert signed_in(town.people[Role.ELECTED]).get(ADDRESS).status_code == 403
    assert signed_in(town.people[Role.ELECTED]).post(ADDRESS).status_code == 403


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 60))
def test_months_before_is_the_same_day_or_the_end_of_the_month(on: date, months: int) -> None:
    found = months_before(on, months)
    assert (on.year - found.year) * 12 + on.month - found.month == months
    assert found.day == on.day or (found.day < on.day and (found + timedelta(days=1)).day == 1)
