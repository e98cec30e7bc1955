"""Fields kept encrypted in the database, with a ring of keys of their own; closed when a key is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression

if TYPE_CHECKING:
    TextField = models.TextField[str, str]
else:
    TextField = models.TextField  # generic for the type checker only


class CannotDecryptError(Exception):
    """What is stored was encrypted with no key of the ring, or was changed."""


def ring(keys: Sequence[str] | None = None) -> MultiFernet:
    """The ring of keys: the first encrypts, all decrypt."""
    return _made(tuple(keys or current_keys()))


@lru_cache(maxsize=8)
def _made(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def current_keys() -> tuple[str, ...]:
    """Keys of the settings, or of their file once it has changed: a running process follows a new key."""
    file: Path | None = settings.ENCRYPTION_KEYS_FILE
    if file is None or _stamp(file) in (None, _AT_START):
        return tuple(settings.ENCRYPTION_KEYS)
    return tuple(file.read_text(encoding="ascii").split()) or tuple(settings.ENCRYPTION_KEYS)


def _stamp(file: Path | None) -> tuple[int, int, int] | None:
    try:
        told = None if file is None else file.stat()
    except FileNotFoundError:
        return None
    return None if told is None else (told.st_mtime_ns, told.st_size, told.st_ino)


_AT_START = _stamp(settings.ENCRYPTION_KEYS_FILE)
_as_stored: ContextVar[bool] = ContextVar("as_stored", default=False)


@contextmanager
def stored_as_is() -> Iterator[None]:
    """Within, encrypted fields give and take their tokens: for backups and rotation, which read nothing."""
    token = _as_stored.set(True)
    try:
        yield
    finally:
        _as_stored.reset(token)


def encrypt(text: str) -> str:
    """A token that only the ring opens; two encryptions of one text differ."""
    return ring().encrypt(text.encode("utf-8")).decode("ascii")


def decrypt(token: str) -> str:
    """The text behind a token.

    Raises
    ------
    CannotDecryptError
        If no key opens it: nothing is guessed, and the token is never shown instead.
    """
    try:
        return ring().decrypt(token.encode("ascii")).decode("utf-8")
    except (InvalidToken, UnicodeEncodeError) as error:
        raise CannotDecryptError("encrypted with another key, or changed") from error


def rotated(token: str) -> str:
    """The same text encrypted with the first key of the ring; the token itself when it already is.

    Raises
    ------
    CannotDecryptError
        If no key opens it.
    """
    try:
        return token if _is_first(token) else ring().rotate(token.encode("ascii")).decode("ascii")
    except (InvalidToken, UnicodeEncodeError) as error:
        raise CannotDecryptError("encrypted with another key, or changed") from error


def _is_first(token: str) -> bool:
    try:
        Fernet(current_keys()[0]).decrypt(token.encode("ascii"))
    except InvalidToken:
        return False
    return True


class EncryptedTextField(TextField):
    """Text that the database never sees.

    An empty text stays empty. It cannot be searched, sorted or compared: such a query is refused.
    """

    description = "Encrypted text"

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way to the database."""
        return value if value in (None, "") or _as_stored.get() else encrypt(str(value))

    def from_db_value(
        self, value: str | None, _expression: Expression, _connection: BaseDatabaseWrapper
    ) -> Any:
        """Decrypt on the way back."""
        return value if value in (None, "") or _as_stored.get() else decrypt(value)

    def get_lookup(self, lookup_name: str) -> Any:
        """Only whether there is something may be asked."""
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is encrypted: it cannot be looked up by {lookup_name}")
