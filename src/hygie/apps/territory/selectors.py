"""What pages read: the territory opened once, its diagnosis computed once, closures on demand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from threading import Lock

from hygie.apps.territory.live_folders import shown_folder
from hygie.engines.diagnosis.candidates import PUBLIC_PLACES
from hygie.engines.diagnosis.changes import PlannedChange
from hygie.engines.diagnosis.diagnose import closures_of, diagnose_study
from hygie.engines.diagnosis.offset import Offset, offset_study
from hygie.engines.diagnosis.result import ClosureLine, Diagnosis
from hygie.engines.diagnosis.study import Study, prepare
from hygie.engines.diagnosis.what_if import what_if_study
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.territory import Territory
from hygie.engines.portrait.result import Portrait
from hygie.engines.streets.graph import StreetGraph
from hygie.readers.catalogue import Catalogue, load_catalogue
from hygie.readers.parameters import diagnosis_parameters
from hygie.readers.territory_folder import open_territory
from hygie.readers.territory_folder.integrity import MANIFEST
from hygie.reports.chapters import Chapter, chapters_of
from hygie.reports.closure import question, render_closure
from hygie.reports.page import render_scene
from hygie.reports.provenance import attributions
from hygie.reports.sections import Scene, Section, section
from hygie.reports.stage import Stage, stage_of
from hygie.reports.themes import CHAPTERS, chapter_of
from hygie.territories.portrait import portrait_from

_LOCK = Lock()


@dataclass(frozen=True, eq=False)
class Opened:
    """A territory ready for pages: opened, diagnosed, portrayed, drawn. Two of them are never equal.

    Attributes
    ----------
    study
        The territory as the engines take it.
    catalogue
        Words and reference figures.
    diagnosis
        Its indicators, as they may be published.
    portrait
        The same, with official numbers, hospitals and quality of the data.
    closures
        Every closure, costliest first.
    scene
        What maps and tables are drawn from.
    streets
        Streets to draw; None without streets.
    day
        Reference date of the territory.
    """

    study: Study
    catalogue: Catalogue
    diagnosis: Diagnosis
    portrait: Portrait
    closures: tuple[ClosureLine, ...]
    scene: Scene
    streets: StreetGraph | None
    day: date

    @property
    def territory(self) -> Territory:
        """Residents, places and zones."""
        return self.study.territory

    @property
    def attributions(self) -> list[tuple[str, str]]:
        """(words, address or empty) that the licences of the sources ask to print."""
        told = attributions(self.territory, self.catalogue)
        return [(words.removeprefix("Source : "), address) for words, address in told]


def current_territory() -> Opened:
    """The territory that this site shows; opened again when its folder was written again.

    Raises
    ------
    HygieError
        If the folder is not a territory, or is damaged.
    """
    folder = shown_folder()
    with _LOCK:
        return _opened(folder, territory_stamp(folder))


def territory_stamp(folder: Path) -> int:
    """What changes when a folder is written again.

    Raises
    ------
    HygieError
        If it is not a territory.
    """
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
    day = date.fromisoformat(stored.reference_date)
    parameters = diagnosis_parameters(catalogue, day)
    study = prepare(stored.territory, stored.movements(), parameters, calendar=stored.calendar)
    diagnosis = diagnose_study(study)
    portrait = portrait_from(stored, study, diagnosis, catalogue)
    streets = stored.streets["walk"].graph if "walk" in stored.streets else None
    stage = stage_of(stored.territory, parameters.smallest_count, streets)
    scene = Scene(stored.territory, diagnosis, catalogue, stage, portrait)
    return Opened(study, catalogue, diagnosis, portrait, closures_of(study), scene, streets, day)


def first_question(diagnosis: Diagnosis) -> str:
    """The indicator that the site opens on: that of the first finding, which is the most striking."""
    return diagnosis.findings[0].indicator if diagnosis.findings else diagnosis.indicators[0].key


@lru_cache(maxsize=1)
def overview(opened: Opened) -> tuple[tuple[str, tuple[Section, ...]], ...]:
    """Every question with its answer over the whole territory, without its map, under its chapter."""
    scene = replace(opened.scene, stage=Stage((), None))
    by_chapter: dict[str, list[Section]] = {}
    for indicator in opened.diagnosis.indicators:
        by_chapter.setdefault(chapter_of(indicator, opened.catalogue), []).append(section(scene, indicator))
    return tuple((CHAPTERS[key], tuple(by_chapter[key])) for key in CHAPTERS if key in by_chapter)


@lru_cache(maxsize=1)
def chapters(opened: Opened) -> dict[str, Chapter]:
    """Chapters of the report, by key."""
    return {chapter.key: chapter for chapter in chapters_of(opened.scene)}


@lru_cache(maxsize=1)
def report_page(opened: Opened) -> str:
    """The self-contained report."""
    return render_scene(opened.scene)


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


@lru_cache(maxsize=64)
def offset_found(opened: Opened, place: str) -> Offset:
    """The smallest opening that gives back what closing a place takes.

    Raises
    ------
    HygieError
        If no place has this identifier.
    """
    return offset_study(opened.study, (place,), PUBLIC_PLACES)
