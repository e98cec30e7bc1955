"""Who opens what, read from the code: one line a page, one column for anybody and each role."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

from hygie.apps.core.access import Access, Page, pages
from hygie.apps.core.organisations.roles import Role
from hygie.reports.guarding import guarded

ANYBODY, SIGNED_IN = "Tout le monde", "Compte sans rôle"
_GROUP = re.compile(r"\(\?P<(\w+)>[^)]*\)")
READS, WRITES, NOTHING = "lit", "écrit", "—"


@dataclass(frozen=True, slots=True)
class Row:
    """A page and what each may do with it, in the order of `heads`."""

    name: str
    address: str
    cells: tuple[str, ...]


def heads() -> tuple[str, ...]:
    """Titles of the columns after the page."""
    return (ANYBODY, SIGNED_IN, *(role.label for role in Role))


def rows() -> list[Row]:
    """Every page that somebody may open."""
    return [_row(page, page.access) for page in pages() if page.access is not None]


def closed() -> list[str]:
    """Addresses that are served to nobody."""
    return [_address(page) for page in pages() if page.access is None]


def as_csv() -> str:
    """The matrix as a table for spreadsheets, nothing in it that one would run."""
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(["page", "adresse", *heads()])
    for row in rows():
        writer.writerow([guarded(text) for text in (row.name, row.address, *row.cells)])
    return buffer.getvalue()


def _row(page: Page, access: Access) -> Row:
    word = WRITES if access.writes else READS
    askers = ((False, frozenset[Role]()), (True, frozenset[Role]()), *((True, frozenset({r})) for r in Role))
    cells = tuple(word if access.allows(signed_in, held) else NOTHING for signed_in, held in askers)
    return Row(page.name, _address(page), cells)


def _address(page: Page) -> str:
    named = _GROUP.sub(r"<\1>", page.route).replace("\\.", ".")
    return "/" + named.replace("^", "").removesuffix("$").removesuffix("\\Z")
