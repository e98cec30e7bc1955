"""Encryption keys changed under a running instance: killed in the middle, taken up, nothing lost."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from tests.concurrency.conftest import Instance, finished
from tests.concurrency.instances import hygie, start

PEOPLE = 1_500
FILL = """
import sys
from allauth.mfa.models import Authenticator
from hygie.apps.core.accounts.models import User
from hygie.apps.core.encryption import encrypt
users = User.objects.bulk_create(
    User(email=f'p{n}@v.example', name=f'P {n}', password='!') for n in range(int(sys.argv[1])))
Authenticator.objects.bulk_create(
    Authenticator(user=u, type='totp', data={'secret': encrypt(f'S{n}')}) for n, u in enumerate(users))
"""
READ = """
from allauth.mfa.models import Authenticator
from hygie.apps.core.encryption import decrypt
print(len({decrypt(a.data['secret']) for a in Authenticator.objects.all()}))
"""
# A process that began before the new key, and writes all along.
WRITE = """
import sys, time
from allauth.mfa.models import Authenticator
from hygie.apps.core.encryption import decrypt, encrypt
rows = list(Authenticator.objects.order_by('pk')[:40])
print('begun', flush=True)
until = time.monotonic() + float(sys.argv[1])
while time.monotonic() < until:
    for row in rows:
        row.refresh_from_db()
        row.data = {'secret': encrypt(decrypt(row.data['secret']))}
        row.save()
"""
OLD = """
import sys
from hygie.apps.core.operations.tokens import kept_under_old_keys
print(kept_under_old_keys())
"""


@pytest.mark.parametrize(("people", "seconds"), [(600, 3), pytest.param(PEOPLE, 8, marks=pytest.mark.prove)])
def test_a_rotation_killed_in_the_middle_is_taken_up_while_others_write(
    instance: Instance, people: int, seconds: int
) -> None:
    instance.run(FILL, str(people))
    ring = Path(instance.variables["HYGIE_HOME"]) / "encryption-keys"
    old = ring.read_text().strip()
    writer = instance.start(WRITE, str(seconds))
    assert writer.stdout is not None
    writer.stdout.readline()
    hygie(instance, "keys", "new")
    assert ring.read_text().split()[1:] == [old]
    killed = start(instance, "keys", "rotate")
    assert killed.stderr is not None
    killed.stderr.readline()  # the first batch is done
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert "keys rotate" in hygie(instance, "keys", "retire", code=1)
    assert 0 < int(instance.run(OLD)) < people
    hygie(instance, "keys", "rotate")
    finished(writer)
    assert int(instance.run(OLD)) == 0  # what the writer wrote meanwhile is under the new key as well
    hygie(instance, "keys", "retire")
    assert ring.read_text().strip() != old
    assert ring.stat().st_mode & 0o077 == 0
    assert int(instance.run(READ)) == people


def test_an_instance_with_other_keys_does_not_start_and_check_says_so(instance: Instance) -> None:
    instance.run(FILL, "5")
    ring = Path(instance.variables["HYGIE_HOME"]) / "encryption-keys"
    kept = ring.read_text()
    ring.unlink()  # the next process draws another one
    assert "Les clés de chiffrement ne sont pas celles" in hygie(instance, "worker", code=1)
    assert "illisibles" in hygie(instance, "check", code=1)
    ring.write_text(kept)
    assert "illisibles" not in hygie(instance, "check", code=1)  # no territory here: still one bad point
