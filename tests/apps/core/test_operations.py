"""Health, seals, logs without personal data, limits on requests, checks; in one process."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import DatabaseError, connections
from django.test import Client
from pytest_django import Settings
from tests.apps.core.conftest import Town, signed_in

from hygie.apps.core.accounts.models import User
from hygie.apps.core.audit.export import seal_months
from hygie.apps.core.audit.journal import SYSTEM, decided, journalled
from hygie.apps.core.audit.models import Decision, Seal
from hygie.apps.core.messages.models import Message
from hygie.apps.core.operations import selectors
from hygie.apps.core.operations.checks import points
from hygie.apps.core.operations.logs import JsonLines, TextLines
from hygie.apps.core.operations.sealing import seal_all
from hygie.apps.core.organisations.roles import Role

BOTH = ["default", "readings"]
IDENTITY = "Camille Dupuis-Essai"


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """What our loggers say: they do not propagate, so that the handler is put on them."""
    for name in ("hygie", "django"):
        logging.getLogger(name).addHandler(caplog.handler)
    caplog.set_level(logging.INFO)
    yield caplog
    for name in ("hygie", "django"):
        logging.getLogger(name).removeHandler(caplog.handler)


def written(caplog: pytest.LogCaptureFixture) -> str:
    return "\n".join(maker().format(r) for maker in (TextLines, JsonLines) for r in caplog.records)


@pytest.mark.django_db(databases=BOTH)
def test_health_says_yes_or_no_and_nothing_else(site: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    fine = site.get("/sante-instance")
    assert (fine.status_code, fine.content.decode()) == (200, "en service\n")
    assert fine.headers["Cache-Control"] == "no-store"

    def broken(_alias: str) -> int:
        raise DatabaseError("password=secret host=10.0.0.1")

    monkeypatch.setattr(selectors, "pending", broken)
    monkeypatch.setattr(selectors, "_PROVEN", set())
    off = site.get("/sante-instance")
    assert (off.status_code, off.content.decode()) == (503, "hors service\n")
    monkeypatch.setattr(selectors, "pending", lambda _alias: 2)
    assert site.get("/sante-instance").status_code == 503


@pytest.mark.django_db
def test_a_request_is_logged_without_address_query_or_user(
    town: Town, lines: pytest.LogCaptureFixture
) -> None:
    browser = signed_in(town.people[Role.COORDINATOR])
    browser.get(
        "/journaux/sceaux?nom=Dupuis&tel=0612345678", REMOTE_ADDR="203.0.113.9", HTTP_USER_AGENT="Agent-X"
    )
    browser.get("/personne/dupuis-camille", HTTP_REFERER="http://127.0.0.1/?q=Dupuis")
    browser.post("/journaux/sceaux", {"nom": "Dupuis"})
    said = written(lines)
    user = town.people[Role.COORDINATOR]
    for personal in ("upuis", "0612345678", "203.0.113.9", "Agent-X", user.email, user.name, "tel="):
        assert personal not in said
    assert "page=/journaux/sceaux" in said
    assert "status=200" in said
    assert "page=? status=404" in said


@pytest.mark.django_db
def test_an_error_is_logged_by_its_kind_and_way_not_by_its_message(
    site: Client, lines: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        try:
            raise ValueError(f"DETAIL: Key (name)=({IDENTITY}) already exists")
        except ValueError as error:
            raise DatabaseError(f"{IDENTITY}\nERROR forged line") from error

    monkeypatch.setattr("hygie.apps.core.operations.views.published_seals", broken)
    assert site.get("/journaux/sceaux?nom=Dupuis").status_code == 500
    said = written(lines)
    assert "DatabaseError" in said
    assert "ValueError" in said
    assert "in broken" in said or " broken" in said
    assert IDENTITY not in said
    assert "forged" not in said


def test_a_log_line_cannot_be_forged() -> None:
    record = logging.LogRecord("hygie.x", logging.INFO, "f", 1, "one\r\nINFO two %s", ("a\nb",), None)
    assert len(TextLines().format(record).splitlines()) == 1
    assert json.loads(JsonLines().format(record))["said"] == "one INFO two a b"


@pytest.mark.django_db
def test_a_slow_request_is_a_warning(
    site: Client, lines: pytest.LogCaptureFixture, settings: Settings
) -> None:
    settings.SLOW_REQUEST_MS = -1
    site.get("/journaux/sceaux")
    assert [r.levelname for r in lines.records if r.name == "hygie.requests"] == ["WARNING"]


@pytest.mark.django_db
@pytest.mark.parametrize("length", ["33554433", "9" * 400, "-1", "1e3", "٣"])
def test_what_is_announced_as_too_large_is_not_read(site: Client, length: str) -> None:
    answer = site.post("/journaux/sceaux", b"x", content_type="text/csv", CONTENT_LENGTH=length)
    assert answer.status_code == 413
    assert "trop gros" in answer.content.decode()


@pytest.mark.django_db
def test_tls_is_asked_for_only_where_there_is_some(site: Client, settings: Settings) -> None:
    assert "Strict-Transport-Security" not in site.get("/journaux/sceaux").headers
    settings.HTTPS = True
    assert "max-age=" in site.get("/journaux/sceaux").headers["Strict-Transport-Security"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/journaux/sceaux", "/sante-instance", "/rien-ici"])
def test_every_answer_carries_the_security_headers(site: Client, path: str) -> None:
    headers = site.get(path).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert (headers["X-Content-Type-Options"], headers["X-Frame-Options"]) == ("nosniff", "DENY")
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.django_db(databases=BOTH)
def test_months_are_sealed_once_published_and_journalled(site: Client) -> None:
    for _ in range(3):
        with journalled():
            decided(SYSTEM, "test.decide", subject="test", record="1")
    later = datetime(2099, 1, 5, tzinfo=UTC)
    made = seal_months("decisions", now=later)
    assert [(seal.first, seal.last) for seal in made] == [(1, 3)]
    assert seal_months("decisions", now=later) == []
    assert seal_all() == []
    page = site.get("/journaux/sceaux").content.decode()
    assert made[0].head in page
    assert made[0].month in page
    Seal.objects.all().delete()
    assert "Aucun mois" in site.get("/journaux/sceaux").content.decode()


@pytest.mark.django_db(databases=BOTH)
def test_sealing_writes_a_decision_and_to_the_officer(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    seal = Seal(pk=1, journal="decisions", month="2026-10", first=1, last=2, head="a" * 64)
    due = {"decisions": [seal], "readings": []}
    monkeypatch.setattr("hygie.apps.core.operations.sealing.seal_months", due.pop)
    assert seal_all() == [seal]
    line = Decision.objects.get(action="journal.seal")
    assert json.loads(line.details)["month"] == "2026-10"
    message = Message.objects.get(kind="audit.sealed")
    assert town.people[Role.DPO].email in message.recipient
    assert "a" * 64 in message.body


@pytest.mark.django_db
def test_the_page_of_seals_takes_one_query(site: Client, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]  # fixture of pytest-django
        site.get("/journaux/sceaux")


def found() -> dict[str, tuple[str, str]]:
    return {point.name: (point.state, point.fix) for point in points()}


@pytest.mark.django_db(databases=BOTH)
def test_each_point_that_is_off_says_what_to_do(site: Client, settings: Settings, tmp_path: Path) -> None:
    states = found()
    assert states["Base principale"][0] == states["Journaux"][0] == states["Clés"][0] == "ok"
    assert states["Territoire"][0] == "ok"
    User.objects.create_user("a@b.example", "A Démo")
    settings.TERRITORY_FOLDER = tmp_path
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "sante.ville.example"]
    settings.JOBS_AT_ONCE = False
    settings.HOME = tmp_path
    (tmp_path / "encryption-keys").write_text("x")
    (tmp_path / "encryption-keys").chmod(0o644)
    settings.EMAIL_BACKEND = "hygie.apps.core.messages.outbox.EmailBackend"
    states = found()
    bad = {name for name, (state, _) in states.items() if state == "bad"}
    assert bad == {"Territoire", "Adresses", "Travaux", "Fichiers secrets", "Sauvegarde"}
    assert all(fix for state, fix in states.values() if state != "ok")


@pytest.mark.django_db(databases=BOTH)
def test_a_journal_changed_behind_our_back_is_found(site: Client) -> None:
    with journalled():
        decided(SYSTEM, "test.decide", subject="test", record="1")
    head = connections["default"]
    with head.cursor() as cursor:
        trigger = "DROP TRIGGER core_decision_no_update"
        if head.vendor == "postgresql":
            trigger = "DROP TRIGGER core_decision_no_change ON core_decision"
        cursor.execute(trigger)
        cursor.execute("UPDATE core_decision SET action = 'test.other'")
    assert found()["Journaux"][0] == "bad"
