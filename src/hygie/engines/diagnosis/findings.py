"""What a diagnosis says first: short French sentences, the number first, proved by its cells.

Sentences are made from published measures only, so nothing kept back can be read in them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

from hygie.engines.diagnosis.closures import crossing_key
from hygie.engines.diagnosis.dependence import Dependence
from hygie.engines.diagnosis.groups import DWELLINGS, group_label
from hygie.engines.diagnosis.more import MORE
from hygie.engines.diagnosis.parameters import DiagnosisParameters, IndicatorSheet, Kind, people_key
from hygie.engines.diagnosis.residents import IN_QPV, OUT_QPV, QPV
from hygie.engines.diagnosis.result import WHOLE, Cell, ClosureLine, Finding, IndicatorResult
from hygie.engines.diagnosis.sentences import (
    MODES,
    TIERS,
    between_words,
    far_from,
    finding_of,
    inhabitants,
    of_residents,
    priority_words,
    reason_words,
    residents_label,
    roughly,
    share_words,
    way_to,
    whole_key,
)
from hygie.engines.diagnosis.study import Study
from hygie.engines.kernel.french import at_place, counted, listing, number, percent, points, times
from hygie.engines.kernel.measures import Measure, Reason

_LAYERS = {"quarter": "quartiers", "commune": "communes"}
_ZONES_NAMED = 3
_CLOSURES_SAID = 3
_RATIO_SAID = 5
"""Ratios above it are said as the share of the zone."""


def findings_of(
    study: Study,
    results: Iterable[IndicatorResult],
    *,
    closures: tuple[ClosureLine, ...],
    dependences: tuple[Dependence, ...] = (),
) -> tuple[Finding, ...]:
    """Findings, the most striking first.

    Parameters
    ----------
    results
        Every indicator, as published.
    closures
        Every closure, costliest first, as published.
    dependences
        Places that serve zones alone, those of most zones first.
    """
    by_key = {result.key: result for result in results}
    found: list[Finding] = []
    for sheet in study.parameters.indicators:
        result = by_key.get(sheet.key)
        if result is None:
            continue
        if sheet.brief:
            found.extend(_brief(study, sheet, result))
        elif result.reason is not None:
            found.append(_not_computed(sheet, result.reason))
        elif sheet.kind in MORE:
            found.extend(MORE[sheet.kind].say(study, sheet, result))
        elif sheet.kind is Kind.ACCESS:
            shares = list(_access(study, sheet, result))
            found.extend(shares)
            found.extend(_slower(study, sheet, result, {finding.zone for finding in shares}))
        elif sheet.kind is Kind.ELDERLY:
            found.extend(_elderly(study, sheet, result))
        elif sheet.kind is Kind.GAP:
            found.extend(_gaps(study, sheet, result, by_key))
        elif sheet.kind is Kind.POPULATION:
            found.extend(_people(study, sheet, result))
        else:
            found.extend(_closures(study, sheet, closures))
            told = {finding.key.partition(":")[2] for finding in found}
            found.extend(_dependences(study, sheet, [d for d in dependences if _id(study, d) not in told]))
    return tuple(sorted(found, key=lambda finding: -finding.weight))


def _access(study: Study, sheet: IndicatorSheet, result: IndicatorResult) -> Iterator[Finding]:
    parameters = study.parameters
    whole = result.cell(group=WHOLE if study.residents.known else DWELLINGS)
    share = whole.measures[parameters.main_key] if whole else None
    if whole is None or share is None or share.value is None:
        return
    whose = of_residents(study) if study.residents.known else "des logements présumés"
    if whole.measures["unreached"].value == 1:
        nothing = " ni ".join(parameters.categories[category].of for category in sheet.categories)
        text = f"100 % {whose} n’ont pas {nothing} accessible."
        yield finding_of("overall", sheet, text, 1.0)
    elif share.value == 0:
        limit = number(parameters.main_threshold)
        rest = _rest(share)
        near = f"à {limit} minutes ou moins {way_to(sheet)}"
        text = f"{share_words(rest)} {whose}{between_words(rest)} sont {near}."
        yield finding_of("within", sheet, text, 0.0)
    else:
        text = f"{share_words(share)} {whose}{between_words(share)} sont {far_from(parameters, sheet)}"
        worst = _worst_zone(study, result, share.value) if study.residents.known else None
        if worst is None:
            yield finding_of("overall", sheet, f"{text}.", share.value)
        else:
            text += f" ; {_outlier_words(study, worst, share.value)}."
            excess = _excess(worst, share.value, parameters) / study.residents.totals[whole_key(study)]
            yield replace(finding_of("outlier", sheet, text, excess), layer=worst.layer, zone=worst.zone)


def _brief(study: Study, sheet: IndicatorSheet, result: IndicatorResult) -> Iterator[Finding]:
    """Of what is told in a line of a table, a zone that stands out, after everything else."""
    if result.reason is None:
        outliers = [one for one in _access(study, sheet, result) if one.key.startswith("outlier:")]
        yield from (replace(one, weight=TIERS["brief"]) for one in outliers)


def _slower(
    study: Study, sheet: IndicatorSheet, result: IndicatorResult, told: set[str]
) -> Iterator[Finding]:
    """The priority quarter whose median time stands most above the territory's, when it does."""
    whole = result.cell()
    average = whole.measures["median"].value if whole else None
    cells = {
        cell.measures["median"].value or 0.0: cell
        for cell in result.cells
        if cell.layer == QPV and cell.group == WHOLE and cell.zone not in {IN_QPV, OUT_QPV} | told
    }
    if not cells or not average or max(cells) < study.parameters.slow_ratio * average:
        return
    median, cell = max(cells), cells[max(cells)]
    text = (
        f"{at_place(cell.zone_name)} ({priority_words(study)[0]}), plus de la moitié des habitants sont à "
        f"{number(math.floor(median))} minutes ou plus {way_to(sheet)}, "
        f"contre {number(math.floor(average))} dans l’ensemble."
    )
    people = (cell.measures["people"].value or 0.0) / study.residents.totals[whole_key(study)]
    yield replace(finding_of("slower", sheet, text, people), layer=QPV, zone=cell.zone)


