"""The strict loader: what is written is what is read, and what is refused is said with its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygie.engines.kernel.errors import InputError
from hygie.readers.catalogue import load_yaml, read_document
from hygie.readers.catalogue.strict_yaml import DEEPEST_NESTING, LARGEST_FILE, scalar


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "fiche.yaml"


def refusal(file: Path, content: str | bytes) -> InputError:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError) as caught:
        load_yaml(file)
    return caught.value


def test_missing_file_is_one_error_naming_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"absente\.yaml"):
        load_yaml(tmp_path / "absente.yaml")


@pytest.mark.parametrize(
    "text",
    [
        *("01004", "2A004", "12:30", "no", "yes", "on", "True", "2026-01-01", "2026-01-01T12:00:00Z", "007"),
        *(
            "1e5",
            "0x1F",
            "1_000",
            "+3",
            "-0",
            ".5",
            "1.",
            "00.5",
            "1" * 16,
            "0." + "1" * 16,
            "~",
            ".inf",
            "=",
        ),
    ],
)
def test_codes_hours_dates_and_words_stay_text(file: Path, text: str) -> None:
    file.write_text(f"value: {text}\n", encoding="utf-8")
    assert load_yaml(file) == {"value": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("0", 0), ("12", 12), ("-3", -3), ("0.5", 0.5), ("-1.25", -1.25), ("1.0", 1.0)),
        *(("true", True), ("false", False), ("null", None), ("", None)),
    ],
)
def test_plain_decimals_booleans_and_nothing_are_typed(text: str, value: object) -> None:
    found = scalar(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("quote", ["'", '"'])
@pytest.mark.parametrize("text", ["12", "true", "null", "", "0.5"])
def test_quoted_values_are_always_text(file: Path, text: str, quote: str) -> None:
    file.write_text(f"value: {quote}{text}{quote}\n", encoding="utf-8")
    assert load_yaml(file) == {"value": text}


def test_keys_are_always_text(file: Path) -> None:
    file.write_text("01004: a\n124: b\nno: c\ntrue: d\nnull: e\n", encoding="utf-8")
    assert load_yaml(file) == {"01004": "a", "124": "b", "no": "c", "true": "d", "null": "e"}


def test_every_entry_keeps_its_line(file: Path) -> None:
    file.write_text(
        "# comment\na: 1\nb:\n  - x\n  - c: >-\n      long\n      text\n    d: 2\n", encoding="utf-8"
    )
    lines = read_document(file).lines
    assert lines[("a",)] == 2
    assert lines["b", 0] == 4
    assert lines["b", 1, "c"] == 5
    assert lines["b", 1, "d"] == 8


def test_line_of_an_unknown_path_is_the_nearest_above(file: Path) -> None:
    file.write_text("a: 1\nb:\n  c: 2\n", encoding="utf-8")
    document = read_document(file)
    assert document.line(("b", "c", "absent", 3)) == 3
    assert document.line(("absent",)) == 1


REFUSED = {
    "duplicate key": ("a: 1\nb: 2\na: 3\n", 3, "deux fois", "Supprimez ou renommez"),
    "duplicate nested key": ("a:\n  x: 1\n  'x': 2\n", 3, "deux fois", "Supprimez ou renommez"),
    "tab": ("a:\n\tb: 1\n", 2, "tabulation", "deux espaces"),
    "anchor": ("a: 1\nb: &x 2\n", 2, "« &x »", "Écrivez la valeur seule"),
    "anchor on the top": ("&top\na: 1\n", 1, "« &top »", "Écrivez la valeur seule"),
    "alias": ("a: 1\nb: *x\n", 2, "*x", "guillemets"),
    "merge": ("a: 1\n<<: {b: 2}\n", 2, "<<", "Recopiez"),
    "tag": ("a: 1\nb: !!str 2\n", 2, "étiquette", "guillemets"),
    "python tag": ("b: !!python/object/apply:os.system ['true']\n", 1, "étiquette", "guillemets"),
    "two documents": ("a: 1\n---\nb: 2\n", 2, "plusieurs documents", "« --- »"),
    "not YAML": ("a: 1\nb: [1, 2\nc: 3\n", 3, "pas du YAML", "guillemets"),
    "colon in a text": ("a: b: c\n", 1, "pas du YAML", "guillemets"),
    "list at the top": ("- a\n- b\n", 1, "clé", "deux-points"),
    "text at the top": ("bonjour\n", 1, "clé", "deux-points"),
    "empty": ("", 1, "vide", "Remplissez"),
    "only comments": ("# rien\n\n", 1, "vide", "Remplissez"),
    "only a document mark": ("---\n", 1, "vide", "Remplissez"),
    "key that is a list": ("a: 1\n? [x, y]\n: 2\n", 2, "clé", "clé simple"),
    "empty key": ("a: 1\n'': 2\n", 2, "clé", "clé simple"),
    "binary": (b"a: 1\nb: \xff\xfe\x00\n", 2, "UTF-8", "UTF-8"),
    "image": (b"\x89PNG\r\n\x1a\n\x00\x00", 1, "UTF-8", "UTF-8"),
    "zero byte": (b"a: 1\nb: x\x00y\n", 2, "invisible", "Effacez"),
    "line separator": ("a: 1\nb: x\u2028y\n", 2, "invisible", "Effacez"),
    "too large": (b"a: " + b"x" * LARGEST_FILE, 1, "trop gros", "partagez"),
    "too deep": ("a: " + "[" * 40 + "]" * 40 + "\n", 1, str(DEEPEST_NESTING), "niveaux"),
    "absurdly deep": ("a: " + "[" * 200_000 + "\n", 1, "", "Mettez"),
}


@pytest.mark.parametrize(("content", "line", "what", "fix"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused_is_said_with_file_line_and_what_to_write(
    file: Path, content: str | bytes, line: int, what: str, fix: str
) -> None:
    error = refusal(file, content)
    assert error.file == "fiche.yaml"
    assert error.line == line
    assert what in error.what
    assert fix in error.fix
    assert error.what.endswith(".")
    assert error.fix.endswith(".")


def test_a_billion_laughs_is_refused_at_its_first_anchor(file: Path) -> None:
    error = refusal(file, "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n")
    assert error.line == 1


def test_a_byte_order_mark_is_let_go(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert load_yaml(file) == {"a": 1}


@settings(deadline=None)
@given(code=st.from_regex(r"[0-9A-Z][0-9A-Z:.\-]{0,12}[0-9A-Z]", fullmatch=True))
def test_any_quoted_code_round_trips_as_text(tmp_path_factory: pytest.TempPathFactory, code: str) -> None:
    path = tmp_path_factory.mktemp("codes") / "code.yaml"
    path.write_text(f'code: "{code}"\n{code}: key\n', encoding="utf-8")
    assert load_yaml(path) == {"code": code, code: "key"}


@settings(deadline=None)
@given(number=st.integers(-(10**15) + 1, 10**15 - 1))
def test_a_typed_number_is_written_back_as_it_was(number: int) -> None:
    assert scalar(str(number)) == number
    assert str(scalar(str(number))) == str(number)


@settings(deadline=None, max_examples=200)
@given(text=st.text(max_size=12))
def test_a_plain_scalar_is_its_own_text_or_a_number_that_prints_the_same(text: str) -> None:
    value = scalar(text)
    if isinstance(value, str):
        assert value == text
    elif isinstance(value, int) and not isinstance(value, bool):
        assert str(value) == text


VALID = b"# fiche\ncle: valeur\nliste:\n  - 01004\n  - {a: 1, b: 'x'}\ntexte: >-\n  une\n  phrase\n"


@settings(deadline=None, max_examples=200)
@given(
    at=st.integers(0, len(VALID)), gone=st.integers(0, 8), new=st.binary(max_size=6) | st.just(b"\t: [{&*!")
)
def test_damaged_bytes_give_a_mapping_or_one_input_error(
    tmp_path_factory: pytest.TempPathFactory, at: int, gone: int, new: bytes
) -> None:
    path = tmp_path_factory.mktemp("damaged") / "fiche.yaml"
    path.write_bytes(VALID[:at] + new + VALID[at + gone :])
    line = faulty_line(path)
    assert line is None or 1 <= line <= len(re.split(rb"[\r\n]", path.read_bytes()))


def faulty_line(path: Path) -> int | None:
    """Line of the one error a file gives, or None when it is a mapping."""
    try:
        load_yaml(path)
    except InputError as error:
        return error.line or 0
    return None
