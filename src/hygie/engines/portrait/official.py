"""Indicators read from official tables: the number of the territory, at the level where it is known."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hygie.engines.kernel.french import typeset
from hygie.engines.kernel.measures import Reason, Status
from hygie.engines.kernel.statistic import LEVEL_LABELS, Statistic, StatisticStatus
from hygie.engines.portrait.result import OfficialResult, PeerStanding

OTHER = "other"
"""Theme of a table that the catalogue does not describe."""

ZONES = ("iris", "commune", "territory", "epci", "departement", "france")
"""Levels that are zones of residents, from the finest; a statistic of any other level is left aside."""

_WIDER = ("epci", "departement", "france")
_RANKS = {level: rank for rank, level in enumerate(LEVEL_LABELS)}
_TOLD = frozenset(StatisticStatus) - {StatisticStatus.NOT_AVAILABLE}


@dataclass(frozen=True, slots=True)
class Rate:
    """A number made of others: multiplier × Σ numerator / Σ denominator + offset.

    ``numerator`` and ``denominator`` are keys of statistics, at least one each.
    """

    numerator: tuple[str, ...]
    denominator: tuple[str, ...]
    multiplier: float = 1.0
    offset: float = 0.0

    def __post_init__(self) -> None:
        if not self.numerator or not self.denominator:
            raise ValueError("a rate has a numerator and a denominator")

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of every statistic that it needs."""
        return (*self.numerator, *self.denominator)


Reading = str | Rate
"""How a number is had: the key of a statistic, or a rate of several."""


@dataclass(frozen=True)
class OfficialSheet:
    """What an official indicator is and where its number is read.

    ``key``, ``theme``, ``title``, ``question`` and ``unit`` as in ``OfficialResult``; ``reads`` is
    the newest number and ``earlier`` the same quantity for other years, oldest first.
    """

    key: str
    theme: str
    title: str
    question: str
    unit: str
    reads: Reading
    earlier: tuple[Reading, ...] = ()


@dataclass(frozen=True)
class OfficialParameters:
    """Official indicators of the catalogue.

    Attributes
    ----------
    sheets
        In the order of the portrait.
    described
        Keys of every statistic that a table of the catalogue gives: what is not among them comes
        from a table of the recipe alone.
    """

    sheets: tuple[OfficialSheet, ...]
    described: frozenset[str] = frozenset()


@dataclass(frozen=True)
class StatisticIndex:
    """Statistics by key, then by (level, code); built once for all indicators."""

    by_key: Mapping[str, Mapping[tuple[str, str], Statistic]] = field(default_factory=dict)

    @classmethod
    def of(cls, statistics: Iterable[Statistic]) -> StatisticIndex:
        """Index statistics; those about something else than a zone of residents are left aside."""
        by_key: dict[str, dict[tuple[str, str], Statistic]] = {}
        for one in statistics:
            if one.level in ZONES:
                by_key.setdefault(one.key, {})[one.level, one.code] = one
        return cls(by_key)

    def zones(self, key: str) -> Mapping[tuple[str, str], Statistic]:
        """Statistics of a key by zone; empty when no table gives it."""
        return self.by_key.get(key, {})


def official_results(
    parameters: OfficialParameters,
    statistics: Sequence[Statistic],
    code: str,
    *,
    standings: Mapping[str, PeerStanding] | None = None,
    accounts: Mapping[str, str] | None = None,
) -> tuple[OfficialResult, ...]:
    """Official indicators of a territory, in the order of the catalogue, then those of its own tables.

    Parameters
    ----------
    parameters
        What the catalogue declares.
    statistics
        Official numbers of the territory and of the zones around it.
    code
        Code of the territory.
    standings
        Where the commune stands among similar ones, by key of the indicator.
    accounts
        Key of the source account by source as printed in ``Statistic.source``.

    Returns
    -------
    tuple
        One result by sheet, known or not; then, theme ``other``, one by key that only a table of the
        recipe gives.
    """
    index = StatisticIndex.of(statistics)
    used = parameters.described | {
        key for s in parameters.sheets for one in (s.reads, *s.earlier) for key in _keys(one)
    }
    own = [_plain_sheet(zones) for key, zones in index.by_key.items() if key not in used and zones]
    return tuple(
        _result(
            sheet,
            index,
            code,
            standing=(standings or {}).get(sheet.key),
            accounts=accounts or {},
        )
        for sheet in (*parameters.sheets, *own)
    )


def indicator_statistics(sheet: OfficialSheet, index: StatisticIndex) -> tuple[Statistic, ...]:
    """The number of an indicator in every zone where its statistics are told, the finest level first.

    A rate is made zone by zone, never from one zone to another, and never from a secret number: it is
    then secret too.
    """
    return _ordered(_read(sheet, sheet.reads, index).values())


def _keys(reading: Reading) -> tuple[str, ...]:
    return (reading,) if isinstance(reading, str) else reading.keys


def _plain_sheet(zones: Mapping[tuple[str, str], Statistic]) -> OfficialSheet:
    """Sheet of a statistic that the catalogue does not describe, from its own words."""
    one = next(iter(zones.values()))
    question = typeset(f"Que dit ce tableau : {one.title} ?")
    return OfficialSheet(one.key, OTHER, one.title, question, one.unit, one.key)


