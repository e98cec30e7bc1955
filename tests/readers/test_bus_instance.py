"""AMPL files of walking buses, and lists of children: read whole or refused in one message."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hygie.engines.kernel.errors import HygieError, InputError
from hygie.readers.bus_children import read_bus_children
from hygie.readers.bus_instance import BusInstance, read_bus_instance

GOOD = """data;
param n := 2
;
param alpha := 1.5 ; # a remark
param coordX [*] :=
0 0
1 3
2 6
;
param coordY [*] :=
0 0  1 4  2 8
;
param d [*,*]:
0 1 :=
0 0.0 0.0
1 0.9 0.0
2 0.8 0.1
: 2 :=
0 0
1 0.3
2 0
;
"""


def read(folder: Path, text: str) -> BusInstance:
    file = folder / "bus.dat"
    file.write_text(text, encoding="utf-8")
    return read_bus_instance(file)


def test_an_instance_is_read_whole_in_blocks_of_columns(tmp_path: Path) -> None:
    found = read(tmp_path, GOOD)
    assert found.alpha == 1.5
    assert found.problem.walk[1].tolist() == [5.0, 0.0, 5.0]
    assert found.problem.danger.tolist() == [[0, 0, 0], [0.9, 0, 0.3], [0.8, 0.1, 0]]
    assert found.problem.limit.tolist() == [0.0, 7.5, 15.0]
    windows = read(tmp_path, GOOD.replace("\n", "\r\n"))
    assert np.array_equal(windows.problem.danger, found.problem.danger)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("alpha := 1.5", "alpha := 0.5", "sous 1"),
        ("alpha := 1.5", "alpha := nan", "nombre"),
        ("n := 2", "n := 20000", "ne peut pas être traité"),
        ("n := 2", "n := 0", "ne peut pas être traité"),
        ("n := 2", "n := 1.5", "ne peut pas être traité"),
        ("1 0.9 0.0", "1 -0.9 0.0", "négatif"),
        ("1 0.9 0.0", "1 NaN 0.0", "nombre"),
        ("1 0.9 0.0", "1 inf 0.0", "nombre"),
        ("1 0.9 0.0", "7 0.9 0.0", "numéro"),
        ("1 0.9 0.0\n", "", "il manque le danger"),
        ("1 0.9 0.0", "0 0.9 0.0", "deux fois"),
        ("1 3\n", "", "il manque la coordonnée"),
        ("1 3\n", "1 3 1 4\n", "deux fois"),
        ("1 3\n", "1 1e999 \n", "nombre"),
        ("1 3\n", "1 1e300 \n", "démesurées"),
        ("param alpha := 1.5 ; # a remark\n", "", "alpha"),
        ("param alpha", "param speed", "inconnue"),
        ("param alpha := 1.5 ;", "param n := 3 ;", "deux fois"),
        (": 2 :=", "2 :=", "nombre"),
    ],
)
def test_what_is_wrong_is_one_french_message_with_its_line(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in GOOD
    with pytest.raises(InputError, match=said) as error:
        read(tmp_path, GOOD.replace(old, new, 1))
    assert error.value.line is not None
    assert "bus.dat" in str(error.value)


def test_children_of_one_address_and_roads_to_oneself_are_no_fault(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        GOOD.replace("1 3\n2 6", "1 6\n2 6").replace("1 4  2 8", "1 8  2 8").replace("2 0\n;", "2 9\n;"),
    )
    assert found.problem.walk[1, 2] == 0
    assert found.problem.danger[2, 2] == 0


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_mutation_gives_anything_but_an_instance_or_one_message(
    tmp_path: Path, data: st.DataObject
) -> None:
    text = GOOD
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 12)))
        text = (
            text[:start] + data.draw(st.text("0123456789.-+e:;[]*,=# \nparmdnXY\0é", max_size=8)) + text[end:]
        )
    try:
        found = read(tmp_path, text)
    except HygieError:
        return
    assert np.all(found.problem.danger >= 0)


def test_children_are_kept_or_listed_with_their_reason(tmp_path: Path) -> None:
    file = tmp_path / "children.csv"
    file.write_text(
        "id;lon;lat;level\na;3,0;43,2;maternelle\nb;3.1;43.2;\na;3.0;43.2;\nc;far;43.2;\nd;3.0;43.2;lycée\n;3.0;43.2;\n",
        encoding="utf-8",
    )
    read_file = read_bus_children(file)
    assert [(child.id, child.level) for child in read_file.kept] == [("a", "nursery"), ("b", "elementary")]
    assert read_file.account.read == 6
    assert [reject.row for reject in read_file.account.rejects] == [f"ligne {n}" for n in (4, 5, 6, 7)]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=80))
def test_no_list_of_children_breaks_the_reader(tmp_path: Path, noise: bytes) -> None:
    file = tmp_path / "children.csv"
    file.write_bytes(b"id,lon,lat,level\n" + noise)
    try:
        found = read_bus_children(file)
    except HygieError:
        return
    assert found.account.read == len(found.kept) + len(found.account.rejects)
