"""Jobs: done once, tried again, told to a page, taken up again after a death."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from hygie.apps.core.jobs import registry, running
from hygie.apps.core.jobs.models import Job, Schedule, State
from hygie.apps.core.jobs.registry import Report, job
from hygie.engines.kernel.errors import HygieError

pytestmark = pytest.mark.django_db
DONE: list[Any] = []


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "KINDS", {})
    monkeypatch.setattr(running, "KINDS", registry.KINDS)
    DONE.clear()

    @job("test.count", "Compter")
    def count(report: Report, *, rank: int) -> None:
        report(0.5, "à moitié")
        DONE.append((rank, Job.objects.get().progress))

    @job("test.faulty", "Échouer", tries=2, pause=timedelta(0))
    def faulty(report: Report) -> None:
        DONE.append("tried")
        raise KeyError("secret name")

    @job("test.refused", "Refuser")
    def refused(report: Report) -> None:
        DONE.append("tried")
        raise HygieError("Le fichier est vide.", fix="Donnez-en un autre.")

    @job("test.daily", "Chaque jour", every=timedelta(days=1))
    def daily(report: Report) -> None:
        DONE.append("daily")


def test_a_job_is_done_after_the_commit(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        asked = running.enqueue("test.count", {"rank": 3})
        assert DONE == []
    asked.refresh_from_db()
    assert DONE == [(3, 0.5)], (asked.state, asked.error)
    assert (asked.state, asked.progress, asked.message) == (State.DONE, 1.0, "à moitié")


def test_an_unknown_kind_is_refused_when_asked() -> None:
    with pytest.raises(KeyError):
        running.enqueue("test.none")


def test_an_error_is_tried_again_then_kept_without_its_text() -> None:
    made = Job.objects.create(name="test.faulty")
    running.run.call_local(str(made.pk))
    made.refresh_from_db()
    while made.state == State.QUEUED:
        running.run.call_local(str(made.pk))
        made.refresh_from_db()
    assert (made.state, made.tries, DONE) == (State.FAILED, 2, ["tried", "tried"])
    assert "KeyError" in made.error
    assert "secret" not in made.error


def test_a_refusal_is_not_tried_again_and_says_why() -> None:
    made = Job.objects.create(name="test.refused")
    running.run.call_local(str(made.pk))
    made.refresh_from_db()
    assert (made.state, made.tries) == (State.FAILED, 1)
    assert "vide" in made.error


def test_a_job_is_taken_once() -> None:
    made = Job.objects.create(name="test.count", payload={"rank": 1})
    running.run.call_local(str(made.pk))
    running.run.call_local(str(made.pk))
    assert len(DONE) == 1


def test_a_cancelled_job_is_not_done() -> None:
    made = Job.objects.create(name="test.count", payload={"rank": 1})
    assert running.cancel(made)
    running.run.call_local(str(made.pk))
    assert DONE == []
    assert not running.cancel(made)


def test_what_a_dead_worker_left_is_taken_up_again() -> None:
    old = timezone.now() - timedelta(hours=1)
    left = Job.objects.create(
        name="test.count", payload={"rank": 9}, state=State.RUNNING, heartbeat=old, tries=1
    )
    Job.objects.create(name="test.count", state=State.RUNNING, heartbeat=timezone.now())
    assert running.recover() == 1
    left.refresh_from_db()
    assert left.state in (State.DONE, State.QUEUED, State.FAILED)


def test_a_failed_job_can_be_tried_again() -> None:
    made = Job.objects.create(name="test.faulty", state=State.FAILED, tries=2)
    assert running.again(made)
    made.refresh_from_db()
    assert (made.state, made.tries) == (State.QUEUED, 0)
    assert not running.again(made)


def test_a_repeated_job_is_asked_once_a_period() -> None:
    running.run_due()
    running.run_due()
    assert Job.objects.filter(name="test.daily").count() == 1
    Schedule.objects.update(last=timezone.now() - timedelta(days=2))
    running.run_due()
    assert Job.objects.filter(name="test.daily").count() == 2
