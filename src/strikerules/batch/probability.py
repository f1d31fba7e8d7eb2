"""How often a scenario is permitted, if its uncertain places are drawn at random."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from msgspec import Struct
from msgspec.structs import replace

from strikerules.batch.answers import Answers, answer_of
from strikerules.batch.decided import Decided
from strikerules.batch.deciding import Decider
from strikerules.batch.rows import PLACES, paths_of, read_rows
from strikerules.batch.shares import SHARES, Shares
from strikerules.batch.sweep.axes import Draws, Listed
from strikerules.batch.sweep.draws import Positions
from strikerules.batch.sweep.forms import location_columns, value_column
from strikerules.batch.sweep.regions import Region
from strikerules.batch.sweep.sweep import Sweep
from strikerules.batch.wilson import CONFIDENCE, wilson
from strikerules.engine.case import Case
from strikerules.engine.decide import Verdict
from strikerules.geography.atlas import zones_of
from strikerules.language.scenario import Scenario
from strikerules.problems import InvalidInput, Problem, quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MOST_DRAWS", "Probability", "probability_of"]

MOST_DRAWS = 10_000_000

_MEANING = (
    "This is how often the draws came out so, not how likely a strike is to be permitted: that a"
    " place is as likely at one point of its region as at another is an assumption, and what else"
    " is unknown has no probability."
)


class Probability(Struct, frozen=True):
    """What random draws of a scenario's uncertain places came to.

    Parameters
    ----------
    scenario, policy : str
    draws : int
    seed : int
    places : tuple of str
        How each place that was drawn is distributed, in words.
    shares : Shares
    counts : dict
        Of how many draws it is ``permitted``, ``prohibited``, ``not_governed`` in every world,
        and ``open``.
    """

    scenario: str
    policy: str
    draws: int
    seed: int
    places: tuple[str, ...]
    shares: Shares
    counts: dict[str, int]

    def share(self, outcome: str) -> float:
        """Return the share of the draws that came to an outcome, or to ``open``."""
        return self.counts[outcome] / self.draws

    def interval(self, outcome: str, confidence: float = CONFIDENCE) -> tuple[float, float]:
        """Return Wilson's interval of such a share; it says how exact the drawing is, no more."""
        if not self.places:
            # nothing was drawn, and nothing is left to chance
            return self.share(outcome), self.share(outcome)
        low, high = wilson(self.counts[outcome], self.draws, confidence)
        return float(low), float(high)

    def frame(self) -> pd.DataFrame:
        """Return the shares over all that is open and under each reading; see `Shares`."""
        return self.shares.by_reading()

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "scenario": self.scenario,
            "policy": self.policy,
            "draws": self.draws,
            "seed": self.seed,
            "places": list(self.places),
            "shares": {
                name: {"share": self.share(name), "interval": list(self.interval(name))}
                for name in SHARES
            },
            "note": _MEANING,
        }

    def __str__(self) -> str:
        if not self.places:
            (found,) = (name for name in SHARES if self.counts[name])
            return f"{self.scenario} by `{self.policy}`: {found}; no place in it is uncertain"
        lines = [f"{self.scenario} by `{self.policy}`"]
        lines += [f"  {self.draws:,} draws (seed {self.seed}), with 95 % intervals"]
        lines += [f"  assumed: {words}" for words in self.places]
        for name in SHARES:
            low, high = self.interval(name)
            lines.append(f"  {name:<13} {self.share(name):>7.2%}  ({low:.2%} to {high:.2%})")
        return "\n".join([*lines, *textwrap.wrap(_MEANING, 80)])

    def __repr__(self) -> str:
        return f"<Probability {self.scenario}: {self.share('permitted'):.2%} permitted>"


def probability_of(
    decider: Decider, scenario: Scenario, *, draws: int = 10_000, seed: int = 0
) -> Probability:
    """Draw a scenario's uncertain places at random, and decide each draw.

    Parameters
    ----------
    decider : Decider
    scenario : Scenario
        Places that are good to some km, towns, zones and polygons are drawn, uniform by area and
        independently of each other. Facts and places of which nothing is known, and questions
        that are open, stay open.
    draws : int
        From 1 to 10,000,000.
    seed : int
        The same seed gives the same draws.

    Raises
    ------
    InvalidInput
        SR235: the number of draws; SR236: a region can't be drawn from.
    """
    if not 1 <= draws <= MOST_DRAWS:
        raise InvalidInput(
            Problem(
                "SR235",
                f"{quoted(draws)} can't be the number of draws",
                None,
                f"from 1 to {MOST_DRAWS:,}",
            )
        )
    # a mistake in it is told before anything is drawn
    Case(decider.program, scenario, decider.atlas)
    drawn = tuple(_drawn(decider, scenario))
    fixed = _fixed(decider, scenario, {d.path for d in drawn})
    # where nothing is drawn, one row is all that there is
    count = draws if drawn else 1
    sweep = Sweep("draws", (fixed, Draws(count, seed, drawn)))
    shares = Shares(decider.program, draws=count if drawn else None)
    for batch in sweep.batches():
        shares.add(batch, _decided(decider, batch, scenario))
    return Probability(
        scenario.name, decider.program.ruling.name, count, seed,
        tuple(d.words for d in drawn), shares, _counted(shares, count),
    )  # fmt: skip


def _counted(shares: Shares, draws: int) -> dict[str, int]:
    row = shares.frame().iloc[0]
    return {name: round(float(row[name]) * draws) for name in SHARES}


def _drawn(decider: Decider, scenario: Scenario) -> list[Positions]:
    zones = zones_of(decider.program.ruling)
    found = []
    for path in PLACES:
        location = scenario.locations.get(path)
        if location is None:
            continue
        place = decider.atlas.place(location, scenario.positions.get(path), zones)
        if place.exact:
            continue
        region = Region(place)
        if region.geometry.is_empty or not region.drawable:
            raise InvalidInput(
                Problem(
                    "SR236",
                    f"{quoted(place.label)} is too thin to draw positions in",
                    scenario.positions.get(path),
                )
            )
        found.append(Positions(path, region))
    return found


def _fixed(decider: Decider, scenario: Scenario, drawn: set[str]) -> Listed:
    """Return what holds for every draw as the columns of a table."""
    vocabulary = decider.program.vocabulary
    columns: dict[str, pa.Array] = {}
    for path, value in scenario.values.items():
        if path in vocabulary:
            columns[path] = value_column(vocabulary[path], [value])
    for path, location in scenario.locations.items():
        if path not in drawn:
            columns |= location_columns(path, [location])
    return Listed("", columns)


def _decided(decider: Decider, batch: pa.RecordBatch, scenario: Scenario) -> Decided:
    vocabulary = decider.program.vocabulary
    paths = paths_of(batch.schema.names, vocabulary)
    columns = {path: batch.column(name) for path, name in paths.items()}
    rows = read_rows(batch.num_rows, columns, vocabulary)
    if not scenario.withheld:
        return decider.decide(rows)
    # a table can't say that a fact is not to be filled in: one scenario after the other can
    answers = Answers()
    numbers = np.zeros(rows.count, dtype=np.int32)
    for row in range(rows.count):
        one = replace(rows.scenario(row), withheld=scenario.withheld)
        numbers[row] = answers.number(answer_of(Verdict(Case(decider.program, one, decider.atlas))))
    return Decided(numbers, answers, {})
