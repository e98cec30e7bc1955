"""What would offset a closure: the smallest opening that gives back what it takes, as shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hygie.engines.diagnosis.access import SupplyChange, nearest_ticks, ticks_after
from hygie.engines.diagnosis.changes import closed_places
from hygie.engines.diagnosis.equity import difference
from hygie.engines.diagnosis.parameters import DiagnosisParameters, IndicatorSheet, people_key
from hygie.engines.diagnosis.publication import revealing, withheld
from hygie.engines.diagnosis.result import WHOLE
from hygie.engines.diagnosis.study import Study, provenance_of
from hygie.engines.diagnosis.worst_hit import HitGroup, worst_hit
from hygie.engines.kernel.measures import Measure, Provenance, Reason, Status, suppressed
from hygie.engines.kernel.minutes import Ticks
from hygie.engines.kernel.territory import Booleans, Places
from hygie.engines.reach.offset import Candidates, Effects, Search, Taken, best_offset, ranked

Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CandidateSource:
    """Where candidates come from: existing places of these categories, under a French name."""

    name: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An existing place where the closed service could open; ``source`` is its source's name."""

    place: str
    name: str
    category: str
    commune: str
    lon: float
    lat: float
    source: str


@dataclass(frozen=True)
class Effect:
    """The closure with some openings, against the time before, as it may be shown.

    Attributes
    ----------
    openings
        None for the closure alone.
    suffices
        Whether everyone and the worst-hit group are each given back what was taken.
    everyone, worst_hit
        By key: ``person_minutes_lost`` (that remain lost one way), ``person_minutes_gained``
        (by residents whose way gets shorter than before), ``people_losing_5``,
        ``people_crossing_15``, ``people_entering_15`` and ``people_stranded``; all of them about
        residents whom the closure touches, gains of others being none of its matter.
        ``worst_hit`` is empty when no group can be named.
    """

    openings: tuple[Candidate, ...]
    suffices: bool
    everyone: Mapping[str, Measure]
    worst_hit: Mapping[str, Measure]


@dataclass(frozen=True, slots=True)
class WorstHit:
    """The group, by zone and age, that loses most minutes a resident."""

    layer: str
    zone: str
    zone_name: str
    group: str
    people: Measure


@dataclass(frozen=True)
class ServiceOffset:
    """What would offset the closure for one access indicator.

    Attributes
    ----------
    key, title, categories
        Of the indicator; an opening gives the service that it counts.
    status, reason
        When not computed, why, and everything below is empty.
    worst_hit
        None when nobody who can be shown loses anything.
    closure
        The closure alone.
    best
        The openings found; without any when none is needed or none gives anything back.
    exact, gap
        Whether no other set of at most two openings is better; else the person-minutes by which
        a pair that was not tried could do better, at most.
    ranking
        The best single openings, best first.
    best_for_worst_hit
        The single opening that leaves the worst-hit group the least loss.
    """

    key: str
    title: str
    categories: tuple[str, ...]
    status: Status
    reason: Reason | None = None
    worst_hit: WorstHit | None = None
    closure: Effect | None = None
    best: Effect | None = None
    exact: bool = True
    gap: Measure | None = None
    ranking: tuple[Effect, ...] = ()
    best_for_worst_hit: Effect | None = None


@dataclass(frozen=True)
class Offset:
    """What would offset a closure, one answer an access indicator that counts the closed places.

    ``candidates`` are the number of candidates by the name of their source, in order.
    """

    closed: tuple[str, ...]
    candidates: Mapping[str, int]
    services: tuple[ServiceOffset, ...]
    provenance: Provenance