def _result(
    sheet: OfficialSheet,
    index: StatisticIndex,
    code: str,
    *,
    standing: PeerStanding | None,
    accounts: Mapping[str, str],
) -> OfficialResult:
    told = _ordered(_read(sheet, sheet.reads, index).values())
    main = _main(told, code)
    status = _status(told, main)
    shown = main if main is not None and main.value is not None else None
    first = next((s for s in told if s.value is not None), None)
    return OfficialResult(
        key=sheet.key,
        theme=sheet.theme,
        title=sheet.title,
        question=sheet.question,
        unit=sheet.unit if first is None else first.unit,
        status=status,
        reason=Reason.NO_SOURCE if status is Status.NOT_COMPUTED else None,
        main=shown,
        values=tuple(s for s in told if s.status in _TOLD),
        earlier=_earlier(sheet, index, shown),
        standing=standing if shown is not None and shown.level == "commune" else None,
        source="" if first is None else _account(sheet, index, shown or first, accounts=accounts),
    )


def _ordered(statistics: Iterable[Statistic]) -> tuple[Statistic, ...]:
    return tuple(sorted(statistics, key=lambda s: (_RANKS[s.level], s.code)))


def _main(told: Sequence[Statistic], code: str) -> Statistic | None:
    """The territory's own number, secret included; else that of the finest zone that holds all of it.

    Several zones of one level hold parts of the territory each: none of them speaks for it.
    """
    own = _own(told, code)
    if own is not None and own.status is not StatisticStatus.NOT_AVAILABLE:
        return own
    for level in _WIDER:
        zones = [s for s in told if s.level == level]
        if len(zones) == 1 and zones[0].value is not None:
            return zones[0]
    return None


def _own(told: Sequence[Statistic], code: str) -> Statistic | None:
    """Number of the zone that is the territory: its only commune, its group of communes, or its code."""
    communes = [s for s in told if s.level == "commune"]
    if len(communes) == 1:
        return communes[0]
    return next((s for s in told if s.level == "territory" or (s.code == code and s.level in _WIDER)), None)


def _status(told: Sequence[Statistic], main: Statistic | None) -> Status:
    """How the number may be read; without a main one, whether any zone tells something."""
    known = [main] if main is not None else [s for s in told if s.status in _TOLD]
    values = [s for s in known if s.value is not None]
    if not values:
        return Status.SUPPRESSED if known else Status.NOT_COMPUTED
    estimate = any(s.status is StatisticStatus.ESTIMATE for s in values)
    return Status.ESTIMATE if estimate else Status.COMPUTED


def _earlier(sheet: OfficialSheet, index: StatisticIndex, main: Statistic | None) -> tuple[Statistic, ...]:
    """Known numbers of the zone of ``main`` for other years."""
    if main is None:
        return ()
    zone = (main.level, main.code)
    found = (_read(sheet, reading, index).get(zone) for reading in sheet.earlier)
    return tuple(one for one in found if one is not None and one.value is not None)


def _account(
    sheet: OfficialSheet, index: StatisticIndex, shown: Statistic, *, accounts: Mapping[str, str]
) -> str:
    """Account of the table that gives a number: for a rate, that of its numerator."""
    read = index.zones(_keys(sheet.reads)[0])[shown.level, shown.code]
    return accounts.get(read.source, "")


def _read(
    sheet: OfficialSheet, reading: Reading, index: StatisticIndex
) -> Mapping[tuple[str, str], Statistic]:
    if isinstance(reading, str):
        return index.zones(reading)
    tables = [index.zones(key) for key in reading.keys]
    zones = [zone for zone in tables[0] if all(zone in table for table in tables)]
    return {zone: _rate(sheet, reading, [table[zone] for table in tables]) for zone in zones}


def _rate(sheet: OfficialSheet, rate: Rate, parts: Sequence[Statistic]) -> Statistic:
    """The rate of one zone; ``parts`` are its statistics in the order of ``rate.keys``."""
    top, base = parts[: len(rate.numerator)], parts[len(rate.numerator) :]
    value, status = _divided(rate, top, base)
    lacking = [part.missing for part in parts if part.missing is not None]
    return Statistic(
        key=sheet.key,
        title=sheet.title,
        unit=sheet.unit,
        level=top[0].level,
        code=top[0].code,
        name=top[0].name,
        value=value,
        year=_years(top[0], base[0]),
        source=typeset(" ; ".join(dict.fromkeys(part.source for part in parts))),
        status=status,
        missing=max(lacking) if lacking else None,
    )


def _divided(
    rate: Rate, top: Sequence[Statistic], base: Sequence[Statistic]
) -> tuple[float | None, StatisticStatus]:
    statuses = {part.status for part in (*top, *base)}
    for lacking in (StatisticStatus.SECRET, StatisticStatus.NOT_AVAILABLE):
        if lacking in statuses:
            return None, lacking
    divisor = math.fsum(part.value for part in base if part.value is not None)
    if divisor <= 0:
        return None, StatisticStatus.NOT_AVAILABLE
    total = math.fsum(part.value for part in top if part.value is not None)
    value = rate.multiplier * total / divisor + rate.offset
    if not math.isfinite(value):
        return None, StatisticStatus.NOT_AVAILABLE
    estimate = StatisticStatus.ESTIMATE in statuses
    return value, StatisticStatus.ESTIMATE if estimate else StatisticStatus.COMPUTED


def _years(top: Statistic, base: Statistic) -> str:
    """Year of a rate; the base is named when it describes another year."""
    if top.year == base.year:
        return top.year
    return f"{top.year} ({base.title[:1].lower()}{base.title[1:]} {base.year})"
