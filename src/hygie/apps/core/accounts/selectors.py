"""Reads about one person's own account."""

from __future__ import annotations

from datetime import date

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Q, QuerySet

from hygie.apps.core.accounts.models import User
from hygie.apps.core.organisations.models import Membership
from hygie.apps.core.organisations.roles import STAFF


def has_second_factor(user: User) -> bool:
    """Whether a telephone gives codes for this account; recovery codes alone are none."""
    held = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP)
    return bool(held.exists())


def is_staff_somewhere(user: User, on: date) -> bool:
    """Whether a second factor is compulsory: a role of staff, today or to come, in any organisation."""
    ahead = Membership.objects.filter(user=user, role__in=STAFF)
    return ahead.filter(Q(until=None) | Q(until__gte=on)).exists()


def own_sessions(user: User) -> QuerySet[UserSession]:
    """Sessions opened by a person, the last one first."""
    found: QuerySet[UserSession] = UserSession.objects.filter(user_id=user.pk).order_by("-created_at", "-pk")
    return found
