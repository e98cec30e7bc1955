"""FINESS: the national register of health and social establishments."""

from __future__ import annotations

from hygie.readers.finess.companions import read_activities, site_authorisations
from hygie.readers.finess.mapping import FinessMapping
from hygie.readers.finess.reading import read_finess

__all__ = ["FinessMapping", "read_activities", "read_finess", "site_authorisations"]
