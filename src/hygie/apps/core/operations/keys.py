"""The ring of encryption keys: a new key, everything encrypted again, old keys taken away."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from cryptography.fernet import Fernet
from django.conf import settings

from hygie.apps.core.audit.journal import SYSTEM, decided, journalled
from hygie.apps.core.encryption import CannotDecryptError, current_keys
from hygie.apps.core.operations.tokens import kept_under_old_keys, turn_all, unreadable
from hygie.engines.kernel.errors import HygieError


def refuse_wrong_keys() -> None:
    """Refuse to run when the ring does not open what is kept: new values would be under yet another key.

    Raises
    ------
    HygieError
        If one value of a sample cannot be read.
    """
    if unreadable(sample=3):
        raise HygieError(
            "Les clés de chiffrement ne sont pas celles de cette base.",
            why="Des données chiffrées ne peuvent pas être lues.",
            fix="Remettez le fichier « encryption-keys » d’origine, puis relancez.",
        )


def new_key() -> str:
    """Draw a key and put it first in the file; running processes follow. Old keys stay, to read.

    Returns
    -------
    str
        The key when the ring comes from the environment, where only a person can put it; else empty.

    Raises
    ------
    HygieError
        If the file cannot be written.
    """
    drawn = Fernet.generate_key().decode("ascii")
    if settings.ENCRYPTION_KEYS_FILE is None:
        return drawn
    _write(settings.ENCRYPTION_KEYS_FILE, (drawn, *current_keys()))
    _journal("keys.new", keys=len(current_keys()))
    return ""


def rotate(told: Callable[[int, int], None]) -> int:
    """Encrypt everything again with the first key; see `turn_all`.

    Raises
    ------
    HygieError
        If a value was encrypted with a key that is not there.
    """
    try:
        changed = turn_all(told)
    except CannotDecryptError as error:
        raise HygieError(
            "Une valeur a été chiffrée avec une clé qui n’est plus là.",
            fix="Remettez cette clé à la fin du trousseau, puis relancez : ce qui est fait reste fait.",
        ) from error
    _journal("keys.rotate", rows=changed)
    return changed


def retire() -> int:
    """Take every key but the first out of the file, once nothing needs them.

    Returns
    -------
    int
        Keys taken out.

    Raises
    ------
    HygieError
        If something is still under an old key, or the ring comes from the environment.
    """
    file = settings.ENCRYPTION_KEYS_FILE
    if file is None:
        raise HygieError(
            "Le trousseau vient de HYGIE_ENCRYPTION_KEYS.",
            fix="Retirez-en vous-même les clés qui suivent la première, partout où la variable est écrite.",
        )
    keys = current_keys()
    try:
        left = kept_under_old_keys()
    except CannotDecryptError as error:
        raise HygieError(
            "Une valeur ne peut être lue avec aucune clé.", fix="Lancez « hygie check »."
        ) from error
    if left:
        raise HygieError(
            f"Il reste {left} valeurs chiffrées avec une ancienne clé.", fix="Lancez « hygie keys rotate »."
        )
    _write(file, keys[:1])
    _journal("keys.retire", keys=len(keys) - 1)
    return len(keys) - 1


def _journal(action: str, **details: int) -> None:
    with journalled():
        decided(SYSTEM, action, subject="core.keys", record="", **details)


def _write(file: Path, keys: Sequence[str]) -> None:
    """Replace the file of keys whole or not at all; only its owner reads it."""
    work = file.with_name(f".{file.name}.{os.getpid()}.partial")
    try:
        with os.fdopen(os.open(work, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as opened:
            opened.write("\n".join(keys) + "\n")
            opened.flush()
            os.fsync(opened.fileno())
        work.replace(file)
    except OSError as error:
        raise HygieError(f"Le fichier {file} n’a pas pu être écrit.", why=f"{error.strerror}.") from error
