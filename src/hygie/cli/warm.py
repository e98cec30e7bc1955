"""Compile what is compiled once, at set-up, so that no first page waits: ``python -m hygie.cli.warm``."""

from __future__ import annotations

from hygie.engines.streets.warm import warm

if __name__ == "__main__":
    warm()
