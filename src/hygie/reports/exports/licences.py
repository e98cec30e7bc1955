"""Which licence each thing of a territory is under: two licences never share a file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from hygie.engines.kernel.french import typeset
from hygie.engines.kernel.statistic import Statistic
from hygie.engines.kernel.territory import SourceAccount

TRACE_SOURCES = {"osm": "openstreetmap"}
"""Source of an identifier, where it is not the first word of it."""


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence, as files are named after it.

    Attributes
    ----------
    key
        Part of file names.
    title, address
        As printed; the address is empty where the text of the source is all that is known.
    share_alike
        True when what derives from its data must be published under it.
    known
        False when no source said it: its files are not to be given away.
    """

    key: str
    title: str
    address: str = ""
    share_alike: bool = False
    known: bool = True


OPEN = Licence(
    "licence-ouverte", "Licence Ouverte (Etalab)", "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"
)
ODBL = Licence(
    "odbl",
    "Open Database License (ODbL) 1.0",
    "https://opendatacommons.org/licenses/odbl/1-0/",
    share_alike=True,
)
UNKNOWN = Licence("licence-inconnue", "Licence non déclarée : à ne pas diffuser", known=False)

_PATTERNS = (
    # First: a text that names both is under the one that asks more.
    (re.compile(r"\bodbl\b|open database licen[cs]e", re.I), ODBL),
    (re.compile(r"licence ouverte|open licen[cs]e|\betalab\b", re.I), OPEN),
)


def licence_of(text: str) -> Licence:
    """The licence that a source declares; each text that is not known makes a licence of its own."""
    if not text.strip():
        return UNKNOWN
    for pattern, licence in _PATTERNS:
        if pattern.search(text):
            return licence
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall(r"[a-z0-9]+", bare))[:40].strip("-")
    return Licence(f"autre-{slug}", text.strip()) if slug else UNKNOWN


class Ledger:
    """Who gave what, and under which licence.

    Parameters
    ----------
    accounts
        Sources of a territory.
    """

    def __init__(self, accounts: Sequence[SourceAccount]) -> None:
        self._by_name: dict[str, SourceAccount] = {}
        self._by_words: dict[str, SourceAccount] = {}
        for account in accounts:
            self._by_name.setdefault(account.name, account)
            self._by_words.setdefault(typeset(f"{account.publisher}, {account.title}"), account)

    def account(self, source: str) -> SourceAccount | None:
        """First account of a source; None when no file was read under that name."""
        return self._by_name.get(source)

    def statistic_account(self, statistic: Statistic) -> SourceAccount | None:
        """The source whose words a statistic prints."""
        return self._by_words.get(typeset(statistic.source))

    @property
    def share_alike(self) -> bool:
        """Whether any source shares alike."""
        return any(licence_of(account.licence).share_alike for account in self._by_name.values())

    def licence(self, account: SourceAccount | None) -> Licence:
        """Licence of a source; unknown where no source answers."""
        return UNKNOWN if account is None else licence_of(account.licence)

    def of_trace(self, identifier: str) -> SourceAccount | None:
        """The source of the identifier of another mention of a place."""
        first = identifier.partition(":")[0]
        return self._by_name.get(TRACE_SOURCES.get(first, first))


def strictest(first: Licence, second: Licence) -> Licence:
    """Licence of what stands on two: the one that shares alike, else the unknown one, else the first."""
    for licence in (first, second):
        if licence.share_alike:
            return licence
    return first if second.known else second
