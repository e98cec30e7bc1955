"""What a schema's complaint says to a person: what is wrong, expected, found, and what to write."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from jsonschema.exceptions import ValidationError

from hygie.readers.catalogue.strict_yaml import KeyPath

_TYPES: Mapping[str, str] = {
    "string": "un texte",
    "number": "un nombre",
    "integer": "un nombre entier",
    "boolean": "true ou false",
    "array": "une liste, un élément par ligne après un tiret",
    "object": "des lignes « clé: valeur » décalées de deux espaces",
    "null": "rien",
}
_LONGEST_SHOWN = 60


@dataclass(frozen=True)
class Fault:
    """One fault of a file: the entry it is about, and four things to say.

    ``path`` locates the entry; ``where`` is the same path as people read it. ``absent`` is true for
    a key that is not there: a misspelt key tells more, so it goes first.
    """

    path: KeyPath
    what: str
    expected: str = ""
    found: str = ""
    fix: str = ""
    absent: bool = False

    @property
    def where(self) -> str:
        """Keys from the top, joined by dots; places in a list from 1."""
        return ".".join(str(key + 1) if isinstance(key, int) else key for key in self.path)


def describe(error: ValidationError) -> Fault:
    """Say in French what a schema found wrong."""
    while error.validator in ("oneOf", "anyOf") and (inner := _likeliest_branch(error)) is not None:
        error = inner
    wording = _WORDINGS.get(str(error.validator), _any)
    return wording(error)


def shown(value: object) -> str:
    """A value as the file would write it, cut short."""
    if value is None:
        return "rien"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"« {text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + '…'} »"


def listed(words: Iterable[object]) -> str:
    """Words in guillemets, joined by commas."""
    return ", ".join(shown(word) for word in words)


def nearest(word: str, words: Iterable[str]) -> str:
    """A sentence proposing the closest word, or an empty text."""
    close = get_close_matches(word, list(words), n=1, cutoff=0.6)
    return f"Vouliez-vous écrire {shown(close[0])} ?" if close else ""


def _likeliest_branch(error: ValidationError) -> ValidationError | None:
    """First fault inside the alternative whose outer shape fits, if one does."""
    branches: dict[object, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.schema_path[0], []).append(inner)
    for faults in branches.values():
        if not any(_refuses_shape(fault) for fault in faults):
            return min(faults, key=lambda fault: tuple(map(str, fault.path)))
    return None


def _refuses_shape(fault: ValidationError) -> bool:
    return not fault.path and fault.validator in ("type", "const", "enum")


def _path(error: ValidationError) -> KeyPath:
    return tuple(error.absolute_path)


def _rule(error: ValidationError) -> Mapping[str, Any]:
    """The part of the schema that was broken."""
    return error.schema if isinstance(error.schema, Mapping) else {}


def _wanted(error: ValidationError) -> Any:
    """The value of the keyword that was broken."""
    return error.validator_value


def _found(error: ValidationError) -> Any:
    return error.instance


def _inside(description: str) -> str:
    """A description as part of a sentence: no capital, unless it starts with an acronym."""
    return description if description[:2].isupper() else description[:1].lower() + description[1:]


def _advice(error: ValidationError) -> str:
    """What the schema's own description says to write."""
    description = str(_rule(error).get("description", "")).rstrip(".")
    examples = _rule(error).get("examples", ())
    advice = f"Écrivez {_inside(description)}" if description else "Corrigez la valeur"
    return f"{advice}, par exemple {listed(examples[:1])}." if examples else f"{advice}."


def _type(error: ValidationError) -> Fault:
    wanted = _wanted(error)
    names = wanted if isinstance(wanted, list) else [wanted]
    expected = " ou ".join(_TYPES[name] for name in names)
    return Fault(
        _path(error), "la valeur n’a pas la bonne forme.", expected, shown(error.instance), _advice(error)
    )


def _required(error: ValidationError) -> Fault:
    absent = [key for key in _wanted(error) if key not in _found(error)]
    key = next((key for key in absent if f"'{key}' is a required" in error.message), absent[0])
    what = f"la clé « {key} » manque."
    rule = _rule(error).get("properties", {}).get(key, {})
    description = str(rule.get("description", "")).rstrip(".")
    meaning = f" : {_inside(description)}" if description else ""
    return Fault(
        _path(error), what, f"« {key}: … »{meaning}", "", f"Ajoutez la ligne « {key}: … ».", absent=True
    )


def _unknown_key(error: ValidationError) -> Fault:
    known = list(_rule(error).get("properties", {}))
    forms = list(_rule(error).get("patternProperties", {}))
    free = (key for key in _found(error) if key not in known and not any(re.search(f, key) for f in forms))
    key = next(free, "")
    expected = f"une clé parmi {listed(known)}" if known else "une clé en minuscules sans accent ni espace"
    fix = nearest(key, known) or "Supprimez cette ligne ou corrigez le nom de la clé."
    return Fault((*_path(error), key), f"la clé « {key} » n’est pas connue.", expected, "", fix)


def _choice(error: ValidationError) -> Fault:
    choices = _wanted(error) if error.validator == "enum" else [_wanted(error)]
    fix = nearest(str(error.instance), map(str, choices)) or "Écrivez l’une de ces valeurs."
    return Fault(
        _path(error), "la valeur n’est pas admise.", f"l’une de {listed(choices)}", shown(error.instance), fix
    )


def _pattern(error: ValidationError) -> Fault:
    expected = str(_rule(error).get("description", "")) or f"un texte de la forme {error.validator_value}"
    return Fault(
        _path(error),
        "le texte n’a pas la forme attendue.",
        expected.rstrip("."),
        shown(error.instance),
        _advice(error),
    )


def _empty(error: ValidationError) -> Fault:
    return Fault(
        _path(error),
        "il n’y a rien, ou pas assez.",
        f"au moins {error.validator_value}",
        shown(error.instance),
        _advice(error),
    )


def _bounds(error: ValidationError) -> Fault:
    words = {
        "minimum": "au moins",
        "exclusiveMinimum": "plus de",
        "maximum": "au plus",
        "exclusiveMaximum": "moins de",
    }
    expected = f"{words[str(error.validator)]} {error.validator_value}"
    return Fault(_path(error), "le nombre est hors limites.", expected, shown(error.instance), _advice(error))


def _duplicates(error: ValidationError) -> Fault:
    return Fault(
        _path(error),
        "la liste répète un élément.",
        "des éléments tous différents",
        shown(error.instance),
        "Supprimez l’élément répété.",
    )


def _any(error: ValidationError) -> Fault:
    expected = str(_rule(error).get("description", "")).rstrip(".")
    return Fault(
        _path(error), "la valeur n’est pas celle attendue.", expected, shown(error.instance), _advice(error)
    )


_WORDINGS: Mapping[str, Callable[[ValidationError], Fault]] = {
    "type": _type,
    "required": _required,
    "additionalProperties": _unknown_key,
    "enum": _choice,
    "const": _choice,
    "pattern": _pattern,
    "format": _pattern,
    "minLength": _empty,
    "minItems": _empty,
    "minProperties": _empty,
    "minimum": _bounds,
    "exclusiveMinimum": _bounds,
    "maximum": _bounds,
    "exclusiveMaximum": _bounds,
    "uniqueItems": _duplicates,
}
