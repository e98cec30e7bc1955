"""The live map in a real browser, and the same page where nothing can draw it or run a script."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.browser.conftest import ARGUMENTS, LOOPBACK, free_port, hygie, wait_until_served
from tests.browser.ensure_chromium import find_chromium
from tests.concurrency.conftest import Instance

pytestmark = [pytest.mark.browser, pytest.mark.allow_hosts(["127.0.0.1"])]

DRAWING = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
"""Chromium draws in three dimensions without a graphics card."""

PEOPLE = """
from datetime import date
from django.core.management import call_command
from django.test import Client
for database in ('default', 'readings'):
    call_command('migrate', database=database, verbosity=0)
call_command('createcachetable', verbosity=0)
from allauth.mfa.models import Authenticator
from hygie.apps.core.accounts.models import User
from hygie.apps.core.encryption import encrypt
from hygie.apps.core.organisations.models import Membership, Organisation
town = Organisation.objects.create(name='Ville d’essai', slug='ville', kind='commune', hosts=True)
user = User.objects.create_user('coordination@ville.example', 'Coordination Démo')
Membership.objects.create(user=user, organisation=town, role='coordinator', since=date(2026, 1, 1))
Authenticator.objects.create(user=user, type='totp', data={'secret': encrypt('A' * 32)})
client = Client(SERVER_NAME='127.0.0.1')
client.force_login(user, backend='allauth.account.auth_backends.AuthenticationBackend')
print(client.cookies['sessionid'].value)
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("live") / "home"


@pytest.fixture(scope="module")
def session(home: Path) -> str:
    """Session of a coordinator, second factor included."""
    made = Instance({"HYGIE_HOME": str(home), "HYGIE_JOBS_AT_ONCE": "oui"})
    return made.run(PEOPLE).split()[-1]


@pytest.fixture(scope="module")
def scenario_site(home: Path, session: str, clairval: Path) -> Iterator[str]:
    port = free_port()
    variables = {**os.environ, "HYGIE_HOME": str(home), "HYGIE_JOBS_AT_ONCE": "oui"}
    variables.pop("DATABASE_URL", None)
    command = hygie("serve", str(clairval), "--port", str(port))
    with (
        (home / "said").open("w") as said,
        subprocess.Popen(command, env=variables, stderr=said, text=True) as server,  # noqa: S603  # our own
    ):
        address = f"http://127.0.0.1:{port}"
        try:
            wait_until_served(address, server)
            yield address
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)


@pytest.fixture(scope="module")
def drawing_browser(chromium: Browser) -> Iterator[Browser]:
    """The same Chromium, drawing in three dimensions."""
    arguments = [one for one in ARGUMENTS if one != "--disable-gpu"] + DRAWING
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    browser = chromium.browser_type.launch(executable_path=find_chromium(), args=arguments + sandbox)
    yield browser
    browser.close()


def opened(browser: Browser, site: str, session: str, *, scripts: bool = True) -> BrowserContext:
    context = browser.new_context(
        base_url=site, locale="fr-FR", viewport={"width": 1280, "height": 900}, java_script_enabled=scripts
    )
    context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
    context.set_default_timeout(60_000)
    return context


@pytest.fixture
def live(drawing_browser: Browser, scenario_site: str, session: str) -> Iterator[Page]:
    """The scenario page with its map drawn; the console stayed empty, nothing was asked outside."""
    context, said, outside = opened(drawing_browser, scenario_site, session), [], []
    context.on("console", lambda m: said.append(m.text) if m.type in ("error", "warning") else None)
    context.on("weberror", lambda e: said.append(str(e.error)))
    context.on("request", lambda r: None if LOOPBACK.match(r.url) else outside.append(r.url))
    page = context.new_page()
    page.goto("/scenario")
    page.locator("[data-live-page][data-ready]").wait_for()
    yield page
    context.close()
    assert not outside
    # what the software renderer says of itself is no fault of the page
    assert not [words for words in said if "GL Driver Message" not in words and "WebGL" not in words]


def middle_of_town(page: Page) -> tuple[float, float]:
    """Where the middle of the map is on the screen: Clairval's streets are around it."""
    box = page.locator(".live-map canvas").bounding_box()
    assert box is not None
    return box["width"] / 2, box["height"] / 2


