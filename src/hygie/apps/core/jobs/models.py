"""Work done outside a request: what was asked, how far it is, how it ended."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone

from hygie.apps.core.organisations.models import Organisation


class State(models.TextChoices):
    """Where a job stands."""

    QUEUED = "queued", "en attente"
    RUNNING = "running", "en cours"
    DONE = "done", "terminé"
    FAILED = "failed", "en échec"
    CANCELLED = "cancelled", "annulé"


class Job(models.Model):
    """One job; this row is the truth, the queue only wakes a worker up.

    ``payload`` holds identifiers, never personal data; ``progress`` goes from 0 to 1; ``error`` is a
    French sentence a person can act on.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(max_length=60)
    payload = models.JSONField(default=dict)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.CASCADE)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    progress = models.FloatField(default=0.0)
    message = models.CharField(max_length=200, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(default=timezone.now)
    created = models.DateTimeField(default=timezone.now)
    heartbeat = models.DateTimeField(null=True, blank=True)
    finished = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("-created",)
        indexes: ClassVar = [models.Index(fields=["state", "not_before"], name="job_state")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(progress__gte=0) & Q(progress__lte=1), name="progress_is_a_share"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"


class Schedule(models.Model):
    """When a repeated job ran last, so that several workers run it once."""

    name = models.CharField(primary_key=True, max_length=60)
    last = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.last:%Y-%m-%d %H:%M}"
