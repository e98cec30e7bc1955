"""What the catalogue must say for a report: the shape its entries have, without depending on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class IndicatorTexts(Protocol):
    """How one indicator is read."""

    @property
    def kind(self) -> str:
        """How it is computed, as the engines name it: ``access``."""
        ...

    @property
    def short(self) -> str:
        """Name for tables and menus."""
        ...

    @property
    def numerator(self) -> str:
        """What is counted."""
        ...

    @property
    def denominator(self) -> str:
        """What it is compared with."""
        ...

    @property
    def mode(self) -> str:
        """``walk``, ``car`` or empty."""
        ...

    @property
    def target(self) -> str:
        """What residents are far from, « d’une pharmacie », or empty."""
        ...

    @property
    def reading(self) -> str:
        """How to read the figure."""
        ...

    @property
    def limits(self) -> tuple[str, ...]:
        """What the figure does not say."""
        ...


class NeededTexts(Protocol):
    """A data set to ask for."""

    @property
    def publisher(self) -> str:
        """Who publishes it."""
        ...

    @property
    def dataset(self) -> str:
        """Its name."""
        ...

    @property
    def page(self) -> str:
        """Where it is told of: text to show."""
        ...

    @property
    def finest(self) -> str:
        """Finest level at which it is known to be published, or empty."""
        ...

    @property
    def status(self) -> str:
        """``verified`` or ``to-verify``."""
        ...


class OfficialTexts(Protocol):
    """How one indicator of an official table is read."""

    @property
    def short(self) -> str:
        """Name for sentences and menus."""
        ...

    @property
    def numerator(self) -> str:
        """What is counted."""
        ...

    @property
    def denominator(self) -> str:
        """What it is compared with."""
        ...

    @property
    def decimals(self) -> int:
        """How many to print."""
        ...

    @property
    def needs(self) -> NeededTexts:
        """What to supply when no table gives it."""
        ...

    @property
    def reading(self) -> str:
        """How to read the figure."""
        ...

    @property
    def limits(self) -> tuple[str, ...]:
        """What the figure does not say."""
        ...

    @property
    def status(self) -> str:
        """``verified``, or ``to-verify``: whether its definition was read at its source."""
        ...


class FigureTexts(Protocol):
    """What a reference figure measures."""

    @property
    def title(self) -> str:
        """In French."""
        ...


class CategoryTexts(Protocol):
    """How sentences name a kind of place."""

    @property
    def title(self) -> str:
        """« pharmacie »."""
        ...

    @property
    def plural(self) -> str:
        """« pharmacies »."""
        ...

    @property
    def indefinite(self) -> str:
        """« une pharmacie »."""
        ...


class SourceTexts(Protocol):
    """What a source asks to be printed."""

    @property
    def attribution(self) -> str:
        """Words its licence asks for, or empty."""
        ...


class Texts(Protocol):
    """The catalogue, as far as reports read it: entries by key."""

    @property
    def indicators(self) -> Mapping[str, IndicatorTexts]:
        """Indicators."""
        ...

    @property
    def official(self) -> Mapping[str, OfficialTexts]:
        """Indicators of official tables."""
        ...

    @property
    def figures(self) -> Mapping[str, FigureTexts]:
        """Reference figures."""
        ...

    @property
    def categories(self) -> Mapping[str, CategoryTexts]:
        """Kinds of place."""
        ...

    @property
    def sources(self) -> Mapping[str, SourceTexts]:
        """Data sets."""
        ...
