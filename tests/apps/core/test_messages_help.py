"""Help lines at the end of messages, and quiet hours by place."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from django.core import mail
from pytest_django import Settings
from tests.apps.core.conftest import Town

from hygie.apps.core.contacts.services import contact_of, send_code
from hygie.apps.core.messages.addresses import Contact
from hygie.apps.core.messages.delivery import deliver
from hygie.apps.core.messages.helping import help_sms, help_text, with_help
from hygie.apps.core.messages.kinds import MESSAGE_KINDS, MessageKind, Nature
from hygie.apps.core.messages.models import Channel
from hygie.apps.core.messages.policies import goes_at
from hygie.apps.core.messages.services import Note, send
from hygie.apps.core.messages.stopping import with_stop
from hygie.apps.core.messages.wording import sms_parts
from hygie.apps.core.public import town as towns

DAY = date(2026, 11, 24)
SMS = MessageKind("test.help", "Essai", Nature.OWED, {}, sms="Votre rendez-vous est demain.")
FEELING = MessageKind("test.feeling", "Essai", Nature.REMINDER, {}, sms="Un message.", help_sms=True)


def test_every_email_ends_with_every_help_line(
    town: Town, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HOME = tmp_path
    kind = MessageKind("test.letter", "Essai", Nature.REMINDER, {}, body="Bonjour.")
    monkeypatch.setitem(MESSAGE_KINDS, kind.name, kind)
    send(town.commune, Note(kind.name, Contact("camille@ville.example")))
    deliver(lambda progress, message="": None)
    send_code(contact_of("camille@ville.example"))
    assert len(mail.outbox) == 2
    for written in mail.outbox:
        last = str(written.body).rstrip().splitlines()[-1]
        for number in ("15", "112", "114 (SMS)", "3114", "3919", "119"):
            assert f"{number}\u00a0:" in last
    assert "Pour ne plus recevoir ces rappels" in str(mail.outbox[0].body)


def test_an_sms_carries_help_only_where_its_kind_calls_for_it() -> None:
    assert with_help(SMS, Channel.SMS, SMS.sms) == SMS.sms
    text = with_help(FEELING, Channel.SMS, with_stop(FEELING, Channel.SMS, FEELING.sms, uuid4()))
    assert text.endswith("Besoin d'aide ? 3114 ou 15.")
    assert sms_parts(text) <= 3
    assert help_sms(DAY).isascii()
    assert "3919" in help_text(DAY)


@pytest.mark.parametrize(
    ("departement", "wanted", "hour"),
    [
        ("", "2026-12-26T10:00:00+00:00", "2026-12-26T10:00:00+00:00"),
        ("67", "2026-12-26T10:00:00+00:00", "2026-12-28T07:00:00+00:00"),
        ("974", "2026-11-24T17:00:00+00:00", "2026-11-25T04:00:00+00:00"),
        ("971", "2026-11-24T20:00:00+00:00", "2026-11-24T20:00:00+00:00"),
    ],
)
def test_quiet_hours_are_those_of_the_place(
    monkeypatch: pytest.MonkeyPatch, departement: str, wanted: str, hour: str
) -> None:
    """26 December is a holiday in Strasbourg; 17 h UTC is 21 h in Saint-Denis, 20 h is 16 h in Guadeloupe."""
    monkeypatch.setattr(towns, "_readers", [lambda: towns.Town("Essai", True, departement)])
    assert goes_at(SMS, Channel.SMS, datetime.fromisoformat(wanted)) == datetime.fromisoformat(hour)
