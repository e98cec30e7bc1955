"""Which territory folder is shown, and where everything about territories is kept.

Versions imported from the site live under ``HOME/territories``; the file ``current`` there names the one
that is shown. Without it, the folder named by the settings is. A file, not a row: every process reads it
before anything else, and a restored database without its folders still starts.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from hygie.readers.territory_folder.integrity import MANIFEST

CURRENT = "current"


def versions_folder() -> Path:
    """Where imported territories are kept."""
    return Path(settings.HOME) / "territories"


def maps_folder() -> Path:
    """Where base maps are kept."""
    return Path(settings.HOME) / "maps"


def shown_folder() -> Path:
    """The territory folder that this site shows."""
    try:
        name = (versions_folder() / CURRENT).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return Path(settings.TERRITORY_FOLDER)
    folder = versions_folder() / name
    # a name with a separator is not one we wrote: never leave the folder of versions
    return folder if name and Path(name).name == name and folder.is_dir() else Path(settings.TERRITORY_FOLDER)


def show_folder(name: str) -> None:
    """Show another version from now on, in every process; empty goes back to the settings' folder."""
    pointer = versions_folder() / CURRENT
    versions_folder().mkdir(parents=True, exist_ok=True)
    if not name:
        pointer.unlink(missing_ok=True)
        return
    written = pointer.with_suffix(f".{os.getpid()}")
    written.write_text(name + "\n", encoding="utf-8")
    written.replace(pointer)


@dataclass(frozen=True, slots=True)
class DataVersion:
    """A version of the data: the digest of its manifest, which lists all its files, and its day."""

    digest: str
    day: date


def shown_version() -> DataVersion | None:
    """The version of the data that this site shows; None where there is no territory."""
    return data_version(shown_folder())


def data_version(folder: Path) -> DataVersion | None:
    """The version of the data that a folder holds; None where it is not a territory's."""
    file = folder / MANIFEST
    try:
        return _version(file, file.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError, TypeError):
        return None


@lru_cache(maxsize=8)
def _version(file: Path, stamp: int) -> DataVersion:
    del stamp  # the file is read again once it was written again
    read = file.read_bytes()
    return DataVersion(
        hashlib.sha256(read).hexdigest(), date.fromisoformat(json.loads(read)["reference_date"])
    )
