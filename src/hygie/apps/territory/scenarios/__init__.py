"""Saved scenarios: named, shared, compared, printed for a council."""
