"""A backup of an instance in use, restored on either database, compared by another way than its own."""

from __future__ import annotations

import json
import os
import tarfile
from pathlib import Path

import pytest
from tests.concurrency.conftest import Instance, finished
from tests.concurrency.instances import hygie, new_instance

POSTGRESQL = bool(os.environ.get("DATABASE_URL"))

FILL = """
from datetime import date
from allauth.mfa.models import Authenticator
from hygie.apps.core.accounts.models import User
from hygie.apps.core.audit.journal import Actor, decided, journalled, log_reading
from hygie.apps.core.encryption import encrypt
from hygie.apps.core.jobs.models import Job
from hygie.apps.core.organisations.models import Membership, Organisation
town = Organisation.objects.create(name='Ville « d’essai »\\u2028', slug='ville', kind='commune', hosts=True)
for n in range(30):
    user = User.objects.create_user(f'p{n}@ville.example', f'Personne Démo {n}', 'un mot de passe long')
    Membership.objects.create(
        user=user, organisation=town, role='agent', since=date(2026, 1, 2), schemes=['a', 'é'])
    Authenticator.objects.create(user=user, type='totp', data={'secret': encrypt(f'SECRET{n}')})
    payload = {'a': 1.0, 'b': [None, True, 2.5], 'c': {'z': 1, 'é': ''}}
    Job.objects.create(name='x', payload=payload, progress=0.1 + 0.2)
    with journalled():
        decided(Actor(str(user.pk), str(town.pk)), 'test.decide', subject='test', record=str(n), n=n)
    log_reading(Actor(str(user.pk)), 'test.read', subject='test', record=str(n))
"""
# Another way than the product's: rows through plain ORM values, sorted, every value as Python prints it.
DUMP = """
import json
from allauth.mfa.models import Authenticator
from hygie.apps.core.accounts.models import User
from hygie.apps.core.audit.models import Decision, Reading
from hygie.apps.core.encryption import decrypt
from hygie.apps.core.jobs.models import Job
from hygie.apps.core.organisations.models import Membership, Organisation
def rows(model, but=()):
    found = [{k: str(v) for k, v in row.items() if k not in but} for row in model.objects.all().values()]
    return sorted(json.dumps(row, sort_keys=True) for row in found)
secrets = sorted(decrypt(a.data['secret']) for a in Authenticator.objects.all())
for job in Job.objects.filter(name='x'):
    assert job.payload == {'a': 1.0, 'b': [None, True, 2.5], 'c': {'z': 1, 'é': ''}}, job.payload
print(json.dumps({
    'secrets': secrets, 'users': rows(User), 'organisations': rows(Organisation),
    'memberships': rows(Membership),
    'jobs': sorted(str((j.pk, j.progress, j.created)) for j in Job.objects.filter(name='x')),
    'decisions': [r for r in rows(Decision) if 'test.' in r], 'readings': rows(Reading)}))
"""
NEXT_USER = """
from hygie.apps.core.accounts.models import User
before = User.objects.order_by('-pk').first().pk
print(User.objects.create_user('suivant@ville.example', 'Suivant Démo').pk > before)
"""
WRITE = """
import time
from hygie.apps.core.audit.journal import Actor, decided, journalled
from hygie.apps.core.organisations.models import Organisation
for n in range(150):
    with journalled():
        made = Organisation.objects.create(name=f'Organisation {n}', slug=f'o{n}', kind='association')
        decided(Actor('1'), 'test.add', subject='core.organisation', record=str(made.pk), n=n)
"""
COUNTS = """
from hygie.apps.core.audit.models import Decision
from hygie.apps.core.organisations.models import Organisation
print(Organisation.objects.count(), Decision.objects.filter(action='test.add').count())
"""


@pytest.fixture
def filled(instance: Instance) -> Instance:
    instance.run(FILL)
    return instance


