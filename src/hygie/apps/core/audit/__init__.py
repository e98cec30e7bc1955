"""Journals of decisions and readings: chains that only grow."""
