"""The public face: what everybody reads, who may change it, what it never says."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from tests.apps.core.conftest import Town, join, signed_in
from tests.apps.core.sign_on import browser, token

from hygie.apps.core.audit.models import Decision
from hygie.apps.core.organisations.permissions import RefusedError
from hygie.apps.core.organisations.roles import Role
from hygie.apps.core.public.forms import AuditForm, PublisherForm
from hygie.apps.core.public.models import AccessibilityAudit, Publisher
from hygie.apps.core.public.policies import FULL, NONE, PARTIAL, statement
from hygie.apps.core.public.services import AuditFound, enter_audit, say_publisher
from hygie.engines.kernel.errors import HygieError

PUBLIC = {
    "/": 0,
    "/numeros-utiles": 0,
    "/plan-du-site": 0,
    "/design": 0,
    "/mentions-legales": 1,
    "/donnees-personnelles": 1,
    "/accessibilite": 2,
}
"""Queries of each public page for a passer-by; none is about a session."""

HELP = ["15", "112", "114 (SMS)", "3114", "3919", "119"]
DAY = date(2026, 11, 24)
AUDIT = AuditFound("Cabinet d’essai", date(2026, 9, 1), "4.1.2", Decimal("62.50"), "Une carte sans texte.")


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return unescape(response.content.decode())


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_page_costs_a_passer_by_few_queries_and_no_session(
    town: Town, site: Client, address: str
) -> None:
    del town
    site.get(address)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        response = site.get(address)
    assert response.status_code == 200
    assert len(asked) == PUBLIC[address]
    assert not [q for q in asked if "session" in q["sql"]]
    assert not response.cookies


@pytest.mark.parametrize("address", [*PUBLIC, "/nulle-part", "/connexion"])
def test_help_is_on_every_page(town: Town, site: Client, address: str) -> None:
    del town
    page = unescape(site.get(address).content.decode())
    strip = page[page.index('id="aide"') :]
    strip = strip[: strip.index("</aside>")]
    assert re.findall(r'<a href="(?:tel|sms):\d+">([^<]+)</a>', strip) == HELP
    assert 'href="sms:114"' in strip


def test_a_passer_by_is_offered_only_what_they_may_open(town: Town, site: Client) -> None:
    del town
    site.get("/")
    page = read(site, "/")
    assert "De quoi avez-vous besoin\u202f?" in re.sub(r"<[^>]+>", "", page)
    assert '<form class="search-box" action="/annuaire" method="get" role="search">' in page
    assert "Gestion" not in page
    assert "Essai-sur-Clère" in page
    assert "Territoire fictif" in page


@pytest.mark.parametrize("role", list(Role))
def test_no_link_of_the_shell_leads_to_a_refusal(town: Town, role: Role, site: Client) -> None:
    del site
    client = signed_in(town.people[role])
    seen: set[str] = set()
    for start in ("/plan-du-site", "/gestion"):
        page = read(client, start)
        seen |= set(re.findall(r'<(?:li|p)><a href="(/[^"#]*)"', page))
    assert "/compte" in seen
    refused = {a for a in seen if client.get(a).status_code >= 400}
    assert not refused


def test_the_second_line_is_of_the_section_and_says_where_one_is(town: Town, site: Client) -> None:
    page = read(signed_in(town.people[Role.ADMINISTRATOR]), "/gestion/acces")
    assert '<a href="/gestion" aria-current="true">Gestion</a>' in page
    assert '<a href="/gestion/acces" aria-current="page">Qui ouvre quoi</a>' in page
    assert 'href="/diagnostic/portrait"' not in page
    page = read(site, "/diagnostic/portrait")
    assert '<a href="/diagnostic/portrait" aria-current="page">Chiffres officiels</a>' in page


def test_somebody_of_two_organisations_switches_from_any_page(town: Town) -> None:
    person = town.people[Role.COORDINATOR]
    join(person, town.association, Role.PARTNER)
    client = signed_in(person)
    page = read(client, "/mentions-legales")
    assert "Agir pour Association d’essai" in page
    assert "Agir pour Ville d’essai" not in page  # one begins with the territory's own
    client.post("/compte/organisation", {"organisation": str(town.association.pk)})
    page = read(client, "/mentions-legales")
    assert "Agir pour Ville d’essai" in page
    assert "Agir pour Association d’essai" not in page


def test_nobody_is_led_to_a_page_that_only_the_host_may_use(town: Town) -> None:
    pages = ("/gestion/territoire", "/gestion/editeur", "/gestion/accessibilite")
    own, other = (signed_in(who) for who in (town.people[Role.ADMINISTRATOR], town.stranger))
    for page in pages:
        assert f'href="{page}"' in read(own, "/gestion")
        assert f'href="{page}"' not in read(other, "/gestion")
        assert other.get(page).status_code in (403, 404)
    for way in ("/gestion", "/plan-du-site"):
        for address in re.findall(r'href="(/gestion[^"#]*)"', read(other, way)):
            assert other.get(address).status_code == 200, address


def test_one_entry_of_the_second_line_is_current(town: Town) -> None:
    page = read(signed_in(town.people[Role.ADMINISTRATOR]), "/gestion/annuaire/corrections")
    second = page.partition('class="section-head"')[2].partition("</nav>")[0]
    assert second.count("aria-current") == 1


def test_a_notice_is_shown_once(town: Town) -> None:
    client = signed_in(town.people[Role.ADMINISTRATOR])
    answer = client.post("/gestion/editeur", {"phone": "04 00 00 00 00"}, follow=True)
    assert answer.content.decode().count("C’est enregistré, et noté au journal.") == 1
    assert "C’est enregistré" not in read(client, "/gestion/editeur")


def test_what_is_missing_is_said_to_all_and_offered_to_who_may_write_it(town: Town, site: Client) -> None:
    assert read(site, "/mentions-legales").count("non renseigné") == 8
    own = read(signed_in(town.people[Role.ADMINISTRATOR]), "/mentions-legales")
    assert own.count(">À compléter</a>") == 8
    assert "non renseigné" not in own
    assert "À compléter" not in read(signed_in(town.stranger), "/mentions-legales")


def test_the_publisher_is_written_and_journalled_without_its_words(town: Town) -> None:
    asking = town.viewer(Role.ADMINISTRATOR)
    assert say_publisher(asking, {"director": "La maire", "phone": "04"}) == ["director", "phone"]
    assert say_publisher(asking, {"director": "La maire"}) == []
    line = Decision.objects.get(action="publisher.change")
    assert "director, phone" in line.details
    assert "maire" not in line.details
    assert Publisher.objects.get().organisation == town.commune


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.ADMINISTRATOR])
def test_nobody_else_writes_it(town: Town, role: Role) -> None:
    for write in (
        lambda v: say_publisher(v, {"director": "x"}),
        lambda v: enter_audit(v, AUDIT, DAY),
    ):
        with pytest.raises(RefusedError):
            write(town.viewer(role))
        with pytest.raises(RefusedError):
            write(town.outsider)
    assert not Publisher.objects.exists()
    assert not AccessibilityAudit.objects.exists()


def test_the_administrator_of_another_organisation_is_refused_the_page(town: Town) -> None:
    client = signed_in(town.stranger)
    for address in ("/gestion/editeur", "/gestion/accessibilite"):
        assert client.get(address).status_code == 403
        assert client.post(address, {"director": "x"}).status_code == 403
    assert not Decision.objects.filter(action="publisher.change").exists()


def test_a_field_that_is_not_the_publishers_is_refused(town: Town) -> None:
    with pytest.raises(ValueError, match="not a field"):
        say_publisher(town.viewer(Role.ADMINISTRATOR), {"organisation": "x"})


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "http://ville.example",
        "https://",
        "https://a@evil.example",
        "//evil.example",
        "https://[",
        "data:text/html,x",
    ],
)
def test_a_link_of_the_legal_pages_leads_to_a_page(address: str) -> None:
    form = PublisherForm({"source_code": address})
    assert not form.is_valid()
    assert list(form.errors) == ["source_code"]


def test_hostile_words_are_printed_as_text_and_kept_in_the_form(town: Town, site: Client) -> None:
    client = signed_in(town.people[Role.ADMINISTRATOR])
    attack = '"><script>alert(1)</script>'
    assert (
        client.post("/gestion/editeur", {"director": attack, "email": "pas une adresse"}).status_code == 200
    )
    page = client.post("/gestion/editeur", {"director": attack, "email": "pas une adresse"}).content.decode()
    assert "Écrivez une adresse comme contact@ville.fr." in page
    assert attack not in page
    assert attack in unescape(page)
    client.post("/gestion/editeur", {"director": attack})
    shown = site.get("/mentions-legales").content.decode()
    assert attack not in shown
    assert attack in unescape(shown)


@given(text=st.text(max_size=400))
def test_any_text_is_a_form_answer(text: str) -> None:
    for name in ("director", "source_code", "email"):
        form = PublisherForm({name: text})
        if form.is_valid():
            assert form.cleaned_data[name] == "" or form.cleaned_data[name].isprintable()
    AuditForm({"auditor": text, "done": text, "rgaa": text, "rate": text, "failures": text}).is_valid()


def test_a_line_break_and_an_invisible_sign_are_refused_or_flattened() -> None:
    form = PublisherForm({"director": "La maire\r\nSet-Cookie: a=b"})
    assert form.is_valid()
    assert form.cleaned_data["director"] == "La maire Set-Cookie: a=b"
    assert not PublisherForm({"director": "La\u202emaire"}).is_valid()
    assert not PublisherForm({"director": "x" * 161}).is_valid()


def test_a_form_of_elsewhere_is_refused(town: Town) -> None:
    client = browser()
    client.force_login(
        town.people[Role.ADMINISTRATOR], backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    signed_in(town.people[Role.ADMINISTRATOR])  # the second factor of this account
    answer = client.post("/gestion/editeur", {"director": "x"})
    assert answer.status_code == 403
    assert "Ce formulaire a trop attendu" in answer.content.decode()
    sent = {"director": "x", "csrfmiddlewaretoken": token(client.get("/gestion/editeur"))}
    assert client.post("/gestion/editeur", sent).status_code == 302


def test_without_audit_the_statement_says_so_and_no_rate(town: Town, site: Client) -> None:
    del town
    page = words(read(site, "/accessibilite"))
    assert "non conforme (audit non réalisé)" in page
    assert "Audit non réalisé." in page
    assert "Défenseur des droits" in page
    assert "axe-core" in page
    assert not re.search(r"\d\s*% des critères", page)


def test_an_audit_is_entered_journalled_and_told(town: Town, site: Client) -> None:
    client = signed_in(town.people[Role.ADMINISTRATOR])
    sent = {"auditor": "Cabinet d’essai", "done": "2026-09-01", "rgaa": "4.1.2", "rate": "62,5"}
    answer = client.post("/gestion/accessibilite", {**sent, "failures": "Une carte sans texte."})
    assert answer.headers["Location"] == "/gestion/accessibilite"
    page = words(read(site, "/accessibilite"))
    assert "partiellement conforme (62,50 % des critères sont respectés)" in page.replace("\u202f", " ")
    assert "Une carte sans texte." in page
    line = Decision.objects.get(action="accessibility.audit")
    assert '"rate":"62.5"' in line.details.replace(" ", "")
    assert "Cabinet" not in line.details


def test_an_audit_of_tomorrow_or_beyond_hundred_is_refused(town: Town) -> None:
    asking = town.viewer(Role.ADMINISTRATOR)
    with pytest.raises(HygieError, match="à venir"):
        enter_audit(asking, AUDIT, date(2026, 8, 31))
    with pytest.raises(ValidationError):
        enter_audit(asking, AuditFound("x", DAY, "4.1", Decimal("100.01")), DAY)
    assert not AuditForm({"auditor": "x", "done": "2026-09-01", "rgaa": "quatre", "rate": "NaN"}).is_valid()
    assert not AccessibilityAudit.objects.exists()


@pytest.mark.parametrize(
    ("rate", "state"),
    [("0", NONE), ("49.99", NONE), ("50", PARTIAL), ("99.99", PARTIAL), ("100", FULL)],
)
def test_the_state_follows_the_rate(rate: str, state: str) -> None:
    audit = AccessibilityAudit(auditor="x", done=DAY, rgaa="4.1", rate=Decimal(rate))
    assert statement(audit, DAY).state == state
    assert statement(audit, DAY).valid


def test_an_audit_too_old_is_worth_nothing() -> None:
    audit = AccessibilityAudit(auditor="x", done=date(2024, 2, 29), rgaa="4.1", rate=Decimal(100))
    assert statement(audit, date(2027, 2, 28)).state == FULL
    late = statement(audit, date(2027, 3, 1))
    assert (late.state, late.valid, late.audit) == (NONE, False, audit)


@pytest.mark.parametrize(
    "address", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x"]
)
def test_signing_in_never_leads_elsewhere(town: Town, address: str) -> None:
    client = signed_in(town.people[Role.ELECTED])
    answer = client.get("/connexion", {"next": address})
    assert "evil" not in answer.headers.get("Location", "")
    assert "javascript" not in answer.headers.get("Location", "")


def test_a_private_address_is_kept_for_after_and_never_a_header(site: Client, town: Town) -> None:
    del town
    answer = site.get("/gestion/acces?x=%0d%0aSet-Cookie:%20a=b")
    assert answer.status_code == 302
    assert "\n" not in answer.headers["Location"]
    assert not answer.cookies


@pytest.mark.parametrize(
    "path",
    [
        "/static/../config/settings.py",
        "/static/..%2f..%2fconfig/settings.py",
        "/static/core/%2e%2e/%2e%2e/settings.py",
        "/static//etc/passwd",
        "/static/core/shell.css%00.png",
    ],
)
def test_static_files_stay_in_their_folder(site: Client, town: Town, path: str) -> None:
    del town
    answer = site.get(path)
    assert answer.status_code in (400, 404)
    answer.close()


def test_every_colour_of_the_product_is_on_the_design_page(site: Client, town: Town) -> None:
    del town
    page = read(site, "/design")
    for name in ("paper", "ink", "accent", "alert", "danger", "success", "map-5", "bar-quiet"):
        assert f'class="swatch s-{name}"' in page
