"""What a territory folder holds, as digests: two folders with the same ones are the same territory."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from hygie.engines.kernel.errors import HygieError
from hygie.readers.territory_folder.integrity import MANIFEST

_APART = ("content", "hygie")
"""Entries of the manifest that do not describe the territory: the other digests, and who wrote it."""


def folder_digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a territory folder by relative name, as its manifest states them.

    That of the manifest itself leaves out the version of the program that wrote it.

    Raises
    ------
    HygieError
        If the manifest cannot be read.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        digests = {str(name): str(digest) for name, digest in manifest["content"].items()}
        about = {key: value for key, value in manifest.items() if key not in _APART}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise HygieError(
            f"{folder} n’est pas un dossier de territoire.",
            why=f"Son fichier {MANIFEST} manque ou est illisible.",
            fix="Donnez un dossier écrit par « hygie territory build » ou « hygie territory demo ».",
        ) from error
    text = json.dumps(about, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return digests | {MANIFEST: hashlib.sha256(text.encode("utf-8")).hexdigest()}
