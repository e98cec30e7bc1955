"""The worker: does the jobs, takes up what was left, asks for the repeated ones, shows that it lives."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from signal import SIGINT, SIGTERM
from threading import Event, Thread

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone
from huey.consumer import Consumer

from hygie.apps.core.jobs.models import Schedule
from hygie.apps.core.jobs.queue import queue
from hygie.apps.core.jobs.running import recover, run_due
from hygie.engines.kernel.errors import HygieError

LOG = logging.getLogger("hygie.worker")
ROUND = timedelta(seconds=60)
ALIVE = timedelta(minutes=3)
"""A worker that has not shown itself for so long is dead."""

HEARTBEAT, BACKUP = "worker.heartbeat", "instance.backup"
"""Rows of the table of schedules: when a worker showed itself last, when a backup was made last."""


def mark(name: str) -> None:
    """Write that something happens now."""
    Schedule.objects.update_or_create(name=name, defaults={"last": timezone.now()})


def last(name: str) -> datetime | None:
    """When something happened last; None for never."""
    return Schedule.objects.filter(name=name).values_list("last", flat=True).first()


def one_round() -> None:
    """What a worker does at its start and every minute."""
    mark(HEARTBEAT)
    run_due()
    recover()


def work(threads: int) -> None:
    """Work until interrupted; the jobs under way are finished first.

    Raises
    ------
    HygieError
        On an instance that does its jobs in the requests: there is nothing to work on.
    """
    if settings.JOBS_AT_ONCE:
        raise HygieError(
            "Cette instance fait ses travaux au moment où ils sont demandés.",
            fix="Retirez HYGIE_JOBS_AT_ONCE pour les confier à un « hygie worker ».",
        )
    _connections_of_tasks()
    one_round()
    over = Event()
    rounds = Thread(target=_rounds, args=(over,), daemon=True)
    rounds.start()
    consumer = Consumer(queue, workers=threads, periodic=False, max_delay=1.0)
    consumer._signal_actions = dict.fromkeys((SIGINT, SIGTERM), (False, True))  # both finish the jobs first
    try:
        consumer.run()
    finally:
        over.set()
        rounds.join(timeout=10)
        connections.close_all()


def _rounds(over: Event) -> None:
    while not over.wait(ROUND.total_seconds()):
        close_old_connections()
        try:
            one_round()
        except DatabaseError as error:  # it may come back: the next round tries again
            LOG.error("round failed: %s", type(error).__name__)
    connections.close_all()


def _connections_of_tasks() -> None:
    """A thread of the queue lives long: a connection that broke is not used for the next job."""
    queue.pre_execute(name="connections")(lambda _task: close_old_connections())
    queue.post_execute(name="connections")(lambda *_told: close_old_connections())
    queue.on_shutdown(name="connections")(connections.close_all)
