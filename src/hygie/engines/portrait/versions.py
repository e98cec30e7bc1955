"""Two versions of one territory: what its sources, places, residents and indicators have become."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from hygie.engines.diagnosis.equity import difference
from hygie.engines.diagnosis.publication import published_pair, withheld
from hygie.engines.diagnosis.result import WHOLE, Cell, Diagnosis, IndicatorResult
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.measures import FigureUse, Measure, Reason, Status, not_computed, suppressed
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.statistic import Statistic
from hygie.engines.kernel.territory import SourceAccount, Territory
from hygie.engines.portrait.place_changes import PlaceChanges, place_changes

ADDED, GONE, VINTAGE, CONTENT = "added", "gone", "vintage", "content"
YEAR, VALUE, STATUS = "year", "value", "status"

Zone = tuple[str, str, str]
"""Layer, zone code and group of a cell."""


@dataclass(frozen=True)
class Version:
    """One version: a territory, its diagnosis as it may be published, its official numbers."""

    territory: Territory
    diagnosis: Diagnosis
    statistics: Sequence[Statistic]
    reference_date: str


@dataclass(frozen=True, slots=True)
class VersionRules:
    """How versions are compared.

    ``same_place``: metres beyond which a place has moved; ``smallest_count``: smallest count shown;
    ``alike``: whether two published names may be the same place's.
    """

    same_place: float
    smallest_count: int
    alike: Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class SourceChange:
    """A source added, gone, of another vintage, or of the same vintage with another content.

    ``read`` are kept rows of both versions, None on the side that lacks it.
    """

    name: str
    title: str
    kind: str
    before: str
    after: str
    kept_before: int | None
    kept_after: int | None


@dataclass(frozen=True, slots=True)
class MeasureChange:
    """One measure before and after, and after minus before; a side is None where it has none."""

    before: Measure | None
    after: Measure | None
    change: Measure


@dataclass(frozen=True)
class CellChange:
    """Measures of one zone and group; ``differs`` when any of them does."""

    layer: str
    zone: str
    zone_name: str
    group: str
    measures: Mapping[str, MeasureChange]
    differs: bool


@dataclass(frozen=True)
class IndicatorChange:
    """One indicator: its status on each side (None where absent), cells of the whole, cells that differ."""

    key: str
    title: str
    unit: str
    before: Status | None
    after: Status | None
    cells: tuple[CellChange, ...]

    @property
    def differs(self) -> bool:
        """Whether anything of it changed."""
        return self.before != self.after or any(cell.differs for cell in self.cells)


@dataclass(frozen=True, slots=True)
class StatisticChange:
    """An official number added, gone, of another year, revised, or known otherwise."""

    kind: str
    before: Statistic | None
    after: Statistic | None


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure of the catalogue whose value differs: the change is not the territory's."""

    key: str
    before: FigureUse | None
    after: FigureUse | None


@dataclass(frozen=True)
class VersionChange:
    """Everything that differs between two versions of a territory.

    ``residents`` are those of the territory, margin left out.
    """

    code: str
    name: str
    fictional: bool
    dates: tuple[str, str]
    labels: tuple[str, str]
    sources: tuple[SourceChange, ...]
    places: PlaceChanges
    residents: MeasureChange
    indicators: tuple[IndicatorChange, ...]
    statistics: tuple[StatisticChange, ...]
    figures: tuple[FigureChange, ...]


