"""What the people of a town come to do in the portal, with Tab, Enter and typing alone."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect
from tests.apps.core.sign_on import totp
from tests.browser.conftest import NewWindow, Portal
from tests.browser.looking import tab_to
from tests.proving import proves

from hygie.config.demo.cast import ADMINISTRATOR, COORDINATOR, SOCIAL_AGENT

pytestmark = [pytest.mark.browser, pytest.mark.allow_hosts(["127.0.0.1"])]


def tab_to_named(page: Page, role: str, words: str, most: int = 80) -> None:
    """Reach a link, a button or a field by the words that name it."""
    tab_to(page, page.get_by_role(role, name=words).first, most)  # type: ignore[arg-type]  # a role of ARIA


def enter(page: Page, role: str, words: str, most: int = 80) -> None:
    tab_to_named(page, role, words, most)
    page.keyboard.press("Enter")


def write(page: Page, label: str, words: str) -> None:
    tab_to(page, page.get_by_label(label, exact=True))
    page.keyboard.type(words)


def signed_in_by_keyboard(portal: Portal, page: Page, at: float) -> None:
    email, password, secret = portal.told["people"][SOCIAL_AGENT]
    page.goto("/")
    enter(page, "link", "Se connecter")
    expect(page.locator("h1")).to_have_text("Se connecter")
    write(page, "Adresse électronique", email)
    write(page, "Mot de passe", password)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Code de votre téléphone")).to_be_visible()
    tab_to_named(page, "textbox", "Code de votre téléphone")
    page.keyboard.type(totp(secret, at))
    page.keyboard.press("Enter")
    expect(page.locator(".account-menu summary")).to_contain_text(SOCIAL_AGENT)


@proves("keyboard:sign_in", "keyboard:session")
def test_signing_in_then_closing_the_session_left_open_elsewhere(portal: Portal, window: NewWindow) -> None:
    elsewhere, here = window(), window()
    now = time.time()
    signed_in_by_keyboard(portal, elsewhere, now)
    signed_in_by_keyboard(portal, here, now + 30)  # a code serves once
    tab_to(here, ".account-menu summary")
    here.keyboard.press("Enter")
    enter(here, "link", "Votre compte")
    enter(here, "link", "Vos sessions")
    enter(here, "button", "Fermer la session du")
    expect(here.get_by_text("Cette session est fermée.")).to_be_visible()
    elsewhere.goto("/compte")
    expect(elsewhere).to_have_url(re.compile("/connexion"))


@proves("keyboard:invite")
def test_inviting_a_colleague(window: NewWindow) -> None:
    page = window(ADMINISTRATOR)
    page.goto("/gestion/personnes")
    enter(page, "link", "Inviter une personne")
    write(page, "Prénom et nom", "Bo Démo")
    write(page, "Adresse électronique", "bo@clairval.example")
    tab_to_named(page, "combobox", "Rôle")
    page.keyboard.type("agent")
    enter(page, "button", "Envoyer l’invitation")
    expect(page.get_by_text("L’invitation est envoyée à Bo Démo.")).to_be_visible()


@proves("keyboard:search")
def test_searching_from_the_home_page(window: NewWindow) -> None:
    page = window()
    page.goto("/")
    tab_to(page, "#cherche")
    page.keyboard.type("pharmacie")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/annuaire\?q=pharmacie"))
    expect(page.locator("#reponse")).to_contain_text("fiche")
    tab_to(page, page.locator(".cards h3 a").first)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Pharmacie")


@proves("keyboard:filter")
def test_filtering_the_directory_from_a_quarter(window: NewWindow) -> None:
    page = window()
    page.goto("/annuaire")
    write(page, "Un lieu, un service, un mot", "port")
    tab_to(page, "#categorie")
    page.keyboard.type("Pharm")
    tab_to(page, "details.wide summary")
    page.keyboard.press("Enter")
    tab_to(page, "#zone")
    page.keyboard.press("ArrowDown")
    enter(page, "button", "Chercher")
    expect(page.locator("#categorie")).to_have_value("pharmacy")
    expect(page.locator(".cards li").first).to_contain_text("Pharmacie du Port")
    expect(page.locator(".cards li .what").first).to_contain_text("min")


@proves("keyboard:correct")
def test_proposing_a_correction(portal: Portal, window: NewWindow) -> None:
    page = window()
    page.goto(portal.address("entry"))
    enter(page, "link", "Signaler une erreur")
    tab_to(page, "#fiche-phone")
    page.keyboard.press("Control+A")
    page.keyboard.type("01 99 00 12 34")
    write(page, "Autre chose à dire (facultatif)", "Le numéro a changé.")
    enter(page, "button", "Proposer ces corrections")
    expect(page).to_have_url(re.compile("/annuaire/merci"))


@proves("keyboard:moderate")
def test_answering_a_correction(window: NewWindow) -> None:
    page = window(COORDINATOR)
    page.goto("/gestion/annuaire/corrections")
    waiting = page.locator(".correction").count()
    tab_to(page, page.get_by_label("Raison d’un refus").last)
    page.keyboard.type("La ligne reste suspendue.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("La réponse est enregistrée.")).to_be_visible()
    expect(page.locator(".correction")).to_have_count(waiting - 1)


@proves("keyboard:what_if")
def test_trying_changes_and_keeping_them(window: NewWindow) -> None:
    """Where the map cannot be drawn, and for whoever uses no mouse: the forms say the same."""
    page = window(COORDINATOR)
    page.goto("/scenario")
    tab_to(page, "#fermer-lieu")
    page.keyboard.type("Pharmacie du Port")
    enter(page, "button", "Fermer ce lieu")
    expect(page.locator(".steps li")).to_have_count(1)
    expect(page.locator("[data-region=answer] .answer").first).to_be_visible()
    tab_to(page, page.locator("summary", has_text=re.compile("^Ouvrir un lieu$")))
    page.keyboard.press("Enter")
    tab_to(page, "#ouvrir-categorie")
    page.keyboard.type("Pharm")
    tab_to(page, "#ouvrir-zone")
    page.keyboard.press("ArrowDown")
    enter(page, "button", "Ouvrir ici")
    expect(page.locator(".steps li")).to_have_count(2)
    tab_to(page, "#nom")
    page.keyboard.type("Essai au clavier")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/scenarios/[0-9a-f-]{36}$"))
    expect(page.locator("h1")).to_have_text("Essai au clavier")


@proves("keyboard:compare")
def test_comparing_scenarios(window: NewWindow) -> None:
    page = window(COORDINATOR)
    page.goto("/scenarios")
    for rank in (0, 1):
        tab_to(page, page.locator("input[name=s]").nth(rank))
        page.keyboard.press("Space")
    enter(page, "button", "Comparer les scénarios cochés")
    expect(page.locator("h1")).to_contain_text("Quel scénario")
    expect(page.locator(".compared li")).to_have_count(2)
