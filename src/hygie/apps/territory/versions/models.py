"""Versions of the data that were imported, and which was shown when."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone

from hygie.apps.core.jobs.models import Job


class Stage(models.TextChoices):
    """Where a version stands."""

    WAITING = "waiting", "en attente"
    READY = "ready", "prête"
    REFUSED = "refused", "refusée"
    REMOVED = "removed", "retirée"


class TerritoryVersion(models.Model):
    """One version of the territory's data on this instance; there is one territory for all.

    ``folder`` is its name under ``HOME/territories``, empty until it is ready. ``digest`` names its
    content. ``accounts`` sums up what was read: one object a file with ``title``, ``vintage``,
    ``read``, ``kept``, ``rejected``. No personal data but who imported it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.WAITING)
    folder = models.CharField(max_length=120, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    code = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=160, blank=True)
    data_day = models.DateField(null=True, blank=True)
    people = models.FloatField(default=0.0)
    places = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    accounts = models.JSONField(default=list)
    refusal = models.CharField(max_length=500, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-created",)

    def __str__(self) -> str:
        return f"{self.name or self.pk} {self.stage}"


class TerritorySwitch(models.Model):
    """A version became the one that is shown; history of the data behind every figure of the site."""

    version = models.ForeignKey(TerritoryVersion, on_delete=models.PROTECT, related_name="switches")
    at = models.DateTimeField(default=timezone.now)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.version}"
