"""Clairval: a fictional town for the demo, the tests and the documentation."""

from hygie.territories.clairval.town import ClairvalTown, generate_clairval

__all__ = ["ClairvalTown", "generate_clairval"]
