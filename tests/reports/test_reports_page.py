"""The diagnosis page: well formed, self-contained, honest, and safe with hostile names."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from types import ModuleType

import pytest

from hygie.engines.diagnosis.result import Diagnosis
from hygie.engines.kernel.measures import Status, suppressed
from hygie.engines.kernel.territory import Territory
from hygie.readers.catalogue import Catalogue
from hygie.reports.page import render_diagnosis
from hygie.reports.provenance import OSM_COPYRIGHT

VOID = frozenset({"meta", "link", "br", "img", "input", "hr"})
OUTSIDE_ADDRESS = re.compile(r"""(?:src|href|action|poster|data|srcset)\s*=\s*["']([^"'#][^"']*)["']""")


@dataclass
class Page(HTMLParser):
    """What a page holds, by tag; a tag closed out of order fails."""

    stack: list[str] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str | None], tuple[str, ...]]] = field(default_factory=list)
    text: str = ""
    cells: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs), tuple(self.stack)))
        if tag not in VOID:
            self.stack.append(tag)
        if tag in {"td", "th"}:
            self.cells.append((tag, ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs), tuple(self.stack)))

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.stack:
            self.text += data
        if self.cells and {"td", "th"} & set(self.stack):
            tag, held = self.cells[-1]
            self.cells[-1] = (tag, held + data)

    def named(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes, _ in self.tags if tag in tags]


def read(html: str) -> Page:
    page = Page()
    page.feed(html)
    page.close()
    assert page.stack == []
    return page


@pytest.fixture(scope="module")
def html(territory: Territory, diagnosis: Diagnosis, catalogue: Catalogue) -> str:
    return render_diagnosis(territory, diagnosis, catalogue)


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return read(html)


def test_page_is_french_titled_by_its_finding_and_has_one_h1(page: Page, diagnosis: Diagnosis) -> None:
    assert page.named("html")[0]["lang"] == "fr"
    assert len(page.named("h1")) == 1
    first = diagnosis.findings[0].sentence
    assert page.text.count(first) >= 2  # title and h1
    assert len(page.named("title")) >= 1


