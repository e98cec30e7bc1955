"""Settings of the product."""

from __future__ import annotations

SECRET_KEY = "not-secret-nothing-is-signed"  # noqa: S105  # no session, form or signed value exists yet
INSTALLED_APPS: list[str] = []
USE_TZ = True
LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
