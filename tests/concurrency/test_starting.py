"""An instance made by whoever comes first, refused to an older version, worked on by a worker."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from tests.concurrency.conftest import LIMIT_S, Instance
from tests.concurrency.instances import hygie, new_instance, start

POSTGRESQL = bool(os.environ.get("DATABASE_URL"))
ASK = """
from hygie.apps.core.jobs.running import enqueue
print(enqueue('audit.seal').pk)
"""
STATE = """
import sys
from hygie.apps.core.jobs.models import Job
print(Job.objects.get(pk=sys.argv[1]).state)
"""
NEWER = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("INSERT INTO django_migrations (app, name, applied) "
                   "VALUES ('core', '9999_from_the_future', CURRENT_TIMESTAMP)")
"""
ABANDONED = """
import sys
from datetime import timedelta
from django.utils import timezone
from hygie.apps.core.jobs.models import Job, State
long_ago = timezone.now() - timedelta(hours=1)
job = Job.objects.create(name='audit.seal', state=State.RUNNING, tries=1, heartbeat=long_ago)
print(job.pk)
"""


BEHIND_TLS = """
import re
from django.test import Client
from django.urls import reverse
client = Client(enforce_csrf_checks=True, HTTP_HOST='sante.ville.example', HTTP_X_FORWARDED_PROTO='https',
                HTTP_X_FORWARDED_FOR='203.0.113.7')
page = client.get(reverse('account_login'))
assert page.status_code == 200, page.status_code
assert 'max-age' in page.headers['Strict-Transport-Security']
assert all(cookie['secure'] for cookie in page.cookies.values())
token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())[1]
form = {'csrfmiddlewaretoken': token, 'login': 'a@b.example', 'password': 'x'}
answers = [client.post(reverse('account_login'), form, HTTP_ORIGIN=origin).status_code
           for origin in ('https://sante.ville.example', 'https://ailleurs.example', 'http://sante.ville.example')]
print(answers)
"""
SEALED = """
from datetime import UTC, datetime
from hygie.apps.core.audit import journal
from hygie.apps.core.audit.journal import SYSTEM, decided, journalled
class Then(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime(2020, 1, 31, tzinfo=UTC)
for clock in (Then, datetime):
    journal.datetime = clock
    for _ in range(3):
        with journalled():
            decided(SYSTEM, 'test.decide', subject='test', record='1')
"""


def until_done(instance: Instance, job: str) -> None:
    limit = time.monotonic() + LIMIT_S
    while instance.run(STATE, job).strip() != "done":
        assert time.monotonic() < limit


@pytest.mark.parametrize("starts", [2, pytest.param(5, marks=pytest.mark.prove)])
def test_several_starts_at_once_make_one_instance(tmp_path: Path, starts: int) -> None:
    with new_instance(tmp_path / "new", postgresql=POSTGRESQL) as instance:
        began = [start(instance, "audit", "seal") for _ in range(starts)]
        said = [process.communicate(timeout=300)[1] for process in began]
        assert [process.returncode for process in began] == [0] * starts, said
        assert sum("Instance neuve" in text for text in said) == 1
        assert "à jour" in hygie(instance, "check", code=1)


def test_a_database_of_a_newer_version_is_refused(instance: Instance) -> None:
    instance.run(NEWER)
    assert "plus récente" in hygie(instance, "worker", code=1)
    assert "plus récente" in hygie(instance, "check", code=1)


def test_an_unreachable_database_is_one_message_without_its_password(tmp_path: Path) -> None:
    told = {"HYGIE_HOME": str(tmp_path), "DATABASE_URL": "postgresql://x:motdepasse@127.0.0.1:1/x"}
    for words in (("worker",), ("backup", str(tmp_path / "b"))):
        said = hygie(Instance(told), *words, code=1)
        assert "ne répond pas" in said
        assert "motdepasse" not in said


def test_the_worker_works_takes_up_what_was_left_and_stops_when_asked(instance: Instance) -> None:
    left = instance.run(ABANDONED).strip()
    worker = start(instance, "worker")
    try:
        until_done(instance, left)
        asked = instance.run(ASK).strip()
        until_done(instance, asked)
        assert "Travaux : en marche" in hygie(instance, "check", code=1).replace("\u00a0", " ")
    finally:
        worker.send_signal(signal.SIGTERM)
        _, said = worker.communicate(timeout=60)
    assert worker.returncode == 0
    assert "ne travaille plus" in said


def test_behind_a_tls_proxy_forms_are_taken_from_the_site_alone(tmp_path: Path) -> None:
    with new_instance(tmp_path / "tls", postgresql=POSTGRESQL) as instance:
        hygie(instance, "audit", "seal")
        told = {"HYGIE_HOSTS": "sante.ville.example", "HYGIE_HTTPS": "oui"}
        assert Instance({**instance.variables, **told}).run(BEHIND_TLS).strip() == "[200, 403, 403]"


def test_a_month_is_exported_and_checked_with_its_seal(instance: Instance, tmp_path: Path) -> None:
    instance.run(SEALED)
    sealed = hygie(instance, "audit", "seal").split()
    assert "2020-01" in " ".join(sealed)
    head = next(word for word in sealed if len(word) == 64)
    file = str(tmp_path / "j.jsonl")
    hygie(instance, "audit", "export", file, "--until", "2020-01")
    assert f"head: {head}" in hygie(instance, "audit", "verify", file, "--head", head, "--count", "3")
    hygie(instance, "audit", "export", file)
    assert "a été changé" in hygie(instance, "audit", "verify", file, "--head", head, "--count", "3", code=1)
    assert "Aucun mois" in hygie(instance, "audit", "seal")
