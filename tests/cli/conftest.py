"""Towns that commands are asked about: Clairval with few residents, and extracts of real places."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hygie.readers.territory_folder import write_territory
from hygie.territories.build import build_territory
from hygie.territories.demo import build_demo

RECIPE = """\
format: 1
code: "{code}"
name: Essai
reference_date: 2026-11-22
boundary: data
sources:
  - source: openstreetmap
    vintage: test
    files: {{extract: {file}}}
    residents: dwellings
"""


@pytest.fixture(scope="session")
def clairval(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clairval with 2,000 residents; only read."""
    folder = tmp_path_factory.mktemp("cli") / "clairval"
    write_territory(build_demo(people=2000, seed=1, progress=lambda *_: None), folder)
    return folder


@pytest.fixture
def town_of(sample_data: Path, tmp_path: Path) -> Callable[[str, str], Path]:
    """Build the territory of an extract of OpenStreetMap, by its file and the code of its commune."""

    def build(file: str, code: str) -> Path:
        recipe = RECIPE.format(code=code, file=sample_data / "osm_extraits" / file)
        (tmp_path / "territory.yaml").write_text(recipe, encoding="utf-8")
        write_territory(build_territory(tmp_path), tmp_path / "town")
        return tmp_path / "town"

    return build
