"""The first hour of an administrator: invited, a password, a telephone, a colleague; no script needed."""

from __future__ import annotations

import re
import subprocess
import time
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.apps.core.sign_on import totp
from tests.browser.conftest import NewContext, hygie
from tests.browser.looking import AXE, violations

pytestmark = [pytest.mark.browser, pytest.mark.allow_hosts(["127.0.0.1"])]

PASSWORD = "sept pommes dans la cour"  # noqa: S105  # of an invented person
EMAIL = "ada@ville.example"


@pytest.fixture(scope="module")
def invitation(live_site: str) -> str:
    """The link of the first administrator of the instance served."""
    return subprocess.run(  # noqa: S603  # our own command
        hygie(
            *("account", "create", EMAIL, "--name", "Ada Démo"),
            *("--organisation", "Ville d’essai", "--site", live_site),
        ),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout.strip()


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words).click()


def look(page: Page, folder: Path, name: str) -> None:
    """Axe finds nothing, nothing scrolls sideways, at any width and in both themes; a picture is kept."""
    for width in (320, 1280):
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
            page.evaluate(AXE)
            assert not violations(page), (name, width, scheme)
            across = page.evaluate(
                "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
            )
            assert across[0] <= across[1], (name, width)


@pytest.fixture
def context(visit: NewContext) -> BrowserContext:
    """A browser that lets axe in."""
    return visit(bypass_csp=True, viewport={"width": 1280, "height": 900})


def test_an_administrator_settles_in(context: BrowserContext, invitation: str, tmp_path: Path) -> None:
    page = context.new_page()
    page.goto(invitation)
    look(page, tmp_path, "invitation")
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_label("Le même").fill(PASSWORD)
    press(page, "Accepter et créer mon compte")
    expect(page).to_have_url(re.compile("/connexion"))
    look(page, tmp_path, "login")

    page.get_by_label("Adresse électronique").fill(EMAIL)
    page.get_by_label("Mot de passe", exact=True).fill("pas le bon du tout")
    press(page, "Se connecter")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.get_by_label("Adresse électronique")).to_have_value(EMAIL)  # what was typed is kept
    expect(page.get_by_label("Mot de passe", exact=True)).to_have_value("")  # a password is not
    look(page, tmp_path, "login-refused")
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    press(page, "Se connecter")

    page.goto("/compte")
    expect(page).to_have_url(re.compile("/compte/double-verification/activer"))
    page.get_by_text("Je ne peux pas le photographier").click()
    look(page, tmp_path, "second-factor")
    secret = page.locator("code.secret").inner_text().replace(" ", "")
    page.get_by_label("Code à six chiffres").fill(totp(secret))
    press(page, "Activer la double vérification")
    expect(page.locator(".codes li")).to_have_count(10)
    look(page, tmp_path, "recovery-codes")
    page.get_by_role("link", name="Je les ai rangés, continuer").click()
    look(page, tmp_path, "account")

    page.goto("/deconnexion")
    press(page, "Se déconnecter")
    page.goto("/gestion/personnes")
    page.get_by_label("Adresse électronique").fill(EMAIL)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    look(page, tmp_path, "second-step")
    page.get_by_label("Code de votre téléphone").fill(totp(secret, time.time() + 30))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/gestion/personnes"))

    invite_a_colleague(page, tmp_path)
    page.goto("/compte/sessions")
    look(page, tmp_path, "sessions")


def invite_a_colleague(page: Page, tmp_path: Path) -> None:
    page.get_by_role("link", name="Inviter une personne").click()
    page.get_by_label("Prénom et nom").fill("Bo Démo")
    page.get_by_label("Adresse électronique").fill("bo@")
    page.get_by_label("Rôle").select_option("decider")
    press(page, "Envoyer l’invitation")
    expect(page.get_by_label("Prénom et nom")).to_have_value("Bo Démo")
    look(page, tmp_path, "invite-refused")
    page.get_by_label("Adresse électronique").fill("bo@ville.example")
    page.get_by_label("Rôle").select_option("agent")
    press(page, "Envoyer l’invitation")
    expect(page.get_by_text("L’invitation est envoyée à Bo Démo.")).to_be_visible()
    look(page, tmp_path, "people")


def test_a_resident_proves_a_contact(context: BrowserContext, tmp_path: Path) -> None:
    page = context.new_page()
    page.goto("/contact/")
    look(page, tmp_path, "contact")
    page.get_by_label("Adresse électronique ou numéro de mobile").fill("lea@exemple.fr")
    press(page, "Recevoir un code")
    look(page, tmp_path, "contact-code")
    page.get_by_label("Code à six chiffres").fill("12")
    press(page, "Vérifier ce code")
    expect(page.locator(".field-error")).to_contain_text("Un code a six chiffres.")


def test_everything_touched_is_large_enough(context: BrowserContext) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 360, "height": 800})
    for path in ("/connexion", "/contact/", "/mot-de-passe-oublie"):
        page.goto(path)
        for target in page.locator("main :is(input:not([type=hidden]), button, select)").all():
            box = target.bounding_box()
            assert box is not None
            assert box["height"] >= 44, path
