"""What every page refuses or carries, whoever asks: forgery, framing, redirections, names of hosts, sizes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from tests.apps.core.conftest import Town, signed_in
from tests.apps.core.sign_on import PASSWORD, browser, fill, with_password
from tests.apps.hostile.addresses import address, served
from tests.apps.hostile.conftest import World, quiet

from hygie.apps.core.accounts.models import User
from hygie.apps.core.audit.models import Decision
from hygie.apps.core.organisations.roles import Role
from hygie.config.environment import Environment

pytestmark = pytest.mark.django_db(databases=["default", "readings"])

WITHOUT_TOKEN = {"directory": "changes nothing", "stop_messages": "the signed link is the whole authority"}
"""Pages that take a form without its token, and why."""

ELSEWHERE = [
    "//evil.example", "///evil.example", "https://evil.example", "https:evil.example", "http:///evil.example",
    "\\\\evil.example", "/\\evil.example", "\\/evil.example", "%2f%2fevil.example", "//evil.example/%2e%2e",
    "\t//evil.example", " //evil.example", "/\t/evil.example", "/\n/evil.example", "javascript:alert(1)",
    "data:text/html,x", "https://127.0.0.1@evil.example", "//127.0.0.1:80@evil.example", "////evil.example",
    "/%0d%0aLocation:%20//evil.example", "\r\nLocation: //evil.example", "x\x00//evil.example", "ℌttps://evil.example",
]  # fmt: skip
"""Addresses that some browser would follow out of the site."""


def administrator(town: Town) -> Client:
    client = signed_in(town.people[Role.ADMINISTRATOR])
    checked = quiet(Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True))
    checked.cookies = client.cookies
    return checked


def nobody() -> User:
    """Somebody who has a password and no role."""
    return with_password(User.objects.create_user("sans-role@ville.example", "Sans Rôle Démo"))


def leads_out(location: str) -> bool:
    """Whether a browser that follows this leaves the site: told from the text alone, as browsers read it."""
    read = re.sub(r"[\t\r\n]", "", location).strip().replace("\\", "/")
    return not re.match(r"/(?!/)", read) and not re.match(r"\?|#|$", read)


# --- forms that come from elsewhere --------------------------------------------------------------


def test_no_form_is_taken_without_its_token(world: World) -> None:
    client, before, taken = administrator(world.town), Decision.objects.count(), []
    for page in served():
        if page.access is None or not page.access.writes or page.name in WITHOUT_TOKEN:
            continue
        for headers in (
            {},
            {"HTTP_ORIGIN": "https://evil.example"},
            {"HTTP_REFERER": "https://evil.example/"},
        ):
            answer = client.post(address(page, world.records), {"geste": "confirmer"}, **headers)  # type: ignore[arg-type]  # headers are texts
            if answer.status_code != 403 or "Ce formulaire a trop attendu" not in answer.content.decode():
                taken.append((page.name, headers, answer.status_code))
    assert not taken
    assert Decision.objects.count() == before


def test_a_token_of_somebody_else_is_none(world: World) -> None:
    client = administrator(world.town)
    theirs = browser().get("/contact/")
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', theirs.content.decode())
    assert token
    answer = client.post("/gestion/editeur", {"csrfmiddlewaretoken": token[1], "legal_name": "X"})
    assert answer.status_code == 403


def test_what_takes_no_token_changes_nothing_of_the_person_signed_in(world: World) -> None:
    assert {page.name for page in served()} >= set(WITHOUT_TOKEN)
    client, before = administrator(world.town), Decision.objects.count()
    assert client.post("/annuaire", {"q": "pharmacie", "depuis": "Les Ormeaux"}).status_code == 200
    assert Decision.objects.count() == before


# --- framing, scripts, sniffing ------------------------------------------------------------------


def everywhere(world: World) -> Iterator[tuple[str, Any]]:
    """Answers of every address to an administrator, a passer-by, and to what does not exist."""
    for client in (world.client(Role.ADMINISTRATOR), world.anybody):
        for page in served():
            yield page.name, client.get(address(page, world.records))
    for path in ("/rien", "/static/rien.css", "/static/core/site.css", "/%00", "/gestion/rien"):
        yield path, world.anybody.get(path)
    yield "host", world.anybody.get("/", HTTP_HOST="evil.example")
    yield "method", world.anybody.post("/mentions-legales")


def test_every_answer_says_that_nothing_frames_it_and_that_no_outside_script_runs(world: World) -> None:
    wrong = []
    for name, answer in everywhere(world):
        headers, policy = answer.headers, parsed(answer.headers.get("Content-Security-Policy", ""))
        scripts = set(
            " ".join(policy.get(key, "") for key in ("script-src", "worker-src", "connect-src")).split()
        )
        if not (
            headers.get("X-Frame-Options") == "DENY"
            and headers.get("X-Content-Type-Options") == "nosniff"
            and headers.get("Cross-Origin-Opener-Policy") == "same-origin"
            and policy.get("frame-ancestors") == "'none'"
            and policy.get("default-src") == "'none'"
            and policy.get("base-uri") == "'none'"
            and policy.get("form-action") == "'self'"
            and scripts <= {"'self'", "'none'"}
            and "unsafe" not in str(policy)
        ):
            wrong.append((name, answer.status_code, dict(headers)))
        close(answer)
    assert not wrong


def parsed(policy: str) -> dict[str, str]:
    return dict(part.strip().partition(" ")[::2] for part in policy.split(";"))


def close(answer: Any) -> None:
    """Read a file to its end; ``answer.close()`` would end the connection of the test to the database."""
    if answer.streaming:
        list(answer.streaming_content)


# --- going elsewhere -----------------------------------------------------------------------------


def locations(client: Client, path: str, name: str, value: str) -> Iterator[str]:
    """Where a page sends, a parameter holding an address from elsewhere: read, then sent."""
    for answer in (client.get(f"{path}?{name}={quote(value, safe='')}"), client.post(path, {name: value})):
        assert answer.status_code < 500, (path, value, answer.status_code)
        yield answer.headers.get("Location", "/")
        close(answer)


def test_no_page_sends_elsewhere_whatever_its_address_says(world: World) -> None:
    out = []
    clients = (world.client(Role.ADMINISTRATOR), world.anybody)
    for page in served():
        if page.name in ("account_logout",):
            continue
        for client in clients:
            for value in (ELSEWHERE[0], ELSEWHERE[6]):
                path = address(page, world.records)
                out += [(page.name, one) for one in locations(client, path, "next", value) if leads_out(one)]
    assert not out


@pytest.mark.parametrize("name", ["next", "redirect_to", "url", "return"])
def test_signing_in_and_out_lead_nowhere_else(town: Town, name: str) -> None:
    user, out = nobody(), []
    for value in ELSEWHERE if name == "next" else ELSEWHERE[:2]:
        client = quiet(Client(SERVER_NAME="127.0.0.1"))
        typed = {"login": user.email, "password": PASSWORD, name: value}
        for path in ("/connexion", "/deconnexion"):
            answer = client.post(path, typed)
            assert answer.status_code == 302, (path, value)
            if leads_out(answer.headers["Location"]):
                out.append((path, value, answer.headers["Location"]))
    assert not out


def test_a_path_never_becomes_another_host(world: World) -> None:
    for path in (
        "//evil.example/",
        "/portrait///evil.example",
        "/portrait/%2f%2fevil.example",
        "/compte/",
        "/\\evil.example",
    ):
        answer = world.anybody.get("/", PATH_INFO=path)
        assert answer.status_code in (301, 302, 404), path
        assert not leads_out(answer.headers.get("Location", "/"))


# --- headers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["a\r\nSet-Cookie: x=1", "a\nX-Evil: 1", "a\r\n\r\n<script>", "a%0d%0aX-Evil: 1"]
)
def test_no_answer_takes_a_header_from_what_was_asked(world: World, text: str) -> None:
    wrong = []
    for client in (world.client(Role.ADMINISTRATOR), world.anybody):
        for page in served():
            path = address(page, world.records)
            answer = client.get(path, {"next": text, "q": text, "page": text, "indicateur": text})
            joined = "\n".join(f"{k}: {v}" for k, v in answer.headers.items())
            if "X-Evil" in answer.headers or "\r" in joined or answer.status_code >= 500:
                wrong.append((page.name, answer.status_code))
            assert "x" not in answer.cookies
            close(answer)
    assert not wrong


def test_no_name_of_a_file_to_save_comes_from_what_somebody_typed(world: World) -> None:
    seen = 0
    for _, answer in everywhere(world):
        said = answer.headers.get("Content-Disposition")
        if said:
            seen += 1
            assert re.fullmatch(r'(attachment|inline); filename="[a-z0-9.-]+"', said), said
        close(answer)
    assert seen >= 3


# --- the name of the host ------------------------------------------------------------------------

HOSTS = [
    "evil.example",
    "127.0.0.1.evil.example",
    "evil.example:80",
    "127.0.0.1@evil.example",
    "",
    "[::2]",
    "a\x00b",
]


def test_names_that_are_not_ours_are_refused_everywhere(world: World) -> None:
    for host in HOSTS:
        for path in ("/", "/connexion", "/annuaire", "/static/core/site.css", "/mot-de-passe-oublie"):
            answer = world.anybody.get(path, HTTP_HOST=host)
            assert answer.status_code == 400, (host, path)


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_HOST": "127.0.0.1:6666"},
        {"HTTP_HOST": "localhost"},
        {"HTTP_X_FORWARDED_HOST": "evil.example"},
        {"HTTP_X_FORWARDED_PORT": "6666"},
        {"HTTP_FORWARDED": "host=evil.example"},
    ],
)
def test_links_in_messages_are_those_of_the_site_whatever_the_request_says(
    town: Town, settings: Settings, headers: dict[str, Any]
) -> None:
    settings.SITE_ADDRESS = "https://sante.ville.example"
    user = nobody()
    fill(Client(SERVER_NAME="127.0.0.1", **headers), "/mot-de-passe-oublie", email=user.email)
    boss = signed_in(town.people[Role.ADMINISTRATOR])
    typed = {"email": "neuve@ville.example", "name": "Neuve", "role": "partner", "since": "2026-11-24"}
    assert boss.post("/gestion/personnes/inviter", typed, **headers).status_code == 302
    assert len(mail.outbox) == 2
    for message in mail.outbox:
        links = re.findall(r"https?://\S+", str(message.body))
        assert links
        assert all(link.startswith("https://sante.ville.example/") for link in links), links


# --- cookies and sessions ------------------------------------------------------------------------


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(town: Town, settings: Settings) -> None:
    user = nobody()
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    client = Client(SERVER_NAME="127.0.0.1")
    answer = fill(client, "/connexion", login=user.email, password=PASSWORD)
    cookies: SimpleCookie = answer.cookies
    assert set(cookies) == {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
    for cookie in cookies.values():
        assert cookie["httponly"]
        assert cookie["secure"]
        assert cookie["samesite"] == "Lax"
        assert not cookie["domain"]
    assert not cookies[settings.SESSION_COOKIE_NAME]["expires"]


def test_behind_tls_every_cookie_asks_for_it(tmp_path: Any) -> None:
    told = {"HYGIE_HOME": str(tmp_path), "HYGIE_HTTPS": "oui", "HYGIE_HOSTS": "sante.ville.example"}
    assert Environment.read(told).https
    assert not Environment.read({"HYGIE_HOME": str(tmp_path)}).https


def test_a_session_prepared_by_somebody_else_is_not_the_one_signed_in(town: Town) -> None:
    user = nobody()
    thief = Client(SERVER_NAME="127.0.0.1")
    thief.get("/contact/")
    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies["sessionid"] = "a" * 32
    fill(client, "/connexion", login=user.email, password=PASSWORD)
    assert client.cookies["sessionid"].value != "a" * 32
    thief.cookies["sessionid"] = "a" * 32
    assert thief.get("/compte").status_code == 302


@pytest.mark.parametrize(
    "value",
    [
        '"\\000\\000\\000\\000\\000\\000\\000\\000\\000"',
        "é" * 9,
        "x" * 9000,
        '"a\\012b;c\\000dddddd"',
        "🦠".encode().decode("latin-1") * 9,
    ],
)
def test_a_forged_session_cookie_is_nobody(world: World, value: str) -> None:
    for name in ("sessionid", "csrftoken"):
        for path in ("/", "/compte", "/connexion"):
            answer = world.anybody.get(path, HTTP_COOKIE=f"{name}={value}")
            assert answer.status_code in (200, 302), (path, name, answer.status_code)


# --- sizes ---------------------------------------------------------------------------------------


def test_a_body_announced_as_too_large_is_refused_before_it_is_read(world: World) -> None:
    class Unread:
        def read(self, *_: int) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    announced: dict[str, Any] = {"CONTENT_LENGTH": str(1000 * 2**20), "wsgi.input": Unread()}
    for path in ("/annuaire", "/connexion", "/gestion/territoire/importer", "/gestion/annuaire/importer"):
        answer = world.client(Role.ADMINISTRATOR).generic(
            "POST",
            path,
            b"",
            content_type="multipart/form-data; boundary=x",
            **announced,
        )
        assert answer.status_code == 413, path


def test_too_many_fields_files_or_letters_are_refused_not_an_error(world: World) -> None:
    client = world.client(Role.ADMINISTRATOR)
    many = "&".join(f"a{i}=1" for i in range(1100))
    boundary = "x"
    files = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="f{i}"; filename="f"\r\n\r\n1\r\n'
        for i in range(150)
    )
    bodies = [
        (many, "application/x-www-form-urlencoded"),
        ("a=" + "x" * 3_000_000, "application/x-www-form-urlencoded"),
        (files + f"--{boundary}--\r\n", f"multipart/form-data; boundary={boundary}"),
        ('--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n', "multipart/form-data; boundary=x"),
        ("rien", "multipart/form-data"),
        ("rien", "multipart/form-data; boundary=" + "é" * 300),
        ("--x\r\n" + "a" * 200_000, "multipart/form-data; boundary=x"),
        ("a=%", "application/x-www-form-urlencoded; charset=rien"),
        ("a=1", "application/x-www-form-urlencoded; charset=utf-7"),
    ]
    wrong = []
    for page in served():
        if page.access is None or not page.access.writes or page.name == "account_logout":
            continue
        for body, media in bodies:
            answer = client.generic("POST", address(page, world.records), body, content_type=media)
            if answer.status_code >= 500:
                wrong.append((page.name, media[:60], answer.status_code))
    assert not wrong


def test_a_query_without_end_is_refused_or_read(world: World) -> None:
    for query in ("&".join(f"a{i}=1" for i in range(3000)), "q=" + "x" * 200_000, "q=%", "%00=%00", "=&=&"):
        for path in ("/", "/annuaire", "/connexion", "/scenario", "/diagnostic"):
            answer = world.client(Role.ADMINISTRATOR).get(f"{path}?{query}")
            assert answer.status_code < 500, (path, query[:20])


def test_resetting_by_a_forged_link_opens_nothing(world: World) -> None:
    for path in (
        "/mot-de-passe-oublie/a1-set-password",
        "/mot-de-passe-oublie/zzzzzzzzzzzzzzzzzzzz-x",
        "/mot-de-passe-oublie/0-0",
    ):
        for client in (world.anybody, world.resident):
            assert client.get(path).status_code in (200, 302, 404), path
    assert reverse("account_reset_password") == "/mot-de-passe-oublie"
