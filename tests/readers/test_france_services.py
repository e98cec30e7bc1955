"""France services: counters, travelling buses told apart, hours read strictly or left unknown."""

from __future__ import annotations

import csv
import gzip
import json
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opening_hours import validate

from hygie.engines.kernel.errors import InputError
from hygie.readers.catalogue import load_checked
from hygie.readers.catalogue.paths import catalogue_folder
from hygie.readers.france_services import FranceServicesSheet, read_france_services
from hygie.readers.records import PlaceFile
from hygie.readers.weekly_hours import DAYS, weekly_hours

RAW = load_checked(catalogue_folder() / "sources" / "france_services.yaml", "source")
SHEET = FranceServicesSheet.from_mapping(RAW)
HEADER = (
    "id_fs,lib_fs,insee_com,latitude,longitude,h_lundi,h_mardi,h_mercredi,h_jeudi,h_vendredi,h_samedi,"
    "commentaire,format_fs"
)
NARBONNE = "11262,43.18723,3.005378"
WEEK = "08:30 - 11:30 / 14:00 - 17:00,14:00 - 17:00,,,,,"
GOOD = f"62,France services,{NARBONNE},{WEEK},Fixe"


def read(folder: Path, *lines: str) -> PlaceFile:
    path = folder / "liste.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return read_france_services(path, SHEET)


def test_a_counter_has_its_commune_and_its_week(tmp_path: Path) -> None:
    (place,) = read(tmp_path, GOOD).places
    assert (place.id, place.category, place.commune) == ("france_services:62:counter", "counter", "11262")
    assert (place.lon, place.lat) == (3.005378, 43.18723)
    assert place.hours == "Mo 08:30-11:30,14:00-17:00; Tu 14:00-17:00"
    assert place.note == ""


def test_a_bus_is_kept_and_counted_without_a_place(tmp_path: Path) -> None:
    file = read(tmp_path, GOOD, GOOD.replace("62,", "63,", 1).replace("Fixe", "Bus_équivalent"))
    assert [place.id for place in file.places] == ["france_services:62:counter"]
    assert (file.account.read, file.account.kept) == (2, 2)
    assert file.unmapped == {"France services itinérante": 1}
    assert [row.unmapped for row in file.rows] == ["", "France services itinérante"]


def test_an_unknown_kind_is_listed_and_never_guessed(tmp_path: Path) -> None:
    file = read(tmp_path, GOOD.replace("Fixe", "Dirigeable"))
    assert (file.places, file.unmapped) == ((), {"format_fs=Dirigeable": 1})


@pytest.mark.parametrize(
    ("old", "new", "note"),
    [
        ("Fixe", "Multisites", "plusieurs sites, dont un seul est situé"),
        (",,Fixe", ",Sur rendez-vous,Fixe", "horaires commentés par la source, à vérifier"),
        ("14:00 - 17:00,,", "00:00 - 00:00,,", ""),
    ],
    ids=["several sites", "a remark", "no strict reading"],
)
def test_hours_that_may_be_wrong_are_left_unknown(tmp_path: Path, old: str, new: str, note: str) -> None:
    assert old in GOOD
    (place,) = read(tmp_path, GOOD.replace(old, new)).places
    assert (place.hours, place.note) == ("", note)


def test_hours_left_out_are_counted(tmp_path: Path) -> None:
    bad = GOOD.replace("62,", "63,", 1).replace("14:00 - 17:00,,", "l’après-midi,,")
    remark = GOOD.replace("62,", "64,", 1).replace(",,Fixe", ",Sur RDV,Fixe")
    warnings = " ".join(read(tmp_path, GOOD, bad, remark).account.warnings).replace("\u00a0", " ")
    assert "1 lieu du fichier aux horaires illisibles" in warnings
    assert "1 lieu du fichier aux horaires commentés" in warnings


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("62,", ",", "id_fs"),
        ("France services,", ",", "lib_fs"),
        ("11262", "Narbonne", "insee_com"),
        ("43.18723,3.005378", "3.005378,43.18723", "longitude"),
        ("43.18723,3.005378", ",", "longitude"),
        ("43.18723", "quarante", "longitude"),
    ],
)
def test_a_faulty_row_is_rejected_with_its_column(tmp_path: Path, old: str, new: str, column: str) -> None:
    account = read(tmp_path, "1,Autre,11069,43.2,2.3,,,,,,,,Fixe", GOOD.replace(old, new, 1)).account
    assert (account.read, account.kept) == (2, 1)
    assert (account.rejects[0].row, account.rejects[0].column) == ("ligne 3", column)


def test_a_number_told_twice_is_rejected(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD, GOOD).account.rejects[0].reason == "doublon de la ligne 2"


def test_another_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "autre.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="manque"):
        read_france_services(path, SHEET)


def test_geojson_gives_the_same_place(tmp_path: Path) -> None:
    names, cells = HEADER.split(","), next(csv.reader([GOOD]))
    properties = {n: v for n, v in zip(names, cells, strict=True) if n not in ("latitude", "longitude")}
    feature = {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": [3.005378, 43.18723]},
    }
    path = tmp_path / "liste.geojson.gz"
    path.write_bytes(gzip.compress(json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()))
    assert read_france_services(path, SHEET).places == read(tmp_path, GOOD).places


