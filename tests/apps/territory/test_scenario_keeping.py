"""Scenarios: how many, how large, how often; what of people goes, and when; maps; being ready."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings
from tests.apps.core.conftest import Town
from tests.apps.territory.conftest import CLOSE_PORT, EAST, PORT

from hygie.apps.core.audit.journal import SYSTEM
from hygie.apps.core.organisations.roles import Role
from hygie.apps.territory import live_answers, warming
from hygie.apps.territory.live_steps import CLOSE, OPEN, Step
from hygie.apps.territory.scenarios import limiting, services
from hygie.apps.territory.scenarios.mapping import scenario_maps
from hygie.apps.territory.scenarios.models import Scenario, ScenarioLink
from hygie.apps.territory.scenarios.notes import council_note
from hygie.apps.territory.selectors import Opened
from hygie.apps.territory.shredder import erase_authorship, export_authorship, forget_authors, forget_links
from hygie.engines.kernel.errors import HygieError
from hygie.reports.scenario_maps import change_maps, window_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))
STEPS = (Step(CLOSE, PORT),)
OTHER = (Step(CLOSE, EAST), Step(OPEN, "", "pharmacy", -5.5, 46.3))


def save(town: Town, shown: Opened, name: str, steps: tuple[Step, ...] = STEPS) -> Scenario:
    return services.save_scenario(town.viewer(Role.COORDINATOR), shown, name, steps)


def test_too_many_changes_tried_are_refused_with_the_time_to_wait(
    coordinator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiting, "WHAT_IFS", replace(limiting.WHAT_IFS, most=2))
    for _ in range(2):
        assert coordinator.get("/scenario/reponse", {"e": CLOSE_PORT}).status_code == 200
    refused = coordinator.get("/scenario/reponse", {"e": CLOSE_PORT})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert "Recommencez" in refused.json()["error"]
    assert coordinator.get("/scenario", {"e": CLOSE_PORT}).status_code == 429
    assert coordinator.get("/scenario").status_code == 200, "the page without change is not counted"


def test_saving_is_limited_in_number_rate_and_size(
    town: Town, shown: Opened, coordinator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiting, "MOST_SCENARIOS", 1)
    save(town, shown, "Un")
    with pytest.raises(HygieError, match="garde déjà"):
        save(town, shown, "Deux")
    monkeypatch.setattr(limiting, "MOST_SCENARIOS", 9)
    monkeypatch.setattr(limiting, "LARGEST_RESULTS", 10)
    with pytest.raises(HygieError, match="trop de zones"):
        save(town, shown, "Trois")
    monkeypatch.setattr(limiting, "SAVED", replace(limiting.SAVED, most=1))
    values = {"nom": "", "e": CLOSE_PORT}
    assert coordinator.post("/scenarios/enregistrer", values).status_code == 422
    assert coordinator.post("/scenarios/enregistrer", values).status_code == 429
    assert Scenario.objects.count() == 1


def test_names_go_with_time_and_when_asked_and_scenarios_stay(town: Town, shown: Opened) -> None:
    saved, user = save(town, shown, "Fermer le Port"), town.people[Role.COORDINATOR]
    assert [one["name"] for one in export_authorship(user)] == ["Fermer le Port"]
    assert export_authorship(town.people[Role.AGENT]) == []
    Scenario.objects.update(created=NOW - timedelta(days=1000))
    assert forget_authors(NOW) == 0
    Scenario.objects.update(created=NOW - timedelta(days=1200))
    assert (forget_authors(NOW), forget_authors(NOW)) == (1, 0)
    Scenario.objects.update(author=user)
    assert erase_authorship(user, SYSTEM) == 1
    saved.refresh_from_db()
    assert saved.author is None


def test_links_that_ended_long_ago_are_erased(town: Town, shown: Opened) -> None:
    saved, today = save(town, shown, "Fermer le Port"), date(2026, 11, 24)
    for days in (-200, -10, 10):
        ScenarioLink.objects.create(scenario=saved, until=today + timedelta(days=days))
    assert (forget_links(today), ScenarioLink.objects.count()) == (1, 2)


def test_scenarios_side_by_side_have_maps_on_one_window_and_one_legend(
    town: Town, shown: Opened, coordinator: Client
) -> None:
    kept = [save(town, shown, "Fermer"), save(town, shown, "Déplacer", OTHER)]
    found = scenario_maps(kept, shown)
    side = next(one for one in found.by_indicator.values() if None not in one.figures)
    figures = [figure for figure in side.figures if figure is not None]
    assert len(figures) == 2
    assert {drawing.ground.key for figure in figures for drawing in figure.drawings} == {found.windows[0].key}
    assert len({figure.drawings[0].key for figure in figures}) == 2, "identifiers are unique in the page"
    looks = {item.look for figure in figures for item in figure.legend}
    assert {item.look for item in side.legend.legend} == looks
    page = coordinator.get("/scenarios/comparer", {"s": [str(one.pk) for one in kept]}).content.decode()
    assert page.count('class="map-legend"') == page.count('class="side-by-side"') > 0
    assert page.count('id="ground-under-') == 1
    Scenario.objects.filter(pk=kept[0].pk).update(territory="0" * 64)
    stale = coordinator.get("/scenarios/comparer", {"s": [str(one.pk) for one in kept]}).content.decode()
    assert "Les cartes manquent" in stale
    assert "map-legend" not in stale


def test_the_council_note_has_its_map_and_its_offset_in_page_and_pdf(
    town: Town, shown: Opened, coordinator: Client
) -> None:
    saved = save(town, shown, "Fermer le Port")
    note = council_note(saved, shown, stale=False)
    part = next(part for part in note.parts if part.map is not None)
    assert part.offset, "a closure says what would offset it, or that nothing would"
    page = coordinator.get(f"/scenarios/{saved.pk}/note").content.decode()
    assert 'class="map"' in page
    pdf = coordinator.get(f"/scenarios/{saved.pk}/note.pdf")
    assert pdf.content.startswith(b"%PDF-")
    assert pdf.content == coordinator.get(f"/scenarios/{saved.pk}/note.pdf").content


def test_a_scenario_that_also_opens_says_that_no_offset_is_looked_for(town: Town, shown: Opened) -> None:
    note = council_note(save(town, shown, "Déplacer", OTHER), shown, stale=False)
    assert any("ne cherche pas" in limit for limit in note.limits)
    alone = council_note(save(town, shown, "Fermer"), shown, stale=False)
    assert not any("ne cherche pas" in limit for limit in alone.limits)


def test_maps_need_a_window(shown: Opened) -> None:
    found = live_answers.answer(shown, STEPS).what_if
    empty = replace(shown.scene.stage, windows=())
    assert window_of(shown.territory, [found], empty) is None
    window = window_of(shown.territory, [found], shown.scene.stage)
    assert window is not None
    assert change_maps(shown.territory, [], shown.catalogue, shown.scene.stage, window) == {}


def test_a_version_shown_is_opened_before_anybody_asks(
    shown: Opened, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    warmed: list[Path] = []
    monkeypatch.setattr(warming, "warm", lambda: warmed.append(Path(settings.TERRITORY_FOLDER)))
    folders = iter([settings.TERRITORY_FOLDER, settings.TERRITORY_FOLDER, tmp_path / "none"])
    monkeypatch.setattr(warming, "shown_folder", lambda: Path(next(folders)))
    warming.keep_warm(0.0, looks=3)
    assert warmed == [], "nothing is opened while nothing changes, nor where there is no territory"
    stamps = iter([1, 1, 2, 2])
    monkeypatch.setattr(warming, "shown_folder", lambda: Path(settings.TERRITORY_FOLDER))
    monkeypatch.setattr(warming, "territory_stamp", lambda _folder: next(stamps))
    warming.keep_warm(0.0, looks=4)
    assert len(warmed) == 1
    warming.try_changes(shown)
    assert live_answers.answer.cache_info().currsize


@given(st.integers(0, 3 * 1024**2))
def test_results_are_kept_up_to_their_size(size: int) -> None:
    text = {"a": "x" * size}
    if size + len('{"a": ""}') > limiting.LARGEST_RESULTS:
        with pytest.raises(HygieError):
            limiting.check_size(text)
    else:
        limiting.check_size(text)
