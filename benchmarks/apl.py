"""The floating catchment (APL, E2SFCA) asked of other programs.

Every program is given the same links of at most twenty minutes, in the form it likes best and built
apart: our catchments, scipy's matrices, the tables of the data engines. What is timed is the two steps,
from demand and supply to the access of every origin.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
from access import Access, weights
from benchmarks.peers import Ask
from benchmarks.tasks import Question, Task
from benchmarks.work import SEED, Floats, Integers
from scipy.sparse import csr_array
from scipy.spatial import KDTree

from hygie.engines.kernel.minutes import to_minutes, to_ticks
from hygie.engines.reach.catchments import StepDecay, catchments_of_links, catchments_within
from hygie.engines.reach.floating_catchment import Grounds, PotentialAccess, potential_access
from hygie.readers.territory_folder import open_territory

DECAY = StepDecay((10.0, 15.0, 20.0), (1.0, 0.3, 0.1))
COMMUNES, PEOPLE, DOCTORS, ACTS = 35_000, 67e6, 60_000, 4_500.0
SIDE, REACH_METRES = 720_000.0, 25_000.0
CARE = ("gp", "msp", "health_centre_general")
GROUNDS = Grounds(way="en voiture, de commune à commune", estimate=True, standardised=False)


@dataclass(frozen=True)
class Country:
    """An invented country: minutes between communes and those of them that have doctors.

    ``origin``, ``place`` and ``minutes`` have one value a link; ``weight`` is that of its step.
    """

    origin: Integers
    place: Integers
    minutes: Floats
    demand: Floats
    supply: Floats

    @property
    def shape(self) -> tuple[int, int]:
        """Communes, and communes with doctors."""
        return len(self.demand), len(self.supply)

    @property
    def weight(self) -> Floats:
        """Weight of each link."""
        return DECAY.column[np.searchsorted(DECAY.limits, self.minutes)]

    @property
    def matrix(self) -> csr_array[np.float64]:
        """Weights as an ordinary sparse matrix, communes by places."""
        return csr_array((self.weight, (self.origin, self.place)), shape=self.shape)


def invented_country() -> Country:
    """Communes spread and gathered, populations lognormal, doctors drawn near to population."""
    rng = np.random.default_rng(SEED)
    spots = _communes(rng)
    people = rng.lognormal(6.1, 1.35, COMMUNES)
    people *= PEOPLE / people.sum()
    pull = people**1.08 * rng.uniform(0.4, 1.6, COMMUNES)
    doctors = rng.multinomial(DOCTORS, pull / pull.sum())
    pairs = KDTree(spots).query_pairs(REACH_METRES, output_type="ndarray")
    metres = np.hypot(*(spots[pairs[:, 0]] - spots[pairs[:, 1]]).T)
    minutes = 2 + metres / 1_000 * 1.3 / 58 * 60 * rng.uniform(0.85, 1.2, len(pairs))
    own = np.arange(COMMUNES)
    origin = np.concatenate([own, pairs[:, 0], pairs[:, 1]])
    goal = np.concatenate([own, pairs[:, 1], pairs[:, 0]])
    # Whole ticks, so that every program puts a time in the same step.
    time = to_minutes(to_ticks(np.concatenate([np.zeros(COMMUNES), minutes, minutes])))
    kept = (time <= DECAY.limits[-1]) & (doctors[goal] > 0)
    place = np.cumsum(doctors > 0) - 1
    return Country(
        origin=origin[kept].astype(np.int32),
        place=place[goal[kept]].astype(np.int32),
        minutes=time[kept],
        demand=people,
        supply=(doctors[doctors > 0] * ACTS).astype(np.float64),
    )


def _communes(rng: np.random.Generator) -> Floats:
    """Town halls in metres, in the order of a coarse grid as codes by département are."""
    centres = rng.uniform(0, SIDE, (600, 2))[rng.choice(600, COMMUNES)]
    gathered = centres + rng.normal(0, 12_000, (COMMUNES, 2))
    spread = rng.uniform(0, SIDE, (COMMUNES, 2))
    spots = np.clip(np.where(rng.random(COMMUNES)[:, None] < 0.75, spread, gathered), 0, SIDE)
    tiles = spots // 10_000
    ordered: Floats = spots[np.lexsort((tiles[:, 1], tiles[:, 0]))]
    return ordered


def apl_national() -> Task:
    """APL of every commune of an invented country."""
    country = invented_country()
    ticks = to_ticks(country.minutes)
    links = catchments_of_links(country.origin, country.place, ticks, DECAY, shape=country.shape)

    def ours() -> PotentialAccess:
        return potential_access(links, DECAY, country.demand, country.supply, grounds=GROUNDS)

    size = f"{country.shape[0]} communes, {country.shape[1]} places, {links.links} non-zeros"

    def asked(prepare: Callable[[Country], Ask], repeats: int) -> Callable[[], Question]:
        return lambda: Question(prepare(country), ours().access, repeats, measured_on=size)

    return Task(
        "apl_national",
        ours,
        {
            "pure_read": lambda: _pure_read(country),
            "scipy": asked(scipy_access, 15),
            "polars": asked(polars_access, 5),
            "duckdb": asked(duckdb_access, 5),
            "access": asked(pysal_access, 1),
        },
        {"access": 500, "pure_read": 1 / 1.5},
    )


def apl_clairval(folder: Path) -> Task:
    """APL on foot of a territory from nothing: times, catchments and both steps."""
    stored = open_territory(folder)
    walk, territory = stored.movements()["walk"], stored.territory
    care = walk.places.take(territory.places.of(*CARE))
    demand = np.nan_to_num(territory.demand.people)
    supply = np.full(len(care), ACTS)
    grounds = Grounds(way="à pied, à l’adresse", estimate=walk.model.estimate, standardised=False)

    def ours() -> PotentialAccess:
        links = catchments_within(walk.model, walk.people, care, DECAY)
        return potential_access(links, DECAY, demand, supply, grounds=grounds)

    return Task("apl_clairval", ours, limit_s=0.1)


def _pure_read(country: Country) -> Question:
    """Reading once each number of an ordinary sparse matrix, 12 bytes a link: the bound of one pass."""
    matrix = country.matrix
    columns, values = matrix.indices.astype(np.int32), matrix.data
    expected = np.array([country.place.sum(dtype=np.int64), country.weight.sum()], np.float64)
    return Question(
        lambda: np.array([columns.sum(dtype=np.int64), values.sum()], np.float64),
        expected,
        15,
        measured_on=f"one read of {matrix.nnz} non-zeros: 32-bit columns and 64-bit weights",
        tolerance=1e-3,
    )


def scipy_access(country: Country) -> Ask:
    """Two products of a matrix by a vector, the transpose made apart."""
    matrix = country.matrix
    turned = matrix.T.tocsr()
    return lambda: np.asarray(matrix @ (country.supply / np.asarray(turned @ country.demand)))


def polars_access(country: Country) -> Ask:
    """Two joins and two groupings, lazily."""
    links = pl.DataFrame({"o": country.origin, "p": country.place, "w": country.weight})
    origins = pl.DataFrame({"o": np.arange(country.shape[0], dtype=np.int32), "demand": country.demand})
    places = pl.DataFrame({"p": np.arange(country.shape[1], dtype=np.int32), "supply": country.supply})

    def ask() -> Floats:
        need = (
            links.lazy()
            .join(origins.lazy(), on="o")
            .group_by("p")
            .agg(need=(pl.col("w") * pl.col("demand")).sum())
        )
        ratio = places.lazy().join(need, on="p").select("p", ratio=pl.col("supply") / pl.col("need"))
        access = (
            links.lazy()
            .join(ratio, on="p")
            .group_by("o")
            .agg(access=(pl.col("w") * pl.col("ratio")).sum())
            .collect()
        )
        return _filled(access["o"].to_numpy(), access["access"].to_numpy(), country.shape[0])

    return ask


def duckdb_access(country: Country) -> Ask:
    """One query over three tables held by the engine."""
    base = duckdb.connect()
    communes, places = (np.arange(count) for count in country.shape)
    links = {"o": country.origin, "p": country.place, "w": country.weight}
    base.from_df(pd.DataFrame(links)).create("links")
    base.from_df(pd.DataFrame({"o": communes, "demand": country.demand})).create("origins")
    base.from_df(pd.DataFrame({"p": places, "supply": country.supply})).create("places")
    query = """
        with ratios as (
            select p, any_value(supply) / sum(w * demand) as ratio
            from links join origins using (o) join places using (p) group by p
        )
        select o, sum(w * ratio) as access from links join ratios using (p) group by o
    """

    def ask() -> Floats:
        found = base.execute(query).fetchnumpy()
        return _filled(found["o"], found["access"], country.shape[0])

    return ask


def pysal_access(country: Country) -> Ask:
    """``enhanced_two_stage_fca`` of PySAL's access with the same steps."""
    work = Access(
        demand_df=pd.DataFrame({"o": np.arange(country.shape[0]), "demand": country.demand}),
        demand_index="o",
        demand_value="demand",
        supply_df=pd.DataFrame({"p": np.arange(country.shape[1]), "supply": country.supply}),
        supply_index="p",
        supply_value="supply",
        cost_df=pd.DataFrame({"from": country.origin, "to": country.place, "minutes": country.minutes}),
        cost_origin="from",
        cost_dest="to",
        cost_name="minutes",
    )
    steps = weights.step_fn(dict(zip(DECAY.limits, DECAY.weights, strict=True)))

    def ask() -> Floats:
        found = work.enhanced_two_stage_fca(
            name="apl", cost="minutes", max_cost=DECAY.limits[-1], weight_fn=steps
        )
        return _filled(found.index.to_numpy(), found.to_numpy().ravel(), country.shape[0])

    return ask


def _filled(position: Integers, value: Floats, size: int) -> Floats:
    """Values in the order of the communes; 0 where the peer has no line."""
    out = np.zeros(size)
    out[position] = np.nan_to_num(value)
    return out
