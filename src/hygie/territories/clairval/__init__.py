"""Clairval: a fictional town for the demo, the tests and the documentation."""

from hygie.territories.clairval.driving import driving_ways
from hygie.territories.clairval.town import SOURCE, ClairvalTown, generate_clairval

__all__ = ["SOURCE", "ClairvalTown", "driving_ways", "generate_clairval"]
