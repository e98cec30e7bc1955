"""Layers that anybody brings: shapes with a level (GeoJSON, GeoPackage, Shapefile, CSV), or a grid."""

from hygie.readers.layers.drawn import LayerFile, read_drawn
from hygie.readers.layers.grids import GridFile, read_grid_layer
from hygie.readers.layers.kinds import FileKind, file_kind

__all__ = ["FileKind", "GridFile", "LayerFile", "file_kind", "read_drawn", "read_grid_layer"]
