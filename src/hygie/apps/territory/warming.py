"""Being ready before somebody asks: in each serving process, the territory opened and changes tried."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from time import sleep

import numpy as np

from hygie.apps.territory.live_answers import answer, answer_html
from hygie.apps.territory.live_folders import shown_folder
from hygie.apps.territory.live_steps import CLOSE, OPEN, Step
from hygie.apps.territory.selectors import Opened, current_territory, overview, territory_stamp
from hygie.engines.kernel.errors import HygieError

WATCH_S = 5.0
"""Seconds between two looks at which version is shown."""


def warm() -> None:
    """Open the territory before the first reader asks; when it cannot be, the pages will say why."""
    with suppress(HygieError):
        opened = current_territory()
        overview(opened)
        try_changes(opened)


def try_changes(opened: Opened) -> None:
    """Close and open a place of each kind for nothing: what later changes stand on is then computed."""
    places = opened.territory.places
    kept = np.flatnonzero(places.inside)
    for rank, category in enumerate(dict.fromkeys(places.categories[kept].tolist())):
        first = int(kept[places.categories[kept] == category][0])
        point = (float(places.lon[first]), float(places.lat[first]))
        steps = (Step(CLOSE, str(places.ids[first])), Step(OPEN, "", category, *point))
        with suppress(HygieError):
            answer(opened, steps)
            if not rank:  # templates are read once
                answer_html(opened, steps, maps=True)


def keep_warm(every_s: float = WATCH_S, looks: int | None = None) -> None:
    """Watch which version is shown, and open it before a reader asks for it.

    Parameters
    ----------
    looks
        How many times to look; None without end.
    """
    seen: tuple[Path, int] | None = None
    count = 0
    while looks is None or count < looks:
        count += 1
        with suppress(HygieError):
            folder = shown_folder()
            now = (folder, territory_stamp(folder))
            if seen is not None and now != seen:
                warm()
            seen = now
        sleep(every_s)