@pytest.mark.parametrize("broken", [{"kinds": [{"labels": ["Fixe"]}]}, {"kinds": None}, {}])
def test_a_malformed_sheet_is_one_error(broken: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="mal formée"):
        FranceServicesSheet.from_mapping({**RAW, "mapping": broken})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9:00 - 12:30 / 13h30-17h00", "Mo 09:00-12:30,13:30-17:00"),
        (" 08:00 -12:00 ", "Mo 08:00-12:00"),
        ("14:00 - 24:00", "Mo 14:00-24:00"),
        ("-", ""),
        ("", ""),
        ("Fermé", ""),
        ("00:00 - 00:00", None),
        ("12:00 - 09:00", None),
        ("09:00 - 12:00 / 11:00 - 14:00", None),
        ("09:00 - 12:00 / 12:00 - 14:00", None),
        ("09:00 - 25:00", None),
        ("09:00 - 12:30 / Sur RDV : après-midi", None),
        ("9:00 -12: 13:00 -16:", None),
        ("09:00 - 12:00 /", None),
    ],
)
def test_a_day_is_read_strictly_or_not_at_all(text: str, expected: str | None) -> None:
    assert weekly_hours({"Mo": text}, SHEET.closed) == expected


def test_following_days_of_the_same_hours_are_told_together() -> None:
    nine, ten = "09:00 - 12:00", "10:00 - 12:00"
    days = {"Mo": nine, "Tu": nine, "We": ten, "Th": nine, "Sa": ten, "Su": ten}
    assert weekly_hours(days, {""}) == (
        "Mo-Tu 09:00-12:00; We 10:00-12:00; Th 09:00-12:00; Sa-Su 10:00-12:00"
    )


SPANS = st.lists(st.integers(0, 287), min_size=2, max_size=6, unique=True).map(sorted)


@given(st.dictionaries(st.sampled_from(DAYS), SPANS.filter(lambda marks: len(marks) % 2 == 0)))
def test_what_is_written_is_what_was_said(week: dict[str, list[int]]) -> None:
    """Oracle: a list of minutes open a day, read back from the notation by hand."""
    said = {day: list(zip(marks[::2], marks[1::2], strict=True)) for day, marks in week.items()}
    texts = {day: " / ".join(f"{_clock(a)} - {_clock(b)}" for a, b in spans) for day, spans in said.items()}
    written = weekly_hours(texts, {""})
    assert written is not None
    assert _expanded(written) == said
    assert not written or validate(written)


def _clock(fives: int) -> str:
    return f"{fives * 5 // 60:02}:{fives * 5 % 60:02}"


def _expanded(notation: str) -> dict[str, list[tuple[int, int]]]:
    found = {}
    for rule in filter(None, notation.split("; ")):
        days, spans = rule.split(" ")
        first, _, last = days.partition("-")
        run = DAYS[DAYS.index(first) : DAYS.index(last or first) + 1]
        marks = [
            (int(a) * 12 + int(b) // 5, int(c) * 12 + int(d) // 5)
            for a, b, c, d in re.findall(r"(\d\d):(\d\d)-(\d\d):(\d\d)", spans)
        ]
        found.update(dict.fromkeys(run, marks))
    return found


SEED = f"{HEADER}\n{GOOD}\n63,Bus,11069,43.2,2.35,,,,,,,,Itinérante\n".encode()


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_whatever_the_bytes_it_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(SEED)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        content[at : at + data.draw(st.integers(0, 5))] = data.draw(st.binary(max_size=6))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "liste.csv"
        path.write_bytes(bytes(content))
        try:
            account = read_france_services(path, SHEET).account
        except InputError:
            return
        assert account.read == account.kept + len(account.rejects)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(HEADER.split(",")), st.text(max_size=20), max_size=4))
def test_whatever_the_cells_every_row_is_accounted_for(changed: dict[str, str]) -> None:
    row = dict(zip(HEADER.split(","), next(csv.reader([GOOD])), strict=True)) | changed
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "liste.csv"
        with path.open("w", encoding="utf-8", errors="replace", newline="") as stream:
            writer = csv.DictWriter(stream, HEADER.split(","))
            writer.writeheader()
            writer.writerow(row)
        try:
            file = read_france_services(path, SHEET)
        except InputError:
            return
        assert file.account.read == file.account.kept + len(file.account.rejects)
        assert all(validate(place.hours) for place in file.places if place.hours)


@pytest.mark.sample_data
def test_the_list_of_2024_is_read_whole(sample_data: Path) -> None:
    """Oracle: the standard csv module, counted here."""
    path = sample_data / "france_services" / "liste-fs-20240801.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    file = read_france_services(path, SHEET)
    assert (file.account.read, file.account.kept) == (len(rows), len(rows)) == (2845, 2845)
    mobile = [row for row in rows if row["format_fs"] in ("Bus_équivalent", "Itinérante")]
    assert len(file.places) == len(rows) - len(mobile)
    aude = [place for place in file.places if place.commune.startswith("11")]
    assert len(aude) == sum(row["insee_dep"] == "11" for row in rows) == 25
    (narbonne,) = [place for place in aude if place.commune == "11262"]
    assert "Pimms" in narbonne.name
    assert narbonne.hours.startswith("Mo 08:30-11:30,14:00-17:00; Tu 14:00-17:00; We")
    assert all(validate(place.hours) for place in file.places if place.hours)


@pytest.mark.sample_data
def test_the_list_of_2021_is_read_but_for_two_truncated_codes(sample_data: Path) -> None:
    path = sample_data / "france_services/france_services_2021-04.geojson.gz"
    file = read_france_services(path, SHEET)
    told = [f["properties"] for f in json.loads(gzip.decompress(path.read_bytes()))["features"]]
    mobile = sum("itinerante" in p["categorie"] and len(p["insee_com"]) == 5 for p in told)
    assert (file.account.read, file.account.kept) == (908, 906)
    assert {reject.value for reject in file.account.rejects} == {"2B14", "2B10"}
    assert file.unmapped == {"France services itinérante": mobile}
    assert len(file.places) == 906 - mobile
