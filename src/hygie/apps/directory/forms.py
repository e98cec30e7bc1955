"""Forms: what was typed comes back as it was, and each fault is said beside its field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from hygie.apps.directory.models import Accepts, Entry
from hygie.apps.directory.services import checked
from hygie.apps.directory.vocabulary import (
    FACTS,
    FIELDS,
    LANGUAGES,
    categories,
    facts_text,
    languages_text,
    read_facts,
)
from hygie.engines.kernel.errors import HygieError

HONEYPOT = "adresse_postale"
"""A field that people do not see: who fills it in is a machine."""

_SIGNS = {"oui": True, "non": False}


class EntryForm:
    """An entry as a form.

    Parameters
    ----------
    typed
        Fields as they were sent, or as they are in the entry.
    """

    def __init__(self, typed: Mapping[str, Any]) -> None:
        self.typed = typed
        self.faults: dict[str, str] = {}

    @classmethod
    def of(cls, entry: Entry | None) -> EntryForm:
        """The form of an entry as it is; empty for a new one."""
        if entry is None:
            blank = dict.fromkeys((*FIELDS, "category", "lon", "lat"), "")
            return cls({**blank, "languages": [], "facts": {}, "accepts": Accepts.UNKNOWN, "published": True})
        texts = {name: getattr(entry, name) for name in (*FIELDS, "category", "accepts", "published")}
        places = {
            name: "" if getattr(entry, name) is None else repr(getattr(entry, name))
            for name in ("lon", "lat")
        }
        facts = {key: "oui" if held else "non" for key, held in read_facts(entry.accessibility).items()}
        return cls({**texts, **places, "languages": entry.languages.split(), "facts": facts})

    @classmethod
    def sent(cls, data: QueryDict) -> EntryForm:
        """The form as it was sent."""
        texts = {name: data.get(name, "") for name in (*FIELDS, "category", "lon", "lat", "accepts")}
        facts = {key: data.get(f"fait_{key}", "") for key in FACTS}
        return cls(
            {
                **texts,
                "languages": data.getlist("languages"),
                "facts": facts,
                "published": data.get("published") == "oui",
            }
        )

    def values(self, *, texts_only: bool = False) -> dict[str, Any] | None:
        """Values to keep; None when some field has a fault, said in ``faults``."""
        read: dict[str, Any] = {}
        for name in FIELDS:
            self._take(read, name, str(self.typed[name]))
        if not read.get("name") and "name" not in self.faults:
            self.faults["name"] = "Écrivez le nom du lieu ou du service."
        if not texts_only:
            self._take(read, "category", self.typed["category"])
            self._take(read, "accepts", self.typed["accepts"] or Accepts.UNKNOWN)
            self._degrees(read)
            held = {k: _SIGNS[v] for k, v in self.typed["facts"].items() if v in _SIGNS}
            read["accessibility"] = facts_text(held)
            read["languages"] = languages_text(self.typed["languages"])
            read["published"] = bool(self.typed["published"])
        return None if self.faults else read

    def _take(self, read: dict[str, Any], name: str, value: Any) -> None:
        try:
            read[name] = checked(name, value)
        except HygieError as error:
            self.faults[name] = str(error)

    def _degrees(self, read: dict[str, Any]) -> None:
        typed = {name: str(self.typed[name]).strip().replace(",", ".") for name in ("lon", "lat")}
        if not any(typed.values()):
            read |= {"lon": None, "lat": None}
            return
        for name, text in typed.items():
            try:
                self._take(read, name, float(text[:30]))
            except ValueError:
                self.faults[name] = "Écrivez les deux coordonnées en degrés décimaux, ou aucune."


def corrected_texts(data: QueryDict) -> dict[str, str]:
    """Texts of a correction, as they were sent."""
    return {name: data.get(name, "") for name in FIELDS if name in data}


def is_machine(data: QueryDict) -> bool:
    """Whether the field that nobody sees was filled in."""
    return bool(data.get(HONEYPOT, ""))


def choices() -> dict[str, Any]:
    """What forms let choose from."""
    return {
        "fields": FIELDS,
        "categories": categories(),
        "languages": LANGUAGES,
        "facts": FACTS,
        "answers": Accepts,
        "honeypot": HONEYPOT,
    }
