"""The one loader of YAML files: what is written is what is read.

PyYAML alone reads the INSEE code ``01004`` as 516, ``12:30`` as 750, ``no`` as False, and keeps the last
of two equal keys. Here a file is a tree of mappings, lists and scalars, nothing else, and four rules
give every scalar its type:

- a key is always text;
- a quoted value is always text;
- an unquoted value is a number in plain decimal form only (``12``, ``-3``, ``0.5``: no leading zero, no
  exponent, at most 15 digits on each side), a boolean as ``true`` or ``false``, nothing as ``null`` or
  an empty value;
- any other unquoted value is text: ``01004``, ``2A004``, ``12:30``, ``no``, ``2026-01-01``.

Where a schema asks for text, an unquoted number is the text as written: see `checking`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from hygie.engines.kernel.errors import InputError

try:
    from yaml import CSafeLoader as _Parser
except ImportError:  # pragma: no cover - PyYAML built without libyaml: slower, same events
    from yaml import SafeLoader as _Parser  # type: ignore[assignment]  # stands in for the C parser

LARGEST_FILE = 1_000_000
"""Bytes; a catalogue file is read by people, and none is near this."""
DEEPEST_NESTING = 30

Key = str | int
KeyPath = tuple[Key, ...]

_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,14}")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,14})\.[0-9]{1,15}")
_WORDS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None, "": None}
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


@dataclass(frozen=True)
class Document:
    """What a YAML file says, and where it says it.

    Attributes
    ----------
    file
        Name of the file, as messages show it.
    data
        The top mapping.
    lines
        Line (1 is the first) of every entry by its path; the top is the empty path.
    written
        How each unquoted number or boolean is written, by its path.
    """

    file: str
    data: dict[str, Any]
    lines: Mapping[KeyPath, int]
    written: Mapping[KeyPath, str]

    def line(self, path: KeyPath) -> int:
        """Line of an entry, or of the nearest one above it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def load_yaml(path: Path) -> dict[str, Any]:
    """Read the top mapping of a YAML file, strictly.

    Raises
    ------
    InputError
        For a file that is missing, empty, too large, not UTF-8, not YAML, or holds a duplicate key, an
        anchor, an alias, a merge key, a tag or more than one document.
    """
    return read_document(path).data


def read_document(path: Path) -> Document:
    """Read a YAML file strictly and keep the line of every entry; raises as `load_yaml`."""
    text = _text(path)
    builder = _Builder(path.name)
    try:
        events = yaml.parse(text, Loader=_Parser)
        data = builder.document(iter(events))
    except yaml.YAMLError as error:
        raise _syntax_error(path.name, text, error) from error
    return Document(path.name, data, builder.lines, builder.written)


