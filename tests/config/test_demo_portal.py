"""The portal of Clairval: filled twice as once, everybody signs in, the journal holds."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from tests.apps.conftest import small_territory
from tests.apps.core.sign_on import browser, fill, totp

from hygie.apps.core import clock
from hygie.apps.core.accounts.handing_over import Keys
from hygie.apps.core.accounts.models import User
from hygie.apps.core.audit.chain import verify
from hygie.apps.core.audit.export import exported
from hygie.apps.core.contacts.models import ContactCode
from hygie.apps.core.messages.models import Message
from hygie.apps.core.operations.checks import LOOKS
from hygie.apps.core.organisations.models import Grant, Membership, Organisation
from hygie.apps.core.organisations.roles import Role
from hygie.apps.core.organisations.viewer import viewer_of
from hygie.apps.directory.models import Correction, Entry, Outcome, Version
from hygie.apps.territory.scenarios.models import Scenario
from hygie.cli.demo_portal import login_lines
from hygie.config.demo import fill as filling
from hygie.config.demo.cast import HOUSES, PEOPLE, TOWN
from hygie.config.demo.people import Login
from hygie.config.environment import Environment
from hygie.engines.kernel.errors import HygieError
from hygie.territories.demo import DEMO_DAY

__all__ = ["small_territory"]

PROGRAM = Path(sys.executable).with_name("hygie")

EVERYBODY = {"Accueil", "Annuaire", "Diagnostic"}
HOMES = {
    "anne.admin": EVERYBODY | {"Scénarios", "Études", "Gestion"},
    "ines.coordination": EVERYBODY | {"Scénarios", "Études", "Gestion"},
    "karim.guichet": EVERYBODY | {"Scénarios", "Études", "Gestion"},
    "lucie.ccas": EVERYBODY | {"Scénarios", "Études", "Gestion"},
    "odile.exemple": EVERYBODY | {"Gestion"},
    "paul.partenaire": EVERYBODY | {"Gestion"},
    "nadia.elue": EVERYBODY | {"Scénarios", "Études"},
    "rose.commission": EVERYBODY,
    "denis.dpo": EVERYBODY | {"Gestion"},
    "yves.pays": EVERYBODY | {"Scénarios", "Études", "Gestion"},
    "helene.hopital": EVERYBODY | {"Gestion"},
    "camille.cpts": EVERYBODY | {"Gestion"},
    "sami.sport": EVERYBODY | {"Gestion"},
    "marie.ormeaux": EVERYBODY | {"Gestion"},
}
"""What the first line of the home page offers each of them, as their role lets them work."""


@dataclass(frozen=True)
class Filled:
    """Clairval over the small territory, and what was said to sign in."""

    folder: Path
    logins: tuple[Login, ...]


@pytest.fixture
def clairval(db: None, small_territory: Path, settings: Settings, tmp_path: Path) -> Filled:
    settings.TERRITORY_FOLDER = small_territory
    settings.HOME = tmp_path / "home"
    settings.TODAY = DEMO_DAY
    cache.clear()
    return Filled(small_territory, _fill(small_territory))


def _fill(folder: Path, *, new_keys: bool = False) -> tuple[Login, ...]:
    logins = filling.bring_people(new_keys=new_keys)
    filling.bring_town(folder, lambda progress, message="": None)
    return logins


def _counted() -> list[int]:
    models = (User, Organisation, Membership, Grant, Entry, Version, Correction, Scenario, Message)
    return [model._default_manager.count() for model in models] + [verify(exported("decisions")).count]


def _signed_in(login: Login) -> Client:
    """A browser where somebody signed in by the pages, with what was said."""
    assert login.keys is not None
    client = browser()
    first = fill(client, "/connexion", login=login.email, password=login.keys.password)
    assert first.status_code == 302, first.content.decode()[:3000]
    if login.keys.secret:
        assert first.headers["Location"] == reverse("mfa_authenticate")
        then = fill(client, reverse("mfa_authenticate"), code=totp(login.keys.secret))
        assert then.status_code == 302
    return client


def test_everybody_signs_in_and_finds_their_own_home_page(clairval: Filled) -> None:
    assert {login.email.partition("@")[0] for login in clairval.logins} == set(HOMES)
    for login in clairval.logins:
        client = _signed_in(login)
        page = client.get("/").content.decode()
        nav = page.partition('<nav aria-label="Pages">')[2].partition("</nav>")[0]
        offered = set(re.findall(r"<a [^>]*>([^<]+)</a>", nav))
        assert offered == HOMES[login.email.partition("@")[0]], login.email
        assert f"</span>{login.name}" in page


def test_every_role_is_played_and_staff_have_a_second_factor(clairval: Filled) -> None:
    assert set(Membership.objects.values_list("role", flat=True)) == set(Role)
    without = {login.email.partition("@")[0] for login in clairval.logins if not _keys(login).secret}
    partners = ("odile.exemple", "paul.partenaire", "helene.hopital", "camille.cpts", "sami.sport")
    assert without == {*partners, "marie.ormeaux"}
    assert not Organisation.objects.filter(memberships=None).exists(), "every organisation has somebody"
    assert all(len(_keys(login).recovery_codes) in (0, 10) for login in clairval.logins)


def _keys(login: Login) -> Keys:
    assert login.keys is not None
    return login.keys


def test_the_town_has_a_life_and_its_journal_holds(clairval: Filled) -> None:
    assert Organisation.objects.count() == 1 + len(HOUSES)
    assert verify(exported("decisions")).count >= 20
    assert Correction.objects.filter(outcome=Outcome.PENDING).exists()
    assert Entry.objects.filter(as_of__lt=date(2026, 5, 25)).count() == 2  # 183 days before the demo
    assert Scenario.objects.filter(name="Fermer la Pharmacie du Port").exists()
    assert Message.objects.count() >= 2
    assert ContactCode.objects.count() == 1
    address = "rosa.habitante@clairval.example"
    assert any(address in str(one.to) for one in mail.outbox)


def test_twice_is_once_and_says_no_password_again(clairval: Filled) -> None:
    before = _counted()
    again = _fill(clairval.folder)
    assert _counted() == before
    assert all(login.keys is None for login in again)
    told = "\n".join(login_lines(again, DEMO_DAY))
    assert "mot de passe\u00a0:" not in told
    assert "--new-passwords" in told


def test_new_passwords_replace_the_old_ones(clairval: Filled) -> None:
    old = clairval.logins[1]
    client = _signed_in(old)
    cache.clear()
    again = _fill(clairval.folder, new_keys=True)
    assert client.get("/compte").status_code == 302  # the session was closed
    refused = fill(browser(), "/connexion", login=old.email, password=_keys(old).password)
    assert refused.status_code == 200
    assert _signed_in(again[1]).get("/compte").status_code == 200


def test_passwords_are_said_once_and_kept_nowhere_in_clear(clairval: Filled) -> None:
    told = "\n".join(login_lines(clairval.logins, DEMO_DAY))
    stored = "\n".join(exported("decisions")) + repr(list(User.objects.values_list("password", flat=True)))
    for login in clairval.logins:
        assert _keys(login).password in told
        assert _keys(login).password not in stored + repr(login)


def test_the_instance_of_another_town_is_left_alone(db: None) -> None:
    Organisation.objects.create(name="Ville réelle", slug=TOWN, kind="commune", hosts=True)
    with pytest.raises(HygieError, match="n’est pas celle de la démonstration"):
        filling.bring_people(new_keys=True)
    assert not User.objects.exists()
    assert Organisation.objects.count() == 1


def test_roles_follow_the_day_the_demo_stands_on(clairval: Filled, settings: Settings) -> None:
    karim = next(person for person in PEOPLE if person.name == "Karim Guichet")
    user = User.objects.get(email=karim.email)
    assert viewer_of(user, "", clock.today()).roles == {Role.AGENT}
    client = _signed_in(clairval.logins[2])
    assert client.get(reverse("directory_desk")).status_code == 200
    settings.TODAY = date(2027, 9, 1)  # the day after his role ends
    assert client.get(reverse("directory_desk")).status_code == 403
    assert clock.now().date() == date(2027, 9, 1)


@pytest.mark.django_db(databases=["default", "readings"])
def test_a_day_that_is_none_is_refused_and_the_operator_is_told_of_a_fixed_one(
    settings: Settings, tmp_path: Path
) -> None:
    home = {"HYGIE_HOME": str(tmp_path)}
    assert Environment.read(home).today is None
    assert Environment.read({**home, "HYGIE_TODAY": "2026-11-24"}).today == DEMO_DAY
    with pytest.raises(ImproperlyConfigured, match="HYGIE_TODAY"):
        Environment.read({**home, "HYGIE_TODAY": "demain"})
    assert LOOKS["Horloge"]("Horloge").state == "ok"
    settings.TODAY = DEMO_DAY
    assert LOOKS["Horloge"]("Horloge").state == "look"


def test_the_command_fills_an_instance_and_says_how_to_sign_in(tmp_path: Path) -> None:
    environment = {**os.environ, "HYGIE_HOME": str(tmp_path / "home")}
    for name in ("DATABASE_URL", "HYGIE_TODAY", "DJANGO_SETTINGS_MODULE"):
        environment.pop(name, None)
    words = [str(PROGRAM), "demo", "--no-serve", "--people", "2000", "--folder", str(tmp_path / "clairval")]
    first, second = (
        subprocess.run(  # noqa: S603  # our own program
            words, env=environment, capture_output=True, text=True, check=False, timeout=300
        )
        for _ in range(2)
    )
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert first.stderr.count("mot de passe\u00a0:") == len(PEOPLE)
    assert "mot de passe\u00a0:" not in second.stderr
    assert "24 novembre 2026" in second.stderr
    kept = b"".join(file.read_bytes() for file in (tmp_path / "home").rglob("*") if file.is_file())
    for said in re.findall(r"(?:mot de passe|codes de secours)\u00a0: (\S+)", first.stderr):
        assert said.encode() not in kept
