"""Saved scenarios: whose they are, what they keep, how they are shared, compared and printed."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone
from tests.apps.conftest import HOSTILE_PLACE
from tests.apps.core.conftest import Town, join, signed_in
from tests.apps.territory.conftest import CLOSE_PORT, EAST, PORT

from hygie.apps.core.accounts.models import User
from hygie.apps.core.audit.models import Decision
from hygie.apps.core.organisations.models import Grant
from hygie.apps.core.organisations.permissions import RefusedError
from hygie.apps.core.organisations.roles import Role
from hygie.apps.territory.live_steps import Step, steps_of_json
from hygie.apps.territory.scenarios import selectors, services
from hygie.apps.territory.scenarios.comparing import comparisons
from hygie.apps.territory.scenarios.models import Scenario, ScenarioLink
from hygie.apps.territory.selectors import Opened
from hygie.engines.kernel.errors import HygieError
from hygie.reports.pdf.clean import Json
from hygie.reports.pdf_note.writing import note_pdf

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)
STEPS = (Step("close", PORT),)


@pytest.fixture
def saved(town: Town, shown: Opened) -> Scenario:
    return services.save_scenario(town.viewer(Role.COORDINATOR), shown, "Fermer le Port", STEPS)


def neighbour(town: Town) -> User:
    """Somebody who coordinates in the association."""
    user = User.objects.create_user("voisine@asso.example", "Voisine Démo")
    join(user, town.association, Role.COORDINATOR)
    return user


def test_saving_keeps_the_changes_the_results_and_a_line_in_the_journal(saved: Scenario) -> None:
    assert steps_of_json(saved.steps) == STEPS
    [pharmacy] = saved.results["indicators"]
    assert pharmacy["key"] == "access_pharmacy"
    line = Decision.objects.get(action="scenario.save")
    assert "Fermer le Port" not in line.details
    assert PORT not in line.details


def test_small_counts_are_not_kept(saved: Scenario) -> None:
    counts = [
        pair
        for one in saved.results["indicators"]
        for row in one["rows"]
        for pair in (row["losing"], row["gaining"], row["stranded"])
    ]
    assert counts
    assert not [value for value, _, _ in counts if value is not None and 0 < value < 11]


def test_the_page_of_the_forms_saves_and_leads_to_the_scenario(coordinator: Client) -> None:
    response = coordinator.post("/scenarios/enregistrer", {"nom": "Essai", "e": [CLOSE_PORT]})
    assert response.status_code == 302
    page = unescape(coordinator.get(response.headers["Location"]).content.decode())
    assert "Fermer «\xa0Pharmacie du Port\xa0»" in page
    assert re.search(r"habitants perdent 5\s*minutes ou davantage", page)


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u202e", "x" * 121, "\x00"])
def test_a_name_must_say_something(coordinator: Client, name: str) -> None:
    response = coordinator.post("/scenarios/enregistrer", {"nom": name, "e": [CLOSE_PORT]})
    assert response.status_code == 422
    assert f'value="{CLOSE_PORT}"' in response.content.decode()
    assert not Scenario.objects.exists()


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "a\r\nSet-Cookie: x=1", "{{ 7 * 7 }}"]
)
def test_a_hostile_name_is_only_text(coordinator: Client, name: str) -> None:
    response = coordinator.post("/scenarios/enregistrer", {"nom": name, "e": [CLOSE_PORT]})
    where = response.headers["Location"]
    for address in (where, f"{where}/note", "/scenarios"):
        page = coordinator.get(address)
        assert "<script>alert" not in page.content.decode()
        assert "Set-Cookie: x" not in str(page.headers)
    pdf = coordinator.get(f"{where}/note.pdf")
    assert pdf.headers["Content-Disposition"] == 'inline; filename="note-scenario.pdf"'
    assert pdf.content.startswith(b"%PDF")


def test_two_scenarios_of_an_organisation_have_two_names(saved: Scenario, coordinator: Client) -> None:
    response = coordinator.post("/scenarios/enregistrer", {"nom": saved.name, "e": [CLOSE_PORT]})
    assert response.status_code == 422
    assert "Choisissez un autre nom" in response.content.decode()


def test_nothing_to_keep_and_unknown_places_are_refused(town: Town, shown: Opened) -> None:
    viewer = town.viewer(Role.COORDINATOR)
    for steps in ((), (Step("close", "disparu"),), (Step("open", category="castle", lon=1, lat=1),)):
        with pytest.raises(HygieError):
            services.save_scenario(viewer, shown, "Essai", steps)
    assert not Scenario.objects.exists()
    assert not Decision.objects.filter(action="scenario.save").exists()


@pytest.mark.parametrize("role", [Role.ELECTED, Role.DECIDER, Role.PARTNER, Role.DPO, Role.COMMISSION])
def test_who_only_reads_does_not_write(town: Town, shown: Opened, saved: Scenario, role: Role) -> None:
    viewer = town.viewer(role)
    with pytest.raises(RefusedError):
        services.save_scenario(viewer, shown, "Autre", STEPS)
    for act in (services.delete_scenario, lambda v, s: services.make_link(v, s, today=TODAY)):
        with pytest.raises(RefusedError):
            act(viewer, saved)
    client = signed_in(town.people[role])
    for verb in ("recalculer", "partager", "lien", "supprimer"):
        assert client.post(f"/scenarios/{saved.pk}/{verb}").status_code in (403, 404, 405)
    assert Scenario.objects.filter(pk=saved.pk).exists()


def test_another_organisation_finds_nothing(town: Town, saved: Scenario) -> None:
    for user in (town.stranger, neighbour(town)):
        client = signed_in(user)
        for rest in ("", "/note", "/note.pdf"):
            assert client.get(f"/scenarios/{saved.pk}{rest}").status_code == 404
        for verb in ("recalculer", "supprimer", "partager", "lien"):
            assert client.post(f"/scenarios/{saved.pk}/{verb}").status_code == 404
        missing = client.get(f"/scenarios/{uuid4()}")
        assert client.get(f"/scenarios/{saved.pk}").content == missing.content
        assert saved.name not in client.get("/scenarios").content.decode()


def test_a_grant_lets_another_organisation_read_and_only_read(town: Town, saved: Scenario) -> None:
    services.share_scenario(town.viewer(Role.COORDINATOR), saved, town.association, None)
    client = signed_in(neighbour(town))
    assert client.get(f"/scenarios/{saved.pk}").status_code == 200
    assert saved.name in client.get("/scenarios").content.decode()
    for verb in ("recalculer", "supprimer", "partager", "lien"):
        assert client.post(f"/scenarios/{saved.pk}/{verb}", {"jours": "3"}).status_code == 404
    assert not ScenarioLink.objects.exists()
    services.delete_scenario(town.viewer(Role.COORDINATOR), saved)
    assert not Grant.objects.exists()


def test_a_link_reads_the_note_until_its_day_or_until_it_is_closed(town: Town, saved: Scenario) -> None:
    viewer = town.viewer(Role.COORDINATOR)
    link = services.make_link(viewer, saved, today=timezone.localdate(), days=2)
    token = selectors.link_token(link)
    nobody = Client(SERVER_NAME="127.0.0.1")
    page = nobody.get(f"/lecture/{token}")
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    assert f"/scenarios/{saved.pk}" not in page.content.decode()
    assert selectors.scenario_of_link(token, timezone.localdate() + timedelta(days=3)) is None
    services.close_link(viewer, link)
    assert nobody.get(f"/lecture/{token}").status_code == 404


def test_a_forged_link_reads_nothing(saved: Scenario) -> None:
    nobody = Client(SERVER_NAME="127.0.0.1")
    tokens = ["x", "x" * 5_000, signing.dumps(str(uuid4()), salt="other"), str(saved.pk)]
    tokens += [signing.dumps(str(uuid4()), salt=selectors.SALT), signing.dumps([1], salt=selectors.SALT)]
    for token in tokens:
        assert nobody.get(f"/lecture/{token}").status_code == 404


@pytest.mark.parametrize("days", ["", "0", "31", "-1", "1.5", "٣", "9" * 30])
def test_a_link_lives_from_one_to_thirty_days(coordinator: Client, saved: Scenario, days: str) -> None:
    assert coordinator.post(f"/scenarios/{saved.pk}/lien", {"jours": days}).status_code == 422
    assert not ScenarioLink.objects.exists()


def test_older_data_are_said_and_measured_again(
    town: Town, shown: Opened, saved: Scenario, coordinator: Client
) -> None:
    Scenario.objects.filter(pk=saved.pk).update(territory="0" * 64, data_day=date(2025, 1, 1))
    saved.refresh_from_db()
    assert services.is_stale(saved)
    assert "recalculez" in coordinator.get(f"/scenarios/{saved.pk}").content.decode()
    assert coordinator.post(f"/scenarios/{saved.pk}/recalculer").status_code == 302
    saved.refresh_from_db()
    assert not services.is_stale(saved)


def test_a_scenario_whose_place_is_gone_says_so_and_stays(coordinator: Client, saved: Scenario) -> None:
    kept = saved.results
    Scenario.objects.filter(pk=saved.pk).update(steps=[{"do": "close", "place": "disparu"}])
    response = coordinator.post(f"/scenarios/{saved.pk}/recalculer")
    assert response.status_code == 422
    assert "n’existe pas dans ces données" in unescape(response.content.decode())
    saved.refresh_from_db()
    assert saved.results == kept


def test_side_by_side_shows_what_each_page_shows(town: Town, shown: Opened, saved: Scenario) -> None:
    viewer = town.viewer(Role.COORDINATOR)
    other = services.save_scenario(viewer, shown, "Fermer l’Est", (Step("close", EAST),))
    [both] = comparisons([saved, other], shown.scene.few)
    [first] = comparisons([saved], shown.scene.few)
    [second] = comparisons([other], shown.scene.few)
    lines = zip(both.table.groups, first.table.groups, second.table.groups, strict=True)
    for (_, together), (_, one), (_, two) in lines:
        for row, alone, last in zip(together, one, two, strict=True):
            assert row.values == (*alone.values, *last.values[1:])


def test_comparing_takes_two_to_four_of_ones_own(
    town: Town, shown: Opened, saved: Scenario, coordinator: Client
) -> None:
    viewer = town.viewer(Role.COORDINATOR)
    made = [services.save_scenario(viewer, shown, f"N° {n}", STEPS) for n in range(4)]
    query = "&".join(f"s={one.pk}" for one in [saved, *made])
    page = unescape(coordinator.get(f"/scenarios/comparer?{query}").content.decode())
    assert "D. N° 2" in page
    assert "E. " not in page
    assert "de 2 à 4" in coordinator.get(f"/scenarios/comparer?s={saved.pk}").content.decode()
    assert coordinator.get("/scenarios/comparer?s=x").status_code == 404
    stranger = signed_in(neighbour(town))
    assert saved.name not in stranger.get(f"/scenarios/comparer?{query}").content.decode()


def test_writing_asks_for_the_token_of_the_form(town: Town, saved: Scenario) -> None:
    client = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
    client.cookies = signed_in(town.people[Role.COORDINATOR]).cookies
    for address in (f"/scenarios/{saved.pk}/supprimer", "/scenarios/enregistrer"):
        assert client.post(address, {"nom": "x", "e": CLOSE_PORT}).status_code == 403
    assert Scenario.objects.count() == 1


def test_deleting_is_asked_twice(coordinator: Client, saved: Scenario) -> None:
    assert coordinator.get(f"/scenarios/{saved.pk}/supprimer").status_code == 200
    assert Scenario.objects.exists()
    assert coordinator.post(f"/scenarios/{saved.pk}/supprimer").status_code == 302
    assert not Scenario.objects.exists()
    assert Decision.objects.filter(action="scenario.delete").exists()


def test_the_note_is_the_same_file_twice_and_draws_any_letter() -> None:
    note: dict[str, Json] = {
        "title": "é" + HOSTILE_PLACE,
        "question": "漢字 🏥 \u202e\x07 #strong[x] " + "w" * 90,
        "stale": "Vieux",
        "fictional": True,
        "facts": [["Territoire", "Essai"]],
        "changes": ["Fermer « Port »"],
        "parts": [
            {
                "title": "Accès",
                "sentences": ["1 350 habitants"],
                "offset": "",
                "map": None,
                "caption": "Table",
                "first": "Zone",
                "heads": ["Avant"],
                "groups": [["Par quartier", [{"name": "Port", "whole": True, "values": ["≈ 4 %"]}]]],
            }
        ],
        "limits": [],
        "sources": ["Source"],
    }
    first = note_pdf(note, TODAY)
    assert first == note_pdf(note, TODAY)
    assert io.BytesIO(first).read(5) == b"%PDF-"
