"""Messages that a person waits for, sent at once: codes, invitations, forgotten passwords.

They hold a secret, so they are not kept: neither in the database nor in a log. E-mail goes through
Django's backend (files of the outbox unless another is set); SMS are written to the outbox.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from hygie.engines.kernel.errors import HygieError

Channel = Literal["email", "sms"]
LONGEST_SUBJECT = 200


def deliver(channel: Channel, to: str, subject: str, body: str) -> None:
    """Send one message now.

    Raises
    ------
    HygieError
        If it cannot be sent, or if its address or its title would write another header.
    """
    if (
        any(ord(letter) < 32 or ord(letter) == 127 for letter in to + subject)
        or len(subject) > LONGEST_SUBJECT
    ):
        raise HygieError("Ce message n’a pas été envoyé.", why="Son adresse ou son titre n’est pas lisible.")
    try:
        if channel == "email":
            EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [to]).send()
        else:
            _to_outbox(to, body)
    except OSError as error:
        raise HygieError(
            "Le message n’a pas pu être envoyé.",
            why="Le service qui envoie les messages ne répond pas.",
            fix="Recommencez dans quelques minutes.",
        ) from error


def _to_outbox(to: str, body: str) -> None:
    folder = Path(settings.HOME) / "outbox"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{timezone.now():%Y%m%d-%H%M%S}-{uuid4().hex[:8]}.sms.txt"
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(f"À : {to}\n\n{body}\n")
