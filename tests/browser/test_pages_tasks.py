"""What people come to do, done with the keyboard alone and without any script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import NewContext, Screens
from tests.browser.looking import tab_to
from tests.proving import proves

pytestmark = [pytest.mark.browser, pytest.mark.allow_hosts(["127.0.0.1"])]


@pytest.fixture
def keyboard(visit: NewContext) -> Page:
    """A page for the keyboard alone: nothing in it may be clicked."""
    return visit(viewport={"width": 1280, "height": 900}).new_page()


def test_the_skip_link_is_first_and_leads_to_the_content(keyboard: Page) -> None:
    keyboard.goto("/diagnostic")
    keyboard.keyboard.press("Tab")
    skip = keyboard.locator(".skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    keyboard.keyboard.press("Enter")
    expect(keyboard).to_have_url(re.compile("#contenu$"))
    expect(keyboard.locator("#contenu")).to_be_focused()


@proves("keyboard:diagnosis")
def test_a_question_is_chosen_with_the_keyboard(keyboard: Page) -> None:
    keyboard.goto("/diagnostic")
    tab_to(keyboard, "#choix-indicateur")
    keyboard.keyboard.press("Home")
    keyboard.keyboard.type("Phar")
    tab_to(keyboard, "#choix-groupe")
    keyboard.keyboard.type("65")
    tab_to(keyboard, ".picker button")
    keyboard.keyboard.press("Enter")
    expect(keyboard).to_have_url(re.compile("indicateur=access_pharmacy.*groupe=65_plus"))
    expect(keyboard.locator("h1")).to_contain_text("pharmacie")
    expect(keyboard.locator(".answer")).to_contain_text("65 ans et plus")
    expect(keyboard.locator("#choix-indicateur")).to_have_value("access_pharmacy")


@proves("keyboard:closure")
def test_a_closure_is_measured_with_the_keyboard(keyboard: Page) -> None:
    keyboard.goto("/diagnostic")
    tab_to(keyboard, 'nav a[href="/diagnostic/fermeture"]')
    keyboard.keyboard.press("Enter")
    expect(keyboard.locator("h1")).to_contain_text("fermait")
    tab_to(keyboard, "#choix-categorie")
    keyboard.keyboard.type("Phar")
    tab_to(keyboard, ".picker button")
    keyboard.keyboard.press("Enter")
    expect(keyboard.locator("#choix-categorie")).to_have_value("pharmacy")
    tab_to(keyboard, "#choix-lieu")
    keyboard.keyboard.press("ArrowDown")
    tab_to(keyboard, ".picker:nth-of-type(2) button")
    keyboard.keyboard.press("Enter")
    expect(keyboard.locator("h2").first).to_contain_text("fermait")
    expect(keyboard.locator(".what-if .answer").first).to_contain_text(re.compile(r"\d"))


def test_a_theme_then_a_number_are_reached_with_the_keyboard(keyboard: Page) -> None:
    keyboard.goto("/diagnostic")
    tab_to(keyboard, 'nav a[href="/diagnostic/portrait"]')
    keyboard.keyboard.press("Enter")
    expect(keyboard.locator(".answer")).to_contain_text(re.compile(r"\d+\schiffres"))
    tab_to(keyboard, '.themes a[href="/diagnostic/portrait?theme=supply"]')
    keyboard.keyboard.press("Enter")
    expect(keyboard.locator('.themes a[aria-current="true"]')).to_have_text("Offre de soins")
    tab_to(keyboard, 'th a[href="/diagnostic/portrait/apl_gp"]')
    keyboard.keyboard.press("Enter")
    expect(keyboard.locator("h1")).to_contain_text("consultations")


def test_what_offsets_a_closure_is_found_with_the_keyboard(keyboard: Page, screens: Screens) -> None:
    keyboard.goto(screens["closed"])
    tab_to(keyboard, '.next a[href^="/diagnostic/compenser"]')
    keyboard.keyboard.press("Enter")
    expect(keyboard.locator("h1")).to_contain_text("compenserait")
    expect(keyboard.locator(".answer").first).to_be_visible()
    expect(keyboard.locator("table").first).to_contain_text("sans rien ouvrir")


def test_a_wide_table_scrolls_with_the_keyboard(visit: NewContext, screens: Screens) -> None:
    page = visit(viewport={"width": 320, "height": 800}).new_page()
    page.goto(screens["first"])
    tab_to(page, ".scroll")
    page.keyboard.press("ArrowRight")
    box = page.locator(".scroll").first
    for _ in range(50):
        if box.evaluate("e => e.scrollLeft") > 0:
            return
        page.wait_for_timeout(50)
    pytest.fail("the table does not scroll")


def test_everything_works_without_script(page: Page) -> None:
    page.goto("/diagnostic")
    page.select_option("#choix-indicateur", "access_food_shop")
    page.click(".picker button")
    expect(page.locator("h1")).to_contain_text("alimentaire")
    page.click('nav a[href="/diagnostic/fermeture"]')
    page.select_option("#choix-categorie", "food_shop")
    page.click("text=Voir les lieux")
    page.select_option("#choix-lieu", index=1)
    page.click("text=Mesurer la fermeture")
    expect(page.locator(".what-if .answer").first).to_be_visible()


def test_going_back_gives_the_former_choice(page: Page) -> None:
    page.goto("/diagnostic?indicateur=access_pharmacy")
    page.select_option("#choix-indicateur", "access_counter")
    page.click(".picker button")
    expect(page.locator("h1")).to_contain_text("guichet")
    page.wait_for_load_state("load")
    page.go_back()
    expect(page).to_have_url(re.compile("indicateur=access_pharmacy$"))
    expect(page.locator("h1")).to_contain_text("pharmacie")


def test_every_link_of_the_site_leads_somewhere(page: Page, screens: Screens) -> None:
    seen: set[str] = set()
    new = ("offset", "portrait", "official", "supply", "hospital", "quality")
    for screen in ("first", "closure", "closed", *new, "sources", "report"):
        page.goto(screens[screen])
        for link in page.locator("a").all():
            seen.add((link.get_attribute("href") or "").partition("#")[0])
        anchors = [a.get_attribute("href") or "" for a in page.locator('a[href^="#"]').all()]
        assert all(page.locator(f"[id='{anchor[1:]}']").count() == 1 for anchor in anchors), screen
    for address in sorted(a for a in seen if a.startswith("/")):
        answer = page.request.get(address)
        assert answer.status == 200, address


def test_maps_draw_something(page: Page, screens: Screens) -> None:
    page.goto(screens["first"])
    box = page.locator("svg.map").first.bounding_box()
    assert box is not None
    assert box["width"] > 200
    assert page.locator("svg.map path[class^='map-']").count() > 3


def test_a_missing_page_helps(chromium_page_without_checks: Page) -> None:
    page = chromium_page_without_checks
    answer = page.goto("/nulle-part")
    assert answer is not None
    assert answer.status == 404
    page.click("main >> text=Diagnostic")
    expect(page.locator("form.picker")).to_be_visible()
