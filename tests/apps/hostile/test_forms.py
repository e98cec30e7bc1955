"""Every form of the site, filled with anything: never an error, never a change by who may not change."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.apps.core.conftest import Town, signed_in
from tests.apps.hostile.addresses import address, served
from tests.apps.hostile.conftest import World

from hygie.apps.core.access import Page
from hygie.apps.core.accounts.models import User
from hygie.apps.core.audit.models import Decision
from hygie.apps.core.organisations.models import Membership, Organisation
from hygie.apps.core.organisations.roles import Role
from hygie.apps.directory.models import Correction, Entry
from hygie.apps.territory.scenarios.models import Scenario

pytestmark = pytest.mark.django_db(databases=["default", "readings"])

FIELDS = re.compile(r"<(?:input|select|textarea)\b[^>]*?\bname=\"([^\"]+)\"")
BUTTONS = re.compile(r"<button\b[^>]*?\bname=\"([^\"]+)\"[^>]*?\bvalue=\"([^\"]*)\"")
GESTURES: Mapping[str, tuple[str, ...]] = {
    "geste": ("confirmer", "demander", "contact", "prendre", "laisser"),
    "reponse": ("accepter", "refuser", "corriger", "laisser"),
    "action": ("voir", "enregistrer", "reprendre"),
    "choix": ("tout", "reprendre", "ceux-ci"),
}
"""Values of buttons that no page shows before something else was done."""

SPARED = {"account_logout", "account_change_password", "mfa_deactivate_totp", "usersessions_list"}
"""They end the session with which the others are tried; tests/apps/core/test_sign_on.py tries them."""

STRANGE = [
    "",
    " ",
    "\0",
    "a\0b",
    "\ud800",
    "\udfff\ud800",
    "\u202e\u2066abc",
    "\u200b",
    "\r\nX-Evil: 1",
    "\x1b[31m",
    "'",
    '"',
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "{% raise %}",
    "%s%n",
    "../../etc/passwd",
    "=1+1",
    "javascript:alert(1)",
    "0",
    "-1",
    "1e999",
    "nan",
    "inf",
    "9" * 30,
    "-9" * 20,
    "١٢٣",
    "0x10",
    "1,5",
    "true",
    "null",
    "[]",
    "{}",
    "2026-02-30",
    "0000-00-00",
    "9999-12-31",
    "10000-01-01",
    "-1-01-01",
    "31/12/0001",
    "2026-W10",
    "99/99/9999",
    "x" * 5_000,
    "é" * 70_000,
    "🦠" * 300,
    "a" * 255 + "@b.fr",
    "a@b",
    "a@b.fr\nBcc: c@d.fr",
    "+33" + "9" * 40,
    "https://[",
    "http://user:pass@host/",
    "//evil.example",
    "\ufeff",
    "\ufffe",
    "\U000e0001",
    "ẞ" * 300,
    "ﷺ" * 100,
]
ANYTHING = st.one_of(
    st.sampled_from(STRANGE),
    st.text(st.characters(codec=None), max_size=30),  # halves of letters included
    st.integers().map(str),
    st.floats().map(repr),
    st.dates().map(str),
)


def read(text: str) -> tuple[list[str], dict[str, list[str]]]:
    """Names of what a page asks for, and the values that it proposes: those that go furthest."""
    found: dict[str, list[str]] = {}
    for name, body in re.findall(r"<select\b[^>]*?\bname=\"([^\"]+)\"[^>]*>(.*?)</select>", text, re.DOTALL):
        found[name] = [unescape(value) for value in re.findall(r"value=\"([^\"]*)\"", body)]
    for name, value in BUTTONS.findall(text):
        found.setdefault(name, []).append(unescape(value))
    return sorted({*FIELDS.findall(text), *found} - {"csrfmiddlewaretoken"}), found


def body_of(values: Mapping[str, str]) -> bytes:
    """A form as bytes, whatever the texts: a half of a letter is sent as it is."""
    return urlencode({k.encode(): v.encode("utf-8", "surrogatepass") for k, v in values.items()}).encode()


def post(client: Client, path: str, values: Mapping[str, str]) -> Any:
    return client.generic("POST", path, body_of(values), content_type="application/x-www-form-urlencoded")


def forms(world: World) -> list[Page]:
    found = [page for page in served() if page.access and page.access.writes and page.name not in SPARED]
    assert len(found) > 30
    return found


def told(client: Client, world: World) -> dict[str, tuple[list[str], dict[str, list[str]]]]:
    """By page, the fields of its form and what it proposes for them; each page is read once."""
    return {
        page.name: read(client.get(address(page, world.records)).content.decode()) for page in forms(world)
    }


@settings(
    max_examples=1,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(st.data())
def test_no_form_ends_in_an_error(world: World, data: st.DataObject) -> None:
    administrator, wrong = world.client(Role.ADMINISTRATOR), []
    known = told(administrator, world)
    for page in forms(world):
        names, proposed = known[page.name]
        for client in (administrator, administrator, world.anybody):
            values = {}
            for name in [*names, *GESTURES]:
                likely = [*proposed.get(name, []), *GESTURES.get(name, ())]
                kinds = [st.sampled_from(likely), ANYTHING] if likely else [ANYTHING]
                values[name] = data.draw(st.one_of(kinds))
            status = post(client, address(page, world.records), values).status_code
            if status >= 500:
                wrong.append((page.name, status, {k: v[:40] for k, v in values.items()}))
    assert not wrong


@pytest.mark.parametrize("turn", range(2))
def test_strange_texts_in_every_field_end_in_no_error(world: World, turn: int) -> None:
    """Each field gets another text at each turn, beside buttons that go further into the code."""
    administrator, wrong = world.client(Role.ADMINISTRATOR), []
    known = told(administrator, world)
    for rank, page in enumerate(forms(world)):
        for step in range(3):
            first = rank * 5 + (2 * step + turn) * 17
            names = [*known[page.name][0], "organisation", "next", "raison", "message", "nom", "e", "dossier"]
            values = {name: STRANGE[(first + i) % len(STRANGE)] for i, name in enumerate(names)}
            values |= {key: said[step % len(said)] for key, said in GESTURES.items()}
            status = post(administrator, address(page, world.records), values).status_code
            if status >= 500:
                wrong.append((page.name, status, {k: v[:20] for k, v in values.items()}))
    assert not wrong


def test_strange_texts_in_addresses_end_in_no_error(world: World) -> None:
    client, wrong = world.client(Role.ADMINISTRATOR), []
    names = (
        "q",
        "page",
        "voir",
        "next",
        "s",
        "e",
        "categorie",
        "zone",
        "lieu",
        "indicateur",
        "groupe",
        "faire",
    )
    for rank, page in enumerate(served()):
        for step in range(2):
            at = rank * 7 + step * 23
            query = {name: STRANGE[(at + i) % len(STRANGE)][:3000] for i, name in enumerate(names)}
            path = f"{address(page, world.records)}?{body_of(query).decode('ascii')}"
            answer: Any = client.get(path)
            if answer.status_code >= 500:
                wrong.append((page.name, answer.status_code, {k: v[:20] for k, v in query.items()}))
            if answer.streaming:
                list(answer.streaming_content)
    assert not wrong


def held() -> dict[str, int]:
    """How many records there are of each kind that a form may write."""
    spared = {"core.count", "core.reading", "sessions.session", "core.contactcode", "core.job"}
    models = [m for m in apps.get_models() if m._meta.label_lower not in spared]
    return {m._meta.label_lower: m._default_manager.count() for m in models if not m._meta.proxy}


def test_who_may_not_change_anything_changes_nothing(world: World) -> None:
    quiet = {
        "directory_correct",
        "directory_confirm",
        "stop_messages",
        "directory",
        "contact",
        "account_reset_password",
    }
    neighbour = world.neighbour
    clients = (world.resident, world.anybody, world.client(Role.ELECTED), neighbour)
    before, decided = held(), Decision.objects.count()
    entry = Entry.objects.values().order_by("pk").first()
    for client in clients:
        for page in forms(world):
            named = page.name in world.records
            if page.name in quiet or (client is neighbour and not named):
                continue
            if client.cookies and not named and page.access and not page.access.roles:
                continue  # one's own account
            values = {key: said[0] for key, said in GESTURES.items()}
            post(client, address(page, world.records), {**values, "name": "Volé", "category": "gp"})
    assert held() == before
    assert Decision.objects.count() == decided
    assert Entry.objects.values().order_by("pk").first() == entry


# --- fields that no form has ---------------------------------------------------------------------

EXTRA = {
    "role": "administrator",
    "roles": "administrator",
    "is_staff": "on",
    "is_superuser": "on",
    "is_active": "",
    "hosts": "on",
    "organisation": "",
    "organisation_id": "",
    "user": "1",
    "user_id": "1",
    "author": "1",
    "pk": "1",
    "id": "1",
    "password": "x",
    "revision": "1",
    "claimed": "on",
    "confirmed_by": "1",
    "source": "volé",
    "place": "volé",
    "seen": "{}",
    "offered": "{}",
    "owner_email": "voleur@exemple.example",
    "outcome": "accepted",
    "results": "{}",
    "digest": "0" * 64,
    "stage": "ready",
    "folder": "../x",
    "email": "voleur@exemple.example",
    "staff": "on",
}


def rights() -> list[tuple[Any, ...]]:
    kept: list[tuple[Any, ...]] = [
        *Membership.objects.order_by("pk").values_list("user_id", "organisation_id", "role")
    ]
    kept += [*User.objects.order_by("pk").values_list("pk", "email", "is_active")]
    return [*kept, *Organisation.objects.order_by("pk").values_list("pk", "hosts", "active")]


def test_fields_that_a_form_has_not_never_give_a_right_nor_a_record(world: World) -> None:
    clients = (world.client(Role.COORDINATOR), world.client(Role.PARTNER), world.resident, world.anybody)
    before = rights()
    theirs = {
        **EXTRA,
        "organisation": str(world.town.association.pk),
        "organisation_id": str(world.town.association.pk),
    }
    known = told(world.client(Role.ADMINISTRATOR), world)
    for page in forms(world):
        names = dict.fromkeys(known[page.name][0], "essai")
        values = {**names, **theirs, "name": "Essai", "category": "pharmacy", "nom": "Essai"}
        for client in clients:
            post(client, address(page, world.records), values)
    assert rights() == before
    town = world.town.commune
    assert {e.organisation for e in Entry.objects.all()} == {town}
    assert not Entry.objects.filter(source="volé").exists()
    assert not Entry.objects.filter(place="volé").exists()
    assert not [e for e in Entry.objects.all() if e.owner_email == EXTRA["owner_email"]]
    assert {s.organisation for s in Scenario.objects.all()} <= {town}
    assert set(Correction.objects.values_list("outcome", flat=True)) <= {"pending", "edited", "refused"}


def test_an_invitation_gives_the_role_that_was_offered_and_no_other(town: Town) -> None:
    boss = signed_in(town.people[Role.ADMINISTRATOR])
    typed = {
        "email": "neuve@ville.example",
        "name": "Neuve",
        "role": "partner",
        "since": "2026-11-24",
        "organisation": str(town.association.pk),
        "hosts": "on",
        "by": "1",
        "digest": "0" * 64,
    }
    boss.post("/gestion/personnes/inviter", typed)
    made = town.commune.invitations.get()
    assert (made.role, made.organisation, made.by) == (
        "partner",
        town.commune,
        town.people[Role.ADMINISTRATOR],
    )
    assert made.digest != "0" * 64


# --- what was typed ------------------------------------------------------------------------------

KEPT = {
    "directory_new": {"name": "", "address": "12 rue de l’Essai", "phone": "01 02 03", "fees": "libre"},
    "people_invite": {"email": "pas une adresse", "name": "Camille Démo", "role": "agent"},
    "publisher": {"email": "pas une adresse", "legal_name": "Ville d’essai", "director": "La mairie"},
    "accessibility_audit": {"auditor": "Cabinet d’essai", "done": "2026-13-45", "rate": "cent"},
    "scenario_save": {"nom": "x" * 130},
    "contact": {"contact": "ni adresse ni numéro"},
    "directory_correct": {"name": "", "address": "4 quai de l’Essai", "message": "ils ont déménagé"},
}


@pytest.mark.parametrize("name", KEPT)
def test_what_was_typed_is_kept_when_it_is_refused(world: World, name: str) -> None:
    page = next(page for page in served() if page.name == name)
    known = dict(world.records)
    known["directory_correct"] = world.records["directory_edit"]
    answer = post(
        world.client(Role.ADMINISTRATOR), address(page, known), {**KEPT[name], "e": "fermer:test:0:pharmacy"}
    )
    assert answer.status_code in (200, 422)
    text = unescape(answer.content.decode())
    for value in KEPT[name].values():
        assert value in text, value
