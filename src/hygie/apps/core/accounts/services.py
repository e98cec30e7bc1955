"""Writes about accounts: by their holder, or by the operator from the command line."""

from __future__ import annotations

from importlib import import_module

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings

from hygie.apps.core.accounts.models import User
from hygie.apps.core.accounts.selectors import own_sessions
from hygie.apps.core.audit.journal import SYSTEM, Actor, decided, journalled
from hygie.apps.core.organisations.viewer import Viewer
from hygie.engines.kernel.errors import HygieError


def end_sessions(user: User, *, but: str = "") -> int:
    """Close the sessions of a person, one excepted by its key; how many were closed.

    The journal tells it with what caused it; nothing is written here.
    """
    ended = [session for session in own_sessions(user) if session.session_key != but]
    for session in ended:
        _close(session)
    return len(ended)


def end_session(viewer: Viewer, identifier: int) -> UserSession:
    """Close one of one's own sessions.

    Raises
    ------
    LookupError
        If it is another person's, as when there is none.
    """
    if viewer.user is None:
        raise LookupError(identifier)
    found = own_sessions(viewer.user).filter(pk=identifier).first()
    if found is None:
        raise LookupError(identifier)
    with journalled():
        _close(found)
        decided(viewer.actor, "session.end", subject="core.user", record=str(viewer.user.pk))
    return found


def create_account(email: str, name: str) -> User:
    """An account made by the operator, without a password: its holder chooses one by a link.

    Raises
    ------
    HygieError
        If the address has one already.
    """
    with journalled():
        if User.objects.filter(email=email.strip().lower()).exists():
            raise HygieError("Cette adresse a déjà un compte.", fix="Invitez-la plutôt dans l’organisation.")
        made = User.objects.create_user(email, name)
        decided(SYSTEM, "account.create", subject="core.user", record=str(made.pk))
    return made


def reset_second_factor(email: str, *, by: Actor = SYSTEM) -> User:
    """Remove the second factor of somebody who lost their telephone and their recovery codes.

    They sign in with their password, and set up another one at once if their role asks for it. All
    their sessions are closed.

    Raises
    ------
    HygieError
        If no account has this address, or it has no second factor.
    """
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        raise HygieError("Aucun compte n’a cette adresse.", fix="Vérifiez-la, lettre par lettre.")
    with journalled():
        removed, _ = Authenticator.objects.filter(user_id=user.pk).delete()
        if not removed:
            raise HygieError("Ce compte n’a pas de double vérification.")
        decided(by, "second_factor.reset", subject="core.user", record=str(user.pk))
    end_sessions(user)
    return user


def _close(session: UserSession) -> None:
    import_module(settings.SESSION_ENGINE).SessionStore().delete(session.session_key)
    session.delete()
