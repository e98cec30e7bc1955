"""Leaves reached beside a plain heuristic and the proved bound, as a table for the reference page.

``python -m benchmarks.walking_table [FILE.dat …]`` adds published instances before the invented ones.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.walking import invented_children
from benchmarks.walking_plain import farthest_first

from hygie.engines.walking.bus import BusProblem, measured
from hygie.engines.walking.bus_plan import plan_bus
from hygie.engines.walking.warm import warm
from hygie.readers.bus_instance import read_bus_instance

SIZES = (150, 200, 250, 300)
SECONDS = 55.0


def lines(files: list[Path]) -> Iterator[str]:
    """One line of the table an instance, as each is solved."""
    for file in files:
        yield _line(file.stem, read_bus_instance(file).problem)
    for children in SIZES:
        yield _line(f"invented {children}", invented_children(children))


def _line(name: str, problem: BusProblem) -> str:
    plain = measured(problem, farthest_first(problem)).leaves
    start = time.monotonic()
    plan = plan_bus(problem, lambda: start + SECONDS - time.monotonic(), seed=0)
    ours, passed = plan.tree.leaves, time.monotonic() - start
    told = (
        name,
        ours,
        plan.leaves_bound,
        plain,
        f"{100 * (plain - ours) / plain:.0f} %",
        f"{plan.tree.danger:.2f}",
        f"{passed:.0f} s",
    )
    return f"| {' | '.join(map(str, told))} |"


if __name__ == "__main__":
    warm()
    for line in lines([Path(name) for name in sys.argv[1:]]):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
