"""The base map: made from the territory, served by pieces, refused to whoever may not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from pyogrio.raw import read

from hygie.apps.core.jobs.models import Job, State
from hygie.apps.core.jobs.running import enqueue
from hygie.apps.territory.live_basemap import PARTS, basemap_file, drawn_shapes, has_basemap
from hygie.apps.territory.live_folders import shown_version
from hygie.apps.territory.live_ranges import asked_range, ranged
from hygie.apps.territory.selectors import Opened

pytestmark = pytest.mark.django_db
Committed = Callable[..., AbstractContextManager[Any]]


@given(st.text(max_size=40), st.integers(0, 10**6))
def test_any_range_header_is_the_whole_a_piece_inside_or_refused(header: str, size: int) -> None:
    try:
        asked = asked_range(header, size)
    except ValueError:
        return
    assert asked is None or 0 <= asked[0] <= asked[1] < size


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-9", (0, 9)),
        ("bytes=90-", (90, 99)),
        ("bytes=-10", (90, 99)),
        ("bytes=95-200", (95, 99)),
        ("bytes=-500", (0, 99)),
        ("bytes=0-1,5-6", None),
        ("bytes=9-1", None),
        ("bytes=-", None),
        ("octets=0-1", None),
        ("bytes=0x1-5", None),
        ("", None),
    ],
)
def test_ranges_as_the_standard_says(header: str, expected: tuple[int, int] | None) -> None:
    assert asked_range(header, 100) == expected


def test_pieces_put_together_are_the_file(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(bytes(range(256)) * 40)
    found = b""
    for first in range(0, 10_240, 1_000):
        request = RequestFactory().get("/", headers={"Range": f"bytes={first}-{first + 999}"})
        response = ranged(request, file, "application/octet-stream")
        assert response.status_code == 206
        found += b"".join(response)
    assert found == file.read_bytes()
    late = ranged(RequestFactory().get("/", headers={"Range": "bytes=10240-"}), file, "x/y")
    assert late.status_code == 416


def test_the_map_page_asks_for_the_base_map_once_and_then_serves_it(
    coordinator: Client, django_capture_on_commit_callbacks: Committed
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        first = coordinator.get("/scenario/carte").json()
    again = coordinator.get("/scenario/carte").json()
    assert Job.objects.filter(name="territory.basemap").count() == 1
    assert first["tiles"] == again["tiles"] or not first["tiles"]
    assert set(again["tiles"]) == {"far", "near"}
    response = coordinator.get(again["tiles"]["far"], headers={"Range": "bytes=0-6"})
    assert response.status_code == 206
    assert b"".join(response) == b"PMTiles"
    assert "private" in response.headers["Cache-Control"]


@pytest.mark.parametrize(
    "address",
    [
        f"/scenario/fond/{'0' * 64}-far.pmtiles",
        f"/scenario/fond/{'0' * 64}-middle.pmtiles",
        "/scenario/fond/../../hygie.sqlite3",
        "/scenario/fond/..%2f..%2fsecret-key-far.pmtiles",
        f"/scenario/fond/{'0' * 64}-far.pmtiles%0a",
    ],
)
def test_no_other_file_is_served(coordinator: Client, address: str) -> None:
    assert coordinator.get(address).status_code == 404


def test_what_is_drawn_is_in_the_tiles(
    coordinator: Client, django_capture_on_commit_callbacks: Committed
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        coordinator.get("/scenario/carte")
    version = shown_version()
    assert version is not None
    assert has_basemap(version.digest)
    for part in PARTS:
        about, _, shapes, fields = read(basemap_file(version.digest, part.name), layer="base")
        kinds = fields[about["fields"].tolist().index("kind")]
        assert set(kinds.tolist()) == {"zone"}
        drawn = shapely.union_all(shapely.buffer(shapely.from_wkb(shapes), 0))
        assert drawn.area > 0


def test_zones_are_drawn_after_everything_else(shown: Opened) -> None:
    shapes, kinds = drawn_shapes(shown.territory, shown.streets)
    assert len(shapes) == len(kinds)
    assert np.all(kinds == "zone")


def test_a_job_for_data_that_are_gone_ends_without_a_map(
    shown: Opened, django_capture_on_commit_callbacks: Committed
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = enqueue("territory.basemap", {"digest": "f" * 64})
    job.refresh_from_db()
    assert job.state == State.DONE
    assert not has_basemap("f" * 64)
