"""Every place of the database where a token of our ring is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import models, transaction
from django.db.models import Q

from hygie.apps.core.encryption import (
    CannotDecryptError,
    EncryptedTextField,
    decrypt,
    rotated,
    stored_as_is,
)

OUTSIDE_FIELDS = {
    "hygie.apps.core.accounts.adapters": "secrets of second factors: Authenticator.data, one of places()",
    "hygie.apps.core.contacts.holding": "contacts in sessions: asked again once keys are retired",
}
"""Modules that call ``encrypt`` themselves, and what becomes of their tokens when keys change; a test reads
the code and refuses any other."""

BATCH = 200
Turned = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Place:
    """One column that keeps tokens: alone, or as texts inside a JSON value."""

    model: type[models.Model]
    field: str
    inside: bool = False

    def rewritten(self, value: Any, turn: Turned) -> Any:
        """What is kept, each of its tokens turned."""
        if not self.inside:
            return turn(value) if value else value
        return {key: _within(kept, turn) for key, kept in value.items()} if isinstance(value, dict) else value

    def tokens(self, value: Any) -> list[str]:
        """The tokens kept."""
        found: list[str] = []

        def note(token: str) -> str:
            found.append(token)
            return token

        self.rewritten(value, note)
        return found


def _within(kept: Any, turn: Turned) -> Any:
    if isinstance(kept, str):
        return turn(kept)
    return [turn(one) if isinstance(one, str) else one for one in kept] if isinstance(kept, list) else kept


def places() -> Iterator[Place]:
    """Every such column: the encrypted fields, and the secrets of second factors."""
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, EncryptedTextField):
                yield Place(model, field.attname)
    yield Place(Authenticator, "data", inside=True)


def turn_all(told: Callable[[int, int], None]) -> int:
    """Encrypt every token again with the first key; ``told`` hears rows seen and rows changed.

    Batches of rows, locked while they change: what others write meanwhile is kept. Done again after an
    interruption, it takes up what is left.

    Returns
    -------
    int
        Rows changed.

    Raises
    ------
    CannotDecryptError
        At the first token that no key opens; the batches before stay done.
    """
    seen = changed = 0
    for place in places():
        last: Any = None
        while True:
            rows, turned, last = _turn_batch(place, last)
            seen, changed = seen + rows, changed + turned
            if not rows:
                break
            told(seen, changed)
    return changed


def _turn_batch(place: Place, after: Any) -> tuple[int, int, Any]:
    """Rows seen, rows changed and last key of the batch that follows a key."""
    manager = place.model._base_manager
    asked = Q() if after is None else Q(pk__gt=after)
    turned, last, rows = 0, after, 0
    with stored_as_is(), transaction.atomic():
        locked = manager.select_for_update().filter(asked).order_by("pk")
        for pk, value in list(locked.values_list("pk", place.field)[:BATCH]):
            rows, last = rows + 1, pk
            again = place.rewritten(value, rotated)
            if again != value:
                turned += manager.filter(pk=pk).update(**{place.field: again})
    return rows, turned, last


def unreadable(sample: int | None = None) -> int:
    """Tokens that no key opens, among all or among the first rows of each column."""
    return sum(1 for token in _tokens(sample) if not _opens(token))


def kept_under_old_keys() -> int:
    """Tokens that the first key does not open."""
    return sum(1 for token in _tokens(None) if rotated(token) != token)


def _tokens(sample: int | None) -> Iterator[str]:
    for place in places():
        last: Any = None
        while True:
            rows = _rows(place, last, sample or 1_000)
            for last, value in rows:  # noqa: B007  # read by the next batch
                yield from place.tokens(value)
            if sample or not rows:
                break


def _rows(place: Place, after: Any, limit: int) -> list[tuple[Any, Any]]:
    """Keys and values of the rows that follow a key, as they are stored."""
    asked = Q() if after is None else Q(pk__gt=after)
    with stored_as_is():
        kept = place.model._base_manager.filter(asked).order_by("pk")
        return list(kept.values_list("pk", place.field)[:limit])


def _opens(token: str) -> bool:
    try:
        decrypt(token)
    except CannotDecryptError:
        return False
    return True
