"""Studies: whose they are, how they are computed, stopped, told, taken away and erased."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries
from tests.apps.core.conftest import Town, join, signed_in
from tests.apps.territory.conftest import PORT
from tests.apps.territory.studies_kinds import HOME, HOSTILE, QUICK

from hygie.apps.core.accounts.models import User
from hygie.apps.core.audit.journal import READINGS
from hygie.apps.core.audit.models import Decision, Reading
from hygie.apps.core.jobs.models import Job, State
from hygie.apps.core.organisations.models import Grant
from hygie.apps.core.organisations.permissions import RefusedError
from hygie.apps.core.organisations.roles import Role
from hygie.apps.territory.selectors import Opened
from hygie.apps.territory.studies import computing, keeping, kinds, selectors, services
from hygie.apps.territory.studies.computing import compute
from hygie.apps.territory.studies.fields import (
    Asks,
    Field,
    Option,
    asked_words,
    initial_form,
    plain,
    read_form,
)
from hygie.apps.territory.studies.models import Stage, Study
from hygie.apps.territory.studies.registry import Kind
from hygie.engines.kernel.errors import HygieError

pytestmark = pytest.mark.django_db(databases=["default", READINGS])

TODAY = date(2026, 11, 24)
SLOW = replace(QUICK, key="lent", quick=False)


@pytest.fixture(autouse=True)
def offered(monkeypatch: pytest.MonkeyPatch) -> tuple[Kind, ...]:
    """A quick kind and one that a job computes, in place of the real ones."""
    monkeypatch.setattr(kinds, "KINDS", (QUICK, SLOW))
    return (QUICK, SLOW)


@pytest.fixture
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are asked for and wait."""
    monkeypatch.setattr("hygie.apps.core.jobs.running._wake", lambda *_: None)


def ask(client: Client, kind: str = "essai", **more: Any) -> Any:
    return client.post(f"/etudes/demander/{kind}", {"nom": "Guichets 2027", "number": "3", **more})


def asked_by(client: Client, kind: str = "essai", **more: Any) -> Study:
    response = ask(client, kind, **more)
    assert response.status_code == 302, unescape(response.content.decode())
    return Study.objects.get(pk=UUID(response.headers["Location"].rpartition("/")[2]))


