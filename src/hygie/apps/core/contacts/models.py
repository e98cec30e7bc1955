"""Codes sent to a contact, until used or too old."""

from __future__ import annotations

from django.db import models


class ContactCode(models.Model):
    """The last code sent to one contact; the contact and the code are keyed digests."""

    mark = models.CharField(max_length=64, primary_key=True)
    digest = models.CharField(max_length=64)
    expires = models.DateTimeField(db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.mark[:8]
