"""Settings of the site; what changes from a machine to another is in ``environment``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import StrictUndefined

from hygie.config.environment import Environment
from hygie.config.mail import TIMEOUT_S, Mail
from hygie.readers.practice_parameters import practice_figures, practice_parameters

PRODUCT = Path(__file__).resolve().parents[1]
"""Folder of the hygie package."""

ENVIRONMENT = Environment.read()

PRACTICE = practice_parameters(practice_figures(), datetime.now(ZoneInfo("Europe/Paris")).date()).signing_in
"""Delays of accounts, as the catalogue gives them on the day the process starts."""

DEBUG = False
SECRET_KEY = ENVIRONMENT.secret_key
ENCRYPTION_KEYS = ENVIRONMENT.encryption_keys
ENCRYPTION_KEYS_FILE = ENVIRONMENT.encryption_keys_file
PSEUDONYM_KEY = ENVIRONMENT.pseudonym_key
ALLOWED_HOSTS = list(ENVIRONMENT.hosts)
HOME = ENVIRONMENT.home
TERRITORY_FOLDER = ENVIRONMENT.territory
OPEN_READING = ENVIRONMENT.open_reading
TODAY = ENVIRONMENT.today

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "hygie.apps.core",
    "hygie.apps.territory",
    "hygie.apps.directory",
]
DATABASES = {"default": dict(ENVIRONMENT.database), "readings": dict(ENVIRONMENT.readings)}
READINGS_IN_MAIN_DATABASE = not str(DATABASES["default"]["ENGINE"]).endswith("sqlite3")
"""SQLite locks whole files: readings have their own. PostgreSQL locks rows: they share its database."""
DATABASE_ROUTERS = ["hygie.apps.core.audit.router.JournalRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "core.User"

MIDDLEWARE = [
    "hygie.apps.core.operations.middleware.request_log",
    "hygie.apps.core.middleware.security_headers",
    "hygie.apps.core.operations.middleware.strict_transport",
    "hygie.apps.core.middleware.known_host",
    "hygie.apps.core.operations.middleware.size_limit",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "hygie.apps.core.middleware.who",
    "hygie.apps.core.middleware.PrivateByDefault",
]
ROOT_URLCONF = "hygie.config.urls"
WSGI_APPLICATION = "hygie.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [
            PRODUCT / folder / "templates"
            for folder in ("apps/core", "apps/territory", "apps/directory", "reports")
        ],
        "OPTIONS": {
            "environment": "hygie.apps.core.templating.environment",
            "undefined": StrictUndefined,
        },
    },
    {  # what the sign-on library writes itself: short notices that we have not written better
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]

STATIC_URL = "/static/"
STATICFILES_DIRS = [PRODUCT / "reports" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False

USE_TZ = True
TIME_ZONE = "Europe/Paris"
LANGUAGE_CODE = "fr"
USE_I18N = True

# Sign-on: an address and a password, then a second factor; accounts are made by an administrator.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "hygie.apps.core.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "hygie.apps.core.accounts.adapters.display"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = int(PRACTICE.password_fresh.total_seconds())
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = False  # ours are counted in the database, in core.limits
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if ENVIRONMENT.https else "http"
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105  # a class
ACCOUNT_FORMS = {
    "login": "hygie.apps.core.accounts.forms.LoginForm",
    "reauthenticate": "hygie.apps.core.accounts.forms.ReauthenticateForm",
    "reset_password": "hygie.apps.core.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "hygie.apps.core.accounts.forms.ResetPasswordKeyForm",
    "change_password": "hygie.apps.core.accounts.forms.ChangePasswordForm",
}
PASSWORD_RESET_TIMEOUT = int(PRACTICE.reset_age.total_seconds())
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if ENVIRONMENT.https else 0
MFA_ADAPTER = "hygie.apps.core.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Hygie"
MFA_TOTP_TOLERANCE = 1  # telephones whose clock is half a minute off
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an address is proved by the invitation sent to it
MFA_FORMS = {
    "authenticate": "hygie.apps.core.accounts.forms.SecondFactorForm",
    "reauthenticate": "hygie.apps.core.accounts.forms.SecondFactorAgainForm",
    "activate_totp": "hygie.apps.core.accounts.forms.SecondFactorSetUpForm",
}
USERSESSIONS_TRACK_ACTIVITY = False  # else every page read would be a write
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]

JOBS_AT_ONCE = ENVIRONMENT.jobs_at_once

# A cache of each process, for speed only: nothing that must hold is kept in it.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SESSION_ENGINE = "hygie.apps.core.sessions"
SESSION_COOKIE_AGE = int(PRACTICE.session_age.total_seconds())
SESSION_COOKIE_HTTPONLY = SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.https
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.https else None
CSRF_FAILURE_VIEW = "hygie.apps.core.errors.form_expired"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

MAIL = Mail.read(next(iter(ENVIRONMENT.hosts[3:]), "") if ENVIRONMENT.https else "")
SITE_ADDRESS, SMS_PROVIDER, BOUNCES_TO = MAIL.address, MAIL.sms_provider, MAIL.bounces_to
EMAIL_BACKEND, DEFAULT_FROM_EMAIL, EMAIL_TIMEOUT = MAIL.backend, MAIL.sender, TIMEOUT_S
EMAIL_HOST, EMAIL_PORT, EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.host, MAIL.port, MAIL.starttls, MAIL.tls
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password

# Behind a TLS proxy on this machine; the site listens on the loopback address only, so that nobody else
# can write these headers.
HTTPS = ENVIRONMENT.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
LARGEST_REQUEST = 32 * 1024 * 1024
SLOW_REQUEST_MS = ENVIRONMENT.slow_ms

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "hygie.apps.core.operations.logs.JsonLines"}
        if ENVIRONMENT.log_as_json
        else {"()": "hygie.apps.core.operations.logs.TextLines"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "hygie": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "huey": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
    },
}
