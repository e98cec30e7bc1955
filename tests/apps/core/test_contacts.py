"""A code proves a contact: sent, written once, forgotten; the same for every contact."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as site
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.apps.core.conftest import Town
from tests.apps.core.sign_on import browser, fill

from hygie.apps.core.contacts.delivery import deliver
from hygie.apps.core.contacts.holding import HELD, verified_contact
from hygie.apps.core.contacts.models import ContactCode
from hygie.apps.core.contacts.services import Contact, contact_of, forget_codes, send_code, verify
from hygie.apps.core.organisations.roles import Role
from hygie.engines.kernel.errors import HygieError

pytestmark = pytest.mark.django_db
LEA = Contact("email", "lea@exemple.fr")


def code_sent() -> str:
    """The code of the last e-mail."""
    found = re.search(r"\b(\d{6})\b", str(mail.outbox[-1].body))
    assert found
    return found[1]


def wrong() -> str:
    return f"{(int(code_sent()) + 1) % 1_000_000:06}"


def held(client: Client) -> Contact | None:
    request = RequestFactory().get("/")
    request.session = client.session
    found = verified_contact(request)
    return None if found is None else found.contact


def test_a_resident_proves_an_address_without_an_account() -> None:
    client = browser()
    page = fill(client, "/contact/", contact="  Lea@Exemple.fr ", next="/rapport")
    assert page.headers["Location"] == "/contact/code?next=%2Frapport"
    assert "lea" not in page.headers["Location"]
    assert mail.outbox[-1].subject == "Votre code"
    done = fill(client, "/contact/code", code=f" {code_sent()[:3]} {code_sent()[3:]}", next="/rapport")
    assert done.headers["Location"] == "/rapport"
    assert held(client) == LEA
    assert "Il ne prouve pas votre identité" in client.get("/contact/").content.decode()
    assert client.get("/compte").status_code == 302  # a contact signs nobody in


def test_a_mobile_number_gets_an_sms_in_the_outbox(tmp_path: Path) -> None:
    client = browser()
    fill(client, "/contact/", contact="06 39 98 12 34")
    files = sorted((Path(site.HOME) / "outbox").glob("sms-*.txt"), key=lambda file: file.stat().st_mtime_ns)
    text = files[-1].read_text(encoding="utf-8")
    assert text.startswith("À : +33639981234\n")
    assert files[-1].stat().st_mode & 0o077 == 0
    found = re.search(r"\b(\d{6})\b", text.split("\n\n")[1])
    assert found
    assert fill(client, "/contact/code", code=found[1]).status_code == 302
    assert held(client) == Contact("sms", "+33639981234")


def test_known_and_unknown_contacts_are_answered_alike(town: Town) -> None:
    known = town.people[Role.PARTNER].email
    answers = []
    for contact in (known, "inconnue@exemple.fr"):
        page = fill(browser(), "/contact/", contact=contact)
        answers.append((page.status_code, page.headers["Location"]))
    assert answers[0] == answers[1]
    assert len(mail.outbox) == 2


def test_a_code_serves_once_and_a_new_one_ends_the_old() -> None:
    send_code(LEA)
    first = code_sent()
    send_code(LEA)
    second = code_sent()
    assert first == second or not verify(LEA, first)
    assert verify(LEA, second)
    assert not verify(LEA, second)


def test_a_code_is_for_its_own_contact() -> None:
    send_code(LEA)
    assert not verify(Contact("email", "autre@exemple.fr"), code_sent())


def test_a_code_lives_ten_minutes_and_five_tries() -> None:
    send_code(LEA)
    for _ in range(5):
        assert not verify(LEA, wrong())
    assert not verify(LEA, code_sent())
    send_code(LEA)
    ContactCode.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert not verify(LEA, code_sent())
    assert forget_codes(timezone.now()) == 1


def test_three_codes_an_hour_and_the_fourth_is_not_told() -> None:
    answers = {fill(browser(), "/contact/", contact=LEA.value).headers["Location"] for _ in range(5)}
    assert answers == {"/contact/code"}
    assert len(mail.outbox) == 3


def test_one_address_cannot_ask_for_everybody() -> None:
    client = browser(REMOTE_ADDR="192.0.2.9")
    for rank in range(20):
        assert fill(client, "/contact/", contact=f"p{rank}@exemple.fr").status_code == 302
    page = fill(client, "/contact/", contact="p20@exemple.fr")
    assert page.status_code == 429
    assert 0 < int(page.headers["Retry-After"]) <= 3_600
    assert re.search(r"Recommencez .*à partir de \d+\u00a0h\u00a0\d\d", page.content.decode())
    assert len(mail.outbox) == 20


def test_nothing_readable_is_stored() -> None:
    client = browser()
    fill(client, "/contact/", contact=LEA.value)
    code = code_sent()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM core_contactcode")
        stored = str(cursor.fetchall())
    fill(client, "/contact/code", code=code)
    stored += str([session.get_decoded() for session in Session.objects.all()])
    assert LEA.value not in stored
    assert code not in stored


def test_a_proof_is_forgotten_after_half_an_hour_or_at_once() -> None:
    client = browser()
    fill(client, "/contact/", contact=LEA.value)
    before = client.cookies["sessionid"].value
    fill(client, "/contact/code", code=code_sent())
    assert client.cookies["sessionid"].value != before  # the key changes, as when signing in
    session = client.session
    session[HELD] = {**session[HELD], "until": 0}
    session.save()
    assert held(client) is None
    fill(client, "/contact/", contact=LEA.value)
    fill(client, "/contact/code", code=code_sent())
    token = client.cookies["csrftoken"].value
    assert client.post(reverse("contact_forget"), {"csrfmiddlewaretoken": token}).status_code == 302
    assert held(client) is None


@pytest.mark.parametrize("elsewhere", ["https://mal.example", "//mal.example", "/\\mal.example", "rapport"])
def test_a_proof_never_leads_elsewhere(elsewhere: str) -> None:
    client = browser()
    assert fill(client, "/contact/", contact=LEA.value, next=elsewhere).headers["Location"] == "/contact/code"
    done = fill(client, "/contact/code", code=code_sent(), next=elsewhere)
    assert done.headers["Location"] == "/contact/"


@pytest.mark.parametrize(
    "to", ["a@b.fr\nBcc: c@d.fr", "06 39 98 12 34\r\nX", "+1 202 555 0100", "0139981234", ""]
)
def test_contacts_that_are_none_are_refused_and_kept_typed(to: str) -> None:
    page = fill(browser(), "/contact/", contact=to)
    assert page.status_code == 200
    assert "error-summary" in page.content.decode()
    assert not mail.outbox


@settings(max_examples=300, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.text(max_size=60) | st.from_regex(r"\A[+0 .()-]{0,4}[0-9 .]{6,14}\Z"))
def test_reading_a_contact_gives_one_or_says_why(text: str) -> None:
    try:
        found = contact_of(text)
    except HygieError:
        return
    assert found == contact_of(found.value)  # written one way
    assert found.value.isprintable()
    assert " " not in found.value


def test_a_form_from_elsewhere_is_refused() -> None:
    client = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
    assert client.post("/contact/", {"contact": LEA.value}).status_code == 403
    assert not mail.outbox


def test_the_door_refuses_headers_in_titles_and_addresses() -> None:
    for to, subject in (("a@b.fr\n", "x"), ("a@b.fr", "x\r\nBcc: c@d.fr"), ("a@b.fr", "x" * 201)):
        with pytest.raises(HygieError):
            deliver("email", to, subject, "…")
