"""Whether a folder is a territory's, whole: its manifest lists every file with its digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from hygie.engines.kernel.errors import HygieError

MANIFEST = "territory.json"
DRAWINGS = "features/"
"""Files checked when they are read, not when the folder is opened."""


def content_of(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a folder but its manifest, by relative name."""
    return {
        name: digest(folder / name)
        for name in sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
        if name != MANIFEST
    }


def digest(file: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def check_files(folder: Path, content: Mapping[str, str], names: Iterable[str]) -> None:
    """Refuse files that are not those that were written: a damaged column gives wrong numbers.

    Raises
    ------
    HygieError
        Naming the first file that is missing or changed.
    """
    for name in names:
        file = folder / name
        if not file.is_file() or digest(file) != content.get(name):
            raise HygieError(
                f"Le dossier de territoire {folder} est abîmé.",
                why=f"Le fichier {name} a changé ou manque.",
                fix="Reconstruisez-le avec « hygie territory build » ou « hygie territory demo ».",
            )


def files_of(folder: Path) -> frozenset[str]:
    """Relative names of the files that a territory is made of; none where there is no territory."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return frozenset({*manifest["content"], MANIFEST})
    except (OSError, ValueError, KeyError, TypeError):
        return frozenset()


def holds_only_a_territory(folder: Path) -> bool:
    """Whether everything in a folder was written by Hygie, so that it may be replaced."""
    known = files_of(folder)
    try:
        paths = [path for path in folder.rglob("*") if not path.is_dir()]
    except OSError:
        return False
    return bool(known) and all(str(path.relative_to(folder)) in known for path in paths)
