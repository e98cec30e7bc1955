"""A backup of an instance in use, restored on either database, compared by another way than its own."""

from __future__ import annotations

import hashlib
import io
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
import sys
from hygie.apps.core.audit.journal import Actor, decided, journalled
from hygie.apps.core.organisations.models import Organisation
for n in range(int(sys.argv[1])):
    with journalled():
        made = Organisation.objects.create(name=f'Organisation {n}', slug=f'o{n}', kind='association')
        decided(Actor('1'), 'test.add', subject='core.organisation', record=str(made.pk), n=n)
"""
COUNTS = """
from hygie.apps.core.audit.models import Decision
from hygie.apps.core.organisations.models import Organisation
print(Organisation.objects.count(), Decision.objects.filter(action='test.add').count())
"""
# An instance as the version before refused contacts made it, backed up by that version: its own tables.
OLD_BACKUP = """
import sys
from pathlib import Path
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from hygie.apps.core.operations import backup
from hygie.apps.core.operations.schema import aliases
for alias in aliases():
    executor = MigrationExecutor(connections[alias])
    leaves = executor.loader.graph.leaf_nodes()
    wanted = [('core', '0005_public_face')]
    wanted += [step for step in leaves if step[0] not in ('core', 'directory', 'territory')]
    executor.migrate(wanted)
    old = executor.loader.project_state(wanted).apps
person = {'email': 'ancienne@ville.example', 'name': 'Ancienne Démo', 'password': '!'}
old.get_model('core', 'User').objects.create(**person)
old.get_model('core', 'Recipient').objects.create(key='k' * 64, counted='2026-01-01T00:00:00Z')
backup.apps = old
backup.save_keys(Path(sys.argv[2]))
backup.back_up(Path(sys.argv[1]))
"""
READ_OLD = """
from hygie.apps.core.accounts.models import User
from hygie.apps.core.messages.models import Recipient
from hygie.apps.core.operations.schema import aliases, pending
print(User.objects.get().email, Recipient.objects.get().refused, sum(pending(a) for a in aliases()))
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
        assert "fichiers identiques" in said
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


@pytest.mark.parametrize(("writes", "backups"), [(60, 1), pytest.param(150, 4, marks=pytest.mark.prove)])
def test_a_backup_is_one_instant_while_others_write(
    filled: Instance, tmp_path: Path, writes: int, backups: int
) -> None:
    writer = filled.start(WRITE, str(writes))
    for n in range(backups):
        hygie(filled, "backup", str(tmp_path / f"{n}.tgz"), "--with-keys", str(tmp_path / f"{n}.json"))
    finished(writer)
    seen = []
    for n in range(backups):
        with new_instance(tmp_path / f"i{n}", postgresql=POSTGRESQL) as other:
            said = hygie(other, "restore", str(tmp_path / f"{n}.tgz"), "--keys", str(tmp_path / f"{n}.json"))
            assert "Attention" not in said  # the chain holds: a backup between two writes would break it
            organisations, decisions = map(int, other.run(COUNTS).split())
            assert organisations == decisions + 1
            seen.append(organisations)
    assert seen == sorted(seen)


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a folder, by its name there."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_imported_territories_come_back_byte_for_byte(filled: Instance, tmp_path: Path) -> None:
    kept = Path(filled.variables["HYGIE_HOME"]) / "territories"
    for version in ("v1", "v2"):
        (kept / version / "streets").mkdir(parents=True)
        (kept / version / "territory.json").write_text(f'{{"code": "{version}"}}', encoding="utf-8")
        (kept / version / "streets" / "é.parquet").write_bytes(os.urandom(70_000))
    (kept / "current").write_text("v2\n", encoding="utf-8")
    archive, keys = str(tmp_path / "b.tgz"), str(tmp_path / "k.json")
    hygie(filled, "backup", archive, "--with-keys", keys)
    with new_instance(tmp_path / "other", postgresql=POSTGRESQL) as other:
        # five files of territories; the file of keys, which lies in the same folder, is never saved
        assert "5 fichiers identiques" in hygie(other, "restore", archive, "--keys", keys)
        assert not list(Path(other.variables["HYGIE_HOME"]).glob("k.json"))
        assert digests(Path(other.variables["HYGIE_HOME"]) / "territories") == digests(kept)
    with new_instance(tmp_path / "third", postgresql=POSTGRESQL) as third:
        there = Path(third.variables["HYGIE_HOME"]) / "territories" / "current"
        there.parent.mkdir(parents=True)
        there.write_text("v9\n", encoding="utf-8")
        assert "avec un autre contenu" in hygie(third, "restore", archive, "--keys", keys, code=1)
        assert there.read_text(encoding="utf-8") == "v9\n"


def test_a_backup_of_an_older_version_is_brought_up_to_date(tmp_path: Path) -> None:
    archive, keys = str(tmp_path / "old.tgz"), str(tmp_path / "k.json")
    with new_instance(tmp_path / "old", postgresql=POSTGRESQL) as old:
        old.run(OLD_BACKUP, archive, keys)
    with new_instance(tmp_path / "new", postgresql=POSTGRESQL) as new:
        assert "fichiers identiques" in hygie(new, "restore", archive, "--keys", keys)
        assert new.run(READ_OLD).split() == ["ancienne@ville.example", "None", "0"]


def test_a_backup_of_a_newer_version_is_refused_and_leaves_nothing(filled: Instance, tmp_path: Path) -> None:
    archive, keys, newer = tmp_path / "b.tgz", str(tmp_path / "k.json"), tmp_path / "newer.tgz"
    hygie(filled, "backup", str(archive), "--with-keys", keys)
    with tarfile.open(archive) as tar, tarfile.open(newer, "w:gz") as made:
        for member in tar:
            content = tar.extractfile(member)
            assert content is not None
            raw = content.read()
            if member.name == "manifest.json":
                told = json.loads(raw)
                told["steps"].append("core.9999_from_the_future")
                raw = json.dumps(told).encode()
                member.size = len(raw)
            made.addfile(member, io.BytesIO(raw))
    with new_instance(tmp_path / "other", postgresql=POSTGRESQL) as other:
        said = hygie(other, "restore", str(newer), "--keys", keys, code=1)
        assert "version plus récente" in said
        assert "9999_from_the_future" in said
        hygie(other, "restore", str(archive))  # what was refused left nothing behind


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
