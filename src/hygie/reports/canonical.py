"""One way to write a result, and its digest: the same result always gives the same SHA-256."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any


def canonical_json(value: object) -> str:
    """JSON with sorted keys, no blank, numbers as ``repr`` writes them, and nothing but ASCII.

    Raises
    ------
    ValueError
        If a number is not finite: JSON has no word for it.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def result_digest(value: object) -> str:
    """SHA-256, in hexadecimal, of the canonical JSON of a value."""
    return hashlib.sha256(canonical_json(value).encode("ascii")).hexdigest()


def part_digests(result: Mapping[str, Any]) -> dict[str, str]:
    """Digest of each part of a result, so that what differs can be named.

    A part is an entry of a mapping, ``before/access_gp``, an item of a list whose items all have a
    ``key`` of their own, ``indicators/access_gp``, or else a whole entry, ``closures``.
    """
    return {name: result_digest(part) for name, part in _parts(result)}


def _parts(result: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    for name, value in result.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}/{key}", part) for key, part in value.items())
        elif keys := _keys(value):
            yield from ((f"{name}/{key}", part) for key, part in zip(keys, value, strict=True))
        else:
            yield name, value


def _keys(value: object) -> list[str]:
    """Keys of a list of named items; none when an item has no key, or when one is given twice."""
    if not isinstance(value, list) or not all(isinstance(item, dict) and "key" in item for item in value):
        return []
    keys = [str(item["key"]) for item in value]
    return keys if len(set(keys)) == len(keys) else []
