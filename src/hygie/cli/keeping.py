"""hygie backup, hygie restore and hygie keys: what is kept of an instance."""

from __future__ import annotations

import json
import os
from importlib import import_module
from pathlib import Path

import click
from django.db import DatabaseError

from hygie.cli.lazy import LazyGroup
from hygie.cli.output import FOLDER, make_folder
from hygie.cli.portal import configured, ready, unreachable
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import counted

TARGET = click.Path(dir_okay=False, path_type=Path)
SECRET_FILES = ("secret-key", "encryption-keys", "pseudonym-key")
"""Files of an instance that hold its secrets; a file of keys has the same names."""

_LARGEST_KEYS = 65_536


@click.command()
@click.argument("file", type=TARGET)
@click.option(
    "--with-keys",
    type=TARGET,
    help="Écrire aussi les clés, dans ce fichier à ranger ailleurs que la sauvegarde.",
)
def backup(file: Path, with_keys: Path | None) -> None:
    """Sauvegarder l’instance dans un fichier, sans l’arrêter ; les clés n’y sont pas."""
    ready()
    module = import_module("hygie.apps.core.operations.backup")
    try:
        if with_keys is not None:
            module.save_keys(with_keys)
        manifest = module.back_up(file)
    except DatabaseError as error:
        raise unreachable(error) from error
    rows = sum(table.rows for table in manifest.tables)
    click.echo(f"{file}\u00a0: {len(manifest.tables)} tables, {counted(rows, 'ligne', 'lignes')}.", err=True)
    if with_keys is None:
        click.echo("Sans ses clés, cette sauvegarde ne peut pas servir\u00a0: voyez --with-keys.", err=True)


@click.command()
@click.argument("file", type=TARGET)
@click.option("--keys", type=TARGET, help="Fichier des clés écrit par « hygie backup --with-keys ».")
@click.option("--home", type=FOLDER, help="Dossier d’instance où restaurer, au lieu de HYGIE_HOME.")
def restore(file: Path, keys: Path | None, home: Path | None) -> None:
    """Remettre une sauvegarde dans une instance vide, puis comparer chaque table."""
    if home is not None:
        os.environ["HYGIE_HOME"] = str(home.absolute())
    if keys is not None:
        put_keys(keys, Path(os.environ.get("HYGIE_HOME", "var/hygie")).absolute())
    configured()
    try:
        done = import_module("hygie.apps.core.operations.restore").restore(file)
    except DatabaseError as error:
        raise unreachable(error) from error
    click.echo(
        f"Sauvegarde du {done.manifest.made} remise\u00a0: "
        f"{done.tables} tables, {done.rows} lignes et {done.files} fichiers identiques.",
        err=True,
    )
    for broken in done.broken:
        click.echo(f"Attention, journal {broken}", err=True)
    click.echo("Chacun doit se reconnecter. Relancez «\u00a0hygie check\u00a0».", err=True)


def put_keys(file: Path, home: Path) -> None:
    """Write the secrets of a file of keys into the folder of an instance that has none.

    Raises
    ------
    HygieError
        If the file is no file of keys, or the folder already has other secrets.
    """
    try:
        with file.open("rb") as opened:
            values = json.loads(opened.read(_LARGEST_KEYS))
        ring = values["encryption-keys"]
        texts = [values["secret-key"], "\n".join(ring), values["pseudonym-key"]]
        if set(values) != set(SECRET_FILES) or not all(isinstance(text, str) and text for text in texts):
            raise TypeError
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise HygieError(
            f"{file} n’est pas un fichier de clés.",
            fix="Donnez celui qu’a écrit « hygie backup … --with-keys ».",
        ) from error
    make_folder(home)
    for name, text in zip(SECRET_FILES, texts, strict=True):
        _put(home / name, text)


def _put(target: Path, text: str) -> None:
    if target.exists() and target.read_text(encoding="ascii").strip() != text:
        raise HygieError(
            f"{target.parent} a déjà d’autres clés.",
            fix="Restaurez dans un dossier neuf (--home DOSSIER).",
        )
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as opened:
        opened.write(text + "\n")


@click.group(
    cls=LazyGroup,
    commands_at={name: f"hygie.cli.keeping:{name}_keys" for name in ("new", "rotate", "retire")},
)
def keys() -> None:
    """Changer la clé qui chiffre les données sensibles."""


@click.command("new")
def new_keys() -> None:
    """Tirer une clé neuve, qui chiffre désormais ; les anciennes restent, pour lire."""
    ready()
    told = import_module("hygie.apps.core.operations.keys").new_key()
    if told:
        click.echo(told)
        click.echo("Mettez-la en tête de HYGIE_ENCRYPTION_KEYS, partout, puis relancez Hygie.", err=True)
        return
    click.echo("Clé neuve en service. Lancez «\u00a0hygie keys rotate\u00a0», puis une sauvegarde.", err=True)


@click.command("rotate")
def rotate_keys() -> None:
    """Chiffrer de nouveau toutes les données avec la première clé ; peut être repris."""
    ready()
    module = import_module("hygie.apps.core.operations.keys")
    changed = module.rotate(lambda seen, done: click.echo(f"  {seen} lues, {done} changées", err=True))
    click.echo(f"{counted(changed, 'valeur chiffrée', 'valeurs chiffrées')} de nouveau.", err=True)


@click.command("retire")
def retire_keys() -> None:
    """Retirer les anciennes clés, une fois que plus rien n’en dépend."""
    ready()
    gone = import_module("hygie.apps.core.operations.keys").retire()
    click.echo(f"{counted(gone, 'ancienne clé retirée', 'anciennes clés retirées')}.", err=True)
    click.echo("Gardez-les tant que vous gardez une sauvegarde faite avec elles.", err=True)
