"""Returned e-mails: reports of mail servers, and what strangers may send instead."""

from __future__ import annotations

from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings
from tests.apps.core.conftest import Town

from hygie.apps.core.audit.models import Decision
from hygie.apps.core.contacts import services as codes
from hygie.apps.core.messages import kinds
from hygie.apps.core.messages.addresses import Contact
from hygie.apps.core.messages.bounces import LARGEST, Outcome, Returned, read_report, take_in
from hygie.apps.core.messages.delivery import deliver
from hygie.apps.core.messages.kinds import MessageKind, Nature
from hygie.apps.core.messages.mailbox import take_in_folder
from hygie.apps.core.messages.models import Channel, Message, Recipient, State
from hygie.apps.core.messages.services import Note, send
from hygie.apps.core.messages.stopping import return_address, stop_token
from hygie.engines.kernel.errors import HygieError

EMAIL, PHONE, KIND = "camille@ville.example", "06 39 98 12 34", "test.bounced"


def report(
    identifier: UUID | str,
    *,
    status: str = "5.1.1",
    action: str = "failed",
    to: str = "",
    headers: bool = False,
) -> bytes:
    """A delivery status notification, as Postfix writes them."""
    whole = MIMEMultipart("report", report_type="delivery-status")
    whole["From"], whole["To"] = "MAILER-DAEMON@relais.example", to or "hygie@ville.example"
    whole["Message-ID"] = f"<{uuid4()}@relais.example>"
    whole.attach(MIMEText("Adresse inconnue.", "plain", "utf-8"))
    per_message, recipient = MIMEText("", "plain"), MIMEText("", "plain")
    recipient["Final-Recipient"], recipient["Action"], recipient["Status"] = f"rfc822;{EMAIL}", action, status
    told = MIMEMultipart("delivery-status")
    told.set_payload([per_message, recipient])
    whole.attach(told)
    line = f"<{identifier}@ville.example>"
    if headers:
        whole.attach(MIMEText(f"Subject: x\nMessage-ID: {line}\n", "rfc822-headers"))
    else:
        original = MIMEText("Bonjour", "plain", "utf-8")
        original["Message-ID"] = line
        whole.attach(MIMEMessage(original))
    return whole.as_bytes()


