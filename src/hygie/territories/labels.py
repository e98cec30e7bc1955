"""How to name what is counted, what it is compared with, and what is missing."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from hygie.engines.kernel.french import percent
from hygie.engines.kernel.territory import Demand
from hygie.readers.catalogue import Catalogue
from hygie.territories.ingredients import Ingredients
from hygie.territories.recipe import Recipe


def population_label(demand: Demand, into: Ingredients, recipe: Recipe) -> str:
    """Name the people counted; a partial grid says which part of the census it holds."""
    if into.osm_choice is not None and into.grid is None:
        spread = into.osm_choice.residents == "spread"
        return "habitants, répartis entre les bâtiments" if spread else "bâtiments d’habitation"
    if into.census is None:
        return "habitants des carreaux fournis"
    counted = float(demand.people[demand.inside].sum())
    census = sum(into.census.values[code] for code in recipe.communes if code in into.census.values)
    if not census:
        return "habitants des carreaux fournis"
    return (
        f"habitants des carreaux fournis ({percent(counted / census)} du recensement {into.census_vintage})"
    )


def population_source(into: Ingredients) -> str:
    """Key of the source that counts the residents, or of the one that stands in for them."""
    if into.grid is not None:
        return "insee_grid_200m"
    if into.osm_choice is not None and into.osm_choice.residents == "spread":
        return "legal_populations" if into.census is None else "insee_census_commune"
    return "openstreetmap"


def controls_of(into: Ingredients, recipe: Recipe) -> dict[str, float]:
    """Official totals to show beside ours; nothing is ever scaled to them."""
    controls = {}
    for table, label in (
        (into.census, f"recensement {into.census_vintage}"),
        (into.legal, f"population municipale légale {into.legal_vintage}"),
    ):
        if table is not None and all(code in table.values for code in recipe.communes):
            controls[label] = float(sum(table.values[code] for code in recipe.communes))
    return controls


def missing_of(
    catalogue: Catalogue, provided: frozenset[str], demand: Demand, *, profiles: Collection[str]
) -> tuple[str, ...]:
    """Name everything no source of the recipe gives: categories, streets, residents, ages, sex.

    ``profiles`` are those of the streets there are.
    """
    missing = [category for category in catalogue.categories if category not in provided]
    missing += [f"streets:{profile}" for profile in ("walk", "car") if profile not in profiles]
    if not len(demand) or np.isnan(demand.people).any():
        missing.append("people")
    if not demand.age_bands:
        missing.append("age")
    missing.append("sex")
    if not demand.income_decile.any():
        missing.append("income")
    return tuple(missing)
