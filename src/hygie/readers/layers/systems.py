"""Coordinate systems: the one that a file states, else the one declared beside it."""

from __future__ import annotations

from pyproj import CRS
from pyproj.exceptions import CRSError

from hygie.engines.kernel.errors import InputError


def system_of(file: str, stated: str, declared: str, *, usual: str = "") -> str:
    """Coordinate system of a file.

    Parameters
    ----------
    file
        Its name, for errors.
    stated
        What it says of itself; empty when it says nothing.
    declared
        What the user says; empty for nothing.
    usual
        What such files are in when nobody says; empty when that is an error.

    Returns
    -------
    str
        As pyproj reads it.

    Raises
    ------
    InputError
        Nobody says, or both and differently, or the system is unknown.
    """
    given = stated or declared or usual
    if not given:
        raise InputError(
            "ce fichier ne dit pas dans quel système il est.",
            file=file,
            expected="un système de coordonnées, comme EPSG:2154 (Lambert-93)",
            found="rien",
            fix="Dites-le avec --crs, ou exportez le fichier de nouveau.",
        )
    system = _known(file, given)
    if stated and declared and _known(file, declared) != system:
        raise InputError(
            "le système déclaré n’est pas celui du fichier.",
            file=file,
            expected=_name(system),
            found=declared[:80],
            fix="Retirez --crs : le fichier dit déjà son système.",
        )
    return str(system.to_wkt())


def _known(file: str, text: str) -> CRS:
    try:
        system = CRS.from_user_input(text)
    except CRSError as error:
        raise InputError(
            "ce système de coordonnées est inconnu.",
            file=file,
            expected="un code comme EPSG:2154 (Lambert-93) ou EPSG:4326 (degrés)",
            found=text[:80],
            fix="Vérifiez le code.",
        ) from error
    if not (system.is_geographic or system.is_projected or system.is_compound):
        raise InputError(
            "ce système de coordonnées ne place rien au sol.",
            file=file,
            expected="des degrés ou une projection",
            found=_name(system),
            fix="Exportez le fichier de nouveau.",
        )
    return system


def _name(system: CRS) -> str:
    return str(system.name)[:80]
