"""A group of commands each loaded when called: listing places does not wait for the compiler."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click


class LazyGroup(click.Group):
    """A click group whose commands are named ``module:attribute``.

    Parameters
    ----------
    commands_at
        Where each command stands, by its name.
    """

    def __init__(self, *args: Any, commands_at: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._at = commands_at

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands, in their order."""
        return list(self._at)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command; None when there is none of that name."""
        if cmd_name not in self._at:
            return None
        module, attribute = self._at[cmd_name].split(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{self._at[cmd_name]} is no command")
        return in_french(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under a French head."""
        told = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commandes"):
            formatter.write_dl([(name, c.get_short_help_str(80)) for name, c in told if c])


def in_french(command: click.Command) -> click.Command:
    """The command, its own help option said in French."""
    if command.add_help_option:
        command.add_help_option = False
        command.params.append(
            click.Option(
                ["-h", "--help"],
                is_flag=True,
                is_eager=True,
                expose_value=False,
                help="Afficher cette aide.",
                callback=_show_help,
            )
        )
    return command


def _show_help(context: click.Context, _option: click.Parameter, asked: bool) -> None:
    if asked and not context.resilient_parsing:
        click.echo(context.get_help())
        context.exit()


def usage_words(error: click.ClickException) -> str:
    """What is off in the words of a command, in French."""
    if isinstance(error, click.NoSuchOption):
        return f"option inconnue\u00a0: {error.option_name}"
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return f"il manque {error.param.human_readable_name}"
    if isinstance(error, click.BadParameter) and error.param is not None:
        return f"valeur refusée pour {error.param.human_readable_name}"
    if "No such command" in error.message:
        return "commande inconnue"
    return "mots de trop, ou en moins"
