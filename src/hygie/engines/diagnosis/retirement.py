"""What access is left if the oldest general practitioners stop and nobody comes instead.

A practitioner of unknown age stays in, so every loss is a minimum. The age of one practitioner is
personal: a zone says how many are close to retirement, and what it would lose, only where several
practitioners make the number (figure ``practitioners_fewest``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.engines.diagnosis.access import empty_result
from hygie.engines.diagnosis.catchment import (
    Care,
    by_zone,
    care_of,
    care_result,
    reason_against,
    status_of,
    zone_measures,
)
from hygie.engines.diagnosis.parameters import IndicatorSheet, people_key
from hygie.engines.diagnosis.publication import NEGLIGIBLE
from hygie.engines.diagnosis.residents import IN_QPV, OUT_QPV, QPV, Cover
from hygie.engines.diagnosis.result import WHOLE, Cell, Finding, IndicatorResult
from hygie.engines.diagnosis.sentences import finding_of, priority_words, roughly, share_words
from hygie.engines.diagnosis.study import Study
from hygie.engines.kernel.french import at_place, counted, number, percent, typeset
from hygie.engines.kernel.measures import Measure, Reason, suppressed
from hygie.engines.kernel.minutes import Ticks
from hygie.engines.kernel.territory import OUTSIDE, Booleans, Floats, Integers
from hygie.engines.reach.floating_catchment import PotentialAccess, crossing, resized
from hygie.engines.reach.practitioners import retirement

AGES = ("apl_retirement_from_60", "apl_retirement_from_62", "apl_retirement_age")
"""Figures: ages of the scenarios, the youngest first."""
FEWEST = "practitioners_fewest"
"""Figure: fewest practitioners behind a number that tells something of their ages."""
FELT = "retirement_felt"
"""Figure: share of practitioners close to retirement from which a zone is said."""


@dataclass(frozen=True, eq=False)
class Departure:
    """Those of an age or more stop: access of every origin afterwards, and who stops or may.

    ``leaving`` and ``unknown`` are lines of the supply, shape (n,).
    """

    age: float
    after: PotentialAccess
    leaving: Booleans
    unknown: Booleans


def departure(care: Care, age: float) -> Departure | None:
    """The retirement scenario of one age; None when no age is known on either side of it."""
    supply = care.supply
    lines = supply.lines(age)
    left = retirement(lines, len(supply.places), cap=supply.cap, age_limit=age)
    if left.known == 0:
        return None
    changed = left.places.astype(np.int64)
    after = resized(care.access, changed, left.supply[changed])
    return Departure(age, after, lines.age >= age, np.isnan(lines.age))


def retirement_result(study: Study, sheet: IndicatorSheet, _ticks: Mapping[str, Ticks]) -> IndicatorResult:
    """Access lost by zone if the practitioners of some ages stop, counts of residents not kept back yet.

    Measures: ``people``, ``access_mean``, ``practitioners``, ``practitioners_unknown`` (ages unknown)
    and by age, ``practitioners_60`` (of 60 or more), ``lost_60`` (share of the access lost),
    ``falling_60`` and ``people_falling_60`` (residents who then fall under the threshold of the
    access). What tells the age of too few practitioners is already kept back.
    """
    reason = reason_against(study, sheet)
    if reason is not None:
        return empty_result(sheet, reason)
    care = care_of(study, sheet)
    found = [departure(care, study.parameters.figure(key)) for key in AGES]
    departures = [one for one in found if one is not None]
    if not departures:
        return empty_result(sheet, Reason.NO_AGE)
    result = care_result(study, sheet, care, tuple(_cells(study, care, departures)))
    return replace(result, warnings=(*result.warnings, *_warnings(study, care, departures)))


def _warnings(study: Study, care: Care, departures: list[Departure]) -> tuple[str, ...]:
    texts = ["Personne ne remplace ceux qui partent : c’est un scénario, pas une prévision."]
    heads = care.supply.heads
    unknown = max(float(heads[one.unknown].sum()) for one in departures)
    if unknown > 0:
        texts.append(
            f"{counted(unknown, 'médecin d’âge inconnu est resté', 'médecins d’âge inconnu sont restés')} "
            f"dans l’offre, sur {number(float(heads.sum()))} : les pertes sont des minimums."
        )
    fewest = number(study.parameters.figure(FEWEST))
    texts.append(
        "L’âge d’un médecin est une donnée personnelle : rien n’est dit d’une zone dont le chiffre "
        f"tiendrait à moins de {fewest} médecins, ni quand tous seraient concernés."
    )
    return tuple(typeset(text) for text in texts)


def _cells(study: Study, care: Care, departures: list[Departure]) -> Iterator[Cell]:
    before, people = care.counted(care.access.access), study.residents.weights[WHOLE]
    status, fewest = status_of(study, care), study.parameters.figure(FEWEST)
    for cover in study.residents.covers:
        held = by_zone(cover, people)
        mean = _share(by_zone(cover, people * before), held)
        columns = {"access_mean": mean}
        counts: dict[str, Floats] = {}
        for one in departures:
            after = care.counted(one.after.access)
            lost = _share(by_zone(cover, people * (before - after)), held)
            columns[f"lost_{one.age:g}"] = _share(np.maximum(lost, 0.0), mean)
            falling = np.zeros(len(people))
            falling[crossing(before, after, care.threshold).falling] = 1.0
            counts[f"falling_{one.age:g}"] = by_zone(cover, people * falling)
        few = reached_practitioners(care, cover, care.supply.heads) < fewest - NEGLIGIBLE
        practising = _practitioners(study, care, cover, departures=departures)
        for zone, (code, name) in enumerate(cover.zones):
            measures = zone_measures(zone, held, columns, counts=counts, status=status)
            if few[zone]:
                measures |= {key: suppressed() for key in measures if "lost" in key or "falling" in key}
            yield Cell(cover.layer, code, name, WHOLE, measures | practising[zone])


def _share(part: Floats, total: Floats) -> Floats:
    return np.asarray(np.divide(part, total, out=np.full(len(total), np.nan), where=total > 0))


def reached_practitioners(care: Care, cover: Cover, heads: Floats) -> Floats:
    """Practitioners within reach of somebody counted in each zone, shape (zones,).

    ``heads`` are the practitioners of each line of the supply.
    """
    zone_of = np.full(care.access.catchments.origins, OUTSIDE, np.int64)
    zone_of[care.rows] = cover.index
    links = care.access.catchments.by_place
    origin = links.link.astype(np.int64) % max(1, care.access.catchments.origins)
    place = np.repeat(links.row.astype(np.int64), np.diff(links.start.astype(np.int64)))
    held = zone_of[origin] != OUTSIDE
    here = np.bincount(care.supply.place, weights=heads, minlength=len(care.supply.places))
    near = np.zeros((len(cover.zones), len(care.supply.places)), np.bool_)
    near[zone_of[origin[held]], place[held]] = True
    return np.asarray(near @ here, np.float64)


def _practitioners(
    study: Study, care: Care, cover: Cover, *, departures: list[Departure]
) -> list[dict[str, Measure]]:
    """How many practise in each zone, and how many of them are of each age or more."""
    zone = places_in(study, cover, care)[care.supply.place]
    held = zone != OUTSIDE
    heads = care.supply.heads

    def total(lines: Booleans) -> Floats:
        chosen = held & lines
        sums = np.bincount(zone[chosen], weights=heads[chosen], minlength=len(cover.zones))
        return np.asarray(sums, np.float64)

    every = total(np.ones(len(heads), np.bool_))
    unknown = total(np.isnan(care.supply.age_from))
    fewest = study.parameters.figure(FEWEST)
    written: list[dict[str, Measure]] = [
        {"practitioners": Measure(float(a)), "practitioners_unknown": Measure(float(u))}
        for a, u in zip(every, unknown, strict=True)
    ]
    own = study.territory.places.inside[care.supply.places][care.supply.place]
    for one in departures:
        known, leaving = total(~one.unknown), total(one.leaving)
        everywhere = float(heads[own & ~one.unknown].sum()), float(heads[own & one.leaving].sum())
        shown = _shown(leaving, known, everywhere=everywhere, fewest=fewest)
        for measures, measure, anybody in zip(written, shown, every > 0, strict=True):
            measures[f"practitioners_{one.age:g}"] = measure if anybody else Measure(0.0)
    return written


def _shown(counts: Floats, among: Floats, *, everywhere: tuple[float, float], fewest: float) -> list[Measure]:
    """Counts of practitioners by age, kept back where they would tell the age of one of them.

    A zone says nothing of too few practitioners, nor that all are concerned; and no zone of a layer
    says anything when what is left of the territory, by subtraction, would be so.

    Parameters
    ----------
    counts, among
        Of an age or more, and of known age, by zone.
    everywhere
        Of known age, and of the age or more, in the whole territory.
    """
    kept = _telling(counts, among, fewest)
    left, older = everywhere[0] - among[~kept].sum(), everywhere[1] - counts[~kept].sum()
    if left > NEGLIGIBLE and _telling(np.array([older]), np.array([left]), fewest)[0]:
        kept[:] = True
    return [suppressed() if hidden else Measure(float(n)) for hidden, n in zip(kept, counts, strict=True)]


def _telling(counts: Floats, among: Floats, fewest: float) -> Booleans:
    """Whether each count tells something of the age of a practitioner."""
    everybody = (counts > NEGLIGIBLE) & (among - counts < NEGLIGIBLE)
    return np.asarray((among < fewest - NEGLIGIBLE) | everybody, np.bool_)


def places_in(study: Study, cover: Cover, care: Care) -> Integers:
    """Zone of each place of the supply, or ``OUTSIDE``; shape (places,)."""
    places, chosen = study.territory.places, care.supply.places
    inside = places.inside[chosen]
    if cover.layer == WHOLE:
        return np.where(inside, 0, OUTSIDE).astype(np.int32)
    layer = study.territory.layers[cover.layer]
    codes = {code: rank for rank, (code, _) in enumerate(cover.zones)}
    sides = IN_QPV in codes
    zone = np.full(len(chosen), OUTSIDE, np.int32)
    for code, outline in zip(reversed(layer.ids), reversed(layer.outlines), strict=True):
        if outline and (sides or code in codes):
            held = _within(outline, places.lon[chosen], places.lat[chosen])
            zone[held] = 0 if sides else codes[code]
    if sides:
        zone[(zone == OUTSIDE) & inside] = 1
    return zone


def _within(outline: bytes, lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    shape = shapely.from_wkb(outline)
    shapely.prepare(shape)
    return np.asarray(shapely.intersects_xy(shape, lon, lat), np.bool_)


def say_retirement(study: Study, sheet: IndicatorSheet, result: IndicatorResult) -> Iterable[Finding]:
    """The zone where practitioners are closest to retirement, if one stands out; then the whole."""
    age = study.parameters.figure(AGES[0])
    key = f"practitioners_{age:g}"
    whole = result.cell()
    worst = _worst_zone(study, result, key)
    if worst is not None:
        where = at_place(worst.zone_name)
        if worst.layer == QPV:
            where += f" ({priority_words(study)[0]})"
        # half of the share of practitioners, so that a zone comes before closures and after gaps
        share = (worst.measures[key].value or 0.0) / (worst.measures["practitioners"].value or 1.0) / 2
        text = f"{where}, {_close_words(worst, key, age)}{_lost_words(worst, 'ses habitants', age)}."
        finding = finding_of("retirement", sheet, text, share, about=worst.zone)
        yield replace(finding, layer=worst.layer, zone=worst.zone)
    if whole is not None and whole.measures.get(key, suppressed()).value:
        falling = whole.measures[people_key(f"falling_{age:g}")]
        share = whole.measures[f"falling_{age:g}"].value or 0.0
        text = f"{_close_words(whole, key, age)}{_lost_words(whole, 'les habitants', age)}"
        if falling.value:
            passing = counted(falling.value, "habitant passerait", "habitants passeraient")
            text += f" et {roughly(falling)}{passing} sous le seuil d’un accès faible"
        yield finding_of("overall", sheet, f"{text}.", share)


def _worst_zone(study: Study, result: IndicatorResult, key: str) -> Cell | None:
    """The zone with the largest share of its practitioners close to retirement, when it is felt."""
    felt = study.parameters.figure(FELT)
    best: tuple[float, float, bool] = (0.0, 0.0, False)
    worst = None
    for cell in result.cells:
        close, every = cell.measures.get(key), cell.measures.get("practitioners")
        if cell.layer == WHOLE or cell.zone in {IN_QPV, OUT_QPV} or close is None or every is None:
            continue
        if not close.value or not every.value or close.value < felt * every.value - NEGLIGIBLE:
            continue
        # a priority quarter is often a quarter too: the same practitioners, said as a priority quarter
        rank = (close.value / every.value, every.value, cell.layer == QPV)
        if rank > best:
            best, worst = rank, cell
    return worst


def _close_words(cell: Cell, key: str, age: float) -> str:
    close, every = cell.measures[key].value or 0.0, cell.measures["practitioners"].value or 0.0
    verb = "a" if close < 2 else "ont"
    doctors = "médecins généralistes"
    if close == round(close) and every == round(every):
        return f"{number(close)} des {number(every)} {doctors} {verb} {number(age)} ans ou plus"
    return f"{percent(close / every)} des {doctors} ont {number(age)} ans ou plus"


def _lost_words(cell: Cell, who: str, age: float) -> str:
    """What is lost when all of this age stop, those of other zones included."""
    lost = cell.measures[f"lost_{age:g}"]
    if not lost.value:
        return ""
    return (
        f" ; si tous ceux de cet âge, dans le territoire et autour, partaient sans être remplacés, {who} "
        f"perdraient {share_words(lost)} de leur accès"
    )
