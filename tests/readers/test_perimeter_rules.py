"""Rules of perimeters: as the catalogue writes them, and what is refused."""

from __future__ import annotations

import copy
import re
import shutil
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hygie.engines.kernel.errors import HygieError
from hygie.engines.perimeters.density import OUTLETS
from hygie.engines.perimeters.rules import Cover, PerimeterRule
from hygie.readers import perimeter_rules
from hygie.readers.catalogue import load_catalogue
from hygie.readers.catalogue.paths import catalogue_folder
from hygie.readers.perimeter_rules import RULES, perimeter_parameters, perimeter_rule

DAY = date(2026, 11, 22)


@pytest.mark.parametrize("key", RULES)
def test_every_rule_reads_and_is_to_verify(key: str) -> None:
    rule = perimeter_rule(key, load_catalogue(), DAY)
    assert rule.key == key
    assert rule.status == "to-verify", "nobody has read the text yet"
    assert rule.law is (key == "tobacco")
    assert set(rule.counts) <= set(OUTLETS)
    assert any(kind.school for kind in rule.kinds)


def test_the_decree_is_that_of_the_eight_kinds() -> None:
    rule = perimeter_rule("tobacco", load_catalogue(), DAY)
    covers = {kind.key: kind.cover for kind in rule.kinds}
    assert list(covers) == [
        *("indoor", "transport", "school", "playground", "minors", "library_sport", "beach", "park"),
    ]
    assert [key for key, cover in covers.items() if cover is Cover.ACCESSES] == [
        *("school", "minors", "library_sport"),
    ]
    assert rule.metres == 10
    assert rule.sign is not None
    assert "135" in rule.sign.note


def test_every_category_of_the_rules_is_one_of_the_recipes() -> None:
    schema = (catalogue_folder() / "schema" / "territory.schema.json").read_text("utf-8")
    words = set(re.findall(r'"([a-z_]+)"', schema))
    for key in RULES:
        rule = perimeter_rule(key, load_catalogue(), DAY)
        assert {line.category for kind in rule.kinds for line in kind.shapes} <= words
        assert {place for kind in rule.kinds for place in kind.places} <= load_catalogue().categories.keys()


def test_the_decree_was_not_in_force_before_its_day() -> None:
    with pytest.raises(HygieError, match="pas encore en vigueur"):
        perimeter_rule("tobacco", load_catalogue(), date(2025, 6, 28))
    assert perimeter_rule("tobacco", load_catalogue(), date(2025, 6, 29)).metres == 10


def test_what_is_chosen_is_marked_as_chosen() -> None:
    catalogue = load_catalogue()
    usual, other = (perimeter_rule("alcohol", catalogue, DAY, metres=metres) for metres in (100.0, 150.0))
    assert usual.figures[0].source == "Choix de Hygie"
    assert other.figures[0].source.startswith("Choix politique")
    assert other.metres == 150.0
    with pytest.raises(HygieError, match="n’est pas une règle"):
        perimeter_rule("../tobacco", catalogue, DAY)
    assert perimeter_parameters(catalogue, DAY).density == (100, 200, 400)


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("catalogue")
    shutil.copytree(catalogue_folder() / "perimeters", folder / "perimeters")
    return folder


def test_a_kind_written_twice_is_refused(copied: Path) -> None:
    file = copied / "perimeters" / "alcohol.yaml"
    held = yaml.safe_load(file.read_text("utf-8"))
    held["kinds"].append(copy.deepcopy(held["kinds"][0]))
    file.write_text(yaml.safe_dump(held, allow_unicode=True), "utf-8")
    with pytest.raises(HygieError, match="deux fois"):
        perimeter_rule("alcohol", load_catalogue(), DAY, folder=copied)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 6000), st.text(max_size=4), st.integers(0, 30))
def test_a_damaged_rule_is_refused_in_words_or_still_a_rule(
    copied: Path, at: int, inserted: str, removed: int
) -> None:
    text = (catalogue_folder() / "perimeters" / "tobacco.yaml").read_text("utf-8")
    (copied / "perimeters" / "tobacco.yaml").write_text(
        text[:at] + inserted + text[at + removed :], "utf-8", errors="ignore", newline=""
    )
    perimeter_rules._raw.cache_clear()
    with suppress(HygieError):
        assert isinstance(perimeter_rule("tobacco", load_catalogue(), DAY, folder=copied), PerimeterRule)
    perimeter_rules._raw.cache_clear()
