"""How unequal access is: between incomes, and between the nearest and the farthest."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from hygie.engines.diagnosis.access import empty_result
from hygie.engines.diagnosis.catchment import Care, care_of, reason_against
from hygie.engines.diagnosis.parameters import IndicatorSheet, Kind, people_key
from hygie.engines.diagnosis.result import WHOLE, Cell, Finding, IndicatorResult
from hygie.engines.diagnosis.sentences import finding_of, roughly, way_to
from hygie.engines.diagnosis.study import Study
from hygie.engines.kernel.french import number, percent, typeset
from hygie.engines.kernel.measures import Measure, Reason, Status, not_computed
from hygie.engines.kernel.minutes import Ticks
from hygie.engines.kernel.territory import Booleans, Floats
from hygie.engines.reach.equity import IncomeGradient, concentration_index, income_gradient, spread
from hygie.engines.reach.quantiles import ranked, weighted_quantiles
from hygie.engines.reach.statistics import ordered, statistics

FELT = "inequality_felt"
"""Figure: concentration index, without its sign, from which an inequality is said."""

INCOMES = {"income_1_3": (1, 3), "income_4_7": (4, 7), "income_8_10": (8, 10)}
"""Groups of residents by income decile, first and last included; the poorest first."""

APL = "apl"
"""What stands for the potential access in the names of measures."""


@dataclass(frozen=True, eq=False)
class _Incomes:
    """Counted residents whose income is known, by point of the study."""

    decile: np.ndarray[tuple[int], np.dtype[np.int8]]
    people: Floats

    def among(self, group: str) -> Floats:
        """Residents of a group of incomes, by point."""
        first, last = INCOMES[group]
        return np.where((self.decile >= first) & (self.decile <= last), self.people, 0.0)

    @property
    def known(self) -> Floats:
        """Residents whose income is known, by point."""
        return np.where(self.decile > 0, self.people, 0.0)


def inequality_result(study: Study, sheet: IndicatorSheet, ticks: Mapping[str, Ticks]) -> IndicatorResult:
    """Inequality of each main access indicator, over the whole territory, nothing kept back yet.

    The cell of all residents holds, by access indicator ``k``: ``index_k``, the concentration index of
    its minutes by income decile (below zero, the poor travel longer), and ``ratio_k``, D9/D1 of its
    minutes; ``ratio_apl`` and ``index_apl`` of the potential access (above zero, the rich have more);
    ``known``, the share of residents whose income is known. The cell of each group of incomes holds
    ``median_k``, minutes, and ``access_median``.
    """
    residents, demand = study.residents, study.territory.demand
    if not residents.known:
        return empty_result(sheet, Reason.NO_PEOPLE)
    incomes = _Incomes(demand.income_decile[residents.positions], residents.weights[WHOLE])
    if not incomes.known.sum() > 0:
        return empty_result(sheet, Reason.NO_INCOME)
    told = _told(study, ticks)
    care = _care(study)
    if not told and care is None:
        return empty_result(sheet, Reason.NO_SOURCE)
    modes = {s.mode for s, _ in told} | ({care.mode} if care else set())
    estimate = any(study.estimated(mode) for mode in modes)
    status = Status.ESTIMATE if estimate else Status.COMPUTED
    return replace(
        empty_result(sheet),
        status=status,
        reason=None,
        cells=tuple(_cells(study, incomes, told, care=care, status=status)),
        sources=tuple(filter(None, [study.territory.population_source])),
        warnings=_warnings(incomes),
    )


def _told(study: Study, ticks: Mapping[str, Ticks]) -> list[tuple[IndicatorSheet, Ticks]]:
    """Main access indicators that were computed, with the times of the counted points."""
    return [
        (sheet, ticks[sheet.key][study.residents.positions])
        for sheet in study.access_sheets
        if sheet.key in ticks and not sheet.brief
    ]


def _care(study: Study) -> Care | None:
    """The potential access, where an indicator asks for it and it can be computed."""
    sheets = [s for s in study.parameters.of_kind(Kind.CATCHMENT) if reason_against(study, s) is None]
    return care_of(study, sheets[0]) if sheets else None


def _warnings(incomes: _Incomes) -> tuple[str, ...]:
    texts = [
        "Les revenus sont connus par dixième de la population : ceux d’un même dixième comptent pareil.",
        "Les habitants sans trajet possible ne sont pas dans l’indice.",
    ]
    share = float(incomes.known.sum() / incomes.people.sum())
    if share < 1:
        texts.append(
            f"Le revenu n’est connu que pour {percent(share)} des habitants ; les autres n’y sont pas."
        )
    return tuple(typeset(text) for text in texts)


def _cells(
    study: Study,
    incomes: _Incomes,
    told: list[tuple[IndicatorSheet, Ticks]],
    *,
    care: Care | None,
    status: Status,
) -> Iterator[Cell]:
    code, name = study.residents.covers[0].zones[0]
    total, known = float(incomes.people.sum()), float(incomes.known.sum())
    measures = {"people": Measure(total, status), people_key("known"): Measure(known, status)}
    measures["known"] = Measure(known / total, status)
    for sheet, ticks in told:
        gradient = income_gradient(ticks, incomes.people, incomes.decile)
        measures[f"index_{sheet.key}"] = _index(gradient, status)
        measures[f"ratio_{sheet.key}"] = _number(spread(ticks, incomes.people).ratio, status)
    if care is not None:
        measures |= _apl_measures(care, incomes, status)
    yield Cell(WHOLE, code, name, WHOLE, measures)
    for group in INCOMES:
        weights = incomes.among(group)
        held = float(weights.sum())
        own = {"people": Measure(held, status)}
        for sheet, ticks in told:
            own[f"median_{sheet.key}"] = _median(ticks, weights, held, status=status)
        if care is not None:
            own["access_median"] = _number(_parts(care, weights)[1], status, Reason.NO_PEOPLE)
        yield Cell(WHOLE, code, name, group, own)


def _index(gradient: IncomeGradient | None, status: Status) -> Measure:
    return _number(gradient.index if gradient else float("nan"), status)


def _number(value: float, status: Status, reason: Reason = Reason.NOBODY_REACHES) -> Measure:
    return not_computed(reason) if np.isnan(value) else Measure(value, status)


def _median(ticks: Ticks, weights: Floats, held: float, *, status: Status) -> Measure:
    """Minutes within which half of these residents are."""
    everywhere = np.zeros(len(ticks), np.int32)
    nobody: Booleans = np.zeros(len(ticks), np.bool_)
    found = statistics(ordered(ticks, everywhere, zones=1, thresholds=()), weights, nobody)
    return _number(float(found.median[0]), status, Reason.NOBODY_REACHES if held > 0 else Reason.NO_PEOPLE)


def _apl_measures(care: Care, incomes: _Incomes, status: Status) -> dict[str, Measure]:
    first, _, ninth = _parts(care, incomes.people)
    values = care.counted(care.access.access)
    ranks = range(1, 11)
    people = np.array([incomes.people[incomes.decile == rank].sum() for rank in ranks])
    total = np.array([(incomes.people * values)[incomes.decile == rank].sum() for rank in ranks])
    mean = np.divide(total, people, out=np.zeros(len(people)), where=people > 0)
    return {
        f"index_{APL}": _number(concentration_index(mean, people), status),
        f"ratio_{APL}": _number(ninth / first if first > 0 else float("nan"), status),
    }


def _parts(care: Care, weights: Floats) -> tuple[float, float, float]:
    """First decile, median and ninth decile of the potential access of some residents."""
    values = care.counted(care.access.access)
    points = ranked(values, np.zeros(len(values), np.int32), zones=1)
    first, median, ninth = weighted_quantiles(points, weights, (0.1, 0.5, 0.9))[0].tolist()
    return first, median, ninth


def say_inequality(study: Study, sheet: IndicatorSheet, result: IndicatorResult) -> Iterable[Finding]:
    """The service whose way is longest for the poorest, when it is felt; else nothing."""
    felt = study.parameters.figure(FELT)
    whole, poor, rich = (result.cell(group=group) for group in (WHOLE, "income_1_3", "income_8_10"))
    if whole is None or poor is None or rich is None:
        return
    indices = {
        base.key: whole.measures[f"index_{base.key}"].value or 0.0
        for base in study.access_sheets
        if f"index_{base.key}" in whole.measures
    }
    for base in sorted(study.access_sheets, key=lambda s: indices.get(s.key, 0.0)):
        medians = [cell.measures.get(f"median_{base.key}") for cell in (poor, rich)]
        values = [median.value if median else None for median in medians]
        if indices.get(base.key, 0.0) > -felt:
            return
        if values[0] is None or values[1] is None or math.floor(values[0]) <= values[1]:
            continue
        nearer, farther = (number(math.floor(value)) for value in (values[1], values[0]))
        about = roughly(medians[0]) if medians[0] else ""
        text = (
            f"la moitié des habitants aux revenus les plus bas (3 premiers dixièmes) sont à {about}{farther} "
            f"minutes ou plus {way_to(base)}, contre {nearer} pour les 3 derniers dixièmes (indice de "
            f"concentration {number(indices[base.key], 2)})."
        )
        yield finding_of("inequality", sheet, text, min(1.0, -indices[base.key]), about=base.key)
        return
