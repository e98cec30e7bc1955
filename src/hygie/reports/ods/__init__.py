"""The whole diagnosis as a spreadsheet: every table, numbers as numbers."""

from hygie.reports.ods.document import render_ods

__all__ = ["render_ods"]
