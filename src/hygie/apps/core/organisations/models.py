"""Who holds records, who belongs to them, and what one shares with another."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from hygie.apps.core.organisations.roles import Kind, Role


class Organisation(models.Model):
    """A commune, a CCAS, a hospital, an association… Every record belongs to one.

    ``hosts`` is true for the one that runs the instance and may add others.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    slug = models.SlugField(unique=True, max_length=60)
    name = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    hosts = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("name",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hosts"], condition=Q(hosts=True), name="one_organisation_hosts")
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A role of a person in an organisation, from a day to a day, both included.

    ``schemes`` are the keys of the schemes an agent works for; empty means none for an agent, and is
    not read for other roles. A delegate who decides has the number and the day of the order.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    schemes = models.JSONField(default=list, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    order_number = models.CharField(max_length=60, blank=True)
    order_date = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "organisation", "role"], name="one_membership_a_role"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="membership_dates_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.DECIDER) | (~Q(order_number="") & Q(order_date__isnull=False)),
                name="decider_has_an_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.organisation}"

    def in_force(self, on: date) -> bool:
        """Whether the role is held on a day."""
        return self.since <= on and (self.until is None or on <= self.until)


class Level(models.TextChoices):
    """How far a grant goes."""

    READ = "read", "lecture"
    WRITE = "write", "lecture et écriture"


class Grant(models.Model):
    """A record that its organisation lets another one read or write, until a day.

    ``subject`` names the kind of record (``directory.entry``) and ``record`` its identifier.
    """

    owner = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="given")
    receiver = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="received")
    subject = models.CharField(max_length=60)
    record = models.CharField(max_length=60)
    level = models.CharField(max_length=10, choices=Level, default=Level.READ)
    until = models.DateField(null=True, blank=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["receiver", "subject", "record"], name="one_grant_a_receiver"),
            models.CheckConstraint(condition=~Q(owner=F("receiver")), name="no_grant_to_oneself"),
        ]

    def __str__(self) -> str:
        return f"{self.owner} → {self.receiver} : {self.subject} {self.record}"