@pytest.fixture
def sent(town: Town, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Message:
    """A message that left by e-mail, for somebody who has a mobile number as well."""
    settings.HOME = tmp_path
    kind = MessageKind(KIND, "Essai", Nature.OWED, {}, body="Bonjour.", sms="Bonjour.")
    monkeypatch.setitem(kinds.MESSAGE_KINDS, KIND, kind)
    made = send(town.commune, Note(KIND, Contact(EMAIL, PHONE)))
    deliver(silent)
    made.refresh_from_db()
    assert made.state == State.SENT
    return made


def silent(progress: float, message: str = "") -> None:
    """A report nobody reads."""


@pytest.mark.parametrize("headers", [False, True])
def test_a_report_marks_the_address_and_the_other_contact_is_tried(sent: Message, headers: bool) -> None:
    assert take_in(report(sent.pk, headers=headers)) is Outcome.REFUSED
    sent.refresh_from_db()
    assert sent.state == State.BOUNCED
    assert Recipient.objects.get(key=sent.recipient_key).refused is not None
    again = Message.objects.get(after_bounce_of=sent)
    assert (again.channel, again.recipient) == (Channel.SMS, "+33639981234")
    assert Decision.objects.filter(action="message.bounce").count() == 1
    assert take_in(report(sent.pk)) is Outcome.KNOWN
    assert Message.objects.count() == 2


def test_a_refused_address_is_not_tried_again_until_it_is_proved(
    town: Town, sent: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(report(sent.pk))
    mail.outbox.clear()
    later = send(town.commune, Note(KIND, Contact(EMAIL)))
    deliver(silent)
    later.refresh_from_db()
    assert (later.state, mail.outbox) == (State.BOUNCED, [])
    marked = Recipient.objects.get(key=sent.recipient_key).refused
    monkeypatch.setattr("secrets.randbelow", lambda _most: 123456)
    contact = codes.contact_of(EMAIL)
    codes.send_code(contact)  # what somebody asks for now is always tried
    assert len(mail.outbox) == 1
    assert Recipient.objects.get(key=sent.recipient_key).refused == marked
    assert codes.verify(contact, "123456")
    last = send(town.commune, Note(KIND, Contact(EMAIL)))
    deliver(silent)
    last.refresh_from_db()
    assert last.state == State.SENT


@pytest.mark.parametrize(
    ("status", "action", "outcome"),
    [
        ("4.4.1", "delayed", Outcome.LATER),
        ("4.2.2", "failed", Outcome.LATER),
        ("5.1.1", "delayed", Outcome.LATER),
        ("2.0.0", "delivered", Outcome.LATER),
        ("", "failed", Outcome.NOT_OURS),
        ("5", "failed", Outcome.NOT_OURS),
    ],
)
def test_only_a_refusal_for_good_counts(sent: Message, status: str, action: str, outcome: Outcome) -> None:
    assert take_in(report(sent.pk, status=status, action=action)) is outcome
    sent.refresh_from_db()
    assert sent.state == State.SENT


def test_the_return_address_names_its_message_and_is_signed(sent: Message, settings: Settings) -> None:
    settings.BOUNCES_TO = "retours@ville.example"
    address = return_address(sent.pk)
    assert address.startswith("retours+")
    assert read_report(report("rien", to=address)) == Returned(sent.pk, for_good=True)
    forged = address.replace(stop_token(sent.pk)[-6:], "AAAAAA")
    assert read_report(report("rien", to=forged)) is None


@pytest.mark.usefixtures("sent")
def test_a_forged_report_about_nothing_of_ours_does_nothing() -> None:
    for raw in (report(uuid4()), report("1"), report("x" * 5_000), b"", b"bonjour", b"\xff\xfe\x00" * 40):
        assert take_in(raw) in (Outcome.NOT_OURS, Outcome.UNREADABLE)
    assert not Message.objects.filter(state=State.BOUNCED).exists()


def test_the_identifier_of_the_report_itself_is_not_believed(sent: Message) -> None:
    raw = report(uuid4()).replace(b"Message-ID: <", f"Message-ID: <{sent.pk}@x>\nX: <".encode(), 1)
    assert take_in(raw) is Outcome.NOT_OURS


def test_what_no_server_writes_is_not_read(sent: Message) -> None:
    assert take_in(report(sent.pk) + b" " * LARGEST) is Outcome.UNREADABLE
    nested = MIMEText("fond")
    for _ in range(60):
        outer = MIMEMultipart()
        outer.attach(nested)
        nested = outer  # type: ignore[assignment]  # one inside the other
    assert take_in(nested.as_bytes()) is Outcome.UNREADABLE
    wide = MIMEMultipart()
    for _ in range(200):
        wide.attach(MIMEText("x"))
    assert take_in(wide.as_bytes()) is Outcome.UNREADABLE
    strange = report(sent.pk, headers=True).replace(b'charset="us-ascii"', b'charset="klingon-8"')
    assert take_in(strange) is Outcome.REFUSED


@given(at=st.integers(0, 1_500), byte=st.integers(0, 255), cut=st.integers(0, 1_500))
def test_no_mutation_breaks_the_reader(at: int, byte: int, cut: int) -> None:
    raw = report(UUID(int=5))
    changed = raw[:at] + bytes([byte]) + raw[at + 1 : max(cut, at + 1)]
    try:
        read_report(changed)
    except ValueError:
        return


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    try:
        assert read_report(raw) is None
    except ValueError:
        return


def test_a_folder_is_read_once_and_links_are_left_alone(sent: Message, tmp_path: Path) -> None:
    box, secret = tmp_path / "Maildir", tmp_path / "secret"
    for name in ("new", "cur", "tmp"):
        (box / name).mkdir(parents=True)
    (box / "new" / "1.host").write_bytes(report(sent.pk))
    (box / "new" / "2.host").write_bytes(b"\xff")
    secret.write_bytes(report(sent.pk))
    (box / "new" / "3.host").symlink_to(secret)
    told = take_in_folder(box)
    assert told[Outcome.REFUSED] == 1
    assert sum(told.values()) == 2
    assert sorted(file.name for file in (box / "cur").iterdir()) == ["1.host:2,S", "2.host:2,S"]
    assert not take_in_folder(box)
    with pytest.raises(HygieError, match="Maildir"):
        take_in_folder(tmp_path)
