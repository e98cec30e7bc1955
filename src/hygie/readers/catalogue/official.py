"""Sheets of the indicators that are read from official tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReadingWords:
    """Where a number is read: a statistic, or a rate of several (then ``statistic`` is empty).

    A rate is ``multiplier`` × Σ numerator / Σ denominator + ``offset``; all are keys of statistics.
    """

    statistic: str = ""
    numerator: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()
    multiplier: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class NeededSource:
    """What to supply when no table gives an indicator.

    ``finest`` is the finest level at which it is known to be published, or empty; ``page`` is text to
    show; ``status`` is ``verified`` or ``to-verify``.
    """

    publisher: str
    dataset: str
    page: str
    finest: str
    status: str
    note: str = ""


@dataclass(frozen=True)
class OfficialIndicator:
    """An indicator that an official table gives, how to read it and what it does not say.

    Attributes
    ----------
    key, order, theme
        Name, rank in the portrait, and part of it.
    title, question, short, unit
        For the page, its title as a question, for tables, and after the number.
    reads
        Where its newest number is read.
    earlier
        Where the same quantity is read for other years, oldest first.
    numerator, denominator
        The formula in words.
    better
        ``high`` or ``low`` when such a number is favourable; empty when it is no judgement.
    decimals
        How many to print.
    needs
        What to supply when it is absent.
    reading, limits
        How to read it, and what it does not say.
    status
        ``verified`` or ``to-verify``.
    """

    key: str
    order: int
    theme: str
    title: str
    question: str
    short: str
    unit: str
    reads: ReadingWords
    earlier: tuple[ReadingWords, ...]
    numerator: str
    denominator: str
    better: str
    decimals: int
    needs: NeededSource
    reading: str
    limits: tuple[str, ...]
    status: str


def official_indicator(raw: Raw) -> OfficialIndicator:
    """Indicator of a sheet that is true to its schema."""
    return OfficialIndicator(
        key=raw["key"],
        order=raw["order"],
        theme=raw["theme"],
        title=raw["title"],
        question=raw["question"],
        short=raw["short"],
        unit=raw["unit"],
        reads=_words(raw["per"] if "per" in raw else raw["statistic"]),
        earlier=tuple(_words(one) for one in raw.get("earlier", ())),
        numerator=raw["formula"]["numerator"],
        denominator=raw["formula"]["denominator"],
        better=raw.get("better", ""),
        decimals=raw["decimals"],
        needs=_needed(raw["needs_source"]),
        reading=raw["reading"],
        limits=tuple(raw["limits"]),
        status=raw["status"],
    )


def read_statistics(raw: Raw) -> Iterable[tuple[tuple[str | int, ...], str]]:
    """Every statistic that a sheet names, with where it is written."""
    if "statistic" in raw:
        yield ("statistic",), raw["statistic"]
    parts: list[tuple[tuple[str | int, ...], str | Raw]] = []
    if "per" in raw:
        parts.append((("per",), raw["per"]))
    parts += [(("earlier", rank), one) for rank, one in enumerate(raw.get("earlier", ()))]
    for path, part in parts:
        if isinstance(part, str):
            yield path, part
            continue
        for side in ("numerator_statistic", "denominator_statistic"):
            for rank, key in enumerate(_keys(part[side])):
                yield (*path, side) if isinstance(part[side], str) else (*path, side, rank), key


def _words(raw: str | Raw) -> ReadingWords:
    if isinstance(raw, str):
        return ReadingWords(statistic=raw)
    return ReadingWords(
        numerator=_keys(raw["numerator_statistic"]),
        denominator=_keys(raw["denominator_statistic"]),
        multiplier=float(raw.get("multiplier", 1)),
        offset=float(raw.get("offset", 0)),
    )


def _keys(written: str | list[str]) -> tuple[str, ...]:
    return (written,) if isinstance(written, str) else tuple(written)


def _needed(raw: Raw) -> NeededSource:
    return NeededSource(
        publisher=raw["publisher"],
        dataset=raw["dataset"],
        page=raw["page"],
        finest=raw.get("finest_level", ""),
        status=raw["status"],
        note=raw.get("note", ""),
    )
