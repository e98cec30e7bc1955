"""Statistics of a territory: its own rows of each table, and the wider zones it is compared with."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from hygie.engines.kernel.statistic import Statistic, StatisticStatus, missing_share, weighted_mean
from hygie.readers.indicator_tables import IndicatorTable, Known, ValueColumn
from hygie.readers.indicator_tables.codes import departement_of
from hygie.readers.indicator_tables.model import PUBLISHED, SUM_OR_PUBLISHED, WEIGHTED_MEAN
from hygie.readers.records import CommuneTable, ContourFile, EpciTable

ZoneKey = tuple[str, str]
"""Level of a statistic, and code."""

_FRANCE: ZoneKey = ("france", "FR")
_NONE = Known(None, StatisticStatus.NOT_AVAILABLE)


@dataclass(frozen=True)
class Surroundings:
    """The communes of a territory, and the zones around them.

    Attributes
    ----------
    communes
        INSEE codes inside the territory.
    members
        Communes of each wider zone that a territory belongs to, the finest first; only zones whose
        members a source tells.
    departements
        Codes of its départements.
    people
        Legal population of communes: the weight of those that a table leaves out.
    names
        Names that sources give to zones.
    """

    communes: tuple[str, ...]
    members: Mapping[ZoneKey, frozenset[str]] = field(default_factory=dict)
    departements: tuple[str, ...] = ()
    people: Mapping[str, float] = field(default_factory=dict)
    names: Mapping[ZoneKey, str] = field(default_factory=dict)

    @property
    def epcis(self) -> tuple[str, ...]:
        """SIREN of its EPCI."""
        return tuple(code for level, code in self.members if level == "epci")


def surroundings(
    code: str,
    communes: tuple[str, ...],
    *,
    epci: EpciTable | None,
    legal: CommuneTable | None,
    contours: ContourFile | None,
) -> Surroundings:
    """Zones around a territory, as far as the sources of its recipe tell them.

    The EPCI come from their membership table; a département and France from the list of legal
    populations, without which nobody can say which communes a table leaves out.
    """
    own = frozenset(communes)
    departements = tuple(sorted({departement_of(commune) for commune in communes}))
    around = {("epci", siren): frozenset(m) for siren, m in _epcis(epci) if own & frozenset(m)}
    if len(own) > 1 and own not in around.values():
        around = {("territory", code): own} | around
    if legal is not None and own:
        listed = list(legal.values)
        around |= {
            ("departement", d): frozenset(c for c in listed if departement_of(c) == d) for d in departements
        }
        around[_FRANCE] = frozenset(listed)
    return Surroundings(
        communes=communes,
        members=around,
        departements=departements,
        people={} if legal is None else legal.values,
        names=_names(epci, legal, contours),
    )


def _epcis(epci: EpciTable | None) -> Iterable[tuple[str, tuple[str, ...]]]:
    return () if epci is None else epci.members.items()


def _names(
    epci: EpciTable | None, legal: CommuneTable | None, contours: ContourFile | None
) -> dict[ZoneKey, str]:
    names = {_FRANCE: "France"}
    if epci is not None:
        names |= {("epci", siren): name for siren, name in epci.names.items()}
    if contours is not None:
        pairs = zip(contours.codes, contours.names, strict=True)
        names |= {("commune", code): name for code, name in pairs}
    if legal is not None:
        names |= {("commune", code): name for code, name in legal.names.items()}
    return names


def statistics_of(table: IndicatorTable, around: Surroundings, floor: float) -> tuple[Statistic, ...]:
    """Statistics of one table for a territory, column by column, the finest level first.

    Parameters
    ----------
    table
        Rows read, at one level, sometimes with the publisher's own rows of wider zones.
    around
        The territory and the zones around it.
    floor
        Share of its weight, from 0 to 1, that must be known for a zone to be computed from communes.

    Returns
    -------
    tuple
        A row of the territory that the table lacks is ``not_available``: never left out, never zero.
    """
    found = []
    for column, value in enumerate(table.sheet.values):
        told = list(_own(table, around, column))
        if table.sheet.level == "commune" and value.group == PUBLISHED:
            told += _published(table, around, column)
        elif table.sheet.level == "commune" and value.group:
            told += _grouped(table, around, column, floor)
        found += [
            _statistic(table, value, zone, known, name=_name(table, around, zone), missing=missing)
            for zone, known, missing in told
        ]
    return tuple(found)


def used_rows(table: IndicatorTable, around: Surroundings) -> int:
    """How many rows of a table are the territory's own, or published for a zone around it."""
    published = any(value.group in (PUBLISHED, SUM_OR_PUBLISHED) for value in table.sheet.values)
    zones = set(_own_zones(table, around)) | (set(_wider_zones(around)) if published else set())
    return len(zones & table.rows.keys())


_Told = tuple[ZoneKey, Known, float | None]


