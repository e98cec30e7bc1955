"""A study that an organisation keeps: what was asked, on which data, what was found."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from hygie.apps.core.encryption import EncryptedTextField
from hygie.apps.core.jobs.models import Job
from hygie.apps.core.organisations.models import Organisation

SUBJECT = "territory.study"
"""How grants and journals name a study."""


class Stage(models.TextChoices):
    """Where a study stands."""

    WAITING = "waiting", "en attente"
    RUNNING = "running", "en cours de calcul"
    DONE = "done", "calculée"
    REFUSED = "refused", "sans réponse"
    CANCELLED = "cancelled", "arrêtée"


class Study(models.Model):
    """A question asked to an engine, and its answer on one version of the data.

    Attributes
    ----------
    kind
        Key of a kind of the registry.
    typed
        What was typed, field by field, as typed: lists of texts.
    result
        What the kind found, as it may be shown to whoever may read the study.
    file, file_note
        A file that was sent, cleaned by its kind to the least it needs, encrypted; and how many rows of
        it were kept and rejected.
    personal
        What was found about people one by one, encrypted; planners of the organisation alone read it.
    turn
        Raised each time it is computed again or stopped: a computation of another turn writes nothing.
    territory, data_day
        Digest and reference date of the version of the data that ``result`` was computed on.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="studies")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="studies"
    )
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    note = models.TextField(max_length=4000, blank=True)
    typed = models.JSONField(default=dict)
    file = EncryptedTextField(blank=True, default="")
    file_note = models.JSONField(default=dict)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.WAITING)
    turn = models.PositiveIntegerField(default=1)
    progress = models.FloatField(default=0.0)
    doing = models.CharField(max_length=200, blank=True)
    refusal = models.CharField(max_length=1000, blank=True)
    result = models.JSONField(default=dict)
    personal = EncryptedTextField(blank=True, default="")
    territory = models.CharField(max_length=64, blank=True)
    territory_name = models.CharField(max_length=160, blank=True)
    data_day = models.DateField(null=True, blank=True)
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL)
    created = models.DateTimeField(default=timezone.now)
    asked = models.DateTimeField(default=timezone.now)
    computed = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created", "name")
        verbose_name_plural = "studies"
        indexes: ClassVar = [models.Index(fields=["organisation", "-created"], name="study_of_organisation")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name=""), name="study_has_a_name"),
            models.CheckConstraint(
                condition=Q(progress__gte=0) & Q(progress__lte=1), name="study_progress_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"

    @property
    def live(self) -> bool:
        """Whether it waits or is being computed."""
        return self.stage in (Stage.WAITING, Stage.RUNNING)
