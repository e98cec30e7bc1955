"""What the catalogue must say for a report: the shape its entries have, without depending on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class IndicatorTexts(Protocol):
    """How one indicator is read."""

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
    def reading(self) -> str:
        """How to read the figure."""
        ...

    @property
    def limits(self) -> tuple[str, ...]:
        """What the figure does not say."""
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
