"""Numbers that mappers write as text."""

from __future__ import annotations

import math
import re

_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)(?::([0-5]\d))?")
_PERIOD = re.compile(r"PT(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:(\d{1,4})S)?")
_PLAIN = re.compile(r"\d{1,6}(?:[.,]\d{1,6})?")


def positive(text: str, suffix: str = "") -> float | None:
    """A number above zero, its decimals after a point or a comma, with or without its unit.

    None for anything else: a range, a list, another unit.
    """
    bare = text.strip().removesuffix(suffix).strip()
    if not _PLAIN.fullmatch(bare):
        return None
    value = float(bare.replace(",", "."))
    return value if value > 0 and math.isfinite(value) else None


def minutes(text: str) -> float | None:
    """Minutes of a ``duration`` tag: ``25``, ``00:25``, ``01:05:30`` or ``PT1H5M``; None if unclear."""
    value = text.strip()
    clock = _CLOCK.fullmatch(value)
    period = _PERIOD.fullmatch(value)
    found = clock or (period if period and period.lastindex else None)
    if found is None:
        return positive(value)
    hours, mins, seconds = (int(part or 0) for part in found.groups())
    total = hours * 60 + mins + seconds / 60
    return total if total > 0 else None


def kilometres_per_hour(text: str) -> float | None:
    """Speed of a ``maxspeed`` tag without unit, or in km/h; None for any other unit."""
    return positive(text, "km/h")


def levels(text: str, highest: float) -> float:
    """Storeys of a building: 1 where the tag is absent, unclear, or beyond the highest believed."""
    value = stated_levels(text, highest)
    return 1.0 if math.isnan(value) else value


def stated_levels(text: str, highest: float) -> float:
    """Storeys of a building; NaN where the tag is absent, unclear, or beyond the highest believed."""
    value = positive(text)
    return value if value is not None and value <= highest else math.nan


def metres(text: str, highest: float) -> float:
    """A length in metres; NaN where the tag is absent, unclear, or beyond the highest believed."""
    value = positive(text, "m")
    return value if value is not None and value <= highest else math.nan


def crown_radius(text: str) -> float:
    """Metres from the trunk to the edge of the crown, from its diameter; NaN where unclear."""
    diameter = positive(text, "m")
    return math.nan if diameter is None else diameter / 2
