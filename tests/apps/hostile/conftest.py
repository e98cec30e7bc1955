"""A town that holds one record of each kind, and people who should not reach them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from tests.apps.core.conftest import Town, join, signed_in, town
from tests.apps.territory.studies_kinds import QUICK

from hygie.apps.core import clock
from hygie.apps.core.accounts.models import User
from hygie.apps.core.jobs.models import Job
from hygie.apps.core.jobs.models import State as JobState
from hygie.apps.core.messages.addresses import Contact
from hygie.apps.core.messages.kinds import MESSAGE_KINDS, MessageKind, Nature
from hygie.apps.core.messages.services import Note, send
from hygie.apps.core.messages.stopping import stop_token
from hygie.apps.core.organisations.invitation_models import Invitation
from hygie.apps.core.organisations.models import Membership
from hygie.apps.core.organisations.roles import Role
from hygie.apps.core.organisations.viewer import Viewer
from hygie.apps.directory import asking, corrections
from hygie.apps.directory.models import Upload
from hygie.apps.directory.services import add_entry
from hygie.apps.territory.live_steps import Step
from hygie.apps.territory.scenarios import selectors as scenarios
from hygie.apps.territory.scenarios import services as writing
from hygie.apps.territory.selectors import Opened, current_territory
from hygie.apps.territory.studies import kinds
from hygie.apps.territory.studies.fields import initial_form, read_form
from hygie.apps.territory.studies.models import Stage as Calculated
from hygie.apps.territory.studies.models import Study
from hygie.apps.territory.studies.services import Asked, ask_study
from hygie.apps.territory.versions.models import Stage, TerritoryVersion

__all__ = ["town"]

KIND = "test.hostile"
MISSING_NUMBER = "987654321"


def missing() -> str:
    return str(uuid4())


@dataclass(frozen=True)
class World:
    """The town, the small territory, and by name of address the record of the town that it is about.

    ``records`` gives for each address its parameters; ``closed`` names those that only the town opens.
    """

    town: Town
    opened: Opened
    records: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def client(self, role: Role) -> Client:
        """Somebody of the town; an error of a view becomes its page."""
        return quiet(signed_in(self.town.people[role]))

    @property
    def neighbour(self) -> Client:
        """Holds every role there is, in the other organisation."""
        return quiet(signed_in(self.town.stranger))

    @property
    def resident(self) -> Client:
        """Somebody of the town who has an account and no role."""
        found, _ = User.objects.get_or_create(email="habite@ville.example", defaults={"name": "Habite Démo"})
        return quiet(signed_in(found))

    @property
    def anybody(self) -> Client:
        """Nobody known."""
        return quiet(Client(SERVER_NAME="127.0.0.1"))


def quiet(client: Client) -> Client:
    """A browser that gets the page of an error, as a real one does."""
    client.raise_request_exception = False
    return client


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> None:
    made = MessageKind(
        KIND,
        "Rappel d’essai",
        Nature.REMINDER,
        {"prenom": "Camille"},
        "Bonjour {{ prenom }}.\n",
        "Bonjour {{ prenom }}.",
    )
    monkeypatch.setitem(MESSAGE_KINDS, KIND, made)


@pytest.fixture
def shown(small_territory: Path, settings: Settings, tmp_path: Path) -> Opened:
    settings.TERRITORY_FOLDER = small_territory
    settings.HOME = tmp_path / "home"
    settings.OPEN_READING = "non"
    cache.clear()
    return current_territory()


@pytest.fixture
def world(town: Town, shown: Opened, kind: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """One record of the town behind each address that names one."""
    monkeypatch.setattr(kinds, "KINDS", (QUICK, *kinds.KINDS))
    for role in set(Role) - {Role.ADMINISTRATOR}:
        join(town.stranger, town.association, role)
    coordinator, today, now = town.viewer(Role.COORDINATOR), clock.today(), timezone.now()
    entry = add_entry(coordinator, {"category": "pharmacy", "name": "Fiche d’essai"}, today)
    hidden = add_entry(coordinator, {"category": "gp", "name": "Cachée", "published": False}, today)
    asking.set_owner(coordinator, entry, "tenue@exemple.example", now)
    entry.refresh_from_db()
    ask = asking.ask_owner(coordinator, entry, str, now)
    scenario = writing.save_scenario(coordinator, shown, "Essai", (Step("close", "test:0:pharmacy"),))
    link = writing.make_link(coordinator, scenario, today=today, days=5)
    message = send(town.commune, Note(KIND, Contact("camille@ville.example"), {"prenom": "Camille"}))
    owner = town.people[Role.COORDINATOR]
    session = UserSession.objects.create(
        user=owner, ip="127.0.0.0", session_key="x" * 32, user_agent="essai", created_at=now
    )
    ids: dict[str, str] = {
        "entry": str(entry.pk),
        "hidden": str(hidden.pk),
        "correction": str(corrections.propose(entry, {"phone": "01"}, "", network="n").pk),
        "upload": str(Upload.objects.create(organisation=town.commune, file="x.csv").pk),
        "scenario": str(scenario.pk),
        "link": str(link.pk),
        "study": str(_study(coordinator, shown).pk),
        "version": str(TerritoryVersion.objects.create(stage=Stage.WAITING).pk),
        "member": str(Membership.objects.get(user=owner, organisation=town.commune).pk),
        "invitation": str(_invitation(town).pk),
        "message": str(message.pk),
        "job": str(Job.objects.create(name="x", organisation=town.commune, state=JobState.FAILED).pk),
        "session": str(session.pk),
    }
    tokens = {"ask": asking.token(ask), "link": scenarios.link_token(link), "stop": stop_token(message.pk)}
    return World(town, shown, _addresses(ids, tokens))


def _study(coordinator: Viewer, shown: Opened) -> Study:
    """A study computed at once, whose tables hold what a spreadsheet could run."""
    form = read_form(QUICK.fields(shown), initial_form(QUICK.fields(shown), {}).typed)
    study = ask_study(coordinator, Asked(QUICK, "Essai", form))
    study.refresh_from_db()
    assert study.stage == Calculated.DONE
    return study


def _invitation(town: Town) -> Invitation:
    return Invitation.objects.create(
        organisation=town.commune,
        by=town.people[Role.ADMINISTRATOR],
        email="neuve@ville.example",
        name="Neuve",
        mark="m",
        digest="d" * 64,
        role=Role.AGENT,
        since=clock.today(),
        expires=timezone.now() + timedelta(days=3),
    )


def _addresses(ids: Mapping[str, str], tokens: Mapping[str, str]) -> dict[str, dict[str, str]]:
    about = {
        "scenario_show": "scenario",
        "scenario_note": "scenario",
        "scenario_note_pdf": "scenario",
        "scenario_recompute": "scenario",
        "scenario_delete": "scenario",
        "scenario_share": "scenario",
        "scenario_link": "scenario",
        "scenario_unlink": "link",
        **dict.fromkeys(
            ("study", "study_pdf", "study_sheets", "study_csv", "study_geojson", "study_again"), "study"
        ),
        **dict.fromkeys(("study_stop", "study_annotate", "study_share", "study_delete"), "study"),
        "territory_version": "version",
        "territory_show": "version",
        "territory_remove": "version",
        "account_session_end": "session",
        "people_end": "member",
        "second_factor_reset": "member",
        "invitation_again": "invitation",
        "invitation_cancel": "invitation",
        "message": "message",
        "message_action": "message",
        "job_state": "job",
        "job_retry": "job",
        "job_cancel": "job",
        "directory_edit": "entry",
        "directory_act": "entry",
        "directory_moderate": "correction",
        "directory_upload": "upload",
        "directory_rejects": "upload",
        "directory_entry": "hidden",
        "directory_correct": "hidden",
    }
    found = {name: {"identifier": ids[record]} for name, record in about.items()}
    found["message_action"]["action"] = "annuler"
    found["scenario_by_link"] = {"token": tokens["link"]}
    found["directory_confirm"] = {"token": tokens["ask"]}
    found["stop_messages"] = {"token": tokens["stop"]}
    return found
