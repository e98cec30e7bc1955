"""A territory as arrays: who lives where, what can be obtained where, which zones.

Positions are degrees (WGS 84, EPSG:4326), always longitude then latitude.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.practitioner import PractitionerTable

Floats = NDArray[np.float64]
Integers = NDArray[np.int32]
Booleans = NDArray[np.bool_]
Texts = NDArray[np.str_]

OUTSIDE = -1
"""Index of "in no zone of this layer"."""


@dataclass(frozen=True, slots=True)
class AgeBand:
    """Ages from ``first`` to ``last`` included, in completed years; ``last`` is None when open."""

    first: int
    last: int | None

    def __post_init__(self) -> None:
        if self.first < 0 or (self.last is not None and self.last < self.first):
            raise ValueError(f"an age band goes upwards from zero, not from {self.first} to {self.last}")

    @property
    def label(self) -> str:
        """French label: « 65-79 ans », « 80 ans et plus »."""
        return f"{self.first} ans et plus" if self.last is None else f"{self.first}-{self.last} ans"


@dataclass(frozen=True)
class Demand:
    """Points where people live.

    Attributes
    ----------
    ids
        One text a point, unique.
    lon, lat
        Degrees, shape (n,).
    people
        Residents, shape (n,); NaN where the number is unknown.
    by_age
        Residents by age band, shape (n, len(age_bands)); no column when ages are unknown.
    age_bands
        The bands of the columns of ``by_age``, ascending and without overlap.
    imputed
        True where the producer spread the number instead of observing it.
    inside
        True inside the boundary; the others are margin: they share capacity, never counted.
    zones
        By layer key, index of the zone holding the point in that layer, or ``OUTSIDE``.
    income_decile
        1 (poorest) to 10 by the national scale of the source, 0 where unknown; shape (n,).
    """

    ids: Texts
    lon: Floats
    lat: Floats
    people: Floats
    by_age: Floats
    age_bands: tuple[AgeBand, ...]
    imputed: Booleans
    inside: Booleans
    zones: Mapping[str, Integers]
    income_decile: NDArray[np.int8]

    def __post_init__(self) -> None:
        n = len(self.ids)
        columns = (self.lon, self.lat, self.people, self.imputed, self.inside, self.income_decile)
        if any(len(c) != n for c in (*columns, *self.zones.values())):
            raise ValueError("all columns of the demand have one value a point")
        if self.by_age.shape != (n, len(self.age_bands)):
            raise ValueError("by_age has one column an age band")

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Places:
    """Where something can be obtained. One category a place; services of one site share ``site``.

    Attributes
    ----------
    ids, sites
        Like ``finess:110000056:emergency`` and ``finess:110000056``.
    categories
        A word of the closed vocabulary (``catalogue/categories.yaml``).
    names
        As published, or empty.
    lon, lat
        Degrees, shape (n,).
    capacity
        In the unit of the category (practitioners, beds…); NaN when the source does not say.
    communes
        INSEE code, or empty.
    inside
        True inside the boundary; the others are margin supply.
    sources, vintages
        Key of the source and its vintage, as shown under a figure.
    hours
        Opening hours in OpenStreetMap notation, or empty.
    notes
        A remark to show with the place (« date de fin dépassée, à vérifier »), or empty.
    traces
        Identifiers of the same place in other sources, separated by spaces, or empty.
    """

    ids: Texts
    sites: Texts
    categories: Texts
    names: Texts
    lon: Floats
    lat: Floats
    capacity: Floats
    communes: Texts
    inside: Booleans
    sources: Texts
    vintages: Texts
    hours: Texts
    notes: Texts
    traces: Texts

    def __post_init__(self) -> None:
        n = len(self.ids)
        for name in self.__dataclass_fields__:
            if len(getattr(self, name)) != n:
                raise ValueError(f"places.{name} has one value a place")
        if len(np.unique(self.ids)) != n:
            raise ValueError("identifiers of places are unique")

    def __len__(self) -> int:
        return len(self.ids)

    def of(self, *categories: str) -> NDArray[np.int64]:
        """Positions of the places of any of these categories, ascending."""
        return np.flatnonzero(np.isin(self.categories, categories))


@dataclass(frozen=True)
class ZoneLayer:
    """A cover, or not, of the territory by named zones.

    Attributes
    ----------
    key
        ``commune``, ``quarter``, ``iris`` or ``qpv``.
    title
        French title with its legal vintage: « Quartiers prioritaires 2015-2023 (abrogés) ».
    ids, names
        Code and name of each zone.
    outlines
        WKB of each zone's polygon in degrees, shape (n,), dtype object.
    source, vintage
        Key of the source and its vintage.
    in_force
        False when the layer was repealed.
    inside
        True for zones of the territory itself, False for margin zones.
    """

    key: str
    title: str
    ids: tuple[str, ...]
    names: tuple[str, ...]
    outlines: tuple[bytes, ...]
    source: str
    vintage: str
    in_force: bool
    inside: Booleans

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class FeatureDetails:
    """What sources say of drawn things besides where they are; one value a thing.

    Attributes
    ----------
    sources, vintages
        Key of the source and its vintage, as shown under a figure.
    heights
        Metres from the ground to the top; NaN where the source does not say.
    levels
        Storeys of a building, the ground floor included; NaN where the source does not say.
    hours
        Opening hours in OpenStreetMap notation, or empty.
    tags
        The few attributes that engines need, « access=yes;fee=no », or empty.
    """

    sources: Texts
    vintages: Texts
    heights: Floats
    levels: Floats
    hours: Texts
    tags: Texts


@dataclass(frozen=True)
class Feature:
    """Drawn things of one kind: buildings, water, green spaces, trees. For maps and later engines.

    Attributes
    ----------
    kind
        A category of shapes (``catalogue/schema/territory.schema.json`` lists them), or ``rail``…
    ids
        One text each.
    shapes
        WKB in degrees.
    names
        As published, or empty.
    values
        A number by kind: floor area in m² for buildings, crown radius in m for trees, area in m² for
        the other surfaces; NaN unknown.
    details
        What else is known of them; None where no source tells.
    """

    kind: str
    ids: Texts
    shapes: NDArray[np.object_]
    names: Texts
    values: Floats
    details: FeatureDetails | None = None


@dataclass(frozen=True)
class SourceAccount:
    """What was read of one file: the source's total is never lost.

    ``read = kept + rejected``; ``outside`` and ``clipped`` are parts of ``kept``.

    Attributes
    ----------
    name
        Key of the source in ``catalogue/sources``.
    title, publisher, licence, address, vintage
        As declared by the catalogue, the vintage as declared by the recipe.
    file, sha256
        File name without folder, and its digest.
    read, kept, rejected
        Data rows (OSM: objects whose tags matter).
    outside
        Rows understood but outside boundary and margin.
    clipped
        Ways with absent nodes, kept by the segments they have.
    warnings
        French sentences.
    rejects
        (row, column, value, reason) of each rejected row.
    """

    name: str
    title: str
    publisher: str
    licence: str
    address: str
    vintage: str
    file: str
    sha256: str
    read: int
    kept: int
    rejected: int
    outside: int = 0
    clipped: int = 0
    warnings: tuple[str, ...] = ()
    rejects: tuple[tuple[str, str, str, str], ...] = ()

    def __post_init__(self) -> None:
        if self.read != self.kept + self.rejected:
            raise ValueError(f"{self.name}: read {self.read} ≠ kept {self.kept} + rejected {self.rejected}")


@dataclass(frozen=True)
class Territory:
    """Everything the engines read about a place, besides its streets.

    Attributes
    ----------
    code, name
        INSEE or SIREN code, and the official name.
    demand, places, layers, features
        See their classes; layers and features by key.
    provided
        Categories that some source of the recipe can provide: an empty one among them is a true
        zero, any other absent category is "no source".
    sources
        One account a file.
    missing
        What was not provided: categories, ``streets:walk``, ``sex``…
    fictional
        True for an invented town; every page says so.
    population_label
        How to name the people counted: « habitants », « habitants des carreaux fournis (75 % …) ».
    population_source
        Key of the source that counts the residents, or empty.
    controls
        Official totals to show beside, by French label: never used to scale.
    has_streets
        False when times are crow-fly × detour, an estimate.
    warnings
        French sentences to show with every result.
    practitioners
        Who practises at the places; None when no source tells.
    """

    code: str
    name: str
    demand: Demand
    places: Places
    layers: Mapping[str, ZoneLayer]
    features: Mapping[str, Feature]
    provided: frozenset[str]
    sources: tuple[SourceAccount, ...]
    missing: tuple[str, ...]
    fictional: bool
    population_label: str
    population_source: str = ""
    controls: Mapping[str, float] = field(default_factory=dict)
    has_streets: bool = True
    warnings: tuple[str, ...] = ()
    practitioners: PractitionerTable | None = None
