"""What readers of official files hand over, before a territory is assembled."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.territory import AgeBand
from hygie.engines.streets.graph import RawWays

Progress = Callable[[str, int, int], None]
"""Called with a French label, what is done and the total (bytes or rows; total 0 when unknown)."""


def silent(_label: str, _done: int, _total: int) -> None:
    """Progress that shows nothing."""


@dataclass(frozen=True, slots=True)
class Reject:
    """One faulty row, as the user will find it: line or object, column, value, why (French)."""

    row: str
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class FileAccount:
    """What became of the rows of one file. ``read = kept + len(rejects)``."""

    file: str
    sha256: str
    read: int
    kept: int
    rejects: tuple[Reject, ...] = ()
    clipped: int = 0
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceRecord:
    """A place as a source tells it; ``capacity`` is None and texts are empty when it does not say."""

    id: str
    site: str
    category: str
    name: str
    lon: float
    lat: float
    commune: str = ""
    capacity: float | None = None
    hours: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class RowAt:
    """Where a kept row of a source stands; ``unmapped`` is its label when no mapping line answers it."""

    commune: str
    lon: float
    lat: float
    unmapped: str = ""


@dataclass(frozen=True, slots=True)
class SiteAuthorisation:
    """An activity that an establishment may carry out; ``until`` is an ISO date, or empty."""

    site: str
    code: str
    title: str
    until: str


@dataclass(frozen=True)
class PlaceFile:
    """Places of one source.

    ``unmapped`` counts the source's labels that no mapping line answers: listed, never guessed.
    ``provides`` are the categories this source can give; one without a place is a true zero.
    ``rows`` tells where each kept row stands, in sources that cover more than a territory.
    """

    places: tuple[PlaceRecord, ...]
    account: FileAccount
    provides: frozenset[str]
    unmapped: Mapping[str, int] = field(default_factory=dict)
    rows: tuple[RowAt, ...] = ()
    accounts: tuple[FileAccount, ...] = ()
    """Accounts of the companion files (activities, equipment), if any."""
    partial: bool = False
    """True when a category is provided only where a place of it is shown: an absence proves nothing."""
    authorised: tuple[SiteAuthorisation, ...] = ()
    """Authorisations by establishment, in sources that tell them."""


@dataclass(frozen=True)
class GridFile:
    """Residents on a grid of square cells.

    ``lon``/``lat`` are cell centres in degrees; ``by_age`` has one column a band; ``imputed`` marks
    cells whose value the producer spread. ``cell_metres`` is the side of a cell.
    """

    ids: tuple[str, ...]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    people: NDArray[np.float64]
    by_age: NDArray[np.float64]
    age_bands: tuple[AgeBand, ...]
    imputed: NDArray[np.bool_]
    cell_metres: float
    account: FileAccount


@dataclass(frozen=True)
class ContourFile:
    """Named polygons: communes, quarters. ``outlines`` are WKB in degrees, valid."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    communes: tuple[str, ...]
    """INSEE codes, apart by spaces, of the communes each zone lies in; empty when unsaid."""
    outlines: tuple[bytes, ...]
    account: FileAccount


@dataclass(frozen=True)
class CommuneTable:
    """One number by commune: code → value. ``year`` as the file says it, or empty."""

    values: Mapping[str, float]
    names: Mapping[str, str]
    account: FileAccount


@dataclass(frozen=True)
class EpciTable:
    """Communes by EPCI: SIREN → INSEE codes, and the EPCI's name."""

    members: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]
    account: FileAccount


@dataclass(frozen=True)
class OsmArea:
    """A shape of a source: building, green space, water, playground, entrance.

    ``value`` is the floor area in m² of a building (footprint × levels), else the area in m² (0 of a
    point). ``height`` (m) and ``levels`` are NaN, and texts empty, where the source does not say.
    """

    id: str
    name: str
    outline: bytes
    value: float
    lon: float
    lat: float
    height: float = math.nan
    levels: float = math.nan
    hours: str = ""
    tags: str = ""


@dataclass(frozen=True)
class OsmFile:
    """What one OpenStreetMap extract gives.

    Attributes
    ----------
    ways
        Walking (and later driving) ways by profile.
    dwellings
        Buildings that may hold homes, by the catalogue's exclusion list and smallest area.
    buildings
        All buildings, dwellings included, for maps and lines of sight.
    greens
        Public green spaces of any size (``value`` in m²); entrances are computed at assembly.
    waters, trees
        For maps and later engines; trees as (lon, lat, crown radius m or NaN), shape (n, 3).
    places
        Places by the catalogue's tag table.
    account
        Objects whose tags matter.
    tree_heights
        Metres by tree, NaN where unsaid, shape (n,); empty when no tree was read.
    shapes
        By category of shapes (park, playground, beach, school ground, entrance…): areas and points.
    """

    ways: Mapping[str, RawWays]
    dwellings: tuple[OsmArea, ...]
    buildings: tuple[OsmArea, ...]
    greens: tuple[OsmArea, ...]
    waters: tuple[OsmArea, ...]
    trees: NDArray[np.float64]
    tree_ids: tuple[str, ...]
    places: PlaceFile
    account: FileAccount
    tree_heights: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    shapes: Mapping[str, tuple[OsmArea, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class AreaFile:
    """Shapes of any file of areas, by category, as a recipe describes it."""

    shapes: Mapping[str, tuple[OsmArea, ...]]
    account: FileAccount
