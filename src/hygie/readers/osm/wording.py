"""What a decoder's complaint says to a person."""

from __future__ import annotations

import re

from hygie.engines.kernel.errors import InputError
from hygie.readers.osm.scan import refused

_LINE = re.compile(r"at line (\d+)")

_MEANINGS = (
    ("wrong format for coordinate", "une coordonnée qui n’est pas un nombre de degrés"),
    ("illegal id", "un numéro d’objet qui n’est pas un entier"),
    ("no element found", "la fin du fichier au milieu d’une balise ouverte"),
    ("unclosed token", "la fin du fichier au milieu d’une balise"),
    ("mismatched tag", "une balise fermée par une autre"),
    ("not well-formed", "une balise mal écrite"),
    ("junk after document", "du texte après la fin du document"),
    ("duplicate attribute", "un attribut écrit deux fois"),
    ("entit", "une entité XML, refusée"),
    ("version", "une version du format autre que 0.6"),
    ("too long", "un texte plus long que le format ne l’admet"),
    ("Unknown type on relation", "un membre de relation d’un type inconnu"),
    ("unknown encoding", "un encodage inconnu"),
    ("codec can't decode", "un texte qui n’est pas en UTF-8"),
    ("PBF error", "un bloc PBF abîmé"),
    (" exception", "un bloc PBF abîmé"),
    ("zlib", "un bloc compressé abîmé"),
    ("gzip", "un flux compressé abîmé"),
    ("bzip2", "un flux compressé abîmé"),
)


def unreadable(file: str, message: str) -> InputError:
    """The error for what libosmium could not decode; ``message`` is empty when there was nothing.

    The message itself is English and for programmers: only its line and its meaning are kept.
    """
    if not message:
        return refused(file, "l’extrait ne contient aucun objet.", "ni nœud, ni voie, ni relation")
    line = _LINE.search(message)
    found = next(
        (words for sign, words in _MEANINGS if sign in message), "un contenu que le format n’admet pas"
    )
    return refused(
        file, "l’extrait ne peut pas être décodé.", found, line=int(line.group(1)) if line else None
    )
