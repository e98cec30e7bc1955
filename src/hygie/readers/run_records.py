"""Reading the record of a run: what was computed, on what, and the digest of its result."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from hygie.engines.kernel.errors import InputError
from hygie.readers.catalogue.checking import schema_validator

LARGEST = 5_000_000
"""Bytes; a record of the largest territory holds some hundred digests."""

FIX = "Donnez un fichier écrit par « --record »."


def read_run_record(path: Path) -> dict[str, Any]:
    """Read a record written by ``hygie diagnose --record`` or ``hygie whatif --record``.

    Raises
    ------
    InputError
        If the file cannot be read, or is no such record.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise _refused(path, f"plus de {LARGEST} octets")
        record = json.loads(
            path.read_text(encoding="utf-8"), parse_float=_finite, parse_constant=_no_constant
        )
        json.dumps(record, ensure_ascii=False).encode("utf-8")  # half a surrogate could not be printed
    except OSError as error:
        raise InputError(
            "ce fichier ne peut pas être lu.", file=path.name, found=error.strerror or "une erreur", fix=FIX
        ) from error
    except RecursionError as error:
        raise _refused(path, "des listes trop imbriquées") from error
    except ValueError as error:  # neither JSON nor UTF-8, or a number out of bounds
        raise _refused(path, " ".join(str(error).split())[:120]) from error
    fault = next(iter(schema_validator("run").iter_errors(record)), None)
    if fault is not None:
        where = "/".join(str(step) for step in fault.absolute_path) or "racine"
        raise _refused(path, f"à l’entrée {where} : {' '.join(fault.message.split())[:120]}")
    return dict(record)


def _refused(path: Path, found: str) -> InputError:
    return InputError(
        "ce fichier n’est pas le relevé d’un calcul.",
        file=path.name,
        expected="du JSON conforme à run.schema.json",
        found=found,
        fix=FIX,
    )


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"nombre trop grand : {text[:40]}")
    return value


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} n’est pas un nombre")
