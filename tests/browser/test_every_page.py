"""Every page of the portal, as whoever may open it sees it; none is left out without its reason."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.views.generic import RedirectView
from playwright.sync_api import Page
from tests.browser.conftest import NewWindow, Portal, Screens
from tests.browser.looking import faults
from tests.browser.screens import FRESH, NO_PAGE, ON_THE_WAY, SCREENS
from tests.proving import proves

from hygie.apps.core.access import pages
from hygie.config.demo.cast import ADMINISTRATOR, COORDINATOR

pytestmark = [pytest.mark.browser, pytest.mark.allow_hosts(["127.0.0.1"])]

SIZES = {"phone": (390, 844), "desktop": (1280, 900)}


def page_of(address: str) -> str:
    return resolve(urlsplit(address).path).view_name


def seen(page: Page, name: str) -> None:
    """Keep pictures of a page in the folder of HYGIE_SCREENSHOTS, when there is one."""
    folder = os.environ.get("HYGIE_SCREENSHOTS")
    for size, (width, height) in SIZES.items() if folder else ():
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=Path(str(folder)) / f"{name}-{size}-{scheme}.png", full_page=True)


def test_no_page_is_left_out(screens: Screens) -> None:
    looked_at = {page_of(address) for address in screens.values()} | ON_THE_WAY
    looked_at |= {screen.page for screen in (*SCREENS.values(), *FRESH.values())}
    named = {page.name for page in pages() if page.access is not None and page.name}
    moved = {name for name in named if name not in looked_at and _redirects(name)}
    assert sorted(named - moved - looked_at - set(NO_PAGE)) == []  # each is a page to add to the screens
    assert sorted((looked_at | set(NO_PAGE)) - named) == []
    assert sorted(looked_at & set(NO_PAGE)) == []


def _redirects(name: str) -> bool:
    """Whether every address of this name only leads to another one."""
    return all(getattr(view, "view_class", None) is RedirectView for view in _views(name))


def _views(name: str) -> list[object]:
    """Views of a name, wherever the addresses hold them."""
    found: list[object] = []
    waiting: list[URLPattern | URLResolver] = list(get_resolver().url_patterns)
    while waiting:
        one = waiting.pop()
        if isinstance(one, URLResolver):
            waiting += one.url_patterns
        elif one.name == name:
            found.append(one.callback)
    return found


@proves("axe", "widths", "structure", "console")
@pytest.mark.parametrize("name", SCREENS)
def test_a_page_has_no_fault(portal: Portal, window: NewWindow, name: str) -> None:
    screen = SCREENS[name]
    page = window(screen.who)
    answer = page.goto(portal.address(name))
    assert answer is not None
    assert answer.status == 200
    assert page_of(page.url) == screen.page
    seen(page, name)
    assert not faults(page)


def looked_at(page: Page, name: str, view: str) -> None:
    """The page shown is the one expected, and nothing is wrong with it."""
    assert page_of(page.url) == view, page.url
    seen(page, name)
    assert not faults(page), name


@proves("axe", "widths", "structure", "console")
def test_pages_that_ask_again_who_one_is_have_no_fault(portal: Portal, window: NewWindow) -> None:
    """Just after signing in; on the way, the page of the second step."""
    windows: dict[str, Page] = {}
    for name, screen in FRESH.items():
        if screen.who not in windows:
            windows[screen.who] = window()
            portal.sign_in(windows[screen.who], screen.who, second_step)
        page, address = windows[screen.who], portal.address(name)
        page.goto(address)
        if page_of(page.url) != screen.page:  # asked who one is: one says it
            page.get_by_label("Mot de passe", exact=True).fill(portal.told["people"][screen.who][1])
            page.keyboard.press("Enter")
            page.wait_for_url(f"**{address}")
        looked_at(page, name, screen.page)


def second_step(page: Page) -> None:
    looked_at(page, "second_step", "mfa_authenticate")


@proves("axe", "widths", "structure", "console")
def test_the_page_of_a_code_received_has_no_fault(window: NewWindow) -> None:
    page = window()
    page.goto("/contact/")
    page.get_by_label("Adresse électronique ou numéro de mobile").fill("lea@exemple.example")
    page.keyboard.press("Enter")
    page.get_by_label("Code à six chiffres").wait_for()
    looked_at(page, "contact_code", "contact_code")


@proves("axe", "widths", "structure", "console")
def test_the_page_of_a_file_to_bring_in_has_no_fault(window: NewWindow) -> None:
    page = window(COORDINATOR)
    page.goto("/gestion/annuaire/importer")
    lines = "nom;categorie;adresse\nPharmacie des Essais;pharmacy;2 rue du Port\nSans sorte;rien;\n"
    page.locator("#fichier").set_input_files(
        {"name": "essai.csv", "mimeType": "text/csv", "buffer": lines.encode()}
    )
    page.get_by_role("button", name="Voir ce qui changerait").click()
    page.wait_for_url("**/importer/*-*")
    looked_at(page, "upload", "directory_upload")


@proves("scriptless")
def test_every_page_is_read_without_script(portal: Portal, window: NewWindow) -> None:
    windows: dict[str, Page] = {}
    for name, screen in SCREENS.items():
        page = windows.setdefault(screen.who, window(screen.who, java_script_enabled=False))
        answer = page.goto(portal.address(name))
        assert answer is not None
        assert answer.status == 200, name
        assert page.locator("h1").is_visible(), name


def test_what_is_no_page_shows_none(portal: Portal, window: NewWindow) -> None:
    """Files and data are no HTML; addresses of forms refuse to be read, or lead to a page."""
    asking = window(COORDINATOR).context.request
    administrator = window(ADMINISTRATOR).context.request
    for page in pages():
        if page.name not in NO_PAGE or "\\" in page.route:
            continue
        address = portal.sample(page.route)
        answers = [one.get(address, max_redirects=0) for one in (asking, administrator)]
        kinds = {a.headers.get("content-type", "") for a in answers if a.status == 200}
        assert not [kind for kind in kinds if kind.startswith("text/html")], page.route
        assert {a.status for a in answers} <= {200, 302, 403, 404, 405}, page.route
