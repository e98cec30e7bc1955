"""Minutes to the nearest place that is open at a usual moment: Saturday afternoon, in the evening.

A place whose hours are not known is counted neither as open nor as closed: minutes and shares are
those of the places surely open, and their interval goes down to what they would be if every unknown
place were open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from hygie.engines.diagnosis.access import CROW_FLY, access_cells, empty_result
from hygie.engines.diagnosis.dependence import LAYERS
from hygie.engines.diagnosis.parameters import (
    DiagnosisParameters,
    IndicatorSheet,
    WhenOpen,
    people_key,
)
from hygie.engines.diagnosis.publication import withheld
from hygie.engines.diagnosis.result import WHOLE, Cell, Finding, IndicatorResult
from hygie.engines.diagnosis.sentences import (
    MODES,
    TIERS,
    between_words,
    finding_of,
    of_residents,
    share_words,
)
from hygie.engines.diagnosis.study import Study
from hygie.engines.kernel.french import at_place, counted, listing, long_date, number, percent, typeset
from hygie.engines.kernel.measures import Measure, Reason, Status, suppressed
from hygie.engines.kernel.minutes import Ticks
from hygie.engines.reach.days import ordinary_day
from hygie.engines.reach.reach_when import SupplyAt, TimesAt, supply_at, times_at

MOST_UNKNOWN = "open_unknown_most"
"""Figure: share of unknown places above which nothing is computed."""


def open_result(study: Study, sheet: IndicatorSheet, ticks: Mapping[str, Ticks]) -> IndicatorResult:
    """One indicator of opening hours, nothing kept back yet but what a subtraction would give.

    Parameters
    ----------
    ticks
        Of the access indicators, by key: at the hours when everything is open.
    """
    if reason := study.reason_against(sheet):
        return empty_result(sheet, reason)
    supply = supply_of(study, sheet)
    told = _warnings(study, sheet, supply)
    if _too_little_known(study, supply):
        return replace(empty_result(sheet, Reason.NO_HOURS), warnings=told)
    found = times_at(study.movements[sheet.mode], study.residents.positions, (supply,))[0]
    base = _usual(study, sheet)
    usual = ticks.get(base.key) if base else None
    cells = _cells(study, sheet, found, None if usual is None else usual[study.residents.positions])
    places = study.territory.places
    estimate = study.estimated(sheet.mode) or len(supply.unknown) > 0
    return replace(
        empty_result(sheet),
        status=Status.ESTIMATE if estimate else Status.COMPUTED,
        reason=None,
        cells=cells,
        sources=tuple(sorted(set(places.sources[places.of(*sheet.categories)].tolist()))),
        warnings=told,
    )


def supply_of(study: Study, sheet: IndicatorSheet) -> SupplyAt:
    """What is open at the moment of a sheet, on the first ordinary day from the reference day on."""
    moment = moment_of(study, sheet)
    places = study.territory.places
    return supply_at(places, places.of(*sheet.categories), moment, study.calendar)


def moment_of(study: Study, sheet: IndicatorSheet) -> datetime:
    """The day and hour at which a sheet asks what is open.

    Raises
    ------
    ValueError
        If the sheet asks nothing of the kind.
    """
    when, parameters = _when(sheet), study.parameters
    if parameters.on is None:
        raise ValueError("opening hours are asked from a day on")
    day = ordinary_day(parameters.on, when.weekdays, study.calendar)
    return datetime.combine(day, _hour(parameters, when))


def _when(sheet: IndicatorSheet) -> WhenOpen:
    if sheet.when is None:
        raise ValueError(f"{sheet.key} asks nothing of opening hours")
    return sheet.when


def _hour(parameters: DiagnosisParameters, when: WhenOpen) -> time:
    """Hour of the day of a figure in decimal hours, to the minute."""
    whole = timedelta(minutes=round(parameters.figure(when.figure) * 60))
    return (datetime.combine(date.min, time()) + whole).time()


def _too_little_known(study: Study, supply: SupplyAt) -> bool:
    """Whether no hours are known, or too few; without any place, nothing is unknown."""
    known = len(supply) - len(supply.unknown)
    return len(supply) > 0 and (not known or supply.unknown_share > study.parameters.figure(MOST_UNKNOWN))


def _warnings(study: Study, sheet: IndicatorSheet, supply: SupplyAt) -> tuple[str, ...]:
    told = [supply_words(supply)]
    if study.movements[sheet.mode].model.estimate:
        told.append(CROW_FLY)
    return tuple(told)


def supply_words(supply: SupplyAt) -> str:
    """What is open at a moment, in one paragraph: unknown hours are said, with their share."""
    moment = f"{long_date(supply.moment)} à {supply.moment:%H:%M}"
    counts = [
        counted(len(supply.open), "lieu ouvert", "lieux ouverts"),
        counted(len(supply.closed), "fermé", "fermés"),
    ]
    if not len(supply.unknown):
        return typeset(f"Le {moment} : {listing(counts)}.")
    counts.append(f"{len(supply.unknown)} d’ouverture inconnue ({percent(supply.unknown_share)})")
    reasons = " ; ".join(f"{reason} ({n})" for reason, n in supply.reasons.items())
    return typeset(f"Le {moment} : {listing(counts)}. Ouverture inconnue : {reasons}.")


def _usual(study: Study, sheet: IndicatorSheet) -> IndicatorSheet | None:
    """The access indicator of the same places at the hours when all are open."""
    same = (s for s in study.access_sheets if set(s.categories) == set(sheet.categories))
    return next((s for s in same if s.mode == sheet.mode), None)


def _cells(study: Study, sheet: IndicatorSheet, found: TimesAt, usual: Ticks | None) -> tuple[Cell, ...]:
    cells = access_cells(study, sheet, found.surely)
    if len(found.supply.unknown):
        at_best = access_cells(study, sheet, found.at_best)
        cells = tuple(_between(one, best) for one, best in zip(cells, at_best, strict=True))
    if usual is None:
        return cells
    before = access_cells(study, sheet, usual)
    return tuple(_beside(study, cell, was) for cell, was in zip(cells, before, strict=True))


def _between(surely: Cell, at_best: Cell) -> Cell:
    """The cell of places surely open, each number down to what it would be with the unknown ones."""
    measures = {key: _spread(value, at_best.measures[key]) for key, value in surely.measures.items()}
    return replace(surely, measures=measures)


def _spread(surely: Measure, at_best: Measure) -> Measure:
    if surely.value is None:
        return surely
    low = at_best.value if at_best.low is None else at_best.low
    high = surely.value if surely.high is None else surely.high
    if low is None:
        return replace(surely, status=Status.ESTIMATE)
    return Measure(surely.value, Status.ESTIMATE, None, min(low, surely.value), high)


def _beside(study: Study, cell: Cell, usual: Cell) -> Cell:
    """The cell, with the residents who lose a place within the main threshold at that moment.

    Counts that differ by too few residents from those of the usual hours are kept back: both are
    published, and one subtraction would give the difference.
    """
    shown = dict(cell.measures)
    for key, value in cell.measures.items():
        before = usual.measures[key]
        if not key.startswith("people_") or value.value is None or before.value is None:
            continue
        if withheld(value.value - before.value, study.parameters.smallest_count):
            shown |= {key: suppressed(), key.removeprefix("people_"): suppressed()}
    return replace(cell, measures=shown | _lost(study.parameters, cell, usual))


def lost_key(parameters: DiagnosisParameters) -> str:
    """Measure of the share of residents who are within the main threshold at usual hours only."""
    return f"lost_{parameters.main_threshold:g}"


def _lost(parameters: DiagnosisParameters, cell: Cell, usual: Cell) -> dict[str, Measure]:
    main, lost = people_key(parameters.main_key), lost_key(parameters)
    now, before, people = (cell.measures.get(main), usual.measures.get(main), cell.measures.get("people"))
    if now is None or before is None or people is None:
        return {}
    if now.value is None or before.value is None or not people.value:
        return {}
    low = None if now.low is None else max(0.0, now.low - _end(before.high, before.value))
    high = None if now.high is None else now.high - _end(before.low, before.value)
    count = Measure(now.value - before.value, now.status, None, low, high)
    share = [None if v is None else v / people.value for v in (count.value, low, high)]
    return {people_key(lost): count, lost: Measure(share[0], now.status, None, share[1], share[2])}


def _end(end: float | None, value: float) -> float:
    return value if end is None else end


def open_findings(study: Study, sheet: IndicatorSheet, result: IndicatorResult) -> Iterator[Finding]:
    """What opening hours change: the only place open, or how many residents are farther.

    Where some hours are unknown, the residents surely concerned rank the finding.
    """
    whole = result.cell()
    share = whole.measures[study.parameters.main_key] if whole and study.residents.known else None
    supply, when = supply_of(study, sheet), _when(sheet)
    if share is None or not share.value or not len(supply):
        return
    moment = f"{when.words} (à {_hour_words(supply.moment)}), "
    concerned = _end(share.low, share.value)
    if len(supply.open) == 1:
        yield _only_one(study, sheet, result, (supply, moment, concerned))
    elif len(supply.open):
        far = f"{share_words(share)} {of_residents(study)}{between_words(share)} sont {_limit(study, sheet)}"
        text = f"{moment}{far} {sheet.target}{_usually(study, result, share)}."
        said = finding_of("open", sheet, text, concerned)
        # what several places share out strikes less than one place alone, or none
        yield replace(said, weight=TIERS["overall"] + concerned)
    else:
        yield finding_of("open", sheet, f"{moment}{when.nothing}{_surely(supply)}.", concerned)


def _only_one(
    study: Study, sheet: IndicatorSheet, result: IndicatorResult, found: tuple[SupplyAt, str, float]
) -> Finding:
    """The only place open, and the zone where most residents lose theirs."""
    supply, moment, concerned = found
    sure = " de façon sûre" if len(supply.unknown) else ""
    only = f"{_when(sheet).only}{sure} est {_name(study, int(supply.open[0]))}"
    worst = _most_lost(study, result)
    whole = result.cell()
    told = worst or whole
    if told is None:
        return finding_of("open", sheet, f"{moment}{only}.", concerned)
    share = told.measures[study.parameters.main_key]
    who = f"{at_place(told.zone_name)}, " if worst else ""
    whose = "des habitants" if worst else of_residents(study)
    far = f"{who}{share_words(share)} {whose}{between_words(share)} en sont {_limit(study, sheet)}"
    finding = finding_of("open", sheet, f"{moment}{only} ; {far}.", concerned)
    return replace(finding, layer=told.layer, zone=told.zone) if worst else finding


def _limit(study: Study, sheet: IndicatorSheet) -> str:
    return f"à plus de {number(study.parameters.main_threshold)} minutes {MODES[sheet.mode]}"


def _surely(supply: SupplyAt) -> str:
    """« de façon sûre ; 2 lieux ont des horaires inconnus » when some are; else nothing."""
    if not len(supply.unknown):
        return ""
    some = counted(len(supply.unknown), "lieu a", "lieux ont")
    return f" de façon sûre ; {some} des horaires inconnus"


def _hour_words(moment: datetime) -> str:
    """« 15 h », « 19 h 30 »."""
    minutes = f"\u00a0{moment.minute:02d}" if moment.minute else ""
    return f"{moment.hour}\u00a0h{minutes}"


def _name(study: Study, place: int) -> str:
    places = study.territory.places
    return f"« {places.names[place] or places.ids[place]} »"


def _main(study: Study, cell: Cell) -> Measure:
    return cell.measures[study.parameters.main_key]


def _usually(study: Study, result: IndicatorResult, share: Measure) -> str:
    """« , contre 12 % aux heures où tout est ouvert », from the residents who lose."""
    whole = result.cell()
    lost = whole.measures.get(lost_key(study.parameters)) if whole else None
    if lost is None or not lost.value or share.value is None:
        return ""
    return f", contre {percent(share.value - lost.value)} quand tout est ouvert"


def _most_lost(study: Study, result: IndicatorResult) -> Cell | None:
    """The zone where most residents lose a place within the main threshold; None when nobody does.

    It is one of the finest layer where somebody does.
    """
    key = people_key(lost_key(study.parameters))
    for layer in LAYERS:
        zones = [cell for cell in result.cells if (cell.layer, cell.group) == (layer, WHOLE)]
        kept = [cell for cell in zones if _value(cell, key) and _main(study, cell).value]
        if kept:
            return max(kept, key=lambda cell: _value(cell, key) or 0.0)
    return None


def _value(cell: Cell, key: str) -> float | None:
    measure = cell.measures.get(key)
    return None if measure is None else measure.value
