"""Every page of the portal that somebody looks at, whom it is looked at with, and what is no page."""

from __future__ import annotations

from dataclasses import dataclass

from hygie.config.demo.cast import ADMINISTRATOR, AGENT, COORDINATOR, PARTNER, PRESCRIBER

ANYBODY, ELECTED, OFFICER, COMMISSION = "", "Nadia Élue", "Denis Dpo", "Rose Commission"
ROLES = {
    "administrator": ADMINISTRATOR,
    "coordinator": COORDINATOR,
    "agent": AGENT,
    "partner": PARTNER,
    "elected": ELECTED,
    "officer": OFFICER,
}
"""Somebody of the cast for each role, by a short word."""


@dataclass(frozen=True, slots=True)
class Screen:
    """A page as somebody sees it.

    ``page`` is the name of its address, ``who`` somebody of the cast or nobody, ``asked`` what follows
    the question mark. The address of a page about a record is told by `tests.browser.living`.
    """

    page: str
    who: str = ANYBODY
    asked: str = ""


def _each_role(page: str) -> dict[str, Screen]:
    return {f"{page}_{word}": Screen(page, who) for word, who in ROLES.items()}


SCREENS = {
    **_each_role("home"),
    **_each_role("management"),
    "site_map_signed_in": Screen("site_map", ADMINISTRATOR),
    "diagnosis_elected": Screen("diagnosis", ELECTED),
    # the directory
    "directory": Screen("directory"),
    "directory_found": Screen("directory", asked="?q=pharmacie&categorie=pharmacy"),
    "directory_lost": Screen("directory", asked="?q=zzzzzz"),
    "entry": Screen("directory_entry"),
    "correct": Screen("directory_correct"),
    "thanks": Screen("directory_thanks"),
    "confirm": Screen("directory_confirm"),
    "desk": Screen("directory_desk", COORDINATOR),
    "desk_partner": Screen("directory_desk", PARTNER),
    "new_entry": Screen("directory_new", COORDINATOR),
    "edit": Screen("directory_edit", COORDINATOR),
    "queue": Screen("directory_queue", COORDINATOR),
    "bring": Screen("directory_bring", COORDINATOR),
    "ask": Screen("directory_ask", COORDINATOR),
    # scenarios
    "live": Screen("scenario", COORDINATOR),
    "scenarios": Screen("scenarios", COORDINATOR),
    "saved": Screen("scenario_show", COORDINATOR),
    "compared": Screen("scenario_compare", COORDINATOR),
    "compared_nothing": Screen("scenario_compare", COORDINATOR),
    "note": Screen("scenario_note", COORDINATOR),
    "delete": Screen("scenario_delete", COORDINATOR),
    "by_link": Screen("scenario_by_link"),
    # studies
    "studies": Screen("studies", COORDINATOR),
    "studies_elected": Screen("studies", ELECTED),
    "study_asked": Screen("study_ask", COORDINATOR),
    "study": Screen("study", COORDINATOR),
    "study_deleted": Screen("study_delete", COORDINATOR),
    # management
    "people": Screen("people", ADMINISTRATOR),
    "invite": Screen("people_invite", ADMINISTRATOR),
    "role_end": Screen("people_end", ADMINISTRATOR),
    "reset": Screen("second_factor_reset", ADMINISTRATOR),
    "messages": Screen("messages", ADMINISTRATOR),
    "message": Screen("message", ADMINISTRATOR),
    "words": Screen("message_words", ADMINISTRATOR),
    "jobs": Screen("jobs", ADMINISTRATOR),
    "job": Screen("job_state", ADMINISTRATOR),
    "versions": Screen("territory_versions", ADMINISTRATOR),
    "version": Screen("territory_version", ADMINISTRATOR),
    "publisher": Screen("publisher", ADMINISTRATOR),
    "audit": Screen("accessibility_audit", ADMINISTRATOR),
    "access": Screen("access_matrix", OFFICER),
    "seals": Screen("journal_seals"),
    # accounts and contacts
    "account": Screen("account", COORDINATOR),
    "sessions": Screen("usersessions_list", COORDINATOR),
    "sign_out": Screen("account_logout", COORDINATOR),
    "forgotten": Screen("account_reset_password"),
    "forgotten_sent": Screen("account_reset_password_done"),
    "new_password": Screen("account_reset_password_from_key"),
    "new_password_done": Screen("account_reset_password_from_key_done"),
    "invited": Screen("invitation"),
    "contact": Screen("contact"),
    "stop": Screen("stop_messages"),
}
"""By name. The pages anybody reads of the territory and of the site are in ``conftest.screens``."""

FRESH = {
    "second_factor": Screen("mfa_index", COMMISSION),
    "without_second_factor": Screen("mfa_deactivate_totp", COMMISSION),
    "recovery_codes": Screen("mfa_view_recovery_codes", COMMISSION),
    "new_recovery_codes": Screen("mfa_generate_recovery_codes", COMMISSION),
    "checked_by_password": Screen("account_reauthenticate", COMMISSION),
    "checked_by_code": Screen("mfa_reauthenticate", COMMISSION),
    "other_password": Screen("account_change_password", COMMISSION),
    "activate": Screen("mfa_activate_totp", PRESCRIBER),
}
"""Pages that ask who one is again after a while: looked at just after signing in."""

ON_THE_WAY = {"mfa_authenticate", "contact_code", "directory_upload"}
"""Pages that one only reaches by filling in the one before; each is looked at on the way there."""

FORM, FILE, DATA = "a form is sent there, nothing is read", "a file to keep", "read by a program"
NO_PAGE = {
    **dict.fromkeys(
        (
            *("account_organisation", "account_session_end", "contact_forget", "invitation_cancel"),
            "invitation_again",
            *("job_retry", "job_cancel", "messages_trial", "message_action"),
            *("directory_act", "directory_moderate"),
            *("scenario_save", "scenario_recompute", "scenario_share", "scenario_link", "scenario_unlink"),
            *("study_again", "study_stop", "study_annotate", "study_share"),
            *("territory_import", "territory_show", "territory_remove"),
        ),
        FORM,
    ),
    **dict.fromkeys(
        (
            "report-pdf",
            "tables",
            "scenario_note_pdf",
            "access_csv",
            "directory_export",
            "basemap",
            "directory_rejects",
            *("study_pdf", "study_sheets", "study_csv", "study_geojson"),
        ),
        FILE,
    ),
    **dict.fromkeys(("scenario_reply", "scenario_map", "instance_health"), DATA),
}
"""Addresses that answer no page to look at, and why."""
