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
from hygie.engines.diagnosis.parameters import DiagnosisParameters, IndicatorSheet, Kind, people_key
from hygie.engines.diagnosis.residents import IN_QPV, OUT_QPV, QPV
from hygie.engines.diagnosis.result import WHOLE, Cell, ClosureLine, Finding, IndicatorResult
from hygie.engines.diagnosis.study import Study
from hygie.engines.kernel.french import (
    at_place,
    capital,
    counted,
    listing,
    number,
    percent,
    percent_between,
    points,
    times,
    typeset,
)
from hygie.engines.kernel.measures import Measure, Reason, Status

_MODES = {"walk": "à pied", "car": "en voiture"}
_REASONS = {
    Reason.NO_SOURCE: "aucune source",
    Reason.NO_PEOPLE: "nombre d’habitants inconnu",
    Reason.NO_AGE: "âges inconnus",
    Reason.NO_STREETS: "aucun réseau de rues",
    Reason.NO_DRIVING_GRAPH: "aucun réseau routier pour la voiture",
    Reason.NO_ZONE: "aucun quartier prioritaire",
    Reason.NOBODY_REACHES: "aucun trajet possible",
}
_TIERS = {
    "outlier": 6.0,
    "slower": 5.5,
    "gap": 5.0,
    "closure": 4.0,
    "alone": 3.5,
    "overall": 3.0,
    "elderly": 2.0,
    "people": 1.5,
    "within": 1.0,
    "none": 0.0,
}
"""Rank of each kind of finding; inside one, the share of residents concerned decides."""
_LAYERS = {"quarter": "quartiers", "commune": "communes"}
_ZONES_NAMED = 3
_CLOSURES_SAID = 3
_RATIO_SAID = 5
"""Ratios above it are said as the share of the zone."""


def reason_words(reason: Reason) -> str:
    """A reason in French words: « aucune source »."""
    return _REASONS[reason]


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
        if result.reason is not None:
            found.append(_not_computed(sheet, result.reason))
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


def _far(parameters: DiagnosisParameters, sheet: IndicatorSheet) -> str:
    """« à plus de 15 minutes à pied d’une pharmacie »."""
    return f"à plus de {number(parameters.main_threshold)} minutes {_way(sheet)}"


def _way(sheet: IndicatorSheet) -> str:
    """« à pied d’une pharmacie »."""
    return f"{_MODES[sheet.mode]} {sheet.target}"


def _label(study: Study) -> str:
    """« habitants », or « habitants des carreaux fournis », without what is between parentheses."""
    return study.territory.population_label.split(" (")[0]


def _whose(study: Study) -> str:
    return f"des {_label(study)}"


def _amount(share: Measure) -> str:
    """« 18 % », « environ 18 % », « moins de 1 % »."""
    words = percent(share.value or 0.0)
    return f"{_about(share)}{words}" if words[0].isdigit() else words


def _about(measure: Measure) -> str:
    return "environ " if measure.status is Status.ESTIMATE else ""


def _between(share: Measure) -> str:
    """« (entre 16 et 20 %) » after whose share it is; empty when the interval prints as one number."""
    if share.low is None or share.high is None:
        return ""
    words = percent_between(share.low, share.high)
    return f" ({words})" if words.startswith("entre") else ""


def _sentence(text: str) -> str:
    return typeset(capital(text))


def _access(study: Study, sheet: IndicatorSheet, result: IndicatorResult) -> Iterator[Finding]:
    parameters = study.parameters
    whole = result.cell(group=WHOLE if study.residents.known else DWELLINGS)
    share = whole.measures[parameters.main_key] if whole else None
    if whole is None or share is None or share.value is None:
        return
    whose = _whose(study) if study.residents.known else "des logements présumés"
    if whole.measures["unreached"].value == 1:
        nothing = " ni ".join(parameters.categories[category].of for category in sheet.categories)
        text = f"100 % {whose} n’ont pas {nothing} accessible."
        yield _finding("overall", sheet, text, 1.0)
    elif share.value == 0:
        limit = number(parameters.main_threshold)
        rest = _rest(share)
        text = f"{_amount(rest)} {whose}{_between(rest)} sont à {limit} minutes ou moins {_way(sheet)}."
        yield _finding("within", sheet, text, 0.0)
    else:
        text = f"{_amount(share)} {whose}{_between(share)} sont {_far(parameters, sheet)}"
        worst = _worst_zone(study, result, share.value) if study.residents.known else None
        if worst is None:
            yield _finding("overall", sheet, f"{text}.", share.value)
        else:
            text += f" ; {_outlier_words(study, worst, share.value)}."
            excess = _excess(worst, share.value, parameters) / study.residents.totals[_whole(study)]
            yield replace(_finding("outlier", sheet, text, excess), layer=worst.layer, zone=worst.zone)


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
        f"{at_place(cell.zone_name)} ({_priority(study)[0]}), plus de la moitié des habitants sont à "
        f"{number(math.floor(median))} minutes ou plus {_way(sheet)}, "
        f"contre {number(math.floor(average))} dans l’ensemble."
    )
    people = (cell.measures["people"].value or 0.0) / study.residents.totals[_whole(study)]
    yield replace(_finding("slower", sheet, text, people), layer=QPV, zone=cell.zone)


def _rest(share: Measure) -> Measure:
    """The share of everybody else, with what is left of its interval."""
    low, high = share.low, share.high
    if low is None or high is None or low == high:
        return Measure(1.0 - (share.value or 0.0), share.status)
    return Measure(1.0 - (share.value or 0.0), share.status, low=1.0 - high, high=1.0 - low)


