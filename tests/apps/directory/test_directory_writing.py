"""Writing entries: who may, what is kept, imports, corrections, links, exports."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.apps.core.conftest import Town
from tests.apps.directory.conftest import TODAY, partner, written

from hygie.apps.core import clock
from hygie.apps.core.audit.journal import SYSTEM
from hygie.apps.core.audit.models import Decision
from hygie.apps.core.encryption import decrypt
from hygie.apps.core.jobs.models import Job, State
from hygie.apps.core.messages.models import Message
from hygie.apps.core.organisations.models import Level
from hygie.apps.core.organisations.permissions import RefusedError
from hygie.apps.core.organisations.roles import Role
from hygie.apps.core.organisations.services import share
from hygie.apps.directory import asking, corrections, importing, selectors, services, uploads
from hygie.apps.directory.drafts import Draft, territory_drafts, vintage_day
from hygie.apps.directory.exporting import csv_lines, geojson_parts, safe_cell
from hygie.apps.directory.importing import Plan, apply_import, plan_import
from hygie.apps.directory.models import (
    Accepts,
    Change,
    Correction,
    Entry,
    Outcome,
    Posting,
    Stage,
    Upload,
    Version,
)
from hygie.apps.directory.permissions import SUBJECT, WRITERS
from hygie.apps.directory.shredder import (
    erase_owner,
    export_organisation,
    forget_asks,
    forget_messages,
    forget_uploads,
)
from hygie.engines.kernel.errors import HygieError
from hygie.readers.directory_files import read_listed
from hygie.readers.territory_folder import open_territory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))
LATER = TODAY + timedelta(days=10)


def quiet(progress: float, message: str = "") -> None:
    del progress, message


def draft(place: str = "t:1", **values: object) -> Draft:
    told = {"category": "pharmacy", "name": "Pharmacie du Port", "hours": "24/7", "lon": -5.5, "lat": 46.3}
    return Draft(place, "t", "hygie_clairval", "2026", "", {**told, **values})


def bring(town: Town, *drafts: Draft, on: date = TODAY) -> Plan:
    plan = plan_import(town.commune, drafts)
    apply_import(town.commune, plan, actor=SYSTEM, on=on, report=quiet)
    return plan


# --- who may -----------------------------------------------------------------------------------


def test_only_those_who_keep_entries_write_them(town: Town) -> None:
    for role in Role:
        if role in WRITERS:
            assert written(town.viewer(role), f"Fiche {role}").organisation == town.commune
        else:
            with pytest.raises(RefusedError):
                written(town.viewer(role), "Fiche")


def test_another_organisation_s_entry_is_neither_written_nor_listed(town: Town) -> None:
    ours, theirs = written(town.viewer(Role.AGENT), "À nous"), written(partner(town), "À eux")
    for viewer, entry in ((partner(town), ours), (town.viewer(Role.COORDINATOR), theirs)):
        for write in (
            lambda v, e: services.edit_entry(v, e, {"name": "Pris"}, revision=1, on=TODAY),
            lambda v, e: services.confirm_entry(v, e, TODAY),
            lambda v, e: services.answer_offer(v, e, True, on=TODAY),
            lambda v, e: asking.set_owner(v, e, "a@b.example", NOW),
            lambda v, e: asking.ask_owner(v, e, str, NOW),
        ):
            with pytest.raises(RefusedError):
                write(viewer, entry)
    assert selectors.entry_of(town.association, ours.pk, TODAY) is None
    assert list(selectors.entries_of(town.association, TODAY)) == [theirs]


def test_an_entry_shared_to_write_is_written(town: Town) -> None:
    entry = written(town.viewer(Role.COORDINATOR), "Partagée")
    share(town.viewer(Role.COORDINATOR), SUBJECT, str(entry.pk), receiver=town.association, level=Level.WRITE)
    services.confirm_entry(partner(town), entry, LATER)
    entry.refresh_from_db()
    assert (entry.confirmed_by, entry.as_of) == (town.association, LATER)
    assert selectors.entry_of(town.association, entry.pk, TODAY) == entry


# --- writing -----------------------------------------------------------------------------------


def test_every_step_is_kept_and_journalled(town: Town) -> None:
    agent = town.viewer(Role.AGENT)
    entry = written(agent, "Première")
    services.edit_entry(agent, entry, {"name": "Deuxième", "accepts": "yes"}, revision=1, on=LATER)
    services.confirm_entry(agent, entry, LATER)
    kinds = [(v.revision, v.kind) for v in selectors.history(town.commune, entry, TODAY)]
    assert kinds == [(3, Change.CONFIRMED), (2, Change.EDITED), (1, Change.CREATED)]
    assert Version.objects.get(revision=2).changes["name"] == ["Première", "Deuxième"]
    told = [line.action for line in Decision.objects.all() if line.action.startswith("entry.")]
    assert told == ["entry.created", "entry.edited", "entry.confirmed"]
    assert not any("Deuxième" in line.details for line in Decision.objects.all())
    entry.refresh_from_db()
    assert (entry.accepts_by, entry.accepts_on) == (town.commune, LATER)


def test_two_people_writing_at_once_lose_nothing(town: Town) -> None:
    agent = town.viewer(Role.AGENT)
    entry = written(agent, "Une")
    services.edit_entry(agent, entry, {"phone": "01"}, revision=1, on=TODAY)
    with pytest.raises(services.StaleError):
        services.edit_entry(agent, entry, {"phone": "02"}, revision=1, on=TODAY)
    entry.refresh_from_db()
    assert entry.phone == "01"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "a" * 201),
        ("name", "a\x00b"),
        ("phone", "\x1b[31m"),
        ("website", "javascript:alert(1)"),
        ("category", "inconnue"),
        ("accepts", "peut-être"),
        ("lon", 181.0),
        ("lat", float("nan")),
        ("lat", 46.0),
    ],
)
def test_a_value_that_cannot_be_kept_is_refused_and_nothing_is_written(
    town: Town, field: str, value: object
) -> None:
    with pytest.raises(HygieError):
        written(town.viewer(Role.AGENT), **{"name": "Bonne", field: value})  # type: ignore[arg-type]  # on purpose
    assert not Entry.objects.exists()
    assert not Version.objects.exists()


# --- territory ---------------------------------------------------------------------------------


def test_the_same_territory_twice_changes_nothing(town: Town, small_territory: Path) -> None:
    drafts = list(territory_drafts(open_territory(small_territory).territory))
    first = bring(town, *drafts)
    assert len(first.new) == len(drafts) == Entry.objects.count() > 0
    before = list(Entry.objects.values().order_by("pk"))
    assert plan_import(town.commune, drafts).empty
    again = bring(town, *drafts, on=LATER)
    assert again.same == len(drafts)
    assert list(Entry.objects.values().order_by("pk")) == before
    assert Posting.objects.exists()


def test_a_news_of_the_source_changes_what_nobody_confirmed(town: Town) -> None:
    bring(town, draft())
    plan = bring(town, draft(hours="Mo 09:00-12:00"))
    assert len(plan.changed) == 1
    entry = Entry.objects.get()
    assert (entry.hours, entry.revision) == ("Mo 09:00-12:00", 2)
    assert Version.objects.get(revision=2).kind == Change.IMPORTED


def test_what_was_confirmed_is_never_overwritten_and_the_difference_is_shown(town: Town) -> None:
    agent = town.viewer(Role.AGENT)
    bring(town, draft())
    services.edit_entry(agent, Entry.objects.get(), {"hours": "Mo-Fr 09:00-17:00"}, revision=1, on=TODAY)
    assert plan_import(town.commune, [draft()]).empty, "the source says what it said: nothing to show"
    plan = bring(town, draft(hours="Sa 09:00-12:00"))
    assert (len(plan.changed), len(plan.offered)) == (0, 1)
    entry = Entry.objects.get()
    assert (entry.hours, entry.offered) == ("Mo-Fr 09:00-17:00", {"hours": "Sa 09:00-12:00"})
    assert plan_import(town.commune, [draft(hours="Sa 09:00-12:00")]).empty
    services.answer_offer(agent, entry, False, on=TODAY)
    assert plan_import(town.commune, [draft(hours="Sa 09:00-12:00")]).empty, (
        "a refused difference stays refused"
    )
    bring(town, draft(hours="Su 09:00-12:00"))
    services.answer_offer(agent, Entry.objects.get(), True, on=TODAY)
    entry.refresh_from_db()
    assert (entry.hours, entry.offered) == ("Su 09:00-12:00", {})


def test_confirmed_between_the_preview_and_the_import_is_not_overwritten(town: Town) -> None:
    bring(town, draft())
    plan = plan_import(town.commune, [draft(hours="Sa 09:00-12:00")])
    services.confirm_entry(town.viewer(Role.AGENT), Entry.objects.get(), TODAY)
    apply_import(town.commune, plan, actor=SYSTEM, on=TODAY, report=quiet)
    entry = Entry.objects.get()
    assert (entry.hours, entry.offered) == ("24/7", {"hours": "Sa 09:00-12:00"})


def test_what_the_source_no_longer_names_is_listed_and_stays(town: Town) -> None:
    bring(town, draft(), draft("t:2"))
    plan = plan_import(town.commune, [draft()])
    assert [entry.place for entry in plan.absent] == ["t:2"]
    assert Entry.objects.filter(published=True).count() == 2


@pytest.mark.parametrize(
    ("vintage", "day"),
    [
        ("2023", date(2023, 12, 31)),
        ("2024-02", date(2024, 2, 29)),
        ("2024-12", date(2024, 12, 31)),
        ("2024-06-15", date(2024, 6, 15)),
        ("2026", TODAY),
        ("fictif", TODAY),
        ("2024-13", TODAY),
        ("2023-02-31", TODAY),
    ],
)
def test_the_age_of_an_imported_entry_is_that_of_its_source(vintage: str, day: date) -> None:
    assert vintage_day(vintage, TODAY) == day


def test_the_command_imports_the_folder(
    town: Town, small_territory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("directory_import", str(small_territory), "--dry-run")
    assert not Entry.objects.exists()
    call_command("directory_import", str(small_territory))
    assert Entry.objects.filter(organisation=town.commune).count() == 3
    assert "3\u00a0fiches nouvelles" in capsys.readouterr().out


# --- files -------------------------------------------------------------------------------------

CSV = "nom;categorie;lon;lat;horaires;nouveaux_patients\r\n"


def sent(town: Town, text: str, name: str = "lieux.csv") -> Upload:
    file = SimpleUploadedFile(name, text.encode())
    upload = uploads.keep_upload(town.viewer(Role.COORDINATOR), town.commune, file)
    uploads.read_kept(upload, quiet)
    upload.refresh_from_db()
    return upload


def take(town: Town, upload: Upload, choices: dict[str, str] | None = None) -> Upload:
    viewer = town.viewer(Role.COORDINATOR)
    uploads.ask_taking(viewer, upload, choices or {})
    upload.refresh_from_db()
    uploads.take_kept(upload, actor=viewer.actor, on=TODAY, report=quiet)
    upload.refresh_from_db()
    return upload


def test_a_file_is_shown_then_taken_and_twice_changes_nothing(town: Town) -> None:
    text = CSV + "Épicerie sociale;épicerie ou supermarché;-5.5;46.3;Mo 09:00-12:00;\r\n"
    text += "Sans sorte;planète;;;;\r\nSans nom;pharmacie;2,5;99;;\r\nDocteur Démo;gp;-5.4;46.3;;oui\r\n"
    upload = sent(town, text)
    assert not Entry.objects.exists()
    assert {reject[3] for reject in upload.rejects} >= {"catégorie inconnue du catalogue"}
    assert len(upload.drafts) + len(upload.rejects) == 4
    read = len(upload.drafts)
    taken = take(town, upload)
    assert Entry.objects.count() == read
    assert (taken.stage, taken.drafts, len(taken.rejects)) == (Stage.TAKEN, [], 4 - read)
    doctor = Entry.objects.get(category="gp")
    assert (doctor.accepts, doctor.accepts_on, doctor.accepts_by) == (Accepts.YES, TODAY, None)
    assert uploads.preview(sent(town, text)).plan.empty
    with pytest.raises(HygieError, match="n’attend pas"):
        uploads.ask_taking(town.viewer(Role.COORDINATOR), upload, {})


def test_a_row_like_an_entry_is_proposed_never_merged(town: Town) -> None:
    written(town.viewer(Role.AGENT), "Pharmacie du Port", lon=-5.5, lat=46.3)
    text = CSV + "Pharmacie du port;pharmacie;-5.5003;46.3;;\r\nPharmacie Lointaine;pharmacie;-5.4;46.3;;\r\n"
    upload = sent(town, text)
    seen = uploads.preview(upload)
    assert [entry.name for entry in seen.alike.values()] == ["Pharmacie du Port"]
    take(town, upload)
    assert Entry.objects.count() == 2, "without an answer the like row is left out"
    place = next(iter(seen.alike))
    take(town, sent(town, text), {place: "new"})
    assert Entry.objects.count() == 3


def test_geojson_is_read_too_and_an_export_comes_back_unchanged(town: Town) -> None:
    written(town.viewer(Role.AGENT), "Pharmacie du Port", lon=-5.5, lat=46.3, phone="01 02 03 04 05")
    text = "".join(geojson_parts("autres", TODAY))
    assert json.loads(text)["features"][0]["geometry"] == {"type": "Point", "coordinates": [-5.5, 46.3]}
    upload = sent(town, text, "annuaire.geojson")
    assert len(upload.drafts) == 1
    assert upload.drafts[0]["values"]["phone"] == "01 02 03 04 05"


def test_an_import_cut_in_the_middle_is_taken_up_where_it_was(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two rows like one another are two places, also when the second is read after the first was written."""
    monkeypatch.setattr(importing, "BATCH", 2)
    rows = [f"Cabinet {'Alpha Beta' if i == 0 else chr(97 + i) * 6};gp;{i};46.3;;\r\n" for i in range(9)]
    rows[2] = "Cabinet Alpha Gamma;gp;0.0001;46.3;;\r\n"
    upload = sent(town, CSV + "".join(rows))
    wanted = len(upload.drafts)
    viewer = town.viewer(Role.COORDINATOR)
    uploads.ask_taking(viewer, upload, {})
    upload.refresh_from_db()

    def cut(progress: float, message: str = "") -> None:
        if progress > 0.4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        uploads.take_kept(upload, actor=viewer.actor, on=TODAY, report=cut)
    assert 0 < Entry.objects.count() < wanted
    upload.refresh_from_db()
    assert upload.stage == Stage.TAKING
    uploads.take_kept(upload, actor=viewer.actor, on=TODAY, report=quiet)
    assert Entry.objects.count() == wanted
    assert set(Version.objects.values_list("revision", flat=True)) == {1}, "nothing was written twice"


