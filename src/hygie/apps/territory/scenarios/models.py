"""A scenario that an organisation keeps, and links by which it is read."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from hygie.apps.core.organisations.models import Organisation

SUBJECT = "territory.scenario"
"""How grants and journals name a scenario."""


class Scenario(models.Model):
    """Changes to try, and what they did on one version of the data.

    ``steps`` follow ``live_steps.SCHEMA``; ``results`` follow ``scenarios.results`` and hold aggregates
    that may be published, nothing else. ``territory`` is the digest of the version they were computed
    on, ``data_day`` its reference date. No personal data but the author, whose account may go: the
    scenario stays.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="scenarios")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="scenarios"
    )
    name = models.CharField(max_length=120)
    steps = models.JSONField()
    results = models.JSONField(default=dict)
    territory = models.CharField(max_length=64)
    territory_name = models.CharField(max_length=160)
    data_day = models.DateField()
    created = models.DateTimeField(default=timezone.now)
    computed = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-created", "name")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "name"], name="one_scenario_a_name"),
            models.CheckConstraint(condition=~Q(name=""), name="scenario_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class ScenarioLink(models.Model):
    """A link by which anybody who holds it reads a scenario, until a day; it can be closed before."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="links")
    created = models.DateTimeField(default=timezone.now)
    until = models.DateField()
    closed = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(closed=None) | Q(closed__gte=F("created")), name="link_closed_after_made"
            )
        ]

    def __str__(self) -> str:
        return f"{self.scenario} → {self.until}"
