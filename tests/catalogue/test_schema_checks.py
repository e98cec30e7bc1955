"""A file that breaks its schema: one error, its line, what is expected, found, and what to write."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygie.engines.kernel.errors import InputError
from hygie.readers.catalogue import load_checked

FIGURE = """\
walking_speed:
  title: Vitesse
  unit: m/s
  values:
    - from: 2026-01-01
      value: 1.33
      status: to-verify
      source:
        title: Choix de Hygie
"""

RECIPE = """\
format: 1
code: {code}
name: 2026
reference_date: 2026-11-22
boundary:
  communes: [{code}, 11262]
sources:
  - source: finess
    vintage: 2026.10
    files: {{establishments: f.csv}}
"""


def refusal(tmp_path: Path, content: str, schema: str = "figure") -> InputError:
    file = tmp_path / "essai.yaml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_checked(file, schema)
    return caught.value


def test_a_true_file_is_read_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "essai.yaml"
    file.write_text(FIGURE, encoding="utf-8")
    (value,) = load_checked(file, "figure")["walking_speed"]["values"]
    assert value["from"] == "2026-01-01"
    assert value["value"] == pytest.approx(1.33)


FAULTS = {
    "wrong type": ("value: 1.33", "value: vite", 6, "bonne forme", "un nombre", "« vite »", "« 1.33 »"),
    "text with a comma": ("value: 1.33", "value: 1,33", 6, "bonne forme", "un nombre", "« 1,33 »", "point"),
    "nothing": ("value: 1.33", "value:", 6, "bonne forme", "un nombre", "rien", "« 1.33 »"),
    "unknown key": ("unit: m/s", "units: m/s", 3, "« units »", "« unit »", "", "« unit »"),
    "missing key": (
        "      status: to-verify\n",
        "",
        5,
        "« status » manque",
        "to-verify",
        "",
        "« status: … »",
    ),
    "not in the list": ("unit: m/s", "unit: km/h", 3, "pas admise", "« m/s »", "« km/h »", "l’une de"),
    "bad date": (
        "from: 2026-01-01",
        "from: 2026-02-30",
        5,
        "forme",
        "Une date",
        "« 2026-02-30 »",
        "« 2026-01-01 »",
    ),
    "French date": ("from: 2026-01-01", "from: 01/01/2026", 5, "forme", "date", "01/01", "« 2026-01-01 »"),
    "empty text": ("title: Vitesse", 'title: ""', 2, "pas assez", "1", "«", "la valeur"),
    "object for a text": ("title: Vitesse", "title: {a: b}", 2, "bonne forme", "un texte", "a", "la valeur"),
    "bad key": ("walking_speed:", "Vitesse de marche:", 1, "« Vitesse de marche »", "", "", "clé"),
}


@pytest.mark.parametrize(
    ("old", "new", "line", "what", "expected", "found", "fix"), FAULTS.values(), ids=FAULTS.keys()
)
def test_a_fault_is_told_with_its_line_and_what_to_write(
    tmp_path: Path, old: str, new: str, line: int, what: str, expected: str, found: str, fix: str
) -> None:
    assert old in FIGURE
    error = refusal(tmp_path, FIGURE.replace(old, new, 1))
    assert (error.file, error.line) == ("essai.yaml", line)
    assert what in error.what
    assert expected in error.expected
    assert found in error.found
    assert fix in error.fix or fix == "la valeur"
    assert error.fix.endswith((".", "?"))


def test_all_faults_are_told_in_one_error_by_line(tmp_path: Path) -> None:
    content = FIGURE.replace("m/s", "km/h").replace("1.33", "vite").replace("to-verify", "sûr")
    error = refusal(tmp_path, content)
    assert error.line == 3
    assert "ligne 6" in error.fix
    assert "ligne 7" in error.fix


def test_a_misspelt_key_is_told_before_the_key_it_leaves_missing(tmp_path: Path) -> None:
    error = refusal(tmp_path, FIGURE.replace("      value: 1.33", "      valeu: 1.33"))
    assert "« valeu »" in error.what
    assert "« value »" in error.fix
    assert "« value » manque" in error.fix


def test_the_bad_key_is_named_among_good_ones(tmp_path: Path) -> None:
    error = refusal(tmp_path, FIGURE + FIGURE.replace("walking_speed", "Vitesse à pied"))
    assert error.line == 10
    assert "« Vitesse à pied »" in error.what
    assert "minuscules" in error.expected


def test_many_faults_are_counted_rather_than_listed(tmp_path: Path) -> None:
    content = "".join(FIGURE.replace("walking_speed", f"f{i}").replace("1.33", "vite") for i in range(9))
    assert "et 3 de plus" in refusal(tmp_path, content).fix


def test_the_fault_inside_an_alternative_is_told_not_the_alternative(tmp_path: Path) -> None:
    content = RECIPE.format(code="11262").replace("11262, 11262", "Narbonne")
    error = refusal(tmp_path, content, "territory")
    assert error.line == 6
    assert "« boundary.communes.1 »" in error.what
    assert "« Narbonne »" in error.found


def test_no_message_speaks_the_language_of_the_schema(tmp_path: Path) -> None:
    said = str(refusal(tmp_path, FIGURE.replace("value: 1.33", "value: vite").replace("title:", "titre:")))
    assert not any(word in said for word in ("is not", "required", "property", "None", "Unevaluated"))


def test_an_unknown_schema_is_a_programming_mistake(tmp_path: Path) -> None:
    file = tmp_path / "essai.yaml"
    file.write_text(FIGURE, encoding="utf-8")
    with pytest.raises(ValueError, match="nowhere"):
        load_checked(file, "nowhere")


@settings(deadline=None)
@given(code=st.from_regex(r"[0-9][0-9AB][0-9]{3}", fullmatch=True))
def test_any_unquoted_code_is_text_where_the_schema_asks_for_text(
    tmp_path_factory: pytest.TempPathFactory, code: str
) -> None:
    file = tmp_path_factory.mktemp("recipes") / "territory.yaml"
    content = RECIPE.format(code=code) if code != "11262" else RECIPE.format(code="01004")
    file.write_text(content, encoding="utf-8")
    recipe = load_checked(file, "territory")
    assert recipe["code"] in (code, "01004")
    assert recipe["boundary"]["communes"] == [recipe["code"], "11262"]
    assert recipe["name"] == "2026"
    assert recipe["sources"][0]["vintage"] == "2026.10"
    assert recipe["format"] == 1
