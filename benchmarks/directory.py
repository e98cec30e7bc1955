"""Warm search over a large directory: ``python -m benchmarks.directory [entries]``.

On SQLite in a folder of its own, or on the database that ``DATABASE_URL`` names, which must be empty.
Exit code 1 when a question takes more than ``LIMIT_MS``.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from importlib import import_module

import django

LIMIT_MS = 100.0
"""Issue 4: warm search, over 100,000 entries, on 2 cores."""

REPEAT = 15


def main(count: int) -> int:
    """Fill, ask, print; 1 when a median is over the limit."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["HYGIE_HOME"] = home
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hygie.config.settings")
        django.setup()
        work = import_module("benchmarks.directory_work")  # its models need Django ready
        start = time.perf_counter()
        work.fill(count)
        print(f"{count} entries written in {time.perf_counter() - start:.0f} s")
        told = work.measured(REPEAT)
        for name, (total, median, worst) in told.items():
            print(f"{name:32} {total:7} answers  median {median:6.1f} ms  worst {worst:6.1f} ms")
    return int(max(median for _, median, _ in told.values()) > LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