def scalar(text: str) -> str | int | float | bool | None:
    """Value of an unquoted scalar, by the rules of this module."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return text


class _Builder:
    """Builds plain values from parser events, refusing what the catalogue does not use."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[KeyPath, int] = {}
        self.written: dict[KeyPath, str] = {}

    def document(self, events: Iterator[yaml.Event]) -> dict[str, Any]:
        next(events)  # the stream opens
        opening = next(events)
        if isinstance(opening, yaml.StreamEndEvent):
            raise self._empty()
        first = next(events)
        if isinstance(first, yaml.ScalarEvent) and not first.value and first.implicit[0]:
            raise self._empty()
        if not isinstance(first, yaml.MappingStartEvent):
            raise InputError(
                "le fichier ne commence pas par une clé.",
                file=self.file,
                line=_line(first),
                expected="des lignes « clé: valeur »",
                fix="Écrivez une clé suivie de deux-points au début de chaque entrée.",
            )
        self._refuse_references(first)
        self.lines[()] = _line(first)
        data = self._mapping(events, ())
        next(events)  # the document closes
        following = next(events)
        if not isinstance(following, yaml.StreamEndEvent):
            raise InputError(
                "le fichier contient plusieurs documents.",
                file=self.file,
                line=_line(following),
                fix="Supprimez la ligne « --- » ou faites deux fichiers.",
            )
        return data

    def value(self, event: yaml.Event, events: Iterator[yaml.Event], path: KeyPath) -> Any:
        self._refuse_references(event)
        self.lines.setdefault(path, _line(event))
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path)
        if len(path) >= DEEPEST_NESTING:
            raise InputError(
                f"plus de {DEEPEST_NESTING} niveaux sont emboîtés.",
                file=self.file,
                line=_line(event),
                fix="Mettez moins de niveaux les uns dans les autres.",
            )
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(events, path)
        return self._mapping(events, path)

    def _scalar(self, event: yaml.ScalarEvent, path: KeyPath) -> str | int | float | bool | None:
        if not event.implicit[0]:
            return str(event.value)
        value = scalar(event.value)
        if value is not None and not isinstance(value, str):
            self.written[path] = event.value
        return value

    def _list(self, events: Iterator[yaml.Event], path: KeyPath) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(self.value(event, events, (*path, len(items))))
        return items

    def _mapping(self, events: Iterator[yaml.Event], path: KeyPath) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self._key(event)
            if key in entries:
                raise InputError(
                    f"la clé « {key} » est écrite deux fois.",
                    file=self.file,
                    line=_line(event),
                    expected="chaque clé une seule fois",
                    found=f"déjà écrite ligne {self.lines[*path, key]}",
                    fix="Supprimez ou renommez l’une des deux.",
                )
            self.lines[*path, key] = _line(event)
            entries[key] = self.value(next(events), events, (*path, key))
        return entries

    def _key(self, event: yaml.Event) -> str:
        self._refuse_references(event)
        if not isinstance(event, yaml.ScalarEvent) or not event.value:
            raise InputError(
                "une clé n’est pas un texte.",
                file=self.file,
                line=_line(event),
                expected="un mot suivi de deux-points",
                fix="Écrivez une clé simple.",
            )
        if event.value == "<<" and event.implicit[0]:
            raise self._refused(event, "une fusion « << »", "Recopiez les lignes voulues.")
        return str(event.value)

    def _refuse_references(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent):
            raise self._refused(event, f"un renvoi « *{event.anchor} »", "Recopiez la valeur.")
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            raise self._refused(event, f"une ancre « &{event.anchor} »", "Écrivez la valeur seule.")
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise self._refused(event, f"une étiquette « {tag} »", "Écrivez la valeur seule.")

    def _refused(self, event: yaml.Event, what: str, fix: str) -> InputError:
        return InputError(
            f"{what} n’est pas accepté{'e' if what.startswith('une') else ''}.",
            file=self.file,
            line=_line(event),
            expected="des valeurs écrites en toutes lettres, sans renvoi ni étiquette",
            fix=f"{fix} Si c’est un texte, mettez-le entre guillemets.",
        )

    def _empty(self) -> InputError:
        return InputError(
            "le fichier est vide.",
            file=self.file,
            line=1,
            expected="au moins une ligne « clé: valeur »",
            fix="Remplissez le fichier ou supprimez-le.",
        )


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return int(mark.line) + 1 if mark is not None else 1


def _text(path: Path) -> str:
    """Text of a file: small enough, UTF-8, without invisible characters."""
    content = _bytes(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            "le fichier n’est pas du texte UTF-8.",
            file=path.name,
            line=content.count(b"\n", 0, error.start) + 1,
            expected="un fichier texte enregistré en UTF-8",
            found=f"l’octet 0x{content[error.start]:02X}",
            fix="Enregistrez le fichier en UTF-8 depuis l’éditeur de texte.",
        ) from error
    hidden = _INVISIBLE.search(text)
    if hidden is not None:
        raise InputError(
            "le fichier contient un caractère invisible.",
            file=path.name,
            line=text.count("\n", 0, hidden.start()) + 1,
            expected="du texte lisible",
            found=f"le caractère U+{ord(hidden.group()):04X}",
            fix="Effacez ce caractère et retapez-le.",
        )
    return text


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise InputError(
            "le fichier ne peut pas être lu.",
            file=path.name,
            expected="un fichier présent et lisible",
            found=error.strerror or type(error).__name__,
            fix="Vérifiez son nom, son dossier et ses droits de lecture.",
        ) from error
    if len(content) > LARGEST_FILE:
        raise InputError(
            "le fichier est trop gros.",
            file=path.name,
            line=1,
            expected=f"au plus {LARGEST_FILE // 1000} Ko",
            fix="Vérifiez que c’est le bon fichier, ou partagez-le en plusieurs.",
        )
    return content


def _syntax_error(file: str, text: str, error: yaml.YAMLError) -> InputError:
    """The parser's complaint, as a line to look at and something to write."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    number = mark.line + 1 if mark is not None else 1
    lines = text.splitlines()
    tabbed = next((i for i, line in enumerate(lines, 1) if re.match(r" *\t", line)), None)
    if tabbed is not None and tabbed <= number:
        return InputError(
            "une tabulation sert de décalage.",
            file=file,
            line=tabbed,
            expected="des espaces en début de ligne",
            found="une tabulation",
            fix="Remplacez la tabulation par deux espaces.",
        )
    found = lines[number - 1].strip()[:80] if number <= len(lines) else "la fin du fichier"
    return InputError(
        "la ligne n’est pas du YAML.",
        file=file,
        line=min(number, max(len(lines), 1)),
        expected="« clé: valeur » ou « - élément », décalés par des espaces",
        found=f"« {found} »",
        fix="Vérifiez les décalages, et mettez entre guillemets un texte qui contient « : », « # » ou"
        " commence par un signe.",
    )
