"""What the machine says: where data live, which database, which secrets."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import dj_database_url
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

SECRET_FILE, KEYS_FILE, PSEUDONYM_FILE = "secret-key", "encryption-keys", "pseudonym-key"


@dataclass(frozen=True)
class Environment:
    """Settings of one instance.

    Attributes
    ----------
    home
        Folder of everything this instance writes: databases, keys, outbox, backups.
    territory
        Territory folder shown.
    secret_key
        Signs sessions and links; changing it closes every session.
    encryption_keys
        Ring of Fernet keys for encrypted fields, the one that encrypts first. Apart from the secret
        key: losing one must not lose the other.
    pseudonym_key
        Makes the names of the journals; changing it cuts old lines off from the records they are about.
    database, readings
        Django databases: operational, and the journal of readings of personal records.
    hosts
        Names this instance answers to.
    encryption_keys_file
        File of the ring, which running processes read again when it changes; None when the keys come
        from the environment.
    jobs_at_once
        True where no worker runs: jobs are done in the request that asks for them.
    https
        True behind a TLS proxy: cookies are then sent over TLS only.
    log_as_json
        True for one JSON object a log line.
    slow_ms
        A request that takes longer is logged as a warning.
    open_reading
        ``oui``: anybody reads the working documents; ``non``: those who signed in; ``sans-compte``:
        anybody as long as there is no account.
    today
        Day that the pages take for today, for demonstrations; None for the day of the clock.
    """

    home: Path
    territory: Path
    secret_key: str
    encryption_keys: tuple[str, ...]
    encryption_keys_file: Path | None
    pseudonym_key: str
    database: Mapping[str, object]
    readings: Mapping[str, object]
    hosts: tuple[str, ...]
    jobs_at_once: bool
    https: bool
    log_as_json: bool
    slow_ms: int
    open_reading: str
    today: date | None

    @classmethod
    def read(cls, variables: Mapping[str, str] | None = None) -> Environment:
        """Read the environment variables ``HYGIE_*`` and ``DATABASE_URL``.

        Missing secrets are drawn once and kept in files of ``home`` that only their owner reads.

        Raises
        ------
        ImproperlyConfigured
            If a value cannot be understood, saying which and what to write.
        """
        told = os.environ if variables is None else variables
        home = Path(told.get("HYGIE_HOME", "var/hygie")).absolute()
        url = told.get("DATABASE_URL", "")
        return cls(
            home=home,
            territory=Path(told.get("HYGIE_TERRITORY", "var/clairval")),
            secret_key=told.get("HYGIE_SECRET_KEY") or _kept(home / SECRET_FILE, secrets.token_urlsafe(64)),
            encryption_keys=_keys(told.get("HYGIE_ENCRYPTION_KEYS"), home / KEYS_FILE),
            encryption_keys_file=None if told.get("HYGIE_ENCRYPTION_KEYS") else home / KEYS_FILE,
            pseudonym_key=told.get("HYGIE_PSEUDONYM_KEY")
            or _kept(home / PSEUDONYM_FILE, secrets.token_urlsafe(64)),
            database=_database(url) if url else sqlite(home / "hygie.sqlite3"),
            readings=_database(url) if url else sqlite(home / "readings.sqlite3"),
            hosts=("127.0.0.1", "localhost", "[::1]", *_words(told.get("HYGIE_HOSTS", ""))),
            jobs_at_once=_yes(told.get("HYGIE_JOBS_AT_ONCE", ""), "HYGIE_JOBS_AT_ONCE"),
            https=_yes(told.get("HYGIE_HTTPS", ""), "HYGIE_HTTPS"),
            log_as_json=_yes(told.get("HYGIE_LOG_JSON", ""), "HYGIE_LOG_JSON"),
            slow_ms=_number(told.get("HYGIE_SLOW_MS") or "1000", "HYGIE_SLOW_MS"),
            open_reading=_reading(told.get("HYGIE_OPEN_READING") or "non"),
            today=_day(told.get("HYGIE_TODAY", ""), "HYGIE_TODAY"),
        )


def sqlite(file: Path) -> dict[str, object]:
    """A SQLite database made for several processes: WAL, foreign keys, write locks taken at once.

    Without ``IMMEDIATE``, a transaction that reads then writes fails at once when another one writes,
    whatever the timeout. Without ``FULL``, a power cut could take back what was acknowledged.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {
            "timeout": 30,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }


def _database(url: str) -> dict[str, object]:
    try:
        parsed = dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    except (ValueError, dj_database_url.ParseError, dj_database_url.UnknownSchemeError) as error:
        raise ImproperlyConfigured(
            "DATABASE_URL n’est pas lisible. Écrivez postgresql://nom:mot-de-passe@machine:5432/base, "
            "ou retirez la variable pour SQLite."
        ) from error
    if parsed["ENGINE"] == "django.db.backends.sqlite3":
        return sqlite(Path(str(parsed["NAME"])))
    if parsed["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured("DATABASE_URL nomme une base qui n’est ni SQLite ni PostgreSQL.")
    return parsed


def _keys(text: str | None, file: Path) -> tuple[str, ...]:
    drawn = text or _kept(file, Fernet.generate_key().decode("ascii"))
    keys = tuple(_words(drawn.replace("\n", " ")))
    for rank, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError as error:
            raise ImproperlyConfigured(
                f"La clé de chiffrement n° {rank} n’a pas la bonne forme. "
                "Remettez le fichier d’origine, ou faites-en une avec « hygie keys new »."
            ) from error
    if not keys:
        raise ImproperlyConfigured(
            "Aucune clé de chiffrement. Sans elle, rien de ce qui est chiffré ne se lit."
        )
    return keys


def _kept(file: Path, drawn: str) -> str:
    """Text of a secret file; written with what was drawn when there is none yet."""
    try:
        return file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Written whole under another name, then linked: a process that starts at the same moment reads the
    # secret or none, never a file that is still empty.
    written = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
            opened.write(drawn + "\n")
            opened.flush()
            os.fsync(opened.fileno())
        os.link(written, file)
    except FileExistsError:  # another process drew it first
        return file.read_text(encoding="ascii").strip()
    finally:
        written.unlink(missing_ok=True)
    return drawn


def _words(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _number(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ImproperlyConfigured(f"{name} vaut « {text} ». Écrivez un nombre entier.")
    return int(text)


def _reading(text: str) -> str:
    if text.lower() not in ("oui", "non", "sans-compte"):
        raise ImproperlyConfigured(f"HYGIE_OPEN_READING vaut « {text} ». Écrivez oui, non ou sans-compte.")
    return text.lower()


def _day(text: str, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name} vaut « {text} ». Écrivez un jour, par exemple 2026-11-24."
        ) from error


def _yes(text: str, name: str) -> bool:
    if text.lower() not in ("", "0", "1", "non", "oui"):
        raise ImproperlyConfigured(f"{name} vaut « {text} ». Écrivez oui ou non.")
    return text.lower() in ("1", "oui")