def _rest(share: Measure) -> Measure:
    """The share of everybody else, with what is left of its interval."""
    low, high = share.low, share.high
    if low is None or high is None or low == high:
        return Measure(1.0 - (share.value or 0.0), share.status)
    return Measure(1.0 - (share.value or 0.0), share.status, low=1.0 - high, high=1.0 - low)


def _excess(cell: Cell, average: float, parameters: DiagnosisParameters) -> float:
    """Residents of a zone beyond the threshold above what the average share would give."""
    share, people = cell.measures[parameters.main_key].value, cell.measures["people"].value
    return ((share or 0.0) - average) * (people or 0.0)


def _worst_zone(study: Study, result: IndicatorResult, average: float) -> Cell | None:
    """The zone with most residents beyond the threshold in excess of the average, if any stands out."""
    parameters = study.parameters
    enough = parameters.outlier_share * study.residents.totals[whole_key(study)]
    kept = []
    for cell in result.cells:
        share = cell.measures.get(parameters.main_key)
        if cell.group != WHOLE or cell.layer == WHOLE or cell.zone in {IN_QPV, OUT_QPV}:
            continue
        if share is None or share.value is None or share.value < parameters.outlier_ratio * average:
            continue
        if (cell.measures[people_key(parameters.main_key)].value or 0.0) >= enough:
            kept.append(cell)
    # a priority quarter is often a quarter too: the same residents, said as a priority quarter
    return max(kept, key=lambda c: (_excess(c, average, parameters), c.layer == QPV), default=None)


def _outlier_words(study: Study, cell: Cell, average: float) -> str:
    share = cell.measures[study.parameters.main_key]
    where = at_place(cell.zone_name)
    if cell.layer == QPV:
        where += f" ({priority_words(study)[0]})"
    ratio = (share.value or 0.0) / average
    if ratio < _RATIO_SAID:
        return f"c’est {times(ratio)} plus {where}"
    return f"c’est {percent(share.value or 0.0)} {where}"


def _gaps(
    study: Study, sheet: IndicatorSheet, result: IndicatorResult, by_key: dict[str, IndicatorResult]
) -> Iterator[Finding]:
    parameters = study.parameters
    cell = result.cell()
    for base in study.access_sheets:
        gap = cell.measures.get(base.key) if cell else None  # none for those told in brief
        if gap is None or gap.value is None or gap.value < parameters.gap_felt:
            continue
        sides = [by_key[base.key].cell(QPV, zone) for zone in (IN_QPV, OUT_QPV)]
        inner, outer = (side.measures[parameters.main_key] for side in sides if side is not None)
        text = (
            f"{share_words(inner)} des habitants des {priority_words(study)[1]} "
            f"sont {far_from(parameters, base)}, "
            f"contre {percent(outer.value or 0.0)} ailleurs : {points(gap.value)} d’écart."
        )
        finding = finding_of("gap", sheet, text, gap.value, about=base.key)
        yield replace(finding, layer=QPV, zone=IN_QPV)


