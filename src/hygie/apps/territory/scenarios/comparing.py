"""Saved results side by side: the same zones and groups in rows, one scenario a column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hygie.apps.territory.scenarios.models import Scenario
from hygie.apps.territory.scenarios.results import ABSENT
from hygie.engines.diagnosis.groups import DWELLINGS, group_label
from hygie.engines.diagnosis.result import WHOLE
from hygie.engines.kernel.french import capital, number
from hygie.engines.kernel.measures import Measure, Reason, Status
from hygie.reports.tables import Column, Row, Table
from hygie.reports.words import Shown, shown

MOST = 4
"""Scenarios side by side: more do not fit a screen."""

Json = dict[str, Any]


@dataclass(frozen=True)
class Comparison:
    """One indicator: who loses, who gains, and the share that is far, by scenario."""

    key: str
    title: str
    estimate: bool
    table: Table


def comparisons(scenarios: Sequence[Scenario], few: int) -> tuple[Comparison, ...]:
    """The indicators that at least one of the scenarios touches, in their order."""
    titles: dict[str, Json] = {}
    for one in scenarios:
        for indicator in one.results["indicators"]:
            titles.setdefault(indicator["key"], indicator)
    return tuple(_comparison(scenarios, indicator, few) for indicator in titles.values())


def _comparison(scenarios: Sequence[Scenario], indicator: Json, few: int) -> Comparison:
    key, results = indicator["key"], [one.results for one in scenarios]
    main, loss = results[0]["main"], results[0]["loss"]
    sides = [_rows(one, key) for one in results]
    alone = len(scenarios) == 1
    spans = [
        "Ce scénario" if alone else f"{chr(65 + rank)}. {one.name}" for rank, one in enumerate(scenarios)
    ]
    columns = [Column(f"Avant{chr(0xA0)}: à plus de {number(main)} min", "Aujourd’hui")]
    for span in spans:
        columns += [
            Column("Après", span),
            Column(f"Perdent {number(loss)} min", span),
            Column(f"Gagnent {number(loss)} min", span),
        ]
    rows: dict[tuple[str, str, str], Json] = {}
    for side in sides:
        for place, row in side.items():
            rows.setdefault(place, row)
    groups: dict[str, list[Row]] = {}
    for place, row in rows.items():
        values = [shown_pair("beyond_1", row["before"], few)]
        for side in sides:
            values += _values(side.get(place), row, few)
        title = _title(row)
        groups.setdefault(title, []).append(Row(_name(row), tuple(values), not title))
    words = "scénarios côte à côte" if len(scenarios) > 1 else "ce qui change, par zone et par âge"
    caption = f"{indicator['title']}\u00a0: {words}"
    table = Table(
        f"table-{key}", caption, "Zone", tuple(columns), tuple((t, tuple(r)) for t, r in groups.items())
    )
    return Comparison(key, indicator["title"], bool(indicator["estimate"]), table)


def _values(mine: Json | None, row: Json, few: int) -> list[Shown]:
    """What a scenario does to a zone; the indicator it does not touch stays as it is."""
    if mine is None:
        return [shown_pair("beyond_1", row["before"], few), Shown("0"), Shown("0")]
    return [
        shown_pair("beyond_1", mine["after"], few),
        shown_pair("people_losing", mine["losing"], few),
        shown_pair("people_gaining", mine["gaining"], few),
    ]


def _rows(results: Json, key: str) -> dict[tuple[str, str, str], Json]:
    found = next((one for one in results["indicators"] if one["key"] == key), None)
    if found is None:
        return {}
    return {(row["layer"], row["zone"], row["group"]): row for row in found["rows"]}


def _title(row: Json) -> str:
    if row["layer"] == WHOLE:
        return "" if row["group"] in (WHOLE, DWELLINGS) else "Par âge, territoire entier"
    return {"quarter": "Par quartier", "commune": "Par commune", "qpv": "Quartiers prioritaires"}.get(
        row["layer"], "Autres zones"
    )


def _name(row: Json) -> str:
    if row["layer"] == WHOLE and row["group"] not in (WHOLE, DWELLINGS):
        return capital(group_label(row["group"]))
    return str(row["name"])


def shown_pair(key: str, pair: Sequence[Any], few: int) -> Shown:
    """A measure kept as ``[value, status, reason]``, as printed."""
    value, status, reason = pair
    if status == ABSENT:
        return Shown("sans objet", number=False)
    return shown(key, Measure(value, Status(status), Reason(reason) if reason else None), few)
