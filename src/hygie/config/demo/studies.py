"""Studies that Clairval has asked for and read."""

from __future__ import annotations

from collections.abc import Callable

from hygie.apps.core import clock
from hygie.apps.territory.selectors import Opened
from hygie.apps.territory.studies.computing import compute
from hygie.apps.territory.studies.fields import initial_form, read_form
from hygie.apps.territory.studies.kinds import kind_of
from hygie.apps.territory.studies.models import Stage, Study
from hygie.apps.territory.studies.selectors import studies
from hygie.apps.territory.studies.services import Asked, ask_study
from hygie.config.demo.cast import COORDINATOR, TOWN
from hygie.config.demo.people import acting, organisation
from hygie.engines.kernel.errors import HygieError

ASKED = (("siting", "guichet", "Deux guichets de plus, où ?", {"objective": "max-cover", "count": "2"}),)
"""Kind, way in, name, and what was typed besides what the form proposes."""


def bring_studies(opened: Callable[[], Opened]) -> None:
    """Ask what the territory can answer, and compute it at once, so that somebody may look at it.

    Parameters
    ----------
    opened
        Opens the territory: called only when a study is missing.
    """
    town, today = organisation(TOWN), clock.today()
    held = set(studies(town, today).filter(stage=Stage.DONE).values_list("name", flat=True))
    for key, door, name, typed in ASKED:
        if name not in held:
            _bring(key, door, name, typed, opened())


def _bring(key: str, door: str, name: str, typed: dict[str, str], shown: Opened) -> None:
    kind = kind_of(key)
    if kind is None:
        raise HygieError(f"La démonstration demande un genre d’étude inconnu : {key}.")
    if kind.missing(shown):
        return
    preset = next(one for one in kind.presets if one.key == door)
    fields = kind.fields(shown)
    proposed = initial_form(fields, {**preset.typed, **{field: (text,) for field, text in typed.items()}})
    form = read_form(fields, proposed.typed)
    if form.errors:
        raise HygieError(f"La démonstration remplit mal « {name} » : {form.errors}.")
    coordinator = acting(COORDINATOR, TOWN)
    waiting = Study.objects.filter(organisation=organisation(TOWN), name=name).first()
    study = waiting or ask_study(coordinator, Asked(kind, name, form))
    compute(study.pk, study.turn)
