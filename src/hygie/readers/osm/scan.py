"""Look a whole file over before it is decoded: what it is, and that it is not made to harm.

Decoding is left to libosmium, which refuses XML entities and bounds every length of its own formats.
What it does not bound is checked here, in constant memory: how much a file expands to, how long one
piece of markup is, whether a compressed stream is whole.
"""

from __future__ import annotations

import bz2
import gzip
import hashlib
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from hygie.engines.kernel.errors import InputError
from hygie.readers.osm.pbf import expanded_size, looks_like_pbf
from hygie.readers.osm.sheet import Limits
from hygie.readers.records import Progress

EXPECTED = "un extrait OpenStreetMap (.osm.pbf, .osm, .osm.gz ou .osm.bz2)"
FIX = "Télécharger de nouveau l’extrait, ou vérifier que c’est le bon fichier."

CHUNK = 1 << 20
HEAD = 4096
"""Bytes in which the root element of an XML file has to open."""
OVERLAP = 32
"""Bytes kept from one chunk to the next, longer than any word looked for."""

_ABSENT: Mapping[type[OSError], str] = {
    FileNotFoundError: "aucun fichier de ce nom",
    IsADirectoryError: "un dossier",
    PermissionError: "un fichier sans droit de lecture",
}
_OPENING = re.compile(rb"<([A-Za-z_][^\s/>]*)")
_PROLOGUE = re.compile(rb"\s*(?:<\?.*?\?>|<!--.*?-->|\s+)*", re.DOTALL)


