"""hygie messages: returned e-mails."""

from __future__ import annotations

import sys
from collections import Counter
from importlib import import_module
from pathlib import Path

import click

from hygie.cli.lazy import LazyGroup
from hygie.cli.output import FOLDER
from hygie.cli.portal import ready
from hygie.engines.kernel.french import counted

WORDS = {
    "refused": ("adresse refusée", "adresses refusées"),
    "later": ("retard", "retards"),
    "known": ("déjà connu", "déjà connus"),
    "not-ours": ("sans rapport", "sans rapport"),
    "unreadable": ("illisible", "illisibles"),
}


@click.group(cls=LazyGroup, commands_at={"bounces": "hygie.cli.messages:bounces"})
def messages() -> None:
    """Suivre les messages envoyés."""


@click.command()
@click.option("--maildir", type=FOLDER, help="Dossier Maildir des retours ; sinon, un retour sur l’entrée.")
def bounces(maildir: Path | None) -> None:
    """Lire les courriels revenus\u00a0: l’adresse refusée est notée, l’autre contact est essayé."""
    ready()
    if maildir is not None:
        told = import_module("hygie.apps.core.messages.mailbox").take_in_folder(maildir)
    else:
        module = import_module("hygie.apps.core.messages.bounces")
        told = Counter([module.take_in(sys.stdin.buffer.read(module.LARGEST + 1))])
    said = [counted(told[key], one, many) for key, (one, many) in WORDS.items() if told[key]]
    click.echo(", ".join(said) or "Aucun retour à lire.", err=True)
