"""Closed words of an entry: its fields, the languages spoken there, the facts about access."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from hygie.engines.kernel.french import capital
from hygie.readers.catalogue import Catalogue, Category, load_catalogue


@dataclass(frozen=True, slots=True)
class Field:
    """A text that people write about a place: its French label, its longest length, its lines."""

    label: str
    longest: int
    lines: int = 1


FIELDS: Mapping[str, Field] = {
    "name": Field("Nom", 200),
    "description": Field("Ce qu’on y trouve", 2000, 4),
    "address": Field("Adresse", 300, 2),
    "phone": Field("Téléphone du service", 40),
    "email": Field("Courriel du service", 254),
    "website": Field("Site", 300),
    "hours": Field("Horaires", 500, 2),
    "fees": Field("Tarifs", 500, 2),
    "coming": Field("Comment venir", 500, 2),
}
"""Texts of an entry that anybody may propose to correct."""

LANGUAGES: Mapping[str, str] = {
    "fr": "français",
    "lsf": "langue des signes française",
    "en": "anglais",
    "ar": "arabe",
    "ber": "berbère",
    "es": "espagnol",
    "it": "italien",
    "pt": "portugais",
    "de": "allemand",
    "nl": "néerlandais",
    "pl": "polonais",
    "ro": "roumain",
    "ru": "russe",
    "uk": "ukrainien",
    "tr": "turc",
    "zh": "chinois",
    "vi": "vietnamien",
    "fa": "persan, dari",
    "ps": "pachto",
    "oc": "occitan",
    "ca": "catalan",
}
"""Languages in which one is answered."""

FACTS: Mapping[str, str] = {
    "step_free": "entrée sans marche",
    "toilet": "toilettes accessibles",
    "parking": "place de stationnement réservée",
    "hearing_loop": "boucle d’induction pour malentendants",
    "sign_language": "accueil en langue des signes",
    "easy_to_read": "documents faciles à lire",
}
"""Facts about access that an organisation declares: yes, no, or nothing said."""

YES, NO = "+", "-"


def facts_text(facts: Mapping[str, bool]) -> str:
    """Facts as they are stored: « ·step_free+·toilet-· »; each can be looked for with its sign."""
    told = [f"{key}{YES if facts[key] else NO}" for key in FACTS if key in facts]
    return f"·{'·'.join(told)}·" if told else ""


def read_facts(text: str) -> dict[str, bool]:
    """Facts from their stored text; what is not a known fact is left out."""
    told = (part for part in text.split("·") if part)
    return {part[:-1]: part[-1] == YES for part in told if part[:-1] in FACTS}


def languages_text(keys: Iterable[str]) -> str:
    """Languages as they are stored, in the order of the vocabulary."""
    held = set(keys)
    return " ".join(key for key in LANGUAGES if key in held)


@cache
def catalogue() -> Catalogue:
    """The catalogue, read once by process."""
    return load_catalogue()


def categories() -> Mapping[str, Category]:
    """Categories of places by key, in the order of the catalogue."""
    return catalogue().categories


def category_title(key: str) -> str:
    """« Pharmacie »; the key itself for a category that the catalogue no longer has."""
    known = categories().get(key)
    return capital(known.title) if known else key
