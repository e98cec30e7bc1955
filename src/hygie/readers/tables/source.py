"""One official text file: found, decompressed, decoded, within limits.

The file is looked at twice. The first pass decides everything that only the whole file can tell
(digest, encoding, size, broken compression, binary content), so that the second, which reads the
rows, meets no surprise.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from hygie.engines.kernel.errors import InputError
from hygie.readers.records import Progress, silent
from hygie.readers.tables.sniff import foreign_content

CHUNK = 1 << 18

_UNDEFINED_IN_CP1252 = tuple(bytes([byte]) for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D))
_BROKEN = (
    EOFError,
    OSError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
)
"""What the standard library raises on a truncated, corrupt, encrypted or exotic archive."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes beyond which a file is refused rather than read.

    Attributes
    ----------
    text_bytes
        Decompressed size.
    ratio
        Decompressed size over stored size, looked at from ``ratio_from`` decompressed bytes on.
    ratio_from
        Size under which no ratio is suspect.
    line_bytes
        Length of one line; None when a line may be as long as the file (GeoJSON).
    record_lines
        Lines that one quoted record may span.
    """

    text_bytes: int = 4 << 30
    ratio: int = 100
    ratio_from: int = 16 << 20
    line_bytes: int | None = 1 << 20
    record_lines: int = 50

    def __post_init__(self) -> None:
        if self.line_bytes is not None and self.line_bytes < CHUNK:
            raise ValueError(f"lines are measured by chunks: the limit is at least {CHUNK} bytes")


LIMITS = Limits()


@dataclass(frozen=True)
class OpenText:
    """A decoded text being read.

    Attributes
    ----------
    name
        File name, as shown to the user; with the member's name for a zip archive.
    sha256
        Digest of the file as stored.
    stream
        The text; line ends untranslated, no byte-order mark.
    warnings
        French sentences on how it was understood.
    """

    name: str
    sha256: str
    stream: TextIO
    warnings: tuple[str, ...]
    limits: Limits
    raw: BinaryIO
    stored: int

    def position(self) -> int:
        """Stored bytes read so far, out of ``stored``."""
        return min(self.raw.tell(), self.stored)


@contextmanager
def open_text(
    path: Path, *, member: str | None = None, limits: Limits = LIMITS, progress: Progress = silent
) -> Iterator[OpenText]:
    """Open a plain, gzip or zip text file, in UTF-8 (mark or not) or else in Windows-1252.

    Parameters
    ----------
    path
        The file.
    member
        Which file of a zip archive; needed only when it holds several.
    limits
        Sizes beyond which the file is refused.
    progress
        Told of the bytes looked at.

    Raises
    ------
    InputError
        No such file, not a text, broken archive, beyond the limits: one error, whatever is wrong.
    """
    if not path.is_file():
        raise InputError(
            "ce fichier est introuvable.", file=path.name, fix="Vérifiez le chemin donné dans la recette."
        )
    with ExitStack() as stack:
        try:
            raw = stack.enter_context(path.open("rb"))
            sha256 = hashlib.file_digest(raw, "sha256").hexdigest()
        except OSError as error:
            raise InputError(
                f"ce fichier ne peut pas être ouvert ({error.strerror}).", file=path.name
            ) from error
        name, stored, data = _decompressed(stack, raw, name=path.name, member=member)
        survey = _Survey(name, stored, limits=limits)
        survey.run(data, lambda: progress(f"Vérification de {name}", min(raw.tell(), stored), stored))
        name, stored, data = _decompressed(stack, raw, name=path.name, member=member)
        stream = stack.enter_context(io.TextIOWrapper(data, encoding=survey.encoding, newline=""))
        yield OpenText(name, sha256, stream, survey.warnings, limits, raw, stored)


def _decompressed(
    stack: ExitStack, raw: BinaryIO, *, name: str, member: str | None
) -> tuple[str, int, BinaryIO]:
    """Shown name, stored size and decompressed bytes of the file, from its start."""
    size = raw.seek(0, io.SEEK_END)
    raw.seek(0)
    magic = raw.read(4)
    raw.seek(0)
    if magic[:2] == b"\x1f\x8b":
        return name, size, cast("BinaryIO", stack.enter_context(gzip.GzipFile(fileobj=raw, mode="rb")))
    if magic in (b"PK\x03\x04", b"PK\x05\x06"):
        return _zip_member(stack, raw, name=name, member=member)
    return name, size, raw


def _zip_member(
    stack: ExitStack, raw: BinaryIO, *, name: str, member: str | None
) -> tuple[str, int, BinaryIO]:
    """The one file of a zip archive, or the named one."""
    try:
        archive = stack.enter_context(zipfile.ZipFile(raw))
        files = [i for i in archive.infolist() if not i.is_dir() and not i.filename.startswith("__MACOSX/")]
        if any(i.filename == "[Content_Types].xml" for i in files):
            raise _not_text(name, "un classeur ou document bureautique (xlsx, docx…)")
        wanted = [i for i in files if member is None or i.filename == member]
        if len(wanted) != 1:
            raise InputError(
                "on ne sait pas quel fichier de cette archive lire.",
                file=name,
                expected=f"le fichier « {member} »" if member else "une archive d’un seul fichier",
                found=", ".join(i.filename for i in files[:8]) or "une archive vide",
                fix="Donnez le fichier lui-même, extrait de l’archive.",
            )
        opened = stack.enter_context(archive.open(wanted[0]))
    except (*_BROKEN, ValueError) as error:
        raise _broken(name, error) from error
    return f"{name}/{wanted[0].filename}", wanted[0].compress_size, cast("BinaryIO", opened)


class _Survey:
    """First pass over the bytes: everything that only the whole file can tell."""

    def __init__(self, name: str, stored: int, *, limits: Limits) -> None:
        self.name = name
        self.stored = stored
        self.limits = limits
        self.size = 0
        self.newlines = 0
        self.open_line = 0
        self.utf8 = codecs.getincrementaldecoder("utf-8")()
        self.is_utf8 = True
        self.is_cp1252 = True
        self.has_mark = False
        self.has_text = False

    @property
    def encoding(self) -> str:
        """Name of the encoding, for the codecs of Python."""
        if self.is_utf8:
            return "utf-8-sig" if self.has_mark else "utf-8"
        return "cp1252" if self.is_cp1252 else "latin-1"

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should know of the encoding."""
        if self.is_utf8:
            return ()
        found = "Windows-1252" if self.is_cp1252 else "ISO 8859-1"
        return (f"{self.name} n’est pas en UTF-8 : lu en {found}, vérifiez les lettres accentuées.",)

    def run(self, data: BinaryIO, tell: Callable[[], None]) -> None:
        """Look at all the bytes; raise InputError at the first that no text file holds."""
        try:
            for chunk in iter(lambda: data.read(CHUNK), b""):
                if self.size == 0:
                    self._first(chunk)
                self._look(chunk)
                tell()
        except _BROKEN as error:
            raise _broken(self.name, error) from error
        self._decode(b"", final=True)
        if not self.has_text:
            raise InputError("ce fichier est vide.", file=self.name, expected="un tableau", found="rien")

    def _first(self, chunk: bytes) -> None:
        self.has_mark = chunk.startswith(codecs.BOM_UTF8)
        found = foreign_content(chunk)
        if found:
            raise _not_text(self.name, found)

    def _look(self, chunk: bytes) -> None:
        zero = chunk.find(b"\0")
        if zero >= 0:
            line = self.newlines + chunk.count(b"\n", 0, zero) + 1
            raise _not_text(self.name, "un octet nul (fichier binaire ou abîmé)", line=line)
        self.size += len(chunk)
        self.has_text = self.has_text or bool(chunk.removeprefix(codecs.BOM_UTF8).strip())
        self._check_size()
        self._check_lines(chunk)
        self.is_cp1252 = self.is_cp1252 and not any(byte in chunk for byte in _UNDEFINED_IN_CP1252)
        self._decode(chunk, final=False)

    def _decode(self, chunk: bytes, *, final: bool) -> None:
        if self.is_utf8:
            try:
                self.utf8.decode(chunk, final)
            except UnicodeDecodeError:
                self.is_utf8 = False

    def _check_size(self) -> None:
        limits = self.limits
        bomb = self.size > limits.ratio_from and self.size > limits.ratio * max(self.stored, 1)
        if self.size > limits.text_bytes or bomb:
            raise InputError(
                "ce fichier est démesuré une fois décompressé.",
                file=self.name,
                expected=f"au plus {limits.text_bytes >> 20} Mio et {limits.ratio} fois la taille stockée",
                found=f"plus de {self.size >> 20} Mio pour {self.stored >> 10} Kio stockés",
                fix="Téléchargez-le de nouveau depuis le site du producteur.",
            )

    def _check_lines(self, chunk: bytes) -> None:
        """Count lines and measure the one left open; lines within a chunk are shorter than any limit."""
        ends = [end for end in (chunk.find(b"\n"), chunk.find(b"\r")) if end >= 0]
        longest = self.open_line + (min(ends) if ends else len(chunk))
        limit = self.limits.line_bytes
        if limit is not None and longest > limit:
            raise InputError(
                "une ligne n’en finit pas.",
                file=self.name,
                line=self.newlines + 1,
                expected=f"des lignes d’au plus {limit >> 10} Kio",
                found=f"{longest >> 10} Kio sans fin de ligne",
                fix="Vérifiez que c’est bien le tableau attendu.",
            )
        self.newlines += chunk.count(b"\n")
        self.open_line = len(chunk) - 1 - max(chunk.rfind(b"\n"), chunk.rfind(b"\r")) if ends else longest


def _not_text(name: str, found: str, *, line: int | None = None) -> InputError:
    return InputError(
        "ce n’est pas le fichier attendu.",
        file=name,
        line=line,
        expected="un fichier texte (CSV ou GeoJSON), compressé ou non",
        found=found,
        fix="Téléchargez-le de nouveau depuis le site du producteur.",
    )


def _broken(name: str, error: BaseException) -> InputError:
    return InputError(
        "ce fichier compressé est incomplet ou abîmé.",
        file=name,
        expected="une archive gzip ou zip entière, sans mot de passe",
        found=str(error) or type(error).__name__,
        fix="Téléchargez-le de nouveau depuis le site du producteur.",
    )
