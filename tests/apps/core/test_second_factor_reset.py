"""A second factor taken away by an administrator, and invitations sent again: by whom, and what is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core import mail
from django.utils import timezone
from tests.apps.core.conftest import Town, join, signed_in
from tests.apps.core.sign_on import browser, fill, last_link

from hygie.apps.core.accounts.models import User
from hygie.apps.core.accounts.selectors import has_second_factor
from hygie.apps.core.audit.models import Decision
from hygie.apps.core.messages.models import Message
from hygie.apps.core.organisations.invitation_models import Invitation
from hygie.apps.core.organisations.invitations import Invited, invite, send_again
from hygie.apps.core.organisations.models import Membership
from hygie.apps.core.organisations.permissions import RefusedError
from hygie.apps.core.organisations.roles import Role
from hygie.apps.core.organisations.second_factors import Check, Reason, reset_second_factor_of
from hygie.apps.core.organisations.services import RoleGiven
from hygie.apps.core.organisations.viewer import Viewer, viewer_of
from hygie.engines.kernel.errors import HygieError

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
CHOSEN = {"reason": "lost", "check": "face"}
SITE = "http://127.0.0.1/"


def admin(town: Town) -> Viewer:
    return viewer_of(town.people[Role.ADMINISTRATOR], str(town.commune.pk), TODAY)


def page_of(town: Town, user: User) -> str:
    held = Membership.objects.get(user=user, organisation=town.commune)
    return f"/gestion/personnes/{held.pk}/double-verification"


def take_away(viewer: Viewer, town: Town, user: User) -> None:
    reset_second_factor_of(viewer, town.commune, user, reason=Reason.LOST, check=Check.FACE, on=TODAY)


def test_an_administrator_takes_it_away_and_the_person_is_told(town: Town) -> None:
    agent = town.people[Role.AGENT]
    theirs = signed_in(agent)
    UserSession.objects.create(user=agent, session_key=theirs.session.session_key, ip="192.0.2.0")
    client, page = signed_in(town.people[Role.ADMINISTRATOR]), page_of(town, agent)
    assert page in client.get("/gestion/personnes").content.decode()
    assert fill(client, page, **CHOSEN).status_code == 302
    assert not Authenticator.objects.filter(user_id=agent.pk).exists()
    assert theirs.get("/compte").status_code == 302
    sent = Message.objects.get(kind="account.second_factor_reset")
    assert "Raison donnée\u00a0: téléphone perdu ou volé" in sent.body
    assert sent.recipient == agent.email
    line = Decision.objects.get(action="second_factor.reset")
    assert line.details == '{"check":"face","reason":"lost"}'
    assert agent.email not in line.details
    assert page not in client.get("/gestion/personnes").content.decode()


@pytest.mark.parametrize("missing", ["reason", "check"])
def test_it_says_why_and_how_it_was_checked(town: Town, missing: str) -> None:
    agent = town.people[Role.AGENT]
    signed_in(agent)
    client = signed_in(town.people[Role.ADMINISTRATOR])
    for wrong in ("", "autre chose", "<b>"):
        answer = fill(client, page_of(town, agent), **CHOSEN | {missing: wrong})
        assert answer.status_code == 200
        assert "Quelque chose est à corriger" in answer.content.decode()
    assert has_second_factor(agent)
    assert not Decision.objects.filter(action="second_factor.reset").exists()


def test_never_ones_own_nor_without_any(town: Town) -> None:
    me = town.people[Role.ADMINISTRATOR]
    client = signed_in(me)
    assert client.get(page_of(town, me)).status_code == 404
    with pytest.raises(RefusedError):
        take_away(admin(town), town, me)
    with pytest.raises(HygieError, match="pas de double"):
        take_away(admin(town), town, town.people[Role.AGENT])


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_no_other_role_does_it(town: Town, role: Role) -> None:
    partner = town.people[Role.PARTNER]
    target = partner if role is not Role.PARTNER else town.people[Role.AGENT]
    signed_in(target)
    assert signed_in(town.people[role]).post(page_of(town, target), CHOSEN).status_code in (403, 404)
    with pytest.raises(RefusedError):
        take_away(town.viewer(role), town, target)
    assert has_second_factor(target)


def test_another_organisations_administrator_finds_nothing(town: Town) -> None:
    agent = town.people[Role.AGENT]
    signed_in(agent)
    assert signed_in(town.stranger).get(page_of(town, agent)).status_code == 404
    with pytest.raises(RefusedError):
        take_away(town.outsider, town, agent)


def test_whoever_also_works_elsewhere_is_for_the_organisation_that_runs_the_instance(town: Town) -> None:
    both = town.people[Role.COORDINATOR]
    join(both, town.association, Role.PARTNER)
    signed_in(both)
    with pytest.raises(RefusedError):
        reset_second_factor_of(
            town.outsider, town.association, both, reason=Reason.LOST, check=Check.CALL, on=TODAY
        )
    take_away(admin(town), town, both)
    assert not has_second_factor(both)


def test_a_role_that_ended_gives_no_hold_on_an_account(town: Town) -> None:
    gone = town.people[Role.AGENT]
    Membership.objects.filter(user=gone).update(until=TODAY - timedelta(days=1))
    signed_in(gone)
    with pytest.raises(RefusedError):
        take_away(admin(town), town, gone)


@pytest.fixture
def offered(town: Town) -> Invitation:
    person = Invited("neuve@ville.example", "Neuve Démo", RoleGiven(Role.AGENT, TODAY, schemes=("bourse",)))
    return invite(admin(town), town.commune, person, site=SITE)


def test_an_invitation_sent_again_has_a_new_link_and_kills_the_old_one(
    town: Town, offered: Invitation
) -> None:
    old, client = last_link(), signed_in(town.people[Role.ADMINISTRATOR])
    again = f"/gestion/personnes/invitations/{offered.pk}/renvoyer"
    assert again in client.get("/gestion/personnes").content.decode()
    assert client.post(again).status_code == 302
    new = last_link()
    assert new != old
    assert browser().get(old).status_code == 404
    assert browser().get(new).status_code == 200
    kept = Invitation.objects.get(used=None, cancelled=None)
    assert (kept.role, kept.schemes, kept.since) == (offered.role, offered.schemes, offered.since)


def test_an_invitation_too_old_can_be_sent_again_and_one_that_served_cannot(
    town: Town, offered: Invitation
) -> None:
    Invitation.objects.update(expires=timezone.now() - timedelta(days=1))
    offered.refresh_from_db()
    fresh = send_again(admin(town), offered, site=SITE)
    assert fresh.expires > timezone.now()
    with pytest.raises(HygieError, match="annulée"):
        send_again(admin(town), offered, site=SITE)
    Invitation.objects.filter(pk=fresh.pk).update(used=timezone.now())
    with pytest.raises(HygieError, match="déjà servi"):
        send_again(admin(town), fresh, site=SITE)


def test_sending_again_is_capped_by_address(town: Town, offered: Invitation) -> None:
    client, latest = signed_in(town.people[Role.ADMINISTRATOR]), offered
    for _ in range(3):
        client.post(f"/gestion/personnes/invitations/{latest.pk}/renvoyer")
        latest = Invitation.objects.get(used=None, cancelled=None)
    before = len(mail.outbox)
    refused = client.post(f"/gestion/personnes/invitations/{latest.pk}/renvoyer")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 86_400
    assert len(mail.outbox) == before


def test_another_organisations_invitation_is_not_found(town: Town, offered: Invitation) -> None:
    stranger = signed_in(town.stranger)
    assert stranger.post(f"/gestion/personnes/invitations/{offered.pk}/renvoyer").status_code == 404
    with pytest.raises(RefusedError):
        send_again(town.outsider, offered, site=SITE)
