"""Measures and provenance as a study keeps them: JSON that reads back to the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from hygie.engines.diagnosis.publication import withheld
from hygie.engines.kernel.measures import FigureUse, Measure, Reason, Status, suppressed
from hygie.engines.kernel.territory import Territory
from hygie.reports.json_diagnosis import measure_json
from hygie.reports.words import Shown, shown

__all__ = [
    "figures_json",
    "figures_of",
    "measure_json",
    "measure_of",
    "people_measure",
    "shown_kept",
    "source_lines",
]


def people_measure(value: float, few: int, status: Status = Status.COMPUTED) -> Measure:
    """A count of people, kept back under ``few``; zero is zero."""
    return suppressed() if withheld(value, few) else Measure(value, status)


def measure_of(kept: Mapping[str, Any]) -> Measure:
    """A measure that ``measure_json`` wrote."""
    reason = kept.get("reason")
    return Measure(
        kept.get("value"),
        Status(kept["status"]),
        Reason(reason) if reason else None,
        kept.get("low"),
        kept.get("high"),
    )


def shown_kept(key: str, kept: Mapping[str, Any], few: int) -> Shown:
    """A kept measure as printed; ``key`` says its unit, see ``words.shown``."""
    return shown(key, measure_of(kept), few)


def figures_json(figures: Iterable[FigureUse]) -> list[dict[str, Any]]:
    """Figures of law or practice that a result used."""
    return [asdict(one) for one in figures]


def figures_of(kept: Iterable[Mapping[str, Any]]) -> tuple[FigureUse, ...]:
    """Figures that were kept."""
    return tuple(FigureUse(**one) for one in kept)


def source_lines(territory: Territory, wanted: Iterable[str] | None = None) -> tuple[str, ...]:
    """« Titre, producteur, millésime » of the sources of a territory, or of some of them by key."""
    kept = None if wanted is None else set(wanted)
    told = [
        f"{one.title}, {one.publisher}, {one.vintage}"
        for one in territory.sources
        if kept is None or one.name in kept
    ]
    return tuple(dict.fromkeys(told))
