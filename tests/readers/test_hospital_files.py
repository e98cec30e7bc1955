"""The SAE and Hospidiag: what is read, what is refused, and nothing guessed."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygie.engines.kernel.errors import HygieError
from hygie.readers.catalogue import load_catalogue
from hygie.readers.hospitals import HospidiagSheet, HospitalFile, SaeSheet, read_hospidiag, read_sae

SHEETS = load_catalogue().sources
SAE = SaeSheet.from_mapping(SHEETS["sae"].raw["tables"])
HOSPIDIAG = HospidiagSheet.from_mapping(SHEETS["hospidiag"].raw["tables"])

SITES = "bor;an;fi;rs;fi_ej;COMINSEE;NOMCOM\nID;2023;110000056;CH TEST;110780137;11262;NARBONNE\n"
MCO_COLUMNS = [value.column for value in SAE.forms["mco"].values]
PSY_COLUMNS = [value.column for value in SAE.forms["psy"].values]
HD_COLUMNS = [value.column for value in HOSPIDIAG.values]


def mco(*rows: tuple[str, dict[str, str]], year: str = "2023") -> str:
    """Form MCO: each row is a code and the cells that are filled."""
    lines = [";".join(["BOR", "AN", "FI", "RS", "FI_EJ", *MCO_COLUMNS])]
    lines += [
        ";".join(["MCO", year, code, "CH TEST", "110780137", *(filled.get(c, "") for c in MCO_COLUMNS)])
        for code, filled in rows
    ]
    return "\n".join(lines) + "\n"


def psy(*rows: tuple[str, str]) -> str:
    lines = [";".join(["BOR", "AN", "FI", "RS", "FI_EJ", "DIS", *PSY_COLUMNS])]
    lines += [f"PSY;2023;110000056;CH TEST;110780137;{dis};{beds};;" for dis, beds in rows]
    return "\n".join(lines) + "\n"


def read(folder: Path, **texts: str) -> HospitalFile:
    files = {}
    for role, text in ({"sites": SITES} | texts).items():
        files[role] = folder / f"{role}.csv"
        files[role].write_text(text, encoding="utf-8")
    return read_sae(files, SAE)


def test_a_number_is_kept_with_its_establishment_and_its_year(tmp_path: Path) -> None:
    found = read(tmp_path, mco=mco(("110000056", {"LIT_MCO": "273", "LIT_OBS": "24"})))
    told = {(n.code, n.key, n.year): n.value for n in found.numbers}
    assert told == {("110000056", "beds_mco", 2023): 273, ("110000056", "beds_obstetrics", 2023): 24}
    site = found.sites[0]
    assert (site.code, site.entity, site.commune, site.town) == (
        *("110000056", "110780137", "11262", "NARBONNE"),
    )


def test_an_overseas_commune_has_its_official_code(tmp_path: Path) -> None:
    row = "ID;2023;970100228;CH TEST;970100178;9A105;BASSE TERRE\n"
    assert read(tmp_path, sites=SITES + row).sites[1].commune == "97105"


def test_an_empty_cell_is_no_zero_and_a_zero_is_one(tmp_path: Path) -> None:
    found = read(tmp_path, mco=mco(("110000056", {"LIT_MCO": "0"})))
    assert [(n.key, n.value) for n in found.numbers] == [("beds_mco", 0.0)]


def test_only_the_total_of_psychiatry_is_read_not_its_parts(tmp_path: Path) -> None:
    found = read(tmp_path, psy=psy(("GEN", "30"), ("INF", "19"), ("TOT", "49")))
    assert [(n.key, n.value) for n in found.numbers] == [("beds_psychiatry", 49.0)]
    assert found.accounts[1].kept == 3


def test_a_form_of_staff_only_says_that_it_was_filled_in(tmp_path: Path) -> None:
    rows = "".join(f"URGENCES_P;2023;110000056;CH TEST;110780137;{staff};1\n" for staff in ("M9999", "N2120"))
    found = read(tmp_path, urgences_p="BOR;AN;FI;RS;FI_EJ;PERSO;ETPSAL\n" + rows)
    assert [(form.site, form.activity, form.year) for form in found.forms] == [
        ("110000056", "urgences_p", 2023)
    ]
    assert found.numbers == ()
    assert (found.accounts[1].read, found.accounts[1].kept) == (2, 2)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (("12", {"LIT_MCO": "1"}), "FI"),
        (("110000056", {"LIT_MCO": "beaucoup"}), "LIT_MCO"),
        (("110000056", {"LIT_CHI": "-3"}), "LIT_CHI"),
        (("110000056", {"LIT_CHI": "1e999"}), "LIT_CHI"),
    ],
)
def test_a_faulty_row_is_rejected_with_its_column(
    tmp_path: Path, row: tuple[str, dict[str, str]], column: str
) -> None:
    account = read(tmp_path, mco=mco(row, ("110000023", {"LIT_MCO": "5"}))).accounts[1]
    assert (account.read, account.kept) == (2, 1)
    assert (account.rejects[0].row, account.rejects[0].column) == ("ligne 2", column)


def test_a_year_that_is_none_and_a_row_given_twice_are_rejected(tmp_path: Path) -> None:
    wrong = read(tmp_path, mco=mco(("110000056", {"LIT_MCO": "1"}), year="23")).accounts[1]
    assert "année" in wrong.rejects[0].reason
    twice = read(tmp_path, mco=mco(("110000056", {"LIT_MCO": "1"}), ("110000056", {"LIT_MCO": "2"})))
    assert [n.value for n in twice.numbers] == [1.0]
    assert "doublon" in twice.accounts[1].rejects[0].reason


def test_the_establishments_are_needed_and_a_role_must_be_known(tmp_path: Path) -> None:
    form = tmp_path / "mco.csv"
    form.write_text(mco(), encoding="utf-8")
    with pytest.raises(HygieError, match="sites"):
        read_sae({"mco": form}, SAE)
    with pytest.raises(HygieError, match="inconnu"):
        read_sae({"sites": form, "inconnu": form}, SAE)


def hospidiag(*cells: str, code: str = "110780137") -> str:
    filled = [*cells, *("",) * (len(HD_COLUMNS) - len(cells))]
    return ";".join(["finess", "rs", *HD_COLUMNS]) + "\n" + ";".join([code, "CH TEST", *filled]) + "\n"


def test_hospidiag_takes_its_year_from_the_recipe_and_leaves_what_is_no_number(tmp_path: Path) -> None:
    path = tmp_path / "hd.csv"
    path.write_text(hospidiag("        9835", ".c", "      1 085,0", "."), encoding="latin-1")
    found = read_hospidiag(path, HOSPIDIAG, year=2022)
    assert {n.key: (n.value, n.year) for n in found.numbers} == {
        "hd_stays_medicine": (9835.0, 2022),
        "hd_stays_obstetrics": (1085.0, 2022),
    }
    assert found.accounts[0].rejects == ()


def test_hospidiag_with_commas_and_quotes_is_read_alike(tmp_path: Path) -> None:
    path = tmp_path / "hd.csv"
    header = ",".join(["finess", "rs", *HD_COLUMNS])
    cells = ",".join(['"        6,5"', *("",) * (len(HD_COLUMNS) - 1)])
    path.write_text(f"{header}\n110780137,CH,{cells}\n", encoding="utf-8")
    assert [n.value for n in read_hospidiag(path, HOSPIDIAG, year=2022).numbers] == [6.5]


def broken(text: str, at: int, cut: int, put: str) -> bytes:
    start = at % (len(text) + 1)
    return (text[:start] + put + text[start + cut :]).encode("utf-8", "surrogateescape")


MUTATION = {
    "at": st.integers(0, 100_000),
    "cut": st.integers(0, 30),
    "put": st.text(st.characters(codec="utf-8"), max_size=8),
}


@settings(max_examples=300, deadline=None)
@given(role=st.sampled_from(["sites", "mco", "psy"]), **MUTATION)
def test_a_damaged_sae_gives_rejected_rows_or_one_clear_error(role: str, at: int, cut: int, put: str) -> None:
    texts = {
        "sites": SITES,
        "mco": mco(("110000056", {"LIT_MCO": "273"}), ("110000023", {"LIT_MCO": "337"})),
        "psy": psy(("GEN", "30"), ("TOT", "49")),
    }
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for name, text in texts.items():
            files[name] = Path(folder) / f"{name}.csv"
            files[name].write_bytes(broken(text, at, cut, put) if name == role else text.encode())
        try:
            found = read_sae(files, SAE)
        except HygieError:
            return
    assert all(account.read == account.kept + len(account.rejects) for account in found.accounts)
    assert all(number.value >= 0 for number in found.numbers)


@settings(max_examples=300, deadline=None)
@given(**MUTATION)
def test_a_damaged_hospidiag_gives_rejected_rows_or_one_clear_error(at: int, cut: int, put: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hd.csv"
        path.write_bytes(broken(hospidiag("9835", "12", ".c"), at, cut, put))
        try:
            found = read_hospidiag(path, HOSPIDIAG, year=2022)
        except HygieError:
            return
    account = found.accounts[0]
    assert account.read == account.kept + len(account.rejects)


@pytest.mark.sample_data
def test_the_national_sae_is_read_whole(sample_data: Path) -> None:
    folder = sample_data / "sae_hospidiag"
    roles = {"sites": "ID", "mco": "MCO", "psy": "PSY", "urgences_p": "URGENCES_P"}
    roles |= {"perinat_p": "PERINAT_P", "usld_p": "USLD_P"}
    found = read_sae({role: folder / f"{name}_2023r.csv.gz" for role, name in roles.items()}, SAE)
    assert [account.read for account in found.accounts] == [3_975, 1_528, 1_685, 4_249, 4_456, 3_448]
    assert [len(account.rejects) for account in found.accounts] == [0] * 6


@pytest.mark.sample_data
def test_the_beds_of_the_whole_file_are_those_that_csv_adds_up(sample_data: Path) -> None:
    folder = sample_data / "sae_hospidiag"
    files = {
        role: folder / f"{name}_2023r_09_11_34_66_81.csv" for role, name in (("sites", "ID"), ("mco", "MCO"))
    }
    found = read_sae(files, SAE)
    with files["mco"].open(encoding="utf-8", newline="") as stream:
        rows: list[dict[str, Any]] = list(csv.DictReader(stream, delimiter=";"))
    for column, key in (
        ("LIT_MCO", "beds_mco"),
        ("SEJHC_CHI", "stays_surgery"),
        ("PLA_CHI", "places_surgery"),
    ):
        ours = {n.code: n.value for n in found.numbers if n.key == key}
        assert ours == {row["FI"]: float(row[column]) for row in rows if row[column]}


@pytest.mark.sample_data
def test_the_national_hospidiag_is_read_whole(sample_data: Path) -> None:
    found = read_hospidiag(sample_data / "sae_hospidiag" / "hd2022.csv.gz", HOSPIDIAG, year=2022)
    account = found.accounts[0]
    assert account.read == 1_490
    assert account.read == account.kept + len(account.rejects)
    assert [reject.reason for reject in account.rejects] == []
    births = [n.value for n in found.numbers if n.key == "hd_deliveries"]
    assert 600_000 < sum(births) < 760_000
