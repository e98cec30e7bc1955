"""A wrong, truncated or hostile file: exactly one error a person can act upon, never a crash."""

from __future__ import annotations

import bz2
import dataclasses
import gzip
import random
import zlib
from collections.abc import Callable
from pathlib import Path

import osmium
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.readers.osm.conftest import PACE, SMALLEST, Map

from hygie.engines.kernel.errors import InputError
from hygie.readers.osm import OsmSheet, read_osm
from hygie.readers.osm.pbf import LARGEST_BLOB
from hygie.readers.records import OsmFile

ReadFile = Callable[[Path], OsmFile]

OPEN = b'<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">\n'
NODE = b'<node id="1" lat="47.0" lon="2.0"/>\n'
CLOSE = b"</osm>\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(64)
BOMB = b'<!DOCTYPE osm [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


def varint(number: int) -> bytes:
    out = b""
    while number >= 0x80:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def pbf_block(kind: bytes, blob: bytes) -> bytes:
    header = b"\x0a" + varint(len(kind)) + kind + b"\x18" + varint(len(blob))
    return len(header).to_bytes(4, "big") + header + blob


def deflated(raw_size: int, content: bytes) -> bytes:
    packed = zlib.compress(content)
    return b"\x10" + varint(raw_size) + b"\x1a" + varint(len(packed)) + packed


PBF_START = pbf_block(b"OSMHeader", deflated(16, b"\x22\x0eOsmSchema-V0.6"))


def document(inside: bytes) -> bytes:
    return OPEN + inside + CLOSE


def tagged(value: bytes) -> bytes:
    return document(b'<node id="1" lat="4" lon="2"><tag k="a" v="' + value + b'"/></node>')


TIMED_OUT = b"<remark> runtime error: Query timed out </remark>"

WRONG: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "aucun octet"),
    "a PNG renamed": (PNG, "une image PNG"),
    "random bytes": (random.Random(5).randbytes(5000), "un autre format"),
    "nothing but zeros": (bytes(5000), "un autre format"),
    "a web page": (b"<!DOCTYPE html><html><body>503</body></html>", "une page web"),
    "JSON": (b'{"elements": []}', "du JSON"),
    "a ZIP archive": (b"PK\x03\x04" + bytes(60), "une archive ZIP"),
    "another XML": (b'<?xml version="1.0"?><gpx></gpx>', "« gpx »"),
    "a change file": (b'<osmChange version="0.6"></osmChange>', "un fichier de différences"),
    "UTF-16": ((OPEN + NODE + CLOSE).decode().encode("utf-16"), "UTF-16"),
    "no object": (OPEN + CLOSE, "ni nœud"),
    "cut in a tag": (OPEN + NODE[:-9], "la fin du fichier"),
    "cut between tags": (OPEN + NODE, "la fin du fichier"),
    "badly nested": (document(b"<way id='1'></node>"), "fermée par une autre"),
    "text after the end": (OPEN + NODE + CLOSE + b"<x/>", "après la fin"),
    "another version": (b'<osm version="0.5">' + NODE + CLOSE, "0.6"),
    "a word for a latitude": (document(b'<node id="1" lat="nord" lon="2"/>'), "coordonnée"),
    "an absurd latitude": (document(b'<node id="1" lat="1e30" lon="2"/>'), "coordonnée"),
    "a word for a number": (document(b'<node id="un" lat="47" lon="2"/>'), "numéro"),
    "a member of no kind": (document(b'<relation id="1"><member type="x"/></relation>'), "membre"),
    "an entity bomb": (BOMB + OPEN[39:] + NODE + CLOSE, "DOCTYPE"),
    "an entity after the root": (OPEN + NODE + BOMB + CLOSE, "DOCTYPE"),
    "an endless value": (document(b'<note t="' + b"a" * 2_000_000 + b'"/>'), "1000 Ko"),
    "a long value": (tagged(b"a" * 70_000), "plus long"),
    "bytes that are no UTF-8": (tagged(b"\xe9"), "mal écrite"),
    "an Overpass answer cut short": (document(NODE + TIMED_OUT), "runtime error"),
    "a gzip cut short": (gzip.compress(OPEN + NODE * 50 + CLOSE)[:-12], "interrompu"),
    "a gzip with a wrong sum": (gzip.compress(OPEN + NODE + CLOSE)[:-8] + bytes(8), "abîmé"),
    "a gzip of a PNG": (gzip.compress(PNG), "une image PNG"),
    "a bzip2 cut short": (bz2.compress(OPEN + NODE * 50 + CLOSE)[:-12], "interrompu"),
    "a PBF cut short": (PBF_START[:-4], "au milieu d’un bloc"),
    "a PBF without data": (PBF_START, "ni nœud"),
    "a PBF of noise": (PBF_START + random.Random(6).randbytes(800), "bloc"),
    "a PBF block too large": (PBF_START + pbf_block(b"OSMData", deflated(1 << 25 | 1, b"")), "démesuré"),
    "a PBF block that lies": (PBF_START + pbf_block(b"OSMData", deflated(1000, b"x")), "abîmé"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_gives_one_error_that_names_it(case: str, tmp_path: Path, read_file: ReadFile) -> None:
    content, found = WRONG[case]
    path = tmp_path / "extrait.osm.pbf"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_file(path)
    error = caught.value
    assert error.file == "extrait.osm.pbf"
    assert error.expected
    assert found in error.found
    assert error.fix


def test_an_absent_file_gives_the_same_error(tmp_path: Path, read_file: ReadFile) -> None:
    with pytest.raises(InputError, match=r"absent\.osm.*aucun fichier de ce nom"):
        read_file(tmp_path / "absent.osm")


def test_a_folder_gives_the_same_error(tmp_path: Path, read_file: ReadFile) -> None:
    with pytest.raises(InputError):
        read_file(tmp_path)


def test_the_line_of_a_fault_is_given(tmp_path: Path, read_file: ReadFile) -> None:
    path = tmp_path / "a.osm"
    path.write_bytes(OPEN + NODE + b"<way id='1'></node>\n" + CLOSE)
    with pytest.raises(InputError, match="ligne 4"):
        read_file(path)


def small(sheet: OsmSheet, **limits: float) -> OsmSheet:
    return dataclasses.replace(sheet, limits=dataclasses.replace(sheet.limits, **limits))


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress], ids=["gzip", "bzip2"])
@pytest.mark.parametrize(
    "limits",
    [{"decompressed_bytes": 1_000_000}, {"expansion": 20, "expansion_from_bytes": 1_000_000}],
    ids=["size", "ratio"],
)
def test_a_compression_bomb_is_refused_before_it_is_decoded(
    pack: Callable[[bytes], bytes], limits: dict[str, float], sheet: OsmSheet, tmp_path: Path
) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(pack(OPEN + NODE * 100_000 + CLOSE))
    with pytest.raises(InputError, match="grossit trop"):
        read_osm(path, small(sheet, **limits), walk_metres_per_minute=PACE, dwelling_smallest_area=SMALLEST)