def test_headings_never_skip_a_level(page: Page) -> None:
    levels = [int(tag[1]) for tag, _, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_ids_are_unique_and_every_reference_exists(page: Page) -> None:
    ids = [a["id"] for _, a, _ in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    wanted = [a["href"] for a in page.named("a", "use") if (a["href"] or "").startswith("#")]
    wanted += [f"#{name}" for _, a, _ in page.tags for name in (a.get("aria-labelledby") or "").split()]
    wanted += re.findall(r"url\((#[\w-]+)\)", " ".join(str(a.get("fill")) for _, a, _ in page.tags))
    assert wanted
    assert {str(name)[1:] for name in wanted} <= set(ids)


def test_nothing_outside_the_file_is_named(html: str, page: Page) -> None:
    assert OUTSIDE_ADDRESS.findall(html) == []
    assert "@import" not in html
    assert re.findall(r"url\((?![\"']?(?:data:|#)).{20}", html) == []
    assert not page.named("script", "link", "img", "iframe", "object", "form")
    assert not [a for _, a, _ in page.tags if any(name.startswith("on") or name == "style" for name in a)]


def test_fonts_travel_inside_the_page(html: str) -> None:
    assert html.count("data:font/woff2;base64,") == 3


def test_openstreetmap_is_the_only_outside_link(
    territory: Territory, diagnosis: Diagnosis, catalogue: Catalogue
) -> None:
    account = replace(territory.sources[0], name="openstreetmap", title="OpenStreetMap")
    told = render_diagnosis(replace(territory, sources=(account,)), diagnosis, catalogue)
    assert set(OUTSIDE_ADDRESS.findall(told)) == {OSM_COPYRIGHT}


def test_addresses_of_publishers_are_text(page: Page, territory: Territory) -> None:
    assert territory.sources[0].address in page.text
    assert territory.sources[0].address not in [a.get("href") for a in page.named("a")]


def test_every_table_has_a_caption_scoped_headers_and_a_box_that_scrolls_by_keyboard(page: Page) -> None:
    tables = [i for i, (tag, _, _) in enumerate(page.tags) if tag == "table"]
    assert len(tables) >= 4
    for i in tables:
        assert page.tags[i + 1][0] == "caption"
        box = page.tags[i - 1][1]
        assert box["tabindex"] == "0"
        assert box["role"] == "region"
        assert box["aria-label"]
    assert all(a.get("scope") in {"col", "row", "colgroup", "rowgroup"} for a in page.named("th"))


def test_every_map_says_its_finding_to_a_screen_reader(page: Page) -> None:
    maps = [a for a in page.named("svg") if a.get("class") == "map"]
    assert maps
    assert all(a.get("role") == "img" and a.get("aria-labelledby") for a in maps)
    others = [a for a in page.named("svg") if a.get("class") != "map"]
    assert all(a.get("aria-hidden") == "true" for a in others)


def test_what_is_missing_is_said_in_words_never_as_zero(page: Page) -> None:
    assert "Non calculé\u00a0: aucune source fournie pour les cabinets de médecine générale." in page.text
    section = re.search(r"cabinet de médecine générale\u202f\?(.*?)Comment lire", page.text, re.DOTALL)
    assert section is not None
    assert "0\u202f%" not in section[1]


def test_suppressed_counts_are_words(page: Page, diagnosis: Diagnosis) -> None:
    hidden = [
        measure
        for indicator in diagnosis.indicators
        for cell in indicator.cells
        for key, measure in cell.measures.items()
        if measure.status is Status.SUPPRESSED and not key.startswith("people_")
    ]
    stranded = len(diagnosis.closures)
    told = [text for tag, text in page.cells if tag == "td" and text.startswith("masqué")]
    assert len(told) >= stranded + (1 if hidden else 0)
    assert all(text == "masqué moins de 11" for text in told)


def test_a_wholly_suppressed_zone_prints_no_number(
    territory: Territory, diagnosis: Diagnosis, catalogue: Catalogue
) -> None:
    access = diagnosis.indicator("access_pharmacy")
    cells = tuple(
        replace(cell, measures=dict.fromkeys(cell.measures, suppressed())) if cell.zone == "Q4" else cell
        for cell in access.cells
    )
    others = tuple(i for i in diagnosis.indicators if i.key != "access_pharmacy")
    told = read(
        render_diagnosis(
            territory, replace(diagnosis, indicators=(*others, replace(access, cells=cells))), catalogue
        )
    )
    start = told.cells.index(("th", "Les Ormeaux"))
    row = []
    for tag, text in told.cells[start + 1 :]:
        if tag == "th":
            break
        row.append(text)
    assert row
    assert set(row) == {"masqué moins de 11"}


def test_hostile_names_are_only_text(samples: ModuleType, catalogue: Catalogue) -> None:
    hostile = "<script>alert(1)</script>"
    zones = ('"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}", "<b>gras", *samples.NAMES[3:])
    territory = samples.make_territory((hostile, "'onload='x", "P & Cie"), zones)
    diagnosis = samples.make_diagnosis(territory)
    found = read(render_diagnosis(territory, diagnosis, catalogue))
    assert not found.named("script", "img", "b")
    assert hostile in found.text
    assert "{{ 7 * 7 }}" in found.text
    assert not [a for _, a, _ in found.tags if any(name.startswith("on") for name in a)]


def test_estimates_are_marked_hatched_and_told(
    samples: ModuleType, territory: Territory, catalogue: Catalogue
) -> None:
    told = render_diagnosis(territory, samples.make_diagnosis(territory, Status.ESTIMATE), catalogue)
    assert '<path fill="url(#map-hatch-whole)"' in told
    assert 'fill="url(#bar-hatch)"' in told
    assert '<span class="badge estimate">estimation</span>' in told
    assert "≈" in told


def test_a_computed_page_has_no_hatched_cell(html: str) -> None:
    assert '<path fill="url(#map-hatch' not in html
    assert "badge estimate" not in re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)


def test_fictional_territory_says_so_and_a_real_one_does_not(
    territory: Territory, diagnosis: Diagnosis, catalogue: Catalogue, page: Page
) -> None:
    assert "Territoire fictif" in page.text
    real = replace(diagnosis, fictional=False)
    assert "Territoire fictif" not in read(render_diagnosis(territory, real, catalogue)).text


def test_working_document_figures_and_next_steps_are_told(page: Page) -> None:
    for words in (
        "Document de travail",
        "à\u00a0vérifier",
        "Que faire maintenant",
        "Médecine générale",
        "45\u202f123",
    ):
        assert words in page.text


def test_page_is_light_and_the_same_every_time(
    html: str, territory: Territory, diagnosis: Diagnosis, catalogue: Catalogue
) -> None:
    assert len(html.encode()) < 2_500_000
    maps = re.findall(r'<svg class="map".*?</svg>', html, re.DOTALL)
    grounds = re.findall(r'<svg class="sprite".*?</svg>', html, re.DOTALL)
    assert max(len(m) for m in maps) + max(len(g) for g in grounds) < 120_000
    assert render_diagnosis(territory, diagnosis, catalogue) == html


def test_a_territory_without_residents_still_has_a_page(
    territory: Territory, diagnosis: Diagnosis, catalogue: Catalogue
) -> None:
    demand = replace(territory.demand, inside=~territory.demand.inside)
    told = read(render_diagnosis(replace(territory, demand=demand), diagnosis, catalogue))
    assert not [a for a in told.named("svg") if a.get("class") == "map"]
    assert told.named("h1")
