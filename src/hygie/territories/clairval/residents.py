"""Who lives in which building of Clairval: exact numbers, ages, incomes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.territory import AgeBand
from hygie.territories.clairval import quarters
from hygie.territories.clairval.buildings import Buildings

AGE_BANDS = tuple(
    AgeBand(first, last)
    for first, last in (
        *((0, 3), (4, 5), (6, 10), (11, 17)),
        *((18, 24), (25, 39), (40, 54), (55, 64), (65, 79), (80, None)),
    )
)
"""The bands of INSEE's 200 m grid."""
MINORS = 4
"""The first bands, of those who live with an adult."""
SHARES = np.array([0.030, 0.019, 0.051, 0.076, 0.062, 0.148, 0.186, 0.136, 0.201, 0.091])
"""Average share of each band, drawn from the shape of a southern town (docs/reference/clairval.md)."""
YOUTH_POWER = np.array([1.0, 1.0, 1.0, 1.0, 0.6, 0.5, 0.0, -0.4, -0.9, -1.2])
"""How a quarter's youth moves each band: share × youth ** power."""


@dataclass(frozen=True)
class Residents:
    """Homes and who lives there.

    Attributes
    ----------
    homes
        Positions in the buildings, shape (n,).
    people
        Residents of each home, one or more, shape (n,).
    by_age
        The same by ``AGE_BANDS``, shape (n, 10).
    income_decile
        1 to 10, shape (n,).
    """

    homes: NDArray[np.int64]
    people: NDArray[np.int64]
    by_age: NDArray[np.int64]
    income_decile: NDArray[np.int8]


def zone_people(people: int) -> NDArray[np.int64]:
    """Residents of each of ``quarters.ZONES``, summing to ``people`` with the shares of the plan."""
    return apportion(people, np.array([zone.people for zone in quarters.ZONES], np.float64))


def apportion(total: int, weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole numbers of at least one that sum to ``total``, near the shares of ``weights``.

    Largest remainders, after one for each.

    Raises
    ------
    ValueError
        If there are more weights than units to share.
    """
    n = len(weights)
    if total < n:
        raise ValueError(f"{total} cannot give one to each of {n}")
    exact = weights / weights.sum() * (total - n)
    shares = np.floor(exact).astype(np.int64)
    left = total - n - int(shares.sum())
    shares[np.argsort(shares - exact, kind="stable")[:left]] += 1
    return np.asarray(shares + 1, np.int64)


def settle(buildings: Buildings, people: int, rng: np.random.Generator) -> Residents:
    """Choose the homes of each zone and spread its residents over them."""
    homes, counts, ages, deciles = [], [], [], []
    for position, (zone, total) in enumerate(zip(quarters.ZONES, zone_people(people).tolist(), strict=True)):
        able = np.flatnonzero((buildings.zone == position) & buildings.homes)
        wanted = max(1, min(len(able), round(total / zone.character.household), total))
        chosen = np.sort(rng.choice(able, wanted, replace=False))
        room = buildings.floors[chosen] * rng.lognormal(0.0, 0.35, wanted)
        count = apportion(total, room)
        homes.append(chosen)
        counts.append(count)
        ages.append(_ages(count, zone.youth, rng))
        deciles.append(np.clip(np.rint(rng.normal(zone.income, 1.6, wanted)), 1, 10))
    return Residents(
        np.concatenate(homes),
        np.concatenate(counts),
        np.concatenate(ages),
        np.concatenate(deciles).astype(np.int8),
    )


def without_spare_plots(
    buildings: Buildings, residents: Residents, rng: np.random.Generator
) -> tuple[Buildings, Residents]:
    """Leave unbuilt most of the plots without homes, by the character of their zone."""
    infill = np.array([zone.character.infill for zone in quarters.ZONES])[buildings.zone]
    built = ~buildings.homes | (rng.random(len(infill)) < infill)
    built[residents.homes] = True
    place = np.cumsum(built) - 1
    return buildings.take(built), replace(residents, homes=place[residents.homes])


def _ages(people: NDArray[np.int64], youth: float, rng: np.random.Generator) -> NDArray[np.int64]:
    """Residents by band: at least half of each home is adult, the zone keeps its shares."""
    shares = SHARES * youth**YOUTH_POWER
    shares /= shares.sum()
    minors = shares[:MINORS].sum()
    adults_at_least = (people + 1) // 2
    able = people - adults_at_least
    chance = min(1.0, minors * people.sum() / max(int(able.sum()), 1))
    children = rng.binomial(able, chance)
    young = rng.multinomial(children, shares[:MINORS] / minors)
    grown = rng.multinomial(people - children, shares[MINORS:] / (1 - minors))
    return np.concatenate([young, grown], axis=1)
