"""Any table of practitioners, read as its recipe says: where, how many, how old. Nobody is named."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hygie.engines.kernel.errors import HygieError
from hygie.readers.mapped_tables.layout import names
from hygie.readers.records import FileAccount, Progress, silent
from hygie.readers.tables.coordinates import position
from hygie.readers.tables.delimited import Columns, Row
from hygie.readers.tables.records import read_records
from hygie.readers.tables.values import BadValueError, amount, count, finess_code

PROFESSION = "= profession"
"""Role of the column of professions, which no role of a recipe can be named like."""

LOCATORS = ("place", "finess", "lon", "lat")
MOST = 1_000
"""Practitioners that one line may stand for: more is another column read by mistake."""
_YOUNGEST, _OLDEST = 16, 120
"""Ages that nobody who practises is out of; beyond, the column is another one."""

_UNKNOWN = frozenset({"", "nc", "nd", "na", "n.c.", "n.d.", "inconnu", "non renseigné", "?"})
_EXACT = re.compile(r"([0-9]{1,3})(?: ans)?")
_BAND = re.compile(r"(?:de )?([0-9]{1,3}) ?(?:-|–|à) ?([0-9]{1,3})(?: ans)?")
_OPEN = re.compile(
    r"(?:(?:>=|≥) ?([0-9]{1,3})|([0-9]{1,3}) ?(?:\+|ans et (?:plus|\+)|ou plus|et plus))(?: ans)?"
)
_UNDER = re.compile(r"(?:<|moins de) ?([0-9]{1,3})(?: ans)?")

Ages = tuple[float, float]
"""First and last completed year that the age may be; NaN both when unknown."""

UNKNOWN_AGE: Ages = (math.nan, math.nan)


@dataclass(frozen=True)
class PractitionerSheet:
    """How to read a table of practitioners.

    Attributes
    ----------
    columns
        Accepted names by role.
    fixed
        Profession of every line, or empty.
    values
        Profession by value of the column of professions, in lower case.
    """

    columns: Columns
    fixed: str
    values: Mapping[str, str]

    @classmethod
    def from_mapping(cls, raw: Mapping[str, Any], categories: Collection[str]) -> PractitionerSheet:
        """Table of a recipe, already true to the schema; ``categories`` is the closed vocabulary.

        Raises
        ------
        HygieError
            A profession that is no category of place, or nothing that says where.
        """
        columns = {role: names(given) for role, given in raw["columns"].items()}
        located = "place" in columns or "finess" in columns or {"lon", "lat"} <= columns.keys()
        if not located or ("lon" in columns) != ("lat" in columns):
            raise HygieError(
                f"La table « {raw['key']} » ne dit pas où exercent les praticiens.",
                why="Données : " + (", ".join(columns) or "aucune colonne") + ".",
                fix="Écrivez « place: », « finess: », ou bien « lon: » et « lat: ».",
            )
        given = raw["profession"]
        told = {"": given} if isinstance(given, str) else given["values"]
        for profession in told.values():
            if profession not in categories:
                raise HygieError(
                    f"La table « {raw['key']} » nomme une profession inconnue : « {profession} ».",
                    why="Une profession est nommée par la catégorie de lieu qui l’exerce.",
                    fix="Écrivez par exemple « gp » pour la médecine générale.",
                )
        if isinstance(given, str):
            return cls(columns, given, {})
        values = {_plain(str(value)): profession for value, profession in told.items()}
        return cls({**columns, PROFESSION: names(given["column"])}, "", values)


@dataclass(frozen=True, slots=True)
class PractitionerRecord:
    """Some practitioners of a place, alike; ``activity`` is NaN, positions and texts empty when unsaid."""

    place: str
    finess: str
    lon: float
    lat: float
    profession: str
    count: int
    activity: float
    ages: Ages


@dataclass(frozen=True)
class PractitionerFile:
    """Practitioners of one source; a profession that the recipe leaves out is kept without profession."""

    records: tuple[PractitionerRecord, ...]
    account: FileAccount


def read_practitioners_table(
    path: Path, sheet: PractitionerSheet, *, progress: Progress = silent
) -> PractitionerFile:
    """Read practitioners; a faulty row is rejected whole, with the column at fault.

    Ages are completed years or bands: « 62 », « 60-64 », « 60 ans et plus », « moins de 40 »; empty
    where unknown, which stays so. Two rows may be alike: they are two practitioners.

    Parameters
    ----------
    path
        Delimited text, plain or compressed.
    sheet
        How to read it.
    progress
        Told of the bytes read.

    Raises
    ------
    InputError
        The file is not such a table: a column that the recipe names is absent, for instance.
    """
    records = read_records(path, sheet.columns, parse=_parser(sheet), progress=progress)
    return PractitionerFile(records.kept, records.account)


def _parser(sheet: PractitionerSheet) -> Callable[[Row], PractitionerRecord]:
    def parse(row: Row) -> PractitionerRecord:
        finess = row.read("finess", finess_code) if row["finess"] else ""
        lon = lat = math.nan
        if row["lon"] or row["lat"]:
            lon, lat = row.read("lon", lambda text: position((text, row["lat"])))
        if not row["place"] and not finess and math.isnan(lon):
            role = next(name for name in LOCATORS if name in sheet.columns)
            raise row.fault(role, "on ne sait pas où ce praticien exerce")
        return PractitionerRecord(
            place=row["place"],
            finess=finess,
            lon=lon,
            lat=lat,
            profession=sheet.fixed or sheet.values.get(_plain(row[PROFESSION]), ""),
            count=int(row.read("count", _count)),
            activity=row.read("activity", _activity),
            ages=_ages(row),
        )

    return parse


def _count(text: str) -> float:
    """Practitioners of a row; one where nothing is said."""
    if not text:
        return 1.0
    number = count(text)
    if not 1 <= number <= MOST:
        raise BadValueError(f"un nombre de praticiens va de 1 à {MOST}")
    return number


def _activity(text: str) -> float:
    return math.nan if text.casefold() in _UNKNOWN else amount(text)


def _ages(row: Row) -> Ages:
    """Bounds of the age: those of ``age``, else of ``age_from`` and ``age_to``."""
    if row["age"]:
        return row.read("age", parse_age)
    low, high = row.read("age_from", parse_age), row.read("age_to", parse_age)
    if math.isnan(low[0]):
        return UNKNOWN_AGE if math.isnan(high[0]) else (0.0, high[1])
    last = math.inf if math.isnan(high[0]) else high[1]
    if last < low[0]:
        raise row.fault("age_to", "cet âge est plus petit que le premier")
    return low[0], last


def parse_age(text: str) -> Ages:
    """Bounds of an age written as in a table; NaN both when it is unknown.

    Raises
    ------
    BadValueError
        The text is no age, or no age of somebody who practises.
    """
    told = _plain(text)
    if told in _UNKNOWN:
        return UNKNOWN_AGE
    if exact := _EXACT.fullmatch(told):
        return _checked(float(exact[1]), float(exact[1]))
    if band := _BAND.fullmatch(told):
        return _checked(float(band[1]), float(band[2]))
    if opened := _OPEN.fullmatch(told):
        return _checked(float(opened[1] or opened[2]), math.inf)
    if under := _UNDER.fullmatch(told):
        _checked(float(under[1]), math.inf)
        return 0.0, float(under[1]) - 1
    raise BadValueError("ce n’est pas un âge, comme « 62 », « 60-64 » ou « 60 ans et plus »")


def _checked(first: float, last: float) -> Ages:
    if not _YOUNGEST <= first <= _OLDEST or (math.isfinite(last) and last > _OLDEST):
        raise BadValueError(f"un praticien a de {_YOUNGEST} à {_OLDEST} ans")
    if last < first:
        raise BadValueError("le dernier âge est plus petit que le premier")
    return first, last


def _plain(value: str) -> str:
    return " ".join(value.split()).casefold()
