"""The territory folder: what is written is what is read, all of it or nothing."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
import shapely

from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.measures import FigureUse
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.territory import (
    AgeBand,
    Demand,
    Feature,
    Places,
    SourceAccount,
    Territory,
    ZoneLayer,
)
from hygie.engines.streets.graph import RawWays
from hygie.readers.territory_folder import StoredTerritory, open_territory, write_territory
from hygie.readers.territory_folder.opening import read_rejects
from hygie.territories.network import street_network

PLANE = Plane(3.0, 43.0)
SQUARE = shapely.to_wkb(shapely.box(2.99, 42.99, 3.02, 43.02))


def texts(*values: str) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    return np.array(values, dtype=np.str_)


def stored() -> StoredTerritory:
    demand = Demand(
        ids=texts("a", "bé"),
        lon=np.array([3.0, 3.001]),
        lat=np.array([43.0, 43.0]),
        people=np.array([12.5, np.nan]),
        by_age=np.array([[10.0, 2.5], [np.nan, np.nan]]),
        age_bands=(AgeBand(0, 64), AgeBand(65, None)),
        imputed=np.array([True, False]),
        inside=np.array([True, False]),
        zones={"commune": np.array([0, -1], np.int32)},
        income_decile=np.array([3, 0], np.int8),
    )
    names = ("ids", "sites", "names", "communes", "sources", "vintages", "hours", "notes", "traces")
    places = Places(
        **{name: texts("é", "f") for name in names},
        categories=texts("pharmacy", "gp"),
        lon=np.array([3.0005, 3.1]),
        lat=np.array([43.0, 43.1]),
        capacity=np.array([np.nan, 2.0]),
        inside=np.array([True, False]),
    )
    layer = ZoneLayer(
        "commune", "Communes (2026)", ("11262",), ("N",), (SQUARE,), "s", "2026", True, np.array([True])
    )
    account = SourceAccount(
        "s",
        "T",
        "P",
        "L",
        "A",
        "2026",
        "f.csv",
        "0" * 64,
        2,
        1,
        1,
        warnings=("w",),
        rejects=(("ligne 2", "c", "v", "r"),),
    )
    territory = Territory(
        code="11262",
        name="N",
        demand=demand,
        places=places,
        layers={"commune": layer},
        features={
            "green": Feature(
                "green", texts("g"), np.array([SQUARE], dtype=object), texts("Parc"), np.array([1.5])
            )
        },
        provided=frozenset({"pharmacy"}),
        sources=(account,),
        missing=("gp",),
        fictional=False,
        population_label="habitants",
        controls={"recensement": 10.0},
        warnings=("attention",),
    )
    ways = RawWays(
        profile="walk",
        lon=np.array([2.999, 3.0, 3.002]),
        lat=np.array([43.0, 43.0, 43.0005]),
        start=np.array([0, 3], np.int32),
        nodes=np.array([0, 1, 2], np.int32),
        metres_per_minute=np.array([80.0]),
        forward=np.array([True]),
        back=np.array([True]),
        kind=np.array([1], np.int8),
    )
    streets, _ = street_network(ways, demand, places, PLANE, limit_metres=300, metres_per_minute=80)
    figure = FigureUse("walking_speed", 1.33, "m/s", "2026-01-01", "to-verify", "source")
    return StoredTerritory(
        territory, PLANE, {"walk": streets}, "2026-11-22", (figure,), 80.0, 300.0, 1.3, {"a": 1}
    )


def assert_equal(first: object, second: object) -> None:
    if isinstance(first, np.ndarray):
        np.testing.assert_array_equal(first, second)
    elif hasattr(first, "__dataclass_fields__"):
        for field in fields(first):  # type: ignore[arg-type]  # checked just above
            assert_equal(getattr(first, field.name), getattr(second, field.name))
    elif isinstance(first, dict) and isinstance(second, object):
        assert set(first) == set(second)  # type: ignore[call-overload]  # a lazy mapping on the other side
        for key, value in first.items():
            assert_equal(value, second[key])  # type: ignore[index]  # same
    elif isinstance(first, tuple):
        assert isinstance(second, tuple)
        assert len(first) == len(second)
        for one, other in zip(first, second, strict=True):
            assert_equal(one, other)
    else:
        assert first == second


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    written = stored()
    write_territory(written, tmp_path / "t")
    read = open_territory(tmp_path / "t")
    account = replace(written.territory.sources[0], rejects=())
    assert_equal(replace(written, territory=replace(written.territory, sources=(account,))), read)
    assert read_rejects(tmp_path / "t") == [
        {"source": "s", "file": "f.csv", "row": "ligne 2", "column": "c", "value": "v", "reason": "r"}
    ]


def test_the_same_territory_gives_the_same_bytes(tmp_path: Path) -> None:
    write_territory(stored(), tmp_path / "a")
    write_territory(stored(), tmp_path / "b")
    names = sorted(p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*") if p.is_file())
    assert len(names) > 20
    assert all((tmp_path / "a" / n).read_bytes() == (tmp_path / "b" / n).read_bytes() for n in names)


def test_a_failed_write_leaves_the_old_territory_and_no_scrap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_territory(stored(), tmp_path / "t")
    before = (tmp_path / "t/territory.json").read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(HygieError, match="place disponible"):
        write_territory(stored(), tmp_path / "t")
    assert (tmp_path / "t/territory.json").read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["t"]


def test_a_folder_that_is_not_a_territory_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos/one.jpg").write_text("x")
    with pytest.raises(HygieError, match="pas un dossier de territoire"):
        write_territory(stored(), tmp_path / "photos")
    assert (tmp_path / "photos/one.jpg").exists()


@pytest.mark.parametrize(
    "damage", ["demand/lon.npy", "places.parquet", "streets/walk/tail.npy", "territory.json"]
)
def test_a_damaged_folder_is_one_clear_error(tmp_path: Path, damage: str) -> None:
    write_territory(stored(), tmp_path / "t")
    (tmp_path / "t" / damage).write_bytes(b"\x00garbage")
    with pytest.raises(HygieError, match=r"abîmé|illisible"):
        open_territory(tmp_path / "t")


def test_a_folder_that_holds_anything_else_is_never_replaced(tmp_path: Path) -> None:
    write_territory(stored(), tmp_path / "t")
    (tmp_path / "t/notes.txt").write_text("à garder", encoding="utf-8")
    with pytest.raises(HygieError, match="contient autre chose"):
        write_territory(stored(), tmp_path / "t")
    assert (tmp_path / "t/notes.txt").read_text(encoding="utf-8") == "à garder"
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/territory.json").write_text('{"mes": "notes"}', encoding="utf-8")
    with pytest.raises(HygieError, match="pas un dossier de territoire"):
        write_territory(stored(), tmp_path / "mine")


@pytest.mark.parametrize("failure", [OSError(5, "Input/output error"), KeyboardInterrupt()])
def test_an_interrupted_replacement_leaves_the_old_territory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    write_territory(stored(), tmp_path / "t")
    before = (tmp_path / "t/territory.json").read_bytes()
    rename = Path.rename

    def second_fails(self: Path, target: Path) -> Path:
        if self.name.endswith(".partial"):
            raise failure
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", second_fails)
    with pytest.raises((HygieError, KeyboardInterrupt)):
        write_territory(stored(), tmp_path / "t")
    assert (tmp_path / "t/territory.json").read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["t"]


def test_a_column_changed_in_place_is_refused_rather_than_computed_on(tmp_path: Path) -> None:
    write_territory(stored(), tmp_path / "t")
    column = tmp_path / "t/demand/people.npy"
    data = bytearray(column.read_bytes())
    data[-9] ^= 1
    column.write_bytes(bytes(data))
    with pytest.raises(HygieError, match=r"demand/people\.npy"):
        open_territory(tmp_path / "t")


def test_a_damaged_drawing_is_refused_when_it_is_read(tmp_path: Path) -> None:
    write_territory(stored(), tmp_path / "t")
    (tmp_path / "t/features/green.parquet").write_bytes(b"PAR1")
    opened = open_territory(tmp_path / "t")
    with pytest.raises(HygieError, match=r"green\.parquet"):
        opened.territory.features["green"]
