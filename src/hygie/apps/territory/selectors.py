"""What pages read: the territory opened once, its diagnosis computed once, closures on demand."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from threading import Lock

from django.conf import settings

from hygie.engines.diagnosis.changes import PlannedChange
from hygie.engines.diagnosis.diagnose import closures_of, diagnose_study
from hygie.engines.diagnosis.result import ClosureLine, Diagnosis
from hygie.engines.diagnosis.study import Study, prepare
from hygie.engines.diagnosis.what_if import what_if_study
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.territory import Territory
from hygie.engines.streets.graph import StreetGraph
from hygie.readers.catalogue import Catalogue, load_catalogue
from hygie.readers.parameters import diagnosis_parameters
from hygie.readers.territory_folder import open_territory
from hygie.readers.territory_folder.integrity import MANIFEST
from hygie.reports.closure import question, render_closure
from hygie.reports.page import render_diagnosis
from hygie.reports.provenance import attributions
from hygie.reports.sections import Scene, Section, section
from hygie.reports.stage import Stage, stage_of

_LOCK = Lock()


@dataclass(frozen=True, eq=False)
class Opened:
    """A territory ready for pages: opened, diagnosed, drawn. Two of them are never equal.

    Attributes
    ----------
    study
        The territory as the engines take it.
    catalogue
        Words and reference figures.
    diagnosis
        Its indicators, as they may be published.
    closures
        Every closure, costliest first.
    scene
        What maps and tables are drawn from.
    streets
        Streets to draw; None without streets.
    """

    study: Study
    catalogue: Catalogue
    diagnosis: Diagnosis
    closures: tuple[ClosureLine, ...]
    scene: Scene
    streets: StreetGraph | None

    @property
    def territory(self) -> Territory:
        """Residents, places and zones."""
        return self.study.territory

    @property
    def attributions(self) -> list[tuple[str, str]]:
        """(words, address or empty) that the licences of the sources ask to print."""
        return attributions(self.territory, self.catalogue)


def current_territory() -> Opened:
    """The territory that this site shows; opened again when its folder was written again.

    Raises
    ------
    HygieError
        If the folder is not a territory, or is damaged.
    """
    folder = Path(settings.TERRITORY_FOLDER)
    with _LOCK:
        return _opened(folder, _stamp(folder))


def warm() -> None:
    """Open the territory before the first reader asks; when it cannot be, the pages will say why."""
    with suppress(HygieError):
        overview(current_territory())


def _stamp(folder: Path) -> int:
    try:
        return (folder / MANIFEST).stat().st_mtime_ns
    except OSError as error:
        raise HygieError(
            "Aucun territoire n’a été trouvé.",
            why=f"Il n’y a pas de fichier {MANIFEST} dans le dossier « {folder.name} ».",
            fix="Arrêtez Hygie, puis lancez « hygie demo », ou « hygie serve » et un dossier de territoire.",
        ) from error


@lru_cache(maxsize=1)
def _opened(folder: Path, stamp: int) -> Opened:
    """Open a folder; ``stamp`` changes when it is written again, and so the cache forgets."""
    del stamp
    stored = open_territory(folder)
    catalogue = load_catalogue()
    parameters = diagnosis_parameters(catalogue, date.fromisoformat(stored.reference_date))
    study = prepare(stored.territory, stored.movements(), parameters)
    diagnosis = diagnose_study(study)
    streets = stored.streets["walk"].graph if "walk" in stored.streets else None
    stage = stage_of(stored.territory, parameters.smallest_count, streets)
    scene = Scene(stored.territory, diagnosis, catalogue, stage)
    return Opened(study, catalogue, diagnosis, closures_of(study), scene, streets)


def first_question(diagnosis: Diagnosis) -> str:
    """The indicator that the site opens on: that of the first finding, which is the most striking."""
    return diagnosis.findings[0].indicator if diagnosis.findings else diagnosis.indicators[0].key


@lru_cache(maxsize=1)
def overview(opened: Opened) -> tuple[Section, ...]:
    """Every question with its answer over the whole territory, without its map."""
    scene = replace(opened.scene, stage=Stage((), None))
    return tuple(section(scene, indicator) for indicator in opened.diagnosis.indicators)


@lru_cache(maxsize=1)
def report_page(opened: Opened) -> str:
    """The self-contained report."""
    return render_diagnosis(opened.territory, opened.diagnosis, opened.catalogue, opened.streets)


@dataclass(frozen=True, slots=True)
class ClosureFragment:
    """What closing one place changes: its question, and the HTML that answers it."""

    question: str
    html: str


@lru_cache(maxsize=64)
def closure_fragment(opened: Opened, place: str) -> ClosureFragment:
    """Close one place, compare, and write what changes.

    Raises
    ------
    HygieError
        If no place has this identifier.
    """
    change = what_if_study(opened.study, PlannedChange(close=(place,)))
    html = render_closure(opened.territory, change, opened.catalogue, opened.scene.stage)
    return ClosureFragment(question(opened.territory, change, opened.catalogue), html)
