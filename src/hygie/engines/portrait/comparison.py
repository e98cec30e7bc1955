"""Similar communes: which they are, and where a commune stands among them."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.french import capital, listing, number, typeset
from hygie.engines.kernel.statistic import Statistic
from hygie.engines.kernel.territory import Floats
from hygie.engines.portrait.official import OfficialSheet, StatisticIndex, indicator_statistics
from hygie.engines.portrait.result import PeerGroup, PeerStanding

POPULATION, INCOME, DENSITY = "population", "income", "density"
CRITERIA = (POPULATION, INCOME, DENSITY)
"""What communes are compared by, the one that must be known first."""

_WORDS = {
    POPULATION: ("population", "habitants", 0),
    INCOME: ("niveau de vie médian", "euros par an", 0),
    DENSITY: ("densité", "habitants au km²", 0),
}


ALL_ALIKE = 1e-9
"""Standard deviation of logarithms under which communes do not differ by a criterion, but by rounding."""


@dataclass(frozen=True, slots=True)
class PeerRules:
    """How many communes are called similar, and when they may be compared with.

    ``ratio``: the population of a similar commune lies between that of the commune divided by it and
    multiplied by it. ``known``: a number is compared when at least so many of them tell theirs.
    """

    count: int
    ratio: float
    known: int

    def __post_init__(self) -> None:
        if not (1 <= self.known <= self.count and self.ratio > 1 and math.isfinite(self.ratio)):
            raise ValueError("1 ≤ known ≤ count, and a ratio above 1")


@dataclass(frozen=True)
class CommuneProfiles:
    """Communes to choose among.

    ``codes`` and ``names`` are of length n; ``population`` (residents), ``density`` (residents by
    km²) and ``income`` (euros a year) of shape (n,), NaN where not known.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    population: Floats
    density: Floats
    income: Floats

    def __post_init__(self) -> None:
        if {len(c) for c in (self.names, *map(self.of, CRITERIA))} != {len(self.codes)}:
            raise ValueError("profiles have one value a commune")

    def of(self, criterion: str) -> Floats:
        """Values of one criterion, shape (n,)."""
        return {POPULATION: self.population, INCOME: self.income, DENSITY: self.density}[criterion]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion: the value of the commune, the lowest and the highest of the similar ones."""

    key: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class SimilarCommunes:
    """Communes chosen as similar to one.

    Attributes
    ----------
    code, name
        The commune compared.
    largest
        True when it is the most populated of several communes of the territory.
    criteria
        What was compared, in the order of ``CRITERIA``.
    unused
        Criteria left aside: not known for the commune, or for too few others.
    among
        Communes within the bounds of population that know every criterion used.
    communes
        (code, name), the most similar first.
    source
        Who says the criteria, as printed.
    statistics
        Numbers of these communes, of the same tables as the territory's.
    """

    code: str
    name: str
    largest: bool
    criteria: tuple[Criterion, ...]
    unused: tuple[str, ...]
    among: int
    communes: tuple[tuple[str, str], ...]
    source: str = ""
    statistics: Sequence[Statistic] = ()


def similar_communes(
    profiles: CommuneProfiles, own: Collection[str], rules: PeerRules
) -> SimilarCommunes | None:
    """The communes nearest to the most populated one of a territory.

    Nearest by the Euclidean distance of logarithms, each divided by its standard deviation among the
    communes within the bounds of population. A criterion is used when the commune has it and when at
    least ``rules.count`` communes within the bounds have it with the criteria used before it.

    Parameters
    ----------
    profiles
        Every commune known; codes are unique. A value that is not above zero counts as not known.
    own
        Codes of the communes of the territory: never chosen.
    rules
        How many, and within which bounds.

    Returns
    -------
    SimilarCommunes or None
        None when the population of the territory is not known, or when fewer than ``rules.known``
        communes stand within the bounds.
    """
    logs = {key: _logs(profiles.of(key)) for key in CRITERIA}
    mine = [i for i, code in enumerate(profiles.codes) if code in own]
    known = [i for i in mine if not math.isnan(logs[POPULATION][i])]
    if not known:
        return None
    centre = max(known, key=lambda i: (profiles.population[i], profiles.codes[i]))
    kept, used = _candidates(logs, mine, centre, rules)
    if int(kept.sum()) < rules.known:
        return None
    among = np.flatnonzero(kept)
    distance = _distances({key: logs[key] for key in used}, among, centre)
    # Codes settle ties, so that the choice never depends on the order of the file.
    order = sorted(range(len(among)), key=lambda i: (distance[i], profiles.codes[among[i]]))
    chosen = among[order[: rules.count]]
    return SimilarCommunes(
        code=profiles.codes[centre],
        name=profiles.names[centre],
        largest=len(own) > 1,
        criteria=tuple(_criterion(key, profiles.of(key), centre, chosen) for key in used),
        unused=tuple(key for key in CRITERIA if key not in used),
        among=len(among),
        communes=tuple((profiles.codes[i], profiles.names[i]) for i in chosen.tolist()),
    )


def _logs(values: Floats) -> Floats:
    positive = np.where(np.isfinite(values) & (values > 0), values, np.nan)
    return np.asarray(np.log(positive), np.float64)


def _candidates(
    logs: Mapping[str, Floats], mine: Sequence[int], centre: int, rules: PeerRules
) -> tuple[NDArray[np.bool_], tuple[str, ...]]:
    """Who may be chosen, and by which criteria."""
    people = logs[POPULATION]
    # A hair of tolerance: exactly twice the population is within a ratio of 2, whatever logarithms say.
    kept = np.abs(people - people[centre]) <= math.log(rules.ratio) + 1e-12
    kept[list(mine)] = False
    used = [POPULATION]
    for key in CRITERIA[1:]:
        both = kept & ~np.isnan(logs[key])
        if not math.isnan(logs[key][centre]) and int(both.sum()) >= rules.count:
            kept, used = both, [*used, key]
    return kept, tuple(used)


def _distances(logs: Mapping[str, Floats], among: NDArray[np.intp], centre: int) -> Floats:
    total = np.zeros(len(among))
    for values in logs.values():
        spread = float(np.std(values[among]))
        if spread > ALL_ALIKE:
            total += ((values[among] - values[centre]) / spread) ** 2
    return np.asarray(np.sqrt(total), np.float64)


def _criterion(key: str, values: Floats, centre: int, chosen: NDArray[np.intp]) -> Criterion:
    low, high = float(values[chosen].min()), float(values[chosen].max())
    return Criterion(key, float(values[centre]), low, high)


def peer_group(similar: SimilarCommunes, rules: PeerRules) -> PeerGroup:
    """The similar communes as a report names them."""
    sentences = [_sentence(one) for one in similar.criteria]
    names = listing([_WORDS[one.key][0] for one in similar.criteria])
    chosen = (
        f"Les {len(similar.communes)} communes les plus proches de {similar.name} par {names}, parmi "
        f"{number(similar.among)} dont la population est dans un rapport d’au plus {number(rules.ratio)} "
        "avec la sienne : choix de Hygie, à vérifier."
    )
    if similar.largest:
        chosen = f"{similar.name} est comparée : c’est la commune la plus peuplée du territoire. {chosen}"
    unused = [_unused(key) for key in similar.unused]
    told = tuple(typeset(text) for text in (chosen, *sentences, *unused))
    return PeerGroup(told, similar.communes, similar.source)


def _sentence(one: Criterion) -> str:
    name, unit, decimals = _WORDS[one.key]
    low, high = number(one.low, decimals), number(one.high, decimals)
    return f"{capital(name)} : {number(one.value, decimals)} {unit} ; de {low} à {high} dans ces communes."


def _unused(key: str) -> str:
    name = _WORDS[key][0]
    return f"{capital(name)} : non prise en compte, inconnue ici ou connue de trop peu de communes."


def peer_standings(
    sheets: Sequence[OfficialSheet],
    own: Sequence[Statistic],
    similar: SimilarCommunes,
    rules: PeerRules,
) -> dict[str, PeerStanding]:
    """Where the commune stands, by key of the indicator; none where too few communes tell theirs.

    Parameters
    ----------
    sheets
        Official indicators: a rate is made commune by commune, as for the territory.
    own
        Statistics of the territory.
    similar
        Similar communes with their statistics. A number of another year is never compared.
    rules
        How many of them must tell theirs.
    """
    mine, theirs = StatisticIndex.of(own), StatisticIndex.of(similar.statistics)
    plain = [_as_sheet(key) for key in mine.by_key]
    standings: dict[str, PeerStanding] = {}
    for sheet in (*plain, *sheets):
        here = _communes(indicator_statistics(sheet, mine)).get(similar.code)
        there = _communes(indicator_statistics(sheet, theirs))
        others = [there.get(code) for code, _ in similar.communes]
        standing = None if here is None else _standing(here, others, rules)
        if standing is None:
            standings.pop(sheet.key, None)  # the sheet of a key overrides the plain statistic
        else:
            standings[sheet.key] = standing
    return standings


def _as_sheet(key: str) -> OfficialSheet:
    return OfficialSheet(key, "", "", "", "", key)


def _communes(statistics: Sequence[Statistic]) -> dict[str, Statistic]:
    return {one.code: one for one in statistics if one.level == "commune"}


def _standing(here: Statistic, others: Sequence[Statistic | None], rules: PeerRules) -> PeerStanding | None:
    told = [one.value for one in others if one is not None and one.year == here.year]
    return standing_among(here.value, told, rules.known)


def standing_among(value: float | None, others: Sequence[float | None], known: int) -> PeerStanding | None:
    """Quartiles of other communes (linear between ranks), and the rank of a value, 1 for the highest.

    None when the value is not known, or fewer than ``known`` others are. Equal values share a rank.
    """
    told = [one for one in others if one is not None]
    if value is None or len(told) < max(known, 1):
        return None
    low, median, high = (float(one) for one in np.quantile(np.array(told, np.float64), (0.25, 0.5, 0.75)))
    return PeerStanding(low, median, high, 1 + sum(one > value for one in told), len(told))
