"""OpenStreetMap extracts: ways, buildings, green spaces, trees and places, as the catalogue reads tags."""

from __future__ import annotations

from hygie.readers.osm.reading import read_osm
from hygie.readers.osm.sheet import OsmSheet

__all__ = ["OsmSheet", "read_osm"]
