"""Messages queued with a transaction, sent once, limited, written to the other channel after a bounce."""

from __future__ import annotations

import logging
import smtplib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
from tests.apps.core.conftest import Town

from hygie.apps.core.audit.models import Decision
from hygie.apps.core.jobs.models import Job
from hygie.apps.core.messages import delivery, services, transports
from hygie.apps.core.messages.addresses import BadContactError, Contact
from hygie.apps.core.messages.kinds import MESSAGE_KINDS, Cap, MessageKind, Nature, message_kind
from hygie.apps.core.messages.models import Channel, Message, State, Stop
from hygie.apps.core.messages.policies import end_of_quiet, goes_at
from hygie.apps.core.messages.selectors import draft_of, latest_messages, message, messages_by_state
from hygie.apps.core.messages.services import Note, cancel_for, send
from hygie.apps.core.messages.stopping import message_of, stop_token
from hygie.apps.core.messages.wording import Draft, WordingError
from hygie.apps.core.organisations.permissions import RefusedError
from hygie.apps.core.organisations.roles import Role
from hygie.apps.core.practice import practice
from hygie.readers.calendars import french_public_holidays

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
EMAIL, PHONE = "camille@ville.example", "06 39 98 12 34"
WORKING = datetime(2026, 11, 24, 10, 0, tzinfo=PARIS)
REMINDER, OWED, ASKED = "test.reminder", "test.owed", "test.asked"


