"""Eight processes try at once: never more than the limit lets through."""

from __future__ import annotations

from tests.concurrency.conftest import Instance, finished

PROCESSES, TRIES, MOST = 8, 50, 37

TAKE = f"""
from hygie.apps.core.limits import Limit, take
print(sum(take(Limit('together', {MOST}, 3600), 'one account') for _ in range({TRIES})))
"""
INSIDE = """
from django.db import transaction
from hygie.apps.core.limits import Limit, take
with transaction.atomic():
    try:
        take(Limit('together', 3, 3600), 'one account')
    except RuntimeError:
        print('refused')
"""
CODE = """
import sys
from hygie.apps.core.contacts.services import Contact, verify
print(sum(verify(Contact('email', 'lea@exemple.fr'), sys.argv[1]) for _ in range(20)))
"""
SEND = """
from hygie.apps.core.contacts import services
services.secrets.randbelow = lambda _most: 123456
services.send_code(services.Contact('email', 'lea@exemple.fr'))
"""


def test_eight_processes_take_exactly_what_there_is(instance: Instance) -> None:
    running = [instance.start(TAKE) for _ in range(PROCESSES)]
    assert sum(int(finished(process)) for process in running) == MOST


def test_a_try_is_never_counted_inside_what_may_fail(instance: Instance) -> None:
    assert instance.run(INSIDE).strip() == "refused"


def test_a_right_code_passes_once_for_all_processes(instance: Instance) -> None:
    instance.run(SEND)
    running = [instance.start(CODE, "123456") for _ in range(PROCESSES)]
    assert sum(int(finished(process)) for process in running) == 1


def test_wrong_codes_of_many_processes_use_the_five_tries_up(instance: Instance) -> None:
    instance.run(SEND)
    running = [instance.start(CODE, "000000") for _ in range(PROCESSES)]
    assert sum(int(finished(process)) for process in running) == 0
    assert instance.run(CODE, "123456").strip() == "0"
