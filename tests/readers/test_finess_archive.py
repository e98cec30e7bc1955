"""FINESS archives without header."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hygie.engines.kernel.errors import InputError
from hygie.readers.catalogue import load_yaml
from hygie.readers.catalogue.paths import catalogue_folder
from hygie.readers.finess import FinessMapping, read_finess
from hygie.readers.records import PlaceFile

FIRST = "finess;etalab;94;2026-05-04"


@pytest.fixture(scope="module")
def mapping() -> FinessMapping:
    return FinessMapping.from_mapping(load_yaml(catalogue_folder() / "sources" / "finess.yaml"))


def establishment(
    number: str, code: str = "620", name: str = "PHARMACIE DE L'ÉTANG", *, commune: str = "262"
) -> str:
    fields = [""] * 32
    fields[0], fields[1], fields[3], fields[12], fields[13] = "structureet", number, name, commune, "11"
    fields[18], fields[19] = code, "Pharmacie d'Officine"
    return ";".join(fields)


def located(number: str, x: str = "772160.6", y: str = "6278093.4") -> str:
    return f"geolocalisation;{number};{x};{y};1,IGN;2026-05-04"


def read(folder: Path, mapping: FinessMapping, *lines: str) -> PlaceFile:
    path = folder / "etalab.csv"
    path.write_bytes(("\n".join(lines) + "\n").encode("latin-1"))
    return read_finess(path, mapping=mapping, on=date(2026, 5, 4))


def test_establishments_take_the_position_that_follows(tmp_path: Path, mapping: FinessMapping) -> None:
    file = read(tmp_path, mapping, FIRST, establishment("110000001"), located("110000001"))
    place = file.places[0]
    assert (place.id, place.name, place.commune) == (
        "finess:110000001:pharmacy",
        "PHARMACIE DE L'ÉTANG",
        "11262",
    )
    assert (place.lon, place.lat) == pytest.approx((3.8934094, 43.5982217), abs=1e-6)
    assert (file.account.read, file.account.kept) == (2, 2)


def test_latin_1_is_read_with_a_warning(tmp_path: Path, mapping: FinessMapping) -> None:
    file = read(tmp_path, mapping, FIRST, establishment("110000001"), located("110000001"))
    assert "Windows-1252" in file.account.warnings[0]


def test_quotes_are_letters_in_an_archive(tmp_path: Path, mapping: FinessMapping) -> None:
    row = establishment("110000001", name='"LES PINS" ANNEXE')
    assert read(tmp_path, mapping, FIRST, row, located("110000001")).places[0].name == '"LES PINS" ANNEXE'


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([establishment("110000001")], "coordonnées absentes"),
        ([establishment("110000001") + ";x", located("110000001")], "33 valeurs au lieu de 32"),
        ([located("110000001"), "autrechose;1"], "type de ligne inconnu"),
        ([establishment("11"), located("110000001")], "9 caractères"),
    ],
)
def test_faulty_row_of_an_archive_is_rejected(
    tmp_path: Path, mapping: FinessMapping, lines: list[str], reason: str
) -> None:
    file = read(tmp_path, mapping, FIRST, *lines)
    assert file.account.read == file.account.kept + len(file.account.rejects)
    assert [reason in reject.reason for reject in file.account.rejects] == [True]


def test_archive_without_rows_is_refused(tmp_path: Path, mapping: FinessMapping) -> None:
    with pytest.raises(InputError, match="aucun établissement"):
        read(tmp_path, mapping, FIRST)
