"""Texts of a file as every database keeps them: PostgreSQL holds neither NUL nor half characters."""

from __future__ import annotations

import re
from typing import Any

_NOT_KEPT = re.compile("[\x00\ud800-\udfff]")
INSTEAD = "\ufffd"


def storable(value: Any) -> Any:
    """A text, or a JSON value, with ``INSTEAD`` for each character that a database may refuse.

    For what is quoted from a faulty file; what people write is refused by its own checks.
    """
    if isinstance(value, str):
        return _NOT_KEPT.sub(INSTEAD, value)
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable(item) for item in value]
    return value
