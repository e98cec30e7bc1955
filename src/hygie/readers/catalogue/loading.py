"""Read the whole catalogue and check that its files agree with one another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol, TypeVar

from hygie.engines.kernel.errors import InputError
from hygie.engines.kernel.french import typeset
from hygie.readers.catalogue.checking import check
from hygie.readers.catalogue.model import (
    Catalogue,
    Category,
    DatedValue,
    Figure,
    Indicator,
    Moment,
    SourceSheet,
)
from hygie.readers.catalogue.official import OfficialIndicator, official_indicator, read_statistics
from hygie.readers.catalogue.paths import catalogue_folder
from hygie.readers.catalogue.strict_yaml import Document, KeyPath, read_document
from hygie.readers.catalogue.wording import nearest


def load_catalogue(folder: Path | None = None) -> Catalogue:
    """The catalogue of a folder, read once.

    Parameters
    ----------
    folder
        Folder with ``figures``, ``sources``, ``indicators``, ``indicators/official`` and
        ``categories.yaml``; by default the one shipped with Hygie.

    Raises
    ------
    InputError
        If a file breaks its schema, or names a category or a figure that no file defines.
    """
    return _load((folder or catalogue_folder()).resolve())


@cache
def load_figures(*names: str) -> Mapping[str, Figure]:
    """Figures of some files of the catalogue shipped with Hygie, for what cannot wait for the whole of it.

    Raises
    ------
    InputError
        If a file breaks its schema, or two of them have one key.
    """
    return _figures(_checked(catalogue_folder() / "figures" / f"{name}.yaml", "figure") for name in names)


@cache
def _load(folder: Path) -> Catalogue:
    categories = _categories(_checked(folder / "categories.yaml", "categories"))
    figures = _figures(_documents(folder / "figures", "figure"))
    sources = {}
    for document in _documents(folder / "sources", "source"):
        _same_name(document)
        _known(document, "provides", categories, "catégories de lieux")
        sources[document.data["key"]] = _source(document.data)
    indicators = [_indicator(d, categories, figures) for d in _documents(folder / "indicators", "indicator")]
    told = frozenset(key for source in sources.values() for key in source.statistics)
    official = [_official(d, told) for d in _documents(folder / "indicators" / "official", "official")]
    return Catalogue(figures, sources, _in_order(indicators), categories, _in_order(official))


def _checked(path: Path, schema: str) -> Document:
    document = read_document(path)
    check(document, schema)
    return document


def _documents(folder: Path, schema: str) -> list[Document]:
    return [_checked(path, schema) for path in sorted(folder.glob("*.yaml"))]


def _typeset(written: Any) -> Any:
    """The same tree, its texts with the no-break spaces of French typography.

    Nobody types these spaces in a YAML file; words without punctuation are untouched.
    """
    if isinstance(written, str):
        return typeset(written)
    if isinstance(written, dict):
        return {key: _typeset(value) for key, value in written.items()}
    return [_typeset(value) for value in written] if isinstance(written, list) else written


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _categories(document: Document) -> dict[str, Category]:
    categories = {}
    for key, raw in _typeset(document.data).items():
        unit = raw.get("capacity_unit")
        words = {
            name: raw[name] for name in ("title", "plural", "indefinite", "definite", "of", "description")
        }
        pair = (unit["singular"], unit["plural"]) if unit else None
        categories[key] = Category(key, **words, capacity_unit=pair)
    return categories


def _figures(documents: Iterable[Document]) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    for document in documents:
        for key, raw in document.data.items():
            if key in figures:
                raise _fault(document, (key,), f"la clé « {key} » existe déjà dans un autre fichier.")
            figures[key] = _figure(document, key, _typeset(raw))
    return figures


def _figure(document: Document, key: str, raw: Mapping[str, Any]) -> Figure:
    try:
        values = tuple(_dated(value) for value in raw["values"])
        return Figure(key, raw["title"], raw["unit"], values)
    except ValueError as error:
        raise _fault(
            document,
            (key, "values"),
            f"les dates de « {key} » ne se suivent pas.",
            fix="Écrivez les valeurs de la plus ancienne à la plus récente, sans dates communes.",
        ) from error


def _dated(raw: Mapping[str, Any]) -> DatedValue:
    source = raw["source"]
    cited = f"{source['title']}, {source['reference']}" if "reference" in source else source["title"]
    since, until = date.fromisoformat(raw["from"]), _day(raw.get("until"))
    return DatedValue(since, until, float(raw["value"]), raw["status"], cited, raw.get("note", ""))


def _source(raw: Mapping[str, Any]) -> SourceSheet:
    in_force, layer = raw.get("in_force", {}), raw.get("layer", {})
    shown = _typeset({name: raw.get(name, "") for name in ("title", "publisher", "rhythm", "attribution")})
    return SourceSheet(
        key=raw["key"],
        title=shown["title"],
        publisher=shown["publisher"],
        licence=raw["licence"],
        licence_status=raw["licence_status"],
        page=raw["page"],
        address=raw["address"],
        rhythm=shown["rhythm"],
        attribution=shown["attribution"],
        presence_only=raw["completeness"] == "presence_only",
        provides=frozenset(raw["provides"]),
        fictional=raw.get("fictional", False),
        since=_day(in_force.get("from")),
        until=_day(in_force.get("until")),
        layer=layer.get("key", ""),
        layer_title=_typeset(layer.get("title", "")),
        columns={role: tuple(names) for role, names in raw.get("columns", {}).items()},
        notes=tuple(_typeset(raw.get("notes", []))),
        raw=raw,
    )


def _indicator(
    document: Document, categories: Mapping[str, Category], figures: Mapping[str, Figure]
) -> Indicator:
    _same_name(document)
    _known(document, "categories", categories, "catégories de lieux")
    for name in ("thresholds", "figures", "smallest_cell"):
        _known(document, name, figures, "valeurs de référence")
    _known(document, "main_threshold", document.data["thresholds"], "seuils de l’indicateur")
    if "moment" in document.data:
        _known(document, "hour", figures, "valeurs de référence", under="moment")
    raw = _typeset(document.data)
    return Indicator(
        key=raw["key"],
        order=raw["order"],
        kind=raw["kind"],
        title=raw["title"],
        question=raw["question"],
        short=raw["short"],
        subject=raw.get("subject", ""),
        target=raw.get("target", ""),
        unit=raw["unit"],
        numerator=raw["formula"]["numerator"],
        denominator=raw["formula"]["denominator"],
        categories=tuple(raw["categories"]),
        mode=raw.get("mode", ""),
        group=raw.get("group", ""),
        thresholds=tuple(raw["thresholds"]),
        main_threshold=raw.get("main_threshold", ""),
        figures=tuple(raw.get("figures", ())),
        smallest_cell=raw["smallest_cell"],
        needs=tuple(raw["needs"]),
        levels=tuple(raw["levels"]),
        headline=raw.get("headline", {}),
        reading=raw["reading"],
        limits=tuple(raw["limits"]),
        brief=raw.get("depth") == "brief",
        moment=Moment(**raw["moment"]) if "moment" in raw else None,
    )


def _official(document: Document, told: frozenset[str]) -> OfficialIndicator:
    """Indicator of a sheet; ``told`` are the statistics that tables of the catalogue give.

    A sheet may also name a statistic like itself: a table of a recipe gives it, or nothing does.
    """
    _same_name(document)
    known = told | {document.data["key"]}
    for path, key in read_statistics(document.data):
        if key not in known:
            raise _fault(
                document,
                path,
                f"aucun tableau du catalogue ne donne la statistique « {key} ».",
                fix=nearest(key, known) or "Corrigez la clé, ou ajoutez la colonne à une fiche de source.",
            )
    return official_indicator(_typeset(document.data))


class _Ranked(Protocol):
    """What has a key and a rank."""

    @property
    def key(self) -> str: ...

    @property
    def order(self) -> int: ...


_Sheet = TypeVar("_Sheet", bound=_Ranked)


def _in_order(indicators: Iterable[_Sheet]) -> dict[str, _Sheet]:
    ordered = sorted(indicators, key=lambda indicator: indicator.order)
    for before, after in pairwise(ordered):
        if before.order == after.order:
            raise InputError(
                f"le rang {after.order} est déjà celui de « {before.key} ».",
                file=f"{after.key}.yaml",
                fix="Donnez à chaque indicateur un rang différent.",
            )
    return {indicator.key: indicator for indicator in ordered}


def _same_name(document: Document) -> None:
    """The key of a sheet is the name of its file."""
    stem = document.file.removesuffix(".yaml")
    if document.data["key"] != stem:
        raise _fault(
            document,
            ("key",),
            "la clé n’est pas le nom du fichier.",
            expected=f"« {stem} »",
            found=f"« {document.data['key']} »",
            fix="Renommez le fichier ou corrigez la clé.",
        )


def _known(document: Document, key: str, words: Iterable[str], kind: str, *, under: str = "") -> None:
    """Every word written under a key is one of the known ones; an absent key says nothing."""
    path = (under, key) if under else (key,)
    written = (document.data[under] if under else document.data).get(key, [])
    single = isinstance(written, str)
    for rank, word in enumerate([written] if single else written):
        if word not in words:
            raise _fault(
                document,
                path if single else (*path, rank),
                f"« {word} » n’est pas dans la liste des {kind}.",
                fix=nearest(word, words) or "Corrigez le mot, ou ajoutez-le au catalogue.",
            )


def _fault(
    document: Document, path: KeyPath, what: str, *, expected: str = "", found: str = "", fix: str = ""
) -> InputError:
    return InputError(
        what,
        file=document.file,
        line=document.line(path),
        expected=expected,
        found=found,
        fix=fix or "Corrigez ou supprimez l’une des deux entrées.",
    )
