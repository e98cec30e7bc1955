"""A file served by pieces, as a PMTiles archive is read: ``Range: bytes=0-16383``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

LARGEST = 8 * 1024 * 1024
"""Bytes of one piece at most; a longer one is cut, as HTTP allows."""

CHUNK = 256 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def asked_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte asked for, both included; None for the whole file.

    Several ranges, and whatever cannot be read, ask for the whole, as HTTP says.

    Raises
    ------
    ValueError
        If the range begins after the end.
    """
    found = _RANGE.fullmatch(header.strip())
    if found is None or found[1] == found[2] == "":
        return None
    if not found[1]:
        first, last = max(size - int(found[2]), 0), size - 1
    else:
        first, last = int(found[1]), int(found[2]) if found[2] else max(int(found[1]), size - 1)
        if last < first:
            return None
    if first >= size:
        raise ValueError("the range begins after the end")
    return first, min(last, size - 1, first + LARGEST - 1)


def ranged(request: HttpRequest, file: Path, content_type: str) -> HttpResponseBase:
    """A file, or the piece of it that is asked for. The file must exist.

    The address names the content: it may be kept for a year, by this browser only.
    """
    size = file.stat().st_size
    try:
        asked = asked_range(request.headers.get("Range", ""), size)
    except ValueError:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    first, last = asked or (0, size - 1)
    response = StreamingHttpResponse(
        _pieces(file, first, last - first + 1), status=206 if asked else 200, content_type=content_type
    )
    response.headers["Content-Length"] = str(last - first + 1)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    if asked:
        response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _pieces(file: Path, first: int, length: int) -> Iterator[bytes]:
    with file.open("rb") as stream:
        stream.seek(first)
        while length > 0 and (piece := stream.read(min(CHUNK, length))):
            length -= len(piece)
            yield piece
