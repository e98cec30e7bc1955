"""Invitations: a role that waits for somebody to choose a password."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from hygie.apps.core.encryption import EncryptedTextField
from hygie.apps.core.organisations.models import Organisation
from hygie.apps.core.organisations.roles import Role


class Invitation(models.Model):
    """A role offered to an address by a link that serves once.

    ``mark`` is a keyed digest of the address; ``digest`` that of the link's secret, which is kept
    nowhere. ``by`` is empty when the operator invited from the command line.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    email = EncryptedTextField()
    name = EncryptedTextField()
    mark = models.CharField(max_length=64, db_index=True)
    digest = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=20, choices=Role)
    schemes = models.JSONField(default=list, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    order_number = models.CharField(max_length=60, blank=True)
    order_date = models.DateField(null=True, blank=True)
    created = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True, blank=True)
    cancelled = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created",)
        indexes: ClassVar = [models.Index(fields=["expires"], name="invitation_expires")]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.organisation}"

    def waits(self, at: datetime) -> bool:
        """Whether it can still be accepted."""
        return self.used is None and self.cancelled is None and at < self.expires
