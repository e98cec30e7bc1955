"""Opening one text file: compression, encoding, limits, and what is not a text."""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from hygie.engines.kernel.errors import InputError
from hygie.readers.tables.source import CHUNK, Limits, open_text

TEXT = "code;nom\n11262;Narbonne\n"


def written(folder: Path, data: bytes, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def text_of(path: Path, *, member: str | None = None, limits: Limits | None = None) -> str:
    with open_text(path, member=member, limits=limits or Limits()) as source:
        return source.stream.read()


@pytest.mark.parametrize("pack", [lambda data: data, gzip.compress, lambda data: zipped(table=data)])
def test_plain_gzip_and_zip_give_the_same_text_and_the_digest_of_the_stored_file(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    stored = pack(TEXT.encode())
    path = written(tmp_path, stored)
    with open_text(path) as source:
        assert source.stream.read() == TEXT
        assert source.sha256 == hashlib.sha256(stored).hexdigest()
        assert source.warnings == ()


def test_byte_order_mark_is_not_part_of_the_text(tmp_path: Path) -> None:
    assert text_of(written(tmp_path, b"\xef\xbb\xbf" + TEXT.encode())) == TEXT


def test_windows_text_is_read_with_a_warning(tmp_path: Path) -> None:
    with open_text(written(tmp_path, "nom\nAude — l’été\n".encode("cp1252"))) as source:
        assert source.stream.read() == "nom\nAude — l’été\n"
        assert len(source.warnings) == 1
        assert "Windows-1252" in source.warnings[0]


def test_bytes_absent_from_windows_are_read_as_latin_1(tmp_path: Path) -> None:
    with open_text(written(tmp_path, b"nom\n\xe9\x81\n")) as source:
        assert source.stream.read() == "nom\n\xe9\x81\n"
        assert "ISO 8859-1" in source.warnings[0]


def test_an_accent_cut_by_the_end_of_a_chunk_stays_utf_8(tmp_path: Path) -> None:
    text = "a" * (CHUNK - 1) + "é\n"
    with open_text(written(tmp_path, text.encode())) as source:
        assert source.stream.read() == text
        assert source.warnings == ()


def test_utf_8_cut_in_the_middle_of_a_letter_is_not_called_utf_8(tmp_path: Path) -> None:
    with open_text(written(tmp_path, "nom\né".encode()[:-1])) as source:
        assert source.warnings


def test_named_member_of_a_zip_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, zipped(a=b"first", b=b"second"))
    assert text_of(path, member="b") == "second"


def test_zip_of_several_files_without_a_name_says_which_there_are(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a, b") as caught:
        text_of(written(tmp_path, zipped(a=b"x", b=b"y")))
    assert caught.value.expected == "une archive d’un seul fichier"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"\x89PNG\r\n\x1a\n rest", "image PNG"),
        (b"%PDF-1.7 rest", "PDF"),
        (b"<!DOCTYPE html><html>Erreur 404</html>", "page web"),
        (b"\n\n<html><body>502</body></html>", "page web"),
        (b"<?xml version='1.0'?><osm/>", "XML"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
        ("code;nom\n".encode("utf-16"), "UTF-16"),
        (b"code;nom\n1;\x002\n", "octet nul"),
        (zipped(**{"[Content_Types].xml": b"<Types/>"}), "classeur"),
    ],
)
def test_what_is_not_a_text_table_is_named(tmp_path: Path, data: bytes, found: str) -> None:
    with pytest.raises(InputError, match="ce n’est pas le fichier attendu") as caught:
        text_of(written(tmp_path, data))
    assert found in caught.value.found


def test_a_page_saved_under_gzip_is_named_too(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        text_of(written(tmp_path, gzip.compress(b"<html>404</html>")))
    assert "page web" in caught.value.found


def test_null_byte_is_reported_at_its_line(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        text_of(written(tmp_path, b"a\nb\nc\0\n"))
    assert caught.value.line == 3


@pytest.mark.parametrize("data", [b"", b"\n \n\t", b"\xef\xbb\xbf", gzip.compress(b"")])
def test_empty_file_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(InputError, match="vide"):
        text_of(written(tmp_path, data))


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(TEXT.encode() * 100)[:-20],
        gzip.compress(TEXT.encode())[:5],
        gzip.compress(TEXT.encode()) + b"garbage",
        zipped(table=TEXT.encode() * 100)[:60],
        b"PK\x03\x04" + b"\xff" * 40,
    ],
)
def test_truncated_or_corrupt_archive_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(InputError, match="incomplet ou abîmé"):
        text_of(written(tmp_path, data))


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: zipped(table=data)])
def test_decompression_bomb_is_refused_before_it_is_read_whole(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    bomb = pack(b"0;" * (1 << 20) + b"\n")
    limits = Limits(ratio_from=1 << 16, line_bytes=None)
    with pytest.raises(InputError, match="démesuré"):
        text_of(written(tmp_path, bomb), limits=limits)


def test_text_beyond_the_size_limit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="démesuré"):
        text_of(written(tmp_path, b"line\n" * 1000), limits=Limits(text_bytes=4000))


def test_endless_line_is_refused_at_its_line(tmp_path: Path) -> None:
    data = b"code;nom\n" + b"x" * (3 * CHUNK)
    with pytest.raises(InputError, match="une ligne n’en finit pas") as caught:
        text_of(written(tmp_path, data), limits=Limits(line_bytes=2 * CHUNK))
    assert caught.value.line == 2


def test_many_short_lines_are_no_endless_line(tmp_path: Path) -> None:
    data = b"code;nom\n" * CHUNK
    assert len(text_of(written(tmp_path, data), limits=Limits(line_bytes=CHUNK))) == len(data)


def test_missing_file_and_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="introuvable"):
        text_of(tmp_path / "absent.csv")
    with pytest.raises(InputError, match="introuvable"):
        text_of(tmp_path)


def test_encrypted_zip_is_refused(tmp_path: Path) -> None:
    data = bytearray(zipped(table=TEXT.encode()))
    local, central = data.find(b"PK\x03\x04"), data.find(b"PK\x01\x02")
    data[local + 6] |= 1
    data[central + 8] |= 1
    with pytest.raises(InputError, match="incomplet ou abîmé"):
        text_of(written(tmp_path, bytes(data)))


def test_progress_is_told_in_stored_bytes(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = written(tmp_path, TEXT.encode())
    with open_text(path, progress=lambda _label, done, total: told.append((done, total))):
        pass
    assert told[-1] == (len(TEXT), len(TEXT))


def test_line_limit_under_a_chunk_is_a_programming_mistake() -> None:
    with pytest.raises(ValueError, match="chunks"):
        Limits(line_bytes=CHUNK - 1)
