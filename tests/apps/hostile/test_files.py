"""Files that somebody sends: bombs, names that climb, pages that would run; read in bounds, never served."""

from __future__ import annotations

import gzip
import io
import json
import stat
import struct
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.apps.hostile.addresses import address, served
from tests.apps.hostile.conftest import World

from hygie.apps.core.organisations.roles import Role
from hygie.apps.directory.models import Entry, Upload
from hygie.apps.territory.live_folders import versions_folder
from hygie.apps.territory.versions.archive import extract_territory
from hygie.apps.territory.versions.models import Stage, TerritoryVersion
from hygie.engines.kernel.errors import HygieError

pytestmark = pytest.mark.django_db(databases=["default", "readings"])
Committed = Callable[..., AbstractContextManager[Any]]

DIRECTORY, TERRITORY = "/gestion/annuaire/importer", "/gestion/territoire/importer"
MOST_MEMORY = 400 * 2**20
MOST_SECONDS = 20.0


@contextmanager
def bounded() -> Iterator[None]:
    """Fail when what is done takes more memory or time than a small server has."""
    tracemalloc.start()
    begun = time.perf_counter()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MOST_MEMORY, f"{peak >> 20} MiB"
    assert time.perf_counter() - begun < MOST_SECONDS


def send(world: World, path: str, name: str, content: bytes, committed: Committed) -> Any:
    """Send a file as the administrator, jobs done; a page that answers, never the error page."""
    field = "zip" if path == TERRITORY else "fichier"
    client = world.client(Role.ADMINISTRATOR)
    with committed(execute=True):
        answer = client.post(path, {field: SimpleUploadedFile(name, content, "text/html")})
    assert answer.status_code in (200, 302, 422), answer.status_code
    if answer.status_code == 302:
        followed = client.get(answer.headers["Location"])
        assert followed.status_code == 200, followed.status_code
        return followed
    return answer


# --- zips ----------------------------------------------------------------------------------------


def member(name: str, content: bytes = b"x", mode: int = 0) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("territory.json", "{}")
        info = zipfile.ZipInfo("a")
        info.filename, info.external_attr = name, mode << 16
        archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def nested(depth: int) -> bytes:
    """A zip in a zip in a zip, a hundred megabytes of zeros at the bottom."""
    content = b"\0" * (100 * 2**20)
    for _ in range(depth):
        content = member("inner.zip", content)
    return content


