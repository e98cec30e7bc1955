"""Parameters of the floating catchment, from the catalogue in force on a day."""

from __future__ import annotations

from datetime import date

from hygie.engines.kernel.measures import FigureUse
from hygie.engines.reach.catchments import StepDecay
from hygie.engines.reach.floating_catchment import CatchmentParameters
from hygie.readers.catalogue import Catalogue

_STEPS = ("near", "middle", "far")
_NEED = "apl_need_from_"
"""Keys of the use of care by age end with the first completed year of the class."""


def catchment_parameters(catalogue: Catalogue, on: date) -> CatchmentParameters:
    """Decay, cap, thresholds and age coefficients of the APL, with the figures in force on a day.

    Raises
    ------
    HygieError
        If a figure has no value on that day.
    """
    used: dict[str, FigureUse] = {}

    def value(key: str) -> float:
        used[key] = catalogue.figure(key, on)
        return used[key].value

    ages = sorted(int(key.removeprefix(_NEED)) for key in catalogue.figures if key.startswith(_NEED))
    return CatchmentParameters(
        decay=StepDecay(
            limits=tuple(value(f"apl_{step}") for step in _STEPS),
            weights=tuple(value(f"apl_weight_{step}") for step in _STEPS),
        ),
        activity_cap=value("apl_activity_cap"),
        underserved=value("apl_underserved"),
        retirement_age=value("apl_retirement_age"),
        age_coefficients={age: value(f"{_NEED}{age}") for age in ages},
        figures=tuple(used.values()),
    )