def compare_versions(before: Version, after: Version, plane: Plane, rules: VersionRules) -> VersionChange:
    """Compare two versions of one territory.

    Both diagnoses are already as they may be published; here a count that changes by fewer residents
    than may be shown is kept back after, with its share, so that no subtraction gives it.

    Raises
    ------
    HygieError
        If they are two territories.
    """
    old, new = before.territory, after.territory
    if old.code != new.code or old.fictional != new.fictional:
        raise HygieError(
            "Ces deux dossiers ne sont pas deux versions d’un même territoire.",
            why=f"Le premier est {old.name} ({old.code}), le second {new.name} ({new.code}).",
            fix="Donnez deux dossiers construits pour le même code.",
        )
    return VersionChange(
        code=new.code,
        name=new.name,
        fictional=new.fictional,
        dates=(before.reference_date, after.reference_date),
        labels=(old.population_label, new.population_label),
        sources=tuple(_sources(old.sources, new.sources)),
        places=place_changes(old.places, new.places, plane, same_place=rules.same_place, alike=rules.alike),
        residents=_residents(old, new, rules.smallest_count),
        indicators=tuple(_indicators(before.diagnosis, after.diagnosis, rules.smallest_count)),
        statistics=tuple(_statistics(before.statistics, after.statistics)),
        figures=tuple(_figures(before.diagnosis, after.diagnosis)),
    )


def _sources(old: Sequence[SourceAccount], new: Sequence[SourceAccount]) -> Iterable[SourceChange]:
    sides = (_by_name(old), _by_name(new))
    for name in dict.fromkeys((*sides[0], *sides[1])):
        before, after = (side.get(name, []) for side in sides)
        kind = _source_kind(before, after)
        if kind:
            yield SourceChange(
                name=name,
                title=(after or before)[0].title,
                kind=kind,
                before=before[0].vintage if before else "",
                after=after[0].vintage if after else "",
                kept_before=sum(one.kept for one in before) if before else None,
                kept_after=sum(one.kept for one in after) if after else None,
            )


def _by_name(accounts: Sequence[SourceAccount]) -> dict[str, list[SourceAccount]]:
    """Accounts of each source: one may come in several files."""
    found: dict[str, list[SourceAccount]] = {}
    for account in accounts:
        found.setdefault(account.name, []).append(account)
    return found


def _source_kind(before: Sequence[SourceAccount], after: Sequence[SourceAccount]) -> str:
    if not before or not after:
        return ADDED if after else GONE
    if [one.vintage for one in before] != [one.vintage for one in after]:
        return VINTAGE
    same = sorted(one.sha256 for one in before) == sorted(one.sha256 for one in after)
    return "" if same else CONTENT


def _residents(old: Territory, new: Territory, smallest: int) -> MeasureChange:
    before, after = (_counted(territory, smallest) for territory in (old, new))
    if (
        before.value is not None
        and after.value is not None
        and withheld(after.value - before.value, smallest)
    ):
        after = suppressed()
    return MeasureChange(before, after, difference(before, after))


def _counted(territory: Territory, smallest: int) -> Measure:
    people = territory.demand.people[territory.demand.inside]
    known = people[~np.isnan(people)]
    if not len(known):
        return not_computed(Reason.NO_PEOPLE)
    total = math.fsum(known)
    return suppressed() if withheld(total, smallest) else Measure(total)


def _indicators(old: Diagnosis, new: Diagnosis, smallest: int) -> Iterable[IndicatorChange]:
    sides = [{one.key: one for one in diagnosis.indicators} for diagnosis in (old, new)]
    for key in dict.fromkeys((*sides[0], *sides[1])):
        before, after = sides[0].get(key), sides[1].get(key)
        known = after or before
        if known is not None:
            yield IndicatorChange(
                key=key,
                title=known.title,
                unit=known.unit,
                before=before.status if before else None,
                after=after.status if after else None,
                cells=tuple(_cells(before, after, smallest)),
            )


def _cells(
    before: IndicatorResult | None, after: IndicatorResult | None, smallest: int
) -> Iterable[CellChange]:
    """Cells of the whole territory, then those of zones and groups that differ."""
    sides = [{_zone(cell): cell for cell in one.cells} if one else {} for one in (before, after)]
    people = _zone_people(sides[0])
    for zone in dict.fromkeys((*sides[0], *sides[1])):
        old, new = sides[0].get(zone), sides[1].get(zone)
        if old is not None and new is not None:
            old, new = _pair(old, new, zone_people=people.get(zone[:2], math.inf), smallest=smallest)
        told = new or old
        measures = _measures(old, new)
        differs = any(_differs(one) for one in measures.values())
        if told is not None and (differs or told.layer == WHOLE):
            yield CellChange(told.layer, told.zone, told.zone_name, told.group, measures, differs)


