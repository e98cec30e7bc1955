"""The recipe of a territory: which official files, for which communes, on which day."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from hygie.engines.kernel.errors import HygieError, InputError
from hygie.readers.catalogue import load_checked

SAMPLE_DATA = "HYGIE_SAMPLE_DATA"


@dataclass(frozen=True)
class SourceChoice:
    """One source of a recipe.

    Attributes
    ----------
    source
        Key of the sheet in ``catalogue/sources``.
    vintage
        As shown under every figure.
    files
        Role → path, found.
    residents
        For OpenStreetMap: ``dwellings``, ``spread`` or empty.
    table
        For ``indicator_table``, ``place_table``, ``tree_table``: how to read it, as the recipe says.
    layer
        Which layer of a GeoPackage that has several; empty when not said.
    key
        Its name in the recipe, for a source that comes in several vintages; else empty.
    zone
        School zone (A, B or C) to read of a school calendar; else empty.
    """

    source: str
    vintage: str
    files: Mapping[str, Path]
    residents: str = ""
    table: Mapping[str, Any] | None = None
    layer: str = ""
    key: str = ""
    zone: str = ""

    @property
    def name(self) -> str:
        """What tells this source from the others of the recipe."""
        return self.key or (self.source if self.table is None else str(self.table["key"]))


@dataclass(frozen=True)
class Recipe:
    """A checked recipe, its files found.

    ``communes`` is empty when the boundary is the extent of the data. ``margin_epci`` and
    ``margin_metres`` are exclusive; both None means the catalogue's default margin.
    """

    code: str
    name: str
    reference_date: date
    communes: tuple[str, ...]
    margin_epci: str | None
    margin_metres: float | None
    sources: tuple[SourceChoice, ...]

    def choice(self, source: str) -> SourceChoice | None:
        """The first choice of a source, or None."""
        return next((choice for choice in self.sources if choice.source == source), None)


def read_recipe(file: Path, *, enclosed: bool = False) -> Recipe:
    """Read a ``territory.yaml``.

    File names are looked for beside the recipe, else under ``HYGIE_SAMPLE_DATA``.

    Parameters
    ----------
    enclosed
        True for a recipe that somebody sent: only files of its own folder are read, whatever it names.

    Raises
    ------
    InputError
        If the recipe breaks its schema, with the line and what to write.
    HygieError
        If a file is missing, naming every missing one.
    """
    if file.is_dir():
        file = file / "territory.yaml"
    raw = load_checked(file, "territory")
    boundary, margin = raw["boundary"], raw.get("margin", {})
    communes = () if boundary == "data" else tuple(boundary["communes"])
    no_margin = margin == "none" or boundary == "data"
    return Recipe(
        code=raw["code"],
        name=raw["name"],
        reference_date=_day(raw["reference_date"], file),
        communes=communes,
        margin_epci=None if no_margin else margin.get("epci"),
        margin_metres=0.0 if no_margin else margin.get("metres"),
        sources=_choices(raw["sources"], file, enclosed=enclosed),
    )


def _day(text: str, file: Path) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            "la date de référence n’existe pas.",
            file=file.name,
            column="reference_date",
            expected="une date comme 2026-11-22",
            found=text,
        ) from error


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name too long or with a NUL, a folder that cannot be searched
        return False


def _inside(path: Path, folder: Path) -> bool:
    """Whether a path, its links followed, stays in a folder."""
    try:
        return path.resolve().is_relative_to(folder)
    except (OSError, ValueError):  # a loop of links, a name that no file system takes
        return False


def _choices(raw: list[dict[str, Any]], recipe: Path, *, enclosed: bool) -> tuple[SourceChoice, ...]:
    home = recipe.resolve().parent
    folders = [home]
    if os.environ.get(SAMPLE_DATA) and not enclosed:
        folders.append(Path(os.environ[SAMPLE_DATA]))
    missing: list[str] = []
    choices = []
    for entry in raw:
        files = {}
        for role, name in entry["files"].items():
            found = next((folder / name for folder in folders if _is_file(folder / name)), None)
            if found is not None and enclosed and not _inside(found, home):
                found = None
            if found is None:
                missing.append(name)
            else:
                files[role] = found
        choices.append(
            SourceChoice(
                entry["source"],
                entry["vintage"],
                files,
                entry.get("residents", ""),
                entry.get("table"),
                entry.get("layer", ""),
                entry.get("key", ""),
                entry.get("zone", ""),
            )
        )
    if missing:
        raise HygieError(
            f"Fichier{'s' if len(missing) > 1 else ''} introuvable{'s' if len(missing) > 1 else ''} : "
            + ", ".join(missing)
            + ".",
            why="Seuls les fichiers envoyés avec la recette sont lus."
            if enclosed
            else "Cherchés dans " + " puis dans ".join(str(folder) for folder in folders) + ".",
            fix="Mettez-les dans le zip, à côté de la recette."
            if enclosed
            else f"Placez-les à côté de la recette, ou donnez leur dossier dans {SAMPLE_DATA}.",
        )
    return tuple(choices)
