"""Whatever the bytes, a table or a GeoJSON is read or refused: nothing else happens."""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hygie.engines.kernel.errors import InputError
from hygie.readers.catalogue import load_yaml
from hygie.readers.catalogue.paths import catalogue_folder
from hygie.readers.contours import read_contours
from hygie.readers.finess import FinessMapping, read_finess
from hygie.readers.grid import read_grid
from hygie.readers.populations import read_legal_populations
from hygie.readers.records import FileAccount

GRID = (
    b"idcar_200m,x,y,imputed,ind,a,b\n"
    b"CRS3035RES200mN2256000E3748800,3748800,2256000,1,3.0,1.0,2.0\n"
    b'CRS3035RES200mN2256200E3748800,3748800,2256200,0,"4,5","2,5",2\n'
)
GRID_COLUMNS = {
    "id": ["idcar_200m"],
    "x": ["x"],
    "y": ["y"],
    "imputed": ["imputed"],
    "people": ["ind"],
    "age_0_17": ["a"],
    "age_18_plus": ["b"],
}
POPULATIONS = "COM;Commune;PMUN\r\n11262;Narbonne;56 395\r\n01004;Ambérieu;14204\r\n".encode()
ZONES = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"code": "11262", "nom": "Narbonne"},
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [[[3.0, 43.0], [3.1, 43.0], [3.1, 43.1], [3.0, 43.0]]],
                },
            }
        ],
    }
).encode()


def grid_account(path: Path) -> FileAccount:
    return read_grid(path, GRID_COLUMNS, cell_metres=200, age_tolerance=0.1).account


def populations_account(path: Path) -> FileAccount:
    columns = {"code": ["COM"], "name": ["Commune"], "people": ["PMUN"]}
    return read_legal_populations(path, columns).account


def zones_account(path: Path) -> FileAccount:
    columns = {"code": ["code"], "name": ["nom"]}
    return read_contours(path, columns, repair_limit=0.01, are_communes=True).account


FINESS = (
    b"nofinesset;rs;categetab;departement;commune;longitude;latitude\n"
    b"110000056;CENTRE HOSPITALIER;355;11;262;3.0033;43.1843\n"
    b"110000064;PHARMACIE;620;11;262;3.0033;43.1843\n"
)
ARCHIVE = (
    "finess;etalab;94;2026-05-04\n"
    f"structureet;110000064;;PHARMACIE;;;;;;;;;262;11;;;;;620{';' * 13}\n"
    "geolocalisation;110000064;772160.6;6278093.4;1;2026-05-04\n"
).encode()
MAPPING = FinessMapping.from_mapping(load_yaml(catalogue_folder() / "sources" / "finess.yaml"))


def finess_account(path: Path) -> FileAccount:
    return read_finess(path, mapping=MAPPING, on=date(2026, 4, 15)).account


READERS = {
    "finess": (FINESS, finess_account),
    "archive": (ARCHIVE, finess_account),
    "grid": (GRID, grid_account),
    "populations": (POPULATIONS, populations_account),
    "zones": (ZONES, zones_account),
    "gzip": (gzip.compress(POPULATIONS, mtime=0), populations_account),
}


@st.composite
def mutated(draw: st.DrawFn, valid: bytes) -> bytes:
    data = bytearray(valid)
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 12)))
        data[start:end] = draw(
            st.binary(max_size=12) | st.sampled_from([b'"', b"\n", b";", b"\0", b"9" * 400, b"["])
        )
    return bytes(data)


def read_or_refused(reader: Callable[[Path], FileAccount], data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(data)
        try:
            account = reader(path)
        except InputError:
            return
    assert account.read == account.kept + len(account.rejects)


@pytest.mark.parametrize("name", READERS)
def test_the_valid_file_is_read_whole(tmp_path: Path, name: str) -> None:
    data, reader = READERS[name]
    path = tmp_path / "file"
    path.write_bytes(data)
    account = reader(path)
    assert account.kept == account.read > 0


@pytest.mark.parametrize("name", READERS)
@settings(deadline=None, max_examples=150)
@given(choice=st.data())
def test_mutated_file_is_read_or_refused(name: str, choice: Any) -> None:
    data, reader = READERS[name]
    read_or_refused(reader, choice.draw(mutated(data)))


@pytest.mark.parametrize("name", READERS)
@settings(deadline=None, max_examples=60)
@given(data=st.binary(max_size=200))
@example(data=b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03")
@example(data=b"PK\x05\x06" + b"\0" * 18)
def test_random_bytes_are_read_or_refused(name: str, data: bytes) -> None:
    read_or_refused(READERS[name][1], data)
