"""What every answer of the site carries, and what it refuses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db

PAGES = (
    *("/", "/numeros-utiles", "/mentions-legales", "/donnees-personnelles", "/accessibilite"),
    *(
        "/plan-du-site",
        "/design",
        "/diagnostic",
        "/diagnostic/fermeture",
        "/diagnostic/rapport",
        "/diagnostic/sources",
    ),
    *(
        "/diagnostic/portrait",
        "/diagnostic/portrait/apl_gp",
        "/diagnostic/apl",
        "/diagnostic/hopital",
        "/diagnostic/compenser",
        "/diagnostic/qualite",
    ),
)
ERRORS = (
    "/nulle-part",
    "/diagnostic?indicateur=inconnu",
    "/diagnostic/portrait/inconnu",
    "/static/absent.css",
)


@pytest.mark.parametrize("address", [*PAGES, *ERRORS, "/static/tokens.css"])
def test_every_answer_carries_the_security_headers(site: Client, address: str) -> None:
    response = site.get(address)
    response.close()
    headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "form-action 'self'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize("address", [*PAGES, *ERRORS])
def test_no_cookie_is_ever_set(site: Client, address: str) -> None:
    response = site.get(address)
    response.close()
    assert not response.cookies


@pytest.mark.parametrize("address", PAGES)
def test_every_page_answers(site: Client, address: str) -> None:
    response = site.get(address)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_methods_that_write_are_refused(site: Client, address: str, method: str) -> None:
    response = site.generic(method, address)
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"
    assert "se lit" in response.content.decode()


def test_head_is_served(site: Client) -> None:
    assert site.head("/diagnostic/sources").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.1", "evil.example:8000"])
@pytest.mark.parametrize("address", ["/", "/static/tokens.css"])
def test_another_host_name_is_refused(site: Client, host: str, address: str) -> None:
    response = site.get(address, headers={"host": host})
    assert response.status_code == 400
    assert host not in response.content.decode()
    assert "Content-Security-Policy" in response.headers


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8123", "[::1]:8000"])
def test_loopback_names_are_served(site: Client, host: str) -> None:
    assert site.get("/diagnostic/sources", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("address", PAGES)
def test_no_page_has_a_script_an_inline_style_or_an_outside_resource(site: Client, address: str) -> None:
    page = site.get(address).content.decode()
    assert "<script" not in page
    assert not re.search(r"\son\w+=", re.sub(r">[^<]*<", "><", page))
    assert not re.search(r"<[^>]+\sstyle=", page)
    outside = set(re.findall(r'(?:src|href|action)="((?:https?:)?//[^"]*)"', page))
    assert outside <= {"https://www.openstreetmap.org/copyright"}


@pytest.mark.parametrize("address", PAGES)
def test_a_fictional_territory_says_so_on_every_page(site: Client, address: str) -> None:
    assert "ficti" in site.get(address).content.decode()


def test_the_report_names_its_own_style_by_digest(site: Client) -> None:
    policy = site.get("/diagnostic/rapport").headers["Content-Security-Policy"]
    assert re.search(r"style-src 'sha256-[A-Za-z0-9+/=]{44}'", policy)


def test_a_missing_page_helps_and_hints_at_nothing(site: Client) -> None:
    unknown = [
        site.get(a)
        for a in (
            "/nulle-part",
            "/diagnostic?indicateur=inconnu",
            "/diagnostic?zone=quarter:q99",
            "/diagnostic?groupe=x",
        )
    ]
    bodies = {response.content for response in unknown}
    assert {response.status_code for response in unknown} == {404}
    assert len(bodies) == 1
    assert 'href="/"' in unknown[0].content.decode()


def test_a_missing_territory_says_what_to_do(settings: Settings, tmp_path: Path) -> None:
    settings.TERRITORY_FOLDER = tmp_path / "nulle-part"
    settings.OPEN_READING = "oui"
    response = Client(SERVER_NAME="127.0.0.1").get("/diagnostic")
    page = response.content.decode()
    assert response.status_code == 503
    assert "hygie demo" in page
    assert str(tmp_path) not in page
    assert "Content-Security-Policy" in response.headers


def test_an_error_of_the_program_is_a_page_without_its_details(
    site: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_opened: object) -> str:
        raise RuntimeError("un détail interne")

    monkeypatch.setattr("hygie.apps.territory.views.report_page", broken)
    response = site.get("/diagnostic/rapport")
    assert response.status_code == 500
    assert "un détail interne" not in response.content.decode()
    assert "Ce n’est pas de votre fait" in response.content.decode()
    assert "Content-Security-Policy" in response.headers
    del caplog


def test_a_style_sheet_is_served_to_this_site_only(site: Client) -> None:
    response = site.get("/static/tokens.css")
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/css")
    assert "Access-Control-Allow-Origin" not in response.headers
    response.close()
