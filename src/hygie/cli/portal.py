"""What every command about the portal begins with: settings read, Django ready, tables up to date."""

from __future__ import annotations

import os
from importlib import import_module

import click
import django
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from hygie.engines.kernel.errors import HygieError

SETTINGS = "hygie.config.settings"


def configured() -> None:
    """Read the settings and set Django up, without touching any database.

    Raises
    ------
    HygieError
        If a variable or a file of secrets cannot be understood or written.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise HygieError(str(error)) from error
    except OSError as error:
        raise HygieError(
            "Le dossier de l’instance ne peut pas être utilisé.",
            why=f"{error.filename or 'HYGIE_HOME'}\u00a0: {error.strerror}.",
            fix="Vérifiez HYGIE_HOME, et que le compte qui lance Hygie peut y lire et y écrire.",
        ) from error


def ready() -> bool:
    """Make the portal ready: settings, Django, and every table of this version.

    Safe when several processes start at once. What is made from nothing is said on standard error.

    Returns
    -------
    bool
        Whether the instance was new.

    Raises
    ------
    HygieError
        If the settings are off, the database does not answer, or it is of a newer version.
    """
    configured()
    # The modules that follow read the settings when loaded: only now can they be.
    schema = import_module("hygie.apps.core.operations.schema")
    try:
        new = bool(schema.bring_up_to_date())
    except DatabaseError as error:
        raise unreachable(error) from error
    if new:
        home = import_module("django.conf").settings.HOME
        click.echo(f"Instance neuve\u00a0: tables et clés faites. Dossier\u00a0: {home}", err=True)
        click.echo("Copiez ses clés en lieu sûr («\u00a0hygie backup … --with-keys …\u00a0»).", err=True)
    return new


def unreachable(error: Exception) -> HygieError:
    """The database does not answer, in words; its address, which holds a password, is not repeated."""
    return HygieError(
        "La base de données ne répond pas comme attendu.",
        why=f"{type(error).__name__}.",
        fix="Vérifiez qu’elle est démarrée, que DATABASE_URL est juste, et lancez «\u00a0hygie check\u00a0».",
    )
