"""The data of the territory: versions, imports under way, which one is shown."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from hygie.apps.core.access import roles
from hygie.apps.core.organisations.roles import Role
from hygie.apps.core.organisations.viewer import viewer
from hygie.apps.territory.live_folders import versions_folder
from hygie.apps.territory.live_serving import scripted
from hygie.apps.territory.versions import selectors, services
from hygie.apps.territory.versions.changes import with_changes
from hygie.apps.territory.versions.models import Stage, TerritoryVersion
from hygie.apps.territory.versions.permissions import can_manage_versions
from hygie.engines.kernel.errors import HygieError
from hygie.readers.territory_folder.opening import read_rejects

MOST_REJECTS = 500
"""Faulty rows listed on the page; the file of the version has them all."""


def _check(request: HttpRequest) -> None:
    """Administrators of other organisations find nothing here."""
    if not can_manage_versions(viewer(request)):
        raise Http404


@roles(Role.ADMINISTRATOR)
def versions_page(request: HttpRequest) -> HttpResponse:
    """Versions, the history of which was shown, and the form to import one."""
    _check(request)
    return _versions(request)


def _versions(request: HttpRequest, error: str = "") -> HttpResponse:
    values = {
        "here": "territory_versions",
        "versions": with_changes(selectors.versions()),
        "switches": selectors.switches()[:50],
        "shown": selectors.shown_name(),
        "folders": selectors.folders_to_import(),
        "largest": services.LARGEST_UPLOAD // 1024**2,
        "stages": Stage,
        "error": error,
    }
    return render(request, "territory/live/versions.html", values, status=422 if error else 200)


@roles(Role.ADMINISTRATOR, writes=True)
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for an import, then follow it."""
    _check(request)
    if request.method != "POST":
        return redirect("territory_versions")
    try:
        made = services.ask_import(
            viewer(request), upload=request.FILES.get("zip"), folder=request.POST.get("dossier", "")[:120]
        )
    except HygieError as error:
        return _versions(request, str(error))
    return redirect("territory_version", identifier=made.pk)


@roles(Role.ADMINISTRATOR)
def version_page(request: HttpRequest, identifier: UUID) -> HttpResponse:
    """One version: how far its import is, what was read, kept and rejected."""
    _check(request)
    found = _found(identifier)
    values = {
        "here": "territory_versions",
        "version": found,
        "changes": dict(with_changes(selectors.versions())).get(found),
        "shown": selectors.shown_name(),
        "rejects": _rejects(found),
        "most": MOST_REJECTS,
        "stages": Stage,
    }
    return scripted(render(request, "territory/live/version.html", values))


def _found(identifier: UUID) -> TerritoryVersion:
    found = selectors.version(identifier)
    if found is None:
        raise Http404
    return found


def _rejects(version: TerritoryVersion) -> list[tuple[str, ...]]:
    """The first faulty rows, values cut: a page is no dump of a source."""
    if version.stage != Stage.READY:
        return []
    try:
        rows = read_rejects(versions_folder() / version.folder)[:MOST_REJECTS]
    except (OSError, UnicodeDecodeError):
        return []
    names = ("source", "file", "row", "column", "value", "reason")
    return [tuple(str(row.get(name) or "")[:120] for name in names) for row in rows]


@roles(Role.ADMINISTRATOR, writes=True)
def show(request: HttpRequest, identifier: UUID) -> HttpResponse:
    """Show a version on every page from now on."""
    _check(request)
    found = _found(identifier)
    if request.method == "POST":
        try:
            services.show_version(viewer(request), found)
        except HygieError as error:
            return _versions(request, str(error))
    return redirect("territory_versions")


@roles(Role.ADMINISTRATOR, writes=True)
def remove(request: HttpRequest, identifier: UUID) -> HttpResponse:
    """Remove the files of a version that is not shown."""
    _check(request)
    found = _found(identifier)
    if request.method == "POST":
        try:
            services.remove_version(viewer(request), found)
        except HygieError as error:
            return _versions(request, str(error))
    return redirect("territory_versions")
