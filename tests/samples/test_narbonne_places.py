"""France services around Narbonne: read, accounted for, and not taken for all counters."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.sample_data


def test_france_services_are_accounted_for_and_set_aside(
    narbonne: Path, hygie: Callable[..., Any], info: Callable[[Path], dict[str, Any]], tmp_path: Path
) -> None:
    """No file of the recipe gives the town halls: with France services alone, access would be wrong."""
    told = info(narbonne)
    source = next(s for s in told["sources"] if s["name"] == "france_services")
    assert (source["read"], source["kept"], source["outside"]) == (2845, 2845, 2838)
    assert "counter" in told["missing"]
    assert "counter" not in told["places"]
    file = tmp_path / "diagnosis.json"
    hygie("diagnose", narbonne, "--json", file)
    indicators = {i["key"]: i for i in json.loads(file.read_text(encoding="utf-8"))["indicators"]}
    counter = indicators["access_counter"]
    assert (counter["status"], counter["reason"]) == ("not_computed", "no_source")
