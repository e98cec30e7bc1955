"""What an operator looks at: each point said in one line, with what to do when it is off."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

from hygie.apps.core.accounts.models import User
from hygie.apps.core.audit.chain import BrokenChainError
from hygie.apps.core.audit.export import JOURNALS
from hygie.apps.core.encryption import current_keys
from hygie.apps.core.jobs.models import Job, State
from hygie.apps.core.operations.journals import verified_lines
from hygie.apps.core.operations.schema import pending, unknown_steps
from hygie.apps.core.operations.tokens import unreadable
from hygie.apps.core.operations.work import ALIVE, BACKUP, HEARTBEAT, last
from hygie.engines.kernel.errors import HygieError
from hygie.readers.territory_folder import open_territory

OLDEST_BACKUP = timedelta(days=8)
LEAST_FREE, LITTLE_FREE = 500_000_000, 2_000_000_000
"""Bytes of free disk under which writes may fail soon, and under which one should look."""

SAMPLE = 50
"""Rows of each encrypted column that are read."""


@dataclass(frozen=True, slots=True)
class Point:
    """One thing looked at; ``state`` is ``ok``, ``look`` (to watch) or ``bad``."""

    name: str
    state: str
    said: str
    fix: str = ""


def points(*, quick: bool = False) -> Iterator[Point]:
    """Every point, one after the other; what cannot be looked at is bad, and the next go on.

    Parameters
    ----------
    quick
        Read the journals from their last seal on, instead of whole.
    """
    looks = LOOKS | ({JOURNALS_NAME: _journals_since_seal} if quick else {})
    for name, look in looks.items():
        try:
            yield look(name)
        except HygieError as error:
            yield Point(name, "bad", f"{error.what} {error.why}".strip(), error.fix)
        except (DatabaseError, OSError) as error:
            yield Point(
                name, "bad", f"illisible ({type(error).__name__})", "Réparez d’abord les points au-dessus."
            )


def _database(name: str, alias: str) -> Point:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT 1")
    if unknown_steps(alias):
        return Point(
            name, "bad", "d’une version plus récente", "Installez la version la plus récente de Hygie."
        )
    late = pending(alias)
    if late:
        return Point(
            name, "bad", f"{late} mises à jour à faire", "Sauvegardez, puis relancez « hygie serve »."
        )
    return Point(name, "ok", f"{connections[alias].vendor}, à jour")


def _main(name: str) -> Point:
    return _database(name, "default")


def _readings(name: str) -> Point:
    return _database(name, "default" if settings.READINGS_IN_MAIN_DATABASE else "readings")


def _keys(name: str) -> Point:
    lost = unreadable(sample=SAMPLE)
    if lost:
        return Point(
            name,
            "bad",
            f"{lost} valeurs chiffrées illisibles",
            "Remettez le fichier « encryption-keys » d’origine avant toute autre chose.",
        )
    if len(current_keys()) > 1:
        return Point(
            name,
            "look",
            f"{len(current_keys())} clés",
            "Lancez « hygie keys rotate », puis « hygie keys retire ».",
        )
    return Point(name, "ok", "lisibles")


def _secrets(name: str) -> Point:
    home = Path(settings.HOME)
    files = [home / kept for kept in ("secret-key", "encryption-keys", "pseudonym-key")]
    open_ones = [f.name for f in files if f.exists() and stat.S_IMODE(f.stat().st_mode) & 0o077]
    if open_ones:
        return Point(
            name, "bad", f"lisibles par d’autres : {', '.join(open_ones)}", f"chmod 600 dans {home}."
        )
    if stat.S_IMODE(home.stat().st_mode) & 0o077:
        return Point(name, "look", f"{home} s’ouvre à d’autres comptes", f"chmod 700 {home}")
    return Point(name, "ok", "lisibles par Hygie seul")


def _territory(name: str) -> Point:
    return Point(name, "ok", open_territory(Path(settings.TERRITORY_FOLDER)).territory.name)


def _disk(name: str) -> Point:
    free = shutil.disk_usage(settings.HOME).free
    said = f"{free / 1e9:.1f} Go libres".replace(".", ",")
    state = "bad" if free < LEAST_FREE else "look" if free < LITTLE_FREE else "ok"
    return Point(name, state, said, "" if state == "ok" else "Faites de la place, ou agrandissez le disque.")


def _worker(name: str) -> Point:
    if settings.JOBS_AT_ONCE:
        return Point(name, "ok", "travaux faits dans les pages")
    seen = last(HEARTBEAT)
    if seen is None or timezone.now() - seen > ALIVE:
        said = "jamais vu" if seen is None else f"pas vu depuis le {seen:%d/%m/%Y à %H:%M} UTC"
        return Point(name, "bad", said, "Lancez « hygie worker », et faites-le démarrer avec la machine.")
    return Point(name, "ok", "en marche")


def _jobs(name: str) -> Point:
    failed = Job.objects.filter(state=State.FAILED).count()
    if failed:
        return Point(name, "look", f"{failed} en échec", "Voyez la page des travaux : relancez ou annulez.")
    return Point(name, "ok", "aucun échec")


def _backup(name: str) -> Point:
    made = last(BACKUP)
    if made is not None and timezone.now() - made <= OLDEST_BACKUP:
        return Point(name, "ok", f"du {made:%d/%m/%Y}")
    used = User.objects.exists()
    said = "aucune" if made is None else f"la dernière date du {made:%d/%m/%Y}"
    return Point(name, "bad" if used else "look", said, "Lancez « hygie backup FICHIER », chaque nuit.")


def _outbox(name: str) -> Point:
    if "outbox" not in settings.EMAIL_BACKEND:
        return Point(name, "ok", "messages confiés à un serveur de courriel")
    folder = Path(settings.HOME) / "outbox"
    nearest = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if not os.access(nearest, os.W_OK):
        return Point(name, "bad", f"{folder} ne peut pas être écrit", "Vérifiez les droits de ce dossier.")
    return Point(
        name, "look", "messages gardés ici, non envoyés", "Réglez le serveur de courriel avant l’ouverture."
    )


def _addresses(name: str) -> Point:
    outside = [host for host in settings.ALLOWED_HOSTS if host not in ("127.0.0.1", "localhost", "[::1]")]
    if outside and not settings.HTTPS:
        return Point(
            name,
            "bad",
            f"{', '.join(outside)} sans TLS",
            "Mettez un serveur TLS devant, puis HYGIE_HTTPS=oui : sinon les mots de passe passent en clair.",
        )
    if settings.HTTPS and not outside:
        return Point(name, "bad", "TLS sans nom de site", "Écrivez le nom du site dans HYGIE_HOSTS.")
    return Point(name, "ok", ", ".join(outside) or "cet ordinateur seulement")


def _clock(name: str) -> Point:
    ends = [
        model._default_manager.using(using).order_by("-number").first() for model, using in JOURNALS.values()
    ]
    latest = max((datetime.fromisoformat(line.at) for line in ends if line is not None), default=None)
    now = datetime.now(UTC)
    if latest is not None and latest > now + timedelta(minutes=2):
        return Point(name, "bad", "en retard sur les journaux", "Mettez la machine à l’heure (NTP).")
    if settings.TODAY is not None:
        stands = f"pages arrêtées au {settings.TODAY:%d/%m/%Y} (HYGIE_TODAY)"
        return Point(name, "look", stands, "Retirez HYGIE_TODAY, sauf pour une démonstration.")
    return Point(name, "ok", f"{now:%d/%m/%Y %H:%M} UTC")


def _journals(name: str) -> Point:
    return _read_journals(name, quick=False)


def _journals_since_seal(name: str) -> Point:
    return _read_journals(name, quick=True)


def _read_journals(name: str, *, quick: bool) -> Point:
    counts = []
    for journal in JOURNALS:
        try:
            counts.append(verified_lines(journal, quick=quick))
        except BrokenChainError as error:
            fix = "Gardez tout en l’état, sauvegardez, et prévenez le délégué à la protection des données."
            return Point(name, "bad", f"{journal} : {error}", fix)
    read = " relues depuis le dernier sceau" if quick else ""
    return Point(name, "ok", f"{counts[0]} décisions, {counts[1]} lectures{read}")


JOURNALS_NAME = "Journaux"


LOOKS: dict[str, Callable[[str], Point]] = {
    "Base principale": _main,
    "Base des lectures": _readings,
    "Clés": _keys,
    "Fichiers secrets": _secrets,
    JOURNALS_NAME: _journals,
    "Territoire": _territory,
    "Disque": _disk,
    "Travaux": _worker,
    "Échecs": _jobs,
    "Sauvegarde": _backup,
    "Messages": _outbox,
    "Adresses": _addresses,
    "Horloge": _clock,
}