def test_the_same_place_twice_in_a_file_is_kept_once_and_the_second_rejected(town: Town) -> None:
    upload = sent(town, CSV + "A;gp;1;46;;\r\nA;gp;2;46;;\r\nB;gp;3;46;;\r\n")
    assert [row["values"]["name"] for row in upload.drafts] == ["A", "B"]
    assert len(upload.rejects) == 1
    assert "ligne 2" in upload.rejects[0][3]


def test_what_no_database_keeps_is_rejected_or_replaced_on_both(town: Town) -> None:
    feature = {"type": "Feature", "geometry": None}
    rows = [
        {"nom": "A\x00B", "categorie": "gp"},
        {"nom": "A\ud800B", "categorie": "gp"},
        {"nom": "Bon", "categorie": "gp", "identifiant": "i\x00d\udc00"},
        {"nom": "Autre", "categorie": "x\x00\ud800"},
    ]
    whole = {"type": "FeatureCollection", "features": [{**feature, "properties": row} for row in rows]}
    upload = sent(town, json.dumps(whole), "lieux.geojson")
    assert (upload.stage, len(upload.drafts) + len(upload.rejects)) == (Stage.READ, 4)
    take(town, upload)
    told = "".join(f"{entry.name}{entry.place}" for entry in Entry.objects.all())
    assert "Bon" in told
    assert not re.search("[\x00\ud800-\udfff]", told)


