"""Choosing the place whose closure is measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import Http404

from hygie.apps.territory.choices import CATEGORY, PLACE, Option, OptionGroup
from hygie.engines.diagnosis.result import ClosureLine
from hygie.engines.kernel.french import capital, counted
from hygie.readers.catalogue import Catalogue

FIRST = 10
"""Places listed first, before all by name: those whose closure costs most."""


@dataclass(frozen=True, slots=True)
class Closing:
    """A category and a place of it; empty until chosen."""

    category: str = ""
    place: str = ""


def read_closing(query: Mapping[str, str], lines: Iterable[ClosureLine]) -> Closing:
    """What an address asks to close. A place of another category than the one chosen is dropped.

    Raises
    ------
    Http404
        If it names a category or a place that is not there.
    """
    category, place = query.get(CATEGORY, ""), query.get(PLACE, "")
    categories = {line.place: line.category for line in lines}
    if (category and category not in categories.values()) or (place and place not in categories):
        raise Http404
    if place and category in ("", categories[place]):
        return Closing(categories[place], place)
    return Closing(category)


def category_options(
    lines: Iterable[ClosureLine], catalogue: Catalogue, chosen: Closing
) -> tuple[OptionGroup, ...]:
    """Kinds of place that can be closed, each with its number of places."""
    counts: dict[str, int] = {}
    for line in lines:
        counts[line.category] = counts.get(line.category, 0) + 1
    options = [
        Option(key, _counted(catalogue, key, counts[key]), key == chosen.category)
        for key in catalogue.categories
        if key in counts
    ]
    return (OptionGroup("", (Option("", "Choisissez", not chosen.category), *options)),)


def _counted(catalogue: Catalogue, key: str, count: int) -> str:
    category = catalogue.categories[key]
    return f"{capital(category.plural)} ({counted(count, 'lieu', 'lieux')})"


def place_options(
    lines: Iterable[ClosureLine], catalogue: Catalogue, chosen: Closing
) -> tuple[OptionGroup, ...]:
    """Places of the chosen category: the costliest to close first, then the others by name."""
    mine = [line for line in lines if line.category == chosen.category]
    first, rest = mine[:FIRST], sorted(mine[FIRST:], key=lambda line: (line.name.casefold(), line.place))
    headed = [("Les fermetures les plus lourdes d’abord", first), ("Les autres, par nom", rest)]
    groups = [
        OptionGroup(label, tuple(_option(line, catalogue, chosen) for line in part))
        for label, part in headed
        if part
    ]
    return (OptionGroup("", (Option("", "Choisissez", not chosen.place),)), *groups)


def _option(line: ClosureLine, catalogue: Catalogue, chosen: Closing) -> Option:
    return Option(line.place, place_name(line, catalogue), line.place == chosen.place)


def place_name(line: ClosureLine, catalogue: Catalogue) -> str:
    """Name of a place, or its kind and the end of its identifier."""
    return line.name or f"{catalogue.categories[line.category].title} sans nom ({line.place})"
