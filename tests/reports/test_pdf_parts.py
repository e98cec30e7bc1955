"""What the PDF is made of: text that can be drawn, drawings that stand alone, tables that fit."""

from __future__ import annotations

import re
from datetime import date
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st

from hygie.engines.diagnosis.result import Diagnosis
from hygie.engines.kernel.measures import Status
from hygie.engines.kernel.territory import Territory
from hygie.readers.catalogue import Catalogue
from hygie.reports.charts import Bar, Chart
from hygie.reports.maps import Mark
from hygie.reports.official import EARLIER, PEERS
from hygie.reports.pdf.clean import BREAK, LONGEST, MISSING, RANGES, Json, breakable, clean, drawable
from hygie.reports.pdf.compile import STANDARD, fonts
from hygie.reports.pdf.document import document
from hygie.reports.pdf.parts import (
    LETTERS_A_COLUMN,
    PADDING,
    UPRIGHT,
    WIDE_PAGE,
    chart_data,
    on_paper,
    says_something,
    shortened,
    standing_data,
    table_data,
    trend_lines,
    trend_words,
    without_peers,
)
from hygie.reports.pdf.svg import colour, colours, map_svg
from hygie.reports.rendering import read_style
from hygie.reports.sections import Scene, section
from hygie.reports.stage import stage_of
from hygie.reports.standing import StandingChart, StandingRow, TrendChart, TrendPoint
from hygie.reports.tables import Column, Row, Table
from hygie.reports.words import Shown

FAMILIES = '("Atkinson Hyperlegible", "Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono")'


@pytest.fixture(scope="module")
def scene(territory: Territory, diagnosis: Diagnosis, catalogue: Catalogue) -> Scene:
    return Scene(territory, diagnosis, catalogue, stage_of(territory, 11))


@pytest.mark.parametrize("look", ["", 'weight: "bold", ', 'style: "italic", '])
def test_every_character_we_keep_can_be_drawn(look: str) -> None:
    """The compiler refuses PDF/UA with a character that no font has: it is asked for all of them."""
    kept = "".join(chr(code) for first, last in RANGES for code in range(first, last + 1))
    letters = "".join(character for character in kept if drawable(character) == character)
    assert len(letters) > 1500
    source = f'#set document(title: "t")\n#set text({look}font: {FAMILIES}, lang: "fr")\n'
    source += "#for one in sys.inputs.s.codepoints() [x#one ]"
    typst.compile(
        source.encode(),
        font_paths=fonts(),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"s": letters},
        pdf_standards=[STANDARD],
    )


def test_a_character_outside_would_be_refused() -> None:
    """The test above can fail."""
    source = f'#set document(title: "t")\n#set text(font: {FAMILIES}, lang: "fr")\n#sys.inputs.s'
    with pytest.raises(typst.TypstError, match="could not be displayed"):
        typst.compile(
            source.encode(),
            font_paths=fonts(),
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"s": "漢"},
            pdf_standards=[STANDARD],
        )


@given(st.text(alphabet=st.characters()))
def test_cleaned_text_holds_only_what_can_be_drawn(text: str) -> None:
    cleaned = drawable(text)
    assert all(any(first <= ord(character) <= last for first, last in RANGES) for character in cleaned)
    assert drawable(cleaned) == cleaned


@given(st.text(alphabet="abcdéèœ’«»0123456789 \u00a0\u202f,;:%≈−–()"))
def test_french_is_untouched(text: str) -> None:
    assert drawable(text) == text


def test_what_cannot_be_drawn_is_dropped_or_marked() -> None:
    assert drawable("a\x00b\u202ec\td\ne") == "abc d e"
    assert drawable("漢😀\ud800") == MISSING * 3


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_long_words_can_be_cut_and_nothing_is_lost(text: str) -> None:
    cut = breakable(text)
    assert cut.replace(BREAK, "") == text.replace(BREAK, "")
    assert all(len(piece) < LONGEST for piece in re.split(rf"\s|{BREAK}", cut))


def test_cleaning_goes_everywhere_but_leaves_paths_whole() -> None:
    path = "M0 0" + "h1v1" * 40
    found = clean({"a": ["x\x00", {"svg": path, "b": 1.5, "c": None, "d": True}]})
    assert found == {"a": ["x", {"svg": path, "b": 1.5, "c": None, "d": True}]}


def test_colours_are_those_of_the_style_sheets() -> None:
    """Every filled look of maps.css, read here by its own rule, and the token it names in the light theme."""
    light = read_style("tokens").split("@media")[0]
    rules = re.findall(r"\.(map-[\w-]+) \{ fill: var\(--([\w-]+)\)", read_style("maps"))
    assert len(rules) > 12
    for look, token in rules:
        found = re.search(rf"--{token}: (#[0-9a-f]{{6}});", light)
        assert found is not None
        assert colour(look) == found[1], look
    assert colours()["ink"] == "#1b2430"


