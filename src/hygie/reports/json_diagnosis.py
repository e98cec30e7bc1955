"""A diagnosis as JSON: what ``hygie diagnose --json`` writes and ``diagnosis.schema.json`` describes.

Nothing about single points of the demand goes in.
"""

from __future__ import annotations

from typing import Any

from hygie.engines.diagnosis.groups import group_label
from hygie.engines.diagnosis.result import Cell, ClosureLine, Diagnosis, Finding, IndicatorResult
from hygie.engines.kernel.measures import FigureUse, Measure, Provenance
from hygie.engines.kernel.territory import SourceAccount, Territory

WORKING_DOCUMENT = "document de travail"
"""Until complementary suppression and difference checks exist, nothing is ready to be published."""


def diagnosis_json(territory: Territory, diagnosis: Diagnosis) -> dict[str, Any]:
    """The diagnosis of a territory, as values that ``json`` writes."""
    return {
        "code": diagnosis.code,
        "name": diagnosis.name,
        "fictional": diagnosis.fictional,
        "document": WORKING_DOCUMENT,
        "population_label": diagnosis.population_label,
        "controls": {label: float(total) for label, total in territory.controls.items()},
        "findings": [_finding(finding) for finding in diagnosis.findings],
        "indicators": [_indicator(result) for result in diagnosis.indicators],
        "closures": [_closure(line) for line in diagnosis.closures],
        "provenance": provenance_json(territory, diagnosis.provenance),
    }


def measure_json(measure: Measure) -> dict[str, Any]:
    """A measure: its status, then the value and interval, or the reason why there is none."""
    written: dict[str, Any] = {"status": measure.status.value}
    if measure.value is not None:
        written["value"] = measure.value
    if measure.low is not None:
        written |= {"low": measure.low, "high": measure.high}
    if measure.reason is not None:
        written["reason"] = measure.reason.value
    return written


def provenance_json(territory: Territory, provenance: Provenance) -> dict[str, Any]:
    """What a result stands on: parameters, figures, one account a source file, warnings."""
    return {
        "parameters": dict(provenance.parameters),
        "figures": [_figure(figure) for figure in provenance.figures],
        "sources": [account_json(account) for account in territory.sources],
        "missing": list(territory.missing),
        "warnings": list(provenance.warnings),
    }


def account_json(account: SourceAccount) -> dict[str, Any]:
    """What was read of one file, without the content of its rows."""
    texts = ("name", "title", "publisher", "licence", "address", "vintage", "file", "sha256")
    numbers = ("read", "kept", "rejected", "outside", "clipped")
    written: dict[str, Any] = {key: getattr(account, key) for key in (*texts, *numbers)}
    return written | {"warnings": list(account.warnings)}


def _figure(figure: FigureUse) -> dict[str, Any]:
    return {key: getattr(figure, key) for key in ("key", "value", "unit", "since", "status", "source")}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "key": finding.key,
        "indicator": finding.indicator,
        "sentence": finding.sentence,
        "layer": finding.layer,
        "zone": finding.zone,
    }


def _indicator(result: IndicatorResult) -> dict[str, Any]:
    written: dict[str, Any] = {
        "key": result.key,
        "title": result.title,
        "question": result.question,
        "unit": result.unit,
        "categories": list(result.categories),
        "status": result.status.value,
        "cells": [_cell(cell) for cell in result.cells],
        "sources": list(result.sources),
        "figures": list(result.figures),
        "warnings": list(result.warnings),
    }
    return written if result.reason is None else written | {"reason": result.reason.value}


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "layer": cell.layer,
        "zone": cell.zone,
        "zone_name": cell.zone_name,
        "group": cell.group,
        "group_label": group_label(cell.group),
        "measures": {key: measure_json(measure) for key, measure in cell.measures.items()},
    }


def _closure(line: ClosureLine) -> dict[str, Any]:
    return {
        "place": line.place,
        "name": line.name,
        "category": line.category,
        "commune": line.commune,
        "lon": line.lon,
        "lat": line.lat,
        "measures": {key: measure_json(measure) for key, measure in line.measures.items()},
    }
