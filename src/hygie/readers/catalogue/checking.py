"""Check a YAML file against its JSON Schema, and say what to write instead.

The schema decides what is text: ``code: 11262`` is the text "11262" where the schema asks for text,
exactly as written, so a code never needs quotes and never loses a zero.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from hygie.engines.kernel.errors import InputError
from hygie.readers.catalogue.paths import catalogue_folder
from hygie.readers.catalogue.strict_yaml import Document, KeyPath, read_document
from hygie.readers.catalogue.wording import Fault, describe


def load_checked(path: Path, schema_name: str) -> dict[str, Any]:
    """Read a YAML file strictly and check it against a schema of the catalogue.

    Parameters
    ----------
    path
        File to read.
    schema_name
        Name in ``catalogue/schema``, without its suffix: ``figure``, ``source``, ``territory``…

    Raises
    ------
    InputError
        If the file cannot be read as `load_yaml` asks, or breaks the schema: the first fault with its
        line, key, what is expected, what is found and what to write; the others by their line.
    """
    return check(read_document(path), schema_name)


def check(document: Document, schema_name: str) -> dict[str, Any]:
    """Data of a document, true to a schema; raises as `load_checked`."""
    validator = schema_validator(schema_name)
    faults = list(validator.iter_errors(document.data))
    if faults:
        for error in _leaves(faults):
            _keep_text(document, error)
        faults = list(validator.iter_errors(document.data))
    if faults:
        raise _as_input_error(document, [describe(error) for error in faults])
    return document.data


@cache
def schema_validator(schema_name: str) -> Draft202012Validator:
    """Validator of a schema of the catalogue.

    Raises
    ------
    ValueError
        If there is no such schema: a programming mistake.
    """
    file = catalogue_folder() / "schema" / f"{schema_name}.schema.json"
    if not file.is_file():
        raise ValueError(f"no schema {schema_name!r} in the catalogue")
    schema = json.loads(file.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def _leaves(errors: Iterable[ValidationError]) -> Iterable[ValidationError]:
    """Errors with those of every branch of an alternative."""
    for error in errors:
        yield error
        yield from _leaves(error.context or ())


def _keep_text(document: Document, error: ValidationError) -> None:
    """Put back as text an unquoted scalar where the schema asks for text."""
    path: KeyPath = tuple(error.absolute_path)
    if error.validator != "type" or error.validator_value != "string" or path not in document.written:
        return
    parent: Any = document.data
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = document.written[path]


def _as_input_error(document: Document, faults: list[Fault]) -> InputError:
    """One error for a whole file: the first fault in full, the lines of the others."""
    located = sorted(
        ((document.line(fault.path), fault) for fault in faults), key=lambda pair: (pair[1].absent, pair[0])
    )
    line, first = located[0]
    others = [f"ligne {number} ({fault.what.rstrip('.')})" for number, fault in located[1:6]]
    fix = first.fix
    if others:
        rest = len(located) - 1 - len(others)
        listed = ", ".join(others) + (f" et {rest} de plus" if rest else "")
        fix = f"{fix} Autres fautes du fichier : {listed}."
    what = f"à l’entrée « {first.where} », {first.what}" if first.where else first.what
    return InputError(
        what,
        file=document.file,
        line=line,
        expected=first.expected,
        found=first.found,
        fix=fix,
    )
