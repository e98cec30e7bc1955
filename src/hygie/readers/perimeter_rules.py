"""Rules of perimeters, from the catalogue in force on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from hygie.engines.kernel.errors import HygieError, InputError
from hygie.engines.kernel.french import number, typeset
from hygie.engines.kernel.measures import FigureUse
from hygie.engines.perimeters.rules import (
    MOST_METRES,
    Cover,
    PerimeterParameters,
    PerimeterRule,
    PlaceKind,
    ShapeLine,
    SignText,
)
from hygie.readers.catalogue import Catalogue
from hygie.readers.catalogue.checking import check
from hygie.readers.catalogue.paths import catalogue_folder
from hygie.readers.catalogue.strict_yaml import read_document

RULES = ("tobacco", "advertising", "fast_food", "alcohol")
"""Rules of the catalogue, in the order in which they are offered."""

_ACCESS = {
    "access_near": "perimeter_access_near",
    "access_facing": "perimeter_access_facing",
    "same_access": "perimeter_same_access",
    "same_place": "perimeter_same_place",
}
_DENSITY = ("density_near", "density_middle", "density_far")


def perimeter_rule(
    key: str, catalogue: Catalogue, on: date, *, metres: float | None = None, folder: Path | None = None
) -> PerimeterRule:
    """A rule with the distance in force on a day, or another that was chosen.

    Parameters
    ----------
    key
        One of ``RULES``.
    catalogue
        Figures.
    on
        Reference date.
    metres
        Chosen distance, in metres; the law's may not be chosen.
    folder
        The catalogue's, that shipped with Hygie without it.

    Raises
    ------
    HygieError
        If the rule is unknown or not in force on that day, if the distance may not be chosen or is out
        of bounds, or if the file breaks its schema.
    """
    raw = _raw((folder or catalogue_folder()) / "perimeters", key)
    if on < date.fromisoformat(raw["since"]):
        raise HygieError(
            f"{typeset(raw['title'])}\u00a0: la règle n’est pas encore en vigueur au {on.isoformat()}.",
            why=f"Elle l’est depuis le {raw['since']}.",
            fix="Changez la date de référence du territoire.",
        )
    return _rule(raw, catalogue, on, metres)


def perimeter_parameters(catalogue: Catalogue, on: date) -> PerimeterParameters:
    """How accesses are found and shops counted, with the figures in force on a day."""
    used = {name: catalogue.figure(figure, on) for name, figure in _ACCESS.items()}
    density = tuple(catalogue.figure(figure, on) for figure in _DENSITY)
    return PerimeterParameters(
        **{name: figure.value for name, figure in used.items()},
        density=tuple(figure.value for figure in density),
        figures=(*used.values(), *density),
    )


@cache
def _raw(folder: Path, key: str) -> dict[str, Any]:
    file = folder / f"{key}.yaml"
    if key not in RULES or not file.is_file():
        raise HygieError(
            f"«\u00a0{key}\u00a0» n’est pas une règle.", fix=f"Choisissez parmi {', '.join(RULES)}."
        )
    document = read_document(file)
    data = check(document, "perimeter_rule")
    try:
        date.fromisoformat(data["since"])
    except ValueError as error:
        raise InputError(
            f"«\u00a0{data['since']}\u00a0» n’est pas une date.",
            file=document.file,
            line=document.line(("since",)),
            fix="Écrivez l’année, le mois et le jour.",
        ) from error
    keys = [kind["key"] for kind in data["kinds"]]
    if len(set(keys)) < len(keys) or data["key"] != key:
        raise InputError(
            "une sorte de lieux est écrite deux fois, ou la clé n’est pas le nom du fichier.",
            file=document.file,
            fix="Corrigez les clés.",
        )
    return data


def _rule(raw: Mapping[str, Any], catalogue: Catalogue, on: date, metres: float | None) -> PerimeterRule:
    distance = catalogue.figure(raw["distance"], on)
    law = raw["basis"] == "law"
    if metres is not None:
        distance = _chosen(distance, metres, law=law, title=raw["title"])
    _check_distance(distance.value)
    fine = catalogue.figure(raw["fine"], on) if "fine" in raw else None
    return PerimeterRule(
        key=raw["key"],
        title=typeset(raw["title"]),
        question=typeset(raw["question"]),
        law=law,
        text=typeset(raw["text"]),
        status=raw["status"],
        since=raw["since"],
        metres=distance.value,
        choices=tuple(map(float, raw.get("choices", ()))),
        from_accesses=raw["measured_from"] == "accesses",
        allows=tuple(map(typeset, raw["allows"])),
        not_covered=tuple(map(typeset, raw["not_covered"])),
        counts=tuple(raw.get("counts", ())),
        sign=_sign(raw["sign"], distance, fine) if "sign" in raw else None,
        kinds=tuple(map(_kind, raw["kinds"])),
        figures=(distance,) if fine is None else (distance, fine),
    )


def _chosen(distance: FigureUse, metres: float, *, law: bool, title: str) -> FigureUse:
    if law and metres != distance.value:
        raise HygieError(
            f"{typeset(title)}\u00a0: la distance est fixée par un texte, {number(distance.value)}\u00a0m.",
            why="Une autre distance ne serait pas celle de la loi.",
            fix="Retirez la distance\u202f; un arrêté motivé peut étendre les périmètres.",
        )
    if metres == distance.value:
        return distance
    return replace(distance, value=metres, source="Choix politique, donné à la demande")


def _check_distance(metres: float) -> None:
    if not 0 < metres <= MOST_METRES:
        raise HygieError(
            f"Une distance de {metres:g}\u00a0m ne fait pas un périmètre.",
            fix=f"Choisissez entre 1 et {number(MOST_METRES)}\u00a0m.",
        )


def _sign(raw: Mapping[str, str], distance: FigureUse, fine: FigureUse | None) -> SignText:
    told = {"{metres}": number(distance.value), "{fine}": "" if fine is None else number(fine.value)}
    texts = dict(raw)
    for mark, value in told.items():
        texts = {key: text.replace(mark, value) for key, text in texts.items()}
    return SignText(**{key: typeset(text) for key, text in texts.items()})


def _kind(raw: Mapping[str, Any]) -> PlaceKind:
    return PlaceKind(
        key=raw["key"],
        article=typeset(raw.get("article", "")),
        title=typeset(raw["title"]),
        short=typeset(raw["short"]),
        cover=Cover(raw["area"]),
        shapes=tuple(map(_line, raw["shapes"])),
        places=tuple(raw.get("places", ())),
        when_words=typeset(raw.get("when_words", "")),
        unknown_when=typeset(raw.get("unknown_when", "")),
        school=raw.get("school", False),
        note=typeset(raw.get("note", "")),
        why_absent=typeset(raw.get("why_absent", "")),
    )


def _line(raw: Mapping[str, Any]) -> ShapeLine:
    tests = {
        name: {key: tuple(values) for key, values in raw.get(name, {}).items()} for name in ("when", "unless")
    }
    return ShapeLine(raw["category"], **tests)
