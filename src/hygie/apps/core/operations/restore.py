"""A backup put back into an empty instance, on either database, compared table by table before it counts."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.apps.registry import Apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import DatabaseError, connections, models, transaction
from django.db.migrations.executor import MigrationExecutor

from hygie.apps.core.audit.chain import BrokenChainError, verify
from hygie.apps.core.audit.export import JOURNALS, exported
from hygie.apps.core.audit.journal import SYSTEM, decided, journalled
from hygie.apps.core.operations.archive import FILES, TABLES, Manifest, digest_of, unpacked
from hygie.apps.core.operations.backup import fingerprints
from hygie.apps.core.operations.schema import aliases, bring_up_to_date, is_new, pending
from hygie.apps.core.operations.tables import count, database_of, load, saved_models
from hygie.engines.kernel.errors import HygieError

MADE_BY_ITSELF = frozenset(
    {"django_migrations", "django_content_type", "auth_permission", "core_schedule", "core_job"}
)
"""Tables that an instance fills by itself before anybody uses it."""

NOT_LOADED = frozenset({"django_migrations"})
Step = tuple[str, str]


@dataclass(frozen=True)
class Restored:
    """What a restore did: the backup, what is identical to it, and the state of journals."""

    manifest: Manifest
    tables: int
    rows: int
    files: int
    broken: tuple[str, ...]


def restore(file: Path) -> Restored:
    """Put a backup back.

    The tables are those of the version that made it; they are brought to this version afterwards.
    Nothing stays written unless every table has the rows and the digest that the backup says.

    Raises
    ------
    HygieError
        If the instance is not empty, its keys are not those of the backup, the backup is damaged or of a
        newer version, or a table differs once written.
    """
    refuse_if_used()
    home = Path(settings.HOME)
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=home) as work:
        with unpacked(file, Path(work)) as manifest:
            _refuse_other_keys(manifest)
            _refuse_other_files(manifest, home)
            registry = _tables_of(manifest)
            tables, rows = _loaded(registry, manifest, Path(work) / TABLES)
        bring_up_to_date()
        files = _put_files(Path(work) / FILES, home)
    with journalled():
        decided(SYSTEM, "instance.restore", subject="core.instance", record="", tables=tables, rows=rows)
    return Restored(manifest, tables, rows, files, tuple(_broken()))


def refuse_if_used() -> None:
    """Refuse an instance where somebody already wrote something.

    Raises
    ------
    HygieError
        If one of its tables holds a row that an instance does not write by itself.
    """
    if is_new("default"):
        return
    if any(pending(alias) for alias in aliases()):
        raise HygieError(
            "Cette base n’est pas vide, et n’est pas à jour.",
            fix="Restaurez dans un dossier ou une base vide.",
        )
    for model in saved_models(apps):
        used = model._base_manager.using(database_of(model)).exists()
        if used and model._meta.db_table not in MADE_BY_ITSELF:
            raise HygieError(
                "Cette instance n’est pas vide.",
                why="Une restauration n’écrase jamais ce qui est déjà là.",
                fix="Restaurez dans un autre dossier (--home DOSSIER) ou dans une base vide.",
            )


def _refuse_other_keys(manifest: Manifest) -> None:
    ours, theirs = fingerprints(), manifest.keys
    if theirs[:1] != ours[:1] or not set(theirs[1:]) <= set(ours[1:]):
        raise HygieError(
            "Les clés de cette instance ne sont pas celles de la sauvegarde.",
            why="Les données chiffrées ne pourraient pas être lues, ni les journaux suivis.",
            fix="Donnez le fichier des clés avec --keys, dans un dossier d’instance neuf.",
        )


def _tables_of(manifest: Manifest) -> Apps:
    """Make the tables as they were when the backup was made, and give their models."""
    steps = _steps(manifest)
    state: Apps | None = None
    for alias in aliases():
        executor = MigrationExecutor(connections[alias])
        nodes = executor.loader.graph.nodes
        unknown = sorted(step for step in steps if step not in nodes)
        if unknown:
            raise HygieError(
                "Cette sauvegarde vient d’une version plus récente de Hygie.",
                why=f"Cette version ne connaît pas {'.'.join(unknown[0])}.",
                fix=f"Installez la version {manifest.version} ou une plus récente.",
            )
        ends = [s for s in steps if not any(c in steps for c in _children(executor, s))]
        applied = set(executor.loader.applied_migrations)
        if applied and applied != steps:
            raise HygieError(
                "Les tables de cette instance ne sont pas celles de la version qui a fait la sauvegarde.",
                fix="Restaurez dans un dossier (--home DOSSIER) ou une base où rien n’a encore été lancé.",
            )
        if not applied:
            executor.migrate(sorted(ends))
        state = executor.loader.project_state(sorted(ends)).apps
    if state is None:
        raise AssertionError("an instance has at least one database")
    return state


def _steps(manifest: Manifest) -> set[Step]:
    return {(app, name) for app, _, name in (step.partition(".") for step in manifest.steps)}


def _children(executor: MigrationExecutor, step: Step) -> Iterator[Step]:
    """Steps of the same app that come after one."""
    for child in executor.loader.graph.node_map[step].children:
        if child.key[0] == step[0]:
            yield child.key


def _loaded(registry: Apps, manifest: Manifest, folder: Path) -> tuple[int, int]:
    """Write every table and compare it; all or nothing."""
    expected = {t.table: t for t in manifest.tables if t.table not in NOT_LOADED}
    found = {m._meta.db_table: m for m in saved_models(registry)}
    strange = sorted(set(expected) ^ set(found))
    if strange:
        raise HygieError(
            f"La table {strange[0]} n’est pas à la fois dans la sauvegarde et dans ses étapes.",
            why="La sauvegarde est incohérente.",
            fix="Prenez une autre sauvegarde.",
        )
    try:
        with ExitStack() as stack:
            for alias in aliases():
                stack.enter_context(transaction.atomic(using=alias))
            for table, model in found.items():
                _written(model, folder / f"{table}.jsonl")
            _sequences(list(found.values()))
            for table, model in found.items():
                if count(model) != expected[table]:
                    raise _differs(table)
    except (DatabaseError, ValueError, KeyError, TypeError) as error:
        raise HygieError(
            "La sauvegarde ne peut pas être écrite dans cette base.",
            why=f"{type(error).__name__}.",
            fix="Rien n’a été gardé. Vérifiez la sauvegarde, ou restaurez-la sur l’autre sorte de base.",
        ) from error
    return len(expected), sum(t.rows for t in expected.values())


def _written(model: type[models.Model], file: Path) -> None:
    using = database_of(model)
    if model._meta.db_table in MADE_BY_ITSELF:
        model._base_manager.using(using).all()._raw_delete(using)
    with file.open(encoding="utf-8", newline="\n") as lines:
        load(model, lines)


def _sequences(written: list[type[models.Model]]) -> None:
    """Let the next number of each table follow those just written."""
    for alias in aliases():
        connection = connections[alias]
        mine = [model for model in written if database_of(model) == alias]
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), mine):
                cursor.execute(statement)


def _differs(table: str) -> HygieError:
    return HygieError(
        f"La table {table} n’est pas la même après la restauration.",
        why="Rien n’a été gardé.",
        fix="Recommencez avec une autre copie de la sauvegarde, et signalez-le.",
    )


def _refuse_other_files(manifest: Manifest, home: Path) -> None:
    """Refuse a folder that holds another file under a name of the backup, before anything is written."""
    for name, digest in manifest.digests.items():
        target = home / name.removeprefix(f"{FILES}/")
        if name.startswith(f"{FILES}/") and target.exists() and digest_of(target) != digest:
            raise HygieError(
                f"Le fichier {name.removeprefix(f'{FILES}/')} existe déjà ici, avec un autre contenu.",
                why="Une restauration n’écrase jamais ce qui est déjà là.",
                fix="Restaurez dans un dossier neuf (--home DOSSIER).",
            )


def _put_files(source: Path, home: Path) -> int:
    """Put the files back, each whole or not at all; how many. Their digests were compared when unpacked."""
    files = [path for path in sorted(source.rglob("*")) if path.is_file()] if source.is_dir() else []
    for path in files:
        target = home / path.relative_to(source)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, target)
    return len(files)


def _broken() -> Iterator[str]:
    """What is wrong with the journals put back, if anything: a backup may hold a journal already changed."""
    for journal in JOURNALS:
        try:
            verify(exported(journal))
        except BrokenChainError as error:
            yield f"{journal} : {error}"