def _own(table: IndicatorTable, around: Surroundings, column: int) -> Iterator[_Told]:
    """Numbers of the territory at the level of the table."""
    for zone in _own_zones(table, around):
        row = table.rows.get(zone)
        yield zone, _NONE if row is None else row.cells[column], None


def _own_zones(table: IndicatorTable, around: Surroundings) -> list[ZoneKey]:
    level = table.sheet.level
    if level == "iris":
        return sorted(zone for zone in table.rows if zone[1][:5] in around.communes)
    codes = {"commune": around.communes, "epci": around.epcis, "departement": around.departements}[level]
    return [(level, code) for code in codes]


def _wider_zones(around: Surroundings) -> list[ZoneKey]:
    wide = [("epci", siren) for siren in around.epcis]
    return [*wide, *(("departement", code) for code in around.departements), _FRANCE]


def _published(table: IndicatorTable, around: Surroundings, column: int) -> Iterator[_Told]:
    """Numbers that the publisher gives itself for wider zones, where it does."""
    for zone in _wider_zones(around):
        if zone in table.rows:
            yield zone, table.rows[zone].cells[column], None


def _grouped(table: IndicatorTable, around: Surroundings, column: int, floor: float) -> Iterator[_Told]:
    """Numbers of wider zones; a sum that too few communes allow gives way to the table's own row."""
    or_published = table.sheet.values[column].group == SUM_OR_PUBLISHED
    done = set()
    for zone, known, missing in _computed(table, around, column, floor):
        row = table.rows.get(zone) if or_published and known.value is None else None
        told = known if row is None else row.cells[column]
        yield zone, told, missing if told is known else None
        done.add(zone)
    if or_published:  # no source names the members of a zone: its own row still tells its total
        yield from (told for told in _published(table, around, column) if told[0] not in done)


def _computed(table: IndicatorTable, around: Surroundings, column: int, floor: float) -> Iterator[_Told]:
    """Numbers of wider zones from the communes, never from the file's own rows for them."""
    value = table.sheet.values[column]
    for zone, members in around.members.items():
        cells = {code: _cell(table, code, column) for code in sorted(_extended(table, zone, members))}
        weights = [_weight(table, around, code) for code in cells]
        numbers = [math.nan if cell.value is None else cell.value for cell in cells.values()]
        if value.group == WEIGHTED_MEAN:
            mean = weighted_mean(numbers, weights)
            total, missing = mean.value, mean.missing
        else:
            known = [not math.isnan(number) for number in numbers]
            total = math.fsum(n for n in numbers if not math.isnan(n)) if any(known) else None
            missing = missing_share(weights, known=known)
        yield zone, _enough(total, missing, floor, value=value, cells=cells.values()), missing


def _extended(table: IndicatorTable, zone: ZoneKey, members: frozenset[str]) -> frozenset[str]:
    """Members of a zone, with the communes of a newer list than the legal populations'."""
    level, code = zone
    if level not in ("departement", "france"):
        return members
    newer = {c for kind, c in table.rows if kind == "commune" and c not in table.sheet.unfilled}
    return members | {c for c in newer if level == "france" or departement_of(c) == code}


def _cell(table: IndicatorTable, commune: str, column: int) -> Known:
    row = table.rows.get(("commune", commune))
    return _NONE if row is None else row.cells[column]


def _weight(table: IndicatorTable, around: Surroundings, commune: str) -> float:
    """Weight of a commune: the table's, else its legal population; NaN when neither is told."""
    row = table.rows.get(("commune", commune))
    if row is not None and row.weight is not None:
        return row.weight
    return around.people.get(commune, math.nan)


def _enough(
    total: float | None, missing: float | None, floor: float, *, value: ValueColumn, cells: Iterable[Known]
) -> Known:
    if total is None or missing is None or 1 - missing < floor:
        kept_back = any(cell.status is StatisticStatus.SECRET for cell in cells)
        return Known(None, StatisticStatus.SECRET) if kept_back else _NONE
    return Known(total, StatisticStatus.ESTIMATE if value.estimate else StatisticStatus.COMPUTED)


def _name(table: IndicatorTable, around: Surroundings, zone: ZoneKey) -> str:
    """Name of a zone: a source's, the table's, else its code."""
    row = table.rows.get(zone)
    level, code = zone
    plain = f"Département {code}" if level == "departement" else code
    return around.names.get(zone) or (row.name if row is not None else "") or plain


def _statistic(
    table: IndicatorTable,
    value: ValueColumn,
    zone: ZoneKey,
    known: Known,
    *,
    name: str,
    missing: float | None,
) -> Statistic:
    return Statistic(
        key=value.key,
        title=value.title,
        unit=value.unit,
        level=zone[0],
        code=zone[1],
        name=name,
        value=known.value,
        year=value.year,
        source=table.sheet.source,
        status=known.status,
        missing=missing,
    )
