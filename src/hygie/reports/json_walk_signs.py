"""Signs as JSON (``walk_signs.schema.json``), CSV and GeoJSON: what ``hygie walk signs`` writes."""

from __future__ import annotations

from typing import Any

import shapely

from hygie.engines.diagnosis.publication import revealing, withheld
from hygie.engines.kernel.measures import Measure, Provenance, Reason, Status, not_computed, suppressed
from hygie.engines.kernel.territory import Territory
from hygie.engines.streets.graph import StreetGraph
from hygie.engines.walking.headings import octant
from hygie.engines.walking.signs import SignLine, SignPost
from hygie.engines.walking.signs_told import SignStudy
from hygie.reports.exports.formats import Value, csv_bytes, geojson_bytes
from hygie.reports.json_diagnosis import WORKING_DOCUMENT, measure_json, provenance_json
from hygie.reports.signs_words import ARROWS, compass, line_place, line_words, panel_words

DECIMALS = 7
"""Of a degree: about a centimetre."""

ON_SITE = (
    "Chaque emplacement est à vérifier sur place\u00a0: visibilité, trottoir, mobilier, propriété du sol, "
    "accord du gestionnaire de la voie."
)
FLAT = (
    "Les durées ne tiennent compte ni de la pente, ni des feux, ni des escaliers. "
    "Marchez le trajet avant de poser le panneau."
)

Json = dict[str, Any]


def signs_warnings(study: SignStudy) -> tuple[str, ...]:
    """What must be read with the plan."""
    told = [ON_SITE, FLAT]
    if not study.known:
        told.append("Les habitants ne sont pas connus\u00a0: chaque logement compte pour un.")
    if study.budget is not None:
        told.append(
            "Avec un nombre d’emplacements fixé, seules les hésitations comptent\u00a0: une longue ligne "
            "droite peut rester sans panneau."
        )
    if study.plan.long_streets:
        told.append(
            "Certaines rues sont plus longues que la distance permise sans panneau\u00a0: "
            "aucun carrefour ne s’y trouve à temps."
        )
    return tuple(told)


def signs_json(territory: Territory, graph: StreetGraph, study: SignStudy, seconds: float) -> Json:
    """The plan, counts too small to be shown kept back."""
    plan, status = study.plan, _status(study)
    answered = _count(study, plan.answered, plan.doubts)
    share = Measure(plan.answered / plan.doubts, status) if plan.doubts else not_computed(Reason.NO_PEOPLE)
    bound: float | None = plan.bound
    if study.budget is not None and answered.value is None:
        share, bound = answered, None
    guided = answered if answered.value is None else Measure(plan.guided, status)
    asked = {
        "to": [one.key for one in study.destinations],
        "minutes": study.minutes,
        "stretch": study.stretch,
        "budget": study.budget,
        "lines": study.lines,
    }
    provenance = Provenance({**asked, "seconds": seconds}, study.figures, (), signs_warnings(study))
    return {
        "code": territory.code,
        "name": territory.name,
        "fictional": territory.fictional,
        "document": WORKING_DOCUMENT,
        "population_label": territory.population_label,
        "counted": "people" if study.known else "dwellings",
        "status": status.value,
        "asked": asked,
        "count": len(plan.posts),
        "bound": bound,
        "gap": study.gap if bound is not None else None,
        "proved": plan.proved,
        "hesitations": measure_json(_count(study, plan.doubts, plan.doubts)),
        "answered": measure_json(answered),
        "share": measure_json(share),
        "guided": measure_json(guided),
        "long_streets": plan.long_streets,
        "destinations": [_destination(territory, study, rank) for rank in range(len(study.destinations))],
        "posts": [_post(territory, graph, study, (rank, post)) for rank, post in enumerate(plan.posts)],
        "provenance": provenance_json(territory, provenance),
    }


def _status(study: SignStudy) -> Status:
    return Status.COMPUTED if study.known else Status.ESTIMATE


def _count(study: SignStudy, count: float, total: float) -> Measure:
    hidden = study.known and revealing(count, total, study.smallest_count)
    return suppressed() if hidden else Measure(count, _status(study))


def _destination(territory: Territory, study: SignStudy, rank: int) -> Json:
    one, people = study.destinations[rank], float(study.plan.walkers[rank])
    hidden = study.known and withheld(people, study.smallest_count)
    told = suppressed() if hidden else Measure(people, _status(study))
    reached = rank not in study.plan.unreached
    return {
        "key": one.key,
        "title": one.title,
        "places": [str(territory.places.ids[at]) for at in one.places],
        "reached": reached,
        "people": measure_json(told if reached else not_computed(Reason.NOBODY_REACHES)),
    }


def _post(territory: Territory, graph: StreetGraph, study: SignStudy, at: tuple[int, SignPost]) -> Json:
    rank, post = at
    hidden = study.known and withheld(post.people, study.smallest_count)
    return {
        "post": rank + 1,
        "lon": round(float(graph.lon[post.node]), DECIMALS),
        "lat": round(float(graph.lat[post.node]), DECIMALS),
        "where": study.wheres[rank],
        "reason": "turn" if post.turn else "stretch",
        "facing": round(post.facing, 1),
        "facing_words": compass(post.facing),
        "hesitations": measure_json(suppressed() if hidden else Measure(post.people, _status(study))),
        "panels": len(panel_words(study, territory.places, rank, post)),
        "lines": [_line(territory, study, post, line) for line in post.lines],
    }


def _line(territory: Territory, study: SignStudy, post: SignPost, line: SignLine) -> Json:
    place = line_place(study, line)
    return {
        "to": study.destinations[line.target].key,
        "place": str(territory.places.ids[place]),
        "words": line_words(study, territory.places, line),
        "adult": line.minutes[0],
        "child": line.minutes[1],
        "bearing": round(line.bearing, 1),
        "compass": compass(line.bearing),
        "arrow": ARROWS[octant(line.bearing, post.facing)],
    }


_HEAD = (
    *("panneau", "longitude", "latitude", "où", "raison", "lu en regardant vers", "flèche", "destination"),
    *("adulte (min)", "enfant (min)", "direction", "identifiant du lieu"),
)
_REASONS = {"turn": "on y hésite", "stretch": "longue ligne droite"}


def signs_csv(told: Json) -> bytes:
    """One row a line of a sign, for a workshop or a spreadsheet."""
    rows: list[tuple[Value, ...]] = [
        (
            *(float(post["post"]), post["lon"], post["lat"], post["where"], _REASONS[post["reason"]]),
            *(post["facing_words"], line["arrow"], line["words"], float(line["adult"]), float(line["child"])),
            *(line["compass"], line["place"]),
        )
        for post in told["posts"]
        for line in post["lines"]
    ]
    return csv_bytes(_HEAD, rows)


def signs_geojson(told: Json, credit: str) -> bytes:
    """One point a post, with its lines as text."""
    posts = told["posts"]
    shapes = [shapely.Point(post["lon"], post["lat"]) for post in posts]
    properties: list[dict[str, Value]] = [
        {
            "post": float(post["post"]),
            "where": post["where"],
            "reason": post["reason"],
            "facing": post["facing"],
            "text": "\n".join(_text(line) for line in post["lines"]),
        }
        for post in posts
    ]
    return geojson_bytes(shapes, properties, {"name": told["name"], "credit": credit})


def _text(line: Json) -> str:
    return f"{line['arrow']} {line['words']} : adulte {line['adult']} min, enfant {line['child']} min"
