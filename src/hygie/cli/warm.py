"""Compile what is compiled once, at set-up, so that no first page waits: ``python -m hygie.cli.warm``."""

from __future__ import annotations

from hygie.engines.exposure.warm import warm as warm_exposure
from hygie.engines.green.warm import warm as warm_green
from hygie.engines.reach.warm import warm as warm_reach
from hygie.engines.siting.warm import warm as warm_siting
from hygie.engines.streets.warm import warm as warm_streets
from hygie.engines.walking.warm import warm as warm_walking

if __name__ == "__main__":
    warm_streets()
    warm_reach()
    warm_green()
    warm_exposure()
    warm_walking()
    warm_siting()
