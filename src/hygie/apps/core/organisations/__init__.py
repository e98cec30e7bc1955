"""Organisations, roles, grants."""
