"""The first hour of each role: what somebody new comes to do, from the home page on, by its links."""

from __future__ import annotations

import os
import re
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import NewWindow, Portal
from tests.browser.screens import ANYBODY, ELECTED, OFFICER

from hygie.config.demo.cast import ADMINISTRATOR, AGENT, COORDINATOR, PARTNER

pytestmark = [pytest.mark.browser, pytest.mark.allow_hosts(["127.0.0.1"])]

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 900, "height": 680}


def picture(page: Page, name: str, top: str = "") -> None:
    """Keep a window for the guide, from an element on, in the folder of HYGIE_SCREENSHOTS if there is one."""
    folder = os.environ.get("HYGIE_SCREENSHOTS")
    if folder:
        if top:
            page.locator(top).first.evaluate("e => e.scrollIntoView({behavior: 'instant'})")
        page.screenshot(path=Path(folder) / f"{name}.png")


def received(portal: Portal, to: str) -> str:
    """Words of the last message written to somebody."""
    letters: list[Message] = [message_from_bytes(file.read_bytes()) for file in portal.outbox.glob("*.eml")]
    mine = [letter for letter in letters if letter["To"] == to]
    assert mine, f"nothing was written to {to}"
    body = mine[-1].get_payload(decode=True)
    assert isinstance(body, bytes)
    return body.decode()


def begin(page: Page, step: str) -> None:
    """From the home page, take the step that it offers to one's role."""
    page.goto("/")
    page.get_by_role("region", name="Par où commencer").get_by_role("link", name=step).click()


def test_a_resident_finds_a_pharmacy_and_says_what_is_wrong(window: NewWindow) -> None:
    page = window(ANYBODY, viewport=PHONE)
    page.goto("/")
    expect(page.get_by_text("Par où commencer")).to_have_count(0)
    picture(page, "resident-home-phone")
    page.get_by_label("Un lieu, un service, un besoin").fill("pharmacie du port")
    page.get_by_role("button", name="Chercher").click()
    first = page.locator(".cards li").first
    expect(first).to_contain_text("Pharmacie du Port")
    expect(first).to_contain_text(re.compile("Ouvert|Fermé"))
    picture(page, "resident-search-phone")
    first.get_by_role("link").first.click()
    expect(page.locator("dl.facts")).to_contain_text("Horaires")
    page.get_by_role("link", name="Signaler une erreur sur cette fiche").click()
    page.get_by_label("Autre chose à dire").fill("Le samedi, elle ferme à 18 heures.")
    page.get_by_role("button", name="Proposer ces corrections").click()
    expect(page.locator("h1")).to_have_text("Merci")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_resident_proves_a_contact_without_any_account(portal: Portal, window: NewWindow) -> None:
    page, mine = window(ANYBODY, viewport=PHONE), "premiere.heure@exemple.example"
    page.goto("/contact/")
    page.get_by_label("Adresse électronique ou numéro de mobile").fill(mine)
    page.get_by_role("button", name="Recevoir un code").click()
    field = page.get_by_label("Code à six chiffres")
    field.wait_for()
    found = re.search(r"\b(\d{6})\b", received(portal, mine))
    assert found
    field.fill(found[1])
    page.get_by_role("button", name="Vérifier ce code").click()
    expect(page.get_by_text("Votre contact est vérifié")).to_be_visible()


def test_an_administrator_invites_a_partner_who_comes_in(portal: Portal, window: NewWindow) -> None:
    page, mine = window(ADMINISTRATOR, viewport=DESKTOP), "premiere.venue@clairval.example"
    page.goto("/")
    picture(page, "administrator-home")
    begin(page, "Inviter votre équipe")
    page.get_by_label("Prénom et nom").fill("Première Venue")
    page.get_by_label("Adresse électronique").fill(mine)
    page.get_by_label("Rôle").select_option(label="partenaire")
    picture(page, "administrator-invite")
    page.get_by_role("button", name="Envoyer l’invitation").click()
    expect(page.get_by_text("L’invitation est envoyée à Première Venue.")).to_be_visible()
    link = re.search(r"https?://\S+/invitation/\S+", received(portal, mine))
    assert link
    other = window(ANYBODY, viewport=DESKTOP)
    other.goto(re.sub(r"^https?://[^/]+", "", link[0]))
    expect(other.locator("h1")).to_have_text("Ville de Clairval vous invite")
    for field in other.locator("input[type=password]").all():
        field.fill("sept pommes dans la cour")
    other.get_by_role("button", name="Accepter et créer mon compte").click()
    expect(other.get_by_text("Bienvenue.")).to_be_visible()
    other.get_by_label("Adresse électronique").fill(mine)
    other.get_by_label("Mot de passe", exact=True).fill("sept pommes dans la cour")
    other.keyboard.press("Enter")
    expect(other.locator(".account-menu summary")).to_contain_text("Première Venue")
    other.goto("/")
    expect(other.get_by_role("region", name="Par où commencer")).to_contain_text("partenaire")
    for entry, heading in (("Travaux", "Travaux"), ("Données du territoire", "Quelles données")):
        page.goto("/gestion")
        page.locator("main .tiles a", has_text=entry).click()
        expect(page.locator("h1")).to_contain_text(heading)


