"""Signing in: two factors for staff, limits, sessions, forgotten passwords, and what attackers try."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from tests.apps.core.conftest import REAL_HASH, Town, signed_in
from tests.apps.core.sign_on import (
    PASSWORD,
    SECRET,
    browser,
    fill,
    last_link,
    secret_of,
    sign_in,
    token,
    totp,
    with_password,
    with_second_factor,
)

from hygie.apps.core.access import LIBRARY
from hygie.apps.core.accounts.models import User
from hygie.apps.core.accounts.selectors import own_sessions
from hygie.apps.core.accounts.services import reset_second_factor
from hygie.apps.core.audit.models import Decision
from hygie.apps.core.organisations.models import Membership
from hygie.apps.core.organisations.roles import Role

pytestmark = pytest.mark.django_db
ELSEWHERE = [
    "https://mal.example/",
    "//mal.example/",
    "/\\mal.example",
    "http:///mal.example",
    "javascript:1",
]
WRONG = "pas le bon mot de passe"


@pytest.fixture(autouse=True)
def _cold_cache() -> None:
    """The library also keeps codes that served in the cache of the process, which outlives a test."""
    cache.clear()


@pytest.fixture
def agent(town: Town) -> User:
    """A member of staff with a password and a second factor."""
    return with_second_factor(with_password(town.people[Role.AGENT]))


@pytest.fixture
def partner(town: Town) -> User:
    """Somebody whose role asks for no second factor."""
    return with_password(town.people[Role.PARTNER])


def test_staff_sign_in_with_password_then_code(agent: User) -> None:
    client = browser()
    first = sign_in(client, agent)
    assert first.headers["Location"] == reverse("mfa_authenticate")
    assert client.get("/compte").status_code == 302  # the password alone opens nothing
    then = fill(client, reverse("mfa_authenticate"), code=totp(SECRET))
    assert then.status_code == 302
    assert (
        "Agent" in client.get("/compte").content.decode() or "agent" in client.get("/compte").content.decode()
    )
    assert "account.login" in set(Decision.objects.values_list("action", flat=True))


def test_a_wrong_code_is_refused_and_said(agent: User) -> None:
    client = browser()
    sign_in(client, agent)
    page = fill(client, reverse("mfa_authenticate"), code="000000")
    assert page.status_code == 200
    assert "Ce code n’est pas le bon" in page.content.decode()
    assert client.get("/compte").status_code == 302


def test_a_code_serves_once_even_from_elsewhere(agent: User) -> None:
    code = totp(SECRET)
    for expected in (302, 200):
        client = browser()
        sign_in(client, agent)
        assert fill(client, reverse("mfa_authenticate"), code=code).status_code == expected


def test_codes_cannot_be_guessed_at_leisure(agent: User) -> None:
    client = browser()
    sign_in(client, agent)
    for _ in range(5):
        fill(client, reverse("mfa_authenticate"), code="000000")
    page = fill(client, reverse("mfa_authenticate"), code=totp(SECRET))
    assert "Trop d’essais" in page.content.decode()


def test_staff_without_second_factor_can_only_set_it_up(
    town: Town, django_capture_on_commit_callbacks: Any
) -> None:
    user = with_password(town.people[Role.COORDINATOR])
    client, other = browser(), browser()
    for each in (client, other):
        sign_in(each, user)
        for path in ("/compte", "/compte/sessions", "/compte/mot-de-passe"):
            assert each.get(path).headers["Location"] == reverse("mfa_activate_totp")
    page = client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    assert secret in page.content.decode().replace(" ", "")
    sent = {"csrfmiddlewaretoken": token(page), "code": totp(secret)}
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(reverse("mfa_activate_totp"), sent)
    assert done.headers["Location"] == reverse("mfa_view_recovery_codes")
    assert secret_of(user) == secret
    shown = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert shown.count("<li><code>") == 10
    again = client.get(reverse("mfa_view_recovery_codes"), follow=True).content.decode()
    assert "<li><code>" not in again  # shown once
    assert client.get("/compte").status_code == 200
    assert other.get("/compte").status_code == 302  # opened with the password alone: closed
    assert "second_factor.add" in set(Decision.objects.values_list("action", flat=True))


def test_secrets_are_encrypted_in_the_database(agent: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        (stored,) = cursor.fetchone()
    text = stored if isinstance(stored, str) else json.dumps(stored)
    assert SECRET not in text
    assert "gAAAA" in text
    assert secret_of(agent) == SECRET


def test_staff_keep_their_second_factor_and_others_may_remove_it(agent: User, partner: User) -> None:
    with_second_factor(partner)
    for user, stays in ((agent, True), (partner, False)):
        client = browser()
        sign_in(client, user)
        fill(client, reverse("mfa_authenticate"), code=totp(SECRET))
        fill(client, reverse("account_reauthenticate"), password=PASSWORD)
        page = client.get(reverse("mfa_deactivate_totp"))
        client.post(
            reverse("mfa_deactivate_totp"), {"csrfmiddlewaretoken": client.cookies["csrftoken"].value}
        )
        assert page.status_code == 200
        assert Authenticator.objects.filter(user=user, type="totp").exists() == stays


def test_a_role_of_staff_to_come_keeps_it_too(agent: User, town: Town) -> None:
    Membership.objects.filter(user=agent).update(since="2999-01-01")
    client = browser()
    sign_in(client, agent)
    fill(client, reverse("mfa_authenticate"), code=totp(SECRET))
    fill(client, reverse("account_reauthenticate"), password=PASSWORD)
    client.post(reverse("mfa_deactivate_totp"), {"csrfmiddlewaretoken": client.cookies["csrftoken"].value})
    assert Authenticator.objects.filter(user=agent, type="totp").exists()


def test_the_operator_removes_a_lost_second_factor(agent: User) -> None:
    client = signed_in(agent)
    assert client.get("/compte").status_code == 200
    reset_second_factor(agent.email)
    assert not Authenticator.objects.filter(user=agent).exists()
    assert list(Decision.objects.values_list("action", flat=True)) == ["second_factor.reset"]


def test_five_wrong_passwords_close_the_account_for_a_while_from_anywhere(partner: User) -> None:
    for rank in range(5):
        page = fill(browser(REMOTE_ADDR=f"192.0.2.{rank}"), "/connexion", login=partner.email, password=WRONG)
        assert "n’est pas le bon" in page.content.decode()
    page = sign_in(browser(REMOTE_ADDR="192.0.2.99"), partner)
    assert "Trop d’essais" in page.content.decode()


def test_one_address_cannot_try_many_accounts(partner: User) -> None:
    client = browser(REMOTE_ADDR="192.0.2.7")
    said = [
        fill(client, "/connexion", login=f"p{rank}@ville.example", password=WRONG).content.decode()
        for rank in range(31)
    ]
    assert "Trop d’essais" not in said[29]
    assert "Trop d’essais" in said[30]
    assert sign_in(browser(REMOTE_ADDR="192.0.2.8"), partner).status_code == 302


def test_good_passwords_use_no_try_up(partner: User) -> None:
    for _ in range(8):
        assert sign_in(browser(), partner).status_code == 302


def test_a_header_does_not_change_the_address_counted(partner: User) -> None:
    for rank in range(30):
        client = browser(REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR=f"198.51.100.{rank}")
        fill(client, "/connexion", login=f"p{rank}@ville.example", password=WRONG)
    last = fill(browser(REMOTE_ADDR="192.0.2.7"), "/connexion", login=partner.email, password=WRONG)
    assert "Trop d’essais" in last.content.decode()


def test_known_and_unknown_accounts_get_the_same_answer(partner: User, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [REAL_HASH]
    with_password(partner)
    pages, spent = [], []
    for login in (partner.email, "personne@ville.example"):
        client = browser()
        began = time.perf_counter()
        page = fill(client, "/connexion", login=login, password=WRONG)
        spent.append(time.perf_counter() - began)
        pages.append(page.content.decode().replace(login, "…").replace(token(page), "…"))
    assert pages[0] == pages[1]
    assert min(spent) > 0.3 * max(spent)  # a password is hashed in both cases


def test_a_forgotten_password_is_answered_alike_and_changed_by_a_link_that_serves_once(partner: User) -> None:
    answers, other = [], signed_in(partner)
    for email in (partner.email, "personne@ville.example"):
        answer = fill(browser(), "/mot-de-passe-oublie", email=email)
        answers.append((answer.status_code, answer.headers["Location"]))
    assert answers[0] == answers[1]
    assert [message.to for message in mail.outbox] == [[partner.email], ["personne@ville.example"]]
    assert mail.outbox[0].subject == mail.outbox[1].subject == "Choisir un nouveau mot de passe"
    mail.outbox.pop()
    link, client = last_link(), browser()
    assert other.get("/compte").status_code == 200
    form = client.get(link).headers["Location"]
    assert "set-password" in form
    done = fill(client, form, password1="un autre long mot", password2="un autre long mot")
    assert done.headers["Location"] == reverse("account_reset_password_from_key_done")
    assert other.get("/compte").status_code == 302  # sessions of the old password are closed
    assert client.get("/compte").status_code == 302  # and the link opens none
    assert "Ce lien ne sert plus" in browser().get(link).content.decode()
    assert sign_in(browser(), partner, "un autre long mot").status_code == 302


def test_many_requests_for_one_account_send_three_messages_and_say_the_same(partner: User) -> None:
    answers = {fill(browser(), "/mot-de-passe-oublie", email=partner.email).status_code for _ in range(6)}
    assert answers == {302}
    assert len(mail.outbox) == 3


@pytest.mark.parametrize("email", ["a@b.fr\nBcc: c@d.fr", "a@b.fr\r\nX: y", "a\0@b.fr", "a" * 400 + "@b.fr"])
def test_an_address_cannot_write_a_header(partner: User, email: str) -> None:
    page = fill(browser(), "/mot-de-passe-oublie", email=email)
    assert page.status_code == 200
    assert not mail.outbox


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_signing_in_never_leads_elsewhere(partner: User, elsewhere: str) -> None:
    client = browser()
    page = client.get("/connexion", {"next": elsewhere})
    sent = {
        "csrfmiddlewaretoken": token(page),
        "login": partner.email,
        "password": PASSWORD,
        "next": elsewhere,
    }
    assert client.post("/connexion", sent).headers["Location"] == "/"


def test_signing_in_leads_back_to_the_page_asked(partner: User) -> None:
    client = browser()
    asked = client.get("/compte/sessions").headers["Location"]
    assert asked == "/connexion?next=%2Fcompte%2Fsessions"
    page = client.get(asked)
    sent = {"csrfmiddlewaretoken": token(page), "login": partner.email, "password": PASSWORD}
    assert client.post(asked, {**sent, "next": "/compte/sessions"}).headers["Location"] == "/compte/sessions"


def test_the_session_changes_its_key_when_signing_in(partner: User) -> None:
    client = browser()
    client.get("/connexion")
    client.cookies["sessionid"] = "a" * 32  # chosen by an attacker
    sign_in(client, partner)
    assert client.cookies["sessionid"].value != "a" * 32
    assert not Session.objects.filter(session_key="a" * 32).exists()


def test_a_form_from_elsewhere_is_refused(partner: User) -> None:
    client = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
    assert client.post("/connexion", {"login": partner.email, "password": PASSWORD}).status_code == 403
    signed = signed_in(partner)
    signed.handler.enforce_csrf_checks = True
    for path in ("/deconnexion", "/compte/organisation", "/compte/sessions/1/fin", "/compte/mot-de-passe"):
        assert signed.post(path, {}).status_code == 403
    assert signed.get("/deconnexion").status_code == 200  # a link signs nobody out
    assert signed.get("/compte").status_code == 200


def test_sessions_are_listed_and_closed_one_by_one_or_all(partner: User, agent: User) -> None:
    here, there = browser(HTTP_USER_AGENT="Firefox/1 Windows"), browser(REMOTE_ADDR="198.51.100.77")
    for client in (here, there):
        sign_in(client, partner)
    theirs = browser()
    sign_in(theirs, agent)
    fill(theirs, reverse("mfa_authenticate"), code=totp(SECRET))
    page = here.get("/compte/sessions").content.decode()
    assert "Firefox sur Windows" in page
    assert "198.51.100.0" in page
    assert "198.51.100.77" not in page  # the end of the address is not kept
    mine = {s.user_agent: s.pk for s in own_sessions(partner)}
    other = next(pk for agent_name, pk in mine.items() if not agent_name)
    stranger = own_sessions(agent).get().pk
    held = here.cookies["csrftoken"].value
    assert here.post(f"/compte/sessions/{stranger}/fin", {"csrfmiddlewaretoken": held}).status_code == 404
    assert theirs.get("/compte").status_code == 200
    assert here.post(f"/compte/sessions/{other}/fin", {"csrfmiddlewaretoken": held}).status_code == 302
    assert there.get("/compte").status_code == 302
    assert here.get("/compte").status_code == 200
    sign_in(there, partner)
    fill(here, "/compte/sessions")
    assert there.get("/compte").status_code == 302
    assert here.get("/compte").status_code == 200


def test_a_password_is_changed_with_the_old_one_and_closes_other_sessions(partner: User) -> None:
    here, there = browser(), browser()
    for client in (here, there):
        sign_in(client, partner)
    new = {"password1": "un autre long mot", "password2": "un autre long mot"}
    assert fill(here, "/compte/mot-de-passe", oldpassword=WRONG, **new).status_code == 200
    assert fill(here, "/compte/mot-de-passe", oldpassword=PASSWORD, **new).headers["Location"] == "/compte"
    assert here.get("/compte").status_code == 200
    assert there.get("/compte").status_code == 302
    assert mail.outbox[-1].subject == "Votre mot de passe est changé"


@pytest.mark.parametrize("weak", ["court", "123456789012", "partner@ville.example", "partenaire démo"])
def test_weak_passwords_are_refused(partner: User, weak: str) -> None:
    client = browser()
    sign_in(client, partner)
    page = fill(client, "/compte/mot-de-passe", oldpassword=PASSWORD, password1=weak, password2=weak)
    assert page.status_code == 200
    assert "error-summary" in page.content.decode()
    partner.refresh_from_db()
    assert partner.check_password(PASSWORD)


def test_a_closed_account_does_not_open(partner: User) -> None:
    partner.is_active = False
    partner.save()
    client = browser()
    assert sign_in(client, partner).headers["Location"] == "/connexion"
    assert client.get("/compte").status_code == 302


def test_acting_for_another_of_ones_organisations_only(town: Town, partner: User) -> None:
    Membership.objects.create(
        user=partner, organisation=town.association, role=Role.PARTNER, since="2026-01-01"
    )
    client = browser()
    sign_in(client, partner)
    client.get("/compte")
    held = client.cookies["csrftoken"].value
    path = reverse("account_organisation")
    chosen = str(town.association.pk)
    assert client.post(path, {"csrfmiddlewaretoken": held, "organisation": chosen}).status_code == 302
    assert client.session["organisation"] == chosen
    Membership.objects.filter(user=partner, organisation=town.commune).delete()
    for refused in (str(town.commune.pk), "x", "", "' OR 1=1", "0" * 5000):
        sent = {"csrfmiddlewaretoken": held, "organisation": refused}
        assert client.post(path, sent).status_code == 404
    assert client.session["organisation"] == chosen


def test_pages_that_the_library_has_and_we_do_not_serve_do_not_exist(partner: User) -> None:
    client = signed_in(partner)
    for path in (
        "/inscription",
        "/compte/adresse",
        "/compte/ferme",
        "/accounts/login/",
        "/compte/2fa/webauthn/",
    ):
        assert client.get(path).status_code == 404
    assert not [name for name in LIBRARY if name.startswith(("account_signup", "account_email"))]


def test_the_journal_names_nobody(agent: User, partner: User) -> None:
    for user in (agent, partner):
        sign_in(browser(), user)
    lines = " ".join(str(line) for line in Decision.objects.values())
    assert partner.email not in lines
    assert partner.name not in lines
