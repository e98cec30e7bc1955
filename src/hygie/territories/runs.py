"""Runs on a territory folder: computing them, keeping a record of them, computing them again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from hygie import __version__
from hygie.engines.diagnosis.changes import PlannedChange
from hygie.engines.diagnosis.diagnose import diagnose_study
from hygie.engines.diagnosis.parameters import DiagnosisParameters
from hygie.engines.diagnosis.study import prepare
from hygie.engines.diagnosis.what_if import WhatIf, what_if
from hygie.engines.kernel.measures import FigureUse
from hygie.engines.portrait.result import Portrait
from hygie.readers.catalogue import Catalogue, load_catalogue
from hygie.readers.parameters import diagnosis_parameters
from hygie.readers.territory_folder import StoredTerritory, open_territory
from hygie.readers.territory_folder.digests import folder_digests
from hygie.reports.canonical import part_digests, result_digest
from hygie.reports.json_portrait import portrait_json
from hygie.reports.json_whatif import whatif_json
from hygie.territories.portrait import portrait_from

DIAGNOSE, WHATIF = "diagnose", "whatif"
FORMAT = 1
"""Version of the record; another one is refused by its schema."""

Result = dict[str, Any]


def run_portrait(stored: StoredTerritory, catalogue: Catalogue) -> Portrait:
    """The portrait of a territory, as ``hygie diagnose`` computes it."""
    parameters = _parameters(stored, catalogue)
    study = prepare(stored.territory, stored.movements(), parameters, calendar=stored.calendar)
    return portrait_from(stored, study, diagnose_study(study), catalogue)


def run_what_if(stored: StoredTerritory, catalogue: Catalogue, change: PlannedChange) -> WhatIf:
    """A what-if, as ``hygie whatif`` computes it.

    Raises
    ------
    HygieError
        If a place or a category is unknown, or a point cannot be reached.
    """
    return what_if(stored.territory, stored.movements(), _parameters(stored, catalogue), change)


def _parameters(stored: StoredTerritory, catalogue: Catalogue) -> DiagnosisParameters:
    return diagnosis_parameters(catalogue, date.fromisoformat(stored.reference_date))


def run_record(
    kind: str, folder: Path, stored: StoredTerritory, result: Result, arguments: Mapping[str, Any]
) -> Result:
    """The record of a run, as values that ``json`` writes; the shape is ``run.schema.json``.

    Parameters
    ----------
    kind
        ``diagnose`` or ``whatif``.
    folder, stored
        The territory, on disk and in memory.
    result
        What the command wrote as JSON.
    arguments
        ``close`` and ``add`` of a what-if, as they were given; empty for a diagnosis.

    Raises
    ------
    HygieError
        If the manifest of the folder cannot be read.
    """
    return {
        "format": FORMAT,
        "kind": kind,
        "arguments": {key: list(value) for key, value in arguments.items()},
        "hygie": __version__,
        "territory": {
            "code": stored.territory.code,
            "name": stored.territory.name,
            "files": folder_digests(folder),
        },
        "figures": [asdict(figure) for figure in _figures(stored, result)],
        "result_sha256": result_digest(result),
        "parts": part_digests(result),
    }


def _figures(stored: StoredTerritory, result: Result) -> Iterable[FigureUse]:
    """Figures of the build and of the computation, each once, by key."""
    uses = {figure.key: figure for figure in stored.figures}
    uses |= {figure["key"]: FigureUse(**figure) for figure in result["provenance"]["figures"]}
    return [uses[key] for key in sorted(uses)]


@dataclass(frozen=True)
class Replay:
    """A run computed again.

    Attributes
    ----------
    same
        Whether the result has the recorded digest.
    recorded, found
        Digests of the result.
    versions
        Version of the program then and now.
    files, figures, parts
        Names of what differs: files of the territory, figures of the catalogue, parts of the result.
    """

    same: bool
    recorded: str
    found: str
    versions: tuple[str, str]
    files: tuple[str, ...]
    figures: tuple[str, ...]
    parts: tuple[str, ...]


def replay(
    record: Result, folder: Path, planned: Callable[[Sequence[str], Sequence[str]], PlannedChange]
) -> Replay:
    """Compute a recorded run again, on a folder.

    Parameters
    ----------
    record
        True to ``run.schema.json``.
    folder
        Territory folder to compute on.
    planned
        Reads what a what-if closes and opens, as the command does.

    Raises
    ------
    HygieError
        If the folder is no territory, or the what-if cannot be computed on it.
    """
    stored, catalogue = open_territory(folder), load_catalogue()
    arguments = record["arguments"]
    if record["kind"] == DIAGNOSE:
        result = portrait_json(stored.territory, run_portrait(stored, catalogue))
    else:
        change = planned(arguments["close"], arguments["add"])
        result = whatif_json(stored.territory, run_what_if(stored, catalogue, change))
    now = run_record(record["kind"], folder, stored, result, arguments)
    sides = [{one["key"]: one for one in told["figures"]} for told in (record, now)]
    return Replay(
        same=record["result_sha256"] == now["result_sha256"],
        recorded=record["result_sha256"],
        found=now["result_sha256"],
        versions=(record["hygie"], now["hygie"]),
        files=_differing(record["territory"]["files"], now["territory"]["files"]),
        figures=_differing(*sides),
        parts=_differing(record["parts"], now["parts"]),
    )


def _differing(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[str, ...]:
    """Keys whose values differ, or that one side lacks."""
    return tuple(sorted(key for key in {*before, *after} if before.get(key) != after.get(key)))
