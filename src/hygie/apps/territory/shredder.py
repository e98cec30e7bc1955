"""What of people is beside the territory, how long it stays, how it is exported and erased.

Scenarios and versions tell of places and of aggregates. People are told of in one way only: who saved a
scenario, imported a version or showed it. That name goes with the account, when the person asks, or
after some time; the scenario or the version stays. Reading links hold nobody's name; those that ended
long ago are erased.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from hygie.apps.core.accounts.models import User
from hygie.apps.core.audit.journal import Actor, decided, journalled
from hygie.apps.territory.scenarios.models import Scenario, ScenarioLink
from hygie.apps.territory.versions.models import TerritorySwitch, TerritoryVersion
from hygie.readers.catalogue import load_catalogue

AUTHOR_AGE, LINK_AGE = "scenario_author_age", "scenario_link_age"


@lru_cache(maxsize=16)
def kept(key: str, on: date) -> timedelta:
    """A dated figure of this module, as a time."""
    return timedelta(days=round(load_catalogue().figure(key, on).value))


def forget_authors(now: datetime) -> int:
    """Take the name off what was made long ago; how many names."""
    limit = now - kept(AUTHOR_AGE, now.date())
    return sum(
        (
            Scenario.objects.filter(created__lt=limit, author__isnull=False).update(author=None),
            TerritoryVersion.objects.filter(created__lt=limit, author__isnull=False).update(author=None),
            TerritorySwitch.objects.filter(at__lt=limit, author__isnull=False).update(author=None),
        )
    )


def forget_links(today: date) -> int:
    """Erase the reading links that ended long ago; how many."""
    return ScenarioLink.objects.filter(until__lt=today - kept(LINK_AGE, today)).delete()[0]


def export_authorship(user: User) -> list[dict[str, Any]]:
    """Everything here that bears the name of somebody, for themselves."""
    saved = Scenario.objects.filter(author=user).values("name", "created")
    brought = TerritoryVersion.objects.filter(author=user).values("name", "created")
    showed = TerritorySwitch.objects.filter(author=user).values("version__name", "at")
    return [
        *({"what": "scénario", "name": one["name"], "at": one["created"]} for one in saved),
        *({"what": "import de données", "name": one["name"], "at": one["created"]} for one in brought),
        *({"what": "données affichées", "name": one["version__name"], "at": one["at"]} for one in showed),
    ]


def erase_authorship(user: User, actor: Actor) -> int:
    """Take somebody's name off everything here; how many times it stood."""
    with journalled():
        count = sum(
            model.objects.filter(author=user).update(author=None)
            for model in (Scenario, TerritoryVersion, TerritorySwitch)
        )
        decided(actor, "territory.forget_author", subject="core.user", record=str(user.pk), count=count)
    return count
