"""Official numbers, offsets, chapters and files: each page answers first and says what is missing."""

from __future__ import annotations

import re
import zipfile
from html import unescape
from io import BytesIO

import pytest
from django.test import Client
from tests.apps.conftest import HOSTILE_PLACE, HOSTILE_ZONE
from tests.apps.test_site_pages import read, text_of

HOSTILE_KEY = "%3Cb%3Eessai%3C/b%3E"


def links(page: str) -> set[str]:
    found = re.findall(r'href="(/[^"#]*)', unescape(page))
    return {address for address in found if not address.startswith("/static/")}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        *(
            "/diagnostic/portrait",
            "/diagnostic/portrait/apl_gp",
            "/diagnostic/apl",
            "/diagnostic/hopital",
            "/diagnostic/qualite",
            "/diagnostic/compenser?lieu=test:0:pharmacy",
        )
    ],
)
def test_every_link_of_a_page_answers(site: Client, address: str) -> None:
    found = links(read(site, address)) - {"/diagnostic/rapport.pdf", "/diagnostic/tableaux.ods"}
    assert len(found) >= 6
    assert {link for link in found if site.get(link).status_code != 200} == set()


def test_official_numbers_are_counted_then_told_by_theme(site: Client) -> None:
    page = text_of(read(site, "/diagnostic/portrait"))
    assert re.search(r"3 chiffres officiels connus, \d+ non disponibles", page)
    assert re.search(r"valeurs? du département", page)
    assert "Où le trouver" in page


def test_a_theme_shows_its_numbers_alone(site: Client) -> None:
    page = read(site, "/diagnostic/portrait?theme=supply")
    assert "/diagnostic/portrait/apl_gp" in page
    assert "/diagnostic/portrait/flu_vaccination_65_plus" not in page
    chosen = re.search(r'<a href="/diagnostic/portrait\?theme=supply" aria-current="true">([^<]*)</a>', page)
    assert chosen is not None
    assert chosen[1] == "Offre de soins"


def test_one_number_is_told_with_levels_years_formula_and_limits(site: Client) -> None:
    page = text_of(read(site, "/diagnostic/portrait/apl_gp"))
    assert re.search(
        r"2,40 unités : accès aux médecins généralistes \(APL\) \(valeur de la commune, 2023\)", page
    )
    for words in ("3,10", "valeur du département", "2,90", "2015", "Calcul :", "ne dit pas", "Table d’essai"):
        assert words in page


def test_a_number_that_nobody_gives_says_where_to_ask(site: Client) -> None:
    page = text_of(read(site, "/diagnostic/portrait/hpv_vaccination"))
    assert "Non disponible" in page
    assert "Qui le publie" in page


def test_a_table_that_the_catalogue_ignores_is_shown_as_text(site: Client) -> None:
    page = read(site, "/diagnostic/portrait")
    assert "<b>essai" not in page
    assert "<b>essai" in unescape(page)
    assert HOSTILE_ZONE not in read(site, "/diagnostic/portrait/apl_gp")


@pytest.mark.parametrize("key", ["inconnu", "..", "%00", "apl_gp%20", "<script>", "x" * 5_000])
def test_an_unknown_number_is_a_page_that_helps(site: Client, key: str) -> None:
    response = site.get(f"/diagnostic/portrait/{key}")
    assert response.status_code == 404
    assert "Cette page n’existe pas" in response.content.decode()


def test_an_offset_answers_first_and_shows_its_table(site: Client) -> None:
    page = read(site, "/diagnostic/compenser?lieu=test:0:pharmacy")
    told = text_of(page)
    assert "Qu’est-ce qui compenserait la fermeture de « Pharmacie du Port » ?" in told
    assert "Document de travail" in told
    assert "Aucun lieu candidat" in told
    assert HOSTILE_PLACE not in page


def test_the_closure_page_leads_to_what_would_offset_it(site: Client) -> None:
    page = read(site, "/diagnostic/fermeture?categorie=pharmacy&lieu=test:0:pharmacy")
    assert "/diagnostic/compenser?categorie=pharmacy&lieu=test%3A0%3Apharmacy" in unescape(page)


def test_questions_are_listed_under_their_chapters(site: Client) -> None:
    page = read(site, "/diagnostic")
    assert '<optgroup label="Accès aux soins">' in page
    assert re.search(r"<h3>Accès aux services</h3>", page)


def test_a_territory_without_hospital_says_so(site: Client) -> None:
    page = text_of(read(site, "/diagnostic/hopital"))
    assert "Que devient l’hôpital ?" in page
    assert "Non disponible" in page


def test_the_quality_page_counts_what_to_mend(site: Client) -> None:
    page = text_of(read(site, "/diagnostic/qualite"))
    assert re.search(r"\d+ vérifications? des données : \d+ à corriger", page)


def test_the_spreadsheet_is_a_file_to_save(site: Client) -> None:
    response = site.get("/diagnostic/tableaux.ods")
    assert response.status_code == 200
    assert response.headers["Content-Disposition"] == (
        'attachment; filename="hygie-tableaux-essai-sur-clere-2026-11-24.ods"'
    )
    with zipfile.ZipFile(BytesIO(response.content)) as archive:
        assert archive.read("mimetype") == b"application/vnd.oasis.opendocument.spreadsheet"
    assert site.get("/diagnostic/tableaux.ods").content == response.content


def test_the_pdf_is_a_file_to_save(site: Client) -> None:
    response = site.get("/diagnostic/rapport.pdf")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"].startswith("attachment; filename=")
    assert response.content.startswith(b"%PDF")