def test_a_restore_gives_back_every_row_on_both_databases(filled: Instance, tmp_path: Path) -> None:
    before = json.loads(filled.run(DUMP))
    hygie(filled, "backup", str(tmp_path / "b.tgz"), "--with-keys", str(tmp_path / "k.json"))
    with new_instance(tmp_path / "other", postgresql=False) as other:
        said = hygie(other, "restore", str(tmp_path / "b.tgz"), "--keys", str(tmp_path / "k.json"))
        assert "lignes identiques" in said
        assert json.loads(other.run(DUMP)) == before
        assert other.run(NEXT_USER).strip() == "True"
        hygie(other, "backup", str(tmp_path / "c.tgz"))
        if not POSTGRESQL:
            return
        with new_instance(tmp_path / "third", postgresql=True) as third:
            hygie(third, "restore", str(tmp_path / "c.tgz"), "--keys", str(tmp_path / "k.json"))
            there = json.loads(third.run(DUMP))
            there["users"] = [row for row in there["users"] if "suivant@" not in row]
            assert there == before
            assert third.run(NEXT_USER.replace("suivant@", "encore@")).strip() == "True"


def test_a_backup_is_one_instant_while_others_write(filled: Instance, tmp_path: Path) -> None:
    writer = filled.start(WRITE)
    for n in range(4):
        hygie(filled, "backup", str(tmp_path / f"{n}.tgz"), "--with-keys", str(tmp_path / f"{n}.json"))
    finished(writer)
    seen = []
    for n in range(4):
        with new_instance(tmp_path / f"i{n}", postgresql=POSTGRESQL) as other:
            said = hygie(other, "restore", str(tmp_path / f"{n}.tgz"), "--keys", str(tmp_path / f"{n}.json"))
            assert "Attention" not in said  # the chain holds: a backup between two writes would break it
            organisations, decisions = map(int, other.run(COUNTS).split())
            assert organisations == decisions + 1
            seen.append(organisations)
    assert seen == sorted(seen)


def test_a_backup_holds_no_key_no_session_and_nothing_in_clear(filled: Instance, tmp_path: Path) -> None:
    hygie(filled, "backup", str(tmp_path / "b.tgz"))
    home = Path(filled.variables["HYGIE_HOME"])
    (tmp_path / "out").mkdir()
    with tarfile.open(tmp_path / "b.tgz") as tar:
        names = tar.getnames()
        tar.extractall(tmp_path / "out", filter="data")
    whole = b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())
    for secret in ("secret-key", "encryption-keys", "pseudonym-key"):
        assert (home / secret).read_bytes().strip() not in whole
    assert b"SECRET7" not in whole
    assert not [name for name in names if "session" in name or "sqlite" in name]
    assert (tmp_path / "b.tgz").stat().st_mode & 0o077 == 0


def test_a_restore_refuses_what_it_would_harm(filled: Instance, tmp_path: Path) -> None:
    archive, keys = str(tmp_path / "b.tgz"), str(tmp_path / "k.json")
    hygie(filled, "backup", archive, "--with-keys", keys)
    assert "existe déjà" in hygie(filled, "backup", archive, code=1)
    assert "n’est pas vide" in hygie(filled, "restore", archive, code=1)
    with new_instance(tmp_path / "other", postgresql=POSTGRESQL) as other:
        assert "clés" in hygie(other, "restore", archive, code=1)
        assert "d’autres clés" in hygie(other, "restore", archive, "--keys", keys, code=1)
    with new_instance(tmp_path / "third", postgresql=POSTGRESQL) as third:
        content = Path(archive).read_bytes()
        for n, at in enumerate(range(30, len(content), len(content) // 5)):
            bad = tmp_path / f"bad{n}.tgz"
            bad.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
            assert "Rien n’a été changé" in hygie(third, "restore", str(bad), "--keys", keys, code=1)
        cut = tmp_path / "cut.tgz"
        cut.write_bytes(content[: len(content) // 2])
        assert "lisible" in hygie(third, "restore", str(cut), code=1)
        hygie(third, "restore", archive)  # what was refused left nothing behind
