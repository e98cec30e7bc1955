"""How much one may ask: it protects residents, whom many questions could tell apart, and the server."""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.http import HttpRequest

from hygie.apps.core.limits import Limit, take, take_or_refuse, wait_s
from hygie.apps.core.organisations.models import Organisation
from hygie.apps.core.organisations.viewer import Viewer, viewer
from hygie.apps.territory.scenarios.models import Scenario
from hygie.engines.kernel.errors import HygieError

WHAT_IFS = Limit("territory.what-if", 600, 3600)
"""Changes tried by one account: ten a minute, an hour long."""

SAVED = Limit("territory.scenario.save", 60, 3600)
"""Scenarios saved or computed again for one organisation."""

MOST_SCENARIOS = 200
"""Scenarios that one organisation keeps."""

LARGEST_RESULTS = 2 * 1024**2
"""Bytes of the results that one scenario keeps."""


def what_if_or_refuse(request: HttpRequest) -> None:
    """Count one change tried by whoever asks.

    Raises
    ------
    TooManyError
        When there were enough: the page says when to try again.
    """
    take_or_refuse(WHAT_IFS, _account(request))


def what_if_wait(request: HttpRequest) -> int:
    """Count one change tried; seconds to wait when there were enough, else zero."""
    key = _account(request)
    return 0 if take(WHAT_IFS, key) else wait_s(WHAT_IFS, key)


def _account(request: HttpRequest) -> str:
    user = viewer(request).user
    return "" if user is None else str(user.pk)


def saving_or_refuse(asking: Viewer) -> None:
    """Count one scenario saved or computed again.

    Raises
    ------
    TooManyError
        When there were enough.
    """
    take_or_refuse(SAVED, "" if asking.organisation is None else str(asking.organisation.pk))


def check_room(organisation: Organisation) -> None:
    """Refuse one more scenario than an organisation may keep.

    Raises
    ------
    HygieError
        If it keeps ``MOST_SCENARIOS`` already.
    """
    if Scenario.objects.filter(organisation=organisation).count() >= MOST_SCENARIOS:
        raise HygieError(
            f"Votre organisation garde déjà {MOST_SCENARIOS} scénarios.",
            fix="Supprimez-en un qui ne sert plus, puis enregistrez celui-ci.",
        )


def check_size(results: Mapping[str, object]) -> None:
    """Refuse results too large to keep.

    Raises
    ------
    HygieError
        Beyond ``LARGEST_RESULTS``.
    """
    if len(json.dumps(dict(results), ensure_ascii=False).encode()) > LARGEST_RESULTS:
        raise HygieError(
            "Ce scénario touche trop de zones à la fois pour être gardé.",
            fix="Enregistrez-le en plusieurs scénarios, avec moins de changements chacun.",
        )
