"""Inviting people, ending roles: who may, once only, and never another organisation's."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.apps.core.conftest import Town, signed_in
from tests.apps.core.sign_on import browser, fill, last_link, sign_in, with_password

from hygie.apps.core.accounts.forgetting import forget
from hygie.apps.core.accounts.models import User
from hygie.apps.core.audit.models import Decision
from hygie.apps.core.organisations.invitation_models import Invitation
from hygie.apps.core.organisations.invitations import Invited, accept, invite, invite_from_command_line
from hygie.apps.core.organisations.models import Membership
from hygie.apps.core.organisations.permissions import RefusedError
from hygie.apps.core.organisations.roles import Role
from hygie.apps.core.organisations.services import RoleGiven
from hygie.apps.core.organisations.viewer import viewer_of
from hygie.engines.kernel.errors import HygieError

pytestmark = pytest.mark.django_db
NEW = "neuve@ville.example"
CHOSEN = {"name": "Neuve Démo", "password1": "sept pommes ici", "password2": "sept pommes ici"}


def asked(**changes: Any) -> dict[str, Any]:
    """What an administrator types to invite somebody."""
    today = timezone.localdate().isoformat()
    return {
        "email": NEW,
        "name": "Neuve Démo",
        "role": "agent",
        "schemes": "bourse, aides",
        "since": today,
    } | changes


@pytest.fixture
def administrator(town: Town) -> Client:
    return signed_in(town.people[Role.ADMINISTRATOR])


def invited(town: Town, role: Role = Role.AGENT) -> str:
    """The secret of an invitation just sent."""
    person = Invited(NEW, "Neuve Démo", RoleGiven(role, timezone.localdate()))
    admin = viewer_of(town.people[Role.ADMINISTRATOR], str(town.commune.pk), timezone.localdate())
    invite(admin, town.commune, person, site="http://127.0.0.1/")
    return last_link().rsplit("/", 1)[1]


def test_somebody_invited_chooses_a_password_and_gets_the_role(town: Town, administrator: Client) -> None:
    assert fill(administrator, reverse("people_invite"), **asked()).headers["Location"] == reverse("people")
    assert "Neuve Démo" in administrator.get(reverse("people")).content.decode()
    assert mail.outbox[-1].subject == "Une invitation"
    link, client = last_link(), browser()
    assert fill(client, link, **CHOSEN).headers["Location"] == reverse("account_login")
    user = User.objects.get(email=NEW)
    viewer = viewer_of(user, "", timezone.localdate())
    assert viewer.roles == {Role.AGENT}
    assert viewer.schemes == {"bourse", "aides"}
    assert client.get(link).status_code == 404  # the link served
    assert sign_in(client, user, "sept pommes ici").status_code == 302
    assert client.get("/compte").headers["Location"] == reverse("mfa_activate_totp")
    actions = list(Decision.objects.values_list("action", flat=True))
    assert [action for action in actions if not action.startswith("account.")] == [
        "invitation.send",
        "membership.give",
        "invitation.accept",
    ]


def test_only_administrators_open_these_pages(town: Town) -> None:
    end = reverse("people_end", args=[Membership.objects.filter(organisation=town.commune)[0].pk])
    for role in Role:
        client = signed_in(town.people[role])
        expected = 200 if role is Role.ADMINISTRATOR else 403
        for page in (reverse("people"), reverse("people_invite"), end):
            assert client.get(page).status_code == expected
    assert browser().get(reverse("people")).headers["Location"].startswith("/connexion")


def test_another_organisation_is_not_found_and_not_shown(town: Town, administrator: Client) -> None:
    theirs = Membership.objects.get(user=town.stranger)
    stranger = signed_in(town.stranger)
    secret = invited(town)
    mine = Invitation.objects.get()
    assert administrator.get(reverse("people_end", args=[theirs.pk])).status_code == 404
    assert (
        administrator.post(reverse("people_end", args=[theirs.pk]), {"on": "2999-01-01"}).status_code == 404
    )
    assert stranger.post(reverse("invitation_cancel", args=[mine.pk])).status_code == 404
    assert "Neuve Démo" not in stranger.get(reverse("people")).content.decode()
    assert "Ailleurs Démo" not in administrator.get(reverse("people")).content.decode()
    assert browser().get(reverse("invitation", args=[secret])).status_code == 200


def test_an_invitation_ends_by_itself_by_hand_or_by_a_newer_one(town: Town, administrator: Client) -> None:
    late, cancelled, older = invited(town), "", ""
    Invitation.objects.update(expires=timezone.now())
    assert browser().get(reverse("invitation", args=[late])).status_code == 404
    cancelled = invited(town)
    fresh = Invitation.objects.get(cancelled=None, expires__gt=timezone.now())
    page = administrator.post(reverse("invitation_cancel", args=[fresh.pk]))
    assert page.status_code == 302
    assert browser().get(reverse("invitation", args=[cancelled])).status_code == 404
    older, newer = invited(town), invited(town)
    assert browser().get(reverse("invitation", args=[older])).status_code == 404
    assert browser().get(reverse("invitation", args=[newer])).status_code == 200


@pytest.mark.parametrize("secret", ["x", "%00", "é" * 50, "..%2f..", "a" * 3000, "' OR 1=1 --"])
def test_a_made_up_link_opens_nothing_and_hints_at_nothing(town: Town, secret: str) -> None:
    invited(town)
    page = browser().get(f"/invitation/{secret}")
    assert page.status_code == 404
    assert "Neuve" not in page.content.decode()
    assert "Ville d’essai" not in page.content.decode()


def test_links_cannot_be_tried_at_leisure(town: Town) -> None:
    secret, client = invited(town), browser()
    for rank in range(30):
        client.get(f"/invitation/{rank}")
    refused = client.get(f"/invitation/{secret}")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 3_600


def test_somebody_who_has_an_account_accepts_with_it_only(town: Town) -> None:
    known = with_password(User.objects.create_user(NEW, "Neuve Démo"))
    other = with_password(town.people[Role.PARTNER])
    secret = invited(town, Role.PARTNER)
    link, client = reverse("invitation", args=[secret]), browser()
    assert "Connectez-vous pour accepter" in client.get(link).content.decode()
    assert client.post(link, CHOSEN).status_code == 403  # no token: refused as any form from elsewhere
    for wrong in (None, other):
        with pytest.raises(HygieError):
            accept(secret, on=timezone.localdate(), password=CHOSEN["password1"], by=wrong)
    known.refresh_from_db()
    assert known.check_password("sept pommes dans la cour")
    sign_in(client, known)
    assert fill(client, link).headers["Location"] == reverse("account")
    assert viewer_of(known, "", timezone.localdate()).roles == {Role.PARTNER}


def test_who_invited_must_still_administer(town: Town) -> None:
    secret = invited(town)
    user = town.people[Role.ADMINISTRATOR]
    Membership.objects.filter(user=user).update(until=timezone.localdate() - timedelta(days=1))
    page = fill(browser(), reverse("invitation", args=[secret]), **CHOSEN)
    assert "Vous ne pouvez pas changer les rôles" in page.content.decode()
    assert not User.objects.filter(email=NEW).exists()  # nothing half done
    assert Invitation.objects.get().used is None


def test_only_administrators_invite(town: Town) -> None:
    person = Invited(NEW, "Neuve Démo", RoleGiven(Role.AGENT, timezone.localdate()))
    for role in Role:
        if role is not Role.ADMINISTRATOR:
            with pytest.raises(RefusedError):
                invite(town.viewer(role), town.commune, person, site="http://x/")
    with pytest.raises(RefusedError):
        invite(town.outsider, town.commune, person, site="http://x/")
    assert not mail.outbox


@pytest.mark.parametrize(
    "changes",
    [
        {"email": "a@b.fr\nBcc: c@d.fr"},
        {"email": "pas une adresse"},
        {"name": ""},
        {"name": "x" * 121},
        {"name": "Neuve\x00Démo"},
        {"role": "maire"},
        {"role": "decider"},
        {"role": "decider", "order_number": "12"},
        {"since": "hier"},
        {"since": "2026-05-02", "until": "2026-05-01"},
        {"schemes": "=cmd()"},
        {"schemes": "../x"},
        {"schemes": " ".join(f"k{n}" for n in range(41))},
    ],
)
def test_what_is_off_is_said_and_kept_typed(administrator: Client, changes: dict[str, str]) -> None:
    page = fill(administrator, reverse("people_invite"), **asked(**changes))
    said = page.content.decode()
    assert page.status_code == 200
    assert "error-summary" in said
    assert 'value="Neuve Démo"' in said or "name" in changes
    assert not mail.outbox
    assert not Invitation.objects.exists()


@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.dictionaries(st.sampled_from(["email", "name", "role", "since", "until", "schemes"]), st.text()))
def test_whatever_is_typed_breaks_nothing(town: Town, changes: dict[str, str]) -> None:
    client = signed_in(town.people[Role.ADMINISTRATOR])
    assert client.post(reverse("people_invite"), asked(**changes)).status_code in (200, 302)


def test_names_and_addresses_of_the_invited_are_encrypted(town: Town) -> None:
    secret = invited(town)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM core_invitation")
        stored = str(cursor.fetchone())
    for readable in (NEW, "Neuve", secret):
        assert readable not in stored


def test_a_role_ends_on_the_day_said_and_not_before_today(town: Town, administrator: Client) -> None:
    held = Membership.objects.get(user=town.people[Role.AGENT])
    path, today = reverse("people_end", args=[held.pk]), timezone.localdate()
    assert fill(administrator, path, on=(today - timedelta(days=1)).isoformat()).status_code == 200
    assert fill(administrator, path, on=(today + timedelta(days=3)).isoformat()).status_code == 302
    held.refresh_from_db()
    assert held.until == today + timedelta(days=2)


def test_the_last_administrator_is_told_why_they_stay(town: Town, administrator: Client) -> None:
    held = Membership.objects.get(user=town.people[Role.ADMINISTRATOR])
    page = fill(administrator, reverse("people_end", args=[held.pk]), on=timezone.localdate().isoformat())
    assert "n’aurait plus personne" in page.content.decode()


def test_the_operator_invites_a_first_administrator(town: Town) -> None:
    given_ = RoleGiven(Role.ADMINISTRATOR, date(2026, 1, 1))
    link = invite_from_command_line(
        town.association, Invited(NEW, "Neuve Démo", given_), site="https://h.example"
    )
    assert link.startswith("https://h.example/invitation/")
    user = accept(
        link.rsplit("/", 1)[1], on=timezone.localdate(), name="Neuve Démo", password=CHOSEN["password1"]
    )
    assert viewer_of(user, "", timezone.localdate()).roles == {Role.ADMINISTRATOR}


def test_invitations_are_erased_a_month_after_they_ended(town: Town) -> None:
    invited(town)
    Invitation.objects.update(expires=timezone.now() - timedelta(days=29))
    forget(lambda *_: None)
    assert Invitation.objects.exists()
    Invitation.objects.update(expires=timezone.now() - timedelta(days=31))
    forget(lambda *_: None)
    assert not Invitation.objects.exists()
