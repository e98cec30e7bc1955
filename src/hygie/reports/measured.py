"""Indicators that count something else than minutes: their number first, their table, their charts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from hygie.engines.diagnosis.groups import group_label
from hygie.engines.diagnosis.result import WHOLE, Cell, Diagnosis, IndicatorResult
from hygie.engines.kernel.french import MINUS, WIDE, capital, number
from hygie.engines.kernel.measures import Measure
from hygie.reports.tables import Column, Row, Table, base_group, groups_of, zone_rows
from hygie.reports.words import is_share, shown

HEADS: Mapping[str, tuple[str, str]] = {
    "people": ("Habitants", ""),
    "points": ("Bâtiments", ""),
    "access_mean": ("En moyenne", "Accès aux médecins"),
    "access_d1": ("Un habitant sur dix, au plus", "Accès aux médecins"),
    "access_median": ("La moitié, au plus", "Accès aux médecins"),
    "access_d9": ("Neuf sur dix, au plus", "Accès aux médecins"),
    "under_half": ("Moins de la moitié de la moyenne", "Part des habitants"),
    "underserved": ("Sous le seuil de sous-densité", "Part des habitants"),
    "practitioners": ("Ensemble", "Médecins généralistes"),
    "practitioners_unknown": ("D’âge inconnu", "Médecins généralistes"),
    "trees": ("Ensemble", "Arbres relevés"),
    "hectares": ("Hectares", ""),
    "trees_per_hectare": ("Par hectare", "Arbres relevés"),
    "trees_per_100_residents": ("Pour 100 habitants", "Arbres relevés"),
    "school_quiet": ("Sans longer d’axe principal", "Une école à portée, à pied"),
    "school_main": ("En longeant un axe principal", "Une école à portée, à pied"),
    "school_far": ("Aucune école à portée", ""),
}
"""By measure: its heading, and the one it shares; then those of ``_AGED``; others are not printed."""

_AGED = (
    (re.compile(r"practitioners_(\d+)"), "Médecins généralistes", "De {} ans et plus"),
    (re.compile(r"lost_(\d+)"), "Accès perdu", "si partent ceux de {} ans et plus"),
    (
        re.compile(r"falling_(\d+)"),
        "Habitants qui passent à un accès faible",
        "de {} ans et plus",
    ),
)
"""Measures of one age of departure: pattern, shared heading, own heading."""

FIRST = ("under_half", "underserved", "trees_per_hectare", "school_main")
"""Measures that answer the question of an indicator, the first that it has."""

DRAWN = ("access_mean", "trees_per_hectare", "school_main")
"""Measures that are drawn by zone; the one that answers when it has none of them."""

PLACE = ("place", "Lieu par lieu")
"""Layer of the cells about one place, and its heading."""


def head_of(key: str) -> tuple[str, str] | None:
    """Heading of a measure, and the heading it shares; None when it is not printed."""
    if key in HEADS:
        return HEADS[key]
    for pattern, span, head in _AGED:
        if found := pattern.fullmatch(key):
            return head.format(found[1]), span
    return None


def keys_of(indicator: IndicatorResult) -> tuple[str, ...]:
    """Measures of an indicator, in its order."""
    return tuple(dict.fromkeys(key for cell in indicator.cells for key in cell.measures))


def answering(indicator: IndicatorResult) -> str:
    """Measure that answers the question of an indicator that counts no minutes; residents by default."""
    keys = keys_of(indicator)
    if "practitioners" in keys:
        return next((key for key in keys if key.startswith("lost_")), "people")
    return next((key for key in FIRST if key in keys), "people")


def measured(indicator: IndicatorResult) -> bool:
    """Whether the indicator is of those told here by zone."""
    return answering(indicator) != "people"


def drawn(indicator: IndicatorResult) -> str:
    """Measure that the charts draw."""
    keys = keys_of(indicator)
    main = answering(indicator)
    return main if "practitioners" in keys else next((key for key in DRAWN if key in keys), main)


def measured_table(indicator: IndicatorResult, layers: Sequence[tuple[str, str]], few: int) -> Table:
    """Zones in rows; every measure in columns, then the one that answers by age group."""
    base, main = base_group(indicator), answering(indicator)
    told = [(key, head) for key in _ordered(keys_of(indicator)) if (head := head_of(key))]
    told = [(key, head) for key, head in told if _told(indicator, base, key)]
    groups = [group for group in groups_of(indicator) if _told(indicator, group, main)]
    columns = [Column(*head) for _, head in told]
    head = head_of(main) or (main, "")
    columns += [Column(group_label(group), f"{capital(head[0])}, par âge") for group in groups]
    wanted = [(base, key) for key, _ in told] + [(group, main) for group in groups]
    parts = zone_rows(indicator, (*layers, PLACE), wanted, few)
    notes = (f"Unité{WIDE}: {indicator.unit}.",) if not is_share(main) or "access_mean" in dict(told) else ()
    return Table(f"table-{indicator.key}", indicator.question, "Zone", tuple(columns), tuple(parts), notes)


def _ordered(keys: Sequence[str]) -> list[str]:
    """Measures with those that share a heading side by side."""
    order = list(HEADS)
    spans = [span for _, span, _ in _AGED]

    def rank(key: str) -> tuple[int, int]:
        if key in order:
            return order.index(key), 0
        head = head_of(key)
        place = spans.index(head[1]) if head else len(spans)
        return (order.index("practitioners_unknown") if place == 0 else len(order) + place), 1

    return sorted(keys, key=rank)


def _told(indicator: IndicatorResult, group: str, key: str) -> bool:
    return any(key in cell.measures for cell in indicator.cells if cell.group == group)


def chart_title(indicator: IndicatorResult, by: str) -> str:
    """« Arbres relevés par hectare, par quartier »."""
    head, span = head_of(drawn(indicator)) or ("", "")
    told = f"{span} {head[:1].lower()}{head[1:]}" if span else head
    unit = f" ({indicator.unit})" if drawn(indicator).startswith("access_") else ""
    return f"{told}{unit}, {by}"


def drawable(cells: Sequence[Cell], key: str) -> bool:
    """Whether two zones at least have the number."""
    return sum(1 for cell in cells if key in cell.measures) > 1


INDEX, RATIO, MEDIAN = "index_", "ratio_", "median_"


def unequal(indicator: IndicatorResult) -> bool:
    """Whether the indicator tells inequalities between incomes."""
    return any(key.startswith(INDEX) for key in keys_of(indicator))


def index_words(indicator: IndicatorResult) -> str:
    """« Indices de concentration de −0,02 à 0,07 ; 0 veut dire que le revenu ne change rien. »."""
    cell = indicator.cell()
    found = [] if cell is None else [m.value for key, m in cell.measures.items() if key.startswith(INDEX)]
    values = [value for value in found if value is not None]
    if not values:
        return f"{indicator.title}."
    low, high = (number(end, 2).replace("-", MINUS) for end in (min(values), max(values)))
    return f"Indices de concentration de {low} à {high}\u202f; 0 veut dire que le revenu ne change rien."


def inequality_table(indicator: IndicatorResult, diagnosis: Diagnosis, few: int) -> Table | None:
    """Services in rows: concentration index, D9/D1, then the median of each group of incomes."""
    whole = indicator.cell()
    if whole is None:
        return None
    titles = {result.key: result.title for result in diagnosis.indicators}
    services = [key.removeprefix(INDEX) for key in whole.measures if key.startswith(INDEX)]
    groups = {c.group: c for c in indicator.cells if c.layer == WHOLE and c.group != WHOLE}
    columns = [Column("Indice de concentration"), Column("Rapport D9/D1")]
    columns += [Column(capital(group_label(group)), "La moitié, au plus") for group in groups]
    rows = []
    for service in services:
        measures = [whole.measures.get(prefix + service) for prefix in (INDEX, RATIO)]
        values = [shown(prefix + service, m, few) for prefix, m in zip((INDEX, RATIO), measures, strict=True)]
        values += [shown(key, m, few) for key, m in (_middle(cell, service) for cell in groups.values())]
        rows.append(Row(titles.get(service, "Médecins à se partager, de type APL"), tuple(values)))
    return Table(
        f"table-{indicator.key}", indicator.question, "Service", tuple(columns), (("", tuple(rows)),)
    )


def _middle(cell: Cell, service: str) -> tuple[str, Measure | None]:
    """The median of a group: minutes of a service, or what it has of doctors."""
    key = MEDIAN + service if MEDIAN + service in cell.measures else "access_median"
    return key, cell.measures.get(key)
