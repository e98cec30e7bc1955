"""New instances on a database of their own, and the `hygie` command run in them as an operator does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from tests.concurrency.conftest import LIMIT_S, Instance

MAIN = "import sys; from hygie.cli.main import run; sys.exit(run(sys.argv[1:]))"


@contextmanager
def new_instance(home: Path, *, postgresql: bool) -> Iterator[Instance]:
    """An instance where nothing was ever run; its PostgreSQL database is dropped at the end."""
    variables = {"HYGIE_HOME": str(home)}
    if not postgresql:
        yield Instance(variables)
        return
    url, name = os.environ["DATABASE_URL"], f"o{uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield Instance({**variables, "DATABASE_URL": url.replace("/postgres?", f"/{name}?")})
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def start(instance: Instance, *words: str) -> subprocess.Popen[str]:
    """Start ``hygie words…``."""
    return subprocess.Popen(
        [sys.executable, "-c", MAIN, *words],
        env=instance.variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def hygie(instance: Instance, *words: str, code: int = 0) -> str:
    """Run ``hygie words…`` and give all that it said; fails unless it ends with ``code``."""
    process = start(instance, *words)
    out, err = process.communicate(timeout=LIMIT_S)
    assert process.returncode == code, out + err[-3000:]
    assert "Traceback" not in err
    return out + err
