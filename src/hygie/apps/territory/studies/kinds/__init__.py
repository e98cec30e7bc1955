"""Every kind of study, in the order in which they are offered. A new kind is a module and a line here."""

from __future__ import annotations

from hygie.apps.territory.studies.kinds import (
    exposure,
    green,
    perimeters,
    siting,
    street_load,
    walk_signs,
    walking_bus,
)
from hygie.apps.territory.studies.registry import Kind

KINDS: tuple[Kind, ...] = (
    siting.KIND,
    walking_bus.KIND,
    green.KIND,
    exposure.KIND,
    perimeters.KIND,
    walk_signs.KIND,
    street_load.KIND,
)


def kinds() -> tuple[Kind, ...]:
    """Every kind, in the order in which they are offered."""
    return KINDS


def kind_of(key: str) -> Kind | None:
    """A kind by its key; None when this version has none."""
    return next((one for one in KINDS if one.key == key), None)
