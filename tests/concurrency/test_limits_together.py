"""Processes try at once: never more than the limit lets through."""

from __future__ import annotations

import pytest
from tests.concurrency.conftest import Instance, finished

TRIES, MOST = 50, 37
CREWS = pytest.mark.parametrize("crew", [2, pytest.param(8, marks=pytest.mark.prove)])

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


@CREWS
def test_processes_together_take_exactly_what_there_is(instance: Instance, crew: int) -> None:
    running = [instance.start(TAKE) for _ in range(crew)]
    assert sum(int(finished(process)) for process in running) == MOST


def test_a_try_is_never_counted_inside_what_may_fail(instance: Instance) -> None:
    assert instance.run(INSIDE).strip() == "refused"


@CREWS
def test_a_right_code_passes_once_for_all_processes(instance: Instance, crew: int) -> None:
    instance.run(SEND)
    running = [instance.start(CODE, "123456") for _ in range(crew)]
    assert sum(int(finished(process)) for process in running) == 1


@CREWS
def test_wrong_codes_of_many_processes_use_the_tries_up(instance: Instance, crew: int) -> None:
    instance.run(SEND)
    running = [instance.start(CODE, "000000") for _ in range(crew)]
    assert sum(int(finished(process)) for process in running) == 0
    assert instance.run(CODE, "123456").strip() == "0"
