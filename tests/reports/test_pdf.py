"""The PDF: tagged, the same bytes twice, one page for the mayor, the numbers of the page, no text trusted."""

from __future__ import annotations

import re
import shutil
import subprocess
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from time import process_time
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.reports.portrait_samples import make_portrait

from hygie.engines.diagnosis.result import Diagnosis
from hygie.engines.kernel.measures import Status
from hygie.engines.kernel.territory import Territory
from hygie.readers.catalogue import Catalogue
from hygie.reports.page import render_scene
from hygie.reports.pdf.clean import Json
from hygie.reports.pdf.compile import compile_pdf
from hygie.reports.pdf.document import document, render_pdf
from hygie.reports.sections import Scene
from hygie.reports.stage import stage_of

DAY = date(2026, 11, 24)
HOSTILE = (
    '#panic("lu comme du code")',
    "$x$ @renvoi <étiquette> _a_ *b* `c` = titre",
    "<script>alert(1)</script> & ]]> <!--",
    "\\u{0} #{sys.inputs} //",
    "Nom" * 200,
    "Quartier très long " * 30,
    "عربي שלום",
    "\u202eà l’envers\u202c",
    "émoji 😀 漢字 \ud800",
    "nul\x00 cloche\x07 saut\nligne\ttab",
    "",
)


def scene_of(territory: Territory, diagnosis: Diagnosis, catalogue: Catalogue) -> Scene:
    return Scene(territory, diagnosis, catalogue, stage_of(territory, 11))


@pytest.fixture(scope="module")
def scene(territory: Territory, diagnosis: Diagnosis, catalogue: Catalogue) -> Scene:
    return scene_of(territory, diagnosis, catalogue)


@pytest.fixture(scope="module")
def pdf(scene: Scene) -> bytes:
    return render_pdf(scene, DAY)


@pytest.fixture(scope="module")
def text_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """Text of some pages of a PDF, in the order it was written."""
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("no pdftotext on this machine: install poppler-utils")

    def read(content: bytes, first: int = 1, last: int = 999) -> str:
        file = tmp_path_factory.mktemp("pdf") / "document.pdf"
        file.write_bytes(content)
        command = [program, "-raw", "-enc", "UTF-8", "-f", str(first), "-l", str(last), str(file), "-"]
        done = subprocess.run(command, capture_output=True, check=True)  # noqa: S603  # our own file
        return done.stdout.decode("utf-8")

    return read


def plain(text: str) -> str:
    """Without spaces nor hyphens, which line ends add and remove."""
    return re.sub(r"[\s\u200b\u2060\u00ad-]+", "", text)


def objects(content: bytes) -> bytes:
    """The file with its compressed parts opened."""
    opened = [content]
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        try:
            opened.append(zlib.decompress(found[1]))
        except zlib.error:
            continue  # fonts and the like are not what is read here
    return b"\n".join(opened)


