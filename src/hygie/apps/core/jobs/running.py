"""Asking for a job, doing it, and taking up again what a dead worker left."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from hygie.apps.core.jobs.models import Job, Schedule, State
from hygie.apps.core.jobs.queue import queue
from hygie.apps.core.jobs.registry import KINDS, JobKind, run_work
from hygie.apps.core.organisations.models import Organisation
from hygie.apps.core.storable import storable
from hygie.engines.kernel.errors import HygieError

LOG = logging.getLogger("hygie.jobs")
SILENCE = timedelta(minutes=10)
"""A job that says nothing for so long has lost its worker."""

Payload = Mapping[str, str | int | float | bool | None]


def enqueue(
    name: str,
    payload: Payload | None = None,
    *,
    organisation: Organisation | None = None,
    after: timedelta | None = None,
) -> Job:
    """Ask for a job; it starts once the transaction under way is committed.

    Raises
    ------
    KeyError
        If no kind of job has this name.
    """
    kind = KINDS[name]
    due = timezone.now() + (after or timedelta())
    job = Job.objects.create(
        name=kind.name, payload=dict(payload or {}), organisation=organisation, not_before=due
    )
    transaction.on_commit(lambda: _wake(job.pk, after))
    return job


def cancel(job: Job) -> bool:
    """Cancel a job that has not begun; whether it was."""
    waiting = Job.objects.filter(pk=job.pk, state=State.QUEUED)
    return waiting.update(state=State.CANCELLED, finished=timezone.now()) == 1


def again(job: Job) -> bool:
    """Try a failed job again from its first try; whether it was failed."""
    failed = Job.objects.filter(pk=job.pk, state=State.FAILED)
    asked = failed.update(state=State.QUEUED, tries=0, error="", progress=0.0, not_before=timezone.now()) == 1
    if asked:
        transaction.on_commit(lambda: _wake(job.pk, None))
    return asked


def recover() -> int:
    """Wake up what waits and what a dead worker left; how many. Called when a worker starts, then often."""
    now = timezone.now()
    Job.objects.filter(state=State.RUNNING, heartbeat__lt=now - SILENCE).update(
        state=State.QUEUED, not_before=now
    )
    due = list(Job.objects.filter(state=State.QUEUED, not_before__lte=now).values_list("pk", flat=True))
    for identifier in due:
        _wake(identifier, None)
    return len(due)


def run_due() -> None:
    """Ask for the repeated jobs whose time has come; one worker of several does, by a conditional update."""
    now = timezone.now()
    for kind in KINDS.values():
        if kind.every is None:
            continue
        Schedule.objects.get_or_create(name=kind.name, defaults={"last": now - kind.every})
        if Schedule.objects.filter(name=kind.name, last__lte=now - kind.every).update(last=now):
            enqueue(kind.name)


@queue.task(name="hygie.run")  # type: ignore[untyped-decorator]  # huey is not typed
def run(identifier: str) -> None:
    """Do one job, unless another worker took it or it was cancelled."""
    job_id = UUID(identifier)
    taken = Job.objects.filter(pk=job_id, state=State.QUEUED, not_before__lte=timezone.now())
    if not taken.update(state=State.RUNNING, tries=F("tries") + 1, heartbeat=timezone.now(), error=""):
        return
    job = Job.objects.get(pk=job_id)
    kind = KINDS.get(job.name)
    if kind is None:
        _finish(job, State.FAILED, error="Cette version de Hygie ne connaît pas ce travail.")
        return
    try:
        run_work(kind, _reporter(job), dict(job.payload))
    except HygieError as error:
        _finish(job, State.FAILED, error=str(error))
    except Exception as error:  # noqa: BLE001  # boundary of the worker: one job never stops the others
        LOG.error("job %s %s failed: %s", job.name, job.pk, type(error).__name__)
        _retry_or_fail(job, kind, error)
    else:
        _finish(job, State.DONE, progress=1.0)


def _retry_or_fail(job: Job, kind: JobKind, error: Exception) -> None:
    if job.tries >= kind.tries:
        _finish(
            job, State.FAILED, error=f"Erreur inattendue ({type(error).__name__}), après {job.tries} essais."
        )
        return
    pause = kind.pause * 2 ** (job.tries - 1)
    Job.objects.filter(pk=job.pk).update(
        state=State.QUEUED, not_before=timezone.now() + pause, error=f"Nouvel essai : {type(error).__name__}."
    )
    _wake(job.pk, pause)


def _finish(job: Job, state: State, **values: Any) -> None:
    if "error" in values:
        values["error"] = storable(values["error"])[:500]
    Job.objects.filter(pk=job.pk, state=State.RUNNING).update(state=state, finished=timezone.now(), **values)


class _Reporter:
    """Writes the progress of one job."""

    def __init__(self, job: Job) -> None:
        self._running = Job.objects.filter(pk=job.pk, state=State.RUNNING)

    def __call__(self, progress: float, message: str = "") -> None:
        self._running.update(
            progress=min(max(progress, 0.0), 1.0), message=storable(message)[:200], heartbeat=timezone.now()
        )


def _reporter(job: Job) -> _Reporter:
    return _Reporter(job)


def _wake(identifier: UUID, after: timedelta | None) -> None:
    if after:
        run.schedule((str(identifier),), delay=after)
    else:
        run(str(identifier))


def jobs_to_watch() -> Q:
    """Condition of the jobs an operator looks at: failed, or waiting for long."""
    late = Q(state=State.QUEUED, not_before__lt=timezone.now() - SILENCE)
    return Q(state=State.FAILED) | late
