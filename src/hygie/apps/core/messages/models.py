"""Messages to people, contacts that want no more of them, and the words an organisation chose."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from hygie.apps.core.encryption import EncryptedTextField
from hygie.apps.core.organisations.models import Organisation


class Channel(models.TextChoices):
    """How a message goes."""

    EMAIL = "email", "courriel"
    SMS = "sms", "SMS"


class State(models.TextChoices):
    """Where a message stands."""

    QUEUED = "queued", "en attente"
    SENDING = "sending", "en cours d’envoi"
    SENT = "sent", "envoyé"
    FAILED = "failed", "en échec"
    BOUNCED = "bounced", "adresse refusée"
    STOPPED = "stopped", "non envoyé"
    CANCELLED = "cancelled", "annulé"


class Message(models.Model):
    """One message to one contact.

    Who receives it and what it says are encrypted, and erased after a delay (``forgotten``); the rest
    stays, to show that somebody was told, and when. ``recipient_key`` is a keyed pseudonym of the
    contact: two messages to one contact can be told without knowing it. ``other`` is the same person's
    contact on the other channel and ``other_body`` what it would say there: used once, if this one is
    refused. ``subject`` is that of the e-mail, whichever channel comes first. ``about`` and ``record``
    name what the message is about (``directory.entry``, its identifier), so that it can be cancelled
    once done. ``once`` makes asking twice harmless. ``claimed`` says since when a worker holds it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=60)
    channel = models.CharField(max_length=10, choices=Channel)
    recipient = EncryptedTextField(blank=True)
    recipient_key = models.CharField(max_length=64)
    other = EncryptedTextField(blank=True)
    other_body = EncryptedTextField(blank=True)
    subject = models.CharField(max_length=120, blank=True)
    body = EncryptedTextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    error = models.CharField(max_length=200, blank=True)
    about = models.CharField(max_length=60, blank=True)
    record = models.CharField(max_length=64, blank=True)
    once = models.CharField(max_length=120, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    created = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(default=timezone.now)
    claimed = models.DateTimeField(null=True, blank=True)
    finished = models.DateTimeField(null=True, blank=True)
    forgotten = models.DateTimeField(null=True, blank=True)
    after_bounce_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="resent_as"
    )

    class Meta:
        ordering = ("-created",)
        indexes: ClassVar = [
            models.Index(fields=["state", "not_before"], name="message_due"),
            models.Index(fields=["recipient_key", "kind", "claimed"], name="message_recipient"),
            models.Index(fields=["about", "record"], name="message_about"),
            models.Index(fields=["organisation", "-created"], name="message_latest"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "once"], condition=~Q(once=""), name="message_asked_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class Recipient(models.Model):
    """One contact, by its pseudonym; this row is locked while what it received is counted.

    ``refused`` is when its address or its number was last refused for good.
    """

    key = models.CharField(primary_key=True, max_length=64)
    counted = models.DateTimeField()
    refused = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.key[:8]


class Stop(models.Model):
    """A contact that wants no more reminders of a kind, or none at all when ``kind`` is empty.

    It is the will of a person, not the record of an organisation: it holds for the whole instance.
    """

    recipient_key = models.CharField(max_length=64)
    kind = models.CharField(max_length=60, blank=True)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["recipient_key", "kind"], name="stopped_once_a_kind")
        ]

    def __str__(self) -> str:
        return f"{self.recipient_key[:8]} {self.kind or '*'}"


class Wording(models.Model):
    """The words an organisation chose for one kind of message, instead of ours."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="wordings")
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=120, blank=True)
    body = models.TextField(blank=True)
    sms = models.TextField(blank=True)
    changed = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "kind"], name="one_wording_a_kind")
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.kind}"
