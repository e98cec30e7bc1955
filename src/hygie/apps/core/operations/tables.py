"""Rows of every table as text, the same on SQLite and PostgreSQL; encrypted fields stay encrypted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.apps.registry import Apps
from django.conf import settings
from django.db import connections, models, router

from hygie.apps.core.encryption import stored_as_is

LEFT_OUT = frozenset({"django_session", "usersessions_usersession"})
"""A copy of sessions would let whoever reads it in: after a restore everybody signs in again."""

BATCH = 500
_MODULUS = 1 << 256


@dataclass(frozen=True, slots=True)
class TableCount:
    """How much a table holds.

    ``total`` is the sum, modulo 2²⁵⁶, of the SHA-256 of its rows: the same whatever their order, which
    two databases do not share.
    """

    table: str
    rows: int
    total: str


class Tally:
    """Counts rows as they pass."""

    def __init__(self, table: str) -> None:
        self._table, self._rows, self._total = table, 0, 0

    def add(self, line: str) -> None:
        """One more row."""
        self._rows += 1
        digest = hashlib.sha256(line.encode("utf-8", "surrogatepass")).digest()
        self._total = (self._total + int.from_bytes(digest, "big")) % _MODULUS

    def result(self) -> TableCount:
        """What has passed."""
        return TableCount(self._table, self._rows, f"{self._total:064x}")


def saved_models(registry: Apps) -> list[type[models.Model]]:
    """Models whose tables are saved, by name of table."""
    found = [
        model
        for model in registry.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.db_table not in LEFT_OUT
    ]
    return sorted(found, key=lambda model: model._meta.db_table)


def database_of(model: type[models.Model]) -> str:
    """Name of the database that holds a model; one for all on PostgreSQL, so that one snapshot holds all."""
    return "default" if settings.READINGS_IN_MAIN_DATABASE else router.db_for_read(model)


def fields_of(model: type[models.Model]) -> list[Any]:
    """Columns of a model's own table that are written, not computed."""
    return [f for f in model._meta.local_concrete_fields if not getattr(f, "generated", False)]


def lines_of(model: type[models.Model]) -> Iterator[str]:
    """Rows of a table, one JSON text each, by key."""
    fields = fields_of(model)
    rows = model._base_manager.using(database_of(model)).order_by("pk")
    with stored_as_is():
        for record in rows.only(*(f.attname for f in fields)).iterator(chunk_size=BATCH):
            yield json.dumps(
                {f.column: _plain(f, record) for f in fields}, sort_keys=True, ensure_ascii=False
            )


def _plain(field: Any, record: models.Model) -> Any:
    value = field.value_from_object(record)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).isoformat()
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float) and not isinstance(field, models.JSONField):
        return value
    return _whole(value) if isinstance(field, models.JSONField) else field.value_to_string(record)


def _whole(value: Any) -> Any:
    """Whole floats of a JSON value as integers: PostgreSQL does not keep them apart."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(kept) for key, kept in value.items()}
    return [_whole(kept) for kept in value] if isinstance(value, list) else value


def count(model: type[models.Model]) -> TableCount:
    """What a table holds now."""
    tally = Tally(model._meta.db_table)
    for line in lines_of(model):
        tally.add(line)
    return tally.result()


def load(model: type[models.Model], lines: Iterable[str]) -> None:
    """Write rows as they are: no default, no date of today, nothing encrypted twice."""
    fields, batch = fields_of(model), []
    using = database_of(model)
    size = max(1, connections[using].ops.bulk_batch_size(fields, range(BATCH)))
    for line in lines:
        values = json.loads(line)
        batch.append(model(**{f.attname: f.to_python(values[f.column]) for f in fields}))
        if len(batch) >= min(size, BATCH):
            _insert(model, batch, fields, using)
            batch = []
    if batch:
        _insert(model, batch, fields, using)


def _insert(model: type[models.Model], batch: Sequence[models.Model], fields: list[Any], using: str) -> None:
    with stored_as_is():
        model._base_manager._insert(batch, fields=fields, using=using, raw=True)  # type: ignore[attr-defined]  # bulk_create would write today's date
