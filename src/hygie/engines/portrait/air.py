"""The air near a territory, as official results: what a station measures, never the commune's value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hygie.engines.kernel.french import typeset
from hygie.engines.kernel.measures import Reason, Status
from hygie.engines.kernel.statistic import Statistic, StatisticStatus
from hygie.engines.portrait.result import OfficialResult

THEME = "environment"

_STATUSES = {
    StatisticStatus.SECRET: Status.SUPPRESSED,
    StatisticStatus.NOT_AVAILABLE: Status.NOT_COMPUTED,
    StatisticStatus.ESTIMATE: Status.ESTIMATE,
}


def air_results(
    statistics: Iterable[Statistic], *, accounts: Mapping[str, str] | None = None
) -> tuple[OfficialResult, ...]:
    """One result by pollutant that stations measure, in the order of the statistics.

    Parameters
    ----------
    statistics
        Those of level ``station`` are read. The key of the newest year is the shortest of a pollutant;
        an earlier year has the same key followed by its year.
    accounts
        Key of the source account by source as printed in ``Statistic.source``.

    Returns
    -------
    tuple
        ``main`` stays at the level of its station, and the title says which one and how far.
    """
    stations = [one for one in statistics if one.level == "station"]
    earlier: dict[str, list[Statistic]] = {}
    for one in stations:
        family = one.key.removesuffix(f"_{one.year}")
        if family != one.key and one.value is not None:
            earlier.setdefault(family, []).append(one)
    newest = [one for one in stations if not one.key.endswith(f"_{one.year}")]
    known = accounts or {}
    return tuple(_result(one, earlier.get(one.key, []), known.get(one.source, "")) for one in newest)


def _result(one: Statistic, earlier: list[Statistic], source: str) -> OfficialResult:
    status = _STATUSES.get(one.status, Status.COMPUTED)
    return OfficialResult(
        key=one.key,
        theme=THEME,
        title=typeset(f"{one.title} : {one.name[:1].lower()}{one.name[1:]}"),
        question=typeset(f"Que mesure la station de fond la plus proche : {one.title} ?"),
        unit=one.unit,
        status=status,
        reason=Reason.NO_SOURCE if status is Status.NOT_COMPUTED else None,
        main=one if one.value is not None else None,
        values=(one,) if one.value is not None else (),
        earlier=tuple(sorted(earlier, key=lambda s: s.year)),
        source=source if one.value is not None else "",
    )
