"""Every page, for everyone: no axe violation, any width, any zoom, both themes, paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from tests.browser.conftest import NewContext, Screens
from tests.browser.looking import AXE, violations
from tests.proving import proves

from hygie.apps.core.public.checks import WIDTHS

pytestmark = [pytest.mark.browser, pytest.mark.allow_hosts(["127.0.0.1"])]

SCREENS = (
    *("home", "help", "legal", "privacy", "statement", "map", "design", "sign_in"),
    *("first", "zone", "age", "people", "gap", "closures", "driving"),
    *("closure", "category", "closed", "offset", "portrait", "theme", "official"),
    *("supply", "hospital", "quality", "sources", "report"),
)


@proves("axe")
@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_no_fault_in_light_nor_dark(visit: NewContext, screens: Screens, screen: str) -> None:
    for scheme in ("light", "dark"):
        context = visit(bypass_csp=True, color_scheme=scheme, viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(screens[screen])
        page.evaluate(AXE)
        assert not violations(page), scheme


def test_axe_sees_a_fault_when_there_is_one(visit: NewContext, screens: Screens) -> None:
    page = visit(bypass_csp=True).new_page()
    page.goto(screens["sources"])
    page.evaluate("document.querySelector('h1').innerHTML = '<img src=\"data:,\" style=\"color:#eee\">'")
    page.evaluate(AXE)
    assert any(found.startswith("image-alt") for found in violations(page))


@proves("widths", "console")
@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways(visit: NewContext, screens: Screens, width: int) -> None:
    """320 px is also 1280 px at 400 %, and 640 px is 1280 px at 200 %."""
    page = visit(viewport={"width": width, "height": 800}).new_page()
    for screen in SCREENS:
        page.goto(screens[screen])
        across = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert across[0] <= across[1], screen


def test_nothing_is_lost_when_text_is_twice_as_large(visit: NewContext, screens: Screens) -> None:
    page = visit(bypass_csp=True, viewport={"width": 1280, "height": 900}).new_page()
    for screen in ("home", "help", "design", "first", "closure", "sources"):
        page.goto(screens[screen])
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        across = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert across[0] <= across[1], screen
        assert not page.evaluate(CLIPPED), screen


CLIPPED = """
() => [...document.querySelectorAll('h1, p, button, label, figcaption, .bar-name, .bar-value')]
  .filter(e => getComputedStyle(e).overflow !== 'visible' && !e.classList.contains('visually-hidden')
               && (e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1))
  .map(e => e.textContent.slice(0, 40))
"""


def test_what_is_touched_is_large_enough(visit: NewContext, screens: Screens) -> None:
    """Buttons, lists and the links of the navigation measure 44 px; links in a sentence are exempt."""
    page = visit(viewport={"width": 320, "height": 800}).new_page()
    for screen in ("home", "design", "first", "closure", "portrait", "offset"):
        page.goto(screens[screen])
        touched = "button, select, summary, .site-head a, .next a, .questions a, .themes a, .tiles a"
        touched += ", .help-strip a, .site-foot nav a"
        for element in page.locator(touched).all():
            box = element.bounding_box()
            assert box is not None
            assert box["height"] >= 44, element.inner_text()


@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_prints(visit: NewContext, screens: Screens, screen: str) -> None:
    page = visit(color_scheme="dark").new_page()
    page.goto(screens[screen])
    sheet = page.pdf(format="A4", print_background=True)
    assert sheet.startswith(b"%PDF")
    assert len(sheet) > 5_000


@pytest.mark.parametrize("screen", SCREENS)
def test_no_table_is_cut_at_the_edge_of_the_paper(visit: NewContext, screens: Screens, screen: str) -> None:
    width = round((210 - 2 * 14) / 25.4 * 96)  # A4 less the margins, in CSS pixels
    page = visit(viewport={"width": width, "height": 1000}).new_page()
    page.goto(screens[screen])
    page.emulate_media(media="print")
    right = "[...document.querySelectorAll('table')].map(t => t.getBoundingClientRect().right)"
    assert all(edge <= width + 1 for edge in page.evaluate(right))


def test_paper_is_light_and_without_navigation(visit: NewContext, screens: Screens) -> None:
    page = visit(color_scheme="dark").new_page()
    page.goto(screens["first"])
    page.emulate_media(media="print")
    assert not page.locator("nav").first.is_visible()
    assert not page.locator("form").first.is_visible()
    assert page.locator(".answer").first.is_visible()


def test_nothing_moves_when_motion_is_not_wanted(visit: NewContext, screens: Screens) -> None:
    page = visit(reduced_motion="reduce").new_page()
    for screen in ("first", "closed"):
        page.goto(screens[screen])
        assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
        assert page.evaluate("document.getAnimations().length") == 0


@proves("structure", "scriptless")
def test_each_page_has_a_title_one_main_heading_and_a_language(page: Page, screens: Screens) -> None:
    titles = []
    for screen in SCREENS:
        page.goto(screens[screen])
        assert page.locator("html").get_attribute("lang") == "fr"
        assert page.locator("h1").count() == 1, screen
        titles.append(page.title())
    assert all(titles)
    assert len(set(titles)) >= len(titles) - 2  # a choice of zone, or of theme, keeps its title