@pytest.mark.parametrize("small", [True, False])
@pytest.mark.parametrize("status", [Status.COMPUTED, Status.ESTIMATE])
def test_a_map_stands_alone(
    status: Status, small: bool, territory: Territory, catalogue: Catalogue, samples: ModuleType
) -> None:
    """Well-formed, no style sheet, no outside address; hatched when, and only when, it is an estimate."""
    diagnosis = samples.make_diagnosis(territory, status)
    told = Scene(territory, diagnosis, catalogue, stage_of(territory, 11))
    figure = section(told, diagnosis.indicator("access_pharmacy")).map
    assert figure is not None
    for drawing in figure.drawings:
        written = map_svg(figure, drawing, small=small)
        tree = ET.fromstring(written)  # noqa: S314  # written by ourselves
        assert not [
            e for e in tree.iter() if "class" in e.attrib or "style" in e.attrib or "href" in e.attrib
        ]
        assert "var(" not in written
        assert set(re.findall(r"url\(#(\w+)\)", written)) <= {"hatch", "cross"}
        assert ('fill="url(#hatch)"' in written) == (status is Status.ESTIMATE)
        names = [e.text for e in tree.iter("{http://www.w3.org/2000/svg}text")]
        assert names.count("N") == 2


def test_names_on_a_map_are_text(catalogue: Catalogue, samples: ModuleType) -> None:
    territory = samples.make_territory(None, tuple(['<b>&"#x'] * 8))
    diagnosis = samples.make_diagnosis(territory)
    told = Scene(territory, diagnosis, catalogue, stage_of(territory, 11))
    figure = section(told, diagnosis.indicator("access_pharmacy")).map
    assert figure is not None
    tree = ET.fromstring(map_svg(figure, figure.drawings[0], small=False))  # noqa: S314  # our own
    assert '<b>&"#x' in [element.text for element in tree.iter()]


@pytest.mark.parametrize("look", ["place", "closed", "opened"])
def test_marks_are_drawn(look: str, scene: Scene) -> None:
    figure = section(scene, scene.diagnosis.indicator("access_pharmacy")).map
    assert figure is not None
    drawing = figure.drawings[0]
    marked = type(drawing)(**{**vars(drawing), "marks": (Mark(123, 321, look, "M"),)})
    assert "translate(123 321)" in map_svg(figure, marked, small=True)


def wide_table(columns: int) -> Table:
    heads = tuple(Column(f"Colonne {i}", f"Groupe {i // 4}") for i in range(columns))
    rows = tuple(Row(f"Ligne {k}", tuple(Shown(f"{k},{i}") for i in range(columns))) for k in range(3))
    return Table("t", "Un tableau", "Zone", heads, (("Titre", rows),), ("Note.",))


@given(st.integers(0, 70), st.sampled_from([UPRIGHT, WIDE_PAGE]))
def test_a_table_too_wide_is_cut_and_loses_no_column(columns: int, letters: int) -> None:
    pieces = table_data(wide_table(columns), letters)
    heads: list[str] = []
    for piece in pieces:
        assert isinstance(piece, dict)
        assert len(piece["columns"]) <= letters // LETTERS_A_COLUMN or sum(piece["widths"]) <= letters + 1e-6
        assert min(piece["widths"]) >= PADDING + len("Ligne")
        assert len(piece["widths"]) == len(piece["columns"]) + 1
        assert all(width > 0 for width in piece["widths"])
        assert sum(span["width"] for span in piece["spans"]) in (0, len(piece["columns"]))
        heads += [column["head"] for column in piece["columns"]]
    assert heads == [f"Colonne {i}" for i in range(columns)]
    assert [note for piece in pieces if isinstance(piece, dict) for note in piece["notes"]] == ["Note."]


def test_sentences_get_the_room_that_numbers_leave() -> None:
    heads = (Column("#", text=False), Column("Constat", text=True))
    rows = (Row("A", (Shown("1"), Shown("Une phrase assez longue pour demander de la place. " * 3))),)
    piece = table_data(Table("t", "T", "Z", heads, (("", rows),)), UPRIGHT)[0]
    assert isinstance(piece, dict)
    names, count, words = piece["widths"]
    assert words > 5 * count
    assert names + count + words == pytest.approx(UPRIGHT)


