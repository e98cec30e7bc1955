"""Pages of the directory: each persona on each view, forms that keep what was typed, hostile use."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
from tests.apps.core.conftest import Town, signed_in
from tests.apps.directory.conftest import TODAY, partner, written

from hygie.apps.core.accounts.models import User
from hygie.apps.core.jobs.running import run as queued
from hygie.apps.core.organisations.roles import Role
from hygie.apps.directory import asking, corrections
from hygie.apps.directory.forms import HONEYPOT
from hygie.apps.directory.models import Correction, Entry, Outcome, Upload
from hygie.apps.directory.permissions import IMPORTERS, WRITERS

pytestmark = pytest.mark.django_db
HOSTILE = '"><script>alert(1)</script>{{ 7*7 }}'


@pytest.fixture(autouse=True)
def _on_the_small_territory(small_territory: Path, settings: Settings) -> None:
    settings.TERRITORY_FOLDER = small_territory


def browser(user: User) -> Client:
    """Somebody with a second factor."""
    Authenticator.objects.get_or_create(
        user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": ""}}
    )
    return signed_in(user)


def desk_pages(town: Town) -> dict[str, tuple[Role, ...]]:
    entry = written(town.viewer(Role.AGENT), "Fiche")
    return {
        "/gestion/annuaire": WRITERS,
        "/gestion/annuaire/nouvelle": WRITERS,
        f"/gestion/annuaire/{entry.pk}": WRITERS,
        "/gestion/annuaire/corrections": WRITERS,
        "/gestion/annuaire/importer": IMPORTERS,
    }


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_its_pages_and_no_other(town: Town, role: Role) -> None:
    client = browser(town.people[role])
    for address, allowed in desk_pages(town).items():
        assert client.get(address).status_code == (200 if role in allowed else 403), address


def test_who_has_not_signed_in_is_sent_to_do_so_and_a_stranger_finds_nothing(town: Town) -> None:
    pages = desk_pages(town)
    partner(town)
    stranger = browser(town.stranger)
    entry = Entry.objects.get()
    made = corrections.propose(entry, {"phone": "1"}, "", network="n")
    upload = Upload.objects.create(organisation=town.commune, file="x.csv")
    for address in pages:
        assert Client(SERVER_NAME="127.0.0.1").get(address).status_code == 302
    for address in (
        f"/gestion/annuaire/{entry.pk}",
        f"/gestion/annuaire/{entry.pk}/geste",
        f"/gestion/annuaire/corrections/{made.pk}",
        f"/gestion/annuaire/importer/{upload.pk}",
        f"/gestion/annuaire/{entry.pk + 1000}",
        f"/gestion/annuaire/corrections/{uuid4()}",
    ):
        answer = stranger.post(address, {"geste": "confirmer", "reponse": "accepter", "name": "Pris"})
        assert answer.status_code == 404, address
    entry.refresh_from_db()
    assert entry.name == "Fiche"
    assert "Fiche<" not in stranger.get("/gestion/annuaire").content.decode()


def form(entry: Entry | None = None, **values: str) -> dict[str, str]:
    told = {
        "name": "Maison Démo",
        "category": "gp",
        "accepts": "unknown",
        "published": "oui",
        "lon": "",
        "lat": "",
    }
    if entry is not None:
        told |= {"revision": str(entry.revision)}
    return {**told, **values}


def test_an_entry_is_written_confirmed_and_read(town: Town) -> None:
    agent, visitor = browser(town.people[Role.AGENT]), Client(SERVER_NAME="127.0.0.1")
    answer = agent.post(
        "/gestion/annuaire/nouvelle",
        form(
            name=HOSTILE, description=HOSTILE, lon="-5,5", lat="46.3", hours="Mo-Fr 09:00-12:00",
            languages="ar", fait_step_free="oui", accepts="yes", website="https://hygie.example",
        ),
    )  # fmt: skip
    entry = Entry.objects.get()
    assert answer.headers["Location"] == f"/gestion/annuaire/{entry.pk}"
    page = visitor.get(f"/annuaire/{entry.pk}").content.decode()
    assert "<script>" not in page
    assert "{{ 7*7 }}" in page
    for told in ("arabe", "entrée sans marche", "lundi au vendredi", "dit par Ville d’essai", "Confirmée le"):
        assert told in page
    assert '<svg class="map"' in page
    assert agent.get(f"/gestion/annuaire/{entry.pk}").status_code == 200
    assert "<script>" not in agent.get("/gestion/annuaire").content.decode()
    agent.post(f"/gestion/annuaire/{entry.pk}", form(entry, name="Cachée", published=""))
    assert visitor.get(f"/annuaire/{entry.pk}").status_code == 404


def test_what_was_typed_is_kept_when_something_is_wrong(town: Town) -> None:
    agent = browser(town.people[Role.AGENT])
    page = agent.post(
        "/gestion/annuaire/nouvelle",
        form(phone="01 02", lon="abc", lat="46", website="ftp://x", name="Gardée"),
    ).content.decode()
    assert 'value="01 02"' in page
    assert 'value="Gardée"' in page
    assert page.count("field-error") >= 2
    assert not Entry.objects.exists()


def test_somebody_else_wrote_meanwhile(town: Town) -> None:
    agent = browser(town.people[Role.AGENT])
    entry = written(town.viewer(Role.AGENT), "Une")
    agent.post(f"/gestion/annuaire/{entry.pk}", form(entry, name="Deux"))
    page = agent.post(f"/gestion/annuaire/{entry.pk}", form(entry, name="Trois")).content.decode()
    assert "modifiée pendant que vous écriviez" in page
    assert 'value="Trois"' in page
    assert Entry.objects.get().name == "Deux"


def test_an_old_entry_says_so_and_one_click_confirms_it(town: Town) -> None:
    old = timezone.localdate() - timedelta(days=300)
    entry = written(town.viewer(Role.AGENT), "Vieille", on=old)
    agent, visitor = browser(town.people[Role.AGENT]), Client(SERVER_NAME="127.0.0.1")
    assert "à confirmer" in visitor.get("/annuaire?q=vieille").content.decode()
    assert "téléphonez avant" in visitor.get(f"/annuaire/{entry.pk}").content.decode()
    assert "Vieille" in agent.get("/gestion/annuaire?voir=old").content.decode()
    agent.post(f"/gestion/annuaire/{entry.pk}/geste", {"geste": "confirmer"})
    assert "à confirmer" not in visitor.get("/annuaire?q=vieille").content.decode()
    assert agent.post(f"/gestion/annuaire/{entry.pk}/geste", {"geste": "détruire"}).status_code == 404
    refused = agent.post(f"/gestion/annuaire/{entry.pk}/geste", {"geste": "demander"}, follow=True)
    assert "pas d’adresse" in refused.content.decode()
    injected = {"geste": "contact", "contact": "a@b.example\r\nBcc: c@d.example"}
    agent.post(f"/gestion/annuaire/{entry.pk}/geste", injected)
    assert "\n" not in Entry.objects.get().owner_email


def test_anybody_proposes_a_correction_that_a_moderator_takes(town: Town) -> None:
    entry = written(town.viewer(Role.AGENT), "Fiche")
    visitor = Client(SERVER_NAME="127.0.0.1")
    page = visitor.post(
        f"/annuaire/{entry.pk}/corriger", {"name": "Fiche", "phone": "x" * 99}
    ).content.decode()
    assert "trop long" in page
    answer = visitor.post(f"/annuaire/{entry.pk}/corriger", {"phone": "01 02", "message": HOSTILE})
    assert answer.headers["Location"] == "/annuaire/merci"
    agent = browser(town.people[Role.AGENT])
    page = agent.get("/gestion/annuaire/corrections").content.decode()
    assert 'value="01 02"' in page
    assert "<script>" not in page
    made = Correction.objects.get()
    agent.post(
        f"/gestion/annuaire/corrections/{made.pk}", {"reponse": "accepter", "phone": "01 02", "fees": "volé"}
    )
    entry.refresh_from_db()
    assert (entry.phone, entry.fees) == ("01 02", ""), "only what was proposed is taken"
    made.refresh_from_db()
    assert made.outcome == Outcome.ACCEPTED


def test_a_machine_is_thanked_and_ignored(town: Town) -> None:
    entry = written(town.viewer(Role.AGENT), "Fiche")
    visitor = Client(SERVER_NAME="127.0.0.1")
    answer = visitor.post(f"/annuaire/{entry.pk}/corriger", {"phone": "1", HONEYPOT: "spam"})
    assert answer.headers["Location"] == "/annuaire/merci"
    assert not Correction.objects.exists()


def test_forms_that_write_ask_for_their_token(town: Town) -> None:
    entry = written(town.viewer(Role.AGENT), "Fiche")
    strict = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
    assert strict.post(f"/annuaire/{entry.pk}/corriger", {"phone": "1"}).status_code == 403
    strict.force_login(town.people[Role.AGENT], backend="allauth.account.auth_backends.AuthenticationBackend")
    assert strict.post(f"/gestion/annuaire/{entry.pk}/geste", {"geste": "confirmer"}).status_code == 403
    assert strict.post("/annuaire", {"q": "fiche"}).status_code == 200, "a search changes nothing"
    assert not Correction.objects.exists()


def test_the_owner_confirms_or_corrects_without_account(town: Town) -> None:
    entry = written(town.viewer(Role.AGENT), "Fiche", on=date(2026, 1, 1), email="cabinet@exemple.example")
    link = asking.token(asking.ask_owner(town.viewer(Role.AGENT), entry, str, timezone.now()))
    visitor = Client(SERVER_NAME="127.0.0.1")
    assert "toujours juste" in visitor.get(f"/annuaire/confirmer/{link}").content.decode()
    page = visitor.post(f"/annuaire/confirmer/{link}", {"reponse": "corriger", "name": ""}).content.decode()
    assert "nom" in page
    done = visitor.post(
        f"/annuaire/confirmer/{link}", {"reponse": "corriger", "name": "Fiche", "phone": "01"}
    )
    assert "Merci" in done.content.decode()
    assert visitor.get(f"/annuaire/confirmer/{link}").status_code == 404
    assert visitor.get("/annuaire/confirmer/faux").status_code == 404
    entry.refresh_from_db()
    assert entry.phone == "01"
    assert entry.email == "cabinet@exemple.example", "a field that the form did not send stays"
    assert entry.as_of == timezone.localdate()


def test_a_file_goes_through_its_preview(town: Town) -> None:
    coordinator = browser(town.people[Role.COORDINATOR])
    text = "nom;categorie\r\nÉpicerie <b>;pharmacie\r\nX;inconnue\r\n=1+1;autre\r\n"
    file = SimpleUploadedFile("lieux.csv", text.encode())
    answer = coordinator.post("/gestion/annuaire/importer", {"fichier": file})
    upload = Upload.objects.get()
    address = f"/gestion/annuaire/importer/{upload.pk}"
    assert answer.headers["Location"] == address
    waiting = coordinator.get(address).content.decode()
    assert "Lecture de lieux.csv" in waiting
    assert f'hx-get="/gestion/travaux/{upload.job_id}"' in waiting
    queued.call_local(str(upload.job_id))
    page = coordinator.get(address).content.decode()
    assert "1\u00a0fiche nouvelle" in page
    assert "catégorie inconnue" in page
    assert "<b>" not in page
    rejects = coordinator.get(f"{address}/rejets.csv")
    assert rejects.headers["Content-Disposition"].startswith("attachment")
    assert "inconnue" in rejects.content.decode()
    assert ";=1+1" not in rejects.content.decode()
    coordinator.post(address, {"reponse": "prendre"})
    upload.refresh_from_db()
    assert "Import de lieux.csv" in coordinator.get(address).content.decode()
    queued.call_local(str(upload.job_id))
    assert Entry.objects.get().name == "Épicerie <b>"
    done = coordinator.get(address).content.decode()
    assert "est importé" in done
    assert "catégorie inconnue" in done
    assert coordinator.post("/gestion/annuaire/importer", {}).status_code == 200
    Upload.objects.all().delete()
    coordinator.post("/gestion/annuaire/importer", {"fichier": SimpleUploadedFile("l.csv", text.encode())})
    coordinator.post(f"/gestion/annuaire/importer/{Upload.objects.get().pk}", {"reponse": "laisser"})
    assert not Upload.objects.exists()


def test_the_page_of_a_file_asks_the_same_questions_whatever_its_size(town: Town) -> None:
    coordinator = browser(town.people[Role.COORDINATOR])
    counts = []
    for size in (1, 60):
        rows = "".join(f"Cabinet {i} {'abcdefghij'[i % 10] * 5};gp\r\n" for i in range(size))
        file = SimpleUploadedFile("l.csv", ("nom;categorie\r\n" + rows).encode())
        coordinator.post("/gestion/annuaire/importer", {"fichier": file})
        upload = Upload.objects.order_by("-created")[0]
        queued.call_local(str(upload.job_id))
        with CaptureQueriesContext(connection) as asked:
            coordinator.get(f"/gestion/annuaire/importer/{upload.pk}")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12


def test_the_territory_comes_in_by_a_job(
    town: Town, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    coordinator = browser(town.people[Role.COORDINATOR])
    with django_capture_on_commit_callbacks(execute=True):
        coordinator.post("/gestion/annuaire/importer", {"territoire": "oui"})
    assert Entry.objects.filter(organisation=town.commune).count() == 3
    assert "terminé" in coordinator.get("/gestion/annuaire/importer").content.decode()
    partner(town)
    refused = browser(town.stranger).post("/gestion/annuaire/importer", {"territoire": "oui"})
    assert "ne pouvez pas" in refused.content.decode()


def test_exports_are_files(town: Town) -> None:
    written(town.viewer(Role.AGENT), "Fiche", on=TODAY)
    visitor = Client(SERVER_NAME="127.0.0.1")
    for part in ("autres", "odbl"):
        for kind in ("csv", "geojson"):
            answer = visitor.get(f"/annuaire/export/{part}.{kind}")
            assert answer.status_code == 200
            assert answer.headers["Content-Disposition"] == f'attachment; filename="annuaire-{part}.{kind}"'
    for wrong in ("autres.exe", "tout.csv", "..csv", "autres.csv/x"):
        assert visitor.get(f"/annuaire/export/{wrong}").status_code == 404


def test_without_territory_the_directory_still_answers(
    town: Town, settings: Settings, tmp_path: Path
) -> None:
    settings.TERRITORY_FOLDER = tmp_path
    entry = written(town.viewer(Role.AGENT), "Fiche", lon=-5.5, lat=46.3)
    visitor = Client(SERVER_NAME="127.0.0.1")
    for address in (
        "/annuaire",
        "/annuaire?q=fiche",
        f"/annuaire/{entry.pk}",
        "/annuaire?zone=zone:quarter:q0",
    ):
        assert visitor.get(address).status_code == 200


def test_an_answer_is_dated_of_the_day_the_pages_stand_on(town: Town, settings: Settings) -> None:
    settings.TODAY = date(2026, 12, 24)
    entry = written(town.viewer(Role.AGENT), "Fiche")
    made = corrections.propose(entry, {"phone": "1"}, "", network="n")
    agent = browser(town.people[Role.AGENT])
    agent.post(f"/gestion/annuaire/corrections/{made.pk}", {"reponse": "accepter", "phone": "1"})
    made.refresh_from_db()
    entry.refresh_from_db()
    assert made.decided_at is not None
    assert timezone.localtime(made.decided_at).date() == settings.TODAY == entry.as_of
