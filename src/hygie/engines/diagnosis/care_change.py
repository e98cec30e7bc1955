"""Closing and opening practices, and retirements: the potential access before and after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from hygie.engines.diagnosis.catchment import (
    Care,
    access_cells,
    by_zone,
    care_of,
    care_result,
    reason_against,
)
from hygie.engines.diagnosis.changes import Opening, PlannedChange, check_openings, closed_places
from hygie.engines.diagnosis.equity import difference
from hygie.engines.diagnosis.parameters import IndicatorSheet, Kind, people_key
from hygie.engines.diagnosis.publication import published_pair, withheld
from hygie.engines.diagnosis.result import Cell, IndicatorResult
from hygie.engines.diagnosis.retirement import FEWEST, departure, reached_practitioners
from hygie.engines.diagnosis.sentences import reason_words
from hygie.engines.diagnosis.study import Study, provenance_of
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import counted, listing, number, typeset
from hygie.engines.kernel.measures import Measure, Provenance, suppressed
from hygie.engines.kernel.minutes import UNREACHABLE
from hygie.engines.kernel.territory import Booleans, Floats
from hygie.engines.reach.catchments import Positions, catchments_within
from hygie.engines.reach.floating_catchment import PotentialAccess, crossing, opened, resized

FALLING, RISING = "falling", "rising"
"""Shares of residents who pass under the threshold of the access, or above it."""


Zone = tuple[str, str]
"""Layer and zone code of a cell."""

Key = tuple[str, str, str]
"""Layer, zone code and group of a cell."""


@dataclass(frozen=True)
class CareChange:
    """Potential access before and after a change, as both may be published together.

    Attributes
    ----------
    change, retiring
        What was asked; ``retiring`` is the age from which practitioners stop, or None.
    closed
        Identifiers of the places closed.
    before, after, difference
        The same zones, groups and measures; ``difference`` is after minus before.
    provenance
        As for a diagnosis.
    """

    change: PlannedChange
    retiring: float | None
    closed: tuple[str, ...]
    before: IndicatorResult
    after: IndicatorResult
    difference: IndicatorResult
    provenance: Provenance


def care_sheet(study: Study) -> IndicatorSheet:
    """The indicator of potential access of the catalogue.

    Raises
    ------
    HygieError
        If there is none, or if it cannot be computed here.
    """
    sheets = study.parameters.of_kind(Kind.CATCHMENT)
    if not sheets:
        raise HygieError("Le catalogue n’a pas d’indicateur d’accès de type APL.")
    reason = reason_against(study, sheets[0])
    if reason is not None:
        raise HygieError(
            typeset(f"{sheets[0].title} : non calculé, {reason_words(reason)}."),
            fix="Ajoutez à la recette une source qui le donne, puis reconstruisez le territoire.",
        )
    return sheets[0]


def change_care(study: Study, change: PlannedChange, *, retiring: float | None = None) -> CareChange:
    """Potential access before and after closures, openings and retirements.

    Parameters
    ----------
    study
        A territory made ready.
    change
        Places to close and to open; an opened place offers its capacity in practitioners.
    retiring
        Age from which practitioners stop without being replaced; nobody when None.

    Raises
    ------
    HygieError
        If the access cannot be computed here, a place is unknown, an opening gives no such care or
        cannot be reached, or no age is known.
    """
    sheet = care_sheet(study)
    care = care_of(study, sheet)
    closing = closed_places(study.territory.places, change.close)
    _check_openings(study, sheet, care, change.open)
    after = _after(study, care, np.flatnonzero(closing), change.open, retiring=retiring)
    few = _too_few(study, care, closing) if retiring is not None else frozenset()
    pairs = _pairs(study, care, after, few)
    before, later = (care_result(study, sheet, care, tuple(pair[side] for pair in pairs)) for side in (0, 1))
    idle = not change.open and retiring is None and not closing[care.supply.places].any()
    return CareChange(
        change=change,
        retiring=retiring,
        closed=tuple(study.territory.places.ids[closing].tolist()),
        before=before,
        after=later,
        difference=replace(later, cells=tuple(_difference(*pair) for pair in pairs)),
        provenance=_provenance(study, care, change, retiring=retiring, idle=idle and bool(change.close)),
    )


def _after(
    study: Study,
    care: Care,
    closed: Positions,
    openings: tuple[Opening, ...],
    *,
    retiring: float | None,
) -> Floats:
    """Access of every origin afterwards."""
    access: PotentialAccess = care.access
    if retiring is not None:
        stopped = departure(care, retiring)
        if stopped is None:
            raise HygieError(
                "Le scénario de départs à la retraite n’est pas calculé.",
                why="L’âge d’aucun médecin n’est connu.",
                fix="Ajoutez à la recette un tableau de praticiens avec leur âge (practitioner_table).",
            )
        access = stopped.after
    gone = np.flatnonzero(np.isin(care.supply.places, closed))
    access = resized(access, gone, np.zeros(len(gone)))
    return _with_openings(study, care, access, openings) if openings else access.access


def _with_openings(
    study: Study, care: Care, access: PotentialAccess, openings: tuple[Opening, ...]
) -> Floats:
    parameters = study.parameters.catchment
    if parameters is None:
        raise ValueError("a catchment has its parameters")
    model = study.movements[care.mode].model
    places = model.locate([o.lon for o in openings], [o.lat for o in openings])
    links = catchments_within(model, care.origins, places, parameters.decay)
    supply = np.array([opening.capacity for opening in openings]) * typical_amount(care)
    return opened(access, links, supply)


def typical_amount(care: Care) -> float:
    """What a practitioner who comes offers: one, or the mean capped activity of those known here."""
    amounts = np.minimum(care.supply.amount, care.supply.cap)
    return float(amounts.mean()) if care.supply.unit.counts_acts else 1.0


def _check_openings(study: Study, sheet: IndicatorSheet, care: Care, openings: tuple[Opening, ...]) -> None:
    check_openings(study, openings)
    for opening in openings:
        if opening.category not in sheet.categories:
            raise HygieError(
                f"La catégorie «\u00a0{opening.category}\u00a0» ne compte pas dans cet accès.",
                fix=f"Choisissez parmi\u00a0: {listing(sheet.categories)}.",
            )
        model = study.movements[care.mode].model
        if not model.estimate and model.locate([opening.lon], [opening.lat]).ticks_tail[0] >= UNREACHABLE:
            raise HygieError(
                f"Aucune rue n’est assez proche du point {opening.lon}, {opening.lat}.",
                why="Personne ne pourrait s’y rendre par les rues connues.",
                fix="Choisissez un point au bord d’une rue.",
            )


def _pairs(study: Study, care: Care, after: Floats, few: frozenset[Zone]) -> list[tuple[Cell, Cell]]:
    """Cells before and after, as both may be published together."""
    now = access_cells(study, care, care.access.access)
    later = access_cells(study, care, after)
    moved = _moved(study, care, after)
    told = (
        (_with_moved(first, moved, zero=True), _with_moved(second, moved, zero=False))
        for first, second in zip(now, later, strict=True)
    )
    return [_published(study, *pair, few=few) for pair in told]


def _published(study: Study, first: Cell, second: Cell, *, few: frozenset[Zone]) -> tuple[Cell, Cell]:
    zone = first.layer, first.zone
    smallest = study.parameters.smallest_count
    before, after = published_pair(first, second, zone_people=study.residents.totals[zone], smallest=smallest)
    if _passing_tells(first, second, smallest):
        moved = {key for word in (FALLING, RISING) for key in (people_key(word), word)}
        after = replace(
            after, measures={k: suppressed() if k in moved else m for k, m in after.measures.items()}
        )
    if zone not in few:
        return before, after
    hidden = {k: suppressed() if m.value is not None else m for k, m in after.measures.items()}
    return before, replace(after, measures=hidden)


def _passing_tells(first: Cell, second: Cell, smallest: int) -> bool:
    """Whether those who pass the threshold, beside those under it, give away a number too small.

    After is before, plus those who fall, less those who rise: either one and the change give the
    other, and those who stay on their side of the threshold.
    """
    counts = [second.measures.get(people_key(word)) for word in (FALLING, RISING)]
    low = [m for k, m in first.measures.items() if k in {people_key("under_half"), people_key("underserved")}]
    held = [first.measures.get("people"), *low, *counts]
    values = [0.0 if m is None or m.value is None else m.value for m in held]
    if len(values) < 4 or not (values[-1] or values[-2]):
        return False
    people, under, falling, rising = values
    told = (falling, rising, under - rising, people - under - falling)
    return any(withheld(count, smallest) for count in told)


def _moved(study: Study, care: Care, after: Floats) -> dict[Key, dict[str, float]]:
    """Residents who pass the threshold, by cell."""
    crossed = crossing(care.counted(care.access.access), care.counted(after), care.threshold)
    found: dict[Key, dict[str, float]] = {}
    for word, points in ((FALLING, crossed.falling), (RISING, crossed.rising)):
        passed = np.zeros(len(care.rows))
        passed[points] = 1.0
        for cover in study.residents.covers:
            for group, weights in study.residents.weights.items():
                sums = by_zone(cover, weights * passed)
                for (code, _), total in zip(cover.zones, sums, strict=True):
                    found.setdefault((cover.layer, code, group), {})[word] = float(total)
    return found


def _with_moved(cell: Cell, moved: dict[Key, dict[str, float]], *, zero: bool) -> Cell:
    """The cell with those who pass the threshold: nobody has before."""
    counts = moved.get((cell.layer, cell.zone, cell.group))
    held = cell.measures["people"]
    if counts is None or held.value is None:
        return cell
    measures = dict(cell.measures)
    for word, count in counts.items():
        value = 0.0 if zero else min(count, held.value)
        measures[people_key(word)] = Measure(value, held.status)
        share = Measure(value / held.value, held.status) if held.value > 0 else measures["access_mean"]
        measures[word] = share
    return replace(cell, measures=measures)


def _too_few(study: Study, care: Care, closing: Booleans) -> frozenset[Zone]:
    """Zones whose residents reach so few practitioners that what they lose tells the age of one."""
    fewest = study.parameters.figure(FEWEST)
    heads = np.where(closing[care.supply.places][care.supply.place], 0.0, care.supply.heads)
    return frozenset(
        (cover.layer, code)
        for cover in study.residents.covers
        for (code, _), near in zip(cover.zones, reached_practitioners(care, cover, heads), strict=True)
        if near < fewest
    )


def _difference(before: Cell, after: Cell) -> Cell:
    measures = {key: difference(before.measures[key], after.measures[key]) for key in before.measures}
    return replace(after, measures=measures)


def _provenance(
    study: Study, care: Care, change: PlannedChange, *, retiring: float | None, idle: bool
) -> Provenance:
    provenance = provenance_of(study)
    texts: list[str] = []
    if idle:
        texts.append("Aucun des lieux fermés n’offre ces soins : rien ne change.")
    if change.open and care.supply.unit.counts_acts:
        amount = number(typical_amount(care))
        texts.append(
            f"Un médecin qui s’installe est compté pour {amount} actes par an, la moyenne de ceux d’ici."
        )
    if retiring is not None:
        heads = care.supply.heads[~care.supply.known(retiring)].sum()
        if heads > 0:
            words = counted(float(heads), "médecin d’âge inconnu reste", "médecins d’âge inconnu restent")
            texts.append(f"{words} dans l’offre : la perte est un minimum.")
    return replace(
        provenance,
        parameters={**provenance.parameters, "mode": care.mode, "threshold": care.threshold},
        warnings=_once((*provenance.warnings, *(typeset(text) for text in texts))),
    )


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
