"""The report by chapters: each thing told once, in its place, and what is missing said."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from tests.reports.portrait_samples import make_portrait
from tests.reports.test_reports_page import read

from hygie.engines.diagnosis.result import Diagnosis
from hygie.engines.kernel.territory import Territory
from hygie.readers.catalogue import Catalogue
from hygie.reports.chapters import Chapter, chapters_of
from hygie.reports.page import render_diagnosis, render_scene
from hygie.reports.sections import Scene
from hygie.reports.stage import Stage
from hygie.reports.summary import key_figures
from hygie.reports.tables import Table
from hygie.reports.themes import CHAPTERS, chapter_of, official_chapter


@pytest.fixture(scope="module")
def scene(territory: Territory, diagnosis: Diagnosis, catalogue: Catalogue) -> Scene:
    return Scene(territory, diagnosis, catalogue, Stage((), None), make_portrait(diagnosis))


@pytest.fixture(scope="module")
def chapters(scene: Scene) -> dict[str, Chapter]:
    return {chapter.key: chapter for chapter in chapters_of(scene)}


@pytest.fixture(scope="module")
def html(scene: Scene) -> str:
    return render_scene(scene)


def table(chapter: Chapter, key: str) -> Table:
    return next(one for one in chapter.tables if one.key == key)


def cells(found: Table, name: str) -> list[str]:
    rows = [row for _, rows in found.groups for row in rows if row.name == name]
    assert len(rows) == 1
    return [f"{value.text} {value.detail}".strip().replace("\u202f", " ") for value in rows[0].values]


def test_chapters_keep_their_order_and_empty_ones_are_left_out(chapters: dict[str, Chapter]) -> None:
    assert list(chapters) == [
        *("population", "care", "supply", "equity", "health", "hospital", "closures", "quality", "method")
    ]
    assert [key for key, chapter in chapters.items() if chapter.annex] == ["quality", "method"]


def test_every_indicator_is_told_exactly_once(scene: Scene, chapters: dict[str, Chapter]) -> None:
    told = [key for chapter in chapters.values() for key in chapter.told]
    wanted = [i.key for i in scene.diagnosis.indicators] + [r.key for r in scene.official]
    assert sorted(told) == sorted(wanted)


def test_every_theme_has_a_chapter(catalogue: Catalogue) -> None:
    assert {official_chapter(sheet.theme) for sheet in catalogue.official.values()} <= set(CHAPTERS)
    assert official_chapter("jamais vu") == "other"


def test_a_place_of_care_and_a_service_go_to_their_own_chapters(
    diagnosis: Diagnosis, catalogue: Catalogue
) -> None:
    pharmacy = diagnosis.indicator("access_pharmacy")
    assert chapter_of(pharmacy, catalogue) == "care"
    for categories, chapter in ((("school_primary",), "services"), (("ehpad",), "autonomy")):
        assert chapter_of(replace(pharmacy, categories=categories), catalogue) == chapter


def test_an_official_number_says_its_level_year_peers_and_former_value(chapters: dict[str, Chapter]) -> None:
    found = table(chapters["supply"], "table-official-supply")
    assert cells(found, "Titre de apl_gp") == [
        *("2,40", "2023", "3,25"),
        *("3,10 moitié\u00a0: 2,50 à 4,40", "17e sur 21"),
        *("2,90 en 2015", "publié"),
    ]
    assert "(valeurs de la commune)" in found.caption
    assert [row.detail for _, rows in found.groups for row in rows] == ["consultations"]
    assert found.notes == ("Source\u00a0: DREES, table d’essai.",)


def test_a_number_known_by_departement_is_said_of_the_departement(chapters: dict[str, Chapter]) -> None:
    found = table(chapters["health"], "table-official-health")
    assert found.caption.endswith("(valeurs du département)")
    assert cells(found, "Titre de flu_vaccination_65_plus") == ["54,4 %", "2024", "publié"]
    assert "valeur du département" in chapters["health"].lead[0]


def test_a_secret_number_is_words_and_a_missing_one_says_who_has_it(chapters: dict[str, Chapter]) -> None:
    secret = cells(table(chapters["equity"], "table-official-equity"), "Titre de poverty")
    assert not re.search(r"\d", " ".join(secret))
    assert "secret statistique" in secret
    missing = table(chapters["health"], "table-missing-health")
    assert cells(missing, "Titre de hpv_vaccination")[0]


def test_similar_communes_are_drawn_and_said(chapters: dict[str, Chapter]) -> None:
    drawing = chapters["supply"].standing
    assert drawing is not None
    (row,) = drawing.rows
    assert 0 < row.dot < row.low < row.median < row.high < 100
    assert "17e valeur la plus haute sur 21" in row.words
    assert any("Aubeterre, Belval" in note for note in chapters["equity"].notes)


def test_a_trend_goes_through_every_year_and_starts_at_zero(chapters: dict[str, Chapter]) -> None:
    (trend,) = chapters["supply"].trends
    assert [point.year for point in trend.points] == ["2015", "2019", "2023"]
    heights = [100 - point.y for point in trend.points]
    assert heights == sorted(heights, reverse=True)
    assert heights[2] - 12 == pytest.approx((heights[0] - 12) * 2.4 / 2.9)


def test_the_hospital_says_first_what_it_lost(chapters: dict[str, Chapter]) -> None:
    hospital = chapters["hospital"]
    assert hospital.lead[0].endswith("lits\u00a0: 120 en 2015, 96 en 2023.")
    assert cells(table(hospital, "table-site-H1"), "Lits") == ["120", "96"]
    assert cells(table(hospital, "table-authorisations-H1"), "Chirurgie") == [
        "1er mai 2027",
        "date à vérifier",
    ]
    assert "Une remarque sur l’hôpital." in hospital.notes


def test_the_worst_check_of_the_data_comes_first(chapters: dict[str, Chapter]) -> None:
    ((_, rows),) = table(chapters["quality"], "table-quality").groups
    assert [row.name for row in rows] == ["Horaires des lieux", "Noms"]
    assert rows[0].values[1].text == "99\u202f%"
    assert "pharmacie" in rows[0].values[4].text
    assert "1 à corriger" in chapters["quality"].lead[0]


def test_the_method_lists_every_formula(scene: Scene, chapters: dict[str, Chapter]) -> None:
    ((_, rows),) = table(chapters["method"], "table-formulas").groups
    assert len(rows) == len(scene.diagnosis.indicators) + len(scene.official)


def test_the_summary_has_five_numbers_each_with_source_and_status(scene: Scene) -> None:
    figures = key_figures(scene)
    assert 2 <= len(figures) <= 5
    assert figures[0].key == "people_age"
    assert all(figure.source and figure.status and re.search(r"\d", figure.value) for figure in figures)
    assert not any("seuil" in figure.words for figure in figures)


def test_the_page_follows_the_chapters_and_every_reference_exists(
    html: str, chapters: dict[str, Chapter]
) -> None:
    page = read(html)
    ids = [a["id"] for _, a, _ in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    wanted = {str(a["href"])[1:] for a in page.named("a") if str(a.get("href")).startswith("#")}
    assert wanted <= set(ids)
    told = [str(name).removeprefix("chapitre-") for name in ids if str(name).startswith("chapitre-")]
    assert [name for name in told if not name.endswith("-h")] == list(chapters)


def test_the_headings_of_the_page_never_skip_a_level(html: str) -> None:
    levels = [int(tag[1]) for tag, _, _ in read(html).tags if re.fullmatch("h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_what_official_files_say_is_only_text(html: str) -> None:
    page = read(html)
    assert not page.named("b", "script")
    assert "Hôpital <b>de</b> Clairval" in page.text


def test_without_a_portrait_the_page_tells_the_diagnosis_alone(
    territory: Territory, diagnosis: Diagnosis, catalogue: Catalogue
) -> None:
    page = read(render_diagnosis(territory, diagnosis, catalogue))
    assert "Titre de apl_gp" not in page.text
    assert "Accès aux soins" in page.text
