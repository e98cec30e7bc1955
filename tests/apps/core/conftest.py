"""Two organisations and people of every role: an owner, a colleague, a stranger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from pytest_django import Settings

from hygie.apps.core.accounts.models import User
from hygie.apps.core.encryption import encrypt
from hygie.apps.core.organisations.models import Membership, Organisation
from hygie.apps.core.organisations.roles import Kind, Role
from hygie.apps.core.organisations.viewer import Viewer, viewer_of

REAL_HASH = "django.contrib.auth.hashers.ScryptPasswordHasher"
DAY = date(2026, 11, 24)
SINCE = date(2026, 9, 1)


@dataclass(frozen=True)
class Town:
    """A town and another organisation, with one person a role in the town."""

    commune: Organisation
    association: Organisation
    people: dict[Role, User]
    stranger: User

    def viewer(self, role: Role) -> Viewer:
        """Somebody of the town."""
        return viewer_of(self.people[role], str(self.commune.pk), DAY)

    @property
    def outsider(self) -> Viewer:
        """An administrator, but of the association."""
        return viewer_of(self.stranger, "", DAY)


def join(user: User, organisation: Organisation, role: Role) -> Membership:
    order = {"order_number": "2026-17", "order_date": SINCE} if role is Role.DECIDER else {}
    return Membership.objects.create(user=user, organisation=organisation, role=role, since=SINCE, **order)


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    """The hash of the product with less work; what measures time puts the real one back."""
    settings.PASSWORD_HASHERS = ["tests.apps.core.sign_on.QuickScrypt"]


@pytest.fixture
def town(db: None) -> Town:
    """Clairval and an association, both invented."""
    commune = Organisation.objects.create(name="Ville d’essai", slug="ville", kind=Kind.COMMUNE, hosts=True)
    other = Organisation.objects.create(name="Association d’essai", slug="asso", kind=Kind.ASSOCIATION)
    people = {}
    for role in Role:
        people[role] = User.objects.create_user(f"{role.value}@ville.example", f"{role.label} Démo")
        join(people[role], commune, role)
    stranger = User.objects.create_user("ailleurs@asso.example", "Ailleurs Démo")
    join(stranger, other, Role.ADMINISTRATOR)
    return Town(commune, other, people, stranger)


def signed_in(user: User) -> Client:
    """A browser where somebody has signed in, second factor included."""
    Authenticator.objects.get_or_create(
        user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": encrypt("A" * 32)}}
    )
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
