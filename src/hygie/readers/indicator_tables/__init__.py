"""Any table of numbers by commune, EPCI, IRIS or département, with the level of each number kept."""

from hygie.readers.indicator_tables.model import IndicatorTable, Known, TableRow, TableSheet, ValueColumn
from hygie.readers.indicator_tables.reading import read_indicator_table

__all__ = ["IndicatorTable", "Known", "TableRow", "TableSheet", "ValueColumn", "read_indicator_table"]
