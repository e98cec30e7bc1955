"""The catalogue, read strictly: figures, indicators, source sheets and categories of place."""

from __future__ import annotations

from hygie.readers.catalogue.checking import load_checked
from hygie.readers.catalogue.loading import load_catalogue, load_figures
from hygie.readers.catalogue.model import (
    Catalogue,
    Category,
    DatedValue,
    Figure,
    Indicator,
    SourceSheet,
)
from hygie.readers.catalogue.official import NeededSource, OfficialIndicator, ReadingWords
from hygie.readers.catalogue.strict_yaml import Document, load_yaml, read_document

__all__ = [
    "Catalogue",
    "Category",
    "DatedValue",
    "Document",
    "Figure",
    "Indicator",
    "NeededSource",
    "OfficialIndicator",
    "ReadingWords",
    "SourceSheet",
    "load_catalogue",
    "load_checked",
    "load_figures",
    "load_yaml",
    "read_document",
]
