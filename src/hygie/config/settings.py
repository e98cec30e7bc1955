"""Settings of the site: read-only pages on the loopback address, no database, no session, no cookie.

``HYGIE_TERRITORY`` names the territory folder to show; ``hygie serve`` sets it.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from jinja2 import StrictUndefined

PRODUCT = Path(__file__).resolve().parents[1]
"""Folder of the hygie package."""

DEBUG = False
SECRET_KEY = secrets.token_urlsafe(64)
"""Drawn at each start: nothing that outlives the process is signed."""

ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]

TERRITORY_FOLDER = Path(os.environ.get("HYGIE_TERRITORY", "var/clairval"))

INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "hygie.apps.core",
    "hygie.apps.territory",
]
DATABASES: dict[str, dict[str, object]] = {}

MIDDLEWARE = [
    "hygie.apps.core.middleware.security_headers",
    "hygie.apps.core.middleware.gate",
    "whitenoise.middleware.WhiteNoiseMiddleware",
]
ROOT_URLCONF = "hygie.config.urls"
WSGI_APPLICATION = "hygie.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [PRODUCT / folder / "templates" for folder in ("apps/core", "apps/territory", "reports")],
        "OPTIONS": {
            "environment": "hygie.apps.core.templating.environment",
            "undefined": StrictUndefined,
        },
    }
]

STATIC_URL = "/static/"
STATICFILES_DIRS = [PRODUCT / "reports" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False

USE_TZ = True
TIME_ZONE = "Europe/Paris"
LANGUAGE_CODE = "fr"
USE_I18N = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}
