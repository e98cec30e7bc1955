"""Indicators of access told in one line each."""

from __future__ import annotations

from collections.abc import Sequence

from hygie.engines.diagnosis.residents import IN_QPV, OUT_QPV, QPV
from hygie.engines.diagnosis.result import Cell, IndicatorResult
from hygie.engines.kernel.french import WIDE, counted, number
from hygie.engines.kernel.measures import Measure, Status, not_computed
from hygie.reports.provenance import source_line, to_verify
from hygie.reports.sections import Scene, whole_cell
from hygie.reports.tables import Column, Row, Table, base_group, side_names
from hygie.reports.words import shown


def is_brief(indicator: IndicatorResult) -> bool:
    """Whether one line of a table tells the indicator."""
    return indicator.brief


def brief_table(key: str, title: str, scene: Scene, indicators: Sequence[IndicatorResult]) -> Table | None:
    """One row an indicator: minutes, share beyond the main threshold, priority quarters and elsewhere.

    None without any indicator.
    """
    if not indicators:
        return None
    sides = _sided(indicators)
    main = f"À plus de {number(scene.main)}{WIDE}min"
    columns = [Column(head, "Temps de trajet") for head in ("La moitié, au plus", "Neuf sur dix, au plus")]
    columns.append(Column("Ensemble", main))
    if sides:
        columns += [Column(name, main) for name in side_names(scene.diagnosis, base_group(indicators[0]))]
    rows = tuple(_row(scene, indicator, sides) for indicator in indicators)
    caption = f"{title}{WIDE}: autres lieux, en bref"
    return Table(
        key, caption, "Lieu le plus proche", tuple(columns), (("", rows),), _notes(scene, indicators)
    )


def _sided(indicators: Sequence[IndicatorResult]) -> tuple[str, ...]:
    """The two sides compared, or nothing where there is no priority quarter."""
    found = any(i.cell(QPV, zone, base_group(i)) for i in indicators for zone in (IN_QPV, OUT_QPV))
    return (IN_QPV, OUT_QPV) if found else ()


def _row(scene: Scene, indicator: IndicatorResult, sides: Sequence[str]) -> Row:
    base, sheet = base_group(indicator), scene.texts.indicators[indicator.key]
    whole = whole_cell(indicator)
    wanted = [(whole, "median"), (whole, "p90"), (whole, scene.main_key)]
    wanted += [(indicator.cell(QPV, zone, base), scene.main_key) for zone in sides]
    values = tuple(shown(key, _measure(indicator, cell, key), scene.few) for cell, key in wanted)
    by = ", en voiture" if sheet.mode == "car" else ""
    return Row(f"{sheet.short}{by}", values)


def _measure(indicator: IndicatorResult, cell: Cell | None, key: str) -> Measure | None:
    if indicator.status is Status.NOT_COMPUTED and indicator.reason is not None:
        return not_computed(indicator.reason)
    return None if cell is None else cell.measures.get(key)


def _notes(scene: Scene, indicators: Sequence[IndicatorResult]) -> tuple[str, ...]:
    """Sources, status and warnings of the rows, each once."""
    keys = tuple(dict.fromkeys(key for i in indicators for key in i.sources))
    figures = tuple(dict.fromkeys(key for i in indicators for key in i.figures))
    pending = to_verify(scene.diagnosis.provenance.figures, figures, scene.texts)
    statuses = {i.status for i in indicators}
    warnings = dict.fromkeys(warning for i in indicators for warning in i.warnings)
    if statuses == {Status.NOT_COMPUTED}:
        return tuple(warnings)
    status = "estimation" if Status.ESTIMATE in statuses else "calculé"
    counts = counted(len(pending), "valeur de référence", "valeurs de référence")
    verify = f" À vérifier{WIDE}: {counts}." if pending else ""
    source = source_line(keys, scene.territory.sources)
    return (f"Source{WIDE}: {source}. Statut{WIDE}: {status}.{verify}", *warnings)
