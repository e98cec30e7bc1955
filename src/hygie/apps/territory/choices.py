"""What a reader chose, as the address says it, and what could be chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404

from hygie.engines.diagnosis.groups import DWELLINGS, group_label
from hygie.engines.diagnosis.result import WHOLE, Cell, Diagnosis
from hygie.engines.kernel.french import capital
from hygie.engines.kernel.measures import Status
from hygie.readers.catalogue import Catalogue
from hygie.reports.themes import CHAPTERS, chapter_of

INDICATOR, ZONE, GROUP = "indicateur", "zone", "groupe"
CATEGORY, PLACE = "categorie", "lieu"
"""Names of the fields in addresses."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A question, a zone and a group of residents.

    ``layer`` is ``WHOLE`` and ``zone`` empty for the whole territory; ``group`` is ``WHOLE`` for
    everyone the question counts.
    """

    indicator: str
    layer: str = WHOLE
    zone: str = ""
    group: str = WHOLE

    @property
    def zone_value(self) -> str:
        """The zone as the form sends it."""
        return f"{self.layer}:{self.zone}" if self.zone else ""

    @property
    def group_value(self) -> str:
        """The group as the form sends it."""
        return "" if self.group == WHOLE else self.group


@dataclass(frozen=True, slots=True)
class Option:
    """One line of a list to choose from."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class OptionGroup:
    """Lines under a heading; the heading may be empty."""

    label: str
    options: tuple[Option, ...]


def read_choice(query: Mapping[str, str], diagnosis: Diagnosis, first: str) -> Choice:
    """The choice an address asks for; what it leaves out is the first question, whole, everyone.

    Raises
    ------
    Http404
        If it names something that is not there.
    """
    key = query.get(INDICATOR) or first
    known = {indicator.key: indicator for indicator in diagnosis.indicators}
    zone_value = query.get(ZONE, "")
    layer, _, zone = zone_value.partition(":")
    group = query.get(GROUP) or WHOLE
    zones = {(cell.layer, cell.zone) for cell in zone_cells(diagnosis)}
    if key not in known or (zone_value and (layer, zone) not in zones):
        raise Http404
    if group != WHOLE and group not in groups_of(diagnosis):
        raise Http404
    return Choice(key, layer or WHOLE, zone, group)


def zone_cells(diagnosis: Diagnosis) -> list[Cell]:
    """One cell a zone of every layer but the whole, in the order of the diagnosis."""
    found: dict[tuple[str, str], Cell] = {}
    for indicator in diagnosis.indicators:
        for cell in indicator.cells:
            if cell.layer != WHOLE:
                found.setdefault((cell.layer, cell.zone), cell)
    return list(found.values())


def groups_of(diagnosis: Diagnosis) -> dict[str, bool]:
    """Age groups, bands of the source left out: whether some question is answered for each.

    The youngest first, then from the widest to the narrowest.
    """
    told: dict[str, bool] = {}
    for cell in (cell for indicator in diagnosis.indicators for cell in indicator.cells):
        if cell.group not in (WHOLE, DWELLINGS) and not cell.group.startswith("age_"):
            known = any(m.status is not Status.NOT_COMPUTED for m in cell.measures.values())
            told[cell.group] = told.get(cell.group, False) or known
    return dict(sorted(told.items(), key=lambda item: (not item[0].startswith("under"), item[0])))


def indicator_options(diagnosis: Diagnosis, catalogue: Catalogue, choice: Choice) -> tuple[OptionGroup, ...]:
    """The questions, by their short names, under the chapters of the report."""
    by_chapter: dict[str, list[Option]] = {}
    for indicator in diagnosis.indicators:
        key = indicator.key
        option = Option(key, catalogue.indicators[key].short, key == choice.indicator)
        by_chapter.setdefault(chapter_of(indicator, catalogue), []).append(option)
    return tuple(OptionGroup(CHAPTERS[key], tuple(by_chapter[key])) for key in CHAPTERS if key in by_chapter)


def zone_options(
    diagnosis: Diagnosis, layers: Sequence[tuple[str, str]], choice: Choice
) -> tuple[OptionGroup, ...]:
    """The whole territory, then the zones of each layer, by name.

    Parameters
    ----------
    layers
        (key, title) in the order to show.
    """
    whole = Option("", f"{diagnosis.name}, en entier", not choice.zone)
    cells = zone_cells(diagnosis)
    groups = [OptionGroup("", (whole,))]
    for layer, title in layers:
        options = [_zone(cell, choice) for cell in cells if cell.layer == layer]
        if options:
            groups.append(OptionGroup(title, tuple(options)))
    return tuple(groups)


def _zone(cell: Cell, choice: Choice) -> Option:
    value = f"{cell.layer}:{cell.zone}"
    return Option(value, cell.zone_name, value == choice.zone_value)


def group_options(diagnosis: Diagnosis, choice: Choice) -> tuple[OptionGroup, ...]:
    """Everyone, then each age group; those that the ages of the source do not allow say so."""
    options = [Option("", "Tous les âges", choice.group == WHOLE)]
    for group, known in groups_of(diagnosis).items():
        label = capital(group_label(group)) + ("" if known else " (non calculé)")
        options.append(Option(group, label, group == choice.group))
    return (OptionGroup("", tuple(options)),)


def choice_query(choice: Choice, indicator: str | None = None) -> dict[str, str]:
    """Fields of the address of a choice, for another question if given."""
    fields = {
        INDICATOR: indicator or choice.indicator,
        ZONE: choice.zone_value,
        GROUP: choice.group_value,
    }
    return {name: value for name, value in fields.items() if value}
