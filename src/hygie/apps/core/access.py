"""Who may open a page: private by default, opened by a decorator, and read back into a matrix.

A view without one of these decorators is served to nobody. Whether a record may be read or changed is
another question, for the ``permissions`` and ``policies`` of each app.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver

from hygie.apps.core.opening import open_reading
from hygie.apps.core.organisations.roles import Role

View = Callable[..., HttpResponseBase]
AnyView = TypeVar("AnyView", bound=View)


@dataclass(frozen=True, slots=True)
class Access:
    """Who a page is for.

    ``public``: anybody. Else those who signed in, and hold one of ``roles`` when there is any.
    ``working``: a working document, which the operator may open to whoever can reach the site (see
    ``core.opening``). ``writes``: the page accepts a form.
    """

    public: bool = False
    roles: frozenset[Role] = frozenset()
    writes: bool = False
    working: bool = False

    def allows(self, signed_in: bool, roles: frozenset[Role]) -> bool:
        """Whether somebody may open the page."""
        if self.public or (signed_in and (not self.roles or not self.roles.isdisjoint(roles))):
            return True
        return self.working and open_reading()


def public(*, writes: bool = False) -> Callable[[AnyView], AnyView]:
    """Open a page to anybody."""
    return _with(Access(public=True, writes=writes))


def signed_in(*, writes: bool = False) -> Callable[[AnyView], AnyView]:
    """Open a page to whoever has signed in."""
    return _with(Access(writes=writes))


def working_document() -> Callable[[AnyView], AnyView]:
    """Open a page to whoever has signed in, and to anybody where the operator opened reading."""
    return _with(Access(working=True))


def roles(*held: Role, writes: bool = False) -> Callable[[AnyView], AnyView]:
    """Open a page to those who hold one of these roles.

    Raises
    ------
    ValueError
        Without any role.
    """
    if not held:
        raise ValueError("a page for roles names at least one")
    return _with(Access(roles=frozenset(held), writes=writes))


def _with(access: Access) -> Callable[[AnyView], AnyView]:
    def decorate(view: AnyView) -> AnyView:
        view.access = access  # type: ignore[attr-defined]  # read back by access_of
        return view

    return decorate


LIBRARY: dict[str, Access] = {
    "account_login": Access(public=True, writes=True),
    "account_logout": Access(writes=True),
    "account_reset_password": Access(public=True, writes=True),
    "account_reset_password_done": Access(public=True),
    "account_reset_password_from_key": Access(public=True, writes=True),
    "account_reset_password_from_key_done": Access(public=True),
    "account_change_password": Access(writes=True),
    "account_reauthenticate": Access(writes=True),
    "mfa_authenticate": Access(public=True, writes=True),
    "mfa_reauthenticate": Access(writes=True),
    "mfa_index": Access(),
    "mfa_activate_totp": Access(writes=True),
    "mfa_deactivate_totp": Access(writes=True),
    "mfa_view_recovery_codes": Access(),
    "mfa_generate_recovery_codes": Access(writes=True),
    "usersessions_list": Access(writes=True),
}
"""Pages of the sign-on library that are served; its others are not."""


def access_of(view: object, name: str) -> Access | None:
    """Who a view is for; None when it is for nobody."""
    found = getattr(view, "access", None)
    return found if isinstance(found, Access) else LIBRARY.get(name)


@dataclass(frozen=True, slots=True)
class Page:
    """One address of the site and who may open it."""

    name: str
    route: str
    access: Access | None


def pages() -> Iterator[Page]:
    """Every address of the site, in the order of the addresses."""
    yield from _walk(get_resolver().url_patterns, "", "")


def _walk(patterns: list[URLPattern | URLResolver], before: str, space: str) -> Iterator[Page]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, route, inner)
        else:
            name = space + (pattern.name or "")
            yield Page(name, route, access_of(pattern.callback, name))


def request_access(request: HttpRequest, view: object) -> Access | None:
    """Who the page of a request is for."""
    match = request.resolver_match
    return access_of(view, "" if match is None else match.view_name)
