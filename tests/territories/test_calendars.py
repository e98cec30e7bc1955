"""Holidays of a territory: from the files of its recipe, else public ones by the law."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from hygie.engines.kernel.errors import HygieError, InputError
from hygie.readers.territory_folder import open_territory
from hygie.readers.territory_folder.calendar import CALENDAR
from hygie.readers.territory_folder.writing import write_territory
from hygie.territories.build import build_territory

MAP = Path(__file__).resolve().parents[1] / "readers/osm/walking_map.osm"
RECIPE = """\
format: 1
code: 00099
name: Carte d’essai
reference_date: 2026-11-22
boundary: data
sources:
  - source: openstreetmap
    vintage: 2026
    files: {extract: walking_map.osm}
    residents: dwellings
"""
PUBLIC = """\
  - source: public_holidays
    vintage: 2026
    files: {calendar: public.csv}
"""
DAILY = """\
  - source: school_holidays_daily
    vintage: 2025
    zone: C
    files: {calendar: daily.csv}
"""
PERIODS = """\
  - source: school_holidays
    vintage: 2026
    zone: C
    files: {calendar: periods.csv}
"""


def recipe(folder: Path, *more: str) -> Path:
    shutil.copy(MAP, folder / MAP.name)
    (folder / "public.csv").write_text(
        "date,annee,zone,nom_jour_ferie\n2026-01-01,2026,Métropole,1er janvier\n"
        "2026-12-24,2026,Métropole,Jour d’essai\npas une date,2026,Métropole,Illisible\n",
        encoding="utf-8",
    )
    (folder / "daily.csv").write_text(
        "date,vacances_zone_a,vacances_zone_b,vacances_zone_c,nom_vacances\n"
        "2026-12-19,False,True,True,Vacances\n2026-12-20,True,False,True,Vacances\n",
        encoding="utf-8",
    )
    (folder / "periods.csv").write_text(
        "Description;Population;Date de début;Date de fin;Académies;Zones;annee_scolaire\n"
        "Congés;-;2026-12-18T23:00:00+00:00;2026-12-20T23:00:00+00:00;Montpellier;Zone C;2026-2027\n",
        encoding="utf-8",
    )
    (folder / "territory.yaml").write_text(RECIPE + "".join(more), encoding="utf-8")
    return folder


def test_without_a_file_public_holidays_are_those_of_the_law_and_school_ones_unknown(tmp_path: Path) -> None:
    calendar = build_territory(recipe(tmp_path)).calendar
    assert calendar.public.holds(date(2026, 7, 14)) is True
    assert calendar.public.holds(date(2026, 12, 24)) is False
    assert calendar.school.holds(date(2026, 12, 25)) is None


def test_the_files_of_the_recipe_win_and_a_faulty_row_is_listed(tmp_path: Path) -> None:
    stored = build_territory(recipe(tmp_path, PUBLIC, DAILY))
    assert stored.calendar.school.held == {date(2026, 12, 19), date(2026, 12, 20)}
    # the faulty row is of 2026: nobody knows which of its days it told
    assert stored.calendar.public.holds(date(2026, 7, 14)) is None
    account = next(a for a in stored.territory.sources if a.name == "public_holidays")
    assert (account.read, account.kept, account.rejected) == (3, 2, 1)
    assert account.rejects[0][1:3] == ("date", "pas une date")


def test_both_forms_of_the_school_calendar_give_the_same_days(tmp_path: Path) -> None:
    for name, source in (("daily", DAILY), ("periods", PERIODS)):
        folder = tmp_path / name
        folder.mkdir()
        held = build_territory(recipe(folder, source)).calendar.school.held
        assert held == {date(2026, 12, 19), date(2026, 12, 20)}


def test_the_zone_of_the_recipe_is_read(tmp_path: Path) -> None:
    calendar = build_territory(recipe(tmp_path, DAILY.replace("zone: C", "zone: B"))).calendar
    assert calendar.school.held == {date(2026, 12, 19)}


@pytest.mark.parametrize(
    ("old", "new"),
    [("    zone: C\n", ""), ("zone: C", "zone: D"), ("zone: C", "zone: [A, B]")],
)
def test_a_school_calendar_without_its_zone_is_refused(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(InputError, match=r"territory\.yaml"):
        build_territory(recipe(tmp_path, DAILY.replace(old, new)))


def test_a_zone_means_nothing_for_another_source(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"territory\.yaml"):
        build_territory(recipe(tmp_path, PUBLIC.replace("    files", "    zone: C\n    files")))


def test_two_school_calendars_are_one_too_many(tmp_path: Path) -> None:
    with pytest.raises(HygieError, match="deux calendriers scolaires"):
        build_territory(recipe(tmp_path, DAILY, PERIODS))


def test_the_role_of_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(HygieError, match="« calendar »"):
        build_territory(recipe(tmp_path, PUBLIC.replace("calendar:", "table:")))


def test_a_folder_keeps_the_calendar_and_a_changed_one_is_refused(tmp_path: Path) -> None:
    stored = build_territory(recipe(tmp_path, PUBLIC, DAILY))
    folder = tmp_path / "built"
    write_territory(stored, folder)
    assert open_territory(folder).calendar == stored.calendar
    file = folder / CALENDAR
    file.write_text(file.read_text(encoding="utf-8").replace("2026-12-19", "2026-12-21"), encoding="utf-8")
    with pytest.raises(HygieError, match="abîmé"):
        open_territory(folder)
