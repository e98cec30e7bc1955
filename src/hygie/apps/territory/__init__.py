"""Diagnose: the explorer, the closure page, the report, the sources."""