def test_a_coordinator_closes_a_pharmacy_and_writes_the_note(window: NewWindow) -> None:
    page = window(COORDINATOR, viewport=DESKTOP)
    page.goto("/")
    picture(page, "coordinator-home")
    begin(page, "Essayer un changement")
    expect(page.get_by_role("navigation", name="Pages de cette partie")).to_contain_text("Mes scénarios")
    page.locator("#fermer-lieu").select_option(label="Pharmacie du Port")
    page.get_by_role("button", name="Fermer ce lieu").click()
    answer = page.locator("[data-region=answer] .answer").first
    expect(answer).to_contain_text(re.compile(r"\d.*habitant|perd"))
    page.locator("#nom").fill("Si la Pharmacie du Port fermait")
    page.locator("#nom").press("Enter")
    expect(page.locator("h1")).to_have_text("Si la Pharmacie du Port fermait")
    picture(page, "coordinator-scenario", "section h2")
    page.get_by_role("link", name="Lire la note au conseil").click()
    expect(page.get_by_text("C’est un calcul, pas une annonce.").first).to_be_visible()
    begin(page, "Répondre aux corrections")
    expect(page.locator("h1")).to_contain_text("Quelles corrections accepter")
    expect(page.locator("main")).not_to_contain_text("Aujourd’hui : Mo-")
    picture(page, "coordinator-corrections", ".correction >> nth=1")


def test_an_agent_finds_a_place_for_somebody_and_keeps_the_entries(window: NewWindow) -> None:
    page = window(AGENT, viewport=DESKTOP)
    begin(page, "Trouver un lieu pour quelqu’un")
    page.get_by_label("Un lieu, un service, un mot").fill("dentiste")
    page.locator("details.wide summary").click()
    page.get_by_label("Partir de").fill("Les Ormeaux")
    page.get_by_role("button", name="Chercher").click()
    expect(page.locator(".cards li .what").first).to_contain_text("min à pied")
    picture(page, "agent-search", "#reponse")
    begin(page, "Tenir vos fiches à jour")
    page.get_by_label("Nom").fill("Bureau de poste")
    page.get_by_role("button", name="Voir").click()
    page.locator("tbody th a").first.click()
    page.get_by_role("button", name="Toujours juste").click()
    expect(
        page.get_by_text("Confirmée le mardi 24 novembre 2026 par Ville de Clairval").first
    ).to_be_visible()


def test_a_partner_corrects_what_is_theirs_and_sees_nothing_else(window: NewWindow) -> None:
    page = window(PARTNER, viewport=DESKTOP)
    page.goto("/")
    expect(page.get_by_role("link", name="Scénarios")).to_have_count(0)
    begin(page, "Tenir vos fiches à jour")
    names = page.locator("tbody th a")
    expect(names).not_to_have_count(0)
    assert all("Pédibus" in name for name in names.all_inner_texts())
    picture(page, "partner-entries")
    page.get_by_role("link", name="Pédibus des Vergers").click()
    page.get_by_label("Téléphone du service").fill("01 99 00 56 78")
    page.get_by_role("button", name="Enregistrer la fiche").click()
    page.get_by_role("link", name="Voir la page publique").click()
    expect(page.get_by_role("link", name="01 99 00 56 78")).to_be_visible()


def test_an_elected_officer_reads_scenarios_and_prints_the_note(window: NewWindow) -> None:
    page = window(ELECTED, viewport=PHONE)
    begin(page, "Lire les scénarios")
    page.get_by_role("link", name="Fermer la Pharmacie du Port").click()
    expect(page.locator("main")).to_contain_text("Temps d’accès à une pharmacie")
    picture(page, "elected-scenario-phone", "section h2")
    expect(page.get_by_role("link", name="Supprimer ce scénario")).to_have_count(0)
    address = page.get_by_role("link", name="Note en PDF").get_attribute("href")
    printed = page.context.request.get(str(address))
    assert printed.body().startswith(b"%PDF-")
    begin(page, "Lire où sont les besoins")
    expect(page.locator("h1")).to_contain_text("Qui est à plus de")
    expect(page.locator(".answer").first).to_contain_text("%")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_an_officer_of_data_protection_checks_who_opens_what(window: NewWindow) -> None:
    page = window(OFFICER, viewport=DESKTOP)
    begin(page, "Vérifier qui ouvre quoi")
    served = page.locator("tbody tr").count()
    expect(page.locator(".answer").first).to_contain_text(f"{served} pages")
    table = page.context.request.get("/gestion/acces.csv")
    assert len(table.text().splitlines()) == served + 1
    picture(page, "officer-access")
    begin(page, "Relire ce qui est gardé")
    expect(page.locator("main")).to_contain_text("à vérifier")
    begin(page, "Voir les sceaux des journaux")
    expect(page.locator("h1")).to_have_text("Sceaux des journaux")
    refused = page.context.request.get("/scenarios")
    assert refused.status == 403
    assert "Où aller maintenant" in refused.text()
