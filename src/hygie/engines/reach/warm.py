"""Compile the kernels of this engine once, so that no first page waits."""

from __future__ import annotations

import numpy as np

from hygie.engines.kernel.travel import NearestTwo
from hygie.engines.reach.catchments import StepDecay, catchments_of_links
from hygie.engines.reach.closures import closure_losses


def warm() -> None:
    """Run every compiled function of the engine on one resident."""
    one = np.zeros((1, 1), np.int32)
    closure_losses(NearestTwo(one, one, one), np.ones(1), 1, felt_minutes=1.0, threshold_minutes=1.0)
    decay = StepDecay((1.0,), (1.0,))
    links = catchments_of_links(one[0], one[0], one[0], decay, shape=(1, 1))
    ratio = links.from_origins(np.ones(1), decay.column)
    links.from_places_at(links.touched([0]), ratio, decay.column)
