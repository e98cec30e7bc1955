"""Each page opened as each role, as somebody without role, as a stranger and as a passer-by."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from pytest_django import Settings
from tests.apps.core.conftest import Town, signed_in

from hygie.apps.core import opening
from hygie.apps.core.access import LIBRARY, Access, access_of, pages
from hygie.apps.core.accounts.models import User
from hygie.apps.core.organisations.roles import Role
from hygie.apps.core.public.matrix import NOTHING, WRITES, as_csv, closed, heads, rows

REACHED = "la vue est atteinte"
SAMPLES = {
    "int": "987654",
    "uuid": "11111111-2222-4333-8444-555555555555",
    "slug": "essai",
    "str": "essai",
    "path": "essai",
}


class Reached:
    """In place of every view: the gate alone is looked at."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(self, *_given: object) -> HttpResponse:
        return HttpResponse(REACHED)


@pytest.fixture
def gate(settings: Settings) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.Reached"]
    settings.OPEN_READING = "non"


def address_of(route: str) -> str:
    """An address of a route, written from the route itself and not by ``reverse``."""
    plain = route
    for group, sample in (
        (r"\(\?P<digest>\[0-9a-f\]\{64\}\)", "0" * 64),
        (r"\(\?P<part>far\|near\)", "far"),
        (r"\(\?P<uidb36>[^)]*\)", "a1"),
        (r"\(\?P<key>[^)]*\)", "set-password"),
    ):
        plain = re.sub(group, sample, plain)
    plain = re.sub(r"<(?:(\w+):)?\w+>", lambda m: SAMPLES[m[1] or "str"], plain)
    return "/" + plain.replace("^", "").replace("\\Z", "").replace("$", "").replace("\\.", ".")


def everybody(town: Town) -> dict[str, tuple[Client, bool, frozenset[Role]]]:
    """Browsers by name, whether they signed in, the roles they hold where they act."""
    without = User.objects.create_user("sans-role@ville.example", "Sans Rôle Démo")
    found = {role.value: (signed_in(user), True, frozenset({role})) for role, user in town.people.items()}
    found["stranger"] = (signed_in(town.stranger), True, frozenset({Role.ADMINISTRATOR}))
    found["without"] = (signed_in(without), True, frozenset())
    found["anybody"] = (Client(SERVER_NAME="127.0.0.1"), False, frozenset())
    return found


def expected(access: Access | None, known: bool, roles: frozenset[Role]) -> str:
    """What the declaration promises, told in another way than ``Access.allows``."""
    if access is None:
        return "missing"
    if access.public:
        return "reached"
    if not known:
        return "sign in"
    return "reached" if not access.roles or access.roles & roles else "refused"


def told(response: Any) -> str:
    """What happened to a request, from its answer alone."""
    if response.status_code == 302 and str(response.headers["Location"]).startswith("/connexion?"):
        return "sign in"
    if response.status_code == 403 and "pas pour votre rôle" in response.content.decode():
        return "refused"
    if response.status_code == 404:
        return "missing"
    return "reached" if response.content.decode() == REACHED else f"{response.status_code}"


@pytest.mark.usefixtures("gate")
def test_each_page_answers_each_role_as_the_matrix_says(town: Town) -> None:
    wrong = []
    for name, (client, known, held) in everybody(town).items():
        for page in pages():
            answer = told(client.get(address_of(page.route)))
            if answer != expected(page.access, known, held):
                wrong.append((name, page.route, answer))
    assert not wrong


@pytest.mark.usefixtures("gate")
def test_a_page_that_takes_no_form_refuses_every_method_that_writes(town: Town) -> None:
    administrator = everybody(town)[Role.ADMINISTRATOR.value][0]
    wrong = []
    for page in pages():
        if page.access is None:
            continue
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            answer = administrator.generic(method, address_of(page.route))
            refused = answer.status_code == 405
            may = page.access.allows(signed_in=True, roles=frozenset({Role.ADMINISTRATOR}))
            if may and refused == page.access.writes:
                wrong.append((page.route, method, answer.status_code))
    assert not wrong


@pytest.mark.usefixtures("gate")
def test_staff_without_a_second_factor_opens_nothing_private(town: Town) -> None:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(town.people[Role.AGENT], backend="allauth.account.auth_backends.AuthenticationBackend")
    for name in ("management", "account", "diagnosis"):
        answer = client.get(reverse(name))
        assert answer.headers.get("Location") == reverse("mfa_activate_totp"), name
    assert client.get("/mentions-legales").content.decode() == REACHED


