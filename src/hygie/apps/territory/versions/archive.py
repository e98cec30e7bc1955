"""Opening a zip that somebody sent: nothing is written outside, nothing grows without end."""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from hygie.engines.kernel.errors import HygieError
from hygie.readers.territory_folder.integrity import MANIFEST

MOST_FILES = 400
LARGEST_FILE = 1024**3
LARGEST_TOTAL = 3 * 1024**3
MOST_EXPANDED = 60
"""Times that a zip may grow: columns of numbers shrink ten times, bombs a thousand."""

SMALL = 16 * 1024**2
"""Bytes under which growing is harmless, whatever the ratio."""

CHUNK = 1024**2
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", re.ASCII)
_FIX = (
    "Faites le zip du dossier écrit par «\u00a0hygie territory build\u00a0», ou d’une recette territory.yaml "
    "et de ses fichiers, sans rien y ajouter."
)

RECIPE = "territory.yaml"
"""File that says that a zip holds raw files to build from, rather than a territory built already."""

LONGEST_RECIPE = 256 * 1024
"""Bytes of a recipe."""

Tell = Callable[[float], None]


def extract_territory(archive: Path, into: Path, tell: Tell) -> str:
    """Extract the territory folder, or the recipe and its files, that a zip holds at its root or in a folder.

    Parameters
    ----------
    archive
        The zip.
    into
        An empty folder.
    tell
        Told the share extracted.

    Returns
    -------
    str
        What was found: ``MANIFEST`` for a territory built already, ``RECIPE`` for what builds one.

    Raises
    ------
    HygieError
        If it is not a zip, or holds a link, a name that leaves the folder, or too much.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            files, marker = _checked(opened)
            total, done = sum(info.file_size for info in files.values()) or 1, 0
            for name, info in files.items():
                target = into / name
                target.parent.mkdir(parents=True, exist_ok=True)
                done += _extract(opened, info, target)
                tell(done / total)
            return marker
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise HygieError(
            "Ce fichier n’est pas un zip lisible.",
            why="Il est abîmé, chiffré, ou d’un autre format.",
            fix=_FIX,
        ) from error
    except OSError as error:
        raise HygieError(
            "Le zip n’a pas pu être extrait.",
            why=f"{error.strerror or type(error).__name__}.",
            fix="Vérifiez la place libre sur le disque, puis recommencez.",
        ) from error


def _checked(opened: zipfile.ZipFile) -> tuple[dict[str, zipfile.ZipInfo], str]:
    """The files to extract, by their name in the folder, and the file that says what they are."""
    infos = [info for info in opened.infolist() if not info.is_dir()]
    if len(infos) > MOST_FILES:
        raise _refused(f"Il contient {len(infos)} fichiers, {MOST_FILES} au plus sont admis.")
    for info in infos:
        _check(info)
    total = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if total > LARGEST_TOTAL or (total > SMALL and total > packed * MOST_EXPANDED):
        raise _refused("Une fois ouvert, il serait bien trop gros.")
    names = {PurePosixPath(info.filename).name for info in infos}
    marker = RECIPE if RECIPE in names and MANIFEST not in names else MANIFEST
    files = _rooted(infos, marker)
    if marker == RECIPE and files[RECIPE].file_size > LONGEST_RECIPE:
        raise _refused("Sa recette est bien trop longue.")
    return files, marker


def _check(info: zipfile.ZipInfo) -> None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise _refused("Il contient un lien ou un fichier spécial.")
    parts = info.filename.split("/")
    if len(parts) > 5 or not all(_NAME.fullmatch(part) and ".." not in part for part in parts):
        raise _refused(
            "Un nom de fichier y a d’autres signes que lettres sans accent, chiffres, points et tirets."
        )
    if info.file_size > LARGEST_FILE:
        raise _refused("Il contient un fichier de plus d’un gigaoctet.")


def _rooted(infos: list[zipfile.ZipInfo], marker: str) -> dict[str, zipfile.ZipInfo]:
    """Names without the folder that holds everything, if there is one."""
    manifests = [PurePosixPath(info.filename) for info in infos if info.filename.endswith(marker)]
    root = min(manifests, key=lambda path: len(path.parts), default=None)
    if root is None or root.name != marker or len(root.parts) > 2:
        raise _refused(f"Il ne contient ni {MANIFEST}, ni {RECIPE}.")
    found: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        path = PurePosixPath(info.filename)
        if root.parent.parts != path.parts[: len(root.parent.parts)]:
            raise _refused("Il contient autre chose qu’un dossier de territoire.")
        name = str(path.relative_to(root.parent))
        if name.casefold() in {known.casefold() for known in found}:
            raise _refused("Il contient deux fois le même fichier.")
        found[name] = info
    return found


def _extract(opened: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> int:
    """Write one file; what it really holds is counted, never believed."""
    written = 0
    with opened.open(info) as source, target.open("xb") as sink:
        while piece := source.read(CHUNK):
            written += len(piece)
            if written > info.file_size:
                raise _refused("Un fichier y est plus gros qu’annoncé.")
            sink.write(piece)
    return written


def _refused(why: str) -> HygieError:
    return HygieError("Ce zip n’est pas celui d’un territoire.", why=why, fix=_FIX)
