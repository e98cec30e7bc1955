"""« Where to open »: counters, health centres, respite places, services to keep; the siting engine."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from hygie.apps.territory.live_steps import FIELD, OPEN, Step
from hygie.apps.territory.selectors import Opened
from hygie.apps.territory.studies.fields import number_of, several_of, text_of
from hygie.apps.territory.studies.kinds.siting_form import PRESETS, fields
from hygie.apps.territory.studies.registry import (
    Answers,
    FileRead,
    Json,
    Kind,
    Material,
    Outcome,
    Progress,
)
from hygie.apps.territory.studies.zones import zone_rows
from hygie.engines.diagnosis.candidates import PUBLIC_PLACES
from hygie.engines.diagnosis.offset import CandidateSource
from hygie.engines.diagnosis.residents import QPV
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.measures import FigureUse, Provenance
from hygie.engines.kernel.minutes import to_minutes
from hygie.engines.kernel.territory import Booleans, Floats
from hygie.engines.siting.placed import Siting
from hygie.engines.siting.problem import COVERING, Objective
from hygie.readers.siting_files import CandidateRow, read_candidates
from hygie.reports.json_siting import siting_json
from hygie.reports.studies.layers import Layer, layer_json, minute_layers, points
from hygie.reports.studies.siting import NEW, present
from hygie.reports.studies.values import source_lines
from hygie.territories.siting import SitingRequest, site

LIMIT, SMALLEST = "access_15", "smallest_count"
"""Figures of the catalogue: minutes of the questions of access, and smallest count shown."""

WALKING = frozenset({"walking_speed", "detour_factor", "snap_limit"})
"""Figures of the territory that walks stand on."""


def read_file(name: str, content: bytes) -> FileRead:
    """Candidates of a table; faulty rows are rejected and told.

    Raises
    ------
    HygieError
        If it is no such table.
    """
    del name
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "candidats.csv"
        path.write_bytes(content)
        read = read_candidates(path)
    rows = [[one.id, one.name, one.lon, one.lat, one.capacity, one.price] for one in read.kept]
    if not rows:
        raise HygieError(
            "Ce fichier ne donne aucun lieu candidat.", fix="Vérifiez les colonnes id, lon et lat."
        )
    account = read.account
    told = tuple(f"ligne {one.row}, {one.column} : {one.reason}" for one in account.rejects[:50])
    return FileRead(json.dumps(rows), len(rows), len(account.rejects), told)


def run(material: Material, answers: Answers, file: str, progress: Progress) -> Outcome:
    """Ask the engine, and keep what may be shown."""
    progress(0.05, "Trajets à pied vers chaque lieu candidat")
    opened = material.opened
    request, figures = _request(opened, answers, file)
    found = site(material.stored, request)
    progress(0.8, "Habitants par zone")
    smallest = opened.catalogue.figure(SMALLEST, opened.day)
    warnings = (*opened.territory.warnings, *found.answer.warnings)
    walking = [one for one in material.stored.figures if one.key in WALKING]
    provenance = Provenance(dict(found.asked), (*figures, *walking, smallest), (), warnings)
    told = siting_json(opened.territory, found, provenance, round(smallest.value))
    kept = {key: told[key] for key in KEPT}
    result: Json = {
        **kept,
        "figures": told["provenance"]["figures"],
        "sources": list(source_lines(opened.territory)),
        "from_file": bool(file),
        "budget": request.budget,
        "layers": [],
        "zones": [],
    }
    if found.answer.feasible:
        result |= _proof(opened, found, request)
    return Outcome(result)


KEPT = (
    *("status", "asked", "unit", "candidates", "sites", "cost", "bound", "gap", "more", "binding"),
    *("conflict", "warnings", "places", "measures"),
)
"""What is kept of the engine's JSON: everything but who goes where, home by home."""


def _request(opened: Opened, answers: Answers, file: str) -> tuple[SitingRequest, tuple[FigureUse, ...]]:
    objective = Objective(text_of(answers, "objective"))
    minutes = _optional(answers, "minutes")
    if minutes is None and objective in COVERING:
        minutes = opened.scene.main
    used = opened.catalogue.figure(LIMIT, opened.day)
    figures = (used,) if minutes == used.value else ()
    count = _optional(answers, "count")
    if count is None and objective is not Objective.COVER:
        raise HygieError("Il manque le nombre de lieux.", fix="Écrivez combien de lieux peuvent ouvrir.")
    service = text_of(answers, "service")
    closable = text_of(answers, "existing") == "closable" and bool(service)
    among = several_of(answers, "among")
    return (
        SitingRequest(
            objective=objective,
            service=service,
            existing=text_of(answers, "existing"),
            most=round(count) if count is not None and closable else None,
            more=round(count) if count is not None and not closable else None,
            minutes=minutes,
            among=_sources(opened, among, closable=closable),
            rows=_rows(file),
            rows_source="fichier de candidats",
            keep=several_of(answers, "keep"),
            forbid=several_of(answers, "forbid"),
            capacity=_optional(answers, "capacity"),
            weights=_weights(answers),
            budget=_optional(answers, "budget"),
            leave_out=bool(answers["leave_out"]),
        ),
        figures,
    )


