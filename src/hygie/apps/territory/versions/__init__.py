"""Versions of the data of the territory: imported, shown, kept."""