def _zone(cell: Cell) -> Zone:
    return cell.layer, cell.zone, cell.group


def _zone_people(cells: Mapping[Zone, Cell]) -> dict[tuple[str, str], float]:
    """Residents of each zone, all groups together, where they are told."""
    people = {
        zone[:2]: cell.measures["people"].value
        for zone, cell in cells.items()
        if zone[2] == WHOLE and "people" in cell.measures
    }
    return {zone: count for zone, count in people.items() if count is not None}


def _pair(before: Cell, after: Cell, *, zone_people: float, smallest: int) -> tuple[Cell, Cell]:
    """Both states of a cell, as both may be shown together; measures of one side only stay as they are."""
    both = before.measures.keys() & after.measures.keys()
    first, second = (
        replace(cell, measures={key: one for key, one in cell.measures.items() if key in both})
        for cell in (before, after)
    )
    told = published_pair(first, second, zone_people=zone_people, smallest=smallest)
    first, second = (
        replace(cell, measures={**cell.measures, **shown.measures})
        for cell, shown in zip((before, after), told, strict=True)
    )
    was, became = first.measures.get("people"), second.measures.get("people")
    if was is not None and was.value is not None and became is not None and became.value is None:
        # With a count and its share, the residents just kept back would be had by division.
        second = replace(second, measures={key: _without(key, m) for key, m in second.measures.items()})
    return first, second


def _without(key: str, measure: Measure) -> Measure:
    return suppressed() if key.startswith("people") and measure.value is not None else measure


def _measures(before: Cell | None, after: Cell | None) -> dict[str, MeasureChange]:
    old = before.measures if before else {}
    new = after.measures if after else {}
    return {key: _measure(old.get(key), new.get(key)) for key in dict.fromkeys((*old, *new))}


def _measure(before: Measure | None, after: Measure | None) -> MeasureChange:
    if before is None or after is None:
        lone = before or after
        reason = (lone.reason if lone else None) or Reason.NO_SOURCE
        hidden = lone is not None and lone.status is Status.SUPPRESSED
        return MeasureChange(before, after, suppressed() if hidden else not_computed(reason))
    return MeasureChange(before, after, difference(before, after))


def _differs(change: MeasureChange) -> bool:
    before, after = change.before, change.after
    if before is None or after is None:
        return True
    return (before.status, before.value) != (after.status, after.value)


def _statistics(old: Iterable[Statistic], new: Iterable[Statistic]) -> Iterable[StatisticChange]:
    sides = [{(one.key, one.level, one.code): one for one in several} for several in (old, new)]
    for key in dict.fromkeys((*sides[0], *sides[1])):
        before, after = sides[0].get(key), sides[1].get(key)
        kind = _statistic_kind(before, after)
        if kind:
            yield StatisticChange(kind, before, after)


def _statistic_kind(before: Statistic | None, after: Statistic | None) -> str:
    if before is None or after is None:
        return ADDED if after else GONE
    if before.year != after.year:
        return YEAR
    if before.status != after.status:
        return STATUS
    return "" if before.value == after.value else VALUE


def _figures(old: Diagnosis, new: Diagnosis) -> Iterable[FigureChange]:
    sides = [{one.key: one for one in diagnosis.provenance.figures} for diagnosis in (old, new)]
    for key in dict.fromkeys((*sides[0], *sides[1])):
        before, after = sides[0].get(key), sides[1].get(key)
        if (before and before.value) != (after and after.value):
            yield FigureChange(key, before, after)
