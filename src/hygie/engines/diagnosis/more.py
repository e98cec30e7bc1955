"""Kinds of indicators computed each by a module of its own: how to compute one, what to say of it.

``compute`` gives the indicator with nothing kept back yet: counts of residents are measures named
``people`` and ``people_x`` beside their share ``x``, so that publication finds them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from hygie.engines.diagnosis.catchment import catchment_result, say_catchment
from hygie.engines.diagnosis.inequality import inequality_result, say_inequality
from hygie.engines.diagnosis.open_hours import open_findings, open_result
from hygie.engines.diagnosis.parameters import IndicatorSheet, Kind
from hygie.engines.diagnosis.result import Finding, IndicatorResult
from hygie.engines.diagnosis.retirement import retirement_result, say_retirement
from hygie.engines.diagnosis.school_ways import school_findings, school_result
from hygie.engines.diagnosis.study import Study
from hygie.engines.diagnosis.tree_cover import tree_findings, tree_result
from hygie.engines.kernel.minutes import Ticks

Compute = Callable[[Study, IndicatorSheet, Mapping[str, Ticks]], IndicatorResult]
"""From the study, the sheet, and the ticks of the access indicators by key."""

Say = Callable[[Study, IndicatorSheet, IndicatorResult], Iterable[Finding]]
"""From the study, the sheet, and the indicator as published."""


@dataclass(frozen=True, slots=True)
class Way:
    """How one kind is computed and said."""

    compute: Compute
    say: Say


MORE: Mapping[Kind, Way] = {
    Kind.OPEN: Way(open_result, open_findings),
    Kind.TREES: Way(tree_result, tree_findings),
    Kind.SCHOOL_WAY: Way(school_result, school_findings),
    Kind.CATCHMENT: Way(catchment_result, say_catchment),
    Kind.RETIREMENT: Way(retirement_result, say_retirement),
    Kind.INEQUALITY: Way(inequality_result, say_inequality),
}
"""By kind; the kinds that are not here are computed by ``diagnose`` itself."""
