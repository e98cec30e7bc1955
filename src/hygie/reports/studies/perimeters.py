"""What a study of perimeters says: what is covered, by which places, where signs go, shops near schools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hygie.engines.kernel.french import NARROW, WIDE, capital, counted, number
from hygie.reports.json_perimeters import HOW
from hygie.reports.studies.layers import layer_of
from hygie.reports.studies.presentation import Json, Presentation, Sheet, Step, StudyMap, StudyScene
from hygie.reports.studies.values import figures_of
from hygie.reports.tables import Column, Row, Table
from hygie.reports.texts import Texts
from hygie.reports.words import Shown

THINGS = {
    "fast_food": ("restauration rapide", "restaurations rapides"),
    "tobacco_shop": ("débit de tabac", "débits de tabac"),
    "alcohol_shop": ("bar ou caviste", "bars et cavistes"),
    "billboard": ("panneau publicitaire", "panneaux publicitaires"),
}
"""Things counted around schools: one, several."""

NO_SOURCE = Shown("non calculé", "aucune source", number=False)
POLITICAL = "Cette distance est un choix politique : ce n’est pas la loi qui la fixe."
LIMITS = (
    "Cette carte est un document de travail : elle ne vaut ni arrêté, ni avis juridique.",
    "Ce qu’aucune source ne dessine manque ici : relisez la liste avec les services de la commune.",
    "Les distances se mesurent à vol d’oiseau.",
)


def present(result: Json, personal: Json | None, scene: StudyScene) -> Presentation:
    """Tell a study of perimeters."""
    del personal
    rule = result["rule"]
    law = rule["basis"] == "law"
    computed = any(one["status"] != "not_computed" for one in result["kinds"])
    tables = [kind_table(result), inside_table(result, scene.catalogue), density_table(result)]
    tables += [access_table(result)]
    layers = tuple(layer_of(one) for one in result["layers"])
    words = "Les lieux, ce qui est couvert autour d’eux, et leurs accès."
    return Presentation(
        question=rule["question"],
        answer=answer(result),
        why=(legal_words(rule), *(() if law else (POLITICAL,)), *rule["allows"]),
        sure=_sure(result),
        map=StudyMap(rule["title"], words, layers) if layers else None,
        tables=tuple(one for one in tables if one is not None) if computed else (),
        warnings=tuple(result["warnings"]),
        limits=(*rule["not_covered"], *LIMITS),
        figures=figures_of(result["figures"]),
        sources=tuple(result["sources"]),
        steps=_steps(result),
        estimate=any(one["status"] == "estimate" for one in result["kinds"]),
        missing=not computed,
        sheets=_sheets(result),
    )


def answer(result: Json) -> str:
    """The sentence with numbers."""
    places, rule = result["places"], result["rule"]
    if not places:
        return f"Non calculé{WIDE}: aucune source ne dessine les lieux de cette règle."
    hectares = number(result["totals"]["square_metres"]["value"] / 10_000, 1)
    told = f"{counted(len(places), 'lieu couvre', 'lieux couvrent')} {hectares}{WIDE}hectares"
    if result["signs"]:
        many = counted(len(result["signs"]), "panneau à poser", "panneaux à poser")
        return f"{told}{NARROW}; {many}, un par accès."
    metres = number(rule["metres"])
    zones = counted(len(result["zones"]), "zone d’un seul tenant", "zones d’un seul tenant")
    return f"À {metres}{WIDE}m, {told}, en {zones}."


def legal_words(rule: Mapping[str, Any]) -> str:
    """The text of law, its status and the distance."""
    pending = "" if rule["status"] == "verified" else " (à vérifier)"
    origin = (
        "de chaque accès public" if rule["measured_from"] == "accesses" else "de la limite de chaque lieu"
    )
    return f"{rule['text']}{pending}. Distance : {number(rule['metres'])}{WIDE}m à partir {origin}."


def kind_table(result: Json) -> Table:
    """Kind by kind: computed, or no source."""
    rows = []
    for one in result["kinds"]:
        if one["status"] == "not_computed":
            cells = (Shown("non calculé", one["note"] or "aucune source", number=False), *[_none()] * 2)
        else:
            guessed = one["estimated_accesses"]
            detail = f"dont {number(guessed)} à vérifier" if guessed else ""
            accesses = Shown(number(one["accesses"]), detail) if one["accesses"] else _none()
            area = Shown(f"{number(one['square_metres'])}{WIDE}m²")
            cells = (Shown(number(one["places"])), accesses, area)
        rows.append(Row(one["title"], cells, detail=one["article"]))
    heads = (Column("Lieux"), Column("Accès"), Column("Surface couverte"))
    notes = tuple(one["note"] for one in result["kinds"] if one["note"] and one["status"] != "not_computed")
    return Table(
        "table-kinds",
        "Les lieux de la règle, sorte par sorte",
        "Sorte de lieux",
        heads,
        (("", tuple(rows)),),
        notes,
    )


def access_table(result: Json) -> Table | None:
    """Every access with its coordinates: the annex of an order."""
    if not result["accesses"]:
        return None
    groups: dict[str, list[Row]] = {}
    places = {one["number"]: one for one in result["places"]}
    kinds = {one["key"]: one for one in result["kinds"]}
    for one in result["accesses"]:
        place = places[one["place"]]
        cells = (
            _degrees(one),
            _lambert(one),
            Shown(place["when"], number=False),
            Shown(_how(one), number=False),
        )
        row = Row(f"{one['number']}. {place['name']}", cells)
        groups.setdefault(kinds[place["kind"]]["title"], []).append(row)
    heads = (
        Column("Longitude, latitude (WGS 84)", text=True),
        Column("Est, nord en mètres (Lambert-93)", text=True),
        Column("Quand", text=True),
        Column("Accès", text=True),
    )
    told = tuple((title, tuple(rows)) for title, rows in groups.items())
    return Table("table-accesses", "Les accès publics, et où poser un panneau", "Accès", heads, told)


def density_table(result: Json) -> Table | None:
    """Shops around each school; None without schools."""
    density = result["density"]
    if density["status"] == "not_computed":
        return None
    metres = density["metres"]
    known = {one["category"]: one for one in density["categories"]}
    columns: list[Column] = []
    cells: dict[int, list[Shown]] = {}
    for category, (_, several) in THINGS.items():
        one = known.get(category)
        if one is None or one["status"] == "not_computed":
            continue
        columns += [Column(f"{number(far)}{WIDE}m", capital(several)) for far in metres]
        for school in one["schools"]:
            cells.setdefault(school["place"], []).extend(Shown(number(n)) for n in school["counts"])
    absent = [several for key, (_, several) in THINGS.items() if known[key]["status"] == "not_computed"]
    if not columns:
        return None
    places = {one["number"]: one["name"] for one in result["places"]}
    rows = tuple(Row(places[key], tuple(held)) for key, held in cells.items())
    notes = [
        "Comptés à vol d’oiseau depuis la limite de l’établissement. Une carte libre en oublie toujours."
    ]
    notes += [f"Non calculé, faute de source : {', '.join(absent)}."] if absent else []
    title = "Ce qui entoure chaque établissement scolaire"
    return Table("table-density", title, "Établissement", tuple(columns), (("", rows),), tuple(notes))


def inside_table(result: Json, texts: Texts) -> Table | None:
    """What stands in the zones, by category."""
    rows = []
    for one in result["inside"]:
        key = one["category"]
        words = THINGS[key][1] if key in THINGS else texts.categories[key].plural
        shown = NO_SOURCE if one["status"] == "not_computed" else Shown(number(one["value"]))
        rows.append(Row(capital(words), (shown,)))
    if not rows:
        return None
    return Table(
        "table-inside", "Ce qui se trouve dans les zones", "Quoi", (Column("Nombre"),), (("", tuple(rows)),)
    )


def sign_table(result: Json, kind: str) -> Table | None:
    """Signs of the places of one kind: what a team takes along."""
    places = {one["number"]: one for one in result["places"]}
    accesses = {one["number"]: one for one in result["accesses"]}
    rows = [
        Row(
            f"{one['number']}. {places[one['place']]['name']}",
            (_degrees(accesses[one["access"]]), _lambert(accesses[one["access"]]), Shown("", number=False)),
        )
        for one in result["signs"]
        if places[one["place"]]["kind"] == kind
    ]
    if not rows:
        return None
    heads = tuple(Column(head, text=True) for head in ("Longitude, latitude", "Lambert-93", "Posé le"))
    return Table(f"table-signs-{kind}", "Panneaux à poser", "Panneau", heads, (("", tuple(rows)),))


def _none() -> Shown:
    return Shown("–", number=False)


def _degrees(one: Mapping[str, Any]) -> Shown:
    return Shown(f"{one['lon']:.6f}, {one['lat']:.6f}", number=False)


def _lambert(one: Mapping[str, Any]) -> Shown:
    if one["east_lambert93"] is None:
        return Shown("hors métropole", number=False)
    return Shown(f"{one['east_lambert93']:.1f}, {one['north_lambert93']:.1f}", number=False)


def _how(one: Mapping[str, Any]) -> str:
    return HOW[one["how"]]


def _sure(result: Json) -> tuple[str, ...]:
    totals = result["totals"]
    if totals["square_metres"]["status"] == "not_computed":
        return ()
    shared, streets = totals["shared_square_metres"]["value"], totals["street_metres"].get("value")
    told = ["Les zones qui se touchent sont réunies : aucun mètre carré n’est compté deux fois."]
    if shared >= 1:
        told.append(f"{number(shared)}{WIDE}m² sont couverts par plusieurs lieux à la fois.")
    if streets is not None:
        told.append(f"{number(streets)}{WIDE}m de rues et de chemins y passent.")
    told.append("Un cercle est dessiné avec 128 côtés : sa surface est juste à 0,04 % près.")
    return tuple(told)


def _steps(result: Json) -> tuple[Step, ...]:
    steps = [Step("Vérifier chaque accès présumé sur place, et ajouter ceux qui manquent.")]
    if result["signs"]:
        steps.append(
            Step("Remplir le numéro et la date de l’arrêté sur les fiches à imprimer, puis faire signer.")
        )
    else:
        steps.append(Step("Faire vérifier par les services juridiques ce que le droit permet ici."))
    return (*steps, Step("Vérifier d’où viennent ces chiffres", "sources"))


def _sheets(result: Json) -> tuple[Sheet, ...]:
    """A sheet a kind of places: its signs, with the blanks of the order."""
    sheets = []
    for one in result["kinds"]:
        table = sign_table(result, one["key"])
        if table is None:
            continue
        places = {place["number"] for place in result["places"] if place["kind"] == one["key"]}
        sign = next(sign for sign in result["signs"] if sign["place"] in places)
        lead = (f"Texte proposé : « {sign['text']} »", sign["note"], f"{capital(one['when'])}.")
        boxes = ("Annexe à l’arrêté n°", "du", "Équipe")
        sheets.append(Sheet(f"Panneaux : {one['title'].lower()}", lead, table, boxes))
    return tuple(sheets)
