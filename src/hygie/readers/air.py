"""Annual means of air monitoring stations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hygie.engines.kernel.french import typeset
from hygie.readers.records import FileAccount, Progress, silent
from hygie.readers.tables.coordinates import position
from hygie.readers.tables.delimited import Columns, Row
from hygie.readers.tables.records import read_records, refuse_twice
from hygie.readers.tables.values import BadValueError, amount, required

_DAY = re.compile(r"((?:19|20)[0-9]{2})[/-][0-9]{2}[/-][0-9]{2}(?:[ T].*)?", re.ASCII)
_VALID = frozenset({"t", "true", "1", "oui"})


@dataclass(frozen=True, slots=True)
class Pollutant:
    """A pollutant that is read: its name in the file, the key and title of its statistic."""

    name: str
    key: str
    title: str


@dataclass(frozen=True)
class AirSheet:
    """How to read the means: who publishes them, columns, pollutants, what they are expressed in.

    ``metrics`` and ``unit`` are as the file writes them, ``printed_unit`` as a page does;
    ``background`` is the influence of stations that no road or plant drives.
    """

    source: str
    columns: Columns
    pollutants: Mapping[str, Pollutant]
    metrics: frozenset[str]
    unit: str
    printed_unit: str
    background: str

    @classmethod
    def from_mapping(cls, raw: Mapping[str, Any], *, source: str) -> AirSheet:
        """Read the ``tables`` of the catalogue's sheet ``atmo_annual``; ``source`` as printed."""
        listed = [Pollutant(row["name"], row["key"], typeset(row["title"])) for row in raw["pollutants"]]
        return cls(
            source=typeset(source),
            columns={role: tuple(names) for role, names in raw["columns"].items()},
            pollutants={pollutant.name.casefold(): pollutant for pollutant in listed},
            metrics=frozenset(metric.casefold() for metric in raw["metric"]),
            unit=raw["unit"],
            printed_unit=raw["printed_unit"],
            background=raw["background"],
        )


@dataclass(frozen=True, slots=True)
class AirMean:
    """Mean of a pollutant at a station over a year, in the unit of the sheet.

    ``value`` is None when it is not given, or not validated by its publisher.
    """

    station: str
    name: str
    town: str
    setting: str
    influence: str
    lon: float
    lat: float
    pollutant: str
    year: int
    value: float | None


@dataclass(frozen=True)
class AirFile:
    """Means by station, pollutant and year; ``pollutant`` of a mean is the key of its statistic."""

    sheet: AirSheet
    means: tuple[AirMean, ...]
    account: FileAccount


def read_air(path: Path, sheet: AirSheet, *, progress: Progress = silent) -> AirFile:
    """Read annual means; pollutants that the sheet does not name are understood and left.

    Raises
    ------
    InputError
        The file is not such a table.
    """
    seen: dict[str, int] = {}

    def parse(row: Row) -> AirMean | None:
        row.read("metric", lambda text: _expected(text, sheet.metrics, "une moyenne annuelle"))
        row.read("unit", lambda text: _expected(text, frozenset({sheet.unit.casefold()}), sheet.unit))
        year, name = _year(row), row.read("pollutant", required)
        pollutant = sheet.pollutants.get(name.casefold())
        mean = _mean(row, "" if pollutant is None else pollutant.key, year)
        # A station that moved or changed its name keeps its code: the name tells its two lives apart.
        refuse_twice(row, "station", key=f"{mean.station}|{mean.name}|{name}|{year}", seen=seen)
        return None if pollutant is None else mean

    records = read_records(path, sheet.columns, parse=parse, progress=progress)
    return AirFile(sheet, tuple(mean for mean in records.kept if mean is not None), records.account)


def _mean(row: Row, pollutant: str, year: int) -> AirMean:
    try:
        lon, lat = position((row["lon"], row["lat"]), ("", ""))
    except BadValueError as bad:
        raise row.fault("lon", bad.reason) from bad
    value = row.read("value", amount) if row["value"] else None
    return AirMean(
        station=row.read("station", required),
        name=row.read("name", required),
        town=row["town"],
        setting=row["setting"],
        influence=row["influence"],
        lon=lon,
        lat=lat,
        pollutant=pollutant,
        year=year,
        value=value if row["valid"].casefold() in _VALID else None,
    )


def _year(row: Row) -> int:
    first, last = row.read("start", _year_of), row.read("end", _year_of)
    if first != last:
        raise row.fault("end", "la période ne tient pas dans une année civile")
    return first


def _year_of(text: str) -> int:
    written = _DAY.fullmatch(required(text))
    if written is None:
        raise BadValueError("ce n’est pas une date (AAAA/MM/JJ)")
    return int(written[1])


def _expected(text: str, accepted: frozenset[str], wanted: str) -> str:
    if text.casefold() not in accepted:
        raise BadValueError(f"attendu : {wanted}")
    return text
