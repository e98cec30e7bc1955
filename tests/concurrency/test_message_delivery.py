"""Processes send at once, one is killed: each message leaves, and once."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from pathlib import Path

import pytest
from tests.concurrency.conftest import LIMIT_S, Instance, finished

WORKERS, MESSAGES = 8, 120

DECLARE = """
import sys
from pathlib import Path
from django.conf import settings
from hygie.apps.core.messages import delivery, outbox
from hygie.apps.core.messages.addresses import Contact
from hygie.apps.core.messages.kinds import Cap, MessageKind, Nature, message_kind
from hygie.apps.core.messages.models import Message
from hygie.apps.core.messages.services import Note, send
from hygie.apps.core.organisations.models import Organisation
from datetime import timedelta
message_kind(MessageKind('test.owed', 'Essai', Nature.OWED, {'n': '1'}, body='Bonjour {{ n }}.'))
message_kind(MessageKind('test.reminder', 'Rappel', Nature.REMINDER, {'n': '1'}, body='Rappel {{ n }}.',
                         cap=Cap(2, timedelta(days=30))))
"""
QUEUE = f"""{DECLARE}
owed = int(sys.argv[1])
town = Organisation.objects.create(name='Ville', slug='ville', kind='commune', hosts=True)
for n in range(owed):
    send(town, Note('test.owed', Contact(f'p{{n}}@ville.example'), {{'n': str(n)}}))
for n in range(40):
    send(town, Note('test.reminder', Contact('la-meme@ville.example'), {{'n': str(n)}}))
"""
DELIVER = f"""{DECLARE}
class Counted(outbox.EmailBackend):
    def send_messages(self, mails):
        for mail in mails:
            with open(Path(settings.HOME) / 'handed-over', 'a') as opened:
                opened.write(str(mail.message()['Message-ID']) + chr(10))
        return super().send_messages(mails)
import os, random, time
in_order = delivery._due
def in_any_order(now):  # else all workers take the same message at once, and none of them races
    found = in_order(now)
    random.Random(os.getpid()).shuffle(found)
    return found
delivery._due = in_any_order
delivery.__dict__['send_email'].__globals__['get_connection'] = lambda: Counted()
home, crew = Path(settings.HOME), int(sys.argv[1]) if len(sys.argv) > 1 else 1
(home / f'ready-{{os.getpid()}}').touch()
while len(list(home.glob('ready-*'))) < crew:  # they begin together, however long each took to start
    time.sleep(0.01)
delivery.deliver(lambda progress, message='': None)
"""
SEND_SAME = f"""{DECLARE}
town = Organisation.objects.get()
for n in range(30):
    send(town, Note('test.owed', Contact('une@ville.example'), {{'n': str(n)}}, once=f'fois:{{n}}'))
"""
STATES = f"""{DECLARE}
from collections import Counter
print(sorted(Counter(Message.objects.values_list('kind', 'state')).items()))
"""
AGE = f"""{DECLARE}
from django.utils import timezone
Message.objects.filter(state='sending').update(claimed=timezone.now() - timedelta(hours=1))
"""


NAIVE = f"""{DELIVER.rpartition("delivery.deliver(")[0]}
judged = delivery._why_not
def slow(*asked):
    said = judged(*asked)
    time.sleep(0.05)
    return said
delivery._lock, delivery._why_not = (lambda *asked: None), slow
delivery.deliver(lambda progress, message='': None)
"""


def handed_over(instance: Instance) -> Counter[str]:
    file = Path(instance.variables["HYGIE_HOME"]) / "handed-over"
    return Counter(file.read_text().splitlines()) if file.exists() else Counter()


def outbox(instance: Instance) -> int:
    return len(list((Path(instance.variables["HYGIE_HOME"]) / "outbox").glob("courriel-*.eml")))


@pytest.mark.prove
def test_counting_without_the_lock_breaks_the_cap_on_postgresql(instance: Instance) -> None:
    """The harness can show a race: two workers that count at once both find room."""
    instance.variables["HYGIE_JOBS_AT_ONCE"] = "non"
    instance.run(QUEUE, "0")
    for worker in [instance.start(NAIVE, str(WORKERS)) for _ in range(WORKERS)]:
        finished(worker)
    capped = "(('test.reminder', 'sent'), 2)" in instance.run(STATES)
    assert capped is not bool(os.environ.get("DATABASE_URL"))  # SQLite locks the whole transaction


@pytest.mark.parametrize(
    ("crew", "owed"), [(3, 20), pytest.param(WORKERS, MESSAGES, marks=pytest.mark.prove)]
)
def test_workers_send_each_message_once_and_hold_the_cap(instance: Instance, crew: int, owed: int) -> None:
    instance.variables["HYGIE_JOBS_AT_ONCE"] = "non"
    instance.run(QUEUE, str(owed))
    for worker in [instance.start(DELIVER, str(crew)) for _ in range(crew)]:
        finished(worker)
    assert instance.run(STATES).strip() == str(
        [
            (("test.owed", "sent"), owed),
            (("test.reminder", "sent"), 2),
            (("test.reminder", "stopped"), 38),
        ]
    )
    assert set(handed_over(instance).values()) == {1}
    assert outbox(instance) == len(handed_over(instance)) == owed + 2


@pytest.mark.parametrize("crew", [2, pytest.param(WORKERS, marks=pytest.mark.prove)])
def test_senders_of_the_same_keys_queue_each_once(instance: Instance, crew: int) -> None:
    instance.variables["HYGIE_JOBS_AT_ONCE"] = "non"
    instance.run(f"{DECLARE}\nOrganisation.objects.create(name='V', slug='v', kind='commune', hosts=True)")
    for sender in [instance.start(SEND_SAME) for _ in range(crew)]:
        finished(sender)
    assert instance.run(STATES).strip() == str([(("test.owed", "queued"), 30)])


@pytest.mark.parametrize(
    ("owed", "kills"), [(20, (5,)), pytest.param(MESSAGES, (5, 30, 60), marks=pytest.mark.prove)]
)
def test_a_killed_worker_loses_no_message(instance: Instance, owed: int, kills: tuple[int, ...]) -> None:
    instance.variables["HYGIE_JOBS_AT_ONCE"] = "non"
    instance.run(QUEUE, str(owed))
    killed = 0
    for before in kills:
        worker = instance.start(DELIVER)
        limit = time.monotonic() + LIMIT_S
        while sum(handed_over(instance).values()) < before and time.monotonic() < limit:
            time.sleep(0.005)
        worker.send_signal(signal.SIGKILL)
        worker.communicate()
        killed += worker.returncode == -signal.SIGKILL
        instance.run(AGE)
    instance.run(DELIVER)
    assert killed
    assert f"(('test.owed', 'sent'), {owed})" in instance.run(STATES)
    assert "sending" not in instance.run(STATES)
    assert outbox(instance) == owed + 2
    twice = [n for n in handed_over(instance).values() if n > 1]
    assert len(twice) <= killed  # at worst the one in hand, under the same Message-ID
