"""Writes about scenarios: one transaction, a permission, a line in the journal."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from hygie.apps.core.audit.journal import decided, journalled
from hygie.apps.core.organisations.models import Grant, Level, Organisation
from hygie.apps.core.organisations.services import share
from hygie.apps.core.organisations.viewer import Viewer
from hygie.apps.territory.live_folders import shown_version
from hygie.apps.territory.live_steps import Steps, steps_json, steps_of_json, summary
from hygie.apps.territory.scenarios.limiting import check_room, check_size
from hygie.apps.territory.scenarios.models import SUBJECT, Scenario, ScenarioLink
from hygie.apps.territory.scenarios.permissions import check_can_change, check_can_write
from hygie.apps.territory.scenarios.results import results_of
from hygie.apps.territory.selectors import Opened
from hygie.engines.kernel.errors import HygieError

LONGEST_NAME = 120
LINK_DAYS = 30
"""How long a link lives unless one says less; the most one may ask."""


def clean_name(text: str) -> str:
    """A name on one line, without control nor direction characters.

    Raises
    ------
    HygieError
        If nothing is left, or it is too long.
    """
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    kept = "".join(c for c in kept if unicodedata.category(c) not in ("Cf", "Cs", "Co", "Cn"))
    name = re.sub(r"\s+", " ", kept).strip()
    if not name:
        raise HygieError("Il manque le nom du scénario.", fix="Donnez-lui quelques mots.")
    if len(name) > LONGEST_NAME:
        raise HygieError(
            "Le nom du scénario est trop long.", fix=f"Gardez {LONGEST_NAME} caractères au plus."
        )
    return name


def save_scenario(viewer: Viewer, opened: Opened, name: str, steps: Steps) -> Scenario:
    """Keep changes under a name, with what they do on the data shown now.

    Raises
    ------
    RefusedError
        If the viewer may not.
    HygieError
        If the name is wrong or taken, there is nothing or too much to keep, or the engine refuses a
        change.
    """
    organisation = check_can_write(viewer)
    title = clean_name(name)
    if not steps:
        raise HygieError("Ce scénario ne change rien.", fix="Ajoutez une ouverture ou une fermeture.")
    check_room(organisation)
    results = results_of(opened, steps)
    check_size(results)
    with journalled():
        try:
            with transaction.atomic():
                made = Scenario.objects.create(
                    organisation=organisation,
                    author=viewer.user,
                    name=title,
                    steps=steps_json(steps),
                    results=results,
                    **_data(opened),
                )
        except IntegrityError as error:
            raise HygieError(
                f"Votre organisation a déjà un scénario «\u00a0{title}\u00a0».",
                fix="Choisissez un autre nom.",
            ) from error
        decided(viewer.actor, "scenario.save", subject=SUBJECT, record=str(made.pk), changes=summary(steps))
    return made


def recompute(viewer: Viewer, scenario: Scenario, opened: Opened) -> None:
    """Measure a scenario again on the data shown now.

    Raises
    ------
    RefusedError
        If the viewer may not.
    HygieError
        If one of its places is no longer there; nothing is then changed.
    """
    check_can_change(viewer, scenario)
    results = results_of(opened, steps_of_json(scenario.steps))
    check_size(results)
    with journalled():
        Scenario.objects.filter(pk=scenario.pk).update(
            results=results, computed=timezone.now(), **_data(opened)
        )
        decided(viewer.actor, "scenario.recompute", subject=SUBJECT, record=str(scenario.pk))


def delete_scenario(viewer: Viewer, scenario: Scenario) -> None:
    """Delete a scenario, its links and its grants.

    Raises
    ------
    RefusedError
        If the viewer may not.
    """
    check_can_change(viewer, scenario)
    with journalled():
        record = str(scenario.pk)
        Grant.objects.filter(owner=scenario.organisation, subject=SUBJECT, record=record).delete()
        scenario.delete()
        decided(viewer.actor, "scenario.delete", subject=SUBJECT, record=record)


def share_scenario(viewer: Viewer, scenario: Scenario, receiver: Organisation, until: date | None) -> Grant:
    """Let another organisation read a scenario.

    Raises
    ------
    RefusedError
        If the viewer may not, or shares with their own organisation.
    """
    check_can_change(viewer, scenario)
    return share(viewer, SUBJECT, str(scenario.pk), receiver=receiver, level=Level.READ, until=until)


def make_link(viewer: Viewer, scenario: Scenario, *, today: date, days: int = LINK_DAYS) -> ScenarioLink:
    """Make a link by which anybody who holds it reads a scenario, for some days.

    Raises
    ------
    RefusedError
        If the viewer may not.
    HygieError
        If the number of days is not from 1 to ``LINK_DAYS``.
    """
    check_can_change(viewer, scenario)
    if not 1 <= days <= LINK_DAYS:
        raise HygieError(f"Un lien vit de 1 à {LINK_DAYS} jours.", fix="Corrigez le nombre de jours.")
    with journalled():
        made = ScenarioLink.objects.create(scenario=scenario, until=today + timedelta(days=days))
        decided(viewer.actor, "scenario.link", subject=SUBJECT, record=str(scenario.pk), days=days)
    return made


def close_link(viewer: Viewer, link: ScenarioLink) -> None:
    """Close a link now.

    Raises
    ------
    RefusedError
        If the viewer may not.
    """
    check_can_change(viewer, link.scenario)
    with journalled():
        ScenarioLink.objects.filter(pk=link.pk, closed=None).update(closed=timezone.now())
        decided(viewer.actor, "scenario.link_close", subject=SUBJECT, record=str(link.scenario_id))


def is_stale(scenario: Scenario) -> bool:
    """Whether a scenario was measured on other data than those shown now."""
    version = shown_version()
    return version is None or scenario.territory != version.digest


def _data(opened: Opened) -> dict[str, object]:
    version = shown_version()
    if version is None:
        raise HygieError("Les données du territoire viennent de changer.", fix="Rechargez la page.")
    return {
        "territory": version.digest,
        "territory_name": opened.territory.name[:160],
        "data_day": version.day,
    }