class Readable(Protocol):
    """Bytes to read from, compressed or not."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes, none at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Scanned:
    """A file found sound: its name, the format libosmium is told, and its digest."""

    name: str
    format: str
    sha256: str


def scan(path: Path, limits: Limits, progress: Progress) -> Scanned:
    """Find the format of a file by its content and check that it can be decoded safely.

    Raises
    ------
    InputError
        If the file is absent, empty, of another format, truncated, or beyond the limits.
    """
    try:
        return _scan(path, limits, progress)
    except OSError as error:
        found = next(
            (words for kind, words in _ABSENT.items() if isinstance(error, kind)), "une erreur du disque"
        )
        raise refused(path.name, "le fichier ne peut pas être lu.", found) from error


def refused(file: str, what: str, found: str, *, line: int | None = None, fix: str = FIX) -> InputError:
    """The error for a file that is not a sound extract."""
    return InputError(what, file=file, line=line, expected=EXPECTED, found=found, fix=fix)


def _scan(path: Path, limits: Limits, progress: Progress) -> Scanned:
    with path.open("rb") as stream:
        head = stream.read(HEAD)
        if not head:
            raise refused(path.name, "le fichier est vide.", "aucun octet")
        stream.seek(0)
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        stream.seek(0)
        if looks_like_pbf(head):
            _check_expansion(path, expanded_size(stream, path.name), limits)
            return Scanned(path.name, "pbf", sha256)
        if head.startswith(b"\x1f\x8b"):
            with gzip.GzipFile(fileobj=stream) as text:
                _scan_compressed(path, text, limits, progress)
            return Scanned(path.name, "osm.gz", sha256)
        if head.startswith(b"BZh"):
            with bz2.BZ2File(stream) as text:
                _scan_compressed(path, text, limits, progress)
            return Scanned(path.name, "osm.bz2", sha256)
        _scan_xml(path, stream, limits, progress)
        return Scanned(path.name, "osm", sha256)


def _scan_compressed(path: Path, text: Readable, limits: Limits, progress: Progress) -> None:
    try:
        _scan_xml(path, text, limits, progress)
    except (EOFError, zlib.error, OSError) as error:
        found = "un flux compressé interrompu" if isinstance(error, EOFError) else "un flux compressé abîmé"
        raise refused(path.name, "le fichier compressé n’est pas entier.", found) from error


def _check_expansion(path: Path, size: int, limits: Limits) -> None:
    packed = path.stat().st_size
    if size > limits.decompressed_bytes or (
        size > limits.expansion_from_bytes and size > limits.expansion * packed
    ):
        raise refused(
            path.name,
            "le fichier grossit trop une fois décompressé.",
            f"plus de {size // 1_000_000} Mo pour {max(packed // 1000, 1)} Ko",
            fix="Prendre un extrait plus petit, autour du territoire.",
        )


def _scan_xml(path: Path, text: Readable, limits: Limits, progress: Progress) -> None:
    """Read the XML through: root element, no document type, no endless markup, a bounded size."""
    size, open_since, line, tail = 0, 0, 1, b""
    for chunk in _chunks(text):
        if size == 0:
            _check_root(path.name, chunk[:HEAD])
        size += len(chunk)
        _check_expansion(path, size, limits)
        _check_words(path.name, tail + chunk, line - tail.count(b"\n"))
        open_since = _check_markup(path.name, chunk, open_since, limits, line)
        line += chunk.count(b"\n")
        tail = (tail + chunk)[-OVERLAP:]
        progress(f"Vérification de {path.name}", size, 0)


def _chunks(text: Readable) -> Iterator[bytes]:
    while chunk := text.read(CHUNK):
        yield chunk


def _check_root(file: str, head: bytes) -> None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refused(file, "le texte n’est pas en UTF-8.", "du texte UTF-16", line=1)
    start = _PROLOGUE.match(head.removeprefix(b"\xef\xbb\xbf"))
    rest = head.removeprefix(b"\xef\xbb\xbf")[start.end() if start else 0 :]
    opening = _OPENING.match(rest)
    name = opening.group(1) if opening else b""
    if name == b"osm":
        return
    if rest.startswith((b"<!DOCTYPE", b"<!ENTITY")) and b"html" not in rest[:20].lower():
        raise _document_type(file, 1)
    raise refused(file, "ce n’est pas un extrait OpenStreetMap.", _what_is(rest, name), line=1)


def _what_is(rest: bytes, name: bytes) -> str:
    """Tell a person what stands at the beginning of a file."""
    known = {b"\x89PNG": "une image PNG", b"\xff\xd8\xff": "une image JPEG", b"%PDF": "un document PDF"}
    known |= {b"PK\x03\x04": "une archive ZIP", b"{": "du JSON", b"[": "du JSON"}
    known |= {b"<!DOCTYPE": "une page web", b"<html": "une page web"}
    for start, words in known.items():
        if rest.startswith(start):
            return words
    if name in (b"osmChange", b"osmdiff"):
        return "un fichier de différences (.osc)"
    if name and name.isascii():
        return f"un fichier XML dont la racine est « {name[:40].decode('ascii')} »"
    return "un autre format"


def _document_type(file: str, line: int) -> InputError:
    return refused(
        file,
        "le fichier déclare un type de document ou des entités XML.",
        "« <!DOCTYPE » ou « <!ENTITY »",
        line=line,
        fix="Refuser ce fichier : un extrait OpenStreetMap n’en contient jamais.",
    )


def _check_words(file: str, text: bytes, line: int) -> None:
    """Refuse document types, and extracts that Overpass says it cut short."""
    for word in (b"<!DOCTYPE", b"<!ENTITY"):
        if word in text:
            raise _document_type(file, line + text[: text.index(word)].count(b"\n"))
    where = text.find(b"<remark>")
    if where >= 0 and b"runtime error" in text[where : where + 200]:
        raise refused(
            file,
            "Overpass a interrompu la requête : l’extrait est incomplet.",
            "un avis d’erreur d’Overpass (« runtime error »)",
            line=line + text[:where].count(b"\n"),
            fix="Relancer la requête avec un délai plus long ou une emprise plus petite.",
        )


def _check_markup(file: str, chunk: bytes, open_since: int, limits: Limits, line: int) -> int:
    """Refuse endless markup; return how many bytes follow the last « > »."""
    ends = np.flatnonzero(np.frombuffer(chunk, np.uint8) == ord(">"))
    if len(ends) == 0:
        longest = left = open_since + len(chunk)
    else:
        left = len(chunk) - 1 - int(ends[-1])
        longest = max(open_since + int(ends[0]), int(np.diff(ends).max(initial=0)), left)
    if longest > limits.markup_bytes:
        raise refused(
            file,
            "une balise ne finit pas.",
            f"plus de {int(limits.markup_bytes) // 1000} Ko entre deux « > »",
            line=line,
        )
    return left
