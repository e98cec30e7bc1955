"""A live site on loopback over a small Clairval, and the system's Chromium."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from tests.apps.core.sign_on import totp
from tests.browser.ensure_chromium import HOW, find_chromium
from tests.browser.screens import FRESH, SCREENS
from tests.concurrency.conftest import Instance

from hygie.readers.territory_folder import open_territory, write_territory
from hygie.territories.demo import DEMO_DAY, build_demo

PEOPLE = 92_000 if "HYGIE_SCREENSHOTS" in os.environ else 8_000
"""Pictures are of the whole Clairval; tests only need a small one."""
ARGUMENTS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]
LOOPBACK = re.compile(r"(https?://127\.0\.0\.1[:/]|data:|about:|blob:)")

Screens = dict[str, str]
NewContext = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def clairval(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a small Clairval."""
    folder = tmp_path_factory.mktemp("browser") / "clairval"
    write_territory(build_demo(people=PEOPLE, seed=1), folder)
    return folder


@pytest.fixture(scope="session")
def live_site(clairval: Path) -> Iterator[str]:
    """Address of `hygie serve` in its own process; it must stop when asked to."""
    port = free_port()
    with subprocess.Popen(  # noqa: S603  # our own command
        hygie("serve", str(clairval), "--port", str(port)), stderr=subprocess.PIPE, text=True
    ) as server:
        address = f"http://127.0.0.1:{port}"
        try:
            wait_until_served(address, server)
            yield address
        finally:
            server.send_signal(signal.SIGTERM)
            _, said = server.communicate(timeout=30)
    assert server.returncode == 0, said


def hygie(*words: str) -> list[str]:
    """The command of this environment."""
    return [str(Path(sys.executable).with_name("hygie")), *words]


