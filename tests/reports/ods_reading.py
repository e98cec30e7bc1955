"""A spreadsheet read back by two readers that did not write it: odfpy, and plain XML for large ones."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree as ET

from odf import teletype  # type: ignore[import-untyped]  # odfpy has no types
from odf.opendocument import load  # type: ignore[import-untyped]  # odfpy has no types
from odf.table import Table, TableCell, TableRow  # type: ignore[import-untyped]  # odfpy has no types
from odf.text import P  # type: ignore[import-untyped]  # odfpy has no types

Read = str | float | None


def read_sheets(content: bytes) -> dict[str, list[list[Read]]]:
    """Rows of every sheet, header row first, by name."""
    document = load(io.BytesIO(content))
    return {
        str(table.getAttribute("name")): [
            [_value(cell) for cell in row.getElementsByType(TableCell)]
            for row in table.getElementsByType(TableRow)
        ]
        for table in document.spreadsheet.getElementsByType(Table)
    }


def _value(cell: TableCell) -> Read:
    kind = cell.getAttribute("valuetype")
    assert cell.getAttribute("formula") is None
    if kind is None:
        assert not cell.childNodes
        return None
    if kind == "string":
        return "\n".join(teletype.extractText(line) for line in cell.getElementsByType(P))
    assert kind in ("float", "percentage"), kind
    return float(cell.getAttribute("value"))


_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def read_large(content: bytes) -> dict[str, list[list[Read]]]:
    """The same rows, twenty times faster; blanks are not unfolded."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        root = ET.fromstring(archive.read("content.xml"))  # noqa: S314  # a file that we just wrote
    return {
        table.attrib[f"{_TABLE}name"]: [
            [_plain(cell) for cell in row.iter(f"{_TABLE}table-cell")]
            for row in table.iter(f"{_TABLE}table-row")
        ]
        for table in root.iter(f"{_TABLE}table")
    }


def _plain(cell: ET.Element) -> Read:
    kind = cell.get(f"{_OFFICE}value-type")
    if kind is None:
        return None
    if kind == "string":
        return "\n".join("".join(line.itertext()) for line in cell.iter(f"{_TEXT}p"))
    return float(cell.attrib[f"{_OFFICE}value"])


def records(rows: list[list[Read]]) -> list[dict[str, Read]]:
    """Rows by the headings of the first one; cells left out at the end are empty."""
    heads = [str(head) for head in rows[0]]
    return [dict(zip(heads, [*row, *[None] * (len(heads) - len(row))], strict=True)) for row in rows[1:]]
