"""Addresses of signing in and of one's own account: the pages of the library that we serve, no other."""

from __future__ import annotations

from allauth.account import views as account_views
from allauth.mfa.base import views as second_factor_views
from allauth.mfa.recovery_codes import views as recovery_views
from allauth.mfa.totp import views as totp_views
from allauth.usersessions import views as session_views
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, re_path
from django.views.generic import RedirectView

from hygie.apps.core.access import public
from hygie.apps.core.accounts import views


def nowhere(_request: HttpRequest) -> HttpResponse:
    """A page that the library wants to name and that does not exist: without access, served to nobody."""
    raise Http404


urlpatterns = [
    path("compte", views.account, name="account"),
    path("compte/", public()(RedirectView.as_view(pattern_name="account"))),
    path("compte/organisation", views.choose_organisation, name="account_organisation"),
    path("compte/sessions", session_views.list_usersessions, name="usersessions_list"),
    path("compte/sessions/<int:identifier>/fin", views.close_session, name="account_session_end"),
    path("connexion", account_views.login, name="account_login"),
    path("deconnexion", account_views.logout, name="account_logout"),
    path("compte/verifier", account_views.reauthenticate, name="account_reauthenticate"),
    path("compte/mot-de-passe", account_views.password_change, name="account_change_password"),
    path("mot-de-passe-oublie", account_views.password_reset, name="account_reset_password"),
    path("mot-de-passe-oublie/envoye", account_views.password_reset_done, name="account_reset_password_done"),
    path(
        "mot-de-passe-oublie/fait",
        account_views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^mot-de-passe-oublie/(?P<uidb36>[0-9A-Za-z]{1,20})-(?P<key>[0-9A-Za-z-]{1,80})$",
        account_views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("connexion/code", second_factor_views.authenticate, name="mfa_authenticate"),
    path("compte/verifier/code", second_factor_views.reauthenticate, name="mfa_reauthenticate"),
    path("compte/double-verification", second_factor_views.index, name="mfa_index"),
    path("compte/double-verification/activer", totp_views.activate_totp, name="mfa_activate_totp"),
    path("compte/double-verification/retirer", totp_views.deactivate_totp, name="mfa_deactivate_totp"),
    path("compte/codes-de-secours", recovery_views.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "compte/codes-de-secours/nouveaux",
        recovery_views.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path("inscription", nowhere, name="account_signup"),
    path("compte/ferme", nowhere, name="account_inactive"),
    path("compte/adresse", nowhere, name="account_email"),
    path("compte/mot-de-passe/choisir", nowhere, name="account_set_password"),
]