def test_clicks_open_places_and_undoing_takes_them_back(live: Page) -> None:
    live.select_option("#sorte", "pharmacy")
    x, y = middle_of_town(live)
    live.locator(".live-map canvas").click(position={"x": x, "y": y})
    expect(live.locator(".steps li")).to_have_count(1)
    expect(live).to_have_url(re.compile("e=ouvrir%3Apharmacy"))
    expect(live.locator("[data-region=answer] .answer").first).to_contain_text("habitant")
    expect(live.locator("[data-legend] li").first).to_be_visible()
    expect(live.locator("[data-region=answer] svg.map").first).to_be_visible()
    live.locator(".live-map canvas").click(position={"x": x + 30, "y": y})
    expect(live.locator(".steps li")).to_have_count(2)
    live.locator("[data-undo]").click()
    expect(live.locator(".steps li")).to_have_count(1)
    live.go_back()
    expect(live.locator(".steps li")).to_have_count(2)


def test_a_form_adds_to_what_was_clicked_and_the_scenario_is_saved(live: Page) -> None:
    live.select_option("#sorte", "pharmacy")
    x, y = middle_of_town(live)
    live.locator(".live-map canvas").click(position={"x": x, "y": y})
    expect(live.locator(".steps li")).to_have_count(1)
    live.select_option("#fermer-lieu", index=3)
    live.get_by_role("button", name="Fermer ce lieu").click()
    expect(live.locator(".steps li")).to_have_count(2)
    live.fill("#nom", "Essai de carte")
    live.get_by_role("button", name="Enregistrer ce scénario").click()
    expect(live).to_have_url(re.compile("/scenarios/[0-9a-f-]{36}$"))
    expect(live.locator("h1")).to_have_text("Essai de carte")


def test_before_and_after_share_one_legend(live: Page) -> None:
    live.goto(live.url + "?e=ouvrir:pharmacy:" + ":".join(f"{v:.5f}" for v in centre(live)) + ":1")
    live.locator("[data-legend] li").first.wait_for()
    live.check("input[name=moment][value=before]")
    before = live.locator("[data-legend]").inner_text()
    live.check("input[name=moment][value=after]")
    after = live.locator("[data-legend]").inner_text()
    scale = {"0 à 5", "5 à 10", "10 à 15", "15 à 20", "plus de 20"}
    for words in (before, after):
        assert any(step in words.replace("\u00a0", " ") for step in scale)


def centre(page: Page) -> tuple[float, float]:
    west, south, east, north = page.request.get("/scenario/carte").json()["bounds"]
    return (west + east) / 2, (south + north) / 2


def test_without_three_dimensions_the_forms_do_the_same(
    chromium: Browser, scenario_site: str, session: str
) -> None:
    context = opened(chromium, scenario_site, session)
    page = context.new_page()
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto("/scenario")
    expect(page.locator("[data-no-map]")).to_be_visible()
    expect(page.locator("[data-stage]")).to_be_hidden()
    page.select_option("#fermer-lieu", index=3)
    page.get_by_role("button", name="Fermer ce lieu").click()
    expect(page.locator(".steps li")).to_have_count(1)
    expect(page.locator("[data-region=answer] .answer").first).to_be_visible()
    context.close()


def test_without_scripts_every_step_is_a_page(chromium: Browser, scenario_site: str, session: str) -> None:
    context = opened(chromium, scenario_site, session, scripts=False)
    page = context.new_page()
    page.goto("/scenario")
    page.select_option("#fermer-lieu", index=3)
    page.get_by_role("button", name="Fermer ce lieu").click()
    page.get_by_text("Ouvrir un lieu", exact=True).click()
    page.select_option("#ouvrir-categorie", "pharmacy")
    page.select_option("#ouvrir-zone", index=1)
    page.get_by_role("button", name="Ouvrir ici").click()
    expect(page.locator(".steps li")).to_have_count(2)
    expect(page.locator("[data-region=answer] svg.map").first).to_be_visible()
    page.get_by_role("link", name="Annuler le dernier").click()
    expect(page.locator(".steps li")).to_have_count(1)
    context.close()
