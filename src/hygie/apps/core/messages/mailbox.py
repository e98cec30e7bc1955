"""A folder of returned e-mails (Maildir), read once each."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from hygie.apps.core.messages.bounces import LARGEST, Outcome, take_in
from hygie.engines.kernel.errors import HygieError


def take_in_folder(folder: Path) -> Counter[Outcome]:
    """Read the new e-mails of a Maildir and put them among those read, whatever they hold.

    Links are left alone: whoever can deliver here must not have other files read.

    Raises
    ------
    HygieError
        If it is no Maildir, or cannot be read or written.
    """
    new, seen = folder / "new", folder / "cur"
    if not new.is_dir() or not seen.is_dir():
        raise HygieError(
            f"{folder} n’est pas une boîte Maildir.",
            why="Il y manque les dossiers « new » et « cur ».",
            fix="Donnez le dossier où votre serveur de courriel dépose les retours.",
        )
    told: Counter[Outcome] = Counter()
    try:
        for file in sorted(new.iterdir()):
            if file.is_symlink() or not file.is_file():
                continue
            with file.open("rb") as opened:
                told[take_in(opened.read(LARGEST + 1))] += 1
            file.replace(seen / f"{file.name.partition(':')[0]}:2,S")
    except OSError as error:
        raise HygieError(
            f"{folder} ne peut pas être lu.", why=f"{error.strerror}.", fix="Vérifiez les droits."
        ) from error
    return told
