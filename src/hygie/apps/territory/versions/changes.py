"""What a version changed since the one before, from the counts that each one keeps.

The whole comparison, place by place and indicator by indicator, is ``hygie territory compare``: it
diagnoses both versions, which is too long for a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hygie.apps.territory.versions.models import Stage, TerritoryVersion
from hygie.engines.kernel.french import WIDE, counted, number

READABLE = (Stage.READY, Stage.REMOVED)
"""Stages of the versions whose counts are known."""


@dataclass(frozen=True, slots=True)
class SourceChange:
    """One file read otherwise; texts are empty on the side where it is not."""

    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What a version changed: a sentence each, then source by source."""

    since: TerritoryVersion
    sentences: tuple[str, ...]
    sources: tuple[SourceChange, ...]

    @property
    def summary(self) -> str:
        """One line for a table."""
        return ", ".join(self.sentences) or "rien de compté n’a changé"


def changes(version: TerritoryVersion, before: TerritoryVersion | None) -> Changes | None:
    """What a version changed since another; None where they cannot be compared."""
    if before is None or version.stage not in READABLE or version.code != before.code:
        return None
    sources = tuple(_sources(before.accounts, version.accounts))
    told = [
        _moved(before.people, version.people, "habitant", "habitants"),
        _moved(before.places, version.places, "lieu", "lieux"),
        _moved(before.rejected, version.rejected, "ligne rejetée", "lignes rejetées"),
        counted(len(sources), "fichier lu autrement", "fichiers lus autrement") if sources else "",
    ]
    return Changes(before, tuple(sentence for sentence in told if sentence), sources)


def with_changes(versions: Iterable[TerritoryVersion]) -> list[tuple[TerritoryVersion, Changes | None]]:
    """Versions, newest first, each with what it changed since the one before of the same territory."""
    listed = list(versions)
    found = []
    for rank, version in enumerate(listed):
        older = (one for one in listed[rank + 1 :] if one.stage in READABLE and one.code == version.code)
        found.append((version, changes(version, next(older, None))))
    return found


def _moved(before: float, after: float, one: str, many: str) -> str:
    """« 12 lieux de plus »; empty when the counts are the same once rounded."""
    difference = round(after) - round(before)
    if not difference:
        return ""
    return f"{counted(abs(difference), one, many)} de {'plus' if difference > 0 else 'moins'}"


def _sources(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Iterable[SourceChange]:
    old, new = ({str(one["title"]): one for one in side} for side in (before, after))
    for title in dict.fromkeys((*new, *old)):
        was, now = _words(old.get(title)), _words(new.get(title))
        if was != now:
            yield SourceChange(title, was, now)


def _words(account: Mapping[str, Any] | None) -> str:
    if account is None:
        return ""
    kept, rejected = number(account["kept"]), number(account["rejected"])
    return f"{account['vintage']}{WIDE}: {kept} lignes gardées, {rejected} rejetées"