def test_a_pbf_bomb_is_refused_on_what_its_blocks_say(sheet: OsmSheet, tmp_path: Path) -> None:
    path = tmp_path / "bomb.osm.pbf"
    block = pbf_block(b"OSMData", deflated(LARGEST_BLOB, bytes(LARGEST_BLOB)))
    path.write_bytes(PBF_START + block * 2)
    with pytest.raises(InputError, match="grossit trop"):
        read_osm(
            path,
            small(sheet, expansion_from_bytes=1_000_000),
            walk_metres_per_minute=PACE,
            dwelling_smallest_area=SMALLEST,
        )


def test_one_long_line_of_short_tags_is_no_fault(tmp_path: Path, read_file: ReadFile) -> None:
    path = tmp_path / "one_line.osm"
    path.write_bytes((OPEN + NODE * 60_000 + CLOSE).replace(b"\n", b""))
    assert read_file(path).account.read == 0


def whole_map() -> Map:
    drawn = (
        Map()
        .square(1, 2.0, 47.0)
        .node(5, 1.999, 46.999, amenity="pharmacy", name="Été")
        .node(6, 2.002, 47.002)
    )
    drawn.node(7, 2.0, 47.0, natural="tree").way(1, [1, 2, 3, 4, 1], {"highway": "pedestrian", "area": "yes"})
    drawn.way(2, [5, 1], {"highway": "steps"}).way(3, [3, 6], {"highway": "primary"})
    drawn.way(4, [1, 2, 3, 4, 1], {"building": "yes", "building:levels": "2"})
    return drawn.relation(1, [("way", 1, "outer")], {"type": "multipolygon", "leisure": "park"})


@pytest.fixture(scope="module")
def tiny_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """One small map as XML, gzip and PBF."""
    folder = tmp_path_factory.mktemp("tiny")
    xml = folder / "map.osm"
    xml.write_text(whole_map().xml, encoding="utf-8")
    with osmium.SimpleWriter(str(folder / "map.osm.pbf")) as writer:
        for item in osmium.FileProcessor(str(xml)):
            writer.add(item)
    return {
        "xml": xml.read_bytes(),
        "gzip": gzip.compress(xml.read_bytes()),
        "bzip2": bz2.compress(xml.read_bytes()),
        "pbf": (folder / "map.osm.pbf").read_bytes(),
    }


def read_or_refuse(path: Path, sheet: OsmSheet) -> OsmFile | InputError:
    try:
        return read_osm(path, sheet, walk_metres_per_minute=PACE, dwelling_smallest_area=SMALLEST)
    except InputError as error:
        return error


FORMATS = ["xml", "gzip", "bzip2", "pbf"]


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_map_is_read_the_same_in_every_format_whatever_its_name(
    kind: str, tiny_files: dict[str, bytes], tmp_path: Path, read_file: ReadFile
) -> None:
    path = tmp_path / "map.dat"
    path.write_bytes(tiny_files[kind])
    read = read_file(path)
    assert (read.account.read, read.account.kept) == (7, 7)
    assert [place.name for place in read.places.places] == ["Été"]
    assert len(read.ways["walk"].kind) == 4  # outline, two ways, one line across
    assert (len(read.dwellings), len(read.greens), len(read.trees)) == (1, 1, 1)


@pytest.mark.parametrize("kind", FORMATS)
@given(data=st.data())
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_mutated_bytes_give_a_map_or_one_error(
    kind: str, data: st.DataObject, tiny_files: dict[str, bytes], tmp_path: Path, sheet: OsmSheet
) -> None:
    content = bytearray(tiny_files[kind])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)) | st.just(len(content)))
    path = tmp_path / "mutated"
    path.write_bytes(bytes(content[:cut]))
    outcome = read_or_refuse(path, sheet)
    if isinstance(outcome, InputError):
        assert outcome.file == "mutated"
        assert outcome.expected
    else:
        assert outcome.account.read == outcome.account.kept + len(outcome.account.rejects)
