"""A folder instead of the network: what demonstrations and tests send, as files one can read."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage


def write_out(name: str, content: bytes) -> Path:
    """Write one file of the outbox whole, under its name, or not at all; only its owner reads it.

    The same name twice is one file: a message tried again after a death is not two.
    """
    folder = Path(settings.HOME) / "outbox"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    whole, part = folder / name, folder / f".{name}.{os.getpid()}"
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
        opened.write(content)
    part.replace(whole)
    return whole


class EmailBackend(BaseEmailBackend):
    """Django's back end: each e-mail is one ``.eml`` file, named by its Message-ID."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write them; how many."""
        for mail in email_messages:
            built = mail.message()
            mark = hashlib.sha256(str(built["Message-ID"]).encode()).hexdigest()[:32]
            write_out(f"courriel-{mark}.eml", built.as_bytes())
        return len(email_messages)


class OutboxSms:
    """SMS provider: each SMS is one ``.txt`` file, named by its reference."""

    def send(self, number: str, text: str, reference: str) -> None:
        """Write it."""
        write_out(f"sms-{reference}.txt", f"À : {number}\n\n{text}\n".encode())
