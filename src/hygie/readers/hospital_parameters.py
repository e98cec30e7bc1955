"""From the catalogue to the rules of the hospital watch."""

from __future__ import annotations

from datetime import date

from hygie.engines.portrait.hospitals import WatchRules
from hygie.readers.catalogue import Catalogue


def watch_rules(catalogue: Catalogue, on: date) -> WatchRules:
    """Rules of the hospital watch on a day.

    Raises
    ------
    HygieError
        If the catalogue has no figure in force that day.
    """
    return WatchRules(beds_fall=catalogue.figure("hospital_beds_fall", on).value)
