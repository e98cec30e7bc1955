"""From sheets to the bytes of an OpenDocument spreadsheet: the same sheets, the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence

from hygie.reports.ods.markup import HEAD, content, meta, settings, styles
from hygie.reports.ods.sheets import Sheet, named

MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
_OLDEST = (1980, 1, 1, 0, 0, 0)
"""Date of every part: the zip format knows none before, and a clock would change the bytes."""
_CHUNK = 1 << 20


def write_ods(sheets: Sequence[Sheet], *, title: str, subject: str, day: str) -> bytes:
    """Write sheets as one spreadsheet.

    The XML is written piece by piece rather than through odfpy, which builds one object a cell: a
    diagnosis of a town has half a million of them.

    Parameters
    ----------
    sheets
        In the order of the tabs.
    title, subject
        As shown by file managers.
    day
        ISO date, the only one in the file.
    """
    names = named([sheet.name for sheet in sheets])
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        _part(archive, "mimetype", (MIMETYPE,), zipfile.ZIP_STORED)
        _part(archive, "content.xml", content(sheets, names))
        _part(archive, "styles.xml", (styles(),))
        _part(archive, "settings.xml", (settings(names),))
        _part(archive, "meta.xml", (meta(title, subject, day),))
        _part(archive, "META-INF/manifest.xml", (_manifest(),))
    return held.getvalue()


def _part(
    archive: zipfile.ZipFile, name: str, pieces: Iterable[str], how: int = zipfile.ZIP_DEFLATED
) -> None:
    info = zipfile.ZipInfo(name, _OLDEST)
    info.compress_type = how
    info.create_system = 3  # the same on every machine
    info.external_attr = 0o644 << 16
    if how == zipfile.ZIP_STORED:
        archive.writestr(info, "".join(pieces))
        return
    with archive.open(info, "w", force_zip64=False) as part:
        for chunk in _chunks(pieces):
            part.write(chunk)


def _chunks(pieces: Iterable[str]) -> Iterator[bytes]:
    """Pieces gathered until they are worth compressing."""
    held: list[str] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= _CHUNK:
            yield "".join(held).encode()
            held, size = [], 0
    yield "".join(held).encode()


def _manifest() -> str:
    parts = (("/", MIMETYPE), *((f"{p}.xml", "text/xml") for p in ("content", "styles", "settings", "meta")))
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in parts
    )
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    return (
        f'{HEAD}<manifest:manifest xmlns:manifest="{space}" manifest:version="1.3">{entries}'
        "</manifest:manifest>"
    )
