"""hygie walk: walking buses, signs, load of streets; each command is loaded when called."""

from __future__ import annotations

import click

from hygie.cli.lazy import LazyGroup

COMMANDS = {
    "bus": "hygie.cli.walk_bus:bus",
    "signs": "hygie.cli.walk_signs:signs",
    "load": "hygie.cli.walk_load:load",
}


@click.group(cls=LazyGroup, commands_at=COMMANDS)
def walk() -> None:
    """Aller à pied, dès l’enfance."""
