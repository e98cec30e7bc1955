"""The territory folder: what the engines read, memory-mapped, the same bytes for the same inputs.

``territory.json`` tells everything but the columns; ``demand/`` and ``streets/`` are NumPy columns;
``places.parquet``, ``zones.parquet`` and ``features/`` hold texts and shapes; ``rejects.csv`` lists
every faulty row of every source.
"""

from hygie.readers.territory_folder.opening import open_territory
from hygie.readers.territory_folder.stored import StoredStreets, StoredTerritory
from hygie.readers.territory_folder.writing import write_territory

__all__ = ["StoredStreets", "StoredTerritory", "open_territory", "write_territory"]
