"""Eight processes decide at once: one chain, no fork, nothing lost."""

from __future__ import annotations

import json
import os

import pytest
from tests.concurrency.conftest import Instance, finished

from hygie.apps.core.audit.chain import verify

WRITERS, DECISIONS = 8, 40

WRITE = """
import sys
from hygie.apps.core.audit.journal import Actor, decided, journalled, log_reading
for rank in range(int(sys.argv[2])):
    with journalled():
        decided(Actor(sys.argv[1], 'ccas'), 'test.decide', subject='test', record=str(rank), rank=rank)
        decided(Actor(sys.argv[1], 'ccas'), 'test.again', subject='test', record=str(rank))
    log_reading(Actor(sys.argv[1]), 'test.read', subject='test', record=str(rank))
"""
EXPORT = """
import sys
from hygie.apps.core.audit.export import exported
print('\\n'.join(exported(sys.argv[1])))
"""
NAIVE = f"""
import sys, time
from django.db import connection, transaction
for rank in range({DECISIONS}):
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute('SELECT coalesce(max(number), 0) FROM naive')
            number = cursor.fetchone()[0] + 1
            time.sleep(0.002)
            cursor.execute('INSERT INTO naive VALUES (%s)', [number])
"""


@pytest.mark.prove
def test_the_naive_way_forks_on_postgresql(instance: Instance) -> None:
    """The harness can show a race: numbers read then written are given twice where nothing is locked."""
    instance.run(
        "from django.db import connection\n"
        "with connection.cursor() as cursor: cursor.execute('CREATE TABLE naive (number integer)')"
    )
    writers = [instance.start(NAIVE) for _ in range(WRITERS)]
    for writer in writers:
        finished(writer)
    distinct = instance.run(
        "from django.db import connection\n"
        "with connection.cursor() as cursor:\n"
        "    cursor.execute('SELECT count(DISTINCT number) FROM naive')\n"
        "    print(cursor.fetchone()[0])"
    )
    written = WRITERS * DECISIONS
    if os.environ.get("DATABASE_URL"):
        assert int(distinct) < written
    else:  # SQLite takes the write lock when the transaction begins
        assert int(distinct) == written


@pytest.mark.parametrize(
    ("crew", "each"), [(4, 10), pytest.param(WRITERS, DECISIONS, marks=pytest.mark.prove)]
)
def test_writers_together_make_one_chain(instance: Instance, crew: int, each: int) -> None:
    writers = [instance.start(WRITE, str(number), str(each)) for number in range(crew)]
    for writer in writers:
        finished(writer)
    for journal, lines_each in (("decisions", 2), ("readings", 1)):
        lines = instance.run(EXPORT, journal).splitlines()
        assert verify(lines).count == crew * each * lines_each
        assert len({json.loads(line)["actor"] for line in lines}) == crew
