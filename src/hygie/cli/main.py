"""The hygie command and what all its commands share.

Exit codes: 0 done; 1 the request cannot be met, with one message on standard error saying what,
why and what to do; 2 the words of the command are off; 130 interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from hygie import __version__
from hygie.cli.lazy import LazyGroup
from hygie.engines.kernel.errors import HygieError

COMMANDS = {
    "territory": "hygie.cli.territory:territory",
    "streets": "hygie.cli.streets:streets",
    "reach": "hygie.cli.reach:reach",
    "diagnose": "hygie.cli.diagnose:diagnose",
    "whatif": "hygie.cli.whatif:whatif",
    "serve": "hygie.cli.serve:serve",
    "demo": "hygie.cli.serve:demo",
    "bench": "hygie.cli.bench:bench",
}


@click.group(cls=LazyGroup, commands_at=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="hygie")
def hygie() -> None:
    """Mesurer qui peut accéder à quoi dans une commune, et ce qu’une fermeture changerait."""


def run(words: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; a user's error is one message, never a traceback.

    Parameters
    ----------
    words
        The words after ``hygie``; those of the process when None.
    """
    try:
        hygie(words, standalone_mode=False)
    except HygieError as error:
        click.echo(f"Erreur\u00a0: {error}", err=True)
        return 1
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrompu.", err=True)
        return 130
    except BrokenPipeError:
        return 0
    return 0


def main() -> None:
    """Run the command line."""
    sys.exit(run())
