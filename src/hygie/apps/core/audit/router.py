"""Readings live in a database of their own; everything else in the main one."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Model

from hygie.apps.core.audit.journal import READINGS

_APART = frozenset({"reading", "readinghead"})


class JournalRouter:
    """Django database router; where both names are one database, everything migrates on the main one."""

    def db_for_read(self, model: type[Model], **_hints: Any) -> str | None:
        """The database of a model."""
        return READINGS if _is_apart(model) else None

    def db_for_write(self, model: type[Model], **_hints: Any) -> str | None:
        """The database of a model."""
        return READINGS if _is_apart(model) else None

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **_hints: Any
    ) -> bool | None:
        """Whether a table is made in a database."""
        if settings.READINGS_IN_MAIN_DATABASE:
            return db != READINGS
        if app_label != "core":
            return db != READINGS
        if model_name is None:  # a step of ours that looks at the tables it finds
            return None
        return (model_name in _APART) == (db == READINGS)


def _is_apart(model: type[Model]) -> bool:
    return model._meta.app_label == "core" and model._meta.model_name in _APART