def silent(progress: float, message: str = "") -> None:
    """A report nobody reads."""


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    for name, nature in ((REMINDER, Nature.REMINDER), (OWED, Nature.OWED), (ASKED, Nature.ASKED)):
        monkeypatch.delitem(MESSAGE_KINDS, name, raising=False)
        cap = Cap(2, timedelta(days=30))
        body, sms = "Bonjour {{ prenom }}.\n", "Bonjour {{ prenom }}."
        kind = MessageKind(name, name, nature, {"prenom": "Camille"}, body=body, sms=sms, cap=cap)
        monkeypatch.setitem(MESSAGE_KINDS, name, kind)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The time, which tests move; a Tuesday at ten."""
    now = [WORKING]
    monkeypatch.setattr(timezone, "now", lambda: now[0].astimezone(UTC))
    return now


def note(kind: str = OWED, *, email: str = EMAIL, phone: str = "", once: str = "", record: str = "") -> Note:
    prefers = Channel.EMAIL if email else Channel.SMS
    about = "test.thing" if record else ""
    return Note(kind, Contact(email, phone, prefers), {"prenom": "Camille"}, about, record, once)


def state(sent: Message) -> str:
    sent.refresh_from_db()
    return sent.state


def texts(folder: Path) -> list[str]:
    return [file.read_text(encoding="utf-8") for file in sorted((folder / "outbox").glob("sms-*.txt"))]


def test_a_message_leaves_after_the_commit_and_not_without_it(
    town: Town, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        kept = send(town.commune, note())
        assert mail.outbox == []
    assert state(kept) == State.SENT
    written = mail.outbox[0]
    assert (written.to, written.subject) == ([EMAIL], "Un message de la Ville d’essai")
    assert "Bonjour Camille." in written.body
    assert str(kept.pk) in str(written.message()["Message-ID"])

    def undone() -> None:
        with transaction.atomic():
            send(town.commune, note())
            raise RuntimeError

    with django_capture_on_commit_callbacks(execute=True) as asked, pytest.raises(RuntimeError):
        undone()
    assert asked == []
    assert Message.objects.count() == 1


def test_neither_contact_nor_words_lie_in_the_database(town: Town) -> None:
    made = send(town.commune, note(phone=PHONE))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM core_message")
        row = repr(cursor.fetchall())
    for secret in (EMAIL, "camille", "639981234", "Bonjour"):
        assert secret not in row
    assert (made.other, made.other_body) == ("+33639981234", "Bonjour Camille.")


def test_the_same_key_sends_once(town: Town) -> None:
    first = send(town.commune, note(once="reminder:7"))
    assert send(town.commune, note(once="reminder:7")).pk == first.pk
    assert send(town.association, note(once="reminder:7")).pk != first.pk
    assert send(town.commune, note()).pk != send(town.commune, note()).pk
    assert Message.objects.count() == 4


def test_a_kind_takes_its_own_variables_and_channels(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="takes"):
        send(town.commune, Note(OWED, Contact(EMAIL), {"nom": "x"}))
    with pytest.raises(KeyError):
        send(town.commune, Note("test.none", Contact(EMAIL)))
    for bad in (Contact("a@b.fr\r\nBcc: c@d.fr"), Contact(phone="0112345678"), Contact()):
        with pytest.raises(BadContactError):
            send(town.commune, Note(OWED, bad, {"prenom": "x"}))
    for value in ("x" * 3000, "\x1b[2J", "a\u202eb"):
        with pytest.raises(WordingError):
            send(town.commune, Note(OWED, Contact(EMAIL), {"prenom": value}))
    monkeypatch.setitem(
        MESSAGE_KINDS, "test.letter", MessageKind("test.letter", "x", Nature.OWED, {}, body="x")
    )
    with pytest.raises(BadContactError):
        send(town.commune, Note("test.letter", Contact(phone=PHONE)))
    both = send(town.commune, Note("test.letter", Contact(EMAIL, PHONE, Channel.SMS)))
    assert (both.channel, both.other) == (Channel.EMAIL, "")
    assert Message.objects.count() == 1


QUIET = [  # local moment, when an SMS goes; written by hand from the calendar of 2026
    ("2026-11-24 10:00", "2026-11-24 10:00"),  # Tuesday
    ("2026-11-24 07:59", "2026-11-24 08:00"),
    ("2026-11-24 08:00", "2026-11-24 08:00"),
    ("2026-11-24 19:59", "2026-11-24 19:59"),
    ("2026-11-24 20:00", "2026-11-25 08:00"),
    ("2026-11-24 00:00", "2026-11-24 08:00"),
    ("2026-11-28 19:00", "2026-11-28 19:00"),  # Saturday
    ("2026-11-28 20:30", "2026-11-30 08:00"),  # Saturday night, over Sunday
    ("2026-11-29 10:00", "2026-11-30 08:00"),  # Sunday
    ("2026-12-25 10:00", "2026-12-26 08:00"),  # Christmas, a Friday
    ("2026-12-31 21:00", "2027-01-02 08:00"),  # New Year's day, another year
    ("2026-05-08 09:00", "2026-05-09 08:00"),  # 8 May, a Friday
    ("2026-04-04 22:00", "2026-04-07 08:00"),  # Easter: Sunday then Monday
    ("2026-03-29 02:30", "2026-03-30 08:00"),  # Sunday when clocks change
    ("2026-07-13 20:00", "2026-07-15 08:00"),  # 14 July
]


@pytest.mark.parametrize(("asked", "goes"), QUIET)
def test_quiet_hours(asked: str, goes: str) -> None:
    local = datetime.fromisoformat(asked).replace(tzinfo=PARIS)
    expected = datetime.fromisoformat(goes).replace(tzinfo=PARIS)
    assert end_of_quiet(local, french_public_holidays((2026, 2027))) == expected
    assert goes_at(MESSAGE_KINDS[OWED], Channel.SMS, local.astimezone(UTC)) == expected
    assert goes_at(MESSAGE_KINDS[OWED], Channel.EMAIL, local) == local
    assert goes_at(MESSAGE_KINDS[ASKED], Channel.SMS, local) == local


def test_an_sms_of_the_night_waits_for_the_morning(town: Town, clock: list[datetime], tmp_path: Path) -> None:
    clock[0] = WORKING.replace(hour=22)
    made = send(town.commune, note(email="", phone=PHONE))
    asked = send(town.commune, note(ASKED, email="", phone=PHONE))
    delivery.deliver(silent)
    assert (state(made), state(asked)) == (State.QUEUED, State.SENT)
    clock[0] = datetime(2026, 11, 25, 8, 0, 1, tzinfo=PARIS)
    delivery.deliver(silent)
    assert state(made) == State.SENT
    assert texts(tmp_path)[0].startswith("À : +33639981234\n\nBonjour Camille.")


def test_a_message_queued_by_day_and_taken_at_night_waits(town: Town, clock: list[datetime]) -> None:
    made = send(town.commune, note(email="", phone=PHONE))
    clock[0] = WORKING.replace(hour=21)
    delivery.deliver(silent)
    assert state(made) == State.QUEUED
    assert made.not_before == datetime(2026, 11, 25, 8, tzinfo=PARIS)


def test_reminders_are_capped_by_contact_and_kind(town: Town, clock: list[datetime]) -> None:
    made = [send(town.commune, note(REMINDER)) for _ in range(3)]
    other = send(town.commune, note(REMINDER, email="autre@ville.example"))
    owed = [send(town.commune, note(OWED)) for _ in range(3)]
    delivery.deliver(silent)
    assert sorted(state(m) for m in made) == [State.SENT, State.SENT, State.STOPPED]
    assert {state(other), *(state(m) for m in owed)} == {State.SENT}
    stopped = Message.objects.get(state=State.STOPPED)
    assert "plafond" in stopped.error
    clock[0] = WORKING + timedelta(days=30, minutes=1)
    later = send(town.commune, note(REMINDER))
    delivery.deliver(silent)
    assert state(later) == State.SENT


def test_a_person_who_stops_is_written_to_no_more_but_for_what_is_owed(town: Town) -> None:
    first = send(town.commune, note(REMINDER))
    services.stop(first, everything=False)
    services.stop(first, everything=False)
    owed = send(town.commune, note(OWED))
    delivery.deliver(silent)
    assert (state(first), state(owed)) == (State.STOPPED, State.SENT)
    assert Stop.objects.count() == 1
    services.start_again(first)
    again = send(town.commune, note(REMINDER))
    delivery.deliver(silent)
    assert state(again) == State.SENT
    services.stop(first, everything=True)
    last = send(town.association, note(REMINDER))
    delivery.deliver(silent)
    assert state(last) == State.STOPPED
    assert Decision.objects.filter(action="message.stop").count() == 3


def test_a_reminder_carries_its_stop_link_and_only_a_reminder(
    town: Town, clock: list[datetime], tmp_path: Path
) -> None:
    made = send(town.commune, note(REMINDER))
    sms = send(town.commune, note(REMINDER, email="", phone=PHONE))
    send(town.commune, note(OWED))
    delivery.deliver(silent)
    reminder = next(m for m in mail.outbox if str(made.pk) in str(m.message()["Message-ID"]))
    link = f"http://127.0.0.1:8000/m/{stop_token(made.pk)}"
    assert link in reminder.body
    assert reminder.message()["List-Unsubscribe"] == f"<{link}>"
    assert reminder.message()["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert texts(tmp_path)[0].strip().endswith(f"Stop : http://127.0.0.1:8000/m/{stop_token(sms.pk)}")
    assert sum("/m/" in m.body for m in mail.outbox) == 1
    assert EMAIL not in link


def test_a_stop_link_is_signed(town: Town) -> None:
    made = send(town.commune, note(REMINDER))
    token = stop_token(made.pk)
    assert message_of(token) == made.pk
    for rank in range(len(token) - 1):
        swapped = "A" if token[rank] != "A" else "B"
        assert message_of(token[:rank] + swapped + token[rank + 1 :]) is None
    for wrong in ("", "x", token[:-4], token + "AAAA", "é", "../../etc", "=" * 8):
        assert message_of(wrong) is None


def test_what_is_done_is_reminded_no_more(town: Town) -> None:
    mine = send(town.commune, note(REMINDER, record="7"))
    others = [
        send(town.commune, note(REMINDER, record="8")),
        send(town.association, note(REMINDER, record="7")),
        send(town.commune, note(OWED, record="7")),
    ]
    assert cancel_for(town.commune, "test.thing", "7", kind=REMINDER) == 1
    delivery.deliver(silent)
    assert state(mine) == State.CANCELLED
    assert {state(m) for m in others} == {State.SENT}
    assert cancel_for(town.commune, "test.thing", "7") == 0


def test_a_refused_address_is_written_to_once_on_the_other_channel(
    town: Town, clock: list[datetime], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(*_values: object, **_named: object) -> None:
        raise transports.RefusedAddressError("5xx")

    monkeypatch.setattr(delivery, "send_email", refuse)
    made = send(town.commune, note(phone=PHONE))
    alone = send(town.commune, note())
    delivery.deliver(silent)
    delivery.deliver(silent)
    assert (state(made), state(alone)) == (State.BOUNCED, State.BOUNCED)
    again = Message.objects.get(after_bounce_of=made)
    assert (again.state, again.channel, again.other) == (State.SENT, Channel.SMS, "")
    assert len(texts(tmp_path)) == 1
    assert services.bounced(made.pk) is None
    assert services.bounced(again.pk) is None
    assert Message.objects.count() == 3


def test_a_bounce_of_the_night_waits_for_the_morning(town: Town, clock: list[datetime]) -> None:
    made = send(town.commune, note(phone=PHONE))
    delivery.deliver(silent)
    clock[0] = WORKING.replace(hour=23)
    other = services.bounced(made.pk)
    assert other is not None
    assert other.not_before == datetime(2026, 11, 25, 8, tzinfo=PARIS)


def test_a_server_that_does_not_answer_is_tried_again_then_given_up(
    town: Town, clock: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_values: object, **_named: object) -> None:
        raise transports.NotNowError("ConnectionRefusedError")

    monkeypatch.setattr(delivery, "send_email", away)
    made = send(town.commune, note())
    waits = []
    for _ in range(5):
        delivery.deliver(silent)
        delivery.deliver(silent)
        if state(made) != State.QUEUED:
            break
        waits.append(made.not_before - clock[0])
        clock[0] = made.not_before.astimezone(PARIS)
    assert waits == [timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6)]
    assert (made.state, made.tries) == (State.FAILED, 5)
    assert EMAIL not in made.error
    viewer = town.viewer(Role.COORDINATOR)
    monkeypatch.undo()
    assert services.resend(viewer, made)
    assert not services.resend(viewer, made)
    delivery.deliver_one(made.pk)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (smtplib.SMTPRecipientsRefused({EMAIL: (550, b"no such user")}), transports.RefusedAddressError),
        (smtplib.SMTPRecipientsRefused({EMAIL: (450, b"greylisted")}), transports.NotNowError),
        (smtplib.SMTPServerDisconnected("gone " + EMAIL), transports.NotNowError),
        (ConnectionRefusedError(), transports.NotNowError),
        (TimeoutError(), transports.NotNowError),
    ],
)
def test_what_a_mail_server_says(
    monkeypatch: pytest.MonkeyPatch, error: Exception, expected: type[Exception]
) -> None:
    def fail(_self: object) -> int:
        raise error

    monkeypatch.setattr(mail.EmailMessage, "send", fail)
    with pytest.raises(expected) as raised:
        transports.send_email(EMAIL, "Un message", "texte", {})
    assert EMAIL not in str(raised.value)


def test_a_header_cannot_be_written_by_what_comes_in() -> None:
    with pytest.raises(ValueError, match="newline"):
        transports.send_email(EMAIL, "Un message\r\nBcc: x@y.fr", "texte", {})


def test_what_a_dead_worker_held_goes_out_under_the_same_reference(town: Town, clock: list[datetime]) -> None:
    made = send(town.commune, note())
    Message.objects.filter(pk=made.pk).update(state=State.SENDING, claimed=clock[0], tries=1)
    delivery.deliver(silent)
    assert state(made) == State.SENDING
    clock[0] += timedelta(minutes=11)
    delivery.deliver(silent)
    assert (state(made), made.tries) == (State.SENT, 2)


def test_an_unknown_kind_and_an_unreadable_message_fail_in_words(town: Town, settings: Settings) -> None:
    unknown, unreadable = send(town.commune, note()), send(town.commune, note())
    Message.objects.filter(pk=unknown.pk).update(kind="test.gone")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_message SET body = 'abc' WHERE kind <> 'test.gone'")
    delivery.deliver(silent)
    found = dict(Message.objects.values_list("pk", "error"))
    assert "version" in found[unknown.pk]
    assert "clé" in found[unreadable.pk]
    assert set(Message.objects.values_list("state", flat=True)) == {State.FAILED}


def test_old_messages_lose_whom_and_what_but_not_that_they_were_sent(
    town: Town, clock: list[datetime]
) -> None:
    old, code = send(town.commune, note(phone=PHONE)), send(town.commune, note(ASKED))
    delivery.deliver(silent)
    waiting = send(town.commune, note())
    clock[0] += timedelta(days=1, minutes=1)
    delivery.forget(silent)
    assert state(code) == State.SENT
    assert (code.recipient, code.body) == ("", "")
    assert state(old)
    assert old.recipient == EMAIL
    clock[0] += practice().messages.kept
    recent = send(town.commune, note())
    delivery.forget(silent)
    old.refresh_from_db()
    assert (old.recipient, old.other, old.body, old.other_body) == ("", "", "", "")
    assert (old.state, old.forgotten) == (State.SENT, clock[0])
    for kept in (waiting, recent):
        kept.refresh_from_db()
        assert kept.recipient == EMAIL


def test_words_of_an_organisation(town: Town) -> None:
    kind = MESSAGE_KINDS[OWED]
    mine = town.viewer(Role.COORDINATOR)
    services.choose_words(mine, kind, Draft(body="Cher ou chère {{ prenom }},\n"))
    assert send(town.commune, note()).body == "Cher ou chère Camille,\n"
    assert send(town.association, note()).body == "Bonjour Camille.\n"
    with pytest.raises(WordingError):
        services.choose_words(mine, kind, Draft(subject="Votre vaccin"))
    for stranger in (town.viewer(Role.AGENT), town.viewer(Role.DPO), town.viewer(Role.ELECTED)):
        with pytest.raises(RefusedError):
            services.choose_words(stranger, kind, Draft())
    services.choose_words(mine, kind, Draft())
    assert draft_of(town.commune, OWED) == Draft()
    assert Decision.objects.filter(action="message.words").count() == 2


def test_only_managers_of_the_organisation_act_on_its_messages(town: Town) -> None:
    made = send(town.commune, note())
    for stranger in (town.outsider, town.viewer(Role.AGENT), town.viewer(Role.PARTNER)):
        for act in (services.cancel, services.resend, services.report_bounce):
            with pytest.raises(RefusedError):
                act(stranger, made)
    assert message(town.association, made.pk) is None
    assert list(latest_messages(town.association)) == []
    assert messages_by_state(town.commune)[State.QUEUED] == 1
    assert services.cancel(town.viewer(Role.COORDINATOR), made)
    assert not services.cancel(town.viewer(Role.COORDINATOR), made)
    assert state(made) == State.CANCELLED


def test_the_next_delivery_is_asked_for_when_something_waits(
    town: Town, clock: list[datetime], settings: Settings
) -> None:
    settings.JOBS_AT_ONCE = False
    later = clock[0] + timedelta(hours=2)
    send(town.commune, Note(OWED, Contact(EMAIL), {"prenom": "x"}, not_before=later))
    delivery.deliver(silent)
    delivery.deliver(silent)
    assert [job.not_before for job in Job.objects.all()] == [later + timedelta(seconds=1)]


def test_nothing_of_a_message_is_logged(
    town: Town, clock: list[datetime], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_values: object, **_named: object) -> None:
        raise transports.NotNowError("TimeoutError")

    monkeypatch.setattr(delivery, "send_email", away)
    monkeypatch.setattr(logging.getLogger("hygie"), "propagate", True)
    send(town.commune, note())
    with caplog.at_level("DEBUG"):
        delivery.deliver(silent)
    assert "TimeoutError" in caplog.text
    for secret in (EMAIL, "Camille", "Bonjour"):
        assert secret not in caplog.text


def test_the_outbox_is_readable_and_keeps_one_file_a_message(settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "hygie.apps.core.messages.outbox.EmailBackend"
    for _ in range(2):
        transports.send_email(EMAIL, "Un message d’été", "À bientôt.\n", {"Message-ID": "<1@x>"})
        transports.send_sms("+33639981234", "À bientôt.", "ref")
    names = sorted(file.name for file in (tmp_path / "outbox").iterdir())
    assert len(names) == 2
    assert "À bientôt." in (tmp_path / "outbox" / names[0]).read_text(encoding="utf-8")
    assert names[1] == "sms-ref.txt"
    assert {(tmp_path / "outbox" / name).stat().st_mode & 0o777 for name in names} == {0o600}


def test_holidays_of_the_table_are_in_the_law() -> None:
    held = french_public_holidays((2026, 2027)).held
    assert {date(2026, 4, 6), date(2026, 5, 8), date(2026, 7, 14), date(2027, 1, 1)} <= held


def test_message_kinds_of_tests_are_not_left_behind() -> None:
    assert message_kind(MESSAGE_KINDS["messages.trial"]).title
