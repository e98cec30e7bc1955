"""The hygie command."""

from hygie.cli.main import main

__all__ = ["main"]
