"""Parameters of the portrait, from the catalogue."""

from __future__ import annotations

from hygie.engines.portrait.official import OfficialParameters, OfficialSheet, Rate, Reading
from hygie.readers.catalogue import Catalogue, OfficialIndicator, ReadingWords


def portrait_parameters(catalogue: Catalogue) -> OfficialParameters:
    """Official indicators in their order, and the statistics that tables of the catalogue give."""
    sheets = tuple(_sheet(indicator) for indicator in catalogue.official.values())
    described = (key for source in catalogue.sources.values() for key in source.statistics)
    return OfficialParameters(sheets, frozenset(described))


def _sheet(indicator: OfficialIndicator) -> OfficialSheet:
    return OfficialSheet(
        key=indicator.key,
        theme=indicator.theme,
        title=indicator.title,
        question=indicator.question,
        unit=indicator.unit,
        reads=_reading(indicator.reads),
        earlier=tuple(_reading(one) for one in indicator.earlier),
    )


def _reading(words: ReadingWords) -> Reading:
    if words.statistic:
        return words.statistic
    return Rate(words.numerator, words.denominator, words.multiplier, words.offset)
