"""Official indicators of the catalogue: each is complete, and a bad sheet is one precise error."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from hygie.engines.kernel.errors import HygieError, InputError
from hygie.engines.kernel.french import typeset
from hygie.readers.catalogue import Catalogue, OfficialIndicator, ReadingWords, load_catalogue
from hygie.readers.catalogue.paths import catalogue_folder
from hygie.readers.portrait_parameters import portrait_parameters

DECLARED = {
    *("no_gp_17_plus", "no_gp_ald", "gp_zoning_zip", "care_renunciation", "ald_prevalence"),
    *("mortality_standardised", "premature_mortality", "avoidable_mortality", "suicide_deaths"),
    *("self_harm_stays", "cardiovascular_standardised", "deprivation_index", "breast_screening"),
    *("colorectal_screening", "cervical_screening", "flu_vaccination_65_plus", "hpv_vaccination"),
    *("mmr_vaccination", "c2s_beneficiaries", "elderly_alone", "households_without_car"),
}
"""Indicators of a portrait that no table of the catalogue gives."""

SHEET = """\
key: essai
order: 1
theme: care
title: Essai
question: Combien ?
short: Essai
unit: "%"
statistic: essai
formula:
  numerator: ceci
  denominator: cela
decimals: 1
needs_source:
  publisher: Quelqu’un
  dataset: Un tableau
  page: ""
  status: to-verify
reading: Ceci se lit.
limits:
  - Ceci ne dit pas cela.
status: to-verify
"""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def readings(indicator: OfficialIndicator) -> tuple[ReadingWords, ...]:
    return (indicator.reads, *indicator.earlier)


def keys_of(words: ReadingWords) -> set[str]:
    return {words.statistic} - {""} | set(words.numerator) | set(words.denominator)


def test_some_seventy_indicators_come_in_order_and_each_part_is_together(catalogue: Catalogue) -> None:
    indicators = list(catalogue.official.values())
    assert len(indicators) >= 60
    assert all(a.order < b.order for a, b in pairwise(indicators))
    themes = [indicator.theme for indicator in indicators]
    assert [t for i, t in enumerate(themes) if i == 0 or themes[i - 1] != t] == list(dict.fromkeys(themes))


def test_what_no_table_gives_is_declared_with_where_to_get_it(catalogue: Catalogue) -> None:
    told = {key for source in catalogue.sources.values() for key in source.statistics}
    absent = {key for key, i in catalogue.official.items() if not keys_of(i.reads) <= told}
    assert absent == DECLARED
    for key in absent:
        needs = catalogue.official[key].needs
        assert catalogue.official[key].reads.statistic == key
        assert needs.publisher
        assert needs.dataset
        assert needs.status == "to-verify"


def test_no_key_is_both_computed_and_official(catalogue: Catalogue) -> None:
    assert not set(catalogue.official) & set(catalogue.indicators)


def test_a_rate_of_another_year_divides_by_the_people_of_that_year(catalogue: Catalogue) -> None:
    for indicator in catalogue.official.values():
        for words in indicator.earlier:
            if words.numerator:
                (top,), (base,) = words.numerator, words.denominator
                assert top.rsplit("_", 1)[1] == base.rsplit("_", 1)[1], indicator.key
                assert words.multiplier == indicator.reads.multiplier


def test_earlier_years_go_from_the_oldest_and_never_repeat_the_newest(catalogue: Catalogue) -> None:
    for indicator in catalogue.official.values():
        years = [
            int(found.group()) for words in readings(indicator)[1:] for found in [year_of(words)] if found
        ]
        assert years == sorted(set(years)), indicator.key
        newest = year_of(indicator.reads)
        assert newest is None or int(newest.group()) not in years


def year_of(words: ReadingWords) -> re.Match[str] | None:
    return re.search(r"20\d\d$", words.statistic or words.numerator[0])


def test_texts_are_whole_sentences_set_with_french_spaces(catalogue: Catalogue) -> None:
    for indicator in catalogue.official.values():
        for text in texts_of(indicator):
            assert text == typeset(text), indicator.key
            assert "'" not in text
            assert text == text.strip()
        for sentence in (indicator.reading, *indicator.limits):
            assert sentence.endswith("."), (indicator.key, sentence)
        assert indicator.question.endswith("\u202f?")


def texts_of(indicator: OfficialIndicator) -> Iterator[str]:
    yield from (indicator.title, indicator.question, indicator.short, indicator.unit, indicator.reading)
    yield from (*indicator.limits, indicator.numerator, indicator.denominator)
    yield from (indicator.needs.publisher, indicator.needs.dataset, indicator.needs.note)


def test_titles_and_short_names_are_all_different(catalogue: Catalogue) -> None:
    for name in ("title", "short", "question"):
        texts = [getattr(indicator, name) for indicator in catalogue.official.values()]
        assert len(set(texts)) == len(texts), name


def test_crude_rates_say_so(catalogue: Catalogue) -> None:
    for key in ("birth_rate", "death_rate"):
        assert "brut" in catalogue.official[key].title
        assert any("âge" in limit for limit in catalogue.official[key].limits)


def test_parameters_hold_every_sheet_and_every_statistic_of_a_table(catalogue: Catalogue) -> None:
    parameters = portrait_parameters(catalogue)
    assert [sheet.key for sheet in parameters.sheets] == list(catalogue.official)
    assert {"apl_gp", "people_2022", "income_households"} <= parameters.described


def test_the_schema_is_one_and_describes_its_keys() -> None:
    file = catalogue_folder() / "schema" / "official.schema.json"
    schema = json.loads(file.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    for name, rule in schema["properties"].items():
        assert rule.get("description"), name


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue with the source sheets and no indicator."""
    folder = tmp_path_factory.mktemp("catalogue")
    shutil.copy(catalogue_folder() / "categories.yaml", folder)
    shutil.copytree(catalogue_folder() / "sources", folder / "sources")
    (folder / "indicators" / "official").mkdir(parents=True)
    return folder