def test_the_matrix_holds_every_address_once_and_hides_none(town: Town) -> None:
    del town
    count = 0

    def walk(patterns: list[URLPattern | URLResolver]) -> None:
        nonlocal count
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns)
            else:
                count += 1

    walk(get_resolver().url_patterns)
    assert len(rows()) + len(closed()) == count
    assert all(len(row.cells) == len(heads()) for row in rows())


def test_every_page_of_the_library_that_is_declared_exists() -> None:
    names = {page.name for page in pages()}
    assert set(LIBRARY) <= names
    for name in LIBRARY:
        try:
            reverse(name)
        except NoReverseMatch as error:
            assert "arguments" in str(error)  # noqa: PT017  # a page of one link: it has arguments


def test_what_is_not_declared_is_for_nobody() -> None:
    assert access_of(lambda request: request, "une_page") is None


def test_a_role_that_is_taken_away_shows_in_the_matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    view: Any = get_resolver().resolve("/gestion/acces").func
    assert {r.name: r for r in rows()}["access_matrix"].cells[2] != NOTHING
    monkeypatch.setattr(view, "access", replace(view.access, roles=frozenset({Role.DPO})))
    assert {r.name: r for r in rows()}["access_matrix"].cells[2] == NOTHING


def test_the_csv_says_the_same_and_runs_nothing(town: Town) -> None:
    lines = list(csv.reader(io.StringIO(as_csv().removeprefix("\ufeff")), delimiter=";"))
    assert lines[0][2:] == list(heads())
    assert [tuple(line[2:]) for line in lines[1:]] == [row.cells for row in rows()]
    assert not [c for line in lines for c in line if c.lstrip().startswith(("=", "+", "-", "@"))]
    officer = town.people[Role.DPO]
    answer = signed_in(officer).get("/gestion/acces.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="acces.csv"'
    assert answer.content.decode() == as_csv()
    assert WRITES in as_csv()


@pytest.fixture
def no_account_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "_seen_accounts", False)


@pytest.mark.django_db
@pytest.mark.usefixtures("no_account_seen")
def test_reading_is_open_until_the_first_account(site: Client, settings: Settings) -> None:
    settings.OPEN_READING = "sans-compte"
    assert site.get("/diagnostic/sources").status_code == 200
    User.objects.create_user("premiere@ville.example", "Première Démo")
    refused = site.get("/diagnostic/sources?x=1")
    assert refused.headers["Location"] == "/connexion?next=%2Fdiagnostic%2Fsources%3Fx%3D1"


@pytest.mark.django_db
def test_reading_is_closed_unless_somebody_opened_it(site: Client, settings: Settings, town: Town) -> None:
    settings.OPEN_READING = "non"
    assert site.get("/diagnostic/sources").status_code == 302
    elected = signed_in(town.people[Role.ELECTED])
    assert elected.get("/diagnostic/sources").status_code == 200
    settings.OPEN_READING = "oui"
    assert site.get("/diagnostic/sources").status_code == 200


@pytest.mark.django_db
def test_former_addresses_lead_to_the_new_ones(site: Client) -> None:
    for old, new in (
        ("/fermeture?lieu=a%26b", "/diagnostic/fermeture?lieu=a%26b"),
        ("/diagnostic/?zone=a", "/diagnostic?zone=a"),
        ("/portrait/apl_gp", "/diagnostic/portrait/apl_gp"),
        ("/rapport.pdf", "/diagnostic/rapport.pdf"),
    ):
        answer = site.get(old)
        assert (answer.status_code, answer.headers["Location"]) == (301, new)
    assert site.get("/?indicateur=a&zone=b").headers["Location"] == "/diagnostic?indicateur=a&zone=b"
    assert site.get("/portrait///evil.example/x").headers["Location"].startswith("/diagnostic/")


@pytest.mark.django_db(databases=["default", "readings"])
def test_every_public_page_answers_a_passer_by(site: Client) -> None:
    for page in pages():
        if page.access is not None and page.access.public and "<" not in page.route and "(" not in page.route:
            answer = site.get(address_of(page.route))
            assert answer.status_code in (200, 301, 302, 405), page.route
