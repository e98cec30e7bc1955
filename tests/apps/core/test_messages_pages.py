"""Pages about messages and jobs: who opens them, what they show and never show, what a stranger gets."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks
from tests.apps.core.conftest import Town, join, signed_in
from tests.apps.core.sign_on import with_second_factor

from hygie.apps.core.accounts.models import User
from hygie.apps.core.audit.models import Decision, Reading
from hygie.apps.core.jobs.models import Job
from hygie.apps.core.jobs.models import State as JobState
from hygie.apps.core.jobs.services import KEPT
from hygie.apps.core.jobs.services import forget as forget_jobs
from hygie.apps.core.messages.addresses import Contact
from hygie.apps.core.messages.kinds import MESSAGE_KINDS, MessageKind, Nature
from hygie.apps.core.messages.models import Message, State, Stop, Wording
from hygie.apps.core.messages.services import Note, send
from hygie.apps.core.messages.stopping import stop_token
from hygie.apps.core.organisations.roles import Role

pytestmark = pytest.mark.django_db(databases=["default", "readings"])
KIND = "test.page"
HOSTILE = "<script>alert('x')</script>"
STAFF_PAGES = ("/gestion/messages", f"/gestion/messages/mots/{KIND}", "/gestion/travaux")


@pytest.fixture(autouse=True)
def kind(monkeypatch: pytest.MonkeyPatch) -> None:
    made = MessageKind(
        KIND,
        "Rappel d’essai",
        Nature.REMINDER,
        {"prenom": "Camille"},
        "Bonjour {{ prenom }}.\n",
        "Bonjour {{ prenom }}.",
    )
    monkeypatch.setitem(MESSAGE_KINDS, KIND, made)


def client(town: Town, role: Role) -> Client:
    return signed_in(with_second_factor(town.people[role]))


def abroad(town: Town) -> Client:
    """Administers another organisation."""
    return signed_in(with_second_factor(town.stranger))


def page(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def written(town: Town) -> Message:
    return send(
        town.commune, Note(KIND, Contact("camille@ville.example", "0639981234"), {"prenom": "Camille"})
    )


@pytest.mark.parametrize("address", STAFF_PAGES)
def test_pages_open_for_those_who_manage(town: Town, address: str) -> None:
    assert Client(SERVER_NAME="127.0.0.1").get(address).status_code == 302
    expected = {Role.ADMINISTRATOR: 200, Role.COORDINATOR: 200 if "messages" in address else 403}
    for role in Role:
        assert client(town, role).get(address).status_code == expected.get(role, 403), role


def test_the_list_tells_nobody_s_name_nor_address(town: Town, django_assert_max_num_queries: object) -> None:
    for _ in range(3):
        written(town)
    shown = page(client(town, Role.COORDINATOR), "/gestion/messages")
    assert shown.count("Rappel d’essai") == 4
    assert "à vérifier" in shown
    for secret in ("camille", "Camille", "639981234", "06 39"):
        assert secret not in shown
    assert Reading.objects.using("readings").count() == 0


def test_one_message_is_masked_and_its_reading_journalled(town: Town) -> None:
    made = written(town)
    address = f"/gestion/messages/{made.pk}"
    shown = page(client(town, Role.COORDINATOR), address)
    assert "c•••@ville.example" in shown
    assert "camille@" not in shown
    assert "Bonjour" not in shown
    assert Reading.objects.using("readings").get().action == "message.read"
    stranger = abroad(town)
    for path in (address, f"/gestion/messages/{uuid4()}"):
        assert stranger.get(path).status_code == 404
    for action in ("renvoyer", "annuler", "refuse", "autre"):
        assert stranger.post(f"{address}/{action}").status_code == 404
    assert stranger.get(address).content == stranger.get(f"/gestion/messages/{uuid4()}").content
    made.refresh_from_db()
    assert made.state == State.QUEUED


def test_actions_on_one_message(town: Town) -> None:
    made, browser = written(town), client(town, Role.COORDINATOR)
    address = f"/gestion/messages/{made.pk}"
    assert browser.get(f"{address}/annuler").status_code == 405
    assert browser.post(f"{address}/annuler").status_code == 302
    made.refresh_from_db()
    assert made.state == State.CANCELLED
    Message.objects.update(state=State.SENT)
    browser.post(f"{address}/refuse")
    browser.post(f"{address}/refuse")
    assert Message.objects.get(after_bounce_of=made).channel == "sms"
    Message.objects.filter(pk=made.pk).update(state=State.FAILED)
    browser.post(f"{address}/renvoyer")
    actions = [line.action for line in Decision.objects.order_by("number")]
    assert actions == ["message.cancel", "message.bounce", "message.resend"]


def test_forms_ask_for_their_token(town: Town) -> None:
    user = with_second_factor(town.people[Role.ADMINISTRATOR])
    browser = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    job = Job.objects.create(name="jobs.forget", state=JobState.FAILED)
    made = written(town)
    for address in (
        f"/gestion/messages/{made.pk}/annuler",
        "/gestion/messages/essai",
        f"/gestion/messages/mots/{KIND}",
        f"/gestion/travaux/{job.pk}/relancer",
    ):
        assert browser.post(address).status_code == 403, address
    assert Message.objects.get().state == State.QUEUED


def test_words_are_previewed_saved_refused_and_given_back(town: Town) -> None:
    browser, address = client(town, Role.COORDINATOR), f"/gestion/messages/mots/{KIND}"
    assert "Bonjour Camille." in page(browser, address)
    seen = browser.post(
        address, {"action": "voir", "subject": "Bonjour", "body": HOSTILE, "sms": "Vu {{ prenom }}"}
    )
    shown = seen.content.decode()
    assert HOSTILE not in shown
    assert "&lt;script&gt;" in shown
    assert "Vu Camille" in shown
    assert not Wording.objects.exists()
    for bad in (
        {"body": "{{ secret }}"},
        {"subject": "Votre vaccin"},
        {"sms": "x" * 900},
        {"body": "x" * 30_000},
    ):
        refused = browser.post(address, {"action": "enregistrer", **bad})
        assert refused.status_code == 422
        kept = next(iter(bad.values()))[:40].replace("{", "{")
        assert kept in refused.content.decode()
    assert not Wording.objects.exists()
    browser.post(address, {"action": "enregistrer", "subject": "Bonjour", "body": "Vu\r\n", "sms": "Vu"})
    assert Wording.objects.get().organisation == town.commune
    assert "les vôtres" in page(browser, "/gestion/messages")
    assert "ceux de Hygie" in page(abroad(town), address)
    browser.post(address, {"action": "reprendre"})
    assert not Wording.objects.exists()
    assert browser.get("/gestion/messages/mots/autre").status_code == 404
    assert Decision.objects.filter(action="message.words").count() == 2


def test_a_trial_is_sent_to_oneself(
    town: Town, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        client(town, Role.COORDINATOR).post("/gestion/messages/essai")
    assert [m.to for m in mail.outbox] == [["coordinator@ville.example"]]


def test_reminders_stop_by_one_link_without_account(town: Town) -> None:
    browser, made = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True), written(town)
    address = f"/m/{stop_token(made.pk)}"
    shown = page(browser, address)
    assert "Ville d’essai" in shown
    for secret in ("Rappel d’essai", "camille", "Camille"):
        assert secret not in shown
    assert not Stop.objects.exists()  # opening it, as mail scanners do, stops nothing
    assert browser.post(address, {"choix": "ceux-ci"}).status_code == 200
    assert [stop.kind for stop in Stop.objects.all()] == [KIND]
    browser.post(address, {"choix": "tout"})
    assert {stop.kind for stop in Stop.objects.all()} == {KIND, ""}
    browser.post(address, {"choix": "reprendre"})
    assert not Stop.objects.exists()
    assert browser.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert [stop.kind for stop in Stop.objects.all()] == [KIND]


@pytest.mark.parametrize("token", ["x", "A" * 38, "é", "..%2f..%2fetc", "a" * 5000, "%0d%0aX-Header:1"])
def test_a_link_that_is_not_ours_says_so_and_nothing_else(town: Town, token: str) -> None:
    browser = Client(SERVER_NAME="127.0.0.1")
    for answer in (browser.get(f"/m/{token}"), browser.post(f"/m/{token}")):
        assert answer.status_code == 404
        assert "X-Header" not in answer.headers
    assert not Stop.objects.exists()


def test_jobs_show_failures_first_and_can_be_tried_again(town: Town) -> None:
    mine = Job.objects.create(name="jobs.forget", organisation=town.commune, state=JobState.DONE)
    failed = Job.objects.create(
        name="messages.deliver", state=JobState.FAILED, error=f"Erreur {HOSTILE}", tries=3
    )
    theirs = Job.objects.create(name="jobs.forget", organisation=town.association, state=JobState.FAILED)
    Job.objects.filter(pk=failed.pk).update(created=timezone.now() - timedelta(days=2))
    browser = client(town, Role.ADMINISTRATOR)
    shown = page(browser, "/gestion/travaux")
    assert shown.index(str(failed.pk)) < shown.index(str(mine.pk))
    assert str(theirs.pk) not in shown
    assert HOSTILE not in shown
    assert "Envoyer les messages" in shown
    assert browser.post(f"/gestion/travaux/{theirs.pk}/relancer").status_code == 404
    assert browser.get(f"/gestion/travaux/{theirs.pk}").status_code == 404
    assert browser.post(f"/gestion/travaux/{failed.pk}/relancer").status_code == 302
    assert browser.post(f"/gestion/travaux/{failed.pk}/annuler").status_code == 302
    failed.refresh_from_db()
    assert failed.state == JobState.CANCELLED
    browser.post(f"/gestion/travaux/{failed.pk}/annuler")
    stranger = abroad(town)
    for job in (mine, failed):
        assert stranger.get(f"/gestion/travaux/{job.pk}").status_code == 404
    assert str(failed.pk) not in page(stranger, "/gestion/travaux")
    assert [line.action for line in Decision.objects.order_by("number")] == ["job.retry", "job.cancel"]


def test_progress_is_followed_by_htmx_and_by_a_plain_link(town: Town) -> None:
    job = Job.objects.create(
        name="jobs.forget",
        organisation=town.commune,
        state=JobState.RUNNING,
        progress=0.42,
        message="à moitié",
    )
    browser, address = client(town, Role.AGENT), f"/gestion/travaux/{job.pk}"
    whole = browser.get(address)
    text = whole.content.decode()
    assert 'hx-trigger="every 2s"' in text
    assert f'href="{address}"' in text
    assert "42" in text
    policy = whole.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy + ";"
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    part = browser.get(address, headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith("<div")
    assert "<html" not in part
    Job.objects.update(state=JobState.DONE, progress=1.0)
    assert "hx-trigger" not in browser.get(address, headers={"HX-Request": "true"}).content.decode()


def test_the_script_is_served_from_here() -> None:
    answer = Client(SERVER_NAME="127.0.0.1").get("/static/django_htmx/htmx-2.min.js")
    assert answer.status_code == 200
    assert b"htmx" in answer.getvalue()
    answer.close()


def test_jobs_of_long_ago_go_but_for_failures(town: Town) -> None:
    old = timezone.now() - KEPT - timedelta(days=1)
    for state in (JobState.DONE, JobState.CANCELLED, JobState.FAILED):
        Job.objects.create(name="jobs.forget", state=state, finished=old)
    Job.objects.create(name="jobs.forget", state=JobState.DONE, finished=timezone.now())
    forget_jobs(lambda progress, message="": None)
    assert sorted(Job.objects.values_list("state", flat=True)) == [JobState.DONE, JobState.FAILED]


def test_somebody_without_organisation_sees_no_job(town: Town) -> None:
    lonely = User.objects.create_user("seul@ville.example", "Seul Démo")
    job = Job.objects.create(name="jobs.forget", organisation=town.commune)
    assert signed_in(lonely).get(f"/gestion/travaux/{job.pk}").status_code == 404
    join(lonely, town.association, Role.PARTNER)
    assert signed_in(lonely).get(f"/gestion/travaux/{job.pk}").status_code == 404


def test_pages_cost_few_queries(town: Town, django_assert_max_num_queries: object) -> None:
    for _ in range(30):
        written(town)
        Job.objects.create(name="jobs.forget", organisation=town.commune)
    browser = client(town, Role.ADMINISTRATOR)
    for address, most in (("/gestion/messages", 9), ("/gestion/travaux", 7)):
        with django_assert_max_num_queries(most):  # type: ignore[operator]  # a fixture of pytest-django
            page(browser, address)