def _elderly(study: Study, sheet: IndicatorSheet, result: IndicatorResult) -> Iterator[Finding]:
    parameters = study.parameters
    group = parameters.elderly_group
    base = next(s for s in study.access_sheets if set(s.categories) == set(sheet.categories))
    cell = result.cell(group=group)
    share = cell.measures.get(parameters.main_key) if cell else None
    if cell is None or share is None or not share.value:
        return
    count = cell.measures[people_key(parameters.main_key)]
    text = (
        f"{roughly(count)}{number(count.value or 0.0)} {residents_label(study)} de {group_label(group)} sont "
        f"{far_from(parameters, base)}, soit {percent(share.value)} d’entre eux{between_words(share)}."
    )
    yield finding_of("elderly", sheet, text, share.value)


def _people(study: Study, sheet: IndicatorSheet, result: IndicatorResult) -> Iterator[Finding]:
    whole, elderly = result.cell(), result.cell(group=study.parameters.elderly_group)
    if whole is None or not whole.measures["people"].value:
        return
    text = f"{number(whole.measures['people'].value)} {study.territory.population_label}"
    if elderly is not None and elderly.measures["share"].value is not None:
        share = percent(elderly.measures["share"].value)
        text += f", dont {share} de {group_label(study.parameters.elderly_group)}"
    yield finding_of("people", sheet, f"{text}.", 0.0)


def _closures(study: Study, sheet: IndicatorSheet, closures: tuple[ClosureLine, ...]) -> Iterator[Finding]:
    """The costliest closure of each category, for the first few categories."""
    total = max(study.residents.totals[whole_key(study)], 1.0)
    said: set[str] = set()
    for line in closures:
        if len(said) == _CLOSURES_SAID:
            return
        text = "" if line.category in said else _closure_words(study, line)
        if text:
            said.add(line.category)
            concerned = max(measure.value or 0.0 for key, measure in line.measures.items() if "people" in key)
            yield finding_of("closure", sheet, text, concerned / total, about=line.place)


def _closure_words(study: Study, line: ClosureLine) -> str:
    """The heaviest thing that can be said of a closure; empty when nothing can."""
    parameters = study.parameters
    category = parameters.categories[line.category]
    name = f"« {line.name or line.place} »"
    stranded, losing = line.measures["people_stranded"], line.measures[parameters.losing_key]
    only = line.measures[crossing_key(parameters)]
    if stranded.value:
        return f"{inhabitants(stranded)} n’auraient plus {category.of} accessible si {name} fermait."
    if only.value and only.value >= (losing.value or 0.0):
        limit = number(parameters.main_threshold)
        return f"{inhabitants(only)} n’ont que {name} comme {category.singular} à {limit} minutes ou moins."
    if losing.value:
        loss = f"perdraient {number(parameters.loss_felt)} minutes ou plus"
        return f"{inhabitants(losing)} {loss} si {name} ({category.singular}) fermait."
    return ""


def _dependences(study: Study, sheet: IndicatorSheet, dependences: Iterable[Dependence]) -> Iterator[Finding]:
    """The place of each category that serves most zones alone."""
    parameters, places = study.parameters, study.territory.places
    total = study.residents.totals[whole_key(study)]
    said: set[str] = set()
    for one in dependences:
        category = str(places.categories[one.place])
        if category in said:
            continue
        said.add(category)
        name = f"« {places.names[one.place] or _id(study, one)} »"
        about = "environ " if study.estimated(one.mode) else ""
        text = (
            f"{about}{counted(one.people, 'habitant', 'habitants')}, "
            f"{_where(one)}, n’ont que {name} comme "
            f"{parameters.categories[category].singular} : tout autre lieu est encore plus loin, à plus de "
            f"{number(parameters.main_threshold)} minutes {MODES[one.mode]}."
        )
        finding = finding_of("alone", sheet, text, one.people / total, about=_id(study, one))
        yield replace(finding, layer=one.layer, zone=one.zones[0][0])


def _id(study: Study, dependence: Dependence) -> str:
    return str(study.territory.places.ids[dependence.place])


def _where(dependence: Dependence) -> str:
    """« à Montredon et aux Salines », « dans 9 communes »."""
    if len(dependence.zones) <= _ZONES_NAMED:
        return listing([at_place(name) for _, name in dependence.zones])
    return f"dans {len(dependence.zones)} {_LAYERS[dependence.layer]}"


def _not_computed(sheet: IndicatorSheet, reason: Reason) -> Finding:
    text = f"{sheet.subject or sheet.title} : non calculé, {reason_words(reason)}."
    return finding_of("none", sheet, text, 0.0)