def load(small: Path, name: str, **files: str) -> Catalogue:
    """Load a copy of the small catalogue: one folder each, as a catalogue is read once."""
    folder = small.parent / name
    if not folder.exists():
        shutil.copytree(small, folder)
    for stem, text in files.items():
        (folder / "indicators" / "official" / f"{stem}.yaml").write_text(text, encoding="utf-8")
    return load_catalogue(folder)


def test_a_good_sheet_is_read(small: Path) -> None:
    (only,) = load(small, "good", essai=SHEET).official.values()
    assert (only.key, only.reads, only.better) == ("essai", ReadingWords("essai"), "")


FAULTS = {
    "no statistic": ("statistic: essai\n", "", "manque", 1),
    "two ways": (
        "statistic: essai\n",
        "statistic: essai\nper: {numerator_statistic: apl_gp, denominator_statistic: apl_gp}\n",
        "",
        None,
    ),
    "unknown statistic": ("statistic: essai", "statistic: apl_gpp", "« apl_gpp »", 8),
    "unknown earlier": ("statistic: essai\n", "statistic: essai\nearlier: [apl_gp, nope]\n", "« nope »", 9),
    "unknown side": (
        "statistic: essai\n",
        "per:\n  numerator_statistic: [apl_gp, nope]\n  denominator_statistic: apl_gp\n",
        "« nope »",
        9,
    ),
    "zero multiplier": (
        "statistic: essai\n",
        "per: {numerator_statistic: essai, denominator_statistic: essai, multiplier: 0}\n",
        "hors limites",
        8,
    ),
    "other theme": ("theme: care", "theme: soins", "« theme »", 3),
    "not a question": ("question: Combien ?", "question: Combien", "« question »", 5),
    "many decimals": ("decimals: 1", "decimals: 9", "hors limites", 12),
    "other key": ("key: essai", "key: essais", "nom du fichier", 1),
    "no limits": ("limits:\n  - Ceci ne dit pas cela.\n", "limits: []\n", "limits", 19),
    "no source": ("  publisher: Quelqu’un\n", "", "« publisher »", None),
    "unknown judgement": ("decimals: 1", "better: more\ndecimals: 1", "« better »", 12),
    "long short": ("short: Essai", "short: " + "x" * 41, "short", 6),
    "unknown key": ("unit:", "units:", "« units »", 7),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_bad_sheet_is_one_error_with_its_line(small: Path, name: str) -> None:
    before, after, said, line = FAULTS[name]
    assert SHEET.count(before) == 1
    with pytest.raises(InputError) as caught:
        load(small, name.replace(" ", "_"), essai=SHEET.replace(before, after))
    assert "essai.yaml" in str(caught.value)
    assert said in str(caught.value)
    assert line is None or caught.value.line == line


def test_two_sheets_of_one_rank_are_refused(small: Path) -> None:
    other = SHEET.replace("key: essai", "key: autre").replace("statistic: essai", "statistic: autre")
    with pytest.raises(InputError, match="rang 1"):
        load(small, "twice", essai=SHEET, autre=other)


mutations = st.lists(
    st.tuples(st.integers(0, len(SHEET) - 1), st.sampled_from(list(" \t\n:-[]{}#\"'&*!|>%@`é0aN\x00,?"))),
    min_size=1,
    max_size=6,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=mutations)
def test_a_mutated_sheet_is_read_or_refused_and_nothing_else(
    tmp_path: Path, drawn: list[tuple[int, str]]
) -> None:
    letters = list(SHEET)
    for place, letter in drawn:
        letters[place] = letter
    folder = tmp_path / str(abs(hash(tuple(drawn))))
    (folder / "indicators" / "official").mkdir(parents=True, exist_ok=True)
    (folder / "categories.yaml").write_text(CATEGORIES, encoding="utf-8")
    (folder / "indicators" / "official" / "essai.yaml").write_text("".join(letters), encoding="utf-8")
    with contextlib.suppress(HygieError):
        assert load_catalogue(folder).official["essai"].title


CATEGORIES = (catalogue_folder() / "categories.yaml").read_text(encoding="utf-8")