def offset_study(
    study: Study, close: Iterable[str], sources: Iterable[CandidateSource], *, shown: int = 10
) -> Offset:
    """Look for the smallest opening that gives back what a closure takes.

    Parameters
    ----------
    study
        A territory made ready.
    close
        Identifiers of places, or ``site:`` and a site; all close together.
    sources
        Where candidates come from, preferred ones first: between equals the first is chosen.
    shown
        How many single openings are ranked.

    Returns
    -------
    Offset
        Counts too small to be shown are already kept back.

    Raises
    ------
    HygieError
        If an identifier is no place's and no site's.
    """
    places = study.territory.places
    closing = closed_places(places, close)
    pool = _pool(places, closing, tuple(sources))
    closed = set(places.categories[closing].tolist())
    sheets = [sheet for sheet in study.access_sheets if closed.intersection(sheet.categories)]
    ticks = _before_and_after(study, sheets, closing)
    return Offset(
        closed=tuple(places.ids[closing].tolist()),
        candidates=pool.counts(),
        services=tuple(_service(study, sheet, ticks.get(sheet.key), pool, shown) for sheet in sheets),
        provenance=_provenance(study, pool, sheets),
    )


@dataclass(frozen=True)
class _Pool:
    """Candidates in order of preference: positions in the territory's places, and their source."""

    positions: Positions
    source_of: tuple[str, ...]
    sources: tuple[CandidateSource, ...]

    def counts(self) -> dict[str, int]:
        return {source.name: self.source_of.count(source.name) for source in self.sources}


def _pool(places: Places, closing: Booleans, sources: tuple[CandidateSource, ...]) -> _Pool:
    """One candidate a site of the territory; the closed sites are not candidates."""
    seen = set(places.sites[closing].tolist())
    found: dict[int, str] = {}
    for source in sources:
        for position in places.of(*source.categories).tolist():
            site = str(places.sites[position])
            if places.inside[position] and site not in seen:
                seen.add(site)
                found[position] = source.name
    return _Pool(np.array(list(found), np.int64), tuple(found.values()), sources)


def _before_and_after(
    study: Study, sheets: list[IndicatorSheet], closing: Booleans
) -> dict[str, tuple[Ticks, Ticks]]:
    """Ticks of the counted points by indicator, where they can be computed."""
    if not study.residents.known:
        return {}
    computable = [sheet for sheet in sheets if study.reason_against(sheet) is None]
    nothing = np.empty(0)
    change = SupplyChange(np.flatnonzero(closing), nothing.astype(np.str_), nothing, nothing)
    before = nearest_ticks(study, computable)
    after = ticks_after(study, computable, before, change)
    counted = study.residents.positions
    return {sheet.key: (before[sheet.key][counted], after[sheet.key][counted]) for sheet in computable}


def _service(
    study: Study,
    sheet: IndicatorSheet,
    ticks: tuple[Ticks, Ticks] | None,
    pool: _Pool,
    shown: int,
) -> ServiceOffset:
    if ticks is None:
        reason = study.reason_against(sheet) or Reason.NO_PEOPLE
        return ServiceOffset(sheet.key, sheet.title, sheet.categories, Status.NOT_COMPUTED, reason)
    before, after = ticks
    residents, parameters = study.residents, study.parameters
    hit = worst_hit(residents, before, after, smallest=parameters.smallest_count)
    rows = [residents.weights[WHOLE], *([hit.weights] if hit else [])]
    kept = np.flatnonzero((after > before) & (rows[0] > 0))
    taken = Taken(
        before=before[kept],
        after=after[kept],
        weights=np.array([row[kept] for row in rows]),
        felt_minutes=parameters.loss_felt,
        threshold_minutes=parameters.main_threshold,
    )
    movement = study.movements[sheet.mode]
    candidates = Candidates(
        movement.model,
        movement.people.take(residents.positions[kept]),
        movement.places.take(pool.positions),
    )
    estimate = study.estimated(sheet.mode)
    writer = _Writer(study, pool, hit, Status.ESTIMATE if estimate else Status.COMPUTED)
    return writer.service(sheet, best_offset(taken, candidates), shown)


