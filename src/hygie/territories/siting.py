"""From a territory folder and what is asked to a siting problem, and back to people."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from hygie.engines.diagnosis.candidates import PUBLIC_PLACES
from hygie.engines.diagnosis.groups import DWELLINGS, AgeGroup, band_columns
from hygie.engines.diagnosis.offset import CandidateSource
from hygie.engines.diagnosis.residents import QPV, Residents, residents_of
from hygie.engines.diagnosis.result import WHOLE
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import listing
from hygie.engines.kernel.minutes import UNREACHABLE, Ticks, threshold_ticks
from hygie.engines.kernel.territory import OUTSIDE, Booleans, Floats, Places
from hygie.engines.kernel.travel import Movement
from hygie.engines.siting.median import Effort
from hygie.engines.siting.placed import Site, Siting
from hygie.engines.siting.problem import COVERING, Objective, Problem
from hygie.engines.siting.solve import solve
from hygie.readers.siting_files import CandidateRow
from hygie.readers.territory_folder import StoredTerritory

_AGES = re.compile(r"(?P<first>\d{1,3})(?:\+|-(?P<last>\d{1,3}))")
_HEAVIEST = 1_000.0


@dataclass(frozen=True)
class SitingRequest:
    """What is asked of a territory.

    Attributes
    ----------
    objective
        See ``Objective``.
    service
        Category of the service; its existing places are kept, closable or left aside, by
        ``existing``. Empty for a new service.
    existing
        ``keep``, ``closable`` or ``ignore``.
    most, more
        Open sites at most in all, or beyond those kept; at most one of them.
    minutes
        Limit, inclusive.
    among
        Where candidates come from, preferred ones first.
    rows, rows_source
        Candidates of a file, and the name of their source.
    keep, forbid
        Identifiers of candidates.
    capacity
        People a site may serve where its row does not say; None for any number.
    weights
        Extra weight by group: ``qpv``, ``65+``, ``0-17``.
    budget
        Euros that the opened sites may cost; their prices are in the rows.
    leave_out
        Whether those whom no candidate reaches in time are left out, and counted.
    seed
        Of the search.
    """

    objective: Objective
    service: str = ""
    existing: str = "keep"
    most: int | None = None
    more: int | None = None
    minutes: float | None = None
    among: tuple[CandidateSource, ...] = PUBLIC_PLACES
    rows: tuple[CandidateRow, ...] | None = None
    rows_source: str = ""
    keep: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    capacity: float | None = None
    weights: Mapping[str, float] | None = None
    budget: float | None = None
    leave_out: bool = False
    seed: int = 0


def site(stored: StoredTerritory, request: SitingRequest) -> Siting:
    """Choose sites in a territory, on foot.

    Raises
    ------
    HygieError
        If the request names something that is not there, or cannot be understood.
    """
    territory = stored.territory
    movement = stored.movements()["walk"]
    residents = residents_of(territory, ())
    if not residents.positions.size:
        raise HygieError("Ce territoire n’a aucun habitant connu.", fix="Ajoutez une source d’habitants.")
    sites, columns = _sites(territory.places, request)
    ticks = _ticks(movement, residents, sites, columns)
    people = residents.weights.get(WHOLE, residents.weights.get(DWELLINGS, np.zeros(0)))
    problem = _problem(stored, request, sites, (ticks, people, residents))
    left_out: Booleans = np.zeros(len(people), np.bool_)
    if request.leave_out and problem.limit is not None:
        beyond = ticks[:, ~problem.excluded] > problem.limit
        left_out = np.asarray(beyond.all(axis=1), np.bool_)
        zero = np.where(left_out, 0.0, 1.0)
        problem = replace(problem, weight=problem.weight * zero, people=problem.people * zero)
    answer = solve(problem, Effort(seed=request.seed))
    return Siting(
        asked=_asked(request),
        sites=sites,
        demands=tuple(territory.demand.ids[residents.positions].tolist()),
        problem=problem,
        answer=answer,
        people=people,
        people_known=residents.known,
        left_out=left_out,
        estimate=movement.model.estimate or not residents.known,
    )


def _asked(request: SitingRequest) -> dict[str, object]:
    """The request in words that JSON writes."""
    return {
        "objective": request.objective.value,
        "service": request.service,
        "existing": request.existing if request.service else "",
        "p": request.most,
        "add": request.more,
        "minutes": request.minutes,
        "keep": list(request.keep),
        "forbid": list(request.forbid),
        "capacity": request.capacity,
        "weights": dict(request.weights or {}),
        "budget": request.budget,
        "leave_out": request.leave_out,
        "seed": request.seed,
    }


def _sites(places: Places, request: SitingRequest) -> tuple[tuple[Site, ...], Sequence[int]]:
    """Existing places, then candidates, one a site; and their positions in places, -1 for a row."""
    found: dict[str, tuple[Site, int]] = {}
    if request.service and request.existing != "ignore":
        name = "lieux existants du service"
        for position in places.of(request.service).tolist():
            found[str(places.sites[position])] = (_of_place(places, position, name, existing=True), position)
    if request.rows is not None:
        for row in request.rows:
            one = _of_row(row, request.rows_source)
            found.setdefault(f"file:{row.id}", (one, -1))
    else:
        for source in request.among:
            for position in places.of(*source.categories).tolist():
                if places.inside[position]:
                    entry = (_of_place(places, position, source.name, existing=False), position)
                    found.setdefault(str(places.sites[position]), entry)
    if not found:
        raise HygieError(
            "Il n’y a aucun site candidat.", fix="Choisissez d’autres catégories avec --among, ou un fichier."
        )
    return tuple(one for one, _ in found.values()), [position for _, position in found.values()]


def _of_row(row: CandidateRow, source: str) -> Site:
    price = row.price or 0.0
    return Site(
        row.id, row.name, "", row.lon, row.lat, source, existing=False, capacity=row.capacity, price=price
    )


def _of_place(places: Places, position: int, source: str, *, existing: bool) -> Site:
    return Site(
        id=str(places.ids[position]),
        name=str(places.names[position]),
        category=str(places.categories[position]),
        lon=float(places.lon[position]),
        lat=float(places.lat[position]),
        source=source,
        existing=existing,
    )


def _ticks(
    movement: Movement, residents: Residents, sites: tuple[Site, ...], columns: Sequence[int]
) -> Ticks:
    """Walks from the counted demands to each site, shape (demands, sites)."""
    origins = movement.people.take(residents.positions)
    known = np.array([p for p in columns if p >= 0], np.int64)
    drawn = [one for one, p in zip(sites, columns, strict=True) if p < 0]
    goals = movement.places.take(known)
    if drawn:
        goals = goals.joined(movement.model.locate([s.lon for s in drawn], [s.lat for s in drawn]))
    ticks = movement.model.each(origins, goals)
    # the walks are those of places first, then of rows: back to the order of the sites
    order = np.argsort(np.argsort([p < 0 for p in columns], kind="stable"), kind="stable")
    return np.ascontiguousarray(ticks[:, order])


def _problem(
    stored: StoredTerritory,
    request: SitingRequest,
    sites: tuple[Site, ...],
    known: tuple[Ticks, Floats, Residents],
) -> Problem:
    ticks, people, residents = known
    ids = [one.id for one in sites]
    inside = set(stored.territory.places.ids[stored.territory.places.inside].tolist())
    stay = [s.existing and (request.existing == "keep" or s.id not in inside) for s in sites]
    kept = np.array(stay) | _marked(ids, request.keep, "--keep")
    most = request.most
    if request.more is not None:
        most = int(kept.sum()) + request.more
    limit = None if request.minutes is None else threshold_ticks(request.minutes)
    if request.objective in COVERING and limit is None:
        raise ValueError("a covering request has its minutes")
    capacity = None
    if request.capacity is not None or any(one.capacity is not None for one in sites):
        rest = np.inf if request.capacity is None else request.capacity
        capacity = np.array([rest if one.capacity is None else one.capacity for one in sites])
    return Problem(
        objective=request.objective,
        sites=tuple(ids),
        distance=np.minimum(ticks, UNREACHABLE),
        weight=people * _factors(stored, request.weights or {}, residents),
        people=people,
        kept=kept,
        excluded=_marked(ids, request.forbid, "--forbid"),
        price=np.array([one.price for one in sites]),
        most=most,
        limit=limit,
        budget=np.inf if request.budget is None else request.budget,
        capacity=capacity,
    )


def _marked(ids: Sequence[str], asked: tuple[str, ...], option: str) -> Booleans:
    unknown = [one for one in asked if one not in ids]
    if unknown:
        raise HygieError(
            f"{option}\u00a0: {listing(unknown)} n’est pas parmi les candidats.",
            why=f"Il y a {len(ids)} candidats, par exemple {ids[0]}.",
            fix="Voyez « hygie territory places », ou ajoutez sa catégorie avec --among.",
        )
    return np.isin(ids, asked)


def _factors(stored: StoredTerritory, weights: Mapping[str, float], residents: Residents) -> Floats:
    """Mean weight of a resident of each counted demand: the factors of its groups multiply."""
    demand, at = stored.territory.demand, residents.positions
    factor = np.ones(at.size)
    people = demand.people[at]
    for key, value in weights.items():
        if not 0 < value <= _HEAVIEST:
            raise HygieError(
                f"Le poids du groupe «\u00a0{key}\u00a0» n’est pas possible\u00a0: {value:g}.",
                fix=f"Donnez un nombre plus grand que 0 et au plus {_HEAVIEST:g}.",
            )
        if key == QPV:
            if QPV not in demand.zones:
                raise HygieError(
                    "Les quartiers prioritaires de ce territoire ne sont pas connus.",
                    fix="Ajoutez leur contour à la recette, ou retirez «\u00a0qpv\u00a0» des poids.",
                )
            factor *= np.where(demand.zones[QPV][at] != OUTSIDE, value, 1.0)
            continue
        group = parse_ages(key)
        columns = band_columns(group, demand.age_bands)
        if columns is None or not np.isfinite(demand.by_age[at]).all():
            known = listing([band.label for band in demand.age_bands]) or "aucune"
            raise HygieError(
                f"Le groupe «\u00a0{key}\u00a0» ne peut pas être pesé.",
                why=f"Les tranches d’âge connues sont\u00a0: {known}.",
                fix="Choisissez des âges qui suivent ces tranches.",
            )
        share = demand.by_age[at][:, columns].sum(axis=1) / np.where(people > 0, people, 1.0)
        factor *= 1.0 + (value - 1.0) * np.clip(share, 0.0, 1.0)
    return factor


def parse_ages(key: str) -> AgeGroup:
    """Ages of « 65+ » or « 0-17 ».

    Raises
    ------
    HygieError
        If it is neither.
    """
    match = _AGES.fullmatch(key)
    if match is None or (match["last"] and int(match["last"]) < int(match["first"])):
        raise HygieError(
            f"Le groupe «\u00a0{key}\u00a0» n’est pas compris.", fix="Écrivez qpv, 65+ ou 0-17, par exemple."
        )
    return AgeGroup(key, int(match["first"]), int(match["last"]) if match["last"] else None)
