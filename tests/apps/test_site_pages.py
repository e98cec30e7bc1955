"""What the pages say: the choice kept, nothing hidden leaking, nothing hostile running."""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.apps.conftest import HOSTILE_PLACE, HOSTILE_ZONE

from hygie.apps.territory.selectors import current_territory

PHARMACY = "/diagnostic?indicateur=access_pharmacy"
SALINES = "quarter:q2"
NEW = (
    *(
        "/diagnostic/portrait",
        "/diagnostic/portrait?theme=supply",
        "/diagnostic/portrait/apl_gp",
        "/diagnostic/portrait/hpv_vaccination",
    ),
    *(
        "/diagnostic/apl",
        "/diagnostic/hopital",
        "/diagnostic/qualite",
        "/diagnostic/compenser",
        "/diagnostic/compenser?lieu=test:0:pharmacy",
    ),
)
ATTACKS = [
    "x" * 20_000,
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert('q')>",
    "../../../../etc/passwd",
    "access_pharmacy\x00",
    "\x00",
    "{{ 7 * 7 }}",
    "' OR 1=1 --",
    "🏥é\u202e\ud7ff",
    "quarter:",
    ":",
    "%00%ff",
]


def text_of(page: str) -> str:
    """What a reader sees, spaces made plain."""
    words = unescape(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(style|svg).*?</\1>", " ", page)))
    return re.sub(r"\s+", " ", words)


def read(site: Client, address: str) -> str:
    response = site.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_the_answer_of_the_question_asked_is_on_the_page(site: Client) -> None:
    page = text_of(read(site, PHARMACY))
    assert "Qui est à plus de 15 minutes à pied d’une pharmacie ?" in page
    assert re.search(
        r"environ \d+ % des habitants sont à plus de 15 minutes à pied d’une pharmacie", page, re.I
    )


def test_an_estimate_says_so_beside_its_figure(site: Client) -> None:
    page = text_of(read(site, PHARMACY))
    assert "estimation" in page
    assert "Statut : estimation" in page


def test_what_was_chosen_stays_chosen(site: Client) -> None:
    page = read(site, f"{PHARMACY}&zone=quarter:q0&groupe=65_plus")
    chosen = re.findall(r'<option value="([^"]*)" selected>', page)
    assert chosen == ["access_pharmacy", "quarter:q0", "65_plus"]


def test_sentence_chart_and_table_speak_of_the_same_zone_and_group(site: Client) -> None:
    page = text_of(read(site, f"{PHARMACY}&zone=quarter:q0&groupe=65_plus"))
    assert re.search(r"Aucun habitant de 65 ans et plus des Ormeaux n’est à plus de 15 minutes", page)
    assert page.count("Les Ormeaux (votre choix)") >= 2


def test_links_to_the_other_questions_keep_zone_and_group(site: Client) -> None:
    page = unescape(read(site, f"{PHARMACY}&zone=quarter:q0&groupe=65_plus"))
    assert "indicateur=access_food_shop&zone=quarter%3Aq0&groupe=65_plus" in page


def test_a_zone_that_a_question_does_not_tell_is_said_and_the_whole_shown(site: Client) -> None:
    page = text_of(read(site, "/diagnostic?indicateur=costliest_closures&zone=quarter:q0&groupe=65_plus"))
    assert "n’existe pas pour cette zone" in page
    assert "n’existe pas pour cet âge" in page
    assert "fermait" in page


def test_what_has_no_source_is_not_computed_and_never_zero(site: Client) -> None:
    page = text_of(read(site, "/diagnostic?indicateur=access_gp"))
    assert "Non calculé : aucune source fournie" in page
    assert not re.search(r"\b0 %", page)


def test_a_zone_of_four_residents_shows_words_and_no_number(site: Client) -> None:
    """Two points of two residents: neither their number, their share nor their minutes may show."""
    page = read(site, f"{PHARMACY}&zone={SALINES}")
    assert "masqué" in text_of(page)
    row = re.search(r'<th scope="row">Les Salines \(votre choix\)</th>(.*?)</tr>', page, re.DOTALL)
    assert row is not None
    cells = [text_of(cell) for cell in re.findall(r"<td.*?</td>", row[1], re.DOTALL)]
    assert cells
    assert all(not re.search(r"\d", cell.replace("moins de 11", "")) for cell in cells)


def test_the_four_residents_stay_hidden_in_every_question(site: Client) -> None:
    for key in ("people_age", "access_pharmacy", "elderly_pharmacy", "access_food_shop"):
        page = read(site, f"/diagnostic?indicateur={key}&zone={SALINES}")
        for row in re.findall(r'<th scope="row">Les Salines[^<]*</th>(.*?)</tr>', page, re.DOTALL):
            assert not re.search(r"\d", text_of(row).replace("moins de 11", ""))


def test_a_hostile_name_is_printed_as_text(site: Client) -> None:
    for address in (
        PHARMACY,
        f"{PHARMACY}&zone=quarter:q1",
        "/diagnostic/fermeture?categorie=pharmacy",
        "/diagnostic/rapport",
    ):
        page = read(site, address)
        assert HOSTILE_ZONE not in page
        assert HOSTILE_PLACE not in page
    assert HOSTILE_PLACE in unescape(read(site, "/diagnostic/fermeture?categorie=pharmacy"))


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize(
    "field",
    [
        *(
            "/diagnostic?indicateur",
            "/diagnostic?zone",
            "/diagnostic?groupe",
            "/diagnostic/fermeture?categorie",
            "/diagnostic/fermeture?lieu",
        ),
        *("/diagnostic/compenser?categorie", "/diagnostic/compenser?lieu", "/diagnostic/portrait?theme"),
    ],
)
def test_a_hostile_value_is_not_found_and_not_repeated(site: Client, field: str, attack: str) -> None:
    response = site.get(f"{field}={quote(attack)}")
    assert response.status_code == 404
    assert attack not in unescape(response.content.decode()) or len(attack) < 3


@pytest.mark.parametrize(
    "path", ["/%00", "/../etc/passwd", "/static/../settings.py", "/%ff%fe", "/static/%2e%2e/"]
)
def test_a_hostile_path_is_not_found(site: Client, path: str) -> None:
    assert site.get(path).status_code in (400, 404)


def test_too_many_fields_are_refused(site: Client) -> None:
    many = "&".join(f"a{i}=1" for i in range(2_000))
    assert site.get(f"/diagnostic?{many}").status_code == 400


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    field=st.sampled_from(["indicateur", "zone", "groupe", "categorie", "lieu", "theme", "autre"]),
    value=st.text(max_size=80),
    page=st.sampled_from(
        [
            "/diagnostic",
            "/diagnostic/fermeture",
            "/diagnostic/compenser",
            "/diagnostic/portrait",
            "/diagnostic/apl",
            "/diagnostic/qualite",
            "/diagnostic/sources",
        ]
    ),
)
def test_no_value_breaks_a_page(site: Client, field: str, value: str, page: str) -> None:
    response = site.get(page, {field: value})
    assert response.status_code in (200, 404)


