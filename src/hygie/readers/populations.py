"""Legal populations of communes, and which communes each EPCI joins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hygie.readers.records import CommuneTable, EpciTable, Progress, silent
from hygie.readers.tables.delimited import Columns, Row
from hygie.readers.tables.records import read_records, refuse_twice
from hygie.readers.tables.values import count, insee_code, required, siren_code


@dataclass(frozen=True, slots=True)
class _Commune:
    code: str
    name: str
    value: float


@dataclass(frozen=True, slots=True)
class _Membership:
    siren: str
    name: str
    commune: str


def read_legal_populations(path: Path, columns: Columns, *, progress: Progress = silent) -> CommuneTable:
    """Read the municipal population of each commune (INSEE, « populations légales »).

    Parameters
    ----------
    path
        Delimited text, plain or compressed.
    columns
        Accepted column names of the roles ``code``, ``name`` and ``people``.
    progress
        Told of the bytes read.

    Raises
    ------
    InputError
        The file is not such a table.
    """
    return read_commune_numbers(path, columns, parser=count, progress=progress)


def read_commune_numbers(
    path: Path, columns: Columns, *, parser: Callable[[str], float], progress: Progress = silent
) -> CommuneTable:
    """Read one number by commune, in the column of the role ``people``; raises as the readers above."""
    seen: dict[str, int] = {}

    def parse(row: Row) -> _Commune:
        code = row.read("code", insee_code)
        commune = _Commune(code, row.read("name", required), row.read("people", parser))
        refuse_twice(row, "code", key=code, seen=seen)
        return commune

    records = read_records(path, columns, parse=parse, progress=progress)
    return CommuneTable(
        values={commune.code: commune.value for commune in records.kept},
        names={commune.code: commune.name for commune in records.kept},
        account=records.account,
    )


def read_epci(path: Path, columns: Columns, *, progress: Progress = silent) -> EpciTable:
    """Read which communes each EPCI joins (DGCL, Banatic).

    Parameters
    ----------
    path
        Delimited text, one line a member commune, plain or compressed.
    columns
        Accepted column names of the roles ``siren``, ``name`` (of the EPCI) and ``commune``.
    progress
        Told of the bytes read.

    Returns
    -------
    Members in ascending order of their codes. A commune belongs to one EPCI: the second line that
    names it is rejected.

    Raises
    ------
    InputError
        The file is not such a table.
    """
    seen: dict[str, int] = {}

    def parse(row: Row) -> _Membership:
        commune = row.read("commune", insee_code)
        membership = _Membership(row.read("siren", siren_code), row.read("name", required), commune)
        refuse_twice(row, "commune", key=commune, seen=seen)
        return membership

    records = read_records(path, columns, parse=parse, optional=("commune_name",), progress=progress)
    members: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for membership in records.kept:
        members.setdefault(membership.siren, []).append(membership.commune)
        names.setdefault(membership.siren, membership.name)
    ordered = {siren: tuple(sorted(communes)) for siren, communes in members.items()}
    return EpciTable(members=ordered, names=names, account=records.account)
