"""hygie account: the first administrator of an instance, invitations, lost telephones."""

from __future__ import annotations

from importlib import import_module

import click

from hygie.cli.lazy import LazyGroup
from hygie.cli.portal import ready

SITE = click.option(
    "--site",
    default="http://127.0.0.1:8000",
    show_default=True,
    help="Adresse de votre Hygie, pour écrire le lien.",
)
NAME = click.option("--name", required=True, help="Prénom et nom.")
OPERATOR = "hygie.apps.core.organisations.operator"


@click.group(
    cls=LazyGroup,
    commands_at={
        "create": "hygie.cli.account:create",
        "invite": "hygie.cli.account:invite",
        "reset-second-factor": "hygie.cli.account:reset_second_factor",
    },
)
def account() -> None:
    """Créer l’organisation et sa première personne, inviter, remettre à zéro une double vérification."""


@click.command()
@click.argument("email")
@NAME
@click.option("--organisation", required=True, help="Nom de l’organisation qui fait fonctionner Hygie.")
@click.option("--kind", default="commune", show_default=True, help="commune, epci, ccas…")
@SITE
def create(email: str, name: str, organisation: str, kind: str, site: str) -> None:
    """Créer l’organisation d’une instance neuve et la personne EMAIL qui l’administre."""
    ready()
    _hand_over(import_module(OPERATOR).found(email, name, organisation=organisation, kind=kind, site=site))


@click.command()
@click.argument("email")
@NAME
@click.option("--organisation", required=True, help="Nom ou nom court de l’organisation.")
@click.option("--role", default="administrator", show_default=True, help="Rôle donné.")
@SITE
def invite(email: str, name: str, organisation: str, role: str, site: str) -> None:
    """Inviter la personne EMAIL dans une organisation."""
    ready()
    _hand_over(import_module(OPERATOR).invite(email, name, organisation=organisation, role=role, site=site))


@click.command("reset-second-factor")
@click.argument("email")
def reset_second_factor(email: str) -> None:
    """Retirer la double vérification de EMAIL, qui a perdu son téléphone et ses codes de secours."""
    ready()
    user = import_module("hygie.apps.core.accounts.services").reset_second_factor(email)
    click.echo(f"Double vérification retirée, sessions fermées\u00a0: {user.name}.", err=True)
    click.echo("Assurez-vous de vive voix que la demande vient bien de cette personne.", err=True)


def _hand_over(link: str) -> None:
    click.echo("Invitation envoyée. Le même lien, à remettre en main propre si besoin\u00a0:", err=True)
    click.echo(link)
