"""Two journals that are only ever added to: decisions, and readings of personal records."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Line(models.Model):
    """One entry; people and records are keyed pseudonyms, never names."""

    number = models.BigIntegerField(primary_key=True)
    month = models.CharField(max_length=7)
    at = models.CharField(max_length=32)
    actor = models.CharField(max_length=64)
    organisation = models.CharField(max_length=64)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    record = models.CharField(max_length=64)
    details = models.TextField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        abstract = True
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.number} {self.at} {self.action}"


class Decision(Line):
    """Somebody decided or changed something; written in the same transaction."""

    class Meta(Line.Meta):
        indexes: ClassVar = [models.Index(fields=["subject", "record"], name="decision_record")]


class Reading(Line):
    """Somebody read a personal record; kept in a database of its own."""

    class Meta(Line.Meta):
        indexes: ClassVar = [models.Index(fields=["subject", "record"], name="reading_record")]


class Head(models.Model):
    """End of the chain of decisions: one row, locked last in a transaction."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.number} {self.digest}"


class ReadingHead(models.Model):
    """End of the chain of readings, beside them."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.number} {self.digest}"


class Seal(models.Model):
    """A month that is over: how many lines, and the digest of its last, to publish."""

    journal = models.CharField(max_length=10, choices=[("decisions", "décisions"), ("readings", "lectures")])
    month = models.CharField(max_length=7)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    head = models.CharField(max_length=64)
    sealed = models.DateTimeField()
    removed = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["journal", "month"], name="one_seal_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.journal} {self.month}"
