"""Where the catalogue's own files are."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def catalogue_folder() -> Path:
    """Folder of the catalogue shipped with Hygie."""
    return Path(str(files("hygie") / "catalogue"))
