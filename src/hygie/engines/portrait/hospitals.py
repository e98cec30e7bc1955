"""Hospital watch: what hospitals count and may do over the years, and what they have lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hygie.engines.kernel.french import capital, counted, listing, number, percent, typeset
from hygie.engines.kernel.hospital import ActivityKind, Hospital, HospitalActivity, HospitalRecords
from hygie.engines.kernel.statistic import Statistic
from hygie.engines.portrait.result import Authorisation, HospitalSite, HospitalWatch

BEDS = "lits"
"""Unit of the numbers that count beds."""

OVERDUE = "date de fin dépassée, à vérifier"
"""What is said of an authorisation past its end: the reform of 2023 may have prolonged it."""

Series = tuple[Statistic, ...]


@dataclass(frozen=True, slots=True)
class WatchRules:
    """When a fall of beds is told: a share of the highest known count, from 0 to 1."""

    beds_fall: float

    def __post_init__(self) -> None:
        if not 0 < self.beds_fall <= 1:
            raise ValueError("a fall is a share above 0 and up to 1")


@dataclass(frozen=True)
class _Study:
    """Rules, day, newest year of each source of numbers and of each way of knowing an activity."""

    rules: WatchRules
    on: str
    numbers: Mapping[str, int]
    activities: Mapping[ActivityKind, int]


def hospital_watch(
    records: HospitalRecords, statistics: Iterable[Statistic], rules: WatchRules, *, on: str
) -> HospitalWatch:
    """Follow hospitals over the vintages there are; nothing is said about a year that no file tells.

    Parameters
    ----------
    records
        Hospitals of the territory and of its margin, with their activities by vintage.
    statistics
        Numbers of levels ``site`` and ``entity``; others are left aside. Those of a legal entity go
        with its establishment that has most beds, and keep their level.
    rules
        When a fall of beds is told.
    on
        ISO date of the diagnosis: an authorisation that ended before it is told as past its end.

    Returns
    -------
    HospitalWatch
        Establishments with at least a number or an authorisation, those of the territory first, then
        by beds. ``lost`` compares each older vintage with the newest of the same source.
    """
    series = _series(statistics)
    placed = _placed(records.hospitals, series)
    study = _Study(rules, on, _newest_numbers(series), _newest_activities(records.activities))
    by_site: dict[str, list[HospitalActivity]] = {}
    for one in records.activities:
        by_site.setdefault(one.site, []).append(one)
    ranked = sorted(
        records.hospitals, key=lambda h: (not h.inside, -_beds(placed.get(h.code, ())), h.name, h.code)
    )
    sites = [
        _site(
            hospital,
            study,
            series=placed.get(hospital.code, ()),
            activities=by_site.get(hospital.code, ()),
        )
        for hospital in ranked
    ]
    told = tuple(site for site in sites if site.series or site.authorisations or site.lost)
    return HospitalWatch(told, _warnings(told, rules))


def _series(statistics: Iterable[Statistic]) -> list[Series]:
    """Numbers by establishment or entity and by what they count, each oldest first.

    What is zero every year is left out: a dialysis centre has no maternity to follow.
    """
    found: dict[tuple[str, str, str], list[Statistic]] = {}
    for one in statistics:
        if one.level in ("site", "entity") and one.value is not None:
            found.setdefault((one.level, one.code, one.key), []).append(one)
    return [
        tuple(sorted(several, key=lambda s: int(s.year)))
        for several in found.values()
        if any(one.value for one in several)
    ]


def _placed(hospitals: Sequence[Hospital], series: Sequence[Series]) -> dict[str, tuple[Series, ...]]:
    """Series by establishment; those of an entity go with its main establishment."""
    placed: dict[str, tuple[Series, ...]] = {}
    for one in series:
        if one[0].level == "site":
            placed[one[0].code] = (*placed.get(one[0].code, ()), one)
    main: dict[str, Hospital] = {}
    for hospital in hospitals:
        if hospital.entity:
            held = main.setdefault(hospital.entity, hospital)
            if _beds(placed.get(hospital.code, ())) > _beds(placed.get(held.code, ())):
                main[hospital.entity] = hospital
    for one in series:
        if one[0].level == "entity" and one[0].code in main:
            code = main[one[0].code].code
            placed[code] = (*placed.get(code, ()), one)
    return placed


def _beds(series: Iterable[Series]) -> float:
    """Largest newest count of beds of an establishment; 0 when none is told."""
    return max((one[-1].value or 0.0 for one in series if one[0].unit == BEDS), default=0.0)


def _newest_numbers(series: Sequence[Series]) -> dict[str, int]:
    newest: dict[str, int] = {}
    for one in series:
        source, year = one[-1].source, int(one[-1].year)
        newest[source] = max(year, newest.get(source, year))
    return newest


def _newest_activities(activities: Sequence[HospitalActivity]) -> dict[ActivityKind, int]:
    newest: dict[ActivityKind, int] = {}
    for one in activities:
        newest[one.kind] = max(one.year, newest.get(one.kind, one.year))
    return newest


def _site(
    hospital: Hospital,
    study: _Study,
    *,
    series: Sequence[Series],
    activities: Sequence[HospitalActivity],
) -> HospitalSite:
    granted = study.activities.get(ActivityKind.AUTHORISED)
    current = [a for a in activities if a.kind is ActivityKind.AUTHORISED and a.year == granted]
    return HospitalSite(
        code=hospital.code,
        name=hospital.name,
        commune=hospital.commune,
        series=tuple(series),
        authorisations=tuple(
            Authorisation(a.activity, a.title, a.until, OVERDUE if a.until and a.until < study.on else "")
            for a in current
        ),
        lost=tuple(
            typeset(sentence)
            for sentence in (
                *_lost_numbers(series, study),
                *_falls(series, study.rules),
                *_lost_activities(activities, study),
            )
        ),
    )


def _lost_numbers(series: Sequence[Series], study: _Study) -> list[str]:
    """Numbers above zero of an older year that the newest year of the same source does not tell."""
    lost = []
    for one in series:
        last, year = one[-1], study.numbers[one[-1].source]
        if int(last.year) < year and last.value:
            lost.append(
                f"{last.title} : {number(last.value)} en {last.year}, plus de valeur en {year}, à vérifier."
            )
    return lost


def _falls(series: Sequence[Series], rules: WatchRules) -> list[str]:
    return [
        f"{top.title} : {number(top.value or 0)} en {top.year}, {number(last.value or 0)} en {last.year}, "
        f"soit {percent(share)} de moins."
        for top, last, share in map(_fall, series)
        if top.unit == BEDS and share >= rules.beds_fall
    ]


def _fall(series: Series) -> tuple[Statistic, Statistic, float]:
    """Highest number (the latest of equals), the newest, and the share of the first that is gone."""
    top, last = max(series, key=lambda s: (s.value or 0.0, int(s.year))), series[-1]
    most = top.value or 0.0
    # Difference first: 1 - 90 / 100 falls short of 0.1 in floating point.
    return top, last, (most - (last.value or 0.0)) / most if most else 0.0


def _lost_activities(activities: Sequence[HospitalActivity], study: _Study) -> list[str]:
    """Activities of older vintages, told with the last year that has them."""
    last: dict[tuple[ActivityKind, str], HospitalActivity] = {}
    for one in activities:
        known = last.setdefault((one.kind, one.activity), one)
        if one.year > known.year:
            last[one.kind, one.activity] = one
    return [
        _gone(one, study.activities[one.kind])
        for one in last.values()
        if one.year < study.activities[one.kind]
    ]


def _gone(activity: HospitalActivity, newest: int) -> str:
    if activity.kind is ActivityKind.AUTHORISED:
        return (
            f"Autorisation « {activity.title} » : présente dans l’édition {activity.vintage}, absente en "
            f"{newest}, à vérifier (activité arrêtée, transférée ou renommée)."
        )
    return (
        f"{capital(activity.title)} : bordereau rempli en {activity.year}, pas en {newest}, à vérifier "
        "(activité arrêtée, transférée ou déclarée ailleurs)."
    )


def _warnings(sites: Sequence[HospitalSite], rules: WatchRules) -> tuple[str, ...]:
    if not sites:
        return ()
    warnings = []
    falling = [site for site in sites if _falls(site.series, rules)]
    if falling:
        warnings.append(
            f"Les lits baissent d’au moins {percent(rules.beds_fall)} dans "
            f"{counted(len(falling), 'établissement', 'établissements')} : "
            f"{listing([site.name for site in falling])}."
        )
    overdue = sum(bool(a.note) for site in sites for a in site.authorisations)
    if overdue:
        warnings.append(
            f"{counted(overdue, 'autorisation a', 'autorisations ont')} une date de fin dépassée : "
            "la réforme de 2023 en a prolongé ; à vérifier auprès de l’agence régionale de santé."
        )
    if not any(len(one) > 1 for site in sites for one in site.series):
        warnings.append(
            "Une seule année est fournie pour chaque nombre : aucune évolution ne peut être dite. "
            "Ajoutez une édition plus ancienne à la recette."
        )
    return tuple(typeset(warning) for warning in warnings)
