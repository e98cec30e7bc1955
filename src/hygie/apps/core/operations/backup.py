"""A backup of an instance in use: one instant of each database, and the files of its folder."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connections, transaction
from django.db.migrations.recorder import MigrationRecorder

from hygie import __version__
from hygie.apps.core.audit.journal import SYSTEM, decided, journalled
from hygie.apps.core.encryption import current_keys
from hygie.apps.core.operations import archive
from hygie.apps.core.operations.archive import FILES, TABLES, Manifest
from hygie.apps.core.operations.schema import LOCK_FILE, aliases
from hygie.apps.core.operations.tables import TableCount, Tally, lines_of, saved_models
from hygie.apps.core.operations.work import BACKUP, mark
from hygie.engines.kernel.errors import HygieError

SECRETS = ("secret-key", "encryption-keys", "pseudonym-key")
NOT_SAVED = frozenset({*SECRETS, LOCK_FILE, "outbox", "maps", "backups", "postgresql"})
"""What stands in the folder of the instance and is not saved: secrets, what is made again, letters in
clear, and backups themselves."""

LARGEST_KEYS = 65_536
"""Bytes of the largest file of keys that is looked for among the files saved."""


@contextmanager
def one_instant() -> Iterator[None]:
    """Within, each database is read as it was at one instant, while others go on writing."""
    with ExitStack() as stack:
        for alias in aliases():
            stack.enter_context(_snapshot(alias))
        yield


@contextmanager
def _snapshot(alias: str) -> Iterator[None]:
    connection = connections[alias]
    if connection.vendor == "postgresql":
        with transaction.atomic(using=alias), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
        return
    with connection.cursor() as cursor:  # atomic() would take the write lock and stop everybody
        cursor.execute("BEGIN DEFERRED")
        try:
            cursor.execute("SELECT count(*) FROM django_migrations")  # the instant is that of the first read
            yield
        finally:
            cursor.execute("ROLLBACK")


def back_up(file: Path) -> Manifest:
    """Save an instance into one file, keys and sessions left out.

    Raises
    ------
    HygieError
        If the file exists, or cannot be written.
    """
    if file.exists():
        raise HygieError(f"{file} existe déjà.", fix="Donnez un autre nom : une sauvegarde n’en efface pas.")
    try:
        with tempfile.TemporaryDirectory(prefix=".hygie-backup-", dir=file.absolute().parent) as work:
            manifest = _written(file, Path(work))
    except OSError as error:
        raise HygieError(f"La sauvegarde {file} n’a pas pu être écrite.", why=f"{error.strerror}.") from error
    with journalled():
        decided(SYSTEM, "instance.backup", subject="core.instance", record="", tables=len(manifest.tables))
        mark(BACKUP)
    return manifest


def _written(file: Path, work: Path) -> Manifest:
    members: dict[str, Path] = {}
    with one_instant():
        counts = tuple(_dumped(model, work, members) for model in saved_models(apps))
        steps = tuple(sorted(f"{app}.{name}" for app, name in _applied()))
    for path in _files(Path(settings.HOME), {file.resolve(), work.resolve()}):
        copy = work / str(len(members))  # a file that changes meanwhile would not match its digest
        try:
            shutil.copyfile(path, copy)
        except FileNotFoundError:  # a version of the territory retired meanwhile: nothing shows it any more
            continue
        members[f"{FILES}/{path.relative_to(settings.HOME).as_posix()}"] = copy
    manifest = Manifest(
        version=__version__,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        vendor=connections["default"].vendor,
        steps=steps,
        tables=counts,
        keys=fingerprints(),
        digests={name: archive.digest_of(path) for name, path in members.items()},
    )
    archive.write(file, manifest, members)
    return manifest


def _applied() -> set[tuple[str, str]]:
    return set(MigrationRecorder(connections["default"]).applied_migrations())


def _dumped(model: type, work: Path, members: dict[str, Path]) -> TableCount:
    table = model._meta.db_table  # type: ignore[attr-defined]  # a model
    tally, path = Tally(table), work / f"{table}.jsonl"
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for line in lines_of(model):
            tally.add(line)
            stream.write(line + "\n")
    members[f"{TABLES}/{table}.jsonl"] = path
    return tally.result()


def _files(home: Path, but: set[Path]) -> Iterator[Path]:
    """Files of an instance that are saved: neither databases, nor secrets, nor what is made again."""
    for path in sorted(home.rglob("*")):
        first = path.relative_to(home).parts[0]
        apart = first in NOT_SAVED or ".sqlite3" in first or first.startswith(".")
        if apart or path.is_symlink() or not path.is_file() or path.name.endswith(".partial"):
            continue
        if path.resolve() in but or any(parent in but for parent in path.resolve().parents):
            continue
        if not _holds_a_secret(path):
            yield path


def _holds_a_secret(path: Path) -> bool:
    """Whether a file is a copy of our keys: somebody wrote « --with-keys » into the folder saved."""
    try:
        if path.stat().st_size > LARGEST_KEYS:
            return False
        content = path.read_bytes()
    except FileNotFoundError:
        return False
    secrets = (settings.SECRET_KEY, settings.PSEUDONYM_KEY, *current_keys())
    return any(secret.encode("utf-8") in content for secret in secrets)


def fingerprints() -> tuple[str, ...]:
    """What tells the keys of this instance from others: the pseudonym key first, then the ring."""
    keys = (settings.PSEUDONYM_KEY, *current_keys())
    return tuple(hashlib.sha256(f"hygie:{key}".encode()).hexdigest()[:16] for key in keys)


def save_keys(file: Path) -> None:
    """Write the secrets of the instance into one file that only its owner reads.

    Raises
    ------
    HygieError
        If the file exists or cannot be written.
    """
    values = {
        "secret-key": settings.SECRET_KEY,
        "encryption-keys": list(current_keys()),
        "pseudonym-key": settings.PSEUDONYM_KEY,
    }
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
            opened.write(json.dumps(values, indent=2) + "\n")
    except FileExistsError as error:
        raise HygieError(f"{file} existe déjà.", fix="Donnez un autre nom.") from error
    except OSError as error:
        raise HygieError(
            f"Les clés n’ont pas pu être écrites dans {file}.", why=f"{error.strerror}."
        ) from error
