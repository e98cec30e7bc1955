"""The XML of a spreadsheet (OpenDocument 1.3): cells, rows, styles, panes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from hygie.reports.guarding import guarded, legal
from hygie.reports.ods.sheets import Format, Num, Sheet, Value

NAMESPACES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in (
        ("office", "urn:oasis:names:tc:opendocument:xmlns:office:1.0"),
        ("style", "urn:oasis:names:tc:opendocument:xmlns:style:1.0"),
        ("text", "urn:oasis:names:tc:opendocument:xmlns:text:1.0"),
        ("table", "urn:oasis:names:tc:opendocument:xmlns:table:1.0"),
        ("fo", "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"),
        ("number", "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"),
        ("meta", "urn:oasis:names:tc:opendocument:xmlns:meta:1.0"),
        ("config", "urn:oasis:names:tc:opendocument:xmlns:config:1.0"),
        ("dc", "http://purl.org/dc/elements/1.1/"),
    )
)
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
VERSION = 'office:version="1.3"'

_DECIMALS = {Format.PLAIN: (4, 0), Format.COUNT: (0, 0), Format.TENTH: (1, 1), Format.DEGREES: (7, 7)}
_SPACES = re.compile(r"^ +| +$| {2,}|\t")
_BREAKS = re.compile(r"\r\n|\r|\n")
_WRAPPED_FROM = 6.0
"""Centimetres from which a column wraps its text."""


@lru_cache(maxsize=65536)
def text_cell(text: str) -> str:
    """A typed text: whatever it begins with, it is no formula here nor once exported to CSV."""
    paragraphs = "".join(f"<text:p>{_inline(line)}</text:p>" for line in _BREAKS.split(legal(guarded(text))))
    return f'<table:table-cell office:value-type="string">{paragraphs}</table:table-cell>'


def _inline(line: str) -> str:
    """Text with the blanks that XML would fold."""
    return _SPACES.sub(_blank, escape(line))


def _blank(found: re.Match[str]) -> str:
    return "<text:tab/>" if found[0] == "\t" else f'<text:s text:c="{len(found[0])}"/>'


def number_cell(number: Num) -> str:
    """A typed number, written so that it reads back to the same one.

    Raises
    ------
    ValueError
        If it is not finite.
    """
    value, shown = float(number.value), number.format
    if not math.isfinite(value):
        raise ValueError("a cell holds a finite number, or nothing")
    kind = "percentage" if shown is Format.SHARE else "float"
    return (
        f'<table:table-cell table:style-name="{shown}" office:value-type="{kind}" office:value="{value!r}"/>'
    )


def cell(value: Value) -> str:
    """One cell."""
    if value is None or value == "":
        return "<table:table-cell/>"
    return text_cell(value) if isinstance(value, str) else number_cell(value)


def table(sheet: Sheet, name: str, number: int) -> Iterator[str]:
    """One sheet, piece by piece: a header row that repeats when printed, then the others."""
    yield f'<table:table table:name={quoteattr(name)} table:style-name="sheet">'
    for i, column in enumerate(sheet.columns):
        style = "wrapped" if column.width >= _WRAPPED_FROM else "plain-text"
        yield (
            f'<table:table-column table:style-name="c{number}-{i}" table:default-cell-style-name="{style}"/>'
        )
    heads = "".join(_head(column.head) for column in sheet.columns)
    yield (
        f'<table:table-header-rows><table:table-row table:style-name="row">{heads}</table:table-row>'
        "</table:table-header-rows>"
    )
    none = True
    for row in sheet.rows:
        none = False
        yield f'<table:table-row table:style-name="row">{"".join(map(cell, row))}</table:table-row>'
    if none:
        yield f'<table:table-row table:style-name="row">{text_cell(sheet.empty)}</table:table-row>'
    yield "</table:table>"


def _head(text: str) -> str:
    return text_cell(text).replace("<table:table-cell", '<table:table-cell table:style-name="head"', 1)


def content(sheets: Sequence[Sheet], names: Sequence[str]) -> Iterator[str]:
    """``content.xml``, piece by piece."""
    yield f"{HEAD}<office:document-content {NAMESPACES} {VERSION}><office:automatic-styles>"
    yield '<style:style style:name="sheet" style:family="table">'
    yield '<style:table-properties table:display="true"/></style:style>'
    yield '<style:style style:name="row" style:family="table-row">'
    yield '<style:table-row-properties style:use-optimal-row-height="true"/></style:style>'
    for number, sheet in enumerate(sheets):
        for i, column in enumerate(sheet.columns):
            yield (
                f'<style:style style:name="c{number}-{i}" style:family="table-column">'
                f'<style:table-column-properties style:column-width="{column.width:g}cm"/></style:style>'
            )
    yield from _number_styles()
    yield "</office:automatic-styles><office:body><office:spreadsheet>"
    for number, (sheet, name) in enumerate(zip(sheets, names, strict=True)):
        yield from table(sheet, name, number)
    yield "</office:spreadsheet></office:body></office:document-content>"


def _number_styles() -> Iterator[str]:
    """Numbers as French writes them: a narrow space between thousands, a comma before decimals."""
    french = 'number:language="fr" number:country="FR"'
    for shown, (most, least) in _DECIMALS.items():
        decimals = f'number:decimal-places="{most}" number:min-decimal-places="{least}"'
        yield f'<number:number-style style:name="n-{shown}" {french}><number:number {decimals} '
        yield 'number:min-integer-digits="1" number:grouping="true"/></number:number-style>'
    yield f'<number:percentage-style style:name="n-{Format.SHARE}" {french}><number:number '
    yield 'number:decimal-places="1" number:min-decimal-places="1" number:min-integer-digits="1"/>'
    yield "<number:text>\u202f%</number:text></number:percentage-style>"
    for shown in Format:
        yield f'<style:style style:name="{shown}" style:family="table-cell" '
        yield f'style:parent-style-name="Default" style:data-style-name="n-{shown}"/>'


def styles() -> str:
    """``styles.xml``: French text, bold headings, text that wraps or not."""
    top = '<style:table-cell-properties style:vertical-align="top"/>'
    wrap = '<style:table-cell-properties style:vertical-align="top" fo:wrap-option="wrap"/>'
    dressed = (
        '<style:table-cell-properties fo:wrap-option="wrap" fo:background-color="#e8eef4" '
        'fo:border-bottom="0.06pt solid #1b1b1b"/>'
        '<style:text-properties fo:font-weight="bold" fo:color="#1b1b1b"/>'
    )
    language = '<style:text-properties fo:language="fr" fo:country="FR" fo:font-size="10pt"/>'
    named = "".join(
        f'<style:style style:name="{name}" style:family="table-cell" style:parent-style-name="Default">'
        f"{inside}</style:style>"
        for name, inside in (("plain-text", top), ("wrapped", wrap), ("head", dressed))
    )
    return (
        f"{HEAD}<office:document-styles {NAMESPACES} {VERSION}><office:styles>"
        f'<style:default-style style:family="table-cell">{language}</style:default-style>'
        f'<style:style style:name="Default" style:family="table-cell"/>{named}'
        "</office:styles></office:document-styles>"
    )


def settings(names: Iterable[str]) -> str:
    """``settings.xml``: the header row of every sheet stays in sight."""
    items = (
        *(("HorizontalSplitMode", "short", 0), ("VerticalSplitMode", "short", 2)),
        *(("HorizontalSplitPosition", "int", 0), ("VerticalSplitPosition", "int", 1)),
        *(("ActiveSplitRange", "short", 2), ("PositionLeft", "int", 0), ("PositionRight", "int", 0)),
        *(("PositionTop", "int", 0), ("PositionBottom", "int", 1)),
    )
    panes = "".join(_setting(*item) for item in items)
    tables = "".join(
        f"<config:config-item-map-entry config:name={quoteattr(name)}>{panes}</config:config-item-map-entry>"
        for name in names
    )
    return (
        f"{HEAD}<office:document-settings {NAMESPACES} {VERSION}><office:settings>"
        '<config:config-item-set config:name="ooo:view-settings">'
        '<config:config-item-map-indexed config:name="Views"><config:config-item-map-entry>'
        f"{_setting('ViewId', 'string', 'view1')}"
        f'<config:config-item-map-named config:name="Tables">{tables}</config:config-item-map-named>'
        "</config:config-item-map-entry></config:config-item-map-indexed></config:config-item-set>"
        "</office:settings></office:document-settings>"
    )


def _setting(name: str, kind: str, value: str | int) -> str:
    return f'<config:config-item config:name="{name}" config:type="{kind}">{value}</config:config-item>'


def meta(title: str, subject: str, day: str) -> str:
    """``meta.xml``: title, language, and the reference date as the only date."""
    told = (("dc:title", title), ("dc:subject", subject), ("dc:language", "fr-FR"))
    words = "".join(f"<{key}>{escape(legal(text))}</{key}>" for key, text in told)
    dated = f"<meta:creation-date>{day}T00:00:00</meta:creation-date><dc:date>{day}T00:00:00</dc:date>"
    return (
        f"{HEAD}<office:document-meta {NAMESPACES} {VERSION}><office:meta>"
        f"<meta:generator>Hygie</meta:generator>{words}{dated}</office:meta></office:document-meta>"
    )
