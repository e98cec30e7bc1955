"""Compile what is compiled once, at set-up, so that no first page waits: ``python -m hygie.cli.warm``."""

from __future__ import annotations

from hygie.engines.reach.warm import warm as warm_reach
from hygie.engines.streets.warm import warm as warm_streets

if __name__ == "__main__":
    warm_streets()
    warm_reach()
