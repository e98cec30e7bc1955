"""Help lines at the end of messages: all of them in an e-mail, two in an SMS that calls for it."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from hygie.apps.core.messages.kinds import MessageKind
from hygie.apps.core.messages.models import Channel
from hygie.apps.core.messages.wording import for_sms
from hygie.engines.kernel.errors import HygieError
from hygie.readers.help_lines import load_help_lines, strip, strip_text

IN_SMS = ("3114", "15")
"""What an SMS has room for: somebody to talk to at any hour, and the emergency services."""


def help_text(on: date) -> str:
    """The help strip of every e-mail, as one paragraph."""
    return strip_text(load_help_lines(), on)


def help_sms(on: date) -> str:
    """The help lines of an SMS.

    Raises
    ------
    HygieError
        If one of them is no longer in force: an SMS never names a number that does not answer.
    """
    held = {line.number for line in strip(load_help_lines(), on)}
    if not set(IN_SMS) <= held:
        raise HygieError("Un numéro d’aide des SMS n’est plus en vigueur.", fix="Corrigez le catalogue.")
    return for_sms(f"Besoin d’aide ? {' ou '.join(IN_SMS)}.")


def with_help(kind: MessageKind, channel: Channel, text: str) -> str:
    """The text of a message with its help lines at the end."""
    today = timezone.localdate()
    if channel is Channel.EMAIL:
        return with_strip(text)
    return f"{text} {help_sms(today)}" if kind.help_sms else text


def with_strip(text: str) -> str:
    """The text of an e-mail with the help strip at its end, after its signature if it has one."""
    return f"{text.rstrip()}\n\n{help_text(timezone.localdate())}\n"
