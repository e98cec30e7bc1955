"""Looking things up: figures by date, entries by key, files that disagree."""

from __future__ import annotations

import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.engines.kernel.errors import HygieError, InputError
from hygie.readers.catalogue import Catalogue, DatedValue, Figure, load_catalogue
from hygie.readers.catalogue.paths import catalogue_folder


def dated(since: str, until: str | None, value: float) -> DatedValue:
    end = None if until is None else date.fromisoformat(until)
    return DatedValue(date.fromisoformat(since), end, value, "verified", "Loi")


CEILING = Figure(
    "ceiling",
    "Plafond",
    "personnes",
    (
        dated("2020-01-01", None, 1),
        dated("2021-04-01", "2022-03-31", 2),
        dated("2023-01-01", None, 3),
    ),
)


@pytest.mark.parametrize(
    ("day", "value"),
    [
        ("2020-01-01", 1),
        ("2021-03-31", 1),
        ("2021-04-01", 2),
        ("2022-03-31", 2),
        ("2023-01-01", 3),
        ("2099-12-31", 3),
    ],
)
def test_the_value_is_the_one_in_force_that_day(day: str, value: float) -> None:
    assert CEILING.on(date.fromisoformat(day)).value == value


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2019-12-31", "mercredi 1er janvier 2020"),
        ("2022-04-01", "jeudi 31 mars 2022"),
        ("2022-12-31", "2022"),
    ],
)
def test_no_value_is_guessed_outside_its_dates(day: str, why: str) -> None:
    with pytest.raises(HygieError) as caught:
        CEILING.on(date.fromisoformat(day))
    assert "ceiling" in caught.value.what
    assert why in caught.value.why
    assert caught.value.fix


@given(
    starts=st.lists(st.dates(date(1990, 1, 1), date(2030, 1, 1)), min_size=1, max_size=6, unique=True),
    day=st.dates(date(1985, 1, 1), date(2035, 1, 1)),
)
def test_a_value_without_end_holds_until_the_next_one(starts: list[date], day: date) -> None:
    starts.sort()
    figure = Figure(
        "f", "f", "m", tuple(DatedValue(s, None, float(i), "verified", "x") for i, s in enumerate(starts))
    )
    begun = sum(start <= day for start in starts)
    if begun:
        assert figure.on(day).value == begun - 1
    else:
        with pytest.raises(HygieError):
            figure.on(day)


@pytest.mark.parametrize(
    "values",
    [
        (),
        (dated("2021-01-01", None, 1), dated("2020-01-01", None, 2)),
        (dated("2021-01-01", None, 1), dated("2021-01-01", None, 2)),
        (dated("2021-01-01", "2021-06-30", 1), dated("2021-06-30", None, 2)),
    ],
)
def test_values_that_overlap_or_go_backwards_are_refused(values: tuple[DatedValue, ...]) -> None:
    with pytest.raises(ValueError, match="figure 'f'"):
        Figure("f", "f", "m", values)


def test_a_value_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="cannot end"):
        dated("2021-01-02", "2021-01-01", 1)


def test_a_figure_is_used_with_its_unit_date_status_and_source() -> None:
    use = load_catalogue().figure("walking_speed", date(2026, 11, 22))
    assert (use.key, use.unit, use.since, use.status) == ("walking_speed", "m/s", "2026-01-01", "to-verify")
    assert "signalétique" in use.source


def test_a_figure_before_its_first_date_is_not_guessed() -> None:
    with pytest.raises(HygieError, match="1er janvier 2026"):
        load_catalogue().figure("walking_speed", date(2026, 1, 1) - timedelta(days=1))


@pytest.mark.parametrize("kind", ["figure", "source", "indicator", "category"])
def test_an_unknown_key_is_refused_with_the_closest_ones(kind: str) -> None:
    catalogue = load_catalogue()
    close = {"figure": "walking_speed", "source": "finess", "indicator": "access_gp", "category": "pharmacy"}[
        kind
    ]
    with pytest.raises(HygieError, match=f"« {close} »"):
        look_up(catalogue, kind, close[:-1] + "x")


def look_up(catalogue: Catalogue, kind: str, key: str) -> object:
    if kind == "figure":
        return catalogue.figure(key, date(2026, 11, 22))
    return {"source": catalogue.source, "indicator": catalogue.indicator, "category": catalogue.category}[
        kind
    ](key)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A catalogue of one's own, to damage."""
    folder = tmp_path / "catalogue"
    shutil.copytree(catalogue_folder(), folder)
    return folder


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_another_folder_can_be_read(copy: Path) -> None:
    edit(copy / "figures" / "walking.yaml", "value: 1.33", "value: 1.1")
    assert load_catalogue(copy).figure("walking_speed", date(2026, 11, 22)).value == pytest.approx(1.1)


DISAGREEMENTS = {
    "unknown category in an indicator": (
        "indicators/access_gp.yaml",
        "categories: [gp]",
        "categories: [pharmacie]",
        "« pharmacie »",
        "pharmacy",
    ),
    "unknown category in a source": (
        "sources/hygie_clairval.yaml",
        "  - gp\n",
        "  - doctor\n",
        "« doctor »",
        "catalogue",
    ),
    "unknown threshold": (
        "indicators/access_gp.yaml",
        "[access_5,",
        "[access_6,",
        "« access_6 »",
        "access_",
    ),
    "main threshold out of its list": (
        "indicators/access_gp.yaml",
        "main_threshold: access_15",
        "main_threshold: loss_felt",
        "« loss_felt »",
        "Corrigez",
    ),
    "unknown smallest cell": (
        "indicators/access_gp.yaml",
        "smallest_cell: smallest_count",
        "smallest_cell: small_count",
        "« small_count »",
        "smallest_count",
    ),
    "key unlike the file": (
        "indicators/access_gp.yaml",
        "key: access_gp",
        "key: access_doctor",
        "nom du fichier",
        "Renommez",
    ),
    "same rank twice": ("indicators/access_gp.yaml", "order: 3", "order: 2", "rang 2", "différent"),
    "same figure in two files": (
        "figures/walking.yaml",
        "margin:",
        "access_5:",
        "« access_5 »",
        "Corrigez",
    ),
    "dates out of order": (
        "figures/walking.yaml",
        "value: 1.33\n",
        "value: 1.33\n      until: 2025-01-01\n",
        "dates",
        "plus ancienne",
    ),
}


@pytest.mark.parametrize(
    ("name", "old", "new", "what", "fix"), DISAGREEMENTS.values(), ids=DISAGREEMENTS.keys()
)
def test_files_that_disagree_are_named(
    copy: Path, name: str, old: str, new: str, what: str, fix: str
) -> None:
    edit(copy / name, old, new)
    with pytest.raises(InputError) as caught:
        load_catalogue(copy)
    assert what in str(caught.value)
    assert fix in caught.value.fix
    assert re.match(r"[a-z_]+\.yaml", caught.value.file)
    if "rang" not in what:
        line = (copy / name).read_text(encoding="utf-8").splitlines()[(caught.value.line or 0) - 1]
        assert new.strip().split(":")[0].split("\n")[0].strip("[, ") in line or "dates" in what
