"""The link that stops reminders: a signature and nothing else, no account, no date of end.

It is signed with the key of the pseudonyms and not with the secret key: an old reminder must stay
stoppable after the sessions were closed.
"""

from __future__ import annotations

import base64
import binascii
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from hygie.apps.core.messages.kinds import MessageKind, Nature
from hygie.apps.core.messages.models import Channel

_SIGNED = 12
"""Bytes of the signature: 96 bits, short enough for an SMS."""


def stop_token(message: UUID) -> str:
    """Token of one message: its identifier, signed; 38 characters that go in an address."""
    signed = message.bytes + _signature(message.bytes)
    return base64.urlsafe_b64encode(signed).decode("ascii").rstrip("=")


def message_of(token: str) -> UUID | None:
    """The message of a token; None when it is not one of ours."""
    try:
        found = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (UnicodeEncodeError, binascii.Error):
        return None
    if len(found) != 16 + _SIGNED or not constant_time_compare(found[16:], _signature(found[:16])):
        return None
    return UUID(bytes=found[:16])


def stop_address(message: UUID) -> str:
    """Whole address of the page that stops the reminders."""
    return settings.SITE_ADDRESS + reverse("stop_messages", args=[stop_token(message)])


def return_address(message: UUID) -> str:
    """Where a message comes back when it is refused (``retours+token@ville.fr``); empty where none is set.

    The token is that of the link, signed: what comes back names its message, and nobody can invent one.
    """
    name, _, domain = settings.BOUNCES_TO.rpartition("@")
    return f"{name}+{stop_token(message)}@{domain}" if name else ""


def with_stop(kind: MessageKind, channel: Channel, text: str, message: UUID) -> str:
    """The text of a reminder with its link at the end; that of other messages as it is."""
    if kind.nature is not Nature.REMINDER:
        return text
    address = stop_address(message)
    if channel is Channel.SMS:
        return f"{text} Stop : {address}"
    return f"{text}\n-- \nPour ne plus recevoir ces rappels\u00a0:\n{address}\n"


def _signature(message: bytes) -> bytes:
    return salted_hmac(
        "hygie.messages.stop", message, secret=settings.PSEUDONYM_KEY, algorithm="sha256"
    ).digest()[:_SIGNED]