def children(content: str = "id,lon,lat\n1,2,3\n", name: str = "enfants.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode())


@pytest.fixture
def study(coordinator: Client) -> Study:
    return asked_by(coordinator)


@pytest.fixture
def personal(coordinator: Client) -> Study:
    """A study of a file that tells where children live."""
    return asked_by(coordinator, fichier=children())


def neighbour(town: Town) -> User:
    user = User.objects.create_user("voisine@asso.example", "Voisine Démo")
    join(user, town.association, Role.COORDINATOR)
    return user


def text_of(response: Any) -> str:
    return unescape(response.content.decode())


# ---- asking and answering ----


def test_a_quick_study_answers_at_once_and_keeps_what_was_typed(study: Study, shown: Opened) -> None:
    assert study.stage == Stage.DONE
    assert study.typed["number"] == ["3"]
    assert study.result["count"] == 3
    assert study.job is None
    assert study.territory_name == shown.territory.name
    assert not services.is_stale(study)
    line = Decision.objects.get(action="study.ask")
    assert "Guichets" not in line.details


def test_the_page_says_question_answer_proof_certainty_and_next_step_in_that_order(
    study: Study, coordinator: Client
) -> None:
    page = text_of(coordinator.get(f"/etudes/{study.pk}"))
    wanted = ["<h1>Où ouvrir\u202f?</h1>", "3 lieux suffisent.", "Les lieux choisis", "table-study"]
    wanted += ["Le budget tient.", "du meilleur possible, et c’est prouvé", "Que faire maintenant"]
    places = [page.index(words) for words in wanted]
    assert places == sorted(places)
    assert page.count("<h1>") == 1
    assert "moins de 11" in page
    assert "à vérifier" in page
    assert "/scenario?faire=ouvrir" in page


def test_a_slow_study_is_a_job_told_as_it_goes(coordinator: Client, no_worker: None) -> None:
    study = asked_by(coordinator, "lent")
    assert study.stage == Stage.WAITING
    assert study.job is not None
    assert study.job.payload == {"study": str(study.pk), "turn": 1}
    page = text_of(coordinator.get(f"/etudes/{study.pk}"))
    assert "data-running" in page
    assert "Arrêter le calcul" in page
    compute(study.pk, 1)
    study.refresh_from_db()
    assert study.stage == Stage.DONE


def test_a_job_runs_where_a_worker_is(coordinator: Client, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        study = asked_by(coordinator, "lent")
    study.refresh_from_db()
    assert study.stage == Stage.DONE
    assert Job.objects.get().state == State.DONE


def test_what_cannot_be_answered_is_said_in_words_and_can_be_asked_otherwise(coordinator: Client) -> None:
    study = asked_by(coordinator, number="9")
    assert study.stage == Stage.REFUSED
    page = text_of(coordinator.get(f"/etudes/{study.pk}"))
    assert "Neuf lieux dépassent le budget." in page
    again = text_of(coordinator.get(f"/etudes/demander/essai?depuis={study.pk}"))
    assert 'value="9"' in again


def test_a_defect_of_an_engine_never_leaves_a_study_waiting_for_ever(coordinator: Client) -> None:
    with pytest.raises(ZeroDivisionError):
        ask(coordinator, number="8")
    assert Study.objects.get().stage == Stage.REFUSED


def test_a_result_too_large_is_refused(coordinator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(computing, "LARGEST_RESULT", 100)
    assert "trop grande" in asked_by(coordinator).refusal


def test_a_stopped_computation_writes_nothing(town: Town, coordinator: Client, no_worker: None) -> None:
    study = asked_by(coordinator, "lent")
    response = coordinator.post(f"/etudes/{study.pk}/arreter")
    assert response.status_code == 302
    compute(study.pk, 1)
    study.refresh_from_db()
    assert (study.stage, study.result) == (Stage.CANCELLED, {})
    assert study.job is not None
    assert study.job.state == State.CANCELLED


def test_a_computation_stopped_in_its_middle_writes_nothing(
    coordinator: Client, no_worker: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped_meanwhile(*given: Any) -> Any:
        Study.objects.update(stage=Stage.CANCELLED, turn=2)
        return QUICK.run(*given)

    study = asked_by(coordinator, "lent")
    monkeypatch.setattr(kinds, "KINDS", (replace(SLOW, run=stopped_meanwhile),))
    compute(study.pk, 1)
    study.refresh_from_db()
    assert (study.stage, study.result) == (Stage.CANCELLED, {})


def test_asking_again_keeps_the_last_answer_until_there_is_another(
    town: Town, coordinator: Client, no_worker: None
) -> None:
    study = asked_by(coordinator, "lent")
    compute(study.pk, 1)
    coordinator.post(f"/etudes/{study.pk}/recalculer")
    page = text_of(coordinator.get(f"/etudes/{study.pk}"))
    assert "la dernière réponse obtenue" in page
    assert "3 lieux suffisent." in page
    compute(study.pk, 1)
    study.refresh_from_db()
    assert (study.stage, study.turn) == (Stage.WAITING, 2)
    compute(study.pk, 2)
    study.refresh_from_db()
    assert study.stage == Stage.DONE


def test_an_answer_on_older_data_says_so_and_is_computed_again(study: Study, coordinator: Client) -> None:
    Study.objects.filter(pk=study.pk).update(territory="0" * 64)
    page = text_of(coordinator.get(f"/etudes/{study.pk}"))
    assert "Calculé sur des données antérieures" in page
    assert "à recalculer" in text_of(coordinator.get("/etudes"))
    coordinator.post(f"/etudes/{study.pk}/recalculer")
    study.refresh_from_db()
    assert not services.is_stale(study)


def test_a_choice_that_the_data_no_longer_have_is_refused_in_words(study: Study, coordinator: Client) -> None:
    Study.objects.filter(pk=study.pk).update(typed={"number": ["3"], "where": ["disparu"]})
    coordinator.post(f"/etudes/{study.pk}/recalculer")
    study.refresh_from_db()
    assert study.stage == Stage.REFUSED
    assert "Près de" in study.refusal
    assert study.result["count"] == 3


def test_results_of_another_shape_are_not_told(study: Study, coordinator: Client) -> None:
    Study.objects.filter(pk=study.pk).update(result={"format": 99})
    assert coordinator.get(f"/etudes/{study.pk}").status_code == 200
    assert coordinator.get(f"/etudes/{study.pk}/etude.pdf").status_code == 404


def test_a_kind_that_this_version_lost_is_listed_and_never_breaks(
    study: Study, coordinator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kinds, "KINDS", ())
    for address in ("/etudes", f"/etudes/{study.pk}"):
        assert coordinator.get(address).status_code == 200
    assert coordinator.post(f"/etudes/{study.pk}/recalculer").status_code == 422
    assert coordinator.get("/etudes/demander/essai").status_code == 404


# ---- the form ----


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"number": "douze"}, "Ce n’est pas un nombre"),
        ({"number": "2,5"}, "nombre entier"),
        ({"number": "99"}, "de 1 à 10"),
        ({"number": "1e3"}, "Ce n’est pas un nombre"),
        ({"number": ""}, "Ce champ est vide"),
        ({"where": "ailleurs"}, "n’est pas, ou n’est plus"),
        ({"keep": ["test:0:pharmacy", "ailleurs"]}, "n’est pas, ou n’est plus"),
        ({"nom": ""}, "Il manque le nom"),
        ({"nom": "x" * 200}, "trop long"),
        ({"fichier": children(name="enfants.exe")}, "pas un tableau CSV"),
        ({"fichier": children("x" * 3000)}, "dépasse"),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_typed(
    coordinator: Client, typed: dict[str, Any], words: str
) -> None:
    response = ask(coordinator, **{"minutes": "12", **typed})
    assert response.status_code == 422
    page = text_of(response)
    assert words in page
    assert 'value="12"' in page
    assert not Study.objects.exists()


def test_a_preset_fills_the_form(coordinator: Client) -> None:
    page = text_of(coordinator.get("/etudes/demander/essai?modele=guichet"))
    assert 'value="4"' in page
    assert "Un guichet près de chacun" in page
    assert coordinator.get("/etudes/demander/essai?modele=inconnu").status_code == 200
    assert coordinator.get("/etudes/demander/essai?depuis=faux").status_code == 404


def test_a_kind_that_cannot_be_asked_here_says_why(
    coordinator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kinds, "KINDS", (replace(QUICK, missing=lambda _: "aucun arbre dans les données"),))
    assert "aucun arbre dans les données" in text_of(coordinator.get("/etudes"))
    assert coordinator.get("/etudes/demander/essai").status_code == 404


FIELDS = (
    Field("n", "Nombre", low=0, high=100),
    Field("one", "Un", Asks.ONE, options=(Option("a", "A"), Option("b", "B"))),
    Field("several", "Plusieurs", Asks.SEVERAL, options=(Option("a", "A"), Option("b", "B")), required=False),
    Field("flag", "Oui", Asks.FLAG),
)
texts = st.lists(st.text(max_size=400), max_size=4)


@given(st.fixed_dictionaries({}, optional={"n": texts, "one": texts, "several": texts, "flag": texts}))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_typed_is_kept_and_never_breaks(sent: dict[str, list[str]]) -> None:
    form = read_form(FIELDS, sent)
    assert set(form.answers) | set(form.errors) == {"n", "one", "several", "flag"}
    number = form.answers.get("n")
    assert number is None or (isinstance(number, float) and 0 <= number <= 100)
    assert form.answers.get("one") in (None, "a", "b")
    assert asked_words(form) is not None
    json.dumps(form.typed).encode()
    assert read_form(FIELDS, form.typed).answers == form.answers


@given(st.text(max_size=500))
def test_what_is_kept_has_no_control_nor_half_character(text: str) -> None:
    kept = plain(text)
    assert not {unicodedata.category(c) for c in kept} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    kept.encode()


# ---- whose they are ----


@pytest.mark.parametrize("role", [Role.ELECTED, Role.DECIDER])
def test_who_reads_reads_and_does_not_write(town: Town, study: Study, role: Role) -> None:
    client = signed_in(town.people[role])
    page = text_of(client.get(f"/etudes/{study.pk}"))
    assert "3 lieux suffisent." in page
    assert "Supprimer cette étude" not in page
    assert "Poser cette question" not in text_of(client.get("/etudes"))
    assert client.get("/etudes/demander/essai").status_code == 403
    for verb in ("recalculer", "arreter", "noter", "partager", "supprimer"):
        assert client.post(f"/etudes/{study.pk}/{verb}").status_code == 403
    viewer = town.viewer(role)
    for refused in (services.ask_again, services.stop_study, services.delete_study):
        with pytest.raises(RefusedError):
            refused(viewer, study)
    assert Study.objects.filter(pk=study.pk, turn=1).exists()


@pytest.mark.parametrize("role", [Role.PARTNER, Role.COMMISSION, Role.DPO])
def test_other_roles_find_nothing(town: Town, study: Study, role: Role) -> None:
    client = signed_in(town.people[role])
    assert client.get("/etudes").status_code == 403
    assert client.get(f"/etudes/{study.pk}").status_code == 403


def test_nobody_reads_without_signing_in(study: Study) -> None:
    response = Client(SERVER_NAME="127.0.0.1").get(f"/etudes/{study.pk}")
    assert (response.status_code, response.headers["Location"].startswith("/connexion")) == (302, True)


def test_another_organisation_finds_nothing(town: Town, study: Study) -> None:
    client = signed_in(neighbour(town))
    missing = client.get(f"/etudes/{uuid4()}")
    for rest in ("", "/etude.pdf", "/etude.csv", "/etude.geojson", "/fiches.pdf"):
        answer = client.get(f"/etudes/{study.pk}{rest}")
        assert (answer.status_code, answer.content) == (404, missing.content)
    for verb in ("recalculer", "arreter", "noter", "partager", "supprimer"):
        assert client.post(f"/etudes/{study.pk}/{verb}").status_code == 404
    assert client.get(f"/etudes/demander/essai?depuis={study.pk}").status_code == 404
    assert study.name not in text_of(client.get("/etudes"))


def test_a_shared_study_is_read_and_not_changed(town: Town, study: Study, coordinator: Client) -> None:
    assert coordinator.post(f"/etudes/{study.pk}/partager", {"organisation": "asso"}).status_code == 302
    client = signed_in(neighbour(town))
    assert "3 lieux suffisent." in text_of(client.get(f"/etudes/{study.pk}"))
    assert "partagée avec vous" in text_of(client.get("/etudes"))
    assert client.post(f"/etudes/{study.pk}/supprimer").status_code == 404
    assert client.get(f"/etudes/{study.pk}/etude.pdf").status_code == 200
    Grant.objects.update(until=TODAY - timedelta(days=800))
    assert client.get(f"/etudes/{study.pk}").status_code == 404


def test_deleting_takes_the_grants_along(town: Town, study: Study, coordinator: Client) -> None:
    coordinator.post(f"/etudes/{study.pk}/partager", {"organisation": "asso"})
    assert "Cela ne se reprend pas" in text_of(coordinator.get(f"/etudes/{study.pk}/supprimer"))
    assert coordinator.post(f"/etudes/{study.pk}/supprimer").status_code == 302
    assert not Study.objects.exists()
    assert not Grant.objects.exists()
    assert Decision.objects.filter(action="study.delete").exists()


def test_the_author_may_go(town: Town, study: Study) -> None:
    town.people[Role.COORDINATOR].delete()
    study.refresh_from_db()
    assert study.author is None


def test_forms_are_refused_without_their_token(town: Town, study: Study, coordinator: Client) -> None:
    strict = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
    strict.cookies = coordinator.cookies
    for address in ("demander/essai", *(f"{study.pk}/{v}" for v in ("recalculer", "supprimer", "noter"))):
        assert strict.post(f"/etudes/{address}", {"nom": "x", "number": "1"}).status_code == 403
    assert Study.objects.count() == 1


# ---- what tells of people ----


def stored(column: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM territory_study")  # noqa: S608  # a column of ours
        return str(cursor.fetchone()[0])


def test_a_file_and_what_it_tells_are_encrypted(personal: Study) -> None:
    assert personal.file.startswith("id,lon,lat")
    assert "lon" not in stored("file")
    assert HOME not in stored("personal")
    assert HOME not in json.dumps(personal.result)
    assert personal.file_note["kept"] == 2


def test_planners_alone_read_of_people_and_each_reading_is_journalled(
    town: Town, personal: Study, coordinator: Client
) -> None:
    before = Reading.objects.using(READINGS).count()
    assert HOME in text_of(coordinator.get(f"/etudes/{personal.pk}"))
    assert coordinator.get(f"/etudes/{personal.pk}/fiches.pdf").content.startswith(b"%PDF")
    assert Reading.objects.using(READINGS).filter(action="study.personal").count() == before + 2
    coordinator.post(f"/etudes/{personal.pk}/partager", {"organisation": "asso"})
    for user in (town.people[Role.ELECTED], neighbour(town)):
        client = signed_in(user)
        page = client.get(f"/etudes/{personal.pk}")
        assert page.status_code == 200
        assert HOME not in page.content.decode()
        assert client.get(f"/etudes/{personal.pk}/fiches.pdf").status_code == 404
    assert Reading.objects.using(READINGS).filter(action="study.personal").count() == before + 2


@pytest.mark.parametrize("name", ["etude.pdf", "etude.csv", "etude.geojson"])
def test_files_to_pass_on_say_nothing_of_people(personal: Study, coordinator: Client, name: str) -> None:
    assert HOME.encode() not in coordinator.get(f"/etudes/{personal.pk}/{name}").content


def test_a_list_reads_neither_results_nor_files(
    personal: Study, town: Town, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2) as seen:
        list(selectors.studies(town.commune, TODAY))
    assert not [q for q in seen.captured_queries if '"personal"' in q["sql"] or '"file"' in q["sql"]]


def test_what_tells_of_people_goes_first_then_the_study(personal: Study, town: Town) -> None:
    def told(progress: float, message: str = "") -> None:
        del progress, message

    Study.objects.update(asked=timezone.now() - keeping.PERSONAL_KEPT + timedelta(days=1))
    keeping.forget(told)
    personal.refresh_from_db()
    assert personal.file
    Study.objects.update(asked=timezone.now() - keeping.PERSONAL_KEPT - timedelta(days=1))
    keeping.forget(told)
    personal.refresh_from_db()
    assert (personal.file, personal.personal, personal.file_note) == ("", "", {})
    Study.objects.update(asked=timezone.now() - keeping.KEPT - timedelta(days=1))
    keeping.forget(told)
    assert not Study.objects.exists()
    assert Decision.objects.filter(action="study.forget").exists()


def test_an_organisation_takes_its_studies_away(study: Study, town: Town) -> None:
    [line] = selectors.export_organisation(town.commune)
    assert (line["name"], "file" in line, "personal" in line) == ("Guichets 2027", False, False)
    assert selectors.export_organisation(town.association) == []


# ---- what one takes away ----


def test_the_files(study: Study, coordinator: Client) -> None:
    pdf = coordinator.get(f"/etudes/{study.pk}/etude.pdf")
    assert pdf.content.startswith(b"%PDF")
    assert pdf.content == coordinator.get(f"/etudes/{study.pk}/etude.pdf").content
    table = coordinator.get(f"/etudes/{study.pk}/etude.csv").content.decode("utf-8-sig")
    assert f"\"'{HOSTILE}" in table or f"'{HOSTILE}" in table.replace('""', '"')
    assert ";masqu" not in table.split("\r\n")[0]
    drawn = json.loads(coordinator.get(f"/etudes/{study.pk}/etude.geojson").content)
    kinds_drawn = {feature["geometry"]["type"] for feature in drawn["features"]}
    assert {"Point", "LineString"} < kinds_drawn
    for response in (pdf,):
        assert response.headers["Content-Disposition"] == 'attachment; filename="hygie-etude.pdf"'
        assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "a\r\nSet-Cookie: x=1", "{{ 7 * 7 }}", "\u202eabc"]
)
def test_a_hostile_name_and_note_are_only_text(coordinator: Client, name: str) -> None:
    study = asked_by(coordinator, nom=f"n {name}")
    coordinator.post(f"/etudes/{study.pk}/noter", {"nom": f"m {name}", "note": f"note {name}\nsuite"})
    for address in ("/etudes", f"/etudes/{study.pk}"):
        page = coordinator.get(address)
        assert "<script>alert" not in page.content.decode()
        assert "Set-Cookie: x" not in str(page.headers)
        assert "\u202e" not in page.content.decode()
    assert coordinator.get(f"/etudes/{study.pk}/etude.pdf").content.startswith(b"%PDF")


def test_a_note_is_kept_and_told_and_one_too_long_is_not_lost(study: Study, coordinator: Client) -> None:
    address = f"/etudes/{study.pk}/noter"
    coordinator.post(address, {"nom": "Guichets", "note": "On retient le port.\nVote en mars."})
    assert "On retient le port." in text_of(coordinator.get(f"/etudes/{study.pk}"))
    answer = coordinator.post(address, {"nom": "Guichets", "note": "mot " * 1100})
    assert answer.status_code == 422
    assert "mot mot mot" in text_of(answer)
    study.refresh_from_db()
    assert study.note == "On retient le port.\nVote en mars."


# ---- how much ----


def test_an_organisation_does_not_ask_without_end(
    coordinator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "ASKED", replace(services.ASKED, most=2))
    asked_by(coordinator)
    asked_by(coordinator)
    refused = ask(coordinator)
    assert refused.status_code == 422
    assert "depuis une heure" in text_of(refused)
    assert 'value="3"' in text_of(refused)
    assert Study.objects.count() == 2


def test_an_organisation_keeps_so_many_studies(coordinator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_STUDIES", 1)
    asked_by(coordinator)
    assert "garde déjà" in text_of(ask(coordinator))


@pytest.fixture
def warmed(coordinator: Client, study: Study) -> Client:
    coordinator.get(f"/etudes/{study.pk}")
    return coordinator


def test_pages_ask_few_questions(
    warmed: Client, study: Study, town: Town, django_assert_max_num_queries: Any
) -> None:
    for rank in range(12):
        Study.objects.create(organisation=town.commune, kind="essai", name=f"Étude {rank}")
    with django_assert_max_num_queries(7):
        warmed.get("/etudes")
    with django_assert_max_num_queries(8):
        warmed.get(f"/etudes/{study.pk}")
    with django_assert_max_num_queries(7):
        warmed.get("/etudes/demander/essai")


def test_the_initial_values_are_those_given(shown: Opened) -> None:
    form = initial_form(QUICK.fields(shown), {"number": ["5"], "unknown": ["x"]})
    assert (form.value("number"), form.value("minutes"), form.value("unknown")) == (["5"], ["15"], [])
    assert ("Lieux gardés", "Pharmacie du Port") in asked_words(
        initial_form(QUICK.fields(shown), {"keep": [PORT]})
    )


def test_the_diagnosis_leads_to_studies_who_may_open_them(town: Town, coordinator: Client) -> None:
    assert 'href="/etudes"' in coordinator.get("/diagnostic").content.decode()
    partner = signed_in(town.people[Role.PARTNER]).get("/diagnostic").content.decode()
    assert 'href="/etudes"' not in partner


def test_errors_of_the_ground_are_hygie_errors() -> None:
    with pytest.raises(HygieError):
        services.clean_name("\u200b")
    with pytest.raises(HygieError):
        services.clean_note("x" * 5000)
