"""Organisations and roles: who may give them, what stays apart, what is journalled."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.apps.core.conftest import DAY, SINCE, Town

from hygie.apps.core.accounts.models import User
from hygie.apps.core.audit.models import Decision
from hygie.apps.core.organisations.models import Level, Membership, Organisation
from hygie.apps.core.organisations.permissions import RefusedError
from hygie.apps.core.organisations.roles import STAFF, Kind, Role
from hygie.apps.core.organisations.selectors import may_write_shared, member, members, records_shared_with
from hygie.apps.core.organisations.services import (
    RoleGiven,
    add_organisation,
    end_role,
    found_instance,
    give_first_administrator,
    give_role,
    share,
)
from hygie.apps.core.organisations.viewer import viewer_of
from hygie.engines.kernel.errors import HygieError

pytestmark = pytest.mark.django_db
OTHERS = [role for role in Role if role is not Role.ADMINISTRATOR]


def test_only_an_administrator_of_the_organisation_gives_roles(town: Town) -> None:
    somebody = User.objects.create_user("neuve@ville.example", "Neuve Démo")
    for role in OTHERS:
        with pytest.raises(RefusedError):
            give_role(town.viewer(role), town.commune, somebody, RoleGiven(Role.AGENT, DAY))
    with pytest.raises(RefusedError):
        give_role(town.outsider, town.commune, somebody, RoleGiven(Role.AGENT, DAY))
    give_role(town.viewer(Role.ADMINISTRATOR), town.commune, somebody, RoleGiven(Role.AGENT, DAY))
    assert viewer_of(somebody, "", DAY).roles == {Role.AGENT}
    assert [line.action for line in Decision.objects.all()] == ["membership.give"]


def test_only_the_organisation_that_runs_the_instance_adds_others(town: Town) -> None:
    with pytest.raises(RefusedError):
        add_organisation(town.outsider, "CCAS d’essai", "ccas", Kind.CCAS)
    added = add_organisation(town.viewer(Role.ADMINISTRATOR), "CCAS d’essai", "ccas", Kind.CCAS)
    somebody = User.objects.create_user("neuve@ccas.example", "Neuve Démo")
    give_first_administrator(town.viewer(Role.ADMINISTRATOR), added, somebody, DAY)
    with pytest.raises(RefusedError):
        give_first_administrator(town.viewer(Role.ADMINISTRATOR), added, town.stranger, DAY)
    with pytest.raises(HygieError, match="déjà"):
        add_organisation(town.viewer(Role.ADMINISTRATOR), "CCAS d’essai", "ccas-2", Kind.CCAS)


def test_an_instance_is_founded_once(town: Town) -> None:
    with pytest.raises(HygieError, match="déjà"):
        found_instance("Autre", "autre", Kind.COMMUNE, administrator=town.stranger, on=DAY)


def test_a_role_counts_from_its_first_to_its_last_day(town: Town) -> None:
    user = town.people[Role.AGENT]
    Membership.objects.filter(user=user).update(until=DAY)
    assert viewer_of(user, "", SINCE - timedelta(days=1)).organisation is None
    assert viewer_of(user, "", DAY).roles == {Role.AGENT}
    assert viewer_of(user, "", DAY + timedelta(days=1)).roles == frozenset()


def test_an_inactive_person_or_organisation_has_no_role(town: Town) -> None:
    town.commune.active = False
    town.commune.save()
    assert town.viewer(Role.AGENT).roles == frozenset()
    town.stranger.is_active = False
    assert not viewer_of(town.stranger, "", DAY).signed_in


def test_a_person_of_two_organisations_acts_for_one_at_a_time(town: Town) -> None:
    user = town.people[Role.COORDINATOR]
    Membership.objects.create(user=user, organisation=town.association, role=Role.PARTNER, since=SINCE)
    assert viewer_of(user, str(town.association.pk), DAY).roles == {Role.PARTNER}
    assert viewer_of(user, str(town.commune.pk), DAY).roles == {Role.COORDINATOR}
    assert viewer_of(user, "not-theirs", DAY).organisation == town.commune  # the territory's own first


def test_staff_are_those_whose_second_factor_is_compulsory(town: Town) -> None:
    assert {role for role in Role if town.viewer(role).staff} == STAFF
    assert not STAFF & {Role.PARTNER, Role.ELECTED}


def test_the_last_administrator_stays(town: Town) -> None:
    viewer = town.viewer(Role.ADMINISTRATOR)
    mine = Membership.objects.get(user=viewer.user, role=Role.ADMINISTRATOR)
    with pytest.raises(RefusedError, match="administrer"):
        end_role(viewer, mine, DAY)
    other = Membership.objects.get(user=town.people[Role.AGENT])
    end_role(viewer, other, DAY)
    assert viewer_of(town.people[Role.AGENT], "", DAY).roles == frozenset()


def test_a_delegate_has_an_order(town: Town) -> None:
    viewer = town.viewer(Role.ADMINISTRATOR)
    with pytest.raises(HygieError, match="arrêté"):
        give_role(viewer, town.commune, town.stranger, RoleGiven(Role.DECIDER, DAY))
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(
            user=town.stranger, organisation=town.commune, role=Role.DECIDER, since=SINCE
        )


def test_dates_in_disorder_are_refused_by_service_and_database(town: Town) -> None:
    late = RoleGiven(Role.AGENT, DAY, until=DAY - timedelta(days=1))
    with pytest.raises(HygieError, match="commencer"):
        give_role(town.viewer(Role.ADMINISTRATOR), town.commune, town.stranger, late)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(role=Role.AGENT).update(until=date(2000, 1, 1))


def test_what_another_organisation_holds_is_not_seen(town: Town) -> None:
    theirs = Membership.objects.get(user=town.stranger)
    assert theirs not in members(town.commune)
    assert member(town.commune, theirs.pk) is None
    assert member(town.association, theirs.pk) == theirs


def test_a_grant_is_explicit_dated_and_one_way(town: Town) -> None:
    viewer = town.viewer(Role.COORDINATOR)
    share(viewer, "directory.entry", "7", receiver=town.association, level=Level.READ, until=DAY)
    held = records_shared_with(town.association, "directory.entry", DAY)
    assert [grant.record for grant in held] == ["7"]
    assert not records_shared_with(town.commune, "directory.entry", DAY).exists()
    assert not records_shared_with(town.association, "directory.entry", DAY + timedelta(days=1)).exists()
    assert not may_write_shared(town.association, "directory.entry", "7", DAY)
    share(viewer, "directory.entry", "7", receiver=town.association, level=Level.WRITE)
    assert may_write_shared(town.association, "directory.entry", "7", DAY)
    with pytest.raises(RefusedError):
        share(viewer, "directory.entry", "7", receiver=town.commune, level=Level.READ)


def test_one_organisation_hosts(town: Town) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.filter(pk=town.association.pk).update(hosts=True)


def test_an_address_is_kept_in_lower_case(town: Town) -> None:
    made = User.objects.create_user(" Camille@Ville.Example ", "Camille Démo")
    assert made.email == "camille@ville.example"
    assert User.objects.get_by_natural_key("CAMILLE@ville.example") == made
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=made.pk).update(email="CAMILLE@ville.example")
