"""The spreadsheet, read back with another library: the same numbers as the JSON, and no formula."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reports.ods_reading import Read, read_large, read_sheets, records

from hygie.engines.diagnosis.result import Diagnosis
from hygie.engines.kernel.measures import Measure, Reason, Status, suppressed
from hygie.engines.kernel.statistic import Statistic, StatisticStatus
from hygie.engines.kernel.territory import Territory
from hygie.engines.portrait.result import (
    Authorisation,
    Grade,
    HospitalSite,
    HospitalWatch,
    OfficialResult,
    PeerGroup,
    PeerStanding,
    Portrait,
    QualityCheck,
)
from hygie.readers.catalogue import Catalogue
from hygie.reports.guarding import unguarded
from hygie.reports.json_diagnosis import diagnosis_json
from hygie.reports.ods import render_ods
from hygie.reports.ods.sheets import Column, Format, Num, Sheet, named
from hygie.reports.ods.writing import MIMETYPE, write_ods
from hygie.reports.tables import layers_of

DAY = "2026-11-22"
HOSTILE = ('=HYPERLINK("http://x.invalid")', "+1", "-2+3", "@SUM(A1)", "\t=1", "<b>&amp;", "a;=1")


def _statistic(key: str, level: str, value: float | None, status: StatisticStatus, year: str) -> Statistic:
    code = {"commune": "00001", "epci": "200", "departement": "99"}[level]
    name = f"Zone {code}"
    return Statistic(key, f"Titre {key}", "€", level, code, name, value, year, "Insee, fichier", status, None)


OFFICIAL = (
    OfficialResult(
        key="median_income",
        theme="equity",
        title="Revenu médian",
        question="Quel revenu ?",
        unit="€ par an",
        status=Status.COMPUTED,
        reason=None,
        main=_statistic("median_income", "commune", 20_345.678, StatisticStatus.PUBLISHED, "2021"),
        values=(
            _statistic("median_income", "commune", 20_345.678, StatisticStatus.PUBLISHED, "2021"),
            _statistic("median_income", "epci", 21_000.0, StatisticStatus.COMPUTED, "2021"),
            _statistic("median_income", "departement", None, StatisticStatus.SECRET, "2021"),
        ),
        earlier=(_statistic("median_income", "commune", 19_000.5, StatisticStatus.PUBLISHED, "2018"),),
        standing=PeerStanding(18_000.25, 20_000.5, 22_000.75, 7, 15),
        source="insee",
    ),
    OfficialResult(
        key="unheard_of",
        theme="health",
        title="Vaccination",
        question="Qui ?",
        unit="%",
        status=Status.NOT_COMPUTED,
        reason=Reason.NO_SOURCE,
        main=None,
    ),
)
HOSPITALS = HospitalWatch(
    sites=(
        HospitalSite(
            code="110000056",
            name="Hôpital fictif",
            commune="00001",
            series=((_statistic("beds", "commune", 312.0, StatisticStatus.PUBLISHED, "2023"),),),
            authorisations=(Authorisation("04", "Psychiatrie", "2027-06-30", "=à vérifier"),),
            lost=("La maternité n’est plus autorisée.",),
        ),
    ),
    warnings=("Deux millésimes seulement.",),
)
QUALITY = (
    QualityCheck("a", "Habitants", Grade.GOOD, Measure(0.125), "part", "Tout va bien.", "", ()),
    QualityCheck("b", "Sources", Grade.BAD, Measure(11.0), "ans", "Vieux.", "Chercher.", ("people_age",)),
    QualityCheck("c", "Petits", Grade.WATCH, suppressed(), "part", "Peu.", "Voir.", ()),
    QualityCheck("d", "Zonage", Grade.BAD, None, "découpage", "Abrogé.", "Fournir.", ()),
)


@pytest.fixture(scope="module")
def portrait(diagnosis: Diagnosis) -> Portrait:
    peers = PeerGroup(("Population : 45 123.",), (("99001", "Autreville"), ("99002", "=Piège")), "Insee")
    return Portrait(diagnosis, OFFICIAL, peers, HOSPITALS, QUALITY)


@pytest.fixture(scope="module")
def written(territory: Territory, portrait: Portrait, catalogue: Catalogue) -> bytes:
    return render_ods(territory, portrait, catalogue, day=DAY)


@pytest.fixture(scope="module")
def sheets(written: bytes) -> dict[str, list[list[Read]]]:
    return read_sheets(written)


def test_the_sheets_stand_in_order_with_names_every_spreadsheet_takes(
    sheets: dict[str, list[list[Read]]], catalogue: Catalogue
) -> None:
    names = list(sheets)
    assert names[:9] == [
        *("Lisez-moi", "Indicateurs", "Officiel", "Communes similaires", "Hôpitaux"),
        *("Fermetures", "Qualité", "Sources", "Valeurs de référence"),
    ]
    short = catalogue.indicators["access_pharmacy"].short
    assert any(name.casefold() == short[:31].casefold() for name in names)
    assert all(0 < len(name) <= 31 and not re.search(r"[\[\]*?:/\\]", name) for name in names)


def test_two_readers_read_the_same(written: bytes, sheets: dict[str, list[list[Read]]]) -> None:
    assert read_large(written) == sheets


def test_every_number_of_the_json_is_in_the_spreadsheet(
    sheets: dict[str, list[list[Read]]], territory: Territory, diagnosis: Diagnosis, catalogue: Catalogue
) -> None:
    """Cell by cell: value, interval and status, from the JSON to the sheet, and no line more."""
    told: dict[str, Any] = diagnosis_json(territory, diagnosis)
    titles = dict(layers_of(territory))
    compared = 0
    for indicator in told["indicators"]:
        if not indicator["cells"]:
            continue
        short = catalogue.indicators[indicator["key"]].short
        name = next(n for n in sheets if n.casefold() == short.casefold()[:31].strip())
        lines = {(r["Découpage"], r["Code"], r["Groupe"], r["Clé"]): r for r in records(sheets[name])}
        assert len(lines) == sum(len(cell["measures"]) for cell in indicator["cells"])
        for cell in indicator["cells"]:
            for key, measure in cell["measures"].items():
                line = lines[titles[cell["layer"]], cell["zone"], cell["group_label"], key]
                assert line["Valeur"] == measure.get("value")
                assert (line["Au moins"], line["Au plus"]) == (measure.get("low"), measure.get("high"))
                assert (line["Statut"] == "moins de 11") == (measure["status"] == "suppressed")
                assert (line["Raison"] is not None) == (measure["status"] == "not_computed")
                assert line["Unité"]
                compared += 1
    assert compared > 300


def test_closures_controls_figures_and_accounts_are_the_same_numbers(
    sheets: dict[str, list[list[Read]]], territory: Territory, diagnosis: Diagnosis
) -> None:
    told: dict[str, Any] = diagnosis_json(territory, diagnosis)
    lines = {(line["Identifiant"], line["Clé"]): line for line in records(sheets["Fermetures"])}
    for closure in told["closures"]:
        for key, measure in closure["measures"].items():
            line = lines.pop((closure["place"], key))
            assert line["Valeur"] == measure.get("value")
            assert (line["Longitude"], line["Latitude"]) == (closure["lon"], closure["lat"])
    assert not lines
    figures = {line["Clé"]: line for line in records(sheets["Valeurs de référence"])}
    for figure in told["provenance"]["figures"]:
        assert figures[figure["key"]]["Valeur"] == figure["value"]
        assert figures[figure["key"]]["Unité"] == figure["unit"]
    for source, line in zip(told["provenance"]["sources"], records(sheets["Sources"]), strict=True):
        counts = ("Lues", "Gardées", "Rejetées", "Hors zone", "Coupées")
        keys = ("read", "kept", "rejected", "outside", "clipped")
        assert [line[head] for head in counts] == [source[key] for key in keys]
    totals = [row["Valeur"] for row in records(sheets["Lisez-moi"]) if row["Sujet"] == "Total officiel"]
    assert totals == list(told["controls"].values())


def test_official_numbers_keep_level_year_and_status(sheets: dict[str, list[list[Read]]]) -> None:
    lines = records(sheets["Officiel"])
    assert [line["Valeur"] for line in lines] == [20_345.678, 21_000.0, None, 19_000.5, None]
    assert [line["Année"] for line in lines[:4]] == ["2021", "2021", "2021", "2018"]
    assert lines[0]["Niveau"] == "valeur de la commune"
    assert lines[2]["Statut"] == "secret statistique"
    assert lines[4]["Statut"] == "non disponible"
    assert lines[4]["Raison"] == "aucune source fournie"
    standing = ("Communes similaires connues", "Premier quartile", "Médiane", "Troisième quartile", "Rang")
    assert [lines[0][head] for head in standing] == [15, 18_000.25, 20_000.5, 22_000.75, 7]
    assert lines[1]["Rang"] is None


def test_hospitals_peers_and_quality_are_told(sheets: dict[str, list[list[Read]]]) -> None:
    hospital = records(sheets["Hôpitaux"])
    assert [line["Ligne"] for line in hospital] == ["série", "autorisation", "perdu depuis", "avertissement"]
    assert hospital[0]["Valeur"] == 312.0
    assert hospital[1]["Jusqu’au"] == "30 juin 2027"
    assert [line["Code"] for line in records(sheets["Communes similaires"])][:2] == ["99001", "99002"]
    quality = records(sheets["Qualité"])
    assert [line["Clé"] for line in quality] == ["b", "d", "c", "a"]
    assert [line["Mesure"] for line in quality] == [11.0, None, None, 0.125]
    assert quality[2]["Statut"] == "moins de 11"


def test_one_line_an_indicator_computed_then_official(
    sheets: dict[str, list[list[Read]]], diagnosis: Diagnosis
) -> None:
    lines = records(sheets["Indicateurs"])
    assert [line["Clé"] for line in lines] == [
        *(indicator.key for indicator in diagnosis.indicators),
        *(result.key for result in OFFICIAL),
    ]
    by_key = {line["Clé"]: line for line in lines}
    pharmacy = by_key["access_pharmacy"]
    cell = diagnosis.indicator("access_pharmacy").cell()
    assert cell is not None
    assert pharmacy["Valeur"] == cell.measures["beyond_15"].value
    assert pharmacy["Chiffre"] == "À plus de 15 min"
    assert all(pharmacy[head] for head in ("Formule", "Lecture", "Source", "Année", "Niveau", "Statut"))
    assert by_key["access_gp"]["Valeur"] is None
    assert by_key["access_gp"]["Statut"] == "non calculé"
    assert by_key["access_gp"]["Raison"] == "aucune source fournie"
    assert by_key["median_income"]["Valeur"] == 20_345.678


def test_the_first_sheet_says_what_is_needed_to_quote(sheets: dict[str, list[list[Read]]]) -> None:
    told = {str(row[0]): str(row[1]) for row in sheets["Lisez-moi"]}
    assert "22 novembre 2026" in told["Date de référence"]
    assert "Document de travail" in told["Statut"]
    assert "moins de 11" in told["Petits nombres"]
    assert "Etalab 2.0" in told["Licence"]
    assert "inventés" in told["Territoire fictif"]
    assert "source et de l’année" in told["Pour citer"]


def test_empty_parts_say_so(territory: Territory, diagnosis: Diagnosis, catalogue: Catalogue) -> None:
    found = read_sheets(render_ods(territory, Portrait(diagnosis), catalogue, day=DAY))
    for name in ("Officiel", "Communes similaires", "Hôpitaux", "Qualité"):
        assert len(found[name]) == 2
        assert "ucun" in str(found[name][1][0])


def test_the_same_portrait_gives_the_same_bytes(
    written: bytes, territory: Territory, portrait: Portrait, catalogue: Catalogue
) -> None:
    assert render_ods(territory, portrait, catalogue, day=DAY) == written
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        meta = archive.read("meta.xml").decode()
    assert set(re.findall(r"\d{4}-\d{2}-\d{2}", meta)) == {DAY}


def test_the_package_is_one_that_office_programs_open(written: bytes) -> None:
    assert written[30:38] == b"mimetype"
    assert written[38 : 38 + len(MIMETYPE)] == MIMETYPE.encode()  # stored, and nothing between
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        assert archive.testzip() is None
        first, *others = archive.infolist()
        assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
        manifest = archive.read("META-INF/manifest.xml").decode()
        assert all(f'"{o.filename}"' in manifest for o in others if not o.filename.startswith("META-INF"))
        content = archive.read("content.xml").decode()
    columns = re.findall(r'table:style-name="(c\d+-\d+)"', content)
    assert len(columns) == len(set(columns)) == content.count("<style:table-column-properties")
    used = set(re.findall(r'<table:table-cell table:style-name="([\w-]+)"', content))
    defined = set(re.findall(r'style:name="([\w-]+)" style:family="table-cell"', content)) | {"head"}
    assert used <= defined


def test_the_header_row_stays_in_sight_and_repeats_in_print(
    written: bytes, sheets: dict[str, list[list[Read]]]
) -> None:
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        settings_text = archive.read("settings.xml").decode()
        content = archive.read("content.xml").decode()
    frozen = re.findall(
        r'config:name="([^"]+)"><config:config-item config:name="HorizontalSplitMode"', settings_text
    )
    assert frozen == list(sheets)
    assert settings_text.count('"VerticalSplitPosition" config:type="int">1<') == len(sheets)
    assert content.count("<table:table-header-rows>") == len(sheets)


def test_numbers_are_shown_as_french_writes_them(written: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        content, styles = archive.read("content.xml").decode(), archive.read("styles.xml").decode()
    assert content.count('number:language="fr" number:country="FR"') == len(Format)
    assert 'fo:language="fr" fo:country="FR"' in styles
    assert "<dc:language>fr-FR</dc:language>" in _meta(written)


def _meta(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read("meta.xml").decode()


@pytest.fixture(scope="module")
def attacked(samples: ModuleType, catalogue: Catalogue) -> bytes:
    place = samples.make_territory(place_names=HOSTILE, zone_names=(*HOSTILE, "=zone"))
    source = replace(
        place.sources[0], title="=1+1", publisher="@x", vintage="-1", warnings=("=SUM(A1:A9)", "+2")
    )
    place = replace(place, name="=ville", sources=(source,), warnings=("@avertissement",))
    return render_ods(place, Portrait(samples.make_diagnosis(place)), catalogue, day=DAY)


def _texts(content: bytes) -> Iterator[str]:
    for rows in read_sheets(content).values():
        for row in rows:
            yield from (value for value in row if isinstance(value, str))


def test_hostile_names_are_texts_that_no_export_turns_into_formulas(attacked: bytes) -> None:
    """Opened, they are typed texts; saved as CSV, no cell of theirs starts with a sign."""
    with zipfile.ZipFile(io.BytesIO(attacked)) as archive:
        assert "table:formula" not in archive.read("content.xml").decode()
    texts = list(_texts(attacked))
    assert not [text for text in texts if text.strip(' \t\r\n"')[:1] in tuple("=+-@")]
    assert set(HOSTILE) <= {unguarded(text) for text in texts}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=20), min_size=1, max_size=6))
def test_any_text_reads_back_or_shows_what_xml_cannot_hold(texts: list[str]) -> None:
    rows = [[text] for text in texts]
    found = read_sheets(_book(Sheet("Textes", (Column("Texte"),), rows)))["Textes"][1:]
    for text, row in zip(texts, found, strict=True):
        legal = re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)
        wanted = legal.replace("\r\n", "\n").replace("\r", "\n")
        assert unguarded(str(row[0] or "")).replace("\r", "\n") == wanted


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1), st.sampled_from(Format))
def test_any_number_reads_back_in_full(numbers: list[float], shown: Format) -> None:
    rows = [[Num(number, shown)] for number in numbers]
    found = read_sheets(_book(Sheet("Nombres", (Column("Nombre"),), rows)))["Nombres"][1:]
    assert [row[0] for row in found] == numbers


def _book(sheet: Sheet) -> bytes:
    return write_ods([sheet], title="Essai", subject="Essai", day=DAY)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        _book(Sheet("Nombres", (Column("Nombre"),), [[Num(number)]]))


@given(st.lists(st.text(max_size=40), max_size=12))
def test_any_names_become_names_of_sheets(wanted: list[str]) -> None:
    names = named(wanted)
    assert len({name.casefold() for name in names}) == len(wanted)
    for name in names:
        assert 0 < len(name) <= 31
        assert not re.search(r"[\[\]*?:/\\\x00-\x1f]", name)
        assert name == name.strip("' ")
