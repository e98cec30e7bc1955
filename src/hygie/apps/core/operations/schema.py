"""Tables brought to this version, by one process at a time; a database of a newer version is refused."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from hygie.engines.kernel.errors import HygieError

LOCK_FILE = "migrating.lock"
_LOCK_NUMBER = 4_873_625_014_433_221
"""Advisory lock of PostgreSQL, for instances whose processes run on several machines."""


def aliases() -> tuple[str, ...]:
    """Names of the databases that hold tables: one on PostgreSQL, two on SQLite."""
    return ("default",) if settings.READINGS_IN_MAIN_DATABASE else ("default", "readings")


def is_new(alias: str) -> bool:
    """Whether a database holds no table yet."""
    return not connections[alias].introspection.table_names()


def pending(alias: str) -> int:
    """Steps still to be done to bring a database to this version."""
    executor = MigrationExecutor(connections[alias])
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def unknown_steps(alias: str) -> list[str]:
    """Steps that a database went through and that this version does not know."""
    loader = MigrationLoader(connections[alias])
    known = set(loader.disk_migrations or ()) | set(loader.replacements)
    return sorted(f"{app}.{name}" for app, name in loader.applied_migrations if (app, name) not in known)


def refuse_newer() -> None:
    """Refuse databases written by a newer version.

    Raises
    ------
    HygieError
        If one is: working on it with this version could damage what it holds.
    """
    unknown = [step for alias in aliases() for step in unknown_steps(alias)]
    if unknown:
        raise HygieError(
            "La base de données vient d’une version plus récente de Hygie.",
            why=f"Cette version ne connaît pas {unknown[0]}.",
            fix="Installez la version la plus récente, ou restaurez une sauvegarde faite avec celle-ci.",
        )


def bring_up_to_date() -> bool:
    """Make or update every table; two calls at once, from any process, do it once.

    Returns
    -------
    bool
        Whether the tables were made from nothing.

    Raises
    ------
    HygieError
        If a database was written by a newer version.
    """
    with _alone():
        new = is_new("default")
        refuse_newer()
        for alias in aliases():
            if pending(alias):
                call_command("migrate", database=alias, verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
    return new


@contextmanager
def _alone() -> Iterator[None]:
    """Wait until no other process changes the tables."""
    home = Path(settings.HOME)
    home.mkdir(parents=True, exist_ok=True)
    with (home / LOCK_FILE).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if connections["default"].vendor != "postgresql":
            yield
            return
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK_NUMBER])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK_NUMBER])
