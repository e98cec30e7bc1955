"""The portal of the demo: an instance filled with the people of Clairval, and how to sign in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from hygie.cli.portal import ready
from hygie.engines.kernel.french import long_date
from hygie.territories.demo import DEMO_DAY

_GROUP = 8
"""Letters of a secret that are shown together."""


def ready_portal(folder: Path, *, new_keys: bool) -> None:
    """Compute the diagnosis, fill the instance with Clairval where it is not yet, say how to sign in.

    The pages stand on the day of the demo, and are read without an account: everything is invented.

    Raises
    ------
    HygieError
        If the instance belongs to another town: it is not touched.
    """
    os.environ.setdefault("HYGIE_TODAY", DEMO_DAY.isoformat())
    os.environ.setdefault("HYGIE_OPEN_READING", "oui")
    os.environ["HYGIE_TERRITORY"] = str(folder.resolve())
    ready()
    click.echo("Calcul du diagnostic…", err=True)
    opened = import_module("hygie.apps.territory.selectors").current_territory()
    for finding in opened.diagnosis.findings[:3]:
        click.echo(f"  {finding.sentence}", err=True)
    click.echo("Portail de Clairval…", err=True)
    filling = import_module("hygie.config.demo.fill")
    logins = filling.bring_people(new_keys=new_keys)
    try:
        filling.bring_town(folder, _quiet)
    finally:  # these passwords are kept nowhere: a failure further on must not lose them
        for line in login_lines(logins, import_module("hygie.apps.core.clock").today()):
            click.echo(line, err=True)


def login_lines(logins: tuple[Any, ...], today: date) -> Iterator[str]:
    """How to sign in, person by person; passwords only when they have just been drawn."""
    yield f"Le portail est arrêté au {long_date(today)}. Toutes ces personnes sont inventées\u00a0:"
    for login in logins:
        yield f"  {login.name}, {', '.join(login.roles)}"
        yield f"    adresse\u00a0: {login.email}"
        if login.keys is not None:
            yield from _key_lines(login.keys)
    cast = import_module("hygie.config.demo.cast")
    yield f"  {cast.RESIDENT}, habitante, sans compte\u00a0: un code envoyé à son adresse suffit"
    yield f"    adresse\u00a0: {cast.address(cast.RESIDENT)}"
    yield from _help_lines()
    if any(login.keys for login in logins):
        yield "Gardez ces lignes\u00a0: Hygie ne peut pas les redire."
    if any(login.keys is None for login in logins):
        yield "Mots de passe déjà donnés. Pour en tirer d’autres\u00a0: make demo ARGS=--new-passwords"


def _help_lines() -> Iterator[str]:
    """What a newcomer asks next: the second step, and where messages go."""
    yield "À la deuxième étape, tapez un code de secours, ou ajoutez la clé à une application de codes."
    settings = import_module("django.conf").settings
    if "outbox" in settings.EMAIL_BACKEND:
        yield f"Codes et messages ne partent pas\u00a0: lisez-les dans {settings.HOME / 'outbox'}"


def _key_lines(keys: Any) -> Iterator[str]:
    yield f"    mot de passe\u00a0: {keys.password}"
    if keys.secret:
        yield f"    clé de l’application de codes\u00a0: {_grouped(keys.secret)}"
        yield f"    codes de secours\u00a0: {' '.join(keys.recovery_codes)}"


def _grouped(secret: str) -> str:
    return " ".join(secret[start : start + _GROUP] for start in range(0, len(secret), _GROUP))


def _quiet(progress: float, message: str = "") -> None:
    del progress, message