def _optional(answers: Answers, key: str) -> float | None:
    return None if answers[key] is None else number_of(answers, key)


def _sources(opened: Opened, among: tuple[str, ...], *, closable: bool) -> tuple[CandidateSource, ...]:
    """Candidates: the sorts of place chosen; none besides the existing ones where those may close."""
    if not among and not closable:
        return PUBLIC_PLACES
    categories = opened.catalogue.categories
    return tuple(CandidateSource(categories[key].plural, (key,)) for key in among)


def _rows(file: str) -> tuple[CandidateRow, ...] | None:
    return tuple(CandidateRow(*row) for row in json.loads(file)) if file else None


def _weights(answers: Answers) -> dict[str, float]:
    """Weights that are not one: a group whose weight is one needs no data."""
    told = {QPV: number_of(answers, "weight_qpv"), "65+": number_of(answers, "weight_65")}
    return {key: value for key, value in told.items() if value != 1.0}


def _proof(opened: Opened, found: Siting, request: SitingRequest) -> dict[str, Any]:
    """Layers of the map, and residents within the limit before and after, by zone."""
    minutes = request.minutes or opened.scene.main
    now = np.array([one.existing for one in found.sites])
    ticks = found.problem.distance[:, now].min(axis=1) if now.any() else None
    before = np.zeros(len(found.demands), np.bool_) if ticks is None else to_minutes(ticks) <= minutes
    walks = to_minutes(found.ticks())
    after: Booleans = walks <= minutes
    return {
        "minutes": minutes,
        "layers": [layer_json(one) for one in _layers(opened, found, walks)],
        "zones": zone_rows(opened, before, after, estimate=found.estimate),
        "steps": _scenario(found, request),
    }


def _layers(opened: Opened, found: Siting, walks: Floats) -> list[Layer]:
    grid, windows = opened.scene.stage.grid, opened.scene.stage.windows
    layers: list[Layer] = []
    if grid is not None and windows:
        minutes = np.full(len(opened.territory.demand), np.nan)
        minutes[opened.study.residents.positions] = np.where(np.isfinite(walks), walks, np.nan)
        thresholds = opened.study.parameters.thresholds
        layers += minute_layers(grid, windows[0].frame.plane, minutes, thresholds=thresholds)
    chosen = found.answer.sites.tolist()
    candidates = [s for s in range(len(found.sites)) if s not in set(chosen)]
    layers.append(_marks(found, candidates, "study-candidate", "candidat écarté"))
    kept = [s for s in chosen if found.sites[s].existing]
    layers.append(_marks(found, kept, "study-kept", "lieu existant, gardé"))
    fresh = [s for s in chosen if not found.sites[s].existing]
    layers.append(_marks(found, fresh, "study-chosen", NEW, numbered=True))
    return layers


def _marks(found: Siting, ranks: list[int], look: str, words: str, *, numbered: bool = False) -> Layer:
    sites = [found.sites[rank] for rank in ranks]
    numbers = tuple(str(i) for i in range(1, len(sites) + 1)) if numbered else ()
    return Layer(
        key=look.removeprefix("study-"),
        look=look,
        words=words,
        shapes=points([one.lon for one in sites], [one.lat for one in sites]),
        names=tuple(one.name or one.category for one in sites),
        numbers=numbers,
        properties=tuple({"id": one.id, "source": one.source} for one in sites),
    )


def _scenario(found: Siting, request: SitingRequest) -> dict[str, str]:
    """Query of the live page that opens the first new site, where its service is known there."""
    fresh = [found.sites[s] for s in found.answer.sites.tolist() if not found.sites[s].existing]
    if not fresh or not request.service:
        return {}
    one = fresh[0]
    return {FIELD: Step(OPEN, category=request.service, lon=one.lon, lat=one.lat).text}


def _missing(opened: Opened) -> str:
    return "" if opened.study.residents.positions.size else "aucun habitant n’est connu"


KIND = Kind(
    key="siting",
    title="Où ouvrir, garder ou fermer des lieux ?",
    about="Choisit, parmi des lieux candidats, ceux qui servent le mieux les habitants à pied, et le prouve.",
    short="Implantation",
    fields=fields,
    run=run,
    present=present,
    presets=PRESETS,
    read_file=read_file,
    largest_file=2 * 1024**2,
    missing=_missing,
)
