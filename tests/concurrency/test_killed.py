"""Processes killed without warning while they write: what was acknowledged is there, in one chain."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

import pytest
from tests.concurrency.conftest import LIMIT_S, Instance

from hygie.apps.core.audit.chain import verify

TOGETHER = 5
WRITE = """
import os, sys
from hygie.apps.core.audit.journal import Actor, decided, journalled
from hygie.apps.core.organisations.models import Organisation
rank, acknowledged = 0, os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
while True:
    name = f'{sys.argv[1]}-{rank}'
    with journalled():
        Organisation.objects.create(name=name, slug=name, kind='association')
        decided(Actor(sys.argv[1]), 'test.add', subject='test', record=name, name=name)
    os.write(acknowledged, f'{name}\\n'.encode())
    rank += 1
"""
KEPT = """
import json
from hygie.apps.core.audit.models import Decision
from hygie.apps.core.organisations.models import Organisation
names = sorted(Organisation.objects.values_list('name', flat=True))
decided = sorted(json.loads(d.details)['name'] for d in Decision.objects.filter(action='test.add'))
assert names == decided, (set(names) ^ set(decided))
print('\\n'.join(names))
"""
EXPORT = "from hygie.apps.core.audit.export import exported\nprint('\\n'.join(exported('decisions')))"


@pytest.mark.parametrize("kills", [TOGETHER, pytest.param(50, marks=pytest.mark.prove)])
def test_nothing_acknowledged_is_lost_by_kills(instance: Instance, tmp_path: Path, kills: int) -> None:
    chance, files = random.Random(4), []
    for first in range(0, kills, TOGETHER):
        mine = [tmp_path / f"w{first + n}" for n in range(TOGETHER)]
        writers = [instance.start(WRITE, file.name, str(file)) for file in mine]
        limit = time.monotonic() + LIMIT_S
        while not all(file.exists() and file.stat().st_size for file in mine):
            assert time.monotonic() < limit
            time.sleep(0.01)
        time.sleep(chance.uniform(0.0, 0.2))
        for writer in writers:
            writer.send_signal(signal.SIGKILL)
            writer.communicate(timeout=60)
        files += mine
    acknowledged = [name for file in files for name in file.read_text().splitlines()]
    kept = set(instance.run(KEPT).splitlines())
    assert len(acknowledged) >= kills
    assert set(acknowledged) <= kept
    assert verify(instance.run(EXPORT).splitlines()).count == len(kept)
