"""Communes similar to those of a territory, chosen among all that its recipe's tables know."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from hygie.engines.kernel.french import typeset
from hygie.engines.kernel.measures import FigureUse
from hygie.engines.kernel.statistic import Statistic, StatisticStatus
from hygie.engines.portrait.comparison import (
    DENSITY,
    INCOME,
    CommuneProfiles,
    PeerRules,
    SimilarCommunes,
    similar_communes,
)
from hygie.readers.catalogue import Catalogue
from hygie.readers.indicator_tables import IndicatorTable
from hygie.readers.records import CommuneTable
from hygie.territories.ingredients import Ingredients

INCOME_KEY, SURFACE_KEY = "income_median", "surface_km2"
"""Statistics that say the income of a commune, and its surface in km²."""

_ARRONDISSEMENTS = {
    *(str(code) for code in range(75101, 75121)),
    *(str(code) for code in range(69381, 69390)),
    *(str(code) for code in range(13201, 13217)),
}
"""Municipal arrondissements of Paris, Lyon and Marseille: lists name them beside communes."""


SIMILAR_FIGURES = ("similar_communes_count", "similar_communes_ratio", "similar_communes_known")


def peer_rules(figures: Mapping[str, FigureUse]) -> PeerRules:
    """How similar communes are chosen, from the figures of the catalogue."""
    count, ratio, known = (figures[key].value for key in SIMILAR_FIGURES)
    return PeerRules(int(count), ratio, int(known))


def similar_to(
    communes: Sequence[str], into: Ingredients, figures: Mapping[str, FigureUse], catalogue: Catalogue
) -> SimilarCommunes | None:
    """Communes similar to the most populated one of a territory, with their numbers in every table.

    None without legal populations, which say who may be chosen, or when too few are near enough.
    """
    if into.legal is None or not communes:
        return None
    tables = [table for _, table in into.tables if table.sheet.level == "commune"]
    profiles = _profiles(into.legal, tables, communes)
    found = similar_communes(profiles, frozenset(communes), peer_rules(figures))
    if found is None:
        return None
    return replace(
        found,
        source=_source(found, tables, catalogue),
        statistics=tuple(one for table in tables for one in _statistics(table, found.communes)),
    )


def _profiles(legal: CommuneTable, tables: Sequence[IndicatorTable], own: Sequence[str]) -> CommuneProfiles:
    codes = tuple(sorted(code for code in legal.values if code not in _ARRONDISSEMENTS or code in own))
    people = np.array([legal.values[code] for code in codes], np.float64)
    surface = np.array([_known(tables, SURFACE_KEY, code) for code in codes], np.float64)
    income = np.array([_known(tables, INCOME_KEY, code) for code in codes], np.float64)
    surface[~(surface > 0)] = math.nan
    names = tuple(legal.names.get(code, code) for code in codes)
    return CommuneProfiles(codes, names, people, people / surface, income)


def _known(tables: Sequence[IndicatorTable], key: str, code: str) -> float:
    """Number of a commune, NaN where no table tells it."""
    for table in tables:
        row = table.rows.get(("commune", code))
        for value, cell in zip(table.sheet.values, () if row is None else row.cells, strict=False):
            if value.key == key and cell.value is not None:
                return cell.value
    return math.nan


def _source(found: SimilarCommunes, tables: Sequence[IndicatorTable], catalogue: Catalogue) -> str:
    """Who says each criterion that was used."""
    legal = catalogue.sources["legal_populations"]
    told = [f"{legal.publisher}, {legal.title}"]
    used = {one.key for one in found.criteria}
    for criterion, key in ((INCOME, INCOME_KEY), (DENSITY, SURFACE_KEY)):
        if criterion in used:
            told += [t.sheet.source for t in tables if any(value.key == key for value in t.sheet.values)]
    return typeset(" ; ".join(dict.fromkeys(told)))


def _statistics(table: IndicatorTable, communes: Sequence[tuple[str, str]]) -> Iterator[Statistic]:
    """Numbers of the chosen communes, as published; what a table does not tell is left out."""
    for column, value in enumerate(table.sheet.values):
        for code, name in communes:
            row = table.rows.get(("commune", code))
            if row is None or row.cells[column].status is StatisticStatus.NOT_AVAILABLE:
                continue
            cell = row.cells[column]
            yield Statistic(
                key=value.key,
                title=value.title,
                unit=value.unit,
                level="commune",
                code=code,
                name=name,
                value=cell.value,
                year=value.year,
                source=table.sheet.source,
                status=cell.status,
            )