def test_a_file_that_is_being_taken_in_is_neither_left_nor_forgotten(town: Town) -> None:
    upload = sent(town, CSV + "A;gp;;;;\r\n")
    viewer = town.viewer(Role.COORDINATOR)
    uploads.ask_taking(viewer, upload, {})
    assert not uploads.leave_upload(viewer, upload)
    assert forget_uploads(datetime.now(tz=ZoneInfo("Europe/Paris")) + timedelta(days=9)) == 0
    upload.refresh_from_db()
    Job.objects.filter(name=uploads.TAKE).update(state=State.FAILED)
    upload.refresh_from_db()
    assert uploads.take_up_again(viewer, upload)
    with pytest.raises(HygieError):
        uploads.leave_upload(partner(town), upload)


def test_more_rows_like_entries_than_a_page_asks_are_left_out_and_said(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_ALIKE", 1)
    for name in ("Pharmacie Une", "Pharmacie Deux"):
        written(town.viewer(Role.AGENT), name)
    upload = sent(town, CSV + "Pharmacie une;pharmacie;;;;\r\nPharmacie deux;pharmacie;;;;\r\n")
    assert (len(upload.told["alike"]), len(upload.told["unasked"])) == (1, 1)
    places = {row["place"]: "new" for row in upload.drafts}
    take(town, upload, places)
    assert Entry.objects.count() == 3


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.csv", ""),
        ("x.csv", "a;b\r\n1;2\r\n"),
        ("x.exe", "MZ"),
        ("x.geojson", "{"),
        ("x.geojson", "[[[["),
        ("x.csv", "\x00\x01"),
        ("../../etc/passwd", "x"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_words(town: Town, name: str, text: str) -> None:
    upload = sent(town, text, name)
    assert (upload.stage, bytes(upload.content)) == (Stage.REFUSED, b"")
    assert upload.refusal
    with pytest.raises(HygieError):
        uploads.ask_taking(town.viewer(Role.COORDINATOR), upload, {})
    assert not Entry.objects.exists()


def test_a_file_too_heavy_is_refused(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LARGEST", 100)
    with pytest.raises(HygieError, match="lourd"):
        sent(town, CSV + "x" * 200)


SHAPES = """{"type": "FeatureCollection", "features": [{"type": "Feature",
"geometry": {"type": "Point", "coordinates": [1, 46]}, "properties": {"nom": "A", "categorie": "gp"}}]}"""


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_mutation_of_a_file_gives_anything_but_rows_or_words(tmp_path: Path, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["csv", "geojson"]))
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [1, 46]},
        "properties": {"nom": "A", "categorie": "gp"},
    }
    whole = (
        CSV + "A;gp;1;46;24/7;oui\r\n"
        if kind == "csv"
        else json.dumps({"type": "FeatureCollection", "features": [feature]})
    )
    raw = bytearray(whole.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 6))] = data.draw(st.binary(max_size=8))
    path = tmp_path / f"x.{kind}"
    path.write_bytes(bytes(raw))
    try:
        listed = read_listed(path, lambda text: text if text == "gp" else None)
    except HygieError:
        return
    assert all(reject.reason for reject in listed.rejects)


