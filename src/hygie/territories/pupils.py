"""How many residents of pupils' ages live at each point."""

from __future__ import annotations

import numpy as np

from hygie.engines.kernel.territory import Floats, Territory


def pupils_of(territory: Territory, first: int, last: int) -> Floats | None:
    """Expected residents from one age to another, both included, at each point inside; None when unknown.

    Each year of a band of ages counts alike.

    Parameters
    ----------
    first, last
        Ages in completed years.
    """
    demand = territory.demand
    if not demand.age_bands or not np.nansum(demand.by_age) > 0:
        return None
    expected = np.zeros(len(demand))
    for column, band in enumerate(demand.age_bands):
        years = 0 if band.last is None else min(last, band.last) - max(first, band.first) + 1
        if band.last is not None and years > 0:
            expected += np.nan_to_num(demand.by_age[:, column]) * years / (band.last - band.first + 1)
    return np.where(demand.inside, expected, 0.0)
