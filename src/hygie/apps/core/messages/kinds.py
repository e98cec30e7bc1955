"""Kinds of messages, declared beside the code that sends them.

A subject and an SMS are read on a locked screen, by whoever passes: by default they say nothing but
who writes. What a message is about stands in its body, or behind its link.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

NEUTRAL = "Un message {{ de_qui }}"
"""Subject of every kind that does not choose another."""

SIGNATURE = {
    "organisation": "Ville de Clairval",
    "de_qui": "de la Ville de Clairval",
}
"""Variables of every kind, with examples; they are filled in by the service."""


class Nature(StrEnum):
    """What a message is for the person who receives it, hence what limits it.

    ``ASKED``: they asked for it a moment ago (a code): it goes at any hour. ``OWED``: it is owed to them
    (an answer, an invitation): quiet hours hold, and it cannot be stopped. ``REMINDER``: quiet hours, a
    cap, a link that stops it.
    """

    ASKED = "asked"
    OWED = "owed"
    REMINDER = "reminder"


@dataclass(frozen=True, slots=True)
class Cap:
    """At most ``count`` messages of one kind to one contact in any ``period``."""

    count: int
    period: timedelta


@dataclass(frozen=True, slots=True)
class MessageKind:
    """One kind of message.

    Attributes
    ----------
    name
        ``directory.confirm``: the app, then what the message asks.
    title
        Name for the people who set it, in French.
    nature
        What limits it.
    variables
        Names its words may use, each with an invented example for the preview.
    body, sms
        Words by e-mail and by SMS; a kind without ``sms`` only goes by e-mail, and the reverse.
    subject
        Of the e-mail.
    cap
        For reminders only; None for the usual one, of the catalogue (``policies.cap_of``).
    help_sms
        Whether an SMS of this kind ends with help lines: for those about how somebody feels. An e-mail
        always carries them all; an SMS is short, and one about an appointment that names a suicide line
        would tell, or frighten, whoever reads the screen.
    """

    name: str
    title: str
    nature: Nature
    variables: Mapping[str, str]
    body: str = ""
    sms: str = ""
    subject: str = NEUTRAL
    cap: Cap | None = None
    help_sms: bool = False

    @property
    def examples(self) -> dict[str, str]:
        """Every variable with its example."""
        return {**SIGNATURE, **self.variables}


MESSAGE_KINDS: dict[str, MessageKind] = {}


def message_kind(kind: MessageKind) -> MessageKind:
    """Declare a kind of message.

    Raises
    ------
    ValueError
        If another kind has this name, or it says nothing on any channel.
    """
    if MESSAGE_KINDS.get(kind.name, kind) != kind:
        raise ValueError(f"two kinds of messages are named {kind.name!r}")
    if not kind.body and not kind.sms:
        raise ValueError(f"{kind.name} has neither a body nor an SMS")
    MESSAGE_KINDS[kind.name] = kind
    return kind


TRIAL = message_kind(
    MessageKind(
        "messages.trial",
        "Message d’essai",
        Nature.ASKED,
        {"lien": "https://hygie.clairval.example/"},
        body=(
            "Bonjour,\n\n"
            "Vous avez demandé ce message pour essayer les envois de Hygie. "
            "Si vous le lisez, ils marchent.\n\n"
            "{{ lien }}\n"
        ),
        sms="{{ organisation }} : message d’essai demandé dans Hygie. {{ lien }}",
    )
)
