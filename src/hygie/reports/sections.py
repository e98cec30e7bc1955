"""One indicator as a section of a report: question, answer, proof, limits, sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from hygie.engines.diagnosis.groups import group_label
from hygie.engines.diagnosis.residents import IN_QPV, OUT_QPV, QPV
from hygie.engines.diagnosis.result import WHOLE, Cell, Diagnosis, IndicatorResult
from hygie.engines.kernel.french import NARROW, WIDE, capital, listing, number
from hygie.engines.kernel.measures import Measure, Reason, Status
from hygie.engines.kernel.territory import Territory
from hygie.engines.portrait.result import OfficialResult, Portrait
from hygie.reports.cells import SIDE
from hygie.reports.charts import Chart, count_chart, pair_chart, zone_chart
from hygie.reports.maps import Canvas, MapFigure, MapWords, minutes_map, place_marks
from hygie.reports.measured import (
    answering,
    chart_title,
    drawable,
    drawn,
    index_words,
    inequality_table,
    measured,
    measured_table,
    unequal,
)
from hygie.reports.provenance import TREE_SOURCES, source_line, to_verify
from hygie.reports.stage import Stage
from hygie.reports.tables import (
    Table,
    access_table,
    base_group,
    gap_table,
    layers_of,
    people_table,
    side_names,
    thresholds_of,
)
from hygie.reports.texts import IndicatorTexts, Texts
from hygie.reports.words import Shown, is_share, not_computed_text, number_parameter, shown

POPULATION = "population"
"""Kind of the indicator that counts residents."""

CHART_LAYERS = {"commune": "par commune", "quarter": "par quartier", "iris": "par IRIS"}
"""Layers compared in charts, those with at least two zones, two at most."""


@dataclass(frozen=True)
class Section:
    """What a report prints about one indicator.

    ``answer`` begins with the number; ``value`` is that number alone, for the summary. ``chart``,
    ``map`` and ``table`` are None where there is nothing to draw.
    """

    key: str
    title: str
    short: str
    question: str
    answer: str
    value: str
    missing: bool
    estimate: bool
    charts: tuple[Chart, ...]
    map: MapFigure | None
    table: Table | None
    reading: str
    formula: str
    limits: tuple[str, ...]
    source: str
    pending: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Scene:
    """What every section of a report is drawn from; ``portrait`` is None where only the diagnosis is told."""

    territory: Territory
    diagnosis: Diagnosis
    texts: Texts
    stage: Stage
    portrait: Portrait | None = None

    @property
    def official(self) -> tuple[OfficialResult, ...]:
        """Indicators of official tables; none where only the diagnosis is told."""
        return self.portrait.official if self.portrait else ()

    @property
    def few(self) -> int:
        """Smallest number of residents that may be shown."""
        return int(number_parameter(self.diagnosis.provenance, "smallest_count"))

    @property
    def main(self) -> float:
        """Minutes of the threshold the sentences speak of."""
        return number_parameter(self.diagnosis.provenance, "main_threshold")

    @property
    def main_key(self) -> str:
        """Measure of the share beyond the main threshold."""
        return f"beyond_{self.main:g}"


def section(scene: Scene, indicator: IndicatorResult) -> Section:
    """Everything to print about one indicator."""
    texts = scene.texts.indicators[indicator.key]
    missing = indicator.status is Status.NOT_COMPUTED
    answer, value = (
        (missing_answer(indicator, scene.texts), "non calculé")
        if missing
        else _answer(scene, indicator, texts)
    )
    return Section(
        key=indicator.key,
        title=indicator.title,
        short=texts.short,
        question=indicator.question,
        answer=answer,
        value=value,
        missing=missing,
        estimate=indicator.status is Status.ESTIMATE,
        charts=() if missing else _charts(scene, indicator),
        map=None if missing else indicator_map(scene, indicator, texts, answer),
        table=None if missing else _table(scene, indicator),
        reading=texts.reading,
        formula=_formula(texts),
        limits=texts.limits,
        source=source_line(indicator_sources(scene, indicator, texts.kind), scene.territory.sources),
        pending=to_verify(scene.diagnosis.provenance.figures, indicator.figures, scene.texts),
        warnings=indicator.warnings,
    )


def indicator_sources(scene: Scene, indicator: IndicatorResult, kind: str) -> tuple[str, ...]:
    """Sources of an indicator; those of all the places for closures, those that draw trees for trees."""
    if indicator.sources or indicator.status is Status.NOT_COMPUTED:
        return indicator.sources
    if kind == "closures":
        others = (other for other in scene.diagnosis.indicators if other.categories)
        return tuple(dict.fromkeys(key for other in others for key in other.sources))
    return TREE_SOURCES if kind == "trees" else ()


def missing_answer(indicator: IndicatorResult, texts: Texts) -> str:
    """Why an indicator is missing: « Non calculé : aucune source fournie pour les pharmacies »."""
    if indicator.reason is Reason.NO_SOURCE and indicator.categories:
        named = listing([f"les {texts.categories[key].plural}" for key in indicator.categories])
        return f"Non calculé{WIDE}: aucune source fournie pour {named}."
    return not_computed_text(indicator.reason)


def main_key(scene: Scene, indicator: IndicatorResult) -> str:
    """Measure of the question: a share beyond the main threshold, what the indicator counts, or residents."""
    return scene.main_key if thresholds_of(indicator) else answering(indicator)


def whole_cell(indicator: IndicatorResult) -> Cell | None:
    """The cell of the whole territory, of dwellings where residents are unknown."""
    return indicator.cell(WHOLE, None, base_group(indicator))


def _answer(scene: Scene, indicator: IndicatorResult, texts: IndicatorTexts) -> tuple[str, str]:
    """Sentence with its number first, and the number alone."""
    cell, key = whole_cell(indicator), main_key(scene, indicator)
    value = shown(key, cell.measures.get(key) if cell else None, scene.few)
    counts = key != "people" or texts.kind == POPULATION
    number_alone = value.text if value.number and counts else ""
    if told := _told(scene, indicator):
        return told, number_alone
    return (_counted(scene, key, value, texts) if number_alone else _untold(indicator)), number_alone


def _counted(scene: Scene, key: str, value: Shown, texts: IndicatorTexts) -> str:
    """A number and what it counts, where the diagnosis says nothing of it."""
    who = scene.diagnosis.population_label
    if key == "people":
        return f"{value.text} {who}."
    if not is_share(key):
        return f"{value.text}{WIDE}: {texts.numerator}."
    between = f" ({value.detail})" if value.detail else ""
    if key == scene.main_key and texts.target:
        return f"{value.text}{between} des {who} sont {far_words(scene, texts)}."
    return f"{value.text}{between} des {who}{WIDE}: {texts.numerator}."


def _told(scene: Scene, indicator: IndicatorResult) -> str:
    """What the diagnosis says of an indicator, of the whole territory rather than of a zone."""
    told = [f for f in scene.diagnosis.findings if f.indicator == indicator.key]
    return min(told, key=lambda f: f.layer != WHOLE).sentence if told else ""


def _untold(indicator: IndicatorResult) -> str:
    return index_words(indicator) if unequal(indicator) else f"{indicator.title}."


def far_words(scene: Scene, texts: IndicatorTexts) -> str:
    """« à plus de 15 minutes à pied d’une pharmacie »."""
    by = "en voiture" if texts.mode == "car" else "à pied"
    return f"à plus de {number(scene.main)} minutes {by} {texts.target}"


def _formula(texts: IndicatorTexts) -> str:
    if texts.denominator in ("", "sans objet"):
        return f"{texts.numerator}."
    return f"{texts.numerator}, rapporté à{WIDE}: {texts.denominator}."


def _charts(scene: Scene, indicator: IndicatorResult) -> tuple[Chart, ...]:
    if not thresholds_of(indicator) and not measured(indicator):
        return _gap_chart(scene, indicator) or _age_chart(indicator, scene.few)
    whole, base = whole_cell(indicator), base_group(indicator)
    measure = scene.main_key if thresholds_of(indicator) else drawn(indicator)
    charts: list[Chart] = []
    for layer, by in CHART_LAYERS.items():
        zones = [c for c in indicator.cells if c.layer == layer and c.group == base]
        if not drawable(zones, measure) or whole is None or len(charts) == 2:
            continue
        key, title = f"chart-{layer}-{indicator.key}", _chart_title(scene, indicator, by)
        cells = (whole, *zones)
        charts.append(zone_chart(key, title, measure, cells, few=scene.few, badges=_qpv(scene)))
    return tuple(charts)


def _chart_title(scene: Scene, indicator: IndicatorResult, by: str) -> str:
    """« Part des habitants à plus de 15 min, par quartier »."""
    if not thresholds_of(indicator):
        return chart_title(indicator, by)
    base = base_group(indicator)
    who = "habitants" if base == WHOLE else group_label(base)
    return f"Part des {who} à plus de {number(scene.main)}{WIDE}min, {by}"


def _qpv(scene: Scene) -> frozenset[str]:
    """Names of the priority quarters in force."""
    layer = scene.territory.layers.get(QPV)
    return frozenset(layer.names if layer and layer.in_force else ())


def _gap_chart(scene: Scene, indicator: IndicatorResult) -> tuple[Chart, ...]:
    """Shares in priority quarters beside those elsewhere, where the indicator compares them."""
    cell = whole_cell(indicator)
    pairs: list[tuple[str, Measure, Measure]] = []
    for result in scene.diagnosis.indicators:
        if cell is None or result.key not in cell.measures or result.status is Status.NOT_COMPUTED:
            continue
        sides = [result.cell(QPV, zone, base_group(indicator)) for zone in (IN_QPV, OUT_QPV)]
        inner, outer = (_share(side, scene.main_key) for side in sides)
        if inner is not None and outer is not None:
            pairs.append((capital(scene.texts.indicators[result.key].short), inner, outer))
    if not pairs:
        return ()
    inside, elsewhere = side_names(scene.diagnosis, base_group(indicator))
    title = f"{inside}{WIDE}: part des habitants à plus de {number(scene.main)}{WIDE}min"
    compared = elsewhere[:1].lower() + elsewhere[1:]
    return (pair_chart(f"chart-{indicator.key}", title, pairs, compared=compared, few=scene.few),)


def _share(cell: Cell | None, key: str) -> Measure | None:
    return None if cell is None else cell.measures.get(key)


def _age_chart(indicator: IndicatorResult, few: int) -> tuple[Chart, ...]:
    """Residents by age band, where the indicator counts them."""
    bands = [c for c in indicator.cells if c.layer == WHOLE and c.group.startswith("age_")]
    if not bands:
        return ()
    names = [group_label(cell.group) for cell in bands]
    counts = [cell.measures["people"] for cell in bands]
    return (count_chart(f"chart-{indicator.key}", "Habitants par âge", names, counts, few=few),)


def _table(scene: Scene, indicator: IndicatorResult) -> Table | None:
    if not indicator.cells:
        return None
    if thresholds_of(indicator):
        return access_table(indicator, layers_of(scene.territory), scene.main, scene.few)
    if unequal(indicator):
        return inequality_table(indicator, scene.diagnosis, scene.few)
    if measured(indicator):
        return measured_table(indicator, layers_of(scene.territory), scene.few)
    names = {result.key: result.title for result in scene.diagnosis.indicators}
    if any(key in names for cell in indicator.cells for key in cell.measures):
        return gap_table(indicator, scene.diagnosis, scene.main_key, scene.few)
    return people_table(indicator, layers_of(scene.territory), scene.few)


def indicator_map(
    scene: Scene, indicator: IndicatorResult, texts: IndicatorTexts, title: str
) -> MapFigure | None:
    """The map of an indicator of minutes; None for the others."""
    minutes, thresholds = scene.diagnosis.minutes.get(indicator.key), thresholds_of(indicator)
    windows, grid = scene.stage.windows, scene.stage.grid
    if minutes is None or grid is None or not thresholds:
        return None
    places = scene.territory.places
    names = listing([scene.texts.categories[key].plural for key in indicator.categories])
    by = "en voiture" if texts.mode == "car" else "à pied"
    words = MapWords(
        title=title,
        description=f"Carrés habités de {SIDE}{WIDE}m, colorés selon le temps {by} de la moitié "
        f"de leurs habitants{NARROW}; les chiffres par zone sont dans le tableau qui suit.",
        symbols=(("place", names),),
        by=by,
        estimate=indicator.status is Status.ESTIMATE,
        people=_class_people(indicator, thresholds, scene.few),
    )
    canvas = Canvas(windows, grid, place_marks(windows, places, places.of(*indicator.categories)))
    values = np.asarray(minutes, dtype=np.float64)
    return minutes_map(f"map-{indicator.key}", canvas, values, thresholds=thresholds, words=words)


def _class_people(indicator: IndicatorResult, thresholds: Sequence[int], few: int) -> tuple[str, ...]:
    """Residents of each class of a map, from published counts only.

    No class is told when one of them is kept back or too small: the others would give it away.
    """
    cell = whole_cell(indicator)
    if cell is None:
        return ()
    keys = ["people", *(f"people_beyond_{t}" for t in thresholds), "people_unreached"]
    held = [_value(cell.measures.get(key)) for key in keys]
    counts = [count for count in held if count is not None]
    sizes = [outer - inner for outer, inner in pairwise([*counts, 0.0])]
    if len(counts) < len(held) or any(1e-6 < size < few for size in sizes):
        return ("",) * len(held)
    return tuple(f"{number(size)} habitants" for size in sizes)


def _value(measure: Measure | None) -> float | None:
    return None if measure is None else measure.value
