"""A list of children who would come with a walking bus: ``id, lon, lat, level``, nobody named."""

from __future__ import annotations

from pathlib import Path

from hygie.engines.walking.bus_lines import ELEMENTARY, NURSERY
from hygie.engines.walking.bus_school import BusChild
from hygie.readers.tables.coordinates import position
from hygie.readers.tables.delimited import Row
from hygie.readers.tables.records import Records, read_records, refuse_twice
from hygie.readers.tables.values import BadValueError, required

_COLUMNS = {
    "id": ("id", "identifiant"),
    "lon": ("lon", "longitude"),
    "lat": ("lat", "latitude"),
    "level": ("level", "niveau"),
}
_LEVELS = {
    "nursery": NURSERY,
    "maternelle": NURSERY,
    "elementary": ELEMENTARY,
    "élémentaire": ELEMENTARY,
    "elementaire": ELEMENTARY,
    "": ELEMENTARY,
}


def read_bus_children(path: Path) -> Records[BusChild]:
    """Read children; a faulty row, or an identifier met before, is rejected with its reason.

    A level is ``maternelle`` or ``élémentaire``; the latter when the file does not say.

    Raises
    ------
    InputError
        The file is not such a table.
    """
    seen: dict[str, int] = {}

    def parse(row: Row) -> BusChild:
        key = row.read("id", required)
        refuse_twice(row, "id", key=key, seen=seen)
        lon, lat = row.read("lon", lambda text: position((text, row["lat"])))
        return BusChild(key, lon, lat, row.read("level", _level))

    return read_records(path, _COLUMNS, parse=parse, optional=("level",))


def _level(text: str) -> str:
    known = _LEVELS.get(text.casefold())
    if known is None:
        raise BadValueError("un niveau est « maternelle » ou « élémentaire »")
    return known
