"""Finding entries: words, slips, order, opening, walking, and what is never kept."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from tests.apps.core.conftest import Town
from tests.apps.directory.conftest import TODAY, partner, written

from hygie.apps.core.audit.models import Decision
from hygie.apps.core.organisations.roles import Role
from hygie.apps.directory import searching
from hygie.apps.directory.models import Accepts, Entry
from hygie.apps.directory.openings import hours_lines, opening
from hygie.apps.directory.policies import accepts_now, oldest_fresh, oldest_patients
from hygie.apps.directory.searching import Query, find
from hygie.apps.directory.vocabulary import facts_text, read_facts
from hygie.apps.directory.words import one_slip, words
from hygie.engines.reach.days import Calendar, Days
from hygie.engines.reach.opening import State

pytestmark = pytest.mark.django_db
TUESDAY_TEN = datetime(2026, 11, 24, 10, 0)  # noqa: DTZ001  # hours are local, without time zone


def names(query: Query, now: datetime = TUESDAY_TEN) -> list[str]:
    return [hit.entry.name for hit in find(query, now).hits]


@pytest.fixture
def shops(town: Town) -> None:
    agent = town.viewer(Role.AGENT)
    old = TODAY - timedelta(days=400)
    written(agent, "Pharmacie du Port", hours="Mo-Fr 09:00-12:00", address="3 rue des Tilleuls")
    written(agent, "Pharmacie de l’Écluse", old, hours="Mo-Su 00:00-24:00")
    written(
        agent, "Officine Saint-Éloi", hours="Sa 09:00-12:00", accessibility=facts_text({"step_free": True})
    )
    written(
        agent, "Cabinet Démo", category="gp", accepts="yes", description="Consultations sans avance de frais"
    )
    written(agent, "Fiche cachée du Port", published=False)


@pytest.mark.usefixtures("shops")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("port", ["Pharmacie du Port"]),
        ("PHARMACIES", ["Officine Saint-Éloi", "Pharmacie du Port", "Pharmacie de l’Écluse"]),
        ("ecluse", ["Pharmacie de l’Écluse"]),
        ("l'éclu", ["Pharmacie de l’Écluse"]),
        ("saint eloi", ["Officine Saint-Éloi"]),
        ("medecin", ["Cabinet Démo"]),
        ("avance frais", ["Cabinet Démo"]),
        ("rue des tilleuls", ["Pharmacie du Port"]),
        ("port ecluse", []),
        ("nulle part", []),
        ("!!!", ["Officine Saint-Éloi", "Cabinet Démo", "Pharmacie du Port", "Pharmacie de l’Écluse"]),
    ],
)
def test_words_find_without_accents_case_nor_plural(text: str, found: list[str]) -> None:
    assert sorted(names(Query(text))) == sorted(found)


@pytest.mark.usefixtures("shops")
def test_a_name_that_says_the_word_comes_before_a_category_that_does() -> None:
    assert names(Query("pharmacie"))[0] == "Pharmacie du Port"


@pytest.mark.usefixtures("shops")
@pytest.mark.parametrize("typed", ["phamacie", "pharmacei", "pharmaciee", "phramacie"])
def test_one_slip_of_the_finger_is_forgiven_and_said(typed: str) -> None:
    found = find(Query(f"{typed} port"), TUESDAY_TEN)
    assert [hit.entry.name for hit in found.hits] == ["Pharmacie du Port"]
    assert found.corrected == ((typed, "pharmacie"),) or typed == "pharmaciee"


@given(st.text(alphabet="abcde", max_size=7), st.text(alphabet="abcde", max_size=7))
def test_one_slip_is_what_an_exhaustive_search_says(a: str, b: str) -> None:
    letters = "abcde"
    edits = {a}
    for i in range(len(a) + 1):
        edits |= {a[:i] + c + a[i:] for c in letters}
        if i < len(a):
            edits |= {a[:i] + a[i + 1 :]} | {a[:i] + c + a[i + 1 :] for c in letters}
        if i + 1 < len(a):
            edits |= {a[:i] + a[i + 1] + a[i] + a[i + 2 :]}
    assert one_slip(a, b) == (b in edits)


@given(st.text(max_size=60))
def test_any_text_gives_plain_words(text: str) -> None:
    for word in words(text):
        assert word.isascii()
        assert word.isalnum()
        assert len(word) <= 24


@pytest.mark.usefixtures("shops")
def test_an_old_entry_goes_after_the_fresh_ones() -> None:
    assert names(Query(category="pharmacy"))[-1] == "Pharmacie de l’Écluse"
    assert names(Query("pharmacie"))[-1] == "Pharmacie de l’Écluse"


@pytest.mark.usefixtures("shops")
def test_open_now_keeps_what_is_open_at_that_moment() -> None:
    assert names(Query(open_now=True)) == ["Pharmacie du Port", "Pharmacie de l’Écluse"]
    saturday = datetime(2026, 11, 28, 10, 0)  # noqa: DTZ001  # as above
    assert names(Query(open_now=True), saturday) == ["Officine Saint-Éloi", "Pharmacie de l’Écluse"]
    hit = find(Query("cabinet"), TUESDAY_TEN).hits[0]
    assert hit.opening is State.UNKNOWN


THAT_DAY = frozenset({date(2026, 11, 24)})
HOLIDAYS = Calendar(public=Days(THAT_DAY, date(2026, 1, 1), date(2026, 12, 31)))
"""The 24th is a public holiday there, and is not by the law."""
SCHOOL = Calendar(school=Days(THAT_DAY, date(2026, 9, 1), date(2027, 8, 31)))


@pytest.mark.parametrize(
    ("hours", "known", "state"),
    [
        ("Mo-Fr 09:00-12:00; SH off", SCHOOL, State.CLOSED),
        ("Mo-Fr 14:00-18:00; SH 09:00-12:00", SCHOOL, State.OPEN),
        ("Mo-Fr 09:00-12:00; PH off", HOLIDAYS, State.CLOSED),
        ("Mo-Fr 09:00-12:00; PH off", Calendar(), State.OPEN),
        ("Mo-Fr 09:00-12:00; SH off", Calendar(), State.UNKNOWN),
        ("Mo-Fr 09:00-12:00", SCHOOL, State.OPEN),
    ],
)
def test_open_now_follows_the_holidays_of_the_territory(
    town: Town, hours: str, known: Calendar, state: State
) -> None:
    written(town.viewer(Role.AGENT), "Pharmacie", hours=hours)
    assert find(Query("pharmacie"), TUESDAY_TEN, known).hits[0].opening is state
    kept = [hit.entry.name for hit in find(Query(open_now=True), TUESDAY_TEN, known).hits]
    assert kept == (["Pharmacie"] if state is State.OPEN else [])


def test_where_the_territory_s_calendar_ends_public_holidays_are_those_of_the_law() -> None:
    christmas = datetime(2027, 12, 25, 10, 0)  # noqa: DTZ001  # as above
    assert opening("Mo-Su 09:00-12:00; PH off", christmas, HOLIDAYS).state is State.CLOSED
    assert opening("Mo-Su 09:00-12:00; PH off", TUESDAY_TEN, HOLIDAYS).state is State.CLOSED


@pytest.mark.parametrize(("rare", "listed"), [(0, 10**9), (0, 0), (10**9, 10**9)])
def test_however_a_text_is_looked_up_it_finds_what_reading_every_entry_finds(
    town: Town, monkeypatch: pytest.MonkeyPatch, rare: int, listed: int
) -> None:
    """The three ways to look a text up, beside a filter written by hand."""
    monkeypatch.setattr(searching, "_RARE", rare)
    monkeypatch.setattr(searching, "_LISTED", listed)
    draw, agent = Random(3), town.viewer(Role.AGENT)
    for i in range(60):
        name = " ".join(draw.sample(["port", "centre", "ecluse", "moulin", "tilleuls", "gare"], 3))
        written(agent, f"{name} {i}", TODAY - timedelta(days=draw.choice((0, 400))))
    everything = list(Entry.objects.all())
    for text in ("port", "centre moulin", "gare port tilleuls", "pharmacie", "pharmacie ecluse"):
        found: list[Entry] = []
        for page in (1, 2, 3, 4):
            found += [hit.entry for hit in find(Query(text, page=page), TUESDAY_TEN).hits]
        asked = set(text.split()) - {"pharmacie"}
        wanted = [entry for entry in everything if asked <= set(entry.sort_name.split())]
        assert len(found) == len(set(found)) == len(wanted)
        assert set(found) == set(wanted)
        limit = oldest_fresh(TODAY)
        ages = [entry.as_of < limit for entry in found]
        assert ages == sorted(ages), "the fresh ones first"
        if rare == 0:
            assert found == sorted(wanted, key=lambda entry: (entry.as_of < limit, entry.sort_name, entry.pk))


@pytest.mark.usefixtures("shops")
def test_facts_and_new_patients_filter() -> None:
    assert names(Query(facts=("step_free",))) == ["Officine Saint-Éloi"]
    assert names(Query(new_patients=True)) == ["Cabinet Démo"]
    later = TUESDAY_TEN + timedelta(days=70)
    assert names(Query(new_patients=True), later) == []
    entry = Entry.objects.get(name="Cabinet Démo")
    assert accepts_now(entry, TODAY) is Accepts.YES
    assert accepts_now(entry, later.date()) is Accepts.UNKNOWN
    assert oldest_patients(TODAY) > oldest_fresh(TODAY), "« accepts » expires sooner than the rest"


def test_pages_neither_repeat_nor_lose_an_entry(town: Town) -> None:
    agent = town.viewer(Role.AGENT)
    for i in range(47):
        written(agent, f"Lieu {i:02}", TODAY - timedelta(days=400 * (i % 2)))
    for query in (Query(category="pharmacy"), Query("lieu")):
        pages = [names(Query(query.text, query.category, page=page)) for page in (1, 2, 3)]
        seen = [name for page in pages for name in page]
        assert len(seen) == len(set(seen)) == 47
        evens = [f"Lieu {i:02}" for i in range(0, 47, 2)]
        assert seen[:24] == evens, "fresh ones first, then old ones, each by name"


def test_walking_minutes_from_what_is_typed(town: Town, visitor: Client, small_territory: Path) -> None:
    agent = town.viewer(Role.AGENT)
    written(agent, "Loin", lon=-5.47, lat=46.3)
    written(agent, "Près", lon=-5.4999, lat=46.3)
    written(agent, "Sans lieu")
    page = visitor.post("/annuaire", {"depuis": "12 quartier des Ormeaux"}).content.decode()
    assert "Les Ormeaux" in page
    assert page.index(">Près<") < page.index(">Loin<")
    assert "environ" in page, "without streets the minutes are estimates"
    assert "Sans lieu" not in page
    assert visitor.get("/annuaire?zone=zone:quarter:q0").status_code == 200
    assert visitor.get("/annuaire?zone=zone:quarter:nulle").status_code == 404
    lost = visitor.post("/annuaire", {"depuis": "Zzyzx", "q": "loin"}).content.decode()
    assert "pas connu du territoire" in lost


def test_a_typed_address_is_in_no_link_no_cookie_and_no_journal(town: Town, visitor: Client) -> None:
    agent = town.viewer(Role.AGENT)
    for i in range(30):
        written(agent, f"Lieu {i:02}", lon=-5.5, lat=46.3)
    answer = visitor.post("/annuaire", {"depuis": "Ormeaux secret"})
    page = answer.content.decode()
    assert not answer.cookies
    assert 'name="page" value="2"' in page, "pages are turned by buttons of the form"
    assert "?depuis" not in page
    assert "&depuis" not in page
    assert page.lower().count("secret") == 1, "only in the field where it was typed"
    assert not any("secret" in line.details for line in Decision.objects.all())
    kept = visitor.get("/annuaire?depuis=12+rue+Secrete")
    assert kept.status_code == 302
    assert kept.headers["Location"] == "/annuaire"


def test_the_search_page_asks_few_questions_of_the_database(town: Town, visitor: Client) -> None:
    agent = town.viewer(Role.AGENT)
    for i in range(25):
        written(agent, f"Lieu {i:02}", hours="Mo-Fr 09:00-12:00")
    visitor.get("/annuaire?q=lieu")
    with CaptureQueriesContext(connection) as seen:
        assert visitor.get("/annuaire?q=lieu").status_code == 200
    assert len(seen) <= 8, [query["sql"] for query in seen]


@pytest.mark.parametrize(
    "query",
    ["categorie=inconnue", "acces=inconnu", "zone=place:nulle"],
)
def test_what_does_not_exist_is_not_found(db: None, visitor: Client, query: str) -> None:
    assert visitor.get(f"/annuaire?{query}").status_code == 404


@pytest.mark.parametrize(
    "q", ["' OR 1=1 --", "%", "_", "\x00", "😀" * 400, "a" * 10_000, "<script>", "é" * 90]
)
def test_hostile_texts_break_nothing(db: None, visitor: Client, q: str) -> None:
    for answer in (visitor.get("/annuaire", {"q": q}), visitor.post("/annuaire", {"q": q, "depuis": q})):
        assert answer.status_code == 200
        assert "<script>" not in answer.content.decode()
    assert visitor.get("/annuaire", {"page": "99999999999999999999"}).status_code == 200
    assert visitor.get("/annuaire", {"q": "x", "page": "²"}).status_code == 200


def test_hours_are_said_in_french_where_they_are_plain() -> None:
    assert hours_lines("Mo-Fr 08:30-12:00,14:00-18:30; Sa off") == (
        "lundi au vendredi : 8 h 30 à 12 h, 14 h à 18 h 30",
        "samedi : fermé",
    )
    assert hours_lines("24/7") == ("jour et nuit, tous les jours",)
    assert hours_lines('Mo "sur rendez-vous"') == ('Mo "sur rendez-vous"',)
    assert hours_lines("") == ()


def test_facts_are_read_back() -> None:
    facts = {"step_free": True, "parking": False}
    assert read_facts(facts_text(facts)) == facts
    assert facts_text({}) == ""


def test_the_partner_s_entries_are_found_like_the_town_s(town: Town) -> None:
    written(partner(town), "Groupe de parole", category="mental_health", on=date(2026, 11, 1))
    assert names(Query("groupe parole")) == ["Groupe de parole"]