@dataclass(frozen=True)
class _Writer:
    """Turns what was found into what may be shown."""

    study: Study
    pool: _Pool
    hit: HitGroup | None
    status: Status

    def service(self, sheet: IndicatorSheet, found: Search, shown: int) -> ServiceOffset:
        order, burden = ranked(found.singles), found.singles.burden
        kindest = int(np.argmin(burden[1])) if self.hit and burden.size else None
        return ServiceOffset(
            key=sheet.key,
            title=sheet.title,
            categories=sheet.categories,
            status=self.status,
            worst_hit=self._group(),
            closure=self._effect((), found.closure, found.closure),
            best=self._effect(found.chosen, found.effects, found.closure),
            exact=found.exact,
            gap=Measure(found.gap, self.status),
            ranking=tuple(self._single(int(c), found) for c in order[:shown]),
            best_for_worst_hit=None if kindest is None else self._single(kindest, found),
        )

    def _group(self) -> WorstHit | None:
        if self.hit is None:
            return None
        # the number of residents is known as well without real streets
        people = Measure(self.hit.people)
        return WorstHit(self.hit.layer, self.hit.zone, self.hit.zone_name, self.hit.group, people)

    def _single(self, candidate: int, found: Search) -> Effect:
        return self._effect((candidate,), found.singles.column(candidate), found.closure)

    def _effect(self, openings: tuple[int, ...], found: Effects, closure: Effects) -> Effect:
        totals = [float(self.study.residents.weights[WHOLE].sum())]
        if self.hit is not None:
            totals.append(self.hit.people)
        rows = [self._measures(found, closure, row, total) for row, total in enumerate(totals)]
        return Effect(
            openings=tuple(self._candidate(c) for c in openings),
            suffices=bool(found.suffices[0]),
            everyone=rows[0],
            worst_hit=rows[1] if len(rows) > 1 else {},
        )

    def _measures(self, found: Effects, closure: Effects, row: int, total: float) -> dict[str, Measure]:
        parameters = self.study.parameters
        measures = {
            "person_minutes_lost": Measure(float(found.lost[row, 0]), self.status),
            "person_minutes_gained": Measure(float(found.gained[row, 0]), self.status),
        }
        for key, name in count_keys(parameters).items():
            now, first = (float(getattr(effects, name)[row, 0]) for effects in (found, closure))
            measures[key] = self._count(now, first, total)
        return measures

    def _count(self, people: float, first: float, total: float) -> Measure:
        """A count, kept back when it, or what the openings change in it, is about too few."""
        smallest = self.study.parameters.smallest_count
        if revealing(people, total, smallest) or withheld(first - people, smallest):
            return suppressed()
        return Measure(people, self.status)

    def _candidate(self, rank: int) -> Candidate:
        places, p = self.study.territory.places, int(self.pool.positions[rank])
        return Candidate(
            place=str(places.ids[p]),
            name=str(places.names[p]),
            category=str(places.categories[p]),
            commune=str(places.communes[p]),
            lon=float(places.lon[p]),
            lat=float(places.lat[p]),
            source=self.pool.source_of[rank],
        )


def count_keys(parameters: DiagnosisParameters) -> dict[str, str]:
    """Keys of the counts of residents in an ``Effect``, and their names in ``Effects``."""
    threshold = f"{parameters.main_threshold:g}"
    return {
        parameters.losing_key: "losing",
        people_key(f"crossing_{threshold}"): "crossing",
        people_key(f"entering_{threshold}"): "entering",
        "people_stranded": "stranded",
    }


def given_back(closure: Mapping[str, Measure], effect: Mapping[str, Measure]) -> dict[str, Measure]:
    """What openings give back of each loss: the closure alone less what remains.

    Gains are no loss and are left out; kept back as soon as one side is.
    """
    losses = (key for key in closure if key != "person_minutes_gained" and "entering" not in key)
    return {key: difference(effect[key], closure[key]) for key in losses}


def _provenance(study: Study, pool: _Pool, sheets: list[IndicatorSheet]) -> Provenance:
    base = provenance_of(study)
    warnings = [*base.warnings]
    if not sheets:
        warnings.append("Aucun indicateur ne compte les lieux fermés\u00a0: rien n’est à compenser.")
    elif not pool.positions.size:
        warnings.append("Aucun lieu candidat\u00a0: la source des candidats est vide dans ce territoire.")
    else:
        warnings.append(
            "Les candidats sont des lieux existants\u00a0: rien ne dit que leurs locaux, "
            "leur propriétaire ou la loi permettent cette ouverture."
        )
    return Provenance(base.parameters, base.figures, base.sources, tuple(warnings))
