"""Scenarios, messages and the legal pages of Clairval."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import numpy as np

from hygie.apps.core import clock
from hygie.apps.core.messages.kinds import TRIAL
from hygie.apps.core.messages.models import Message
from hygie.apps.core.messages.services import send_trial
from hygie.apps.core.organisations.selectors import records_shared_with
from hygie.apps.core.public.services import say_publisher
from hygie.apps.territory.live_steps import CLOSE, MOVE, OPEN, Step
from hygie.apps.territory.scenarios.models import SUBJECT, Scenario
from hygie.apps.territory.scenarios.selectors import scenarios
from hygie.apps.territory.scenarios.services import save_scenario, share_scenario
from hygie.apps.territory.selectors import Opened
from hygie.config.demo.cast import ADMINISTRATOR, COORDINATOR, DOMAIN, EPCI, TOWN
from hygie.config.demo.people import acting, organisation
from hygie.engines.kernel.territory import Territory

CLOSING = "Fermer la Pharmacie du Port"
SETTLING = "Un médecin généraliste aux Ormeaux"
MOVING = "Déplacer la Pharmacie de Montredon aux Salines"

PUBLISHER = {
    "legal_name": "Ville de Clairval (ville fictive)",
    "address": "1, place du Vieux-Pont, 00001 Clairval",
    "email": f"sante@{DOMAIN}",
    "director": "La maire de Clairval, personnage inventé",
    "host_name": "Ville de Clairval, sur ses propres machines",
    "host_address": "1, place du Vieux-Pont, 00001 Clairval",
    "dpo": f"Denis Dpo, dpo@{DOMAIN}",
    "accessibility_contact": f"accessibilite@{DOMAIN}",
}


def save_scenarios(opened: Callable[[], Opened]) -> None:
    """Save the scenarios that the territory allows, and share the first one with the communauté.

    Parameters
    ----------
    opened
        Opens the territory: called only when a scenario is missing.
    """
    coordinator, town, today = acting(COORDINATOR, TOWN), organisation(TOWN), clock.today()
    held = {one.name for one in scenarios(town, today)}
    if {CLOSING, SETTLING, MOVING} <= held:
        return
    shown = opened()
    for name, step in _steps(shown.territory):
        if name not in held:
            saved = save_scenario(coordinator, shown, name, (step,))
            if name == CLOSING:
                _share(saved)


def _share(saved: Scenario) -> None:
    receiver, today = organisation(EPCI), clock.today()
    if not records_shared_with(receiver, SUBJECT, today).filter(record=str(saved.pk)).exists():
        share_scenario(acting(COORDINATOR, TOWN), saved, receiver, today + timedelta(days=180))


def _steps(territory: Territory) -> Iterator[tuple[str, Step]]:
    """What each scenario changes, where the territory has the places and the quarters it names."""
    port, montredon = (_place(territory, name) for name in ("Pharmacie du Port", "Pharmacie de Montredon"))
    ormeaux, salines = (_home(territory, name) for name in ("Les Ormeaux", "Les Salines"))
    if port:
        yield CLOSING, Step(CLOSE, port)
    if ormeaux and "gp" in territory.provided:
        yield SETTLING, Step(OPEN, "", "gp", *ormeaux)
    if montredon and salines:
        yield MOVING, Step(MOVE, montredon, "", *salines)


def _place(territory: Territory, name: str) -> str:
    """Identifier of a place; empty when there is none of this name."""
    found = np.flatnonzero(territory.places.names == name)
    return str(territory.places.ids[found[0]]) if found.size else ""


def _home(territory: Territory, quarter: str) -> tuple[float, float] | None:
    """Degrees of the homes nearest to the middle of a quarter; None without homes."""
    names = list(territory.layers["quarter"].names)
    zone = names.index(quarter) if quarter in names else -1
    here = np.flatnonzero(territory.demand.zones["quarter"] == zone) if zone >= 0 else np.array([], int)
    if not here.size:
        return None
    lon, lat = territory.demand.lon[here], territory.demand.lat[here]
    best = int(np.argmin((lon - lon.mean()) ** 2 + (lat - lat.mean()) ** 2))
    return float(lon[best]), float(lat[best])


def write_messages() -> None:
    """Ask for the message that shows that sending works."""
    if not Message.objects.filter(organisation=organisation(TOWN), kind=TRIAL.name).exists():
        send_trial(acting(COORDINATOR, TOWN))


def say_who_publishes() -> None:
    """Fill the legal pages in."""
    say_publisher(acting(ADMINISTRATOR, TOWN), PUBLISHER)