def test_a_very_tall_row_may_be_cut() -> None:
    def tall(length: int) -> Json:
        rows = (Row("A", (Shown("x" * length),)),)
        piece = table_data(Table("t", "T", "Z", (Column("C"),), (("", rows),)), UPRIGHT)[0]
        assert isinstance(piece, dict)
        return bool(piece["tall"])

    assert not tall(100)
    assert tall(5000)


def bar(name: str, text: str, *, whole: bool = False) -> Bar:
    return Bar(name, "", Shown(text), 50.0, None, None, whole=whole)


def test_a_chart_of_zones_is_shortened_and_says_how_much() -> None:
    rows = (bar("Tout", "9", whole=True), *(bar(f"Z{i}", str(i)) for i in range(12)))
    chart = Chart("k", "Titre", "", dots=False, rows=rows, left_out=2, compared="", end="1")
    data = chart_data(shortened(chart, 7))
    assert isinstance(data, dict)
    assert len(data["rows"]) == 7
    assert data["rest"] == "Les 8 autres zones sont en annexe."
    ages = Chart("k", "Âges", "", dots=False, rows=rows[1:], left_out=0, compared="", end="1")
    assert shortened(ages, 7) == ages


def test_a_chart_that_says_the_same_everywhere_is_left_out() -> None:
    same = Chart("k", "T", "", False, (bar("A", "100"), bar("B", "100")), 0, "", "1")
    other = Chart("k", "T", "", False, (bar("A", "100"), bar("B", "99")), 0, "", "1")
    assert not says_something(same)
    assert says_something(other)


def test_standings_and_trends_are_told() -> None:
    told = {"figure": "4,3", "middle": "3,5", "rank": "2e sur 21", "half": "3,1 à 4,4"}
    row = StandingRow("k", "Médecins", 20.0, 40.0, 60.0, 70.0, "4,3", "4,3 ; 2e sur 21", **told)
    data = standing_data(StandingChart("s", "Parmi les semblables", "", (row,)))
    assert isinstance(data, dict)
    assert data["rows"][0]["told"] == ["4,3", "2e sur 21", "3,5", "3,1 à 4,4"]
    points = (TrendPoint("2015", "2,9", 0, 0), TrendPoint("2023", "2,4", 100, 100))
    words = "De 2,9 en 2015 à 2,4 en 2023. L’échelle part de zéro."
    trend = TrendChart("t", "APL, de 2015 à 2023", words, points, "APL")
    assert trend_words(trend) == "APL, de 2015 à 2023\u00a0: 2015, 2,9\u202f; 2023, 2,4."
    assert trend_lines([trend]) == {"APL": [(0, 0), (100, 100)]}


def test_a_line_over_the_years_is_drawn_beside_the_oldest_number_only() -> None:
    heads = (Column("Valeur"), Column(EARLIER))
    rows = tuple(
        Row(name, (Shown("2,4"), Shown("2,9", "en 2015")), detail="consultations") for name in ("APL", "B")
    )
    (piece,) = table_data(Table("t", "T", "Z", heads, (("", rows),)), UPRIGHT, {"APL": [(0, 0), (100, 100)]})
    assert isinstance(piece, dict)
    first, second = piece["groups"][0]["rows"]
    assert [value["line"] for value in first["values"]] == [[], [[0, 0], [100, 100]]]
    assert [value["line"] for value in second["values"]] == [[], []]
    assert first["detail"] == "consultations"


def test_what_is_drawn_about_similar_communes_is_not_said_twice() -> None:
    heads = (Column("Valeur"), Column("Médiane", PEERS), Column("Rang", PEERS), Column("Statut", text=True))
    row = Row("A", tuple(Shown(text) for text in ("1", "2", "3", "publié")))
    left = without_peers(Table("t", "T", "Z", heads, (("", (row,)),)))
    assert [column.head for column in left.columns] == ["Valeur", "Statut"]
    assert [value.text for value in left.groups[0][1][0].values] == ["1", "publié"]


def test_a_page_says_annex_where_a_screen_says_below() -> None:
    assert on_paper("voir les sources en fin de page") == "voir les sources en annexe"
    assert on_paper("les chiffres sont dans le tableau qui suit.") == "les chiffres sont en annexe."


def test_the_document_is_data_only(scene: Scene) -> None:
    """Nothing but texts, numbers and lists: what JSON holds."""

    def walk(value: object) -> None:
        if isinstance(value, dict):
            assert all(isinstance(key, str) for key in value)
            for item in value.values():
                walk(item)
        elif isinstance(value, list | tuple):
            for item in value:
                walk(item)
        else:
            assert value is None or isinstance(value, str | int | float | bool)

    walk(document(scene, date(2026, 1, 1)))