# --- corrections -------------------------------------------------------------------------------


def test_a_correction_waits_is_accepted_once_and_dates_the_entry(town: Town) -> None:
    entry = written(town.viewer(Role.AGENT), "Ancienne", on=TODAY - timedelta(days=300))
    made = corrections.propose(entry, {"phone": "01 02", "name": "Ancienne"}, "Ils ont déménagé", network="n")
    assert made.changes == {"phone": "01 02"}
    entry.refresh_from_db()
    assert entry.phone == "", "nothing changes before somebody reads it"
    with connection.cursor() as cursor:
        cursor.execute("SELECT message FROM directory_correction")
        sealed = cursor.fetchone()[0]
    assert "déménagé" not in sealed
    assert decrypt(sealed) == "Ils ont déménagé"
    agent = town.viewer(Role.AGENT)
    corrections.accept(agent, made, {"phone": "01 02 03"}, NOW)
    with pytest.raises(HygieError, match="déjà"):
        corrections.refuse(agent, made, "trop tard", NOW)
    entry.refresh_from_db()
    assert (entry.phone, entry.as_of) == ("01 02 03", TODAY)
    assert Correction.objects.get().outcome == Outcome.EDITED


def test_a_refusal_has_a_reason_and_the_message_is_forgotten_later(town: Town) -> None:
    entry = written(town.viewer(Role.AGENT), "Fiche")
    made = corrections.propose(entry, {}, "un message", network="n")
    with pytest.raises(HygieError, match="raison"):
        corrections.refuse(town.viewer(Role.AGENT), made, "  ", NOW)
    corrections.refuse(town.viewer(Role.AGENT), made, "C’est faux", NOW)
    assert forget_messages(NOW + timedelta(days=80)) == 0
    assert forget_messages(NOW + timedelta(days=100)) == 1
    assert Correction.objects.get().message == ""


