"""Clairval alive for the browser: fills an instance, then tells who signs in and where every page is.

Imported once Django is ready, in a process that has the variables of the instance.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, TypedDict

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse
from django.utils import timezone

from hygie.apps.core import clock
from hygie.apps.core.accounts.models import User
from hygie.apps.core.jobs.models import Job, State
from hygie.apps.core.messages.models import Message
from hygie.apps.core.messages.stopping import stop_token
from hygie.apps.core.organisations.invitations import Invited, invite_from_command_line
from hygie.apps.core.organisations.models import Membership
from hygie.apps.core.organisations.roles import Role
from hygie.apps.core.organisations.services import RoleGiven
from hygie.apps.directory.asking import token
from hygie.apps.directory.models import Ask, Entry
from hygie.apps.territory.scenarios.models import Scenario
from hygie.apps.territory.scenarios.selectors import link_token
from hygie.apps.territory.scenarios.services import make_link
from hygie.apps.territory.studies.models import Stage as Calculated
from hygie.apps.territory.studies.models import Study
from hygie.apps.territory.versions.models import Stage, TerritoryVersion
from hygie.config.demo.cast import COORDINATOR, DOMAIN, PRESCRIBER, STORY_BEGINS, TOWN, address
from hygie.config.demo.fill import bring_people, bring_town
from hygie.config.demo.people import acting, organisation

Addresses = dict[str, str]
"""Address by name of screen, see `tests.browser.screens`."""


class Told(TypedDict):
    """People by name: address, password, secret of the second factor; then the pages of a record."""

    people: dict[str, tuple[str, str, str]]
    addresses: Addresses


def fill(folder: Path) -> Told:
    """Fill the instance with Clairval, and look its pages up."""
    logins = bring_people(new_keys=False)
    bring_town(folder, _quiet)
    people = {one.name: (one.email, one.keys.password, one.keys.secret) for one in logins if one.keys}
    addresses = {
        **_directory(),
        **_scenarios(),
        **_studies(),
        **_jobs_and_versions(),
        **_messages(),
        **_links(),
    }
    return {"people": people, "addresses": addresses}


def _quiet(progress: float, message: str = "") -> None:
    del progress, message


def _at(name: str, *arguments: Any) -> str:
    return reverse(name, args=arguments)


def _directory() -> Addresses:
    town = organisation(TOWN)
    pharmacy = Entry.objects.filter(organisation=town, name="Pharmacie du Port").order_by("pk")[0]
    return {
        "entry": _at("directory_entry", pharmacy.pk),
        "correct": _at("directory_correct", pharmacy.pk),
        "edit": _at("directory_edit", pharmacy.pk),
    }


def _scenarios() -> Addresses:
    kept = list(Scenario.objects.order_by("name"))
    link = make_link(acting(COORDINATOR, TOWN), kept[0], today=clock.today())
    side_by_side = reverse("scenario_compare") + "?" + "&".join(f"s={one.pk}" for one in kept)
    return {
        "saved": _at("scenario_show", kept[0].pk),
        "note": _at("scenario_note", kept[0].pk),
        "delete": _at("scenario_delete", kept[0].pk),
        "compared": side_by_side,
        "by_link": _at("scenario_by_link", link_token(link)),
    }


def _studies() -> Addresses:
    kept = Study.objects.get(stage=Calculated.DONE)
    return {
        "study_asked": _at("study_ask", kept.kind),
        "study": _at("study", kept.pk),
        "study_deleted": _at("study_delete", kept.pk),
    }


def _jobs_and_versions() -> Addresses:
    """A job in each state, and a version as an import leaves it."""
    town, now = organisation(TOWN), timezone.now()
    later = now + timedelta(days=1)
    failed = Job.objects.create(
        name="directory.territory", organisation=town, state=State.FAILED, error="Essai.", tries=3
    )
    for state, due in ((State.DONE, now), (State.RUNNING, now), (State.QUEUED, later)):
        Job.objects.create(name="directory.territory", organisation=town, state=state, not_before=due)
    read = {"title": "Lieux", "vintage": "2026", "read": 120, "kept": 118, "rejected": 2}
    version = TerritoryVersion.objects.create(
        stage=Stage.READY, folder="essai", name="Pays de Clairval", rejected=2, accounts=[read]
    )
    return {
        "job": _at("job_state", failed.pk),
        "version": _at("territory_version", version.pk),
    }


def _messages() -> Addresses:
    message = Message.objects.filter(organisation=organisation(TOWN))[0]
    agent = Membership.objects.filter(organisation=organisation(TOWN), role=Role.AGENT)[0]
    return {
        "message": _at("message", message.pk),
        "words": _at("message_words", message.kind),
        "stop": _at("stop_messages", stop_token(message.pk)),
        "role_end": _at("people_end", agent.pk),
        "reset": _at("second_factor_reset", agent.pk),
    }


def _links() -> Addresses:
    invited = Invited(f"lire@{DOMAIN}", "Lire Démo", RoleGiven(Role.AGENT, STORY_BEGINS))
    link = invite_from_command_line(organisation(TOWN), invited, site="http://127.0.0.1")
    user = User.objects.get(email=address(PRESCRIBER))
    key = user_pk_to_url_str(user), default_token_generator.make_token(user)
    return {
        "invited": _at("invitation", link.rstrip("/").rpartition("/")[2]),
        "confirm": _at("directory_confirm", token(Ask.objects.get())),
        "new_password": _at("account_reset_password_from_key", *key),
    }