def overlapping() -> bytes:
    """Four hundred entries of the directory that all point at the same zeros."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("territory.json", "{}")
        archive.writestr("a", b"\0" * (20 * 2**20))
        last = archive.infolist()[-1]
        for i in range(390):
            copy = zipfile.ZipInfo(f"a{i}")
            for key in ("header_offset", "compress_size", "file_size", "CRC", "compress_type", "flag_bits"):
                setattr(copy, key, getattr(last, key))
            archive.filelist.append(copy)
            archive.NameToInfo[copy.filename] = copy
        vars(archive)["_didModify"] = True
    return made.getvalue()


ZIPS: dict[str, bytes] = {
    "parent": member("../../evil"),
    "deep parent": member("streets/../../../evil"),
    "absolute": member("/etc/evil"),
    "drive": member("C:\\evil"),
    "drive with slashes": member("C:/evil"),
    "backslashes": member("..\\..\\evil"),
    "nul": member("a\x00.txt"),
    "new line": member("a\nb"),
    "dots": member("..."),
    "hidden": member(".bashrc"),
    "device": member("CON:"),
    "link": member("evil", b"/etc/passwd", stat.S_IFLNK | 0o777),
    "fifo": member("evil", b"", stat.S_IFIFO | 0o777),
    "ratio": member("zeros", b"\0" * (200 * 2**20)),
    "nested": nested(3),
    "overlapping": overlapping(),
    "many": b"",
    "not a zip": b"PK\x03\x04" + b"\0" * 100,
    "empty": b"",
}


HARMLESS = {
    "nested": "a zip in a zip is one file, and is not opened further",
    "nul": "the name is cut there when the zip is read, and the file stays inside",
}
"""What the extraction takes, and why; whatever is not a territory is refused just after."""


def many() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for i in range(5000):
            archive.writestr(f"f{i}", b"")
    return made.getvalue()


@pytest.mark.parametrize("name", ZIPS)
def test_a_zip_leaves_nothing_outside_and_never_fills_the_disk(tmp_path: Path, name: str) -> None:
    archive, into = tmp_path / "x.zip", tmp_path / "in" / "to"
    archive.write_bytes(many() if name == "many" else ZIPS[name])
    into.mkdir(parents=True)
    refused = False
    with bounded():
        try:
            extract_territory(archive, into, lambda _: None)
        except HygieError:
            refused = True
    assert refused or name in HARMLESS
    assert holds_only(into)
    assert not list(tmp_path.rglob("evil"))
    assert sum(file.stat().st_size for file in into.rglob("*") if file.is_file()) < 64 * 2**20
    assert not any(path.is_symlink() for path in into.rglob("*"))


def holds_only(folder: Path) -> bool:
    return all(path.resolve().is_relative_to(folder.resolve()) for path in folder.rglob("*"))


def test_a_zip_that_is_no_territory_becomes_a_refusal(
    world: World, django_capture_on_commit_callbacks: Committed
) -> None:
    for name in ("parent", "link", "ratio", "not a zip"):
        send(world, TERRITORY, "../../x.zip", ZIPS[name], django_capture_on_commit_callbacks)
        made = TerritoryVersion.objects.first()
        assert made is not None
        assert made.stage == Stage.REFUSED, name
    assert {path.name for path in versions_folder().iterdir()} <= {".incoming"}
    assert not list((versions_folder() / ".incoming").iterdir())


# --- files of entries ----------------------------------------------------------------------------

HEAD = "nom;categorie;lon;lat;site\n"


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 99))
        + chunk(b"IEND", b"")
    )


def geojson(**properties: Any) -> bytes:
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [3, 43]},
        "properties": properties,
    }
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


XML = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "' + b"a" * 999 + b'"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(document.cookie)</script>"

BOMBS: dict[str, tuple[str, bytes]] = {
    "a million columns": ("x.csv", b";".join(b"c%d" % i for i in range(1_000_000))),
    "a million empty columns": ("x.csv", HEAD.encode() + b"a;pharmacy" + b";" * 1_000_000),
    "one line without end": ("x.csv", HEAD.encode() + b"a" * (7 << 20)),
    "a quote that never closes": ("x.csv", HEAD.encode() + b'"' + b"a\n" * (3 << 20)),
    "a million rows": ("x.csv", HEAD.encode() + b"a;pharmacy\n" * 600_000),
    "nul": ("x.csv", HEAD.encode() + b"a\0b;pharmacy;;;\n"),
    "not text": ("x.csv", bytes(range(256)) * 99),
    "utf-16": ("x.csv", (HEAD + "a;pharmacy;;;\n").encode("utf-16")),
    "brackets": ("x.geojson", b"[" * 200_000),
    "braces": ("x.geojson", b'{"a":' * 200_000),
    "deep geometry": ("x.geojson", geojson(nom="a").replace(b"[3, 43]", b"[" * 5000 + b"]" * 5000)),
    "deep property": (
        "x.geojson",
        geojson(nom="a", x=1).replace(b'"x": 1', b'"x": ' + b"[" * 5000 + b"]" * 5000),
    ),
    "a number without end": (
        "x.geojson",
        geojson(nom="a", x=1).replace(b"[3, 43]", b"[" + b"9" * 100_000 + b", 43]"),
    ),
    "infinity": ("x.geojson", geojson(nom="a", categorie="pharmacy").replace(b"[3, 43]", b"[1e999, NaN]")),
    "the end of the world": (
        "x.geojson",
        geojson(nom="a", categorie="pharmacy").replace(b"[3, 43]", b"[3e300, 43]"),
    ),
    "lone surrogate": ("x.geojson", geojson(nom="a\ud800b", categorie="pharmacy", identifiant="\udfff")),
    "nul in a name": ("x.geojson", geojson(nom="a\0b", categorie="pharmacy")),
    "nul in an identifier": (
        "x.geojson",
        geojson(nom="a", categorie="pharmacy", identifiant="a\0b", etablissement="\0"),
    ),
    "nul in what is rejected": ("x.geojson", geojson(nom="a", categorie="\0\ud800")),
    "the same key twice": (
        "x.geojson",
        b'{"type":"FeatureCollection","type":"Feature","features":[],"features":1}',
    ),
    "entities": ("x.csv", XML),
    "entities told as json": ("x.geojson", XML),
    "picture": ("x.png", png(2**31 - 1, 2**31 - 1)),
    "picture told as a table": ("x.csv", png(2**31 - 1, 2**31 - 1)),
    "drawing": ("x.svg", SVG),
    "page": ("x.html", HTML),
    "page told as a table": ("x.csv", HTML),
    "gzip": ("x.csv", gzip.compress(b"\0" * (50 << 20))),
    "gzip by its name": ("x.csv.gz", gzip.compress(b"\0" * (50 << 20))),
    "zip": ("x.zip", ZIPS["ratio"]),
    "parquet": ("x.parquet", b"PAR1" + b"\xff" * 64 + b"PAR1"),
    "empty": ("x.csv", b""),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_file_of_entries_is_read_in_bounds_or_refused_in_words(
    world: World, name: str, django_capture_on_commit_callbacks: Committed
) -> None:
    before = Entry.objects.count()
    with bounded():
        send(world, DIRECTORY, *BOMBS[name], django_capture_on_commit_callbacks)
    assert Entry.objects.count() == before


NAMES = [
    "../../../etc/passwd.csv",
    "..\\..\\x.csv",
    "/etc/x.csv",
    "C:\\x.csv",
    "a\0.csv",
    "a\r\nX-Evil: 1.csv",
    ".csv",
    "<script>alert(1)</script>.csv",
    "=cmd|' /C calc'!A0.csv",
    "\u202egpj.csv",
    "x" * 5000 + ".csv",
    "é\u0301.csv",
    "a;b.csv",
    '"><img src=x>.csv',
    "CON.csv",
    "...csv",
    " .csv",
]


def test_a_name_of_a_file_is_only_text(world: World, django_capture_on_commit_callbacks: Committed) -> None:
    for name in NAMES:
        content = (HEAD + "Essai;pharmacy;;;\n").encode()
        page = send(world, DIRECTORY, name, content, django_capture_on_commit_callbacks).content.decode()
        assert "<script>alert(1)" not in page
        assert "<img src=x>" not in page
    for kept in Upload.objects.all():
        assert not set("/\\\0\r\n") & set(kept.file), kept.file
        assert len(kept.file) <= 200


# --- what was sent is never served ---------------------------------------------------------------

ACTIVE = ("image/svg", "xml", "javascript", "ecmascript", "application/x-shockwave")


def test_no_address_serves_what_somebody_sent(
    world: World, django_capture_on_commit_callbacks: Committed
) -> None:
    marks = {DIRECTORY: b"marque-7351", TERRITORY: b"marque-7352"}
    for path, mark in marks.items():
        for name in ("x.svg", "x.html", "x.csv"):
            content = SVG.replace(b"alert(1)", mark) if name != "x.html" else HTML + mark
            send(world, path, name, content, django_capture_on_commit_callbacks)
    wrong = []
    for client in (world.client(Role.ADMINISTRATOR), world.anybody):
        for page in served():
            answer: Any = client.get(address(page, world.records))
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            media = answer.headers.get("Content-Type", "")
            active = any(part in media for part in ACTIVE)
            if answer.headers.get("X-Content-Type-Options") != "nosniff" or active:
                wrong.append((page.name, media))
            written = "html" in media and (b"<script>" in body or b"<svg onload" in body)
            if written or any(mark in body for mark in marks.values()):
                wrong.append((page.name, "holds what was sent"))
            if media.startswith(("text/csv", "application/geo", "application/vnd")):
                said = answer.headers.get("Content-Disposition", "")
                if not said.startswith("attachment"):
                    wrong.append((page.name, said))
    assert not wrong


@pytest.mark.parametrize(
    "path",
    [
        "/static/../settings.py",
        "/static/..%2f..%2fsettings.py",
        "/static//etc/passwd",
        "/static/%2e%2e/x",
        "/static/..%5c..%5cx",
        "/static/core/site.css%00.svg",
        "/scenario/fond/../../x",
        "/static/\u202e",
        "/annuaire/export/..%2f..%2fx.csv",
        "/annuaire/export/odbl.csv%00",
        "/static/core/",
    ],
)
def test_a_path_never_leaves_its_folder(world: World, path: str) -> None:
    for client in (world.client(Role.ADMINISTRATOR), world.anybody):
        assert client.get(path).status_code == 404
