"""Reads about scenarios; each takes the organisation that asks first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.core import signing
from django.db.models import Q, QuerySet

from hygie.apps.core.organisations.models import Organisation
from hygie.apps.core.organisations.selectors import records_shared_with
from hygie.apps.territory.scenarios.models import SUBJECT, Scenario, ScenarioLink

SALT = "hygie.territory.scenario-link"
LONGEST_TOKEN = 200


def scenarios(organisation: Organisation, on: date) -> QuerySet[Scenario]:
    """Scenarios of an organisation and those shared with it on a day, newest first."""
    shared = list(records_shared_with(organisation, SUBJECT, on).values_list("record", flat=True))
    mine = Q(organisation=organisation) | Q(pk__in=[UUID(record) for record in shared])
    return Scenario.objects.filter(mine).select_related("organisation", "author")


def scenario(organisation: Organisation, identifier: UUID, on: date) -> Scenario | None:
    """One scenario; None when it is another's and not shared, as when there is none."""
    return scenarios(organisation, on).filter(pk=identifier).first()


def compared(organisation: Organisation, identifiers: Sequence[UUID], on: date) -> list[Scenario]:
    """Scenarios in the order asked; those that may not be read are left out."""
    found = {one.pk: one for one in scenarios(organisation, on).filter(pk__in=identifiers)}
    return [found[identifier] for identifier in dict.fromkeys(identifiers) if identifier in found]


def links(organisation: Organisation, scenario: Scenario) -> QuerySet[ScenarioLink]:
    """Links that an organisation made to one of its scenarios."""
    return ScenarioLink.objects.filter(scenario=scenario, scenario__organisation=organisation)


def link_token(link: ScenarioLink) -> str:
    """What the address of a link holds: its identifier, signed."""
    return signing.dumps(str(link.pk), salt=SALT)


def scenario_of_link(token: str, on: date) -> Scenario | None:
    """The scenario that a link reads on a day; None when the link is false, over or closed."""
    if len(token) > LONGEST_TOKEN:
        return None
    try:
        identifier = UUID(str(signing.loads(token, salt=SALT)))
    except (signing.BadSignature, ValueError):
        return None
    link = (
        ScenarioLink.objects.filter(pk=identifier, until__gte=on, closed=None)
        .select_related("scenario__organisation")
        .first()
    )
    return None if link is None else link.scenario
