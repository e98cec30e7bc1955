"""Name of the territory shown, read from its manifest alone: every page bears it, few open the rest."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from hygie.apps.core.public.town import Town, read_town_with
from hygie.apps.territory.live_folders import shown_folder
from hygie.readers.calendars import departement_of
from hygie.readers.territory_folder.integrity import MANIFEST


def town_shown() -> Town | None:
    """The territory that this site shows; None where there is none, or its manifest is not readable."""
    file = shown_folder() / MANIFEST
    try:
        return _town(file, file.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError, TypeError):
        return None


@lru_cache(maxsize=8)
def _town(file: Path, stamp: int) -> Town:
    del stamp  # the file is read again once it was written again
    told = json.loads(file.read_bytes())
    return Town(str(told["name"]), bool(told["fictional"]), departement_of(str(told["code"])))


read_town_with(town_shown)
