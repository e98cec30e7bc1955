"""The costliest closures as printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hygie.engines.diagnosis.result import ClosureLine, Finding
from hygie.engines.kernel.french import WIDE
from hygie.reports.sections import Scene
from hygie.reports.tables import Column, Row, Table
from hygie.reports.words import Shown, shown

CLOSURES = "costliest_closures"
"""Indicator whose chapter holds the table of closures."""


@dataclass(frozen=True)
class ClosureRow:
    """What closing one place would cost, as printed."""

    name: str
    category: str
    commune: str
    values: tuple[Shown, ...]


def closure_heads(lines: tuple[ClosureLine, ...]) -> tuple[str, ...]:
    """Columns of numbers of the table of closures."""
    keys = lines[0].measures if lines else ()
    return tuple(_closure_head(key) for key in keys)


def _closure_head(key: str) -> str:
    if key == "person_minutes":
        return "Minutes perdues, tous trajets additionnés"
    if key == "people_stranded":
        return "Habitants sans plus aucun accès"
    if key.startswith("people_losing_"):
        return f"Habitants qui perdent {key.removeprefix('people_losing_')}{WIDE}min ou plus"
    if key.startswith("people_crossing_"):
        return f"Habitants qui passent au-delà de {key.removeprefix('people_crossing_')}{WIDE}min"
    raise ValueError(f"no French words for the measure {key!r}")


def closure_row(line: ClosureLine, scene: Scene) -> ClosureRow:
    """One closure as printed; a place without a name is called by its category."""
    category = scene.texts.categories[line.category].title
    communes = scene.territory.layers.get("commune")
    names = dict(zip(communes.ids, communes.names, strict=True)) if communes else {}
    values = tuple(shown(key, measure, scene.few) for key, measure in line.measures.items())
    return ClosureRow(
        line.name or f"{category} sans nom", category, names.get(line.commune, line.commune), values
    )


def closure_table(scene: Scene) -> Table | None:
    """The costliest closures, one a row; None without any."""
    lines = scene.diagnosis.closures
    if not lines:
        return None
    columns = [Column("Catégorie", text=True), Column("Commune", text=True)]
    columns += [Column(head) for head in closure_heads(lines)]
    rows = tuple(_row(closure_row(line, scene)) for line in lines)
    caption = "Les fermetures qui coûteraient le plus, une par une"
    return Table("table-closures", caption, "Lieu", tuple(columns), (("", rows),))


def _row(row: ClosureRow) -> Row:
    return Row(row.name, (Shown(row.category), Shown(row.commune), *row.values))


def alone_sentences(findings: Iterable[Finding]) -> tuple[str, ...]:
    """What is said of closures and of places that are alone of their kind."""
    return tuple(f.sentence for f in findings if f.key.startswith(("closure:", "alone:")))
