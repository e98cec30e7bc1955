"""A database of its own, with real processes on it: nothing here runs inside a test transaction."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 300


class Instance:
    """One instance of the product: its environment, and processes run in it."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.variables = {
            **keep,
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "DJANGO_SETTINGS_MODULE": "hygie.config.settings",
            "HYGIE_TERRITORY": f"{variables['HYGIE_HOME']}/no-territory",
            **variables,
        }

    def start(self, code: str, *arguments: str) -> subprocess.Popen[str]:
        """Run Python in a process of its own, Django ready."""
        whole = f"import django; django.setup()\n{code}"
        return subprocess.Popen(
            [sys.executable, "-c", whole, *arguments],
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, code: str, *arguments: str) -> str:
        """Run and wait; what it printed. Fails with what it said when it failed."""
        return finished(self.start(code, *arguments))


def finished(process: subprocess.Popen[str]) -> str:
    """What a process printed, once it is over."""
    out, err = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 0, err[-3000:]
    return out


MIGRATE = (
    "from django.core.management import call_command\n"
    "for database in ('default', 'readings'): call_command('migrate', database=database, verbosity=0)"
)


@contextmanager
def _database() -> Iterator[tuple[str, str]]:
    """Name and address of an empty PostgreSQL database, dropped at the end; both empty on SQLite."""
    url, name = os.environ.get("DATABASE_URL", ""), f"c{uuid4().hex[:12]}"
    if not url:
        yield "", ""
        return
    made = url.replace("/postgres?", f"/{name}?")
    assert made != url
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield name, made
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A migrated instance that nobody writes to: its folder, and its PostgreSQL database if any."""
    home = tmp_path_factory.mktemp("migrated")
    with _database() as (name, url):
        variables = {"HYGIE_HOME": str(home), **({"DATABASE_URL": url} if url else {})}
        Instance(variables).run(MIGRATE)
        yield home, name


@pytest.fixture
def instance(tmp_path: Path, migrated: tuple[Path, str]) -> Iterator[Instance]:
    """An empty instance on the database under test: a copy of the migrated one, with keys of its own."""
    home, template = migrated
    for file in home.glob("*.sqlite3"):
        shutil.copyfile(file, tmp_path / file.name)
    if not template:
        yield Instance({"HYGIE_HOME": str(tmp_path)})
        return
    with _database() as (name, url):
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}"')
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        yield Instance({"HYGIE_HOME": str(tmp_path), "DATABASE_URL": url})