def test_the_queue_is_the_owner_s_and_the_town_s(town: Town) -> None:
    theirs, ours = written(partner(town), "À eux"), written(town.viewer(Role.AGENT), "À nous")
    about_them = corrections.propose(theirs, {"phone": "1"}, "", network="n")
    about_us = corrections.propose(ours, {"phone": "1"}, "", network="n")
    assert set(selectors.pending(town.association, TODAY, all_corrections=False)) == {about_them}
    assert set(selectors.pending(town.commune, TODAY, all_corrections=True)) == {about_them, about_us}
    with pytest.raises(RefusedError):
        corrections.accept(partner(town), about_us, {}, NOW)
    for role in (Role.ELECTED, Role.DPO, Role.DECIDER, Role.COMMISSION):
        with pytest.raises(RefusedError):
            corrections.refuse(town.viewer(role), about_us, "non", NOW)
    corrections.accept(town.viewer(Role.COORDINATOR), about_them, {"phone": "1"}, NOW)


def test_proposals_are_limited(town: Town) -> None:
    entry = written(town.viewer(Role.AGENT), "Fiche")
    for i in range(10):
        corrections.propose(entry, {"phone": str(i)}, "", network="n")
    with pytest.raises(HygieError, match="Trop"):
        corrections.propose(entry, {"phone": "x"}, "", network="n")
    with pytest.raises(HygieError, match="Rien"):
        corrections.propose(entry, {"phone": ""}, "", network="m")


