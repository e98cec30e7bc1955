"""Walk the blocks of a PBF file without unpacking them.

Format: https://wiki.openstreetmap.org/wiki/PBF_Format. A file is a list of blobs; each says the size
it unpacks to, and libosmium refuses a blob that unpacks to another size. Adding them up bounds the
work before it is done.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from hygie.engines.kernel.errors import InputError

LARGEST_HEADER = 64 * 1024
LARGEST_BLOB = 32 * 1024 * 1024
"""Bytes, as the format sets them."""

_VARINT, _BYTES = 0, 2
_HEADER_DATA_SIZE = 3
_BLOB_RAW, _BLOB_RAW_SIZE = 1, 2


class _MalformedError(Exception):
    """A block that does not follow the format."""


def looks_like_pbf(head: bytes) -> bool:
    """Whether a file begins with the header block of a PBF."""
    return head[4:6] == b"\x0a\x09" and head[6:15] == b"OSMHeader"


def expanded_size(stream: IO[bytes], file: str) -> int:
    """Bytes that the blocks of a PBF say they unpack to.

    Raises
    ------
    InputError
        If a block is truncated or breaks the format.
    """
    try:
        return sum(_blob_sizes(stream))
    except _MalformedError as error:
        raise InputError(
            "le fichier PBF n’est pas entier.",
            file=file,
            expected="une suite de blocs PBF",
            found=str(error),
            fix="Télécharger de nouveau l’extrait.",
        ) from error


def _blob_sizes(stream: IO[bytes]) -> Iterator[int]:
    while lead := stream.read(4):
        size = int.from_bytes(lead, "big")
        if len(lead) < 4 or not 0 < size <= LARGEST_HEADER:
            raise _MalformedError("un en-tête de bloc illisible")
        header = dict(_fields(_exactly(stream, size)))
        blob_size = header.get(_HEADER_DATA_SIZE)
        if not isinstance(blob_size, int) or blob_size > LARGEST_BLOB:
            raise _MalformedError("un bloc de taille inconnue ou démesurée")
        yield _unpacked_size(_exactly(stream, blob_size))


def _unpacked_size(blob: bytes) -> int:
    fields = dict(_fields(blob))
    raw, size = fields.get(_BLOB_RAW), fields.get(_BLOB_RAW_SIZE)
    if isinstance(raw, bytes):
        return len(raw)
    if not isinstance(size, int) or size > LARGEST_BLOB:
        raise _MalformedError("un bloc qui ne dit pas sa taille, ou démesuré")
    return size


def _exactly(stream: IO[bytes], size: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        raise _MalformedError("la fin du fichier au milieu d’un bloc")
    return content


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Numbered fields of a protocol buffer message: varints and byte strings, all that blobs use."""
    place = 0
    while place < len(message):
        tag, place = _varint(message, place)
        number, kind = tag >> 3, tag & 7
        if kind not in (_VARINT, _BYTES):
            raise _MalformedError("un champ d’un type inattendu")
        value, place = _varint(message, place)
        if kind == _VARINT:
            yield number, value
            continue
        if place + value > len(message):
            raise _MalformedError("un champ plus long que son bloc")
        yield number, message[place : place + value]
        place += value


def _varint(message: bytes, place: int) -> tuple[int, int]:
    """A variable-length integer and the place after it."""
    value = 0
    for shift in range(0, 64, 7):
        if place >= len(message):
            break
        byte = message[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
    raise _MalformedError("un nombre interrompu")
