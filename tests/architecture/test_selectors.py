"""Every read of the portal takes the organisation that asks first, or says why it needs none."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

APPS = Path(__file__).resolve().parents[2] / "src" / "hygie" / "apps"
FILES = sorted(file for file in APPS.rglob("selectors.py") if file != APPS / "territory" / "selectors.py")

OPEN = {
    "core/accounts": {"has_second_factor", "is_staff_somewhere", "own_sessions"},  # a person's own account
    "core/operations": {"answers", "published_seals"},  # the instance itself; seals are published
    "core/public": {"host_organisation"},  # which organisation runs the instance: shown to everybody
    "directory": {"category_counts", "published_entry", "same_site"},  # what anybody may read
    "territory/scenarios": {"link_token", "scenario_of_link"},  # the signed link is the whole authority
    "territory/versions": {"folders_to_import", "shown_name", "switches", "version", "versions"},
    # one territory an instance: its versions belong to no organisation
}
"""By folder, the reads that take no organisation; what is shown to everybody is not a record of one."""


def reads(file: Path) -> list[ast.FunctionDef]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return [n for n in tree.body if isinstance(n, ast.FunctionDef) and not n.name.startswith("_")]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.parent.relative_to(APPS)))
def test_the_organisation_comes_first(file: Path) -> None:
    allowed = OPEN.get(str(file.parent.relative_to(APPS)), set())
    for read in reads(file):
        first = read.args.args[0] if read.args.args else None
        asks = (
            first is not None
            and first.annotation is not None
            and "Organisation" in ast.unparse(first.annotation)
        )
        assert asks != (read.name in allowed), f"{file}: {read.name}"


def test_the_exceptions_exist() -> None:
    for folder, names in OPEN.items():
        assert names <= {read.name for read in reads(APPS / folder / "selectors.py")}


def test_the_walk_sees_the_portal() -> None:
    assert len(FILES) >= 8
    assert sum(len(reads(file)) for file in FILES) >= 30