def test_the_closure_page_says_who_loses_what(site: Client) -> None:
    page = text_of(read(site, "/diagnostic/fermeture?categorie=pharmacy&lieu=test:0:pharmacy"))
    assert "Et si « Pharmacie du Port » fermait ?" in page
    assert re.search(r"[\d ]+ habitants", page)
    assert "Document de travail" in page
    assert "Avant" in page
    assert "Après" in page


def test_a_place_alone_in_the_address_gives_its_category(site: Client) -> None:
    page = read(site, "/diagnostic/fermeture?lieu=test:0:pharmacy")
    assert re.findall(r'<option value="([^"]*)" selected>', page) == ["pharmacy", "test:0:pharmacy"]


def test_changing_the_category_drops_the_place_of_the_other(site: Client) -> None:
    page = read(site, "/diagnostic/fermeture?categorie=food_shop&lieu=test:0:pharmacy")
    assert re.findall(r'<option value="([^"]*)" selected>', page) == ["food_shop", ""]


def test_the_costliest_closures_lead_to_their_pages(site: Client) -> None:
    page = unescape(read(site, "/diagnostic/fermeture"))
    links = re.findall(r'href="(/diagnostic/fermeture\?categorie=[^"]+)"', page)
    assert links
    assert all(site.get(link).status_code == 200 for link in links)


def test_the_sources_page_tells_the_figures_to_verify(site: Client) -> None:
    page = text_of(read(site, "/diagnostic/sources"))
    assert "Territoire d’essai" in page
    assert "à vérifier" in page


def test_the_territory_is_opened_once_and_again_when_rewritten(site: Client, small_territory: Path) -> None:
    site.get("/diagnostic")
    first = current_territory()
    assert current_territory() is first
    manifest = small_territory / "territory.json"
    manifest.write_bytes(manifest.read_bytes())
    assert current_territory() is not first


def test_every_heading_goes_down_one_level_at_a_time(site: Client) -> None:
    for address in (
        "/diagnostic",
        PHARMACY,
        "/diagnostic/fermeture",
        "/diagnostic/fermeture?lieu=test:0:pharmacy",
        "/diagnostic/sources",
        "/nulle-part",
        *NEW,
    ):
        levels = [int(n) for n in re.findall(r"<h([1-6])", site.get(address).content.decode())]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(b <= a + 1 for a, b in pairwise(levels))


def test_ids_are_unique(site: Client) -> None:
    for address in (
        "/diagnostic",
        PHARMACY,
        "/diagnostic/fermeture",
        "/diagnostic/fermeture?lieu=test:0:pharmacy",
        "/diagnostic/sources",
        *NEW,
    ):
        ids = re.findall(r'\sid="([^"]+)"', read(site, address))
        assert len(ids) == len(set(ids))


def test_an_age_group_that_the_source_does_not_allow_says_so(site: Client) -> None:
    """The bands stop at 65 and over: 80 and over is offered, marked, and never interpolated."""
    page = text_of(read(site, f"{PHARMACY}&groupe=80_plus"))
    assert "80 ans et plus (non calculé)" in page
    assert "65 ans et plus (non calculé)" not in page
    assert "n’existe pas pour cet âge" in page
