"""Access to general practitioners as the APL measures it, from where residents live.

It is never the APL that DREES publishes: that one goes between communes, with coefficients that are
not public. Decision record: ``docs/decisions/0006-floating-catchments.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hygie.engines.diagnosis.access import empty_result
from hygie.engines.diagnosis.care_supply import CareSupply, care_supply
from hygie.engines.diagnosis.parameters import IndicatorSheet, people_key
from hygie.engines.diagnosis.residents import Cover
from hygie.engines.diagnosis.result import WHOLE, Cell, Finding, IndicatorResult
from hygie.engines.diagnosis.sentences import MODES, finding_of, of_residents, share_words
from hygie.engines.diagnosis.study import Study
from hygie.engines.kernel.french import number, typeset
from hygie.engines.kernel.measures import Measure, Reason, Status, not_computed
from hygie.engines.kernel.minutes import Ticks
from hygie.engines.kernel.territory import OUTSIDE, AgeBand, Floats
from hygie.engines.kernel.travel import Located
from hygie.engines.reach.age_need import AgeNeed, pyramid_by_year, standardised
from hygie.engines.reach.catchments import Positions, catchments_within
from hygie.engines.reach.floating_catchment import (
    CatchmentParameters,
    Grounds,
    PotentialAccess,
    potential_access,
    underserved,
)
from hygie.engines.reach.quantiles import ranked, weighted_quantiles

LOW_SHARE = "apl_low_share"
"""Figure: part of the mean access under which residents have little of it."""

_OLDEST = 99
"""Last year, open, of the pyramids: nothing asks for finer, as classes of need end far before."""

_PARTS = {"access_median": 0.5, "access_d1": 0.1, "access_d9": 0.9}


@dataclass(frozen=True, eq=False)
class Care:
    """Potential access of a territory, ready to be read by zone and to be changed.

    Attributes
    ----------
    supply
        Practitioners and their places.
    mode
        ``car`` or ``walk``.
    access
        From every demand point whose residents are known, the margin's included.
    origins
        These points, located.
    rows
        Origin of each counted resident point of the study, shape (counted points,).
    threshold
        Access, in the unit, under which residents have little; it does not move in a what-if.
    """

    supply: CareSupply
    mode: str
    access: PotentialAccess
    origins: Located
    rows: Positions
    threshold: float

    @property
    def low_key(self) -> str:
        """Measure of the share of residents under the threshold."""
        return "underserved" if self.supply.unit.counts_acts else "under_half"

    def counted(self, access: Floats) -> Floats:
        """Access of the counted points, in the unit; shape (counted points,)."""
        return np.asarray(access[self.rows] * self.supply.unit.factor)


def reason_against(study: Study, sheet: IndicatorSheet) -> Reason | None:
    """Why the access cannot be computed here; None when it can.

    The first category has to have a source, places or practitioners; the others add to it where their
    capacity is known.
    """
    if not study.residents.known:
        return Reason.NO_PEOPLE
    main, territory = sheet.categories[0], study.territory
    told = () if territory.practitioners is None else territory.practitioners.professions
    if main not in territory.provided and main not in territory.places.categories and main not in told:
        return Reason.NO_SOURCE
    return None if study.movements else Reason.NO_STREETS


@lru_cache(maxsize=2)
def care_of(study: Study, sheet: IndicatorSheet) -> Care:
    """Potential access of every demand point, computed once a study.

    By car where there is a driving graph, else on foot.

    Raises
    ------
    ValueError
        If it cannot be computed here: see ``reason_against``.
    """
    parameters = study.parameters.catchment
    if parameters is None or reason_against(study, sheet) is not None:
        raise ValueError("this access cannot be computed here")
    territory = study.territory
    mode = "car" if "car" in study.movements else "walk"
    supply = care_supply(
        territory.places,
        territory.practitioners,
        sheet.categories,
        activity_cap=parameters.activity_cap,
    )
    points = np.flatnonzero(np.isfinite(territory.demand.people))
    access, origins = _access(study, parameters, supply, points=points, mode=mode)
    rows = np.searchsorted(points, study.residents.positions)
    care = Care(supply, mode, access, origins, rows, threshold=0.0)
    return replace(care, threshold=_threshold(study, care, parameters))


def _threshold(study: Study, care: Care, parameters: CatchmentParameters) -> float:
    if care.supply.unit.counts_acts:
        return parameters.underserved
    people = study.residents.weights[WHOLE]
    if not people.sum() > 0:
        return 0.0
    mean = float(people @ care.counted(care.access.access) / people.sum())
    return mean * study.parameters.figure(LOW_SHARE)


def _access(
    study: Study,
    parameters: CatchmentParameters,
    supply: CareSupply,
    *,
    points: NDArray[np.intp],
    mode: str,
) -> tuple[PotentialAccess, Located]:
    demand, movement = study.territory.demand, study.movements[mode]
    needs = _needs(parameters, demand.age_bands, demand.by_age[points])
    origins = movement.people.take(points)
    places = movement.places.take(supply.places)
    grounds = Grounds(
        way=f"{MODES[mode]}, depuis le lieu où vivent les habitants",
        estimate=movement.model.estimate,
        standardised=needs is not None,
        figures=parameters.figures,
        sources=tuple(np.unique(study.territory.places.sources[supply.places]).tolist()),
    )
    links = catchments_within(movement.model, origins, places, parameters.decay)
    weight = demand.people[points] if needs is None else needs
    return potential_access(links, parameters.decay, weight, supply.by_place(), grounds=grounds), origins


def _needs(parameters: CatchmentParameters, bands: tuple[AgeBand, ...], by_age: Floats) -> Floats | None:
    """Residents of each point by what their age needs, against the territory's own pyramid.

    The margin is in the reference, as it shares the supply. None where ages are unknown. A band that
    nobody is of weighs nothing: it has no mean need.
    """
    ages = tuple(sorted(parameters.age_coefficients))
    if not ages or not bands or bands[0].first != 0 or not np.isfinite(by_age).all():
        return None
    lived = np.flatnonzero(by_age.sum(axis=0) > 0)
    if not len(lived):
        return None
    held, people = tuple(bands[column] for column in lived), by_age[:, lived]
    oldest = max(_OLDEST, ages[-1], *(band.last or band.first for band in held))
    pyramid = pyramid_by_year(held, people.sum(axis=0), oldest=oldest)
    coefficients = tuple(parameters.age_coefficients[age] for age in ages)
    return standardised(AgeNeed(ages, coefficients, pyramid), held, people)


def catchment_result(study: Study, sheet: IndicatorSheet, _ticks: Mapping[str, Ticks]) -> IndicatorResult:
    """Potential access by zone and group, nothing kept back yet.

    Measures: ``people``, ``access_mean``, ``access_median``, ``access_d1``, ``access_d9`` (in the unit
    of the result), the share under the threshold (``under_half`` of the territory's mean; ``underserved``
    when acts are counted) and its residents.
    """
    reason = reason_against(study, sheet)
    if reason is not None:
        return empty_result(sheet, reason)
    care = care_of(study, sheet)
    return care_result(study, sheet, care, tuple(access_cells(study, care, care.access.access)))


def care_result(study: Study, sheet: IndicatorSheet, care: Care, cells: tuple[Cell, ...]) -> IndicatorResult:
    """An indicator that stands on a potential access, its unit and warnings said."""
    return replace(
        empty_result(sheet),
        unit=care.supply.unit.label,
        status=status_of(study, care),
        reason=None,
        cells=cells,
        sources=care.access.grounds.sources,
        warnings=warnings_of(study, care),
    )


def status_of(study: Study, care: Care) -> Status:
    """Whether access is an estimate: times follow no real street."""
    return Status.ESTIMATE if study.estimated(care.mode) else Status.COMPUTED


def warnings_of(study: Study, care: Care) -> tuple[str, ...]:
    """What has to be known to read the access: first, that it is not the published one."""
    texts = list(care.access.provenance.warnings)
    if care.access.grounds.standardised:
        texts.append(
            "Les habitants sont pondérés par le recours aux soins de leur âge ; la référence est la pyramide "
            "des âges du territoire et de sa marge, pas celle de la France."
        )
    if not care.supply.unit.counts_acts:
        texts.append("L’activité des médecins n’est pas connue : un médecin compte autant qu’un autre.")
    if study.residents.imputed.any():
        texts.append(
            "Des habitants ont été répartis par le producteur : cette incertitude n’est pas chiffrée."
        )
    return tuple(typeset(text) for text in (*texts, *care.supply.warnings))


def access_cells(study: Study, care: Care, access: Floats) -> Iterator[Cell]:
    """Cells of an access, of every origin, by zone and group of the counted residents."""
    values, residents = care.counted(access), study.residents
    low = underserved(values, care.threshold)
    status = status_of(study, care)
    for cover in residents.covers:
        points = ranked(values, cover.index, zones=len(cover.zones))
        for group, weights in residents.weights.items():
            people = by_zone(cover, weights)
            columns = {
                "access_mean": _mean(by_zone(cover, weights * values), people),
                **dict(
                    zip(_PARTS, weighted_quantiles(points, weights, tuple(_PARTS.values())).T, strict=True)
                ),
            }
            counts = {care.low_key: by_zone(cover, weights * low)}
            for zone, (code, name) in enumerate(cover.zones):
                measures = zone_measures(zone, people, columns, counts=counts, status=status)
                yield Cell(cover.layer, code, name, group, measures)
    whole = residents.covers[0]
    for cut in residents.cut:
        yield Cell(whole.layer, *whole.zones[0], cut.key, {"people": not_computed(Reason.NO_AGE)})


def by_zone(cover: Cover, amounts: Floats) -> Floats:
    """Sum over each zone of a cover, shape (zones,)."""
    held = cover.index != OUTSIDE
    sums = np.bincount(cover.index[held], weights=amounts[held], minlength=len(cover.zones))
    return np.asarray(sums, np.float64)


def _mean(total: Floats, people: Floats) -> Floats:
    return np.asarray(np.divide(total, people, out=np.full(len(people), np.nan), where=people > 0))


def zone_measures(
    zone: int, people: Floats, columns: Mapping[str, Floats], *, counts: Mapping[str, Floats], status: Status
) -> dict[str, Measure]:
    """Measures of one zone: its residents, numbers by key, then counts of residents and their shares."""
    held = float(people[zone])
    written = {"people": Measure(held, status)}
    for key, column in columns.items():
        value = float(column[zone])
        written[key] = not_computed(Reason.NO_PEOPLE) if np.isnan(value) else Measure(value, status)
    for key, count in counts.items():
        number_of = min(float(count[zone]), held)
        written[people_key(key)] = Measure(number_of, status)
        written[key] = Measure(number_of / held, status) if held > 0 else not_computed(Reason.NO_PEOPLE)
    return written


def say_catchment(study: Study, sheet: IndicatorSheet, result: IndicatorResult) -> Iterable[Finding]:
    """The mean access, and who has little of it."""
    care, cell = care_of(study, sheet), result.cell()
    mean = cell.measures["access_mean"] if cell else None
    if cell is None or mean is None or mean.value is None:
        return
    unit = care.supply.unit
    text = (
        f"accès aux médecins généralistes (de type APL, ce n’est pas l’APL de la DREES) : en moyenne "
        f"{number(mean.value, unit.decimals)} {unit.label}, {MODES[care.mode]}"
    )
    share = cell.measures[care.low_key]
    if share.value:
        low = f"moins de {number(care.threshold, unit.decimals)}"
        text += f" ; {share_words(share)} {of_residents(study)} en ont {low}."
        yield finding_of("catchment", sheet, text, share.value)
    else:
        yield finding_of("within", sheet, f"{text}.", 0.0)
