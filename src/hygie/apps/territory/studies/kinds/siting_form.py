"""The form of a siting study: what is sought, among which places, with which priorities."""

from __future__ import annotations

from hygie.apps.territory.selectors import Opened
from hygie.apps.territory.studies.fields import Asks, Field, Option
from hygie.apps.territory.studies.registry import Preset
from hygie.engines.diagnosis.candidates import PUBLIC_PLACES
from hygie.engines.kernel.french import capital
from hygie.reports.studies.siting import OBJECTIVES

EXISTING = (
    Option("keep", "les garder tous"),
    Option("closable", "garder les plus utiles, les autres peuvent fermer"),
    Option("ignore", "ne pas en tenir compte"),
)
AMONG, RULES = "Lieux candidats", "Priorités et contraintes"
"""Sets of fields."""

PRESETS = (
    Preset(
        "guichet",
        "Où mettre des guichets pour que chacun en ait un près de chez lui ?",
        "Le moins de guichets pour que tous soient à moins de quinze minutes à pied.",
        {"objective": ("cover",), "service": ("counter",), "existing": ("keep",), "leave_out": ("oui",)},
    ),
    Preset(
        "centre",
        "Où ouvrir un centre de santé ?",
        "Le lieu qui met le plus d’habitants à quinze minutes de marche, avec ceux qui existent.",
        {"objective": ("max-cover",), "service": ("health_centre_general", "msp"), "count": ("1",)},
    ),
    Preset(
        "repit",
        "Où placer un lieu de répit pour les aidants ?",
        "Le lieu qui demande le moins de marche, les plus âgés comptant davantage.",
        {"objective": ("p-median",), "service": (), "count": ("1",), "weight_65": ("2",), "minutes": ()},
    ),
    Preset(
        "garder",
        "Quels services garder au centre et dans les quartiers ?",
        "Avec moins de lieux, lesquels garder pour que chacun marche le moins.",
        {
            "objective": ("p-median",),
            "service": ("post_office", "counter"),
            "existing": ("closable",),
            "count": ("5",),
            "minutes": (),
            "among": (),
        },
    ),
)


def fields(opened: Opened) -> tuple[Field, ...]:
    """The form, on a territory: services and candidate places that it has."""
    here = _categories(opened)
    return (*_sought(here, f"{opened.scene.main:g}"), *_among(here, _places(opened)), *_rules())


def _sought(here: tuple[Option, ...], minutes: str) -> tuple[Field, ...]:
    objectives = tuple(Option(one.value, words) for one, words in OBJECTIVES.items())
    return (
        Field("objective", "Ce que l’on cherche", Asks.ONE, options=objectives, initial=("cover",)),
        Field(
            *("service", "Service étudié", Asks.ONE),
            hint="Ses lieux existants comptent. Laissez vide pour un service nouveau.",
            options=here,
            required=False,
        ),
        Field("existing", "Les lieux existants du service", Asks.ONE, options=EXISTING, initial=("keep",)),
        Field(
            *("count", "Nombre de lieux au plus"),
            hint="En plus de ceux que l’on garde ; en tout, si des lieux peuvent fermer. "
            "Vide pour « le moins de lieux ».",
            low=1,
            high=100,
            whole=True,
            required=False,
        ),
        Field(
            *("minutes", "Marche à ne pas dépasser"),
            hint="À pied, par les rues. Vide pour ne fixer aucune limite, où c’est possible.",
            low=1,
            high=120,
            unit="minutes",
            initial=(minutes,),
            required=False,
        ),
    )


def _among(here: tuple[Option, ...], names: tuple[Option, ...]) -> tuple[Field, ...]:
    public = {key for source in PUBLIC_PLACES[:1] for key in source.categories}
    return (
        Field(
            *("among", "Où l’on pourrait ouvrir", Asks.SEVERAL),
            hint="Des lieux publics qui existent déjà. Un fichier de candidats les remplace.",
            options=here,
            initial=tuple(option.value for option in here if option.value in public),
            required=False,
            group=AMONG,
        ),
        Field(
            *("file", "Fichier de candidats (CSV)", Asks.FILE),
            hint="Colonnes id, lon, lat, et si vous les avez name, capacity, price.",
            required=False,
            group=AMONG,
        ),
        Field("keep", "À ouvrir dans tous les cas", Asks.SEVERAL, options=names, required=False, group=AMONG),
        Field("forbid", "À écarter", Asks.SEVERAL, options=names, required=False, group=AMONG),
    )


def _rules() -> tuple[Field, ...]:
    counts = ("65", "Une personne de 65 ans ou plus compte pour"), ("qpv", QPV_COUNTS)
    weights = tuple(
        Field(f"weight_{key}", label, low=0.1, high=10, initial=("1",), group=RULES) for key, label in counts
    )
    return (
        *weights,
        Field(
            *("capacity", "Habitants qu’un lieu peut servir"),
            low=1,
            high=1_000_000,
            whole=True,
            required=False,
            group=RULES,
        ),
        Field(
            *("budget", "Budget"),
            hint="Il ne joue que si le fichier de candidats donne des prix.",
            low=0,
            high=1e10,
            unit="euros",
            required=False,
            group=RULES,
        ),
        Field("leave_out", LEAVE_OUT, Asks.FLAG, group=RULES),
    )


QPV_COUNTS = "Une personne de quartier prioritaire compte pour"
LEAVE_OUT = "Laisser de côté, et compter, ceux qu’aucun candidat n’atteint à temps"


def _categories(opened: Opened) -> tuple[Option, ...]:
    """Sorts of place that the territory has inside its boundary."""
    places = opened.territory.places
    held = set(places.categories[places.inside].tolist())
    kept = ((key, one) for key, one in opened.catalogue.categories.items() if key in held)
    return tuple(Option(key, capital(one.title)) for key, one in kept)


def _places(opened: Opened) -> tuple[Option, ...]:
    """Public places by sort, then by name."""
    places, found = opened.territory.places, []
    for category in PUBLIC_PLACES[0].categories:
        title = capital(opened.catalogue.categories[category].plural)
        mine = [int(i) for i in places.of(category) if places.inside[i]]
        named = sorted((str(places.names[i]) or str(places.ids[i]), str(places.ids[i])) for i in mine)
        found += [Option(place, name, title) for name, place in named]
    return tuple(found)
