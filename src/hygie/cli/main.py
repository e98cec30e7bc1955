"""The hygie command and what all its commands share.

Exit codes: 0 done; 1 the request cannot be met, with one message on standard error saying what,
why and what to do; 2 the words of the command are off; 3 a run computed again gives another result;
130 interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from hygie import __version__
from hygie.cli.lazy import LazyGroup, in_french, usage_words
from hygie.engines.kernel.errors import HygieError

COMMANDS = {
    "territory": "hygie.cli.territory:territory",
    "streets": "hygie.cli.streets:streets",
    "reach": "hygie.cli.reach:reach",
    "diagnose": "hygie.cli.diagnose:diagnose",
    "whatif": "hygie.cli.whatif:whatif",
    "offset": "hygie.cli.offset:offset",
    "site": "hygie.cli.site:site",
    "apl": "hygie.cli.apl:apl",
    "green": "hygie.cli.green:green",
    "exposure": "hygie.cli.exposure:exposure",
    "perimeters": "hygie.cli.perimeters:perimeters",
    "walk": "hygie.cli.walk:walk",
    "replay": "hygie.cli.replay:replay_run",
    "serve": "hygie.cli.serve:serve",
    "demo": "hygie.cli.serve:demo",
    "account": "hygie.cli.account:account",
    "messages": "hygie.cli.messages:messages",
    "worker": "hygie.cli.worker:worker",
    "check": "hygie.cli.check:check",
    "backup": "hygie.cli.keeping:backup",
    "restore": "hygie.cli.keeping:restore",
    "keys": "hygie.cli.keeping:keys",
    "audit": "hygie.cli.audit:audit",
    "directory": "hygie.cli.directory:directory",
    "bench": "hygie.cli.bench:bench",
}


@click.group(cls=LazyGroup, commands_at=COMMANDS)
@click.version_option(__version__, prog_name="hygie", help="Dire la version.")
def hygie() -> None:
    """Mesurer qui peut accéder à quoi dans une commune, et ce qu’une fermeture changerait."""


in_french(hygie)


def run(words: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; a user's error is one message, never a traceback.

    Parameters
    ----------
    words
        The words after ``hygie``; those of the process when None.
    """
    try:
        told = hygie(words, standalone_mode=False)
    except HygieError as error:
        click.echo(f"Erreur\u00a0: {error}", err=True)
        return 1
    except click.ClickException as error:
        where = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "hygie"
        click.echo(f"Erreur\u00a0: {usage_words(error)}. Voyez «\u00a0{where} --help\u00a0».", err=True)
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrompu.", err=True)
        return 130
    except BrokenPipeError:
        return 0
    # A command that ends by « context.exit » gives its code; the others give nothing.
    return _flushed() or (told if isinstance(told, int) else 0)


def _flushed() -> int:
    """Exit code once standard output has taken everything: a full disk is said, not traced."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return 0
    except OSError as error:
        click.echo(f"Erreur\u00a0: la sortie n’a pas pu être écrite ({error.strerror}).", err=True)
        return 1
    return 0


def main() -> None:
    """Run the command line."""
    sys.exit(run())