def free_port() -> int:
    """A port of loopback that nobody holds."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_until_served(address: str, server: subprocess.Popen[str]) -> None:
    """Wait until the first page answers: the territory is then open and its diagnosis computed."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"the server stopped: {server.communicate()[1]}")
        try:
            with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310  # loopback
                answer.read()
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise TimeoutError(f"{address} did not answer within two minutes")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without its own calls home."""
    path = find_chromium()
    if path is None:
        pytest.fail(HOW)
    expect.set_options(timeout=30_000)  # a busy machine is slow, and no fault of the page
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS + sandbox)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, live_site: str) -> Iterator[NewContext]:
    """Open contexts on the site; at the end, nothing was asked outside and the console stayed empty."""
    contexts: list[BrowserContext] = []
    outside: list[str] = []
    said: list[str] = []

    def new(**options: object) -> BrowserContext:
        context = chromium.new_context(base_url=live_site, locale="fr-FR", **options)  # type: ignore[arg-type]  # options of Playwright, passed on
        context.on("request", lambda r: None if LOOPBACK.match(r.url) else outside.append(r.url))
        context.on("console", lambda m: said.append(m.text) if m.type in ("error", "warning") else None)
        context.on("weberror", lambda e: said.append(str(e.error)))
        contexts.append(context)
        return context

    yield new
    for context in contexts:
        context.close()
    assert not outside
    assert not said


@pytest.fixture
def page(visit: NewContext) -> Page:
    """A page on a wide screen, scripts off: the site needs none."""
    return visit(viewport={"width": 1280, "height": 900}, java_script_enabled=False).new_page()


@pytest.fixture
def chromium_page_without_checks(chromium: Browser, live_site: str) -> Iterator[Page]:
    """A page whose console may speak: a browser reports every error page there."""
    context = chromium.new_context(base_url=live_site, locale="fr-FR")
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def screens(clairval: Path) -> Screens:
    """Addresses of the screens to look at, by name."""
    territory = open_territory(clairval).territory
    pharmacy = str(territory.places.ids[territory.places.of("pharmacy")[0]])
    quarter = territory.layers["quarter"].ids[0]
    return {
        "home": "/",
        "help": "/numeros-utiles",
        "legal": "/mentions-legales",
        "privacy": "/donnees-personnelles",
        "statement": "/accessibilite",
        "map": "/plan-du-site",
        "design": "/design",
        "sign_in": "/connexion",
        "first": "/diagnostic",
        "zone": f"/diagnostic?indicateur=access_pharmacy&zone=quarter:{quarter}",
        "age": "/diagnostic?indicateur=access_pharmacy&groupe=65_plus",
        "people": "/diagnostic?indicateur=people_age",
        "gap": "/diagnostic?indicateur=qpv_gap",
        "closures": "/diagnostic?indicateur=costliest_closures",
        "driving": "/diagnostic?indicateur=access_emergency",
        "closure": "/diagnostic/fermeture",
        "category": "/diagnostic/fermeture?categorie=pharmacy",
        "closed": f"/diagnostic/fermeture?{urlencode({'categorie': 'pharmacy', 'lieu': pharmacy})}",
        "offset": f"/diagnostic/compenser?{urlencode({'categorie': 'pharmacy', 'lieu': pharmacy})}",
        "portrait": "/diagnostic/portrait",
        "theme": "/diagnostic/portrait?theme=supply",
        "official": "/diagnostic/portrait/apl_gp",
        "supply": "/diagnostic/apl",
        "hospital": "/diagnostic/hopital",
        "quality": "/diagnostic/qualite",
        "sources": "/diagnostic/sources",
        "report": "/diagnostic/rapport",
    }


@dataclass(frozen=True)
class Portal:
    """Clairval alive, its people signed in when first needed.

    ``told`` is what `tests.browser.living` says of it; ``outbox`` holds the messages, none is sent.
    """

    browser: Browser
    site: str
    told: dict[str, Any]
    outbox: Path
    _kept: dict[str, Any] = field(default_factory=dict)

    def address(self, name: str) -> str:
        """Where a screen is."""
        screen = {**SCREENS, **FRESH}[name]
        known = self.told["addresses"].get(name)
        return str(known or reverse(screen.page)) + screen.asked

    def sample(self, route: str) -> str:
        """An address of a route that shows no page; of a scenario that exists where it is about one."""
        kept = self.told["addresses"]["saved"].rpartition("/")[2]
        filled = route.replace("<uuid:identifier>", kept).replace("<int:identifier>", "1")
        filled = filled.replace("<slug:part>", "autres").replace("<slug:kind>", "csv")
        return "/" + filled.replace("<slug:action>", "renvoyer")

    def state_of(self, who: str) -> Any:
        """What a browser keeps once somebody has signed in, by the form; nothing for nobody."""
        if who and who not in self._kept:
            with closing(self.browser.new_context(base_url=self.site, locale="fr-FR")) as context:
                self.sign_in(context.new_page(), who)
                self._kept[who] = context.storage_state()
        return self._kept.get(who)

    def sign_in(self, page: Page, who: str, halfway: Callable[[Page], None] = lambda _page: None) -> None:
        """Sign in by the real form: password, then the code where there is one, ``halfway`` between."""
        email, password, secret = self.told["people"][who]
        page.goto("/connexion")
        page.get_by_label("Adresse électronique").fill(email)
        page.get_by_label("Mot de passe", exact=True).fill(password)
        page.keyboard.press("Enter")
        if secret:
            code = page.get_by_label("Code de votre téléphone")
            code.wait_for()
            halfway(page)
            code.fill(totp(secret))
            page.keyboard.press("Enter")
        page.locator(".account-menu").wait_for()


FILL = """
import json, sys
from pathlib import Path
from hygie.cli.portal import ready
ready()
from tests.browser.living import fill
print(json.dumps(fill(Path(sys.argv[1]))))
"""


@pytest.fixture(scope="session")
def portal(chromium: Browser, clairval: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """An instance of its own, filled with Clairval, served; reading is closed to whoever has no account."""
    home = tmp_path_factory.mktemp("portal")
    variables = {
        "HYGIE_HOME": str(home / "home"),
        "HYGIE_TERRITORY": str(clairval),
        "HYGIE_TODAY": DEMO_DAY.isoformat(),
        "HYGIE_JOBS_AT_ONCE": "oui",
    }
    instance, port = Instance(variables), free_port()
    told = json.loads(instance.run(FILL, str(clairval)).splitlines()[-1])
    command = hygie("serve", str(clairval), "--port", str(port))
    with (
        (home / "said").open("w") as said,
        subprocess.Popen(command, env=instance.variables, stderr=said, text=True) as server,  # noqa: S603  # our own
    ):
        address = f"http://127.0.0.1:{port}"
        try:
            wait_until_served(address, server)
            yield Portal(chromium, address, told, home / "home" / "outbox")
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)


NewWindow = Callable[..., Page]


@pytest.fixture
def window(portal: Portal) -> Iterator[NewWindow]:
    """Open windows for people; at the end, nothing was asked outside and the console stayed empty."""
    contexts: list[BrowserContext] = []
    heard: list[str] = []

    def new(who: str = "", **options: Any) -> Page:
        context = portal.browser.new_context(
            base_url=portal.site, locale="fr-FR", storage_state=portal.state_of(who), **options
        )
        context.on("request", lambda r: None if LOOPBACK.match(r.url) else heard.append(r.url))
        context.on("console", lambda m: heard.append(m.text) if m.type in ("error", "warning") else None)
        context.on("weberror", lambda e: heard.append(str(e.error)))
        contexts.append(context)
        return context.new_page()

    yield new
    for context in contexts:
        context.close()
    # a browser that cannot draw in three dimensions says so itself: the page then offers its forms
    assert not [words for words in heard if "WebGL" not in words and "GL Driver" not in words]
