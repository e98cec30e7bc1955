"""What a kind of study is: its form, its computation, how it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from hygie.apps.territory.selectors import Opened
from hygie.apps.territory.studies.fields import Answer, Field
from hygie.readers.territory_folder import StoredTerritory
from hygie.reports.studies.presentation import Presentation, StudyScene

Json = dict[str, Any]
Answers = Mapping[str, Answer]

LARGEST_FILE = 8 * 1024**2
"""Bytes of a file that is sent with a study, unless its kind takes less."""


class StoppedError(Exception):
    """The study was stopped, asked again or deleted meanwhile: nothing of this turn may be written."""


class Progress(Protocol):
    """Says how far a computation is; raises when the study was stopped meanwhile."""

    def __call__(self, progress: float, message: str = "") -> None:
        """``progress`` from 0 to 1, ``message`` in French; StoppedError when the study was stopped."""
        ...


@dataclass(frozen=True)
class Material:
    """What a kind computes with: the territory as pages see it, and its folder, both opened once."""

    opened: Opened
    stored: StoredTerritory


@dataclass(frozen=True)
class FileRead:
    """A file that a kind read.

    Attributes
    ----------
    content
        The least the kind needs, as text (JSON; base64 for bytes); kept encrypted.
    kept, rejected
        Rows.
    rejects
        Each rejected row in words, the first ones; without the values of the file where they tell of people.
    """

    content: str
    kept: int
    rejected: int = 0
    rejects: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What was found.

    Attributes
    ----------
    result
        As whoever may read the study may see it: counts of people too small already kept back. JSON.
    personal
        What tells of people one by one, or None.
    """

    result: Json
    personal: Json | None = None


@dataclass(frozen=True, slots=True)
class Preset:
    """A question in everyday words, and what it fills in the form."""

    key: str
    title: str
    about: str
    typed: Mapping[str, tuple[str, ...]]


Run = Callable[[Material, Answers, str, Progress], Outcome]
Present = Callable[[Json, Json | None, StudyScene], Presentation]


@dataclass(frozen=True)
class Kind:
    """A kind of study.

    Attributes
    ----------
    key
        Lower-case word, kept with each study: never changed.
    title, about
        The question, and one sentence on what the study tells.
    short
        For lists and running heads: « Implantation ».
    fields
        Its form on a territory.
    run
        ``run(material, answers, file, progress)``: the content of ``FileRead`` or an empty text.
        Raises HygieError, in words somebody acts on, when there is no answer.
    present
        ``present(result, personal, scene)``.
    format
        Version of the shape of its results: others are computed again.
    quick
        Whether it answers within the request: a second or less on Clairval.
    presets
        Questions that lead to it; its own title when there is none.
    read_file
        ``read_file(name, content)`` for the kinds that take a file: the least of it that is needed.
        Raises HygieError. None for the others.
    largest_file
        In bytes.
    missing
        Why it cannot be asked on this territory, in French; empty when it can.
    """

    key: str
    title: str
    about: str
    short: str
    fields: Callable[[Opened], tuple[Field, ...]]
    run: Run
    present: Present
    format: int = 1
    quick: bool = False
    presets: tuple[Preset, ...] = ()
    read_file: Callable[[str, bytes], FileRead] | None = None
    largest_file: int = LARGEST_FILE
    missing: Callable[[Opened], str] = field(default=lambda _opened: "")

    @property
    def doors(self) -> tuple[Preset, ...]:
        """Its presets, or itself as the only one."""
        return self.presets or (Preset("", self.title, self.about, {}),)
