"""What all tests share: the public sample files, where they are present."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

ROOT = Path(__file__).resolve().parents[1]


def sample_folder() -> Path | None:
    """Folder of the public sample files, or None where this machine has none."""
    named = os.environ.get("HYGIE_SAMPLE_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    return folder if folder.is_dir() else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave long proofs out unless they are asked for by name (``-m prove``).

    A hook rather than ``-m "not prove"`` in the options: another ``-m`` would replace that one.
    """
    if "prove" in config.option.markexpr:
        return
    left = [item for item in items if item.get_closest_marker("prove")]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in set(left)]


@pytest.fixture(scope="session")
def sample_data() -> Path:
    """Folder of the public sample files; the test is skipped, saying why, without it."""
    folder = sample_folder()
    if folder is None:
        pytest.skip("no public sample files: put them in ../shared/data or name them in HYGIE_SAMPLE_DATA")
    return folder


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """The test databases; every connection is closed before they are dropped."""
    yield
    connections.close_all()
