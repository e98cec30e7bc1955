"""The table by zone that most studies prove by: residents concerned before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hygie.engines.diagnosis.result import WHOLE
from hygie.reports.studies.presentation import StudyScene
from hygie.reports.studies.values import shown_kept
from hygie.reports.tables import LAYER_TITLES, Column, Row, Table


def zone_table(
    rows: Sequence[Mapping[str, Any]], scene: StudyScene, *, caption: str, heads: tuple[str, str]
) -> Table | None:
    """Zones in rows: residents, then how many are concerned before and after, and their shares.

    Parameters
    ----------
    rows
        As ``apps.territory.studies.zones.zone_rows`` makes them.
    heads
        Headings of before and after: « Aujourd’hui », « Avec ces lieux »; an empty one for before leaves
        it out.

    Returns
    -------
    Table or None
        None without any row.
    """
    if not rows:
        return None
    before, after = heads
    sides = [(before, "before"), (after, "after")] if before else [(after, "after")]
    columns = [Column("Habitants")]
    for head, _ in sides:
        columns += [Column("Habitants", head), Column("Part", head)]
    keys = [("people", "people")]
    for _, side in sides:
        keys += [("people", side), ("share", f"share_{side}")]
    groups: dict[str, list[Row]] = {}
    for row in rows:
        values = tuple(shown_kept(unit, row[key], scene.few) for unit, key in keys)
        title = "" if row["layer"] == WHOLE else _title(str(row["layer"]), scene)
        groups.setdefault(title, []).append(Row(str(row["name"]), values, not title))
    told = tuple((title, tuple(lines)) for title, lines in groups.items())
    return Table("table-zones", caption, "Zone", tuple(columns), told)


def _title(layer: str, scene: StudyScene) -> str:
    found = scene.territory.layers.get(layer)
    return found.title if found is not None and found.title else LAYER_TITLES.get(layer, layer)