def _finding(kind: str, sheet: IndicatorSheet, text: str, concerned: float, *, about: str = "") -> Finding:
    """A finding of a kind; ``concerned`` (0 to 1) ranks it among its kind."""
    return Finding(f"{kind}:{about or sheet.key}", sheet.key, _sentence(text), _TIERS[kind] + concerned)


def _whole(study: Study) -> tuple[str, str]:
    return WHOLE, study.residents.covers[0].zones[0][0]


def _excess(cell: Cell, average: float, parameters: DiagnosisParameters) -> float:
    """Residents of a zone beyond the threshold above what the average share would give."""
    share, people = cell.measures[parameters.main_key].value, cell.measures["people"].value
    return ((share or 0.0) - average) * (people or 0.0)


def _worst_zone(study: Study, result: IndicatorResult, average: float) -> Cell | None:
    """The zone with most residents beyond the threshold in excess of the average, if any stands out."""
    parameters = study.parameters
    enough = parameters.outlier_share * study.residents.totals[_whole(study)]
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
        where += f" ({_priority(study)[0]})"
    ratio = (share.value or 0.0) / average
    if ratio < _RATIO_SAID:
        return f"c’est {times(ratio)} plus {where}"
    return f"c’est {percent(share.value or 0.0)} {where}"


def _priority(study: Study) -> tuple[str, str]:
    """Singular and plural of the priority quarters, which may have been repealed."""
    if study.territory.layers[QPV].in_force:
        return "quartier prioritaire", "quartiers prioritaires"
    return "ancien quartier prioritaire", "anciens quartiers prioritaires"


def _gaps(
    study: Study, sheet: IndicatorSheet, result: IndicatorResult, by_key: dict[str, IndicatorResult]
) -> Iterator[Finding]:
    parameters = study.parameters
    cell = result.cell()
    for base in study.access_sheets:
        gap = cell.measures.get(base.key) if cell else None
        if gap is None or gap.value is None or gap.value < parameters.gap_felt:
            continue
        sides = [by_key[base.key].cell(QPV, zone) for zone in (IN_QPV, OUT_QPV)]
        inner, outer = (side.measures[parameters.main_key] for side in sides if side is not None)
        text = (
            f"{_amount(inner)} des habitants des {_priority(study)[1]} sont {_far(parameters, base)}, "
            f"contre {percent(outer.value or 0.0)} ailleurs : {points(gap.value)} d’écart."
        )
        finding = _finding("gap", sheet, text, gap.value, about=base.key)
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
        f"{_about(count)}{number(count.value or 0.0)} {_label(study)} de {group_label(group)} sont "
        f"{_far(parameters, base)}, soit {percent(share.value)} d’entre eux{_between(share)}."
    )
    yield _finding("elderly", sheet, text, share.value)


def _people(study: Study, sheet: IndicatorSheet, result: IndicatorResult) -> Iterator[Finding]:
    whole, elderly = result.cell(), result.cell(group=study.parameters.elderly_group)
    if whole is None or not whole.measures["people"].value:
        return
    text = f"{number(whole.measures['people'].value)} {study.territory.population_label}"
    if elderly is not None and elderly.measures["share"].value is not None:
        share = percent(elderly.measures["share"].value)
        text += f", dont {share} de {group_label(study.parameters.elderly_group)}"
    yield _finding("people", sheet, f"{text}.", 0.0)


def _closures(study: Study, sheet: IndicatorSheet, closures: tuple[ClosureLine, ...]) -> Iterator[Finding]:
    """The costliest closure of each category, for the first few categories."""
    total = max(study.residents.totals[_whole(study)], 1.0)
    said: set[str] = set()
    for line in closures:
        if len(said) == _CLOSURES_SAID:
            return
        text = "" if line.category in said else _closure_words(study, line)
        if text:
            said.add(line.category)
            concerned = max(measure.value or 0.0 for key, measure in line.measures.items() if "people" in key)
            yield _finding("closure", sheet, text, concerned / total, about=line.place)


def _closure_words(study: Study, line: ClosureLine) -> str:
    """The heaviest thing that can be said of a closure; empty when nothing can."""
    parameters = study.parameters
    category = parameters.categories[line.category]
    name = f"« {line.name or line.place} »"
    stranded, losing = line.measures["people_stranded"], line.measures[parameters.losing_key]
    only = line.measures[crossing_key(parameters)]
    if stranded.value:
        return f"{_inhabitants(stranded)} n’auraient plus {category.of} accessible si {name} fermait."
    if only.value and only.value >= (losing.value or 0.0):
        limit = number(parameters.main_threshold)
        return f"{_inhabitants(only)} n’ont que {name} comme {category.singular} à {limit} minutes ou moins."
    if losing.value:
        loss = f"perdraient {number(parameters.loss_felt)} minutes ou plus"
        return f"{_inhabitants(losing)} {loss} si {name} ({category.singular}) fermait."
    return ""


def _inhabitants(people: Measure) -> str:
    return f"{_about(people)}{counted(people.value or 0.0, 'habitant', 'habitants')}"


def _dependences(study: Study, sheet: IndicatorSheet, dependences: Iterable[Dependence]) -> Iterator[Finding]:
    """The place of each category that serves most zones alone."""
    parameters, places = study.parameters, study.territory.places
    total = study.residents.totals[_whole(study)]
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
            f"{number(parameters.main_threshold)} minutes {_MODES[one.mode]}."
        )
        finding = _finding("alone", sheet, text, one.people / total, about=_id(study, one))
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
    return _finding("none", sheet, text, 0.0)
