"""Tables of points and areas that nobody standardised: the recipe says which column is what."""

from __future__ import annotations

from hygie.readers.mapped_tables.areas import AreaTable, read_area_table
from hygie.readers.mapped_tables.places import PlaceTable, read_place_table
from hygie.readers.mapped_tables.trees import TreeFile, TreeTable, read_tree_table

__all__ = [
    "AreaTable",
    "PlaceTable",
    "TreeFile",
    "TreeTable",
    "read_area_table",
    "read_place_table",
    "read_tree_table",
]