# --- links -------------------------------------------------------------------------------------


def test_a_link_confirms_once_and_says_nothing_when_over(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    agent = town.viewer(Role.AGENT)
    entry = written(agent, "Fiche", on=TODAY - timedelta(days=300))
    with pytest.raises(HygieError, match="adresse"):
        asking.ask_owner(agent, entry, str, NOW)
    asking.set_owner(agent, entry, "cabinet@exemple.example", NOW)
    entry = Entry.objects.get()
    ask = asking.ask_owner(agent, entry, lambda token: f"https://hygie.example/{token}", NOW)
    message = Message.objects.get()
    assert "cabinet@" not in str(message.subject)
    token = asking.token(ask)
    assert asking.ask_of(token, NOW) == ask
    for wrong in (token[:-1], token + "A", "x", uuid4().hex, token.replace(":", ""), ""):
        assert asking.ask_of(wrong, NOW) is None
    assert asking.ask_of(token, NOW + timedelta(days=31)) is None
    with pytest.raises(HygieError):
        asking.answer(ask, {"name": "x" * 300}, NOW)
    assert asking.ask_of(token, NOW) == ask, "a fault does not use the link"
    asking.answer(ask, {"phone": "01"}, NOW)
    entry.refresh_from_db()
    assert (entry.phone, entry.as_of, entry.confirmed_by) == ("01", TODAY, town.commune)
    assert asking.ask_of(token, NOW) is None
    with pytest.raises(HygieError, match="servi"):
        asking.answer(ask, None, NOW)
    assert forget_asks(NOW + timedelta(days=100)) == 0
    assert forget_asks(NOW + timedelta(days=130)) == 1
    erase_owner(entry, agent.actor)
    assert Entry.objects.get().owner_email == ""


# --- exports, forgetting -----------------------------------------------------------------------


@given(st.text(max_size=20), st.sampled_from(["=", "+", "-", "@", "\t", "\r", " ="]))
def test_no_cell_is_a_formula(text: str, start: str) -> None:
    assert safe_cell(start + text).startswith("'")


def test_exports_hold_the_licences_apart_and_no_formula(town: Town) -> None:
    written(town.viewer(Role.AGENT), "=HYPERLINK(1)", phone="+33 1 02", lon=-5.5, lat=46.3)
    written(town.viewer(Role.AGENT), "Cachée", published=False)
    bring(town, replace(draft("osm:n1"), source="openstreetmap", licence="ODbL"))
    ours = list(
        csv.DictReader(io.StringIO("".join(csv_lines("autres", TODAY)).lstrip("\ufeff")), delimiter=";")
    )
    assert [row["nom"] for row in ours] == ["'=HYPERLINK(1)"]
    assert (ours[0]["telephone"], ours[0]["lon"]) == ("'+33 1 02", "-5.5")
    theirs = list(
        csv.DictReader(io.StringIO("".join(csv_lines("odbl", TODAY)).lstrip("\ufeff")), delimiter=";")
    )
    assert [(row["nom"], row["licence"]) for row in theirs] == [("Pharmacie du Port", "ODbL")]
    with pytest.raises(HygieError):
        list(csv_lines("autre", TODAY))


def test_an_organisation_exports_what_it_wrote_and_files_are_forgotten(town: Town) -> None:
    written(town.viewer(Role.AGENT), "À nous")
    written(partner(town), "À eux")
    assert [row["name"] for row in export_organisation(town.commune)] == ["À nous"]
    sent(town, CSV + "A;gp;;;;\r\n")
    assert forget_uploads(NOW - timedelta(days=2)) == 0
    assert forget_uploads(datetime.now(tz=ZoneInfo("Europe/Paris")) + timedelta(days=2)) == 1
