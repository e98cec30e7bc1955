"""Invented official tables of Clairval: the same keys as real ones, and no real number."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

from hygie.engines.kernel.french import typeset
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.statistic import Statistic, StatisticStatus, missing_share, weighted_mean
from hygie.engines.kernel.territory import SourceAccount, Territory
from hygie.readers.catalogue import Catalogue
from hygie.territories.clairval.models import BY_DEPARTEMENT, KEPT_BACK, LAST_COUNT, MODELS, people
from hygie.territories.clairval.profiles import Profile, profiles_of

PUBLISHER, TITLE = "Clairval", "données fictives"
SOURCE_NAME = "hygie_clairval_tables"
"""Source of every invented number, as printed, and the name of its account."""

FEWEST_HOUSEHOLDS = 11
"""Fewest households that the invented tables show for a commune."""

DEPARTEMENT = ("departement", "00", "Département fictif")
FRANCE = ("france", "00", "France fictive")

_SIZES = {DEPARTEMENT: 6.0, FRANCE: 700.0}
"""How many times the Pays de Clairval each invented wider zone counts."""

_NOT_DRAWN = frozenset({"people", "surface_km2"})
"""Counts whose wider zones are the Pays times its size, so that rates stay those of their counts."""

_COUNTED = frozenset({"foyers", "places", "ménages", "personnes", "euros"})
"""Units of counts that a real publisher gives for every level itself."""

_YEARLY = re.compile(r"_20[0-9]{2}$", re.ASCII)


@dataclass(frozen=True)
class _Quantity:
    """A statistic of the catalogue that Clairval invents; ``family`` is its key without its year."""

    key: str
    family: str
    title: str
    unit: str
    year: str
    group: str
    estimate: bool

    @property
    def counts(self) -> bool:
        """Whether the number of several communes is their sum."""
        return self.group in ("sum", "sum_or_published") or self.unit in _COUNTED


def official_tables(territory: Territory, plane: Plane, catalogue: Catalogue) -> tuple[Statistic, ...]:
    """Statistics of the communes of Clairval, of its EPCI, and of invented wider zones.

    Parameters
    ----------
    territory
        The drawn town: the numbers follow from its residents and places.
    plane
        Where its surfaces are measured.
    catalogue
        Keys, titles, units and years of the tables to imitate.

    Returns
    -------
    tuple
        Table by table in the order of the catalogue, the finest level first; the same town gives the
        same numbers. Their source says that they are fictional.
    """
    profiles = profiles_of(territory, plane)
    epci = ("epci", territory.code, territory.name)
    found: list[Statistic] = []
    for quantity in _quantities(catalogue):
        found += _told(quantity, profiles, epci)
    found += [
        _statistic(_Quantity(key, key, title, unit, year, "", estimate=False), DEPARTEMENT, value)
        for key, (title, unit, year, value) in BY_DEPARTEMENT.items()
    ]
    return tuple(found)


def official_account(statistics: Sequence[Statistic]) -> SourceAccount:
    """Account of the invented tables, to stand with the other sources of the territory."""
    return SourceAccount(
        name=SOURCE_NAME,
        title=TITLE,
        publisher=PUBLISHER,
        licence="AGPL-3.0-or-later",
        address="",
        vintage="fictif",
        file="",
        sha256="",
        read=len(statistics),
        kept=len(statistics),
        rejected=0,
    )


def _quantities(catalogue: Catalogue) -> Iterator[_Quantity]:
    """Columns of the tables by commune that a model imitates."""
    for sheet in catalogue.sources.values():
        tables = sheet.raw.get("tables", {})
        if tables.get("level") != "commune":
            continue
        for value in tables["values"]:
            family = _YEARLY.sub("", value["key"])
            if family in MODELS:
                yield _Quantity(
                    key=value["key"],
                    family=family,
                    title=typeset(value["title"]),
                    unit=typeset(value["unit"]),
                    year=str(value["year"]),
                    group=value.get("group", ""),
                    estimate=value.get("estimate", False),
                )


def _told(
    quantity: _Quantity, profiles: Sequence[Profile], epci: tuple[str, str, str]
) -> Iterator[Statistic]:
    year = int(quantity.year[:4])
    values = [MODELS[quantity.family](profile, year) for profile in profiles]
    for profile, value in zip(profiles, values, strict=True):
        shown = None if _too_few(quantity, value) else value
        yield _statistic(quantity, ("commune", profile.code, profile.name), shown)
    together, missing = _together(quantity, values, [people(p, LAST_COUNT) for p in profiles])
    if quantity.group == "published" and together is not None:
        # Such a publisher gives the number of the group of communes itself: no share is missing.
        together, missing = _rounded(together, quantity), None
    yield _statistic(quantity, epci, together, missing=missing)
    for zone, size in _SIZES.items():
        yield _statistic(quantity, zone, _wider(quantity, together, zone, size))


def _too_few(quantity: _Quantity, value: float | None) -> bool:
    """Whether a count of households is kept back in a commune, like real ones."""
    return quantity.unit == "foyers" and value is not None and 0 < value < FEWEST_HOUSEHOLDS


def _together(
    quantity: _Quantity, values: Sequence[float | None], weights: Sequence[float]
) -> tuple[float | None, float | None]:
    """Number of all communes, and the share of the residents whose commune has none."""
    numbers = [math.nan if value is None else float(value) for value in values]
    if quantity.counts:
        known = [not math.isnan(number) for number in numbers]
        total = math.fsum(number for number in numbers if not math.isnan(number))
        return total if any(known) else None, missing_share(weights, known=known)
    mean = weighted_mean(numbers, weights)
    return mean.value, mean.missing


def _wider(
    quantity: _Quantity, together: float | None, zone: tuple[str, str, str], size: float
) -> float | None:
    """The number of the Pays, a few per cent more or less: the same few for every year of a quantity."""
    if together is None:
        return None
    share = crc32(f"{quantity.family} {zone[0]}".encode()) / 0xFFFFFFFF
    factor = 1.0 if quantity.family in _NOT_DRAWN else 0.92 + 0.16 * share
    return _rounded(together * (size if quantity.counts else 1) * factor, quantity)


def _rounded(value: float, quantity: _Quantity) -> float:
    if quantity.counts:
        return float(round(value))
    decimals = 2 if abs(value) < 10 else 1 if abs(value) < 1_000 else -1
    return float(round(value, decimals))


def _statistic(
    quantity: _Quantity,
    zone: tuple[str, str, str],
    value: float | None,
    *,
    missing: float | None = None,
) -> Statistic:
    level, code, name = zone
    return Statistic(
        key=quantity.key,
        title=quantity.title,
        unit=quantity.unit,
        level=level,
        code=code,
        name=name,
        value=None if value is None else float(value),
        year=quantity.year,
        source=typeset(f"{PUBLISHER}, {TITLE}"),
        status=_status(quantity, level, known=value is not None),
        missing=missing,
    )


def _status(quantity: _Quantity, level: str, *, known: bool) -> StatisticStatus:
    if not known:
        kept_back = quantity.family in KEPT_BACK or quantity.unit == "foyers"
        return StatisticStatus.SECRET if kept_back else StatisticStatus.NOT_AVAILABLE
    if quantity.estimate:
        return StatisticStatus.ESTIMATE
    made_here = level == "epci" and quantity.group != "published"
    return StatisticStatus.COMPUTED if made_here else StatisticStatus.PUBLISHED