class Cells(HTMLParser):
    """Rows of every table of a page, as lists of texts."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append("")
            self._open = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("th", "td"):
            self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self.rows[-1][-1] += data


def test_it_is_tagged_in_french_with_a_title_and_header_cells(pdf: bytes) -> None:
    inside = objects(pdf)
    assert pdf.startswith(b"%PDF-1.7")
    for mark in (
        b"/StructTreeRoot",
        b"/Lang(fr",
        b"/MarkInfo",
        b"pdfuaid:part",
        b"/S/TH",
        b"/S/H1",
        b"/S/TOC",
    ):
        assert mark in inside.replace(b"/S /", b"/S/").replace(b"/Lang (", b"/Lang("), mark
    assert b"/DisplayDocTitle" in inside


def test_every_drawing_says_what_it_shows(pdf: bytes, scene: Scene) -> None:
    """The map of the first page and that of the question: two figures, two alternative texts."""
    inside = objects(pdf).replace(b"/S /", b"/S/")
    figures = inside.count(b"/S/Figure")
    assert figures == 2
    assert inside.count(b"/Alt") >= figures


def test_the_same_scene_gives_the_same_bytes_and_the_date_is_given(pdf: bytes, scene: Scene) -> None:
    assert render_pdf(scene, DAY) == pdf
    other = render_pdf(scene, date(2025, 1, 2))
    assert b"2026112" in objects(pdf)
    assert b"2026112" not in objects(other)


def numbered_rows(page: str) -> list[str]:
    """Every row of every table that holds a number, its cells joined."""
    parser = Cells()
    parser.feed(page)
    rows = [row for row in parser.rows if any(character.isdigit() for cell in row for character in cell)]
    return [plain("".join(row)) for row in rows]


def test_every_row_of_every_table_of_the_page_is_in_the_pdf(
    pdf: bytes, scene: Scene, text_of: Callable[..., str]
) -> None:
    """Names, numbers, intervals and words of a row, side by side, from the HTML and from the PDF."""
    rows, written = numbered_rows(render_scene(scene)), plain(text_of(pdf))
    assert len(rows) > 40
    assert not [row for row in rows if row not in written]


def test_another_number_would_not_be_found(pdf: bytes, scene: Scene, text_of: Callable[..., str]) -> None:
    """The comparison above fails for one digit changed in the first zone of the table of minutes."""
    row = next(row for row in numbered_rows(render_scene(scene)) if row.startswith("LesOrmeaux"))
    changed = re.sub(r"[0-9](?=[^0-9]*$)", lambda found: str((int(found[0]) + 1) % 10), row)
    assert changed not in plain(text_of(pdf))


def test_the_mayor_has_one_page_that_opens_with_the_finding(
    pdf: bytes, scene: Scene, text_of: Callable[..., str]
) -> None:
    first, second = plain(text_of(pdf, 1, 1)), plain(text_of(pdf, 2, 2))
    assert plain(scene.diagnosis.findings[0].sentence) in first
    for words in ("L’essentiel pour décider", "Chiffres clés", "Que décider maintenant", "à vérifier"):
        assert plain(words) in first
    assert plain("Pour le conseil") in second
    assert plain("Sommaire") in second


LONG_UNITS = (
    "consultations par an et par habitant standardisé",
    "équivalents temps plein pour 100 000 habitants standardisés",
    "% des habitants de la commune qui n’ont pas de médecin traitant",
    "euros par an et par unité de consommation, après impôts et prestations",
)


@pytest.mark.parametrize("unit", LONG_UNITS)
def test_long_units_leave_the_mayor_one_page_with_its_findings(
    unit: str, scene: Scene, text_of: Callable[..., str]
) -> None:
    """Official key figures with very long units and titles; findings are still there."""
    portrait = make_portrait(scene.diagnosis)
    main = portrait.official[0]
    official = tuple(
        replace(
            main,
            unit=unit,
            theme=theme,
            title=f"Accès aux médecins, mesure du thème {theme} " + "longue " * 6,
        )
        for theme in ("care", "equity")
    )
    findings = scene.diagnosis.findings
    more = tuple(replace(findings[0], key=f"autre{i}:x", sentence=f"Constat numéro {i}.") for i in range(5))
    diagnosis = replace(scene.diagnosis, findings=(*findings, *more))
    told = replace(scene, diagnosis=diagnosis, portrait=replace(portrait, official=official))
    content = render_pdf(told, DAY)
    first = plain(text_of(content, 1, 1))
    assert plain("Pour le conseil") in plain(text_of(content, 2, 2))
    assert sum(plain(f"Constat numéro {i}.") in first for i in range(5)) >= 4
    assert plain(unit.removeprefix("% ")).lower() in first.lower()
    assert plain("Que décider maintenant") in first
    held = document(told, DAY)
    assert isinstance(held, dict)
    assert all(len(key["value"]) <= 12 for key in held["mayor"]["keys"])


def test_official_tables_say_their_level_once_and_long_units_under_the_name(
    scene: Scene, text_of: Callable[..., str]
) -> None:
    told = plain(text_of(render_pdf(replace(scene, portrait=make_portrait(scene.diagnosis)), DAY)))
    assert plain("Offre de soins : chiffres officiels (valeurs de la commune)") in told
    assert plain("Titre de apl_gp consultations 2,40 2023 3,25") in told
    assert plain("parmi les communes comparables") in told
    assert plain("2,40 17e sur 21 3,10 2,50 à 4,40") in told
    assert plain("L’échelle part de zéro") not in told


def test_a_fictional_town_and_a_working_document_say_so_on_each_page(
    pdf: bytes, territory: Territory, diagnosis: Diagnosis, catalogue: Catalogue, text_of: Callable[..., str]
) -> None:
    for page in (1, 2, 4):
        told = plain(text_of(pdf, page, page))
        assert plain("Territoire fictif") in told
        assert plain("Document de travail") in told
    real = scene_of(replace(territory, fictional=False), replace(diagnosis, fictional=False), catalogue)
    assert plain("Territoire fictif") not in plain(text_of(render_pdf(real, DAY)))


def test_openstreetmap_is_credited_where_it_is_used(
    pdf: bytes, territory: Territory, diagnosis: Diagnosis, catalogue: Catalogue, text_of: Callable[..., str]
) -> None:
    credit = plain("© les contributeurs d’OpenStreetMap (ODbL)")
    assert credit not in plain(text_of(pdf))
    account = replace(territory.sources[0], name="openstreetmap")
    used = scene_of(replace(territory, sources=(account,)), diagnosis, catalogue)
    assert credit in plain(text_of(render_pdf(used, DAY), 1, 1))


def test_estimates_and_figures_to_verify_wear_their_badge(
    territory: Territory, catalogue: Catalogue, samples: ModuleType, text_of: Callable[..., str]
) -> None:
    estimated = samples.make_diagnosis(territory, Status.ESTIMATE)
    told = plain(text_of(render_pdf(scene_of(territory, estimated, catalogue), DAY)))
    assert plain("Statut : estimation") in told
    assert plain("hachures : estimation") in told
    assert plain("≈") in told


def test_without_findings_places_or_streets_there_is_still_a_document(
    territory: Territory, diagnosis: Diagnosis, catalogue: Catalogue, text_of: Callable[..., str]
) -> None:
    bare = replace(
        diagnosis, findings=(), closures=(), minutes={}, indicators=(diagnosis.indicator("access_gp"),)
    )
    told = plain(text_of(render_pdf(scene_of(territory, bare, catalogue), DAY)))
    assert plain("aucune source fournie") in told


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_no_name_is_trusted(
    name: str, catalogue: Catalogue, samples: ModuleType, text_of: Callable[..., str]
) -> None:
    """Names of the territory, zones, places, sources and findings are printed, never run, never fatal."""
    territory = samples.make_territory((name, "B", "C"), tuple([name] * 8))
    territory = replace(
        territory, name=name, sources=(replace(territory.sources[0], title=name, warnings=(name,)),)
    )
    found = samples.make_diagnosis(territory)
    first = replace(found.findings[0], sentence=f"{name}{found.findings[0].sentence}")
    diagnosis = replace(found, name=name, findings=(first, *found.findings[1:]))
    content = render_pdf(scene_of(territory, diagnosis, catalogue), DAY)
    told = plain(text_of(content))
    drawn = re.sub(r"[^ -~]", "", name)
    if drawn and len(drawn) < 60:
        assert plain(drawn) in re.sub(r"[^ -~]", "", told)
    assert plain("Pour le conseil") in plain(text_of(content, 2, 2)), "the mayor's page overflows"


def renamed(value: Json, old: str, new: str) -> Json:
    """The document with a name replaced everywhere, drawings left as they are."""
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, dict):
        return {key: item if key == "svg" else renamed(item, old, new) for key, item in value.items()}
    if isinstance(value, list):
        return [renamed(item, old, new) for item in value]
    return value


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=st.text(alphabet=st.characters(), max_size=80))
def test_any_text_makes_a_document(scene: Scene, name: str) -> None:
    held = renamed(document(scene, DAY), "Les Ormeaux", name)
    assert compile_pdf(held, DAY).startswith(b"%PDF")


def test_it_is_quick(scene: Scene) -> None:
    """Processor seconds: what else the machine does is not counted."""
    start = process_time()
    render_pdf(scene, DAY)
    assert process_time() - start < 10


def test_fonts_are_our_own_or_the_compilers(pdf: bytes) -> None:
    """System fonts are never read: the file is the same on every machine."""
    named = {name.split(b"+")[-1] for name in re.findall(rb"/FontName\s*/([\w+-]+)", objects(pdf))}
    assert named
    allowed = (b"AtkinsonHyperlegible", b"LibertinusSerif", b"NewCM", b"DejaVuSansMono")
    assert all(name.startswith(allowed) for name in named), named


def test_the_fonts_are_whole_files_with_their_licence() -> None:
    folder = Path(__file__).resolve().parents[2] / "src" / "hygie" / "reports" / "pdf" / "fonts"
    assert {file.name for file in folder.glob("*.ttf")} == {
        "atkinson-hyperlegible-bold.ttf",
        "atkinson-hyperlegible-italic.ttf",
        "atkinson-hyperlegible-regular.ttf",
    }
    assert "SIL OPEN FONT LICENSE" in (folder / "OFL.txt").read_text(encoding="utf-8")
