"""Recognise what is not a table by its first bytes: the download that went wrong."""

from __future__ import annotations

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "une image PNG"),
    (b"\xff\xd8\xff", "une image JPEG"),
    (b"GIF8", "une image GIF"),
    (b"%PDF", "un document PDF"),
    (b"\xd0\xcf\x11\xe0", "un classeur Excel ancien (xls)"),
    (b"PAR1", "un fichier Parquet"),
    (b"SQLite format 3", "une base SQLite"),
    (b"7z\xbc\xaf", "une archive 7z"),
    (b"Rar!", "une archive RAR"),
    (b"BZh", "un fichier bzip2"),
    (b"\x28\xb5\x2f\xfd", "un fichier Zstandard"),
    (b"\xff\xfe", "un texte en UTF-16, à enregistrer en UTF-8"),
    (b"\xfe\xff", "un texte en UTF-16, à enregistrer en UTF-8"),
    (b"version https://git-lfs", "un renvoi Git LFS, pas le fichier lui-même"),
)
_MARKUP: tuple[tuple[bytes, str], ...] = (
    (b"<!doctype html", "une page web (souvent un message d’erreur enregistré)"),
    (b"<html", "une page web (souvent un message d’erreur enregistré)"),
    (b"<?xml", "un document XML"),
)


def foreign_content(start: bytes) -> str:
    """Name, in French, of what ``start`` begins, when it is known not to be a table; else empty."""
    for signature, name in _SIGNATURES:
        if start.startswith(signature):
            return name
    opening = start[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for tag, name in _MARKUP:
        if opening.startswith(tag):
            return name
    return ""
